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
	if t := reflect.TypeOf(o); t != nil && t.Kind() == reflect.Struct {
		v := reflect.New(t).Elem()
		v.Set(reflect.ValueOf(o))
		if f := v.FieldByName("Rate"); f.IsValid() && f.Kind() == reflect.Float64 && f.CanSet() {
			f.SetFloat(rate)
			return v.Interface().(Optimizer), nil
		}
	}
	return nil, fmt.Errorf("optim: %T has no field Rate", o)
}
