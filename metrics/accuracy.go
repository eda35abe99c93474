package metrics

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/opt"
)

// Accuracy is the share of items whose class is predicted. What a class is
// follows from the model's outputs and targets:
//
//   - several outputs, a class index as target: the largest output is it;
//   - several outputs, as many targets (one-hot): the largest of both agree;
//   - one output: it is above 0.5 exactly where the target is, or, under a loss
//     with the classes −1 and +1 (hinge), of the target's sign.
//
// Of equal outputs the first counts as the largest. For another threshold see
// [BinaryAccuracy], for several independent yes-or-no outputs too.
type Accuracy struct{}

// Name returns "accuracy".
func (Accuracy) Name() string { return "accuracy" }

// Direction returns curves.Maximize.
func (Accuracy) Direction() curves.Direction { return curves.Maximize }

// Meter fails if the targets are neither one number nor one for each output.
func (Accuracy) Meter(s Spec) (Meter, error) {
	switch {
	case s.Signed:
		return SignAccuracy{}.Meter(s)
	case s.Outputs == 1:
		return BinaryAccuracy{}.Meter(s)
	case s.Targets == 1:
		return &mean{spec: s, of: func(p, t []float32) float64 { return truth(largest(p) == int(t[0])) }}, nil
	case s.Targets == s.Outputs:
		return &mean{spec: s, of: func(p, t []float32) float64 { return truth(largest(p) == largest(t)) }}, nil
	}
	return nil, sizeError(s)
}

// BinaryAccuracy is the share of outputs on the same side of Threshold as the
// target is of 0.5: of items with one output, or of all outputs of items with
// several yes-or-no questions.
type BinaryAccuracy struct {
	// Threshold is what an output must exceed to mean yes; default 0.5.
	Threshold opt.Float
}

// Name returns "accuracy", or "binary_accuracy" for a threshold of one's own.
func (b BinaryAccuracy) Name() string {
	if b.Threshold.IsSet() {
		return "binary_accuracy"
	}
	return "accuracy"
}

// Direction returns curves.Maximize.
func (BinaryAccuracy) Direction() curves.Direction { return curves.Maximize }

// Meter fails unless there is a target for each output.
func (b BinaryAccuracy) Meter(s Spec) (Meter, error) {
	if s.Outputs != s.Targets {
		return nil, sizeError(s)
	}
	at := float32(b.Threshold.Or(0.5))
	return &mean{spec: s, of: func(p, t []float32) float64 {
		right := 0
		for j := range p {
			if (p[j] > at) == (t[j] > 0.5) {
				right++
			}
		}
		return float64(right) / float64(len(p))
	}}, nil
}

// SignAccuracy is the share of outputs of the target's sign, for the classes −1
// and +1; an output of 0 counts as −1. Several outputs with ±1 for each class are
// compared by their largest.
type SignAccuracy struct{}

// Name returns "accuracy".
func (SignAccuracy) Name() string { return "accuracy" }

// Direction returns curves.Maximize.
func (SignAccuracy) Direction() curves.Direction { return curves.Maximize }

// Meter fails unless there is a target for each output.
func (SignAccuracy) Meter(s Spec) (Meter, error) {
	if s.Outputs != s.Targets {
		return nil, sizeError(s)
	}
	return &mean{spec: s, of: func(p, t []float32) float64 {
		if len(p) > 1 {
			return truth(largest(p) == largest(t))
		}
		return truth((p[0] > 0) == (t[0] > 0))
	}}, nil
}

// TopK is the share of items whose class is among the K largest outputs.
type TopK struct {
	K int // default 5
}

// Name returns "top_5_accuracy" for K = 5.
func (k TopK) Name() string { return fmt.Sprintf("top_%d_accuracy", k.k()) }

// Direction returns curves.Maximize.
func (TopK) Direction() curves.Direction { return curves.Maximize }

func (k TopK) k() int {
	if k.K == 0 {
		return 5
	}
	return k.K
}

// Meter fails if K is negative, or the targets are neither a class index nor
// one-hot over several outputs.
func (k TopK) Meter(s Spec) (Meter, error) {
	if k.K < 0 {
		return nil, fmt.Errorf("K is %d, want at least 1", k.K)
	}
	if s.Outputs < 2 || s.Targets != 1 && s.Targets != s.Outputs {
		return nil, sizeError(s)
	}
	return &mean{spec: s, of: func(p, t []float32) float64 {
		class := classOf(t)
		if class >= len(p) {
			return 0
		}
		above := 0
		for j, v := range p {
			if v > p[class] || v == p[class] && j < class {
				above++
			}
		}
		return truth(above < k.k())
	}}, nil
}

// classOf returns the class of a target: its index, or the place of the largest.
func classOf(t []float32) int {
	if len(t) == 1 {
		return max(int(t[0]), 0)
	}
	return largest(t)
}

// largest returns the place of the largest value, the first of equal ones.
func largest(x []float32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// sizeError says that outputs and targets do not go together.
func sizeError(s Spec) error {
	return fmt.Errorf("the model has %d outputs and the data %d targets", s.Outputs, s.Targets)
}

func init() {
	Register("Accuracy", Accuracy{})
	Register("BinaryAccuracy", BinaryAccuracy{})
	Register("SignAccuracy", SignAccuracy{})
	Register("TopK", TopK{})
}
