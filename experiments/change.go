package experiments

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
)

// Change is a named change of a recipe: one point of a [Sweep].
type Change struct {
	Name string
	// Apply changes the recipe, whose lists are its own copies.
	Apply func(r *goodfit.Recipe) error

	path string // of the field, whose value in effect is the name of the point
}

// Field returns a change for each value of one field of a recipe. Path leads to
// the field, as one writes it in Go: "Config.Optimizer.Rate",
// "Layers[0].Units", "Plan.BatchSize"; a layer may be called by its name,
// "Layers[hidden].Units". It goes through interfaces and named layers.
//
// A sweep names its points by the value that took effect, see [Effective].
//
// Values take the field's type where Go converts them without loss: ints for
// floats, any number for an opt.Float, where 0 is a real zero. Applying a change
// fails, naming the place, if there is no such field or a value does not fit.
func Field(path string, values ...any) []Change {
	changes := make([]Change, len(values))
	for i, v := range values {
		changes[i] = Change{
			Name:  fmt.Sprintf("%s = %v", path, v),
			Apply: func(r *goodfit.Recipe) error { return set(r, path, v) },
			path:  path,
		}
	}
	return changes
}

// apply returns the changed copy of a recipe.
func (c Change) apply(r goodfit.Recipe) (goodfit.Recipe, error) {
	r = own(r)
	if err := c.Apply(&r); err != nil {
		return r, fmt.Errorf("experiments: %s: %w", c.Name, err)
	}
	return r, nil
}

// point names the change of a recipe that it has been applied to.
func (c Change) point(changed goodfit.Recipe) string {
	if text, err := Effective(changed, c.path); c.path != "" && err == nil {
		return text
	}
	return c.Name
}

// own returns a recipe that shares no list with r.
func own(r goodfit.Recipe) goodfit.Recipe {
	r.Input = slices.Clone(r.Input)
	r.Layers = slices.Clone(r.Layers)
	r.Config.Metrics = slices.Clone(r.Config.Metrics)
	r.Config.Outputs = slices.Clone(r.Config.Outputs)
	r.Plan.Callbacks = slices.Clone(r.Plan.Callbacks)
	r.Plan.ClassWeights = slices.Clone(r.Plan.ClassWeights)
	return r
}

func set(r *goodfit.Recipe, path string, value any) error {
	return walk(r, path, func(_, field reflect.Value, _ string) error { return convert(field, value) })
}

// convert stores the value in v, whose type may differ from the value's.
func convert(v reflect.Value, value any) error {
	from := reflect.ValueOf(value)
	if !from.IsValid() {
		v.SetZero()
		return nil
	}
	switch {
	case from.Type().AssignableTo(v.Type()):
		v.Set(from)
		return nil
	case v.Type() == reflect.TypeFor[opt.Float]() && isNumber(from):
		v.Set(reflect.ValueOf(opt.Of(from.Convert(reflect.TypeFor[float64]()).Float())))
		return nil
	case sameKind(from, v.Type()):
		if to := from.Convert(v.Type()); to.Convert(from.Type()).Equal(from) {
			v.Set(to)
			return nil
		}
	}
	return fmt.Errorf("a %s does not take %v (%T)", v.Type(), value, value)
}

func isNumber(v reflect.Value) bool { return v.CanInt() || v.CanUint() || v.CanFloat() }

// sameKind reports whether a conversion keeps the meaning: numbers to numbers,
// texts to texts.
func sameKind(from reflect.Value, to reflect.Type) bool {
	return isNumber(from) && isNumber(reflect.Zero(to)) || from.Kind() == to.Kind() && from.CanConvert(to)
}

// Effective returns, as text, the value of a field that takes effect when the
// recipe runs: the default where the field is unset, "default" where the
// default is not known from the outside. Path is as for [Field].
func Effective(r goodfit.Recipe, path string) (text string, err error) {
	err = walk(&r, path, func(parent, field reflect.Value, name string) error {
		text = inEffect(parent, name, field)
		return nil
	})
	return text, err
}

// inEffect knows the defaults that stand outside the field's own type.
func inEffect(parent reflect.Value, name string, field reflect.Value) string {
	if o, ok := parent.Interface().(optim.Optimizer); ok && name == "Rate" {
		return fmt.Sprint(o.Settings().Rate)
	}
	switch value := field.Interface().(type) {
	case nil:
		return "default"
	case opt.Float:
		if !value.IsSet() {
			return "default"
		}
	case int:
		if parent.Type() == reflect.TypeFor[goodfit.Plan]() {
			return planNumber(name, value)
		}
	}
	return fmt.Sprint(field.Interface())
}

func planNumber(name string, value int) string {
	switch {
	case name == "BatchSize" && value == 0:
		return fmt.Sprint(datasets.DefaultBatchSize)
	case name == "BatchSize" && value < 0:
		return "all rows"
	case value == 0:
		return "1"
	}
	return fmt.Sprint(value)
}
