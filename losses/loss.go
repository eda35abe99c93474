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
	// Check reports what is wrong with targets of the given size for outputs of
	// the given size; sizes are those of the last axis.
	Check(output, target int) error
	// CheckTargets reports the first target value out of the loss's range.
	CheckTargets(target []float32, output, size int) error
	// Eval computes the losses of a.Rows items and, where a.Grad is not nil, the gradients.
	Eval(a *Args)
}

// Args are the numbers of one evaluation of a [Loss] over Rows items: the rows
// of a batch, or each step of a sequence.
type Args struct {
	Rows int
	// Pred has Size predictions per item, Target has TargetSize numbers per item.
	Pred, Target     []float32
	Size, TargetSize int
	// Loss receives the loss of each item.
	Loss []float32
	// Grad receives Scale[i]·∂loss_i/∂Pred, or is nil. It does not overlap Pred.
	Grad []float32
	// Scale has the factor of each item's gradient: its weight over the number of
	// items. Nil: Uniform for all.
	Scale   []float32
	Uniform float32
}

// ScaleOf returns the factor of item i's gradient.
func (a *Args) ScaleOf(i int) float32 {
	if a.Scale == nil {
		return a.Uniform
	}
	return a.Scale[i]
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
	SignedTargets()
}

// table is the table of named losses.
var table = registry.New[Loss]("loss")

// Register names a loss type, so that model files can hold it: zero is a value
// of the type. It panics if the name is taken by another type.
func Register(name string, zero Loss) { table.Register(name, zero) }

// Marshal writes a loss as a JSON object with its registered name as "type".
func Marshal(l Loss) ([]byte, error) { return table.Marshal(l) }

// Unmarshal reads what [Marshal] wrote.
func Unmarshal(b []byte) (Loss, error) { return table.Unmarshal(b) }
