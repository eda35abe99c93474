package metrics

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/opt"
)

// Average says how scores of several classes become one.
type Average string

// The averages. With one output they all mean the score of the positive class.
const (
	Macro    Average = ""         // the mean over the classes that occur or are predicted
	Micro    Average = "micro"    // counts of all classes added first
	Weighted Average = "weighted" // the mean over classes, weighted by how often they occur
)

// Precision is the share of the items predicted as a class that are of it,
// TP/(TP+FP); 0 where none was predicted.
type Precision struct {
	Threshold opt.Float // of a single output; default 0.5
	Average   Average   // over classes; default Macro
}

// Recall is the share of the items of a class that are predicted as it,
// TP/(TP+FN); 0 where there are none.
type Recall struct {
	Threshold opt.Float // of a single output; default 0.5
	Average   Average   // over classes; default Macro
}

// F1 is the harmonic mean of precision and recall, 2·TP/(2·TP+FP+FN).
type F1 struct {
	Threshold opt.Float // of a single output; default 0.5
	Average   Average   // over classes; default Macro
}

// Name returns "precision".
func (Precision) Name() string { return "precision" }

// Name returns "recall".
func (Recall) Name() string { return "recall" }

// Name returns "f1".
func (F1) Name() string { return "f1" }

// Direction returns curves.Maximize.
func (Precision) Direction() curves.Direction { return curves.Maximize }

// Direction returns curves.Maximize.
func (Recall) Direction() curves.Direction { return curves.Maximize }

// Direction returns curves.Maximize.
func (F1) Direction() curves.Direction { return curves.Maximize }

// Meter fails if the targets are not classes, or the average is unknown.
func (m Precision) Meter(s Spec) (Meter, error) {
	return newCounts(s, m.Threshold, m.Average, func(c count) (float64, float64) { return c.both, c.predicted })
}

// Meter fails if the targets are not classes, or the average is unknown.
func (m Recall) Meter(s Spec) (Meter, error) {
	return newCounts(s, m.Threshold, m.Average, func(c count) (float64, float64) { return c.both, c.actual })
}

// Meter fails if the targets are not classes, or the average is unknown.
func (m F1) Meter(s Spec) (Meter, error) {
	return newCounts(s, m.Threshold, m.Average, func(c count) (float64, float64) { return 2 * c.both, c.predicted + c.actual })
}

// count has the weights of the items of a class that were predicted as it, of
// those that are it, and of those that are both.
type count struct{ predicted, actual, both float64 }

// counts is a meter of a ratio of counts.
type counts struct {
	spec      Spec
	threshold float32
	average   Average
	ratio     func(count) (part, whole float64)
	classes   []count
}

func newCounts(s Spec, threshold opt.Float, a Average, ratio func(count) (part, whole float64)) (Meter, error) {
	if s.Targets != 1 && s.Targets != s.Outputs {
		return nil, sizeError(s)
	}
	if a != Macro && a != Micro && a != Weighted {
		return nil, fmt.Errorf("average %q is unknown; known are %q, %q and %q", a, Macro, Micro, Weighted)
	}
	return &counts{spec: s, threshold: threshold32(threshold, s), average: a, ratio: ratio,
		classes: make([]count, s.Outputs)}, nil
}

// threshold32 returns what an output must exceed to mean yes.
func threshold32(t opt.Float, s Spec) float32 {
	if s.Signed {
		return float32(t.Or(0))
	}
	return float32(t.Or(0.5))
}

func (m *counts) Add(pred, target, weights []float32) {
	n, k := m.spec.Outputs, m.spec.Targets
	for i := range len(pred) / n {
		w := 1.0
		if weights != nil {
			w = float64(weights[i])
		}
		p, t := pred[i*n:(i+1)*n], target[i*k:(i+1)*k]
		if n == 1 {
			m.classes[0].add(p[0] > m.threshold, t[0] > 0.5, w)
			continue
		}
		said, is := largest(p), classOf(t)
		for c := range m.classes {
			m.classes[c].add(c == said, c == is, w)
		}
	}
}

func (c *count) add(predicted, actual bool, w float64) {
	if predicted {
		c.predicted += w
	}
	if actual {
		c.actual += w
	}
	if predicted && actual {
		c.both += w
	}
}

func (m *counts) Value() float64 {
	var sum, weight float64
	var all count
	for _, c := range m.classes {
		w := 1.0
		switch {
		case m.average == Weighted:
			w = c.actual
		case c.actual == 0 && c.predicted == 0 && len(m.classes) > 1:
			w = 0
		}
		sum += float64(w * quotient(m.ratio(c)))
		weight += w
		all = count{all.predicted + c.predicted, all.actual + c.actual, all.both + c.both}
	}
	if m.average == Micro {
		return quotient(m.ratio(all))
	}
	if weight == 0 {
		return math.NaN()
	}
	return sum / weight
}

func quotient(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}

func (m *counts) Reset() { clear(m.classes) }

func init() {
	Register("Precision", Precision{})
	Register("Recall", Recall{})
	Register("F1", F1{})
}
