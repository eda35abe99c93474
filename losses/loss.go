package losses

import (
	"github.com/goodfit-ml/goodfit/internal/registry"
	"github.com/goodfit-ml/goodfit/nn/act"
)

// Loss measures how wrong predictions are. It is a plain value without state,
// such as Huber{Delta: 2}. A loss of one's own implements Loss and is named by
// [Register] so that model files can hold it.
type Loss interface {
	// Name is the series' and report's name: "mse", "cross_entropy".
	Name() string
	// Check reports what is wrong with the loss's own fields, and with targets of
	// the given size for outputs of the given size; sizes are those of the last
	// axis.
	Check(output, target int) error
	// CheckTargets reports the first target out of the loss's range; target has
	// size numbers for each item, for output predictions.
	CheckTargets(target []float32, output, size int) error
	// Eval computes the losses of a.Rows items and, where a.Grad is not nil, the
	// gradients. It keeps nothing of a and allocates nothing, and may run in
	// several goroutines at once.
	Eval(a *Args)
}

// Fused is a [Loss] that is more exact, and faster, when it computes the model's
// final activation itself.
type Fused interface {
	Loss
	// Fuses reports whether EvalRaw can do so for the activation.
	Fuses(f act.Func) bool
	// EvalRaw is Eval on what the activation f would receive: it replaces a.Pred
	// by the activation's output, and a.Grad is the gradient with respect to what
	// a.Pred held before.
	EvalRaw(f act.Func, a *Args)
}

// Signed is a [Loss] whose two classes are −1 and +1, as hinge. Accuracy then
// goes by the sign of the prediction.
type Signed interface {
	Loss
	SignedTargets() // does nothing: it marks the type
}

// table is the table of named losses.
var table = registry.New[Loss]("loss")

// Register names a loss type, so that model files can hold it: zero is a value
// of the type. It panics if the name is taken by another type.
func Register(name string, zero Loss) { table.Register(name, zero) }

// Marshal writes a loss as a JSON object with its registered name as "type". It
// fails if the type has no name.
func Marshal(l Loss) ([]byte, error) { return table.Marshal(l) }

// Unmarshal reads what [Marshal] wrote. It fails on a name that is not registered
// and on fields that the type does not have.
func Unmarshal(b []byte) (Loss, error) { return table.Unmarshal(b) }
