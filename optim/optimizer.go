package optim

import "github.com/goodfit-ml/goodfit/internal/registry"

// Optimizer is the description of an update rule: a plain value, such as
// Adam{Rate: 0.001}. Its Stepper keeps the state. An optimizer of one's own
// implements Optimizer and is named by [Register] so that files can hold it.
type Optimizer interface {
	// Settings returns what all optimizers have in common, defaults filled in.
	Settings() Settings
	// Check reports every field out of range.
	Check() error
	// Stepper returns the rule at work on n weights, its state at the start.
	Stepper(n int) Stepper
}

// Settings are what all optimizers have in common.
type Settings struct {
	Rate     float64  // the base learning rate
	Schedule Schedule // nil: the rate stays
	Clip     Clip
	// Decay is decoupled weight decay: see [Adjust]. Models apply it to kernels
	// alone, that is to parameters of two and more axes but biases, and not to the
	// numbers of normalization layers, unless a goodfit.Group says otherwise. (Keras
	// decays all parameters that are not excluded by name, PyTorch all of a group.)
	Decay float64
}

// Clip limits gradients before an update; penalties are part of a gradient. Zero
// fields do nothing; when several are set they act in the order Norm, GlobalNorm,
// Value.
type Clip struct {
	// Value limits each number to ±Value.
	Value float64
	// Norm scales each parameter's gradient to at most this Euclidean norm.
	Norm float64
	// GlobalNorm scales the whole gradient to at most this Euclidean norm
	// (Pascanu et al. 2013).
	GlobalNorm float64
}

// IsZero reports that nothing is clipped.
func (c Clip) IsZero() bool { return c == Clip{} }

// table is the table of named optimizers, whose fields hold schedules.
var table = registry.New[Optimizer]("optimizer", schedules)

// Register names an optimizer type, so that files can hold it: zero is a value
// of the type. It panics if the name is taken by another type.
func Register(name string, zero Optimizer) { table.Register(name, zero) }

// Marshal writes an optimizer as a JSON object with its registered name as "type".
// It fails if the type, or that of its schedule, has no name.
func Marshal(o Optimizer) ([]byte, error) { return table.Marshal(o) }

// Unmarshal reads what [Marshal] wrote. It fails on a name that is not registered
// and on fields that the type does not have.
func Unmarshal(b []byte) (Optimizer, error) { return table.Unmarshal(b) }

// Divisible is a [Stepper] whose Update may run for ranges that do not overlap at
// the same time, between two calls of Begin. All of this package are.
type Divisible interface {
	Stepper
	// Divisible says so.
	Divisible()
}
