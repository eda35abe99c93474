package metrics

import (
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/opt"
)

// Accuracy is the share of items whose class is predicted. What a class is
// follows from the model's outputs and targets:
//
//   - several outputs, a class index as target: the largest output is it (Keras:
//     sparse categorical accuracy);
//   - several outputs, as many targets (one-hot): the largest of both agree
//     (categorical accuracy);
//   - one output: it is above 0.5 exactly where the target is (binary accuracy),
//     or, under a loss with the classes −1 and +1 (hinge), of the target's sign.
//
// Of equal outputs the first counts as the largest. For another threshold, and
// for several independent yes-or-no outputs, see [BinaryAccuracy].
type Accuracy struct{}

// BinaryAccuracy is the share of outputs on the same side of Threshold as the
// target is of 0.5: of items with one output, or of all outputs of items with
// several yes-or-no questions.
type BinaryAccuracy struct {
	// Threshold is what an output must exceed to mean yes; default 0.5.
	Threshold opt.Float
}

// SignAccuracy is the share of outputs of the target's sign, for the classes −1
// and +1; an output of 0 counts as −1. Several outputs with ±1 for each class are
// compared by their largest.
//
// Old Keras rounded outputs under hinge loss before it compared them.
type SignAccuracy struct{}

// Name returns "accuracy".
func (Accuracy) Name() string { return "accuracy" }

// Name returns "binary_accuracy".
func (BinaryAccuracy) Name() string { return "binary_accuracy" }

// Name returns "sign_accuracy".
func (SignAccuracy) Name() string { return "sign_accuracy" }

// Direction returns curves.Maximize.
func (Accuracy) Direction() curves.Direction { return curves.Maximize }

// Direction returns curves.Maximize.
func (BinaryAccuracy) Direction() curves.Direction { return curves.Maximize }

// Direction returns curves.Maximize.
func (SignAccuracy) Direction() curves.Direction { return curves.Maximize }

// Meter fails if the targets are neither one number nor one for each output.
func (Accuracy) Meter(s Spec) (Meter, error) {
	switch {
	case s.Signed:
		return SignAccuracy{}.Meter(s)
	case s.Outputs == 1:
		return BinaryAccuracy{}.Meter(s)
	}
	return newMean(s, s.classSizes(), func(p, t []float32) float64 { return truth(largest(p) == classOf(t)) })
}

// Meter fails unless there is a target for each output.
func (b BinaryAccuracy) Meter(s Spec) (Meter, error) {
	at := float32(b.Threshold.Or(0.5))
	return newMean(s, s.sameSizes(), func(p, t []float32) float64 {
		right := 0
		for j, v := range p {
			if v == v && (v > at) == (t[j] > 0.5) {
				right++
			}
		}
		return float64(right) / float64(len(p))
	})
}

// Meter fails unless there is a target for each output.
func (SignAccuracy) Meter(s Spec) (Meter, error) {
	return newMean(s, s.sameSizes(), func(p, t []float32) float64 {
		if len(p) > 1 {
			return truth(largest(p) == largest(t))
		}
		return truth(p[0] == p[0] && (p[0] > 0) == (t[0] > 0))
	})
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func init() {
	Register("Accuracy", Accuracy{})
	Register("BinaryAccuracy", BinaryAccuracy{})
	Register("SignAccuracy", SignAccuracy{})
}
