package metrics

import (
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// LogLoss is the mean of −log of the probability that was given to the item's
// class, probabilities clipped to [1e-7, 1−1e-7]. Outputs are probabilities: one
// for the positive class, or one for each class.
type LogLoss struct{}

// Name returns "log_loss".
func (LogLoss) Name() string { return "log_loss" }

// Direction returns curves.Minimize.
func (LogLoss) Direction() curves.Direction { return curves.Minimize }

// Meter fails if the targets are not classes.
func (LogLoss) Meter(s Spec) (Meter, error) {
	if s.Targets != 1 && s.Targets != s.Outputs {
		return nil, sizeError(s)
	}
	return &mean{spec: s, of: logLoss}, nil
}

func logLoss(p, t []float32) float64 {
	const least = 1e-7
	var q float64
	switch {
	case len(p) > 1:
		if c := classOf(t); c < len(p) {
			q = float64(p[c])
		}
	case t[0] > 0.5:
		q = float64(p[0])
	default:
		q = 1 - float64(p[0])
	}
	return -fmath.Log(min(max(q, least), 1-least))
}

// AUC is the area under the ROC curve: the probability that an item of the class
// has a larger output than one that is not of it, equal ones counting half. Over
// several classes it is the mean of each against the rest, of those that occur.
// It is exact: every output is kept until the value is asked for.
type AUC struct{}

// Name returns "auc".
func (AUC) Name() string { return "auc" }

// Direction returns curves.Maximize.
func (AUC) Direction() curves.Direction { return curves.Maximize }

// Meter fails if the targets are not classes.
func (AUC) Meter(s Spec) (Meter, error) {
	if s.Targets != 1 && s.Targets != s.Outputs {
		return nil, sizeError(s)
	}
	return &auc{spec: s, classes: make([][]ranked, s.Outputs)}, nil
}

type auc struct {
	spec    Spec
	classes [][]ranked
}

// ranked is an item as one class sees it.
type ranked struct {
	score  float32
	weight float64
	is     bool
}

func (m *auc) Add(pred, target, weights []float32) {
	n, k := m.spec.Outputs, m.spec.Targets
	for i := range len(pred) / n {
		w := 1.0
		if weights != nil {
			w = float64(weights[i])
		}
		t := target[i*k : (i+1)*k]
		for c := range m.classes {
			is := t[0] > 0.5
			if n > 1 {
				is = classOf(t) == c
			}
			m.classes[c] = append(m.classes[c], ranked{pred[i*n+c], w, is})
		}
	}
}

func (m *auc) Value() float64 {
	var sum, count float64
	for _, items := range m.classes {
		if area := areaUnder(items); !math.IsNaN(area) {
			sum += area
			count++
		}
	}
	return sum / count
}

// areaUnder sorts the items and returns the area; NaN unless there are items of
// the class and others.
func areaUnder(items []ranked) float64 {
	slices.SortStableFunc(items, func(a, b ranked) int {
		switch {
		case a.score < b.score:
			return -1
		case a.score > b.score:
			return 1
		}
		return 0
	})
	var pairs, below, positive float64
	for i := 0; i < len(items); {
		j := i
		var in, out float64
		for ; j < len(items) && items[j].score == items[i].score; j++ {
			if items[j].is {
				in += items[j].weight
			} else {
				out += items[j].weight
			}
		}
		pairs += float64(in * (below + out/2))
		below += out
		positive += in
		i = max(j, i+1)
	}
	return pairs / (positive * below)
}

func (m *auc) Reset() {
	for c := range m.classes {
		m.classes[c] = m.classes[c][:0]
	}
}

func init() {
	Register("LogLoss", LogLoss{})
	Register("AUC", AUC{})
}
