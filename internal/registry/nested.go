package registry

import (
	"errors"
	"fmt"
	"reflect"
)

// Nested writes and reads the values of one interface type where they are
// fields of something else. Every [Table] is one, and [Of] makes others.
type Nested interface {
	iface() reflect.Type
	// encode writes v, a value of a type that implements the interface, which
	// stands depth levels deep.
	encode(v reflect.Value, depth int) ([]byte, error)
	// decode reads what encode wrote; data is valid JSON.
	decode(data []byte) (reflect.Value, error)
}

// Of makes a Nested of a pair of functions, such as a package's public Marshal
// and Unmarshal for its interface T.
func Of[T any](marshal func(T) ([]byte, error), unmarshal func([]byte) (T, error)) Nested {
	return functions[T]{marshal, unmarshal}
}

type functions[T any] struct {
	marshal   func(T) ([]byte, error)
	unmarshal func([]byte) (T, error)
}

func (f functions[T]) iface() reflect.Type { return reflect.TypeFor[T]() }

func (f functions[T]) encode(v reflect.Value, _ int) ([]byte, error) {
	return f.marshal(v.Interface().(T))
}

func (f functions[T]) decode(data []byte) (reflect.Value, error) {
	v, err := f.unmarshal(data)
	return reflect.ValueOf(v), err
}

func (t *Table[T]) iface() reflect.Type { return reflect.TypeFor[T]() }

// fieldTables maps the interface types that fields may have to their tables.
type fieldTables map[reflect.Type]Nested

func newFieldTables(tables []Nested) fieldTables {
	f := fieldTables{}
	for _, t := range tables {
		if _, ok := f[t.iface()]; ok {
			panic(fmt.Sprintf("registry: two tables serve %v", t.iface()))
		}
		f[t.iface()] = t
	}
	return f
}

// Marshal returns v, a struct or a map with string keys, as a JSON object as a
// [Table] does, but without the member "type". Fields of the tables' interfaces
// are written by them. A v with its own MarshalJSON or MarshalText may be any
// JSON.
func Marshal(v any, tables ...Nested) ([]byte, error) {
	f := newFieldTables(tables)
	value := reflect.ValueOf(v)
	if !value.IsValid() {
		return nil, errors.New("nil cannot be stored")
	}
	if err := f.checkTop(value.Type()); err != nil {
		return nil, fmt.Errorf("%v cannot be stored: %w", value.Type(), err)
	}
	data, err := f.encode(value, 0)
	if err == nil {
		err = check(data)
	}
	if errors.Is(err, errDepth) {
		err = errDepth
	}
	if err != nil {
		return nil, fmt.Errorf("storing %v: %w", value.Type(), err)
	}
	return data, nil
}

// checkTop fails if values of type t cannot be written and read back.
func (f fieldTables) checkTop(t reflect.Type) error {
	switch k := t.Kind(); {
	case k == reflect.Pointer, k != reflect.Struct && k != reflect.Map && !writesItself(t):
		return fmt.Errorf("%v is neither a struct nor a map", t)
	}
	return f.checkType(t, map[reflect.Type]bool{})
}

// Unmarshal sets what v points to, of a type that [Marshal] takes, to what
// Marshal wrote; fields that data leaves out become zero. On an error the old
// value stays.
func Unmarshal(data []byte, v any, tables ...Nested) error {
	f := newFieldTables(tables)
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("reading needs a pointer to a struct, not %T", v)
	}
	target = target.Elem()
	value := reflect.New(target.Type()).Elem()
	if err := f.checkTop(value.Type()); err != nil {
		return fmt.Errorf("%v cannot be stored: %w", value.Type(), err)
	}
	if err := check(data); err != nil {
		return fmt.Errorf("reading %v: %w", value.Type(), err)
	}
	if err := f.decode(data, value); err != nil {
		return fmt.Errorf("reading %v: %w", value.Type(), err)
	}
	target.Set(value)
	return nil
}
