package goodfit

import (
	"errors"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/registry"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// callbackTable names the callbacks that a file can hold.
var callbackTable = registry.New[Callback]("callback").RegisteredBy("goodfit.RegisterCallback")

// RegisterCallback gives the type of zero, a callback that is a plain value, a name
// by which a [Plan] in a file can hold it; call it from init. Those of package
// callbacks that need nothing but their fields are registered. It panics if the name
// or the type is taken, or if the type cannot be stored.
func RegisterCallback(name string, zero Callback) { callbackTable.Register(name, zero) }

// configForm, planForm and recipeForm are what stands in a file.
type (
	configForm Config
	planForm   struct {
		Epochs, BatchSize     int
		ValidationFraction    float64
		ValidateEvery         int
		ClassWeights          []float64
		InOrder, GoThroughNaN bool
		Callbacks             []Callback
	}
	recipeForm struct {
		Input  tensor.Shape
		Layers []nn.Layer
		Config Config
		Plan   Plan
	}
)

// MarshalJSON returns the fields that are not zero; losses, optimizers and metrics
// have their registered name as "type". It fails if one is not registered.
func (c Config) MarshalJSON() ([]byte, error) {
	return marshalForm("config", configForm(c), configTables...)
}

// UnmarshalJSON reads what MarshalJSON wrote. It fails on unknown members, unknown
// types and values that do not fit, and leaves c as it was. Whether the numbers are
// in range shows when a model is compiled.
func (c *Config) UnmarshalJSON(text []byte) error {
	var f configForm
	if err := unmarshalForm("config", text, &f, configTables...); err != nil {
		return err
	}
	*c = Config(f)
	return nil
}

// MarshalJSON returns the fields that are not zero; callbacks have their registered
// name as "type". It fails on a plan with Validation, which is data, and on a
// callback that is not registered, as those that hold functions or data.
func (p Plan) MarshalJSON() ([]byte, error) {
	if !isNil(p.Validation) {
		return nil, errors.New("plan: Validation holds data, which are not stored; give them to Fit")
	}
	return marshalForm("plan", planForm{p.Epochs, p.BatchSize, p.ValidationFraction, p.ValidateEvery,
		p.ClassWeights, p.InOrder, p.GoThroughNaN, p.Callbacks}, callbackTable)
}

// UnmarshalJSON reads what MarshalJSON wrote. It fails on unknown members, unknown
// types and values out of range, and leaves p as it was.
func (p *Plan) UnmarshalJSON(text []byte) error {
	var f planForm
	if err := unmarshalForm("plan", text, &f, callbackTable); err != nil {
		return err
	}
	read := Plan{f.Epochs, f.BatchSize, nil, f.ValidationFraction, f.ValidateEvery, f.ClassWeights, f.InOrder, f.GoThroughNaN, f.Callbacks}
	if err := read.check(); err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	for k, c := range read.Callbacks {
		if c == nil {
			return fmt.Errorf("plan: callback %d is null", k+1)
		}
	}
	*p = read
	return nil
}

// MarshalJSON returns the fields that are not zero; layers, losses, optimizers,
// metrics and callbacks have their registered name as "type". The same recipe makes
// the same bytes. It fails as the plan's and the config's do.
func (r Recipe) MarshalJSON() ([]byte, error) {
	return marshalForm("recipe", recipeForm(r), layerTable)
}

// UnmarshalJSON reads what MarshalJSON wrote. It fails on unknown members, unknown
// types, values that do not fit and sizes that no training can have, and leaves r
// as it was. Whether the layers fit each other shows when the model is built.
func (r *Recipe) UnmarshalJSON(text []byte) error {
	var f recipeForm
	if err := unmarshalForm("recipe", text, &f, layerTable); err != nil {
		return err
	}
	if f.Input != nil && !f.Input.Valid() {
		return fmt.Errorf("recipe: Input is %v, want sizes of at least 1", f.Input)
	}
	for k, l := range f.Layers {
		if l == nil {
			return fmt.Errorf("recipe: layer %d is null", k+1)
		}
	}
	if err := checkSizes(f.Input, f.Layers); err != nil {
		return fmt.Errorf("recipe: %w", err)
	}
	*r = Recipe(f)
	return nil
}

// mostWeights is how many numbers one layer of a recipe in a file may ask for:
// 1 GiB in float32. A hostile file must not take all memory.
const mostWeights = 1 << 28

// checkSizes reports a layer that would ask for too much memory. Each layer but a
// Dense leaves the number of its inputs, or has a number of its own to give.
func checkSizes(input tensor.Shape, layers []nn.Layer) error {
	width := 1.0
	for _, n := range input {
		width *= float64(n)
	}
	if width > mostWeights {
		return fmt.Errorf("an input of %v values is more than the %d that a recipe may have", input, mostWeights)
	}
	for k, l := range layers {
		d, ok := unnamed(l).(nn.Dense)
		if !ok {
			continue
		}
		if units := float64(d.Units); units*math.Max(width, 1) > mostWeights {
			return fmt.Errorf("layer %d: %d units on %g inputs are more than the %d weights that a layer of a recipe may have",
				k+1, d.Units, width, mostWeights)
		}
		width = float64(d.Units)
	}
	return nil
}

// unnamed returns the layer inside [nn.As], or the layer itself.
func unnamed(l nn.Layer) nn.Layer {
	for {
		n, ok := l.(nn.Named)
		if !ok {
			return l
		}
		l = n.Layer
	}
}

// marshalForm writes a form and says what it is where that fails.
func marshalForm(what string, form any, tables ...registry.Nested) ([]byte, error) {
	text, err := registry.Marshal(form, tables...)
	return text, placedIn(what, err)
}

func unmarshalForm(what string, text []byte, form any, tables ...registry.Nested) error {
	return placedIn(what, registry.Unmarshal(text, form, tables...))
}

// placedIn puts the reader's name for a part in the place of that of its type.
func placedIn(what string, err error) error {
	if err == nil {
		return nil
	}
	if inner := errors.Unwrap(err); inner != nil {
		err = inner
	}
	return fmt.Errorf("%s: %w", what, err)
}
