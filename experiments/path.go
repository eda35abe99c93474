package experiments

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/nn"
)

// visitor is called with the field that a path leads to, which can be set, its
// name, and the struct or list around it.
type visitor func(parent, field reflect.Value, name string) error

// walk visits a field of the recipe. Lists on the way are replaced by copies.
func walk(r *goodfit.Recipe, path string, visit visitor) error {
	steps, err := parsePath(path)
	if err != nil {
		return err
	}
	return descend(reflect.ValueOf(r).Elem(), steps, visit)
}

// step is a field's name, or an index in brackets.
type step struct {
	name  string
	index bool
}

func parsePath(path string) ([]step, error) {
	var steps []step
	for part := range strings.SplitSeq(path, ".") {
		name, rest, indexed := strings.Cut(part, "[")
		if name == "" {
			return nil, fmt.Errorf("path %q: an empty field name", path)
		}
		steps = append(steps, step{name: name})
		for indexed {
			index, after, closed := strings.Cut(rest, "]")
			if !closed || after != "" && after[0] != '[' {
				return nil, fmt.Errorf("path %q: want field[index], got %q", path, part)
			}
			steps = append(steps, step{name: index, index: true})
			rest, indexed = strings.CutPrefix(after, "[")
		}
	}
	return steps, nil
}

func descend(v reflect.Value, steps []step, visit visitor) error {
	if v.Kind() == reflect.Interface {
		return descendInto(v, steps, visit)
	}
	s, rest := steps[0], steps[1:]
	inner, err := find(v, s)
	if err != nil {
		return err
	}
	if named, ok := inner.Interface().(nn.Named); ok && len(rest) > 0 && inner.Kind() == reflect.Interface {
		return renamed(inner, named, rest, visit)
	}
	if len(rest) == 0 {
		return visit(v, inner, s.name)
	}
	return descend(inner, rest, visit)
}

// descendInto goes into the value that an interface holds, by way of a copy, as
// descriptions are values.
func descendInto(v reflect.Value, steps []step, visit visitor) error {
	if v.IsNil() {
		return fmt.Errorf("there is no value whose %s could be changed", steps[0].name)
	}
	inner := reflect.New(v.Elem().Type()).Elem()
	inner.Set(v.Elem())
	if err := descend(inner, steps, visit); err != nil {
		return err
	}
	v.Set(inner)
	return nil
}

// renamed goes into the layer that has a name, which it keeps.
func renamed(v reflect.Value, named nn.Named, steps []step, visit visitor) error {
	layer := reflect.ValueOf(&named.Layer).Elem()
	if err := descendInto(layer, steps, visit); err != nil {
		return err
	}
	v.Set(reflect.ValueOf(named))
	return nil
}

func find(v reflect.Value, s step) (reflect.Value, error) {
	if s.index {
		return element(v, s.name)
	}
	if v.Kind() != reflect.Struct {
		return v, fmt.Errorf("a %s has no field %s", v.Type(), s.name)
	}
	field, ok := v.Type().FieldByName(s.name)
	if !ok || !field.IsExported() {
		return v, fmt.Errorf("%s has no field %s; it has %s", v.Type(), s.name, strings.Join(fieldNames(v.Type()), ", "))
	}
	return v.FieldByIndex(field.Index), nil
}

// element finds an element by number or, among layers, by name.
func element(v reflect.Value, index string) (reflect.Value, error) {
	if v.Kind() != reflect.Slice {
		return v, fmt.Errorf("a %s has no element [%s]", v.Type(), index)
	}
	v.Set(reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v)) // the recipe's own copy
	for i := range v.Len() {
		if named, ok := v.Index(i).Interface().(nn.Named); ok && named.Name == index {
			return v.Index(i), nil
		}
	}
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= v.Len() {
		return v, fmt.Errorf("there is no element [%s] among %d", index, v.Len())
	}
	return v.Index(i), nil
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for f := range t.Fields() {
		if f.IsExported() {
			names = append(names, f.Name)
		}
	}
	return names
}
