package nn

import "github.com/goodfit-ml/goodfit/nn/act"

// Raw is an [Op] whose last action is an activation that can be left out, so
// that a loss computes it itself, more exactly: cross-entropy on softmax or
// sigmoid. See Pass.RawOutput.
type Raw interface {
	Op
	FinalActivation() act.Func
}

// Active is an [Op] with a penalty on its output.
type Active interface {
	Op
	Activity() ActivityPenalty
}

// Masker is an [Op] that can apply the derivative of a ReLU in front of it while it
// writes its input's gradient. See Pass.InMask.
type Masker interface {
	Op
	MasksInput()
}

// Rectified is an [Op] whose last action may be a ReLU, and which leaves its
// derivative out of Backward where Pass.DOutMasked is set.
type Rectified interface {
	Op
	EndsInReLU() bool
}

// Named is a layer with a name, as made by [As].
type Named struct {
	Name string
	Layer
}

func init() { Register("Named", Named{}) }

// As gives a layer a name, by which models and files refer to it. Layers without
// one are named after their type: dense, dense_2, …
func As(name string, l Layer) Layer { return Named{name, l} }
