package registry

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// field is a stored field of a struct type.
type field struct {
	name  string // in JSON
	index int
}

// storedFields lists the fields of struct type t in their order, less those
// tagged json:"-". It fails on fields that would be lost or ambiguous.
func storedFields(t reflect.Type) ([]field, error) {
	var fields []field
	seen := map[string]bool{}
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if tag == "-" {
			continue
		}
		if !f.IsExported() {
			return nil, at(f.Name, fmt.Errorf("the field is not exported"))
		}
		name, options, _ := strings.Cut(tag, ",")
		if strings.Contains(options, "string") {
			return nil, at(f.Name, fmt.Errorf("the json option string is not supported"))
		}
		if name == "" {
			name = f.Name
		}
		if seen[name] {
			return nil, at(f.Name, fmt.Errorf("two fields are named %q", name))
		}
		seen[name] = true
		fields = append(fields, field{name, i})
	}
	return fields, nil
}

var (
	jsonMarshaler   = reflect.TypeFor[json.Marshaler]()
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// writesItself reports whether t, not an interface, has its own JSON form.
func writesItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(jsonMarshaler) || p.Implements(textMarshaler)
}

func readsItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(jsonUnmarshaler) || p.Implements(textUnmarshaler)
}

// checkDescription fails if values of type t cannot be written as an object
// and read back.
func (f fieldTables) checkDescription(t reflect.Type) error {
	own := writesItself(t) || readsItself(t)
	switch {
	case t.Kind() == reflect.Pointer, t.Kind() != reflect.Struct && !own:
		return fmt.Errorf("%v is not a struct", t)
	case !own:
		fields, err := storedFields(t)
		if err != nil {
			return err
		}
		for _, s := range fields {
			if s.name == typeKey {
				return at(t.Field(s.index).Name, fmt.Errorf("the name %q is taken", typeKey))
			}
		}
	}
	return f.checkType(t, map[reflect.Type]bool{})
}

// checkType fails if values of type t cannot be written and read back. Visited
// holds the types under way and done: struct types may contain slices of
// themselves.
func (f fieldTables) checkType(t reflect.Type, visited map[reflect.Type]bool) error {
	if visited[t] {
		return nil
	}
	visited[t] = true
	if t.Kind() == reflect.Interface {
		if _, ok := f[t]; !ok {
			return fmt.Errorf("no table serves interface %v", t)
		}
		return nil
	}
	if writes, reads := writesItself(t), readsItself(t); writes != reads {
		return fmt.Errorf("%v has only one of MarshalJSON and UnmarshalJSON (or of the two for text)", t)
	} else if writes {
		return nil
	}
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return nil
	case reflect.Slice, reflect.Array:
		return at("[]", f.checkType(t.Elem(), visited))
	case reflect.Map:
		if t.Key().Kind() != reflect.String || writesItself(t.Key()) {
			return fmt.Errorf("a map's keys must be strings, not %v", t.Key())
		}
		return at("[]", f.checkType(t.Elem(), visited))
	case reflect.Struct:
		return f.checkFields(t, visited)
	}
	return fmt.Errorf("a %v cannot be stored", t.Kind())
}

func (f fieldTables) checkFields(t reflect.Type, visited map[reflect.Type]bool) error {
	fields, err := storedFields(t)
	if err != nil {
		return err
	}
	for _, s := range fields {
		if err := f.checkType(t.Field(s.index).Type, visited); err != nil {
			return at(t.Field(s.index).Name, err)
		}
	}
	return nil
}

// placed is an error about one part of a description.
type placed struct {
	place string // Inner.Units, Rates[2]
	err   error
}

func (p *placed) Error() string { return p.place + ": " + p.err.Error() }
func (p *placed) Unwrap() error { return p.err }

// at puts a place, a field's name or an index in brackets, before err's own.
func at(place string, err error) error {
	if err == nil {
		return nil
	}
	inner, ok := err.(*placed)
	if !ok {
		return &placed{place, err}
	}
	if !strings.HasPrefix(inner.place, "[") {
		place += "."
	}
	return &placed{place + inner.place, inner.err}
}
