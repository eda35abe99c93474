package metrics

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/curves"
)

// TopK is the share of items whose class is among the K largest outputs; of equal
// outputs the first count as larger.
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
	switch {
	case k.K < 0:
		return nil, fmt.Errorf("TopK.K is %d, want at least 1", k.K)
	case s.Outputs < 2:
		return nil, fmt.Errorf("TopK needs an output for each class, and the model has %d", s.Outputs)
	}
	return newMean(s, s.classSizes(), func(p, t []float32) float64 { return truth(rank(p, classOf(t)) < k.k()) })
}

// rank returns how many values stand before p[class]; all there could be where that
// is NaN or there is no such class.
func rank(p []float32, class int) (before int) {
	if class < 0 || class >= len(p) || p[class] != p[class] {
		return math.MaxInt
	}
	for j, v := range p {
		if v > p[class] || v == p[class] && j < class {
			before++
		}
	}
	return before
}

func init() { Register("TopK", TopK{}) }
