package metrics

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/opt"
)

// count has the weights of the items of a class that were predicted as it, of
// those that are it, and of those that are both.
type count struct{ predicted, actual, both float64 }

// counts is a meter of a ratio of counts.
type counts struct {
	spec      Spec
	questions bool // outputs are yes-or-no questions, not classes
	threshold float32
	average   Average
	ratio     func(count) (part, whole float64)
	classes   []count
	weight    float64
}

func newCounts(s Spec, threshold opt.Float, a Average, ratio func(count) (part, whole float64)) (Meter, error) {
	err := s.classSizes()
	questions := s.Outputs == 1 || threshold.IsSet()
	if questions {
		err = s.sameSizes()
	}
	if err != nil {
		return nil, err
	}
	if a != Macro && a != Micro && a != Weighted {
		return nil, fmt.Errorf("Average is %q, want %q, %q or %q", a, Macro, Micro, Weighted)
	}
	usual := 0.5
	if s.Signed {
		usual = 0
	}
	return &counts{spec: s, questions: questions, threshold: float32(threshold.Or(usual)), average: a, ratio: ratio,
		classes: make([]count, s.Outputs)}, nil
}

func (m *counts) Add(pred, target, weights []float32) {
	n, k := m.spec.Outputs, m.spec.Targets
	for i := range len(pred) / n {
		w := weightOf(weights, i)
		m.weight += w
		p, t := pred[i*n:(i+1)*n], target[i*k:(i+1)*k]
		if m.questions {
			for c := range m.classes {
				m.classes[c].add(p[c] > m.threshold, t[c] > 0.5, w)
			}
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
	if m.weight == 0 {
		return math.NaN()
	}
	if m.average == Micro {
		return quotient(m.ratio(m.total()))
	}
	var sum, weight float64
	for _, c := range m.classes {
		w := 1.0
		if m.average == Weighted {
			w = c.actual
		} else if !m.questions && c.actual == 0 && c.predicted == 0 {
			w = 0
		}
		sum += float64(w * quotient(m.ratio(c)))
		weight += w
	}
	return quotient(sum, weight)
}

// total adds the counts of all classes.
func (m *counts) total() (all count) {
	for _, c := range m.classes {
		all = count{all.predicted + c.predicted, all.actual + c.actual, all.both + c.both}
	}
	return all
}

// quotient returns part/whole, 0 of nothing.
func quotient(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}

func (m *counts) Reset() {
	clear(m.classes)
	m.weight = 0
}
