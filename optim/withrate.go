package optim

import (
	"fmt"
	"reflect"
)

// WithRate returns the optimizer with another base rate, above 0. It fails for a
// type whose struct has no float64 field Rate.
func WithRate(o Optimizer, rate float64) (Optimizer, error) {
	if err := positive("the rate", rate); err != nil {
		return nil, fmt.Errorf("optim: %w", err)
	}
	return withField(o, "Rate", rate)
}

// WithClip returns the optimizer with another gradient clipping. It fails if a
// limit is below 0, and for a type whose struct has no field Clip of type [Clip].
func WithClip(o Optimizer, c Clip) (Optimizer, error) {
	if !(c.Value >= 0 && c.Norm >= 0 && c.GlobalNorm >= 0) {
		return nil, fmt.Errorf("optim: the clipping is %+v, want limits of at least 0", c)
	}
	return withField(o, "Clip", c)
}

// withField returns a copy of the optimizer with another value in one field.
func withField(o Optimizer, name string, value any) (Optimizer, error) {
	if t := reflect.TypeOf(o); t != nil && t.Kind() == reflect.Struct {
		v := reflect.New(t).Elem()
		v.Set(reflect.ValueOf(o))
		if f := v.FieldByName(name); f.IsValid() && f.Type() == reflect.TypeOf(value) && f.CanSet() {
			f.Set(reflect.ValueOf(value))
			return v.Interface().(Optimizer), nil
		}
	}
	return nil, fmt.Errorf("optim: %T has no field %s", o, name)
}
