package optim

import (
	"github.com/goodfit-ml/goodfit/internal/registry"
)

// Optimizer is the description of an update rule: a plain value, such as
// Adam{Rate: 0.001}. Its Stepper keeps the state. An optimizer of one's own
// implements Optimizer and is named by [Register] so that files can hold it.
type Optimizer interface {
	// Settings returns what all optimizers have in common, defaults filled in.
	Settings() Settings
	// Check reports the first field out of range.
	Check() error
	// Stepper returns the rule at work on n weights, its state at the start.
	Stepper(n int) Stepper
}

// Settings are what all optimizers have in common.
type Settings struct {
	Rate     float64  // the base learning rate
	Schedule Schedule // nil: the rate stays
	Clip     Clip
	Decay    float64 // decoupled weight decay; AdamW and SGD with decay
}

// Stepper is an [Optimizer] at work on a model's weights, which lie in one
// array. It is not safe for concurrent use.
type Stepper interface {
	// Names are the names of the state arrays: "momentum", "velocity".
	Names() []string
	// State returns the state arrays, each as long as the weights, to be saved
	// and restored in place.
	State() [][]float32
	// Begin starts update number step, counted from 1, at the given rate.
	Begin(step int, rate float64)
	// Update changes w[lo:hi] and the state there by the gradient g[lo:hi].
	Update(w, g []float32, lo, hi int, a Adjust)
}

// Adjust is what happens to a gradient on its way into an update, in this order:
// the penalties' gradients L1·sign(w) + 2·L2·w are added, the sum is multiplied
// by Scale and clipped to ±ClipValue. Decay is weight decay apart from the
// gradient: w loses rate·Decay·w.
type Adjust struct {
	L1, L2    float32
	Scale     float32 // 1: as it is
	ClipValue float32 // 0: none
	Decay     float32
}

// Clip limits gradients before an update. Zero fields do nothing; when several
// are set they act in the order Norm, GlobalNorm, Value.
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
func Marshal(o Optimizer) ([]byte, error) { return table.Marshal(o) }

// Unmarshal reads what [Marshal] wrote.
func Unmarshal(b []byte) (Optimizer, error) { return table.Unmarshal(b) }
