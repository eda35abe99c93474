package registry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"
)

func (t *Table[T]) encode(v reflect.Value, depth int) ([]byte, error) {
	if !v.IsValid() {
		return nil, fmt.Errorf("the %s is nil", t.kind)
	}
	name, err := t.nameOf(v.Type())
	if err != nil {
		return nil, err
	}
	object, err := t.fields.encode(v, depth)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if !bytes.HasPrefix(object, []byte("{")) {
		return nil, fmt.Errorf("%s: its own form %.40s is not an object", name, object)
	}
	var b bytes.Buffer
	b.WriteString(`{"type":`)
	b.Write(quote(name))
	if len(object) > len("{}") {
		b.WriteByte(',')
	}
	b.Write(object[1:])
	return b.Bytes(), nil
}

// encode returns v as compact JSON.
func (f fieldTables) encode(v reflect.Value, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errDepth
	}
	if v.Kind() == reflect.Interface {
		if v.IsNil() {
			return []byte("null"), nil
		}
		return f[v.Type()].encode(v.Elem(), depth)
	}
	if writesItself(v.Type()) {
		return encodeItself(v)
	}
	switch v.Kind() {
	case reflect.Struct:
		return f.encodeStruct(v, depth)
	case reflect.Slice, reflect.Array:
		return f.encodeList(v, depth)
	case reflect.Map:
		return f.encodeMap(v, depth)
	case reflect.Float32, reflect.Float64:
		if x := v.Float(); math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, notFinite(strconv.FormatFloat(x, 'g', -1, 64))
		}
		return json.Marshal(v.Interface())
	case reflect.Bool:
		return strconv.AppendBool(nil, v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(nil, v.Int(), 10), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.AppendUint(nil, v.Uint(), 10), nil
	case reflect.String:
		if !utf8.ValidString(v.String()) {
			return nil, notUTF8(v.String())
		}
	}
	return marshal(v.Interface())
}

func (f fieldTables) encodeStruct(v reflect.Value, depth int) ([]byte, error) {
	fields, err := storedFields(v.Type())
	if err != nil {
		return nil, err
	}
	out := []byte{'{'}
	for _, s := range fields {
		value := v.Field(s.index)
		if isZero(value) {
			continue
		}
		text, err := f.encode(value, depth+1)
		if err != nil {
			return nil, at(v.Type().Field(s.index).Name, err)
		}
		out = appendMember(out, s.name, text)
	}
	return append(out, '}'), nil
}

func (f fieldTables) encodeList(v reflect.Value, depth int) ([]byte, error) {
	if v.Kind() == reflect.Slice && v.IsNil() {
		return []byte("null"), nil
	}
	out := []byte{'['}
	for i := range v.Len() {
		text, err := f.encode(v.Index(i), depth+1)
		if err != nil {
			return nil, at("["+strconv.Itoa(i)+"]", err)
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, text...)
	}
	return append(out, ']'), nil
}

// encodeMap writes the members in ascending order of their keys.
func (f fieldTables) encodeMap(v reflect.Value, depth int) ([]byte, error) {
	if v.IsNil() {
		return []byte("null"), nil
	}
	values := map[string]reflect.Value{}
	for _, key := range v.MapKeys() {
		if !utf8.ValidString(key.String()) {
			return nil, notUTF8(key.String())
		}
		values[key.String()] = v.MapIndex(key)
	}
	out := []byte{'{'}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		text, err := f.encode(values[key], depth+1)
		if err != nil {
			return nil, at("["+key+"]", err)
		}
		out = appendMember(out, key, text)
	}
	return append(out, '}'), nil
}

func appendMember(out []byte, name string, text []byte) []byte {
	if len(out) > 1 {
		out = append(out, ',')
	}
	out = append(out, quote(name)...)
	out = append(out, ':')
	return append(out, text...)
}

// isZero reports whether a field is left out.
func isZero(v reflect.Value) bool {
	if v.Kind() != reflect.Interface {
		if z, ok := v.Interface().(interface{ IsZero() bool }); ok {
			return z.IsZero()
		}
	}
	return v.IsZero()
}

// encodeItself calls v's own method, also one of the pointer.
func encodeItself(v reflect.Value) ([]byte, error) {
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	data, err := marshal(p.Interface())
	var method *json.MarshalerError
	if errors.As(err, &method) {
		err = method.Err
	}
	var value *json.UnsupportedValueError
	if errors.As(err, &value) {
		err = notFinite(value.Str)
	}
	return data, err
}

func notFinite(number string) error {
	return fmt.Errorf("%s cannot be stored; it must be a finite number", number)
}

func notUTF8(text string) error {
	return fmt.Errorf("%.40q cannot be stored; a text must be UTF-8", text)
}

// marshal is json.Marshal with <, > and & kept readable.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// quote returns s as a JSON string, which cannot fail.
func quote(s string) []byte {
	q, err := marshal(s)
	if err != nil {
		panic("registry: a string did not encode: " + err.Error())
	}
	return q
}
