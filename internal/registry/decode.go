package registry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
)

func (t *Table[T]) decode(data []byte) (reflect.Value, error) {
	none := reflect.Value{}
	object, err := members(data)
	if err != nil {
		return none, err
	}
	var name string
	rest := []byte{'{'}
	for _, m := range object {
		if m.key != typeKey {
			rest = appendMember(rest, m.key, m.value)
			continue
		}
		if m.value[0] != '"' {
			return none, fmt.Errorf("its type must be a text, not %.40s", m.value)
		}
		if name, err = unquote(m.value); err != nil {
			return none, err
		}
	}
	if name == "" {
		return none, errors.New("it has no type")
	}
	typ, err := t.typeOf(name)
	if err != nil {
		return none, err
	}
	v := reflect.New(typ).Elem()
	if err := t.fields.decode(append(rest, '}'), v); err != nil {
		return none, fmt.Errorf("%s: %w", name, err)
	}
	return v, nil
}

// decode sets v, which is addressable and zero, to the value in data, which is
// valid JSON.
func (f fieldTables) decode(data []byte, v reflect.Value) error {
	if v.Kind() == reflect.Interface {
		return f.decodeInterface(data, v)
	}
	if readsItself(v.Type()) {
		return decodeInto(data, v)
	}
	switch v.Kind() {
	case reflect.Struct:
		return f.decodeStruct(data, v)
	case reflect.Slice, reflect.Array:
		return f.decodeList(data, v)
	case reflect.Map:
		return f.decodeMap(data, v)
	}
	return decodeBasic(data, v)
}

func (f fieldTables) decodeInterface(data []byte, v reflect.Value) error {
	if isNull(data) {
		return nil
	}
	value, err := f[v.Type()].decode(data)
	if err != nil {
		return err
	}
	if value.IsValid() {
		v.Set(value)
	}
	return nil
}

func (f fieldTables) decodeStruct(data []byte, v reflect.Value) error {
	object, err := members(data)
	if err != nil {
		return err
	}
	fields, err := storedFields(v.Type())
	if err != nil {
		return err
	}
	index := map[string]int{}
	for _, s := range fields {
		index[s.name] = s.index
	}
	for _, m := range object {
		i, ok := index[m.key]
		if !ok {
			return fmt.Errorf("unknown field %q", m.key)
		}
		if err := f.decode(m.value, v.Field(i)); err != nil {
			return at(v.Type().Field(i).Name, err)
		}
	}
	return nil
}

func (f fieldTables) decodeList(data []byte, v reflect.Value) error {
	if isNull(data) && v.Kind() == reflect.Slice {
		return nil
	}
	list, err := elements(data)
	if err != nil {
		return err
	}
	n := 0
	for range list {
		n++
	}
	if v.Kind() == reflect.Slice {
		v.Set(reflect.MakeSlice(v.Type(), n, n))
	} else if v.Len() != n {
		return fmt.Errorf("%d values where %d are wanted", n, v.Len())
	}
	i := 0
	for text := range list {
		if err := f.decode(text, v.Index(i)); err != nil {
			return at("["+strconv.Itoa(i)+"]", err)
		}
		i++
	}
	return nil
}

func (f fieldTables) decodeMap(data []byte, v reflect.Value) error {
	if isNull(data) {
		return nil
	}
	object, err := members(data)
	if err != nil {
		return err
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, m := range object {
		value := reflect.New(v.Type().Elem()).Elem()
		if err := f.decode(m.value, value); err != nil {
			return at("["+m.key+"]", err)
		}
		v.SetMapIndex(reflect.ValueOf(m.key).Convert(v.Type().Key()), value)
	}
	return nil
}

// decodeBasic reads a bool, number or string.
func decodeBasic(data []byte, v reflect.Value) error {
	if isNull(data) {
		return fmt.Errorf("null where a value of type %v is wanted", v.Type())
	}
	return decodeInto(data, v)
}

func decodeInto(data []byte, v reflect.Value) error {
	err := json.Unmarshal(data, v.Addr().Interface())
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		return fmt.Errorf("%.40s where a value of type %v is wanted", data, v.Type())
	}
	return err
}

func isNull(data []byte) bool { return bytes.Equal(data, []byte("null")) }
