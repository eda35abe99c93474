// Package registry names the types of descriptions, so that a file can say
// {"type":"Dense","Units":25} and a program can make nn.Dense{Units: 25} of it.
//
// A description is a plain struct held in an interface: a layer, a loss, an
// optimizer. A [Table] knows the types of one such interface. It needs nothing
// from them: fields become members under their Go name, or the name in their
// json tag. A field that equals its zero value, or whose IsZero says so, is
// left out, which is right because the zero value of a description's field is
// its default. Types with MarshalJSON and UnmarshalJSON, or MarshalText and
// UnmarshalText, write and read themselves.
//
// A field that is itself an interface, as the inner layer of a wrapper or the
// schedule of an optimizer, is written by the table of that interface: a table
// knows its own, and those it was made with:
//
//	var schedules = registry.New[Schedule]("schedule")
//	var optimizers = registry.New[Optimizer]("optimizer", schedules)
//
//	func init() { optimizers.Register("Adam", Adam{}) }
//
// [Marshal] and [Unmarshal] do the same for a struct that stands in no table,
// as a configuration made of a loss, an optimizer and metrics.
//
// Input may come from anywhere: its size and depth are limited, and unknown
// types, unknown or doubled members and text after the end are errors.
package registry

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"sync"
)

// typeKey is the member that holds the registered name.
const typeKey = "type"

// Table maps names to the Go types that implement T, an interface type, and
// writes and reads values of these types as JSON. It is safe for concurrent
// use.
type Table[T any] struct {
	kind   string
	hint   string // the call that registers a type, for messages
	fields fieldTables

	mu     sync.RWMutex
	byName map[string]reflect.Type
	byType map[reflect.Type]string
}

// New makes an empty table. Kind is a noun for messages, such as "layer".
// Nested are the tables of other interfaces that fields of the registered
// types may have.
//
// New panics if T is not an interface or two tables serve the same interface.
func New[T any](kind string, nested ...Nested) *Table[T] {
	iface := reflect.TypeFor[T]()
	if iface.Kind() != reflect.Interface {
		panic(fmt.Sprintf("registry: a table of %ss needs an interface type, %v is none", kind, iface))
	}
	t := &Table[T]{
		kind:   kind,
		hint:   path.Base(iface.PkgPath()) + ".Register",
		byName: map[string]reflect.Type{},
		byType: map[reflect.Type]string{},
	}
	t.fields = newFieldTables(append([]Nested{t}, nested...))
	return t
}

// RegisteredBy sets the call that messages name for registering a type. The
// default is the function Register of the package that declares T. It returns
// t, for use where t is declared.
func (t *Table[T]) RegisteredBy(call string) *Table[T] {
	t.hint = call
	return t
}

// Register gives the type of zero, a value such as nn.Dense{}, a name. Doing
// the same again has no effect.
//
// Register panics if the name is empty or stands for another type, if the type
// has another name, or if the type cannot be stored: it must be a struct, or
// write itself as a JSON object, and have no unexported fields, pointers,
// functions, or interfaces without a table, unless tagged json:"-".
func (t *Table[T]) Register(name string, zero T) {
	typ := reflect.TypeOf(zero)
	if name == "" || typ == nil {
		panic(fmt.Sprintf("registry: a %s needs a name and a value to be registered (got %q, %v)", t.kind, name, typ))
	}
	if err := t.fields.checkDescription(typ); err != nil {
		panic(fmt.Sprintf("registry: %s %q of type %v cannot be stored: %v", t.kind, name, typ, err))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if old, ok := t.byName[name]; ok && old != typ {
		panic(fmt.Sprintf("registry: two %ss are named %q: %v and %v", t.kind, name, old, typ))
	}
	if old, ok := t.byType[typ]; ok && old != name {
		panic(fmt.Sprintf("registry: %s %v has two names: %q and %q", t.kind, typ, old, name))
	}
	t.byName[name], t.byType[typ] = typ, name
}

// Names returns the registered names in ascending order.
func (t *Table[T]) Names() []string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return slices.Sorted(maps.Keys(t.byName))
}

// Name returns the name of v's type. It fails if the type is not registered.
func (t *Table[T]) Name(v T) (string, error) {
	return t.nameOf(reflect.TypeOf(v))
}

func (t *Table[T]) nameOf(typ reflect.Type) (string, error) {
	if typ == nil {
		return "", fmt.Errorf("the %s is nil", t.kind)
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	if name, ok := t.byType[typ]; ok {
		return name, nil
	}
	if typ.Kind() == reflect.Pointer {
		if _, ok := t.byType[typ.Elem()]; ok {
			return "", fmt.Errorf("the %s is a pointer, *%v; use the value, %v", t.kind, typ.Elem(), typ.Elem())
		}
	}
	return "", fmt.Errorf("%s %v has no name for files; register it with %s(%q, %v{})",
		t.kind, typ, t.hint, typ.Name(), typ)
}

func (t *Table[T]) typeOf(name string) (reflect.Type, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if typ, ok := t.byName[name]; ok {
		return typ, nil
	}
	return nil, fmt.Errorf("unknown %s %q; if it is your own, register it with %s before loading", t.kind, name, t.hint)
}

// Marshal returns v as a compact JSON object whose first member "type" is the
// registered name and whose others are v's fields in their order, zero values
// left out. Numbers are written in the shortest form that reads back exactly.
//
// It fails if a type is not registered, a number is NaN or infinite, or a text
// is not UTF-8.
func (t *Table[T]) Marshal(v T) ([]byte, error) {
	data, err := t.encode(reflect.ValueOf(v), 0)
	if err == nil {
		err = check(data)
	}
	if errors.Is(err, errDepth) { // not wrapped 64 times
		err = errDepth
	}
	if err != nil {
		return nil, fmt.Errorf("storing the %s: %w", t.kind, err)
	}
	return data, nil
}

// Unmarshal returns the value that Marshal wrote, with the registered type (not
// a pointer to it). Members may come in any order.
//
// It fails if data is not one JSON object, names no registered type, has an
// unknown or doubled member or a value that does not fit its field, or is
// larger or deeper than any description is (32 MiB, 64 levels, half a
// million objects and lists).
func (t *Table[T]) Unmarshal(data []byte) (T, error) {
	var none T
	if err := check(data); err != nil {
		return none, fmt.Errorf("reading the %s: %w", t.kind, err)
	}
	v, err := t.decode(data)
	if err != nil {
		return none, fmt.Errorf("reading the %s: %w", t.kind, err)
	}
	return v.Interface().(T), nil
}
