package optim

import (
	"fmt"
	"reflect"
)

// WithRate returns the optimizer with another base rate. It fails for a type
// whose struct has no float64 field Rate.
func WithRate(o Optimizer, rate float64) (Optimizer, error) {
	v := reflect.New(reflect.TypeOf(o)).Elem()
	v.Set(reflect.ValueOf(o))
	if v.Kind() == reflect.Struct {
		if f := v.FieldByName("Rate"); f.IsValid() && f.Kind() == reflect.Float64 {
			f.SetFloat(rate)
			return v.Interface().(Optimizer), nil
		}
	}
	return nil, fmt.Errorf("optim: %T has no field Rate", o)
}
