package metrics_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/metrics"
)

// fixture is testdata/metrics.json, which testdata/metrics.py writes.
type fixture struct {
	Sets  []itemSet
	Cases []struct {
		Metric json.RawMessage
		Set    int
		Value  float64
	}
	Confusions []confusionCase
}

// itemSet is what scores are of.
type itemSet struct {
	Outputs, Targets      int
	Signed                bool
	Pred, Target, Weights []float32
}

func (s itemSet) spec() metrics.Spec {
	return metrics.Spec{Outputs: s.Outputs, Targets: s.Targets, Signed: s.Signed}
}
func (s itemSet) items() int { return len(s.Pred) / s.Outputs }

// addTo shows the items from lo to hi-1 to a meter.
func (s itemSet) addTo(m metrics.Meter, lo, hi int) {
	w := s.Weights
	if w != nil {
		w = w[lo:hi]
	}
	m.Add(s.Pred[lo*s.Outputs:hi*s.Outputs], s.Target[lo*s.Targets:hi*s.Targets], w)
}

var golden = sync.OnceValues(func() (f fixture, err error) {
	b, err := os.ReadFile("testdata/metrics.json")
	if err != nil {
		return f, err
	}
	return f, json.Unmarshal(b, &f)
})

// each runs f on a new meter for every case.
func each(t *testing.T, f func(t *testing.T, m metrics.Meter, s itemSet, want float64)) {
	fix, err := golden()
	if err != nil {
		t.Fatal(err)
	}
	for n, c := range fix.Cases {
		s := fix.Sets[c.Set]
		name := fmt.Sprintf("%d %s of %d outputs, %d targets", n, c.Metric, s.Outputs, s.Targets)
		t.Run(name, func(t *testing.T) {
			metric, err := metrics.Unmarshal(c.Metric)
			if err != nil {
				t.Fatal(err)
			}
			m, err := metric.Meter(s.spec())
			if err != nil {
				t.Fatal(err)
			}
			f(t, m, s, c.Value)
		})
	}
}

// TestEveryNameHasAFixture holds the fixture against what is registered.
func TestEveryNameHasAFixture(t *testing.T) {
	fix, err := golden()
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, c := range fix.Cases {
		var d struct{ Type string }
		if err := json.Unmarshal(c.Metric, &d); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, d.Type)
	}
	for _, name := range metrics.Names() {
		if name != "own" && !slices.Contains(seen, name) { // own: of TestRegister
			t.Errorf("metric %s has no case in testdata/metrics.py", name)
		}
	}
}

// near reports whether a value is the wanted one but for the rounding of float64
// sums of a few dozen items, which R2 relates to a difference of large numbers.
func near(got, want float64) bool { return math.Abs(got-want) <= 1e-12*max(1, math.Abs(want)) }

func TestValues(t *testing.T) {
	each(t, func(t *testing.T, m metrics.Meter, s itemSet, want float64) {
		s.addTo(m, 0, s.items())
		if got := m.Value(); !near(got, want) {
			t.Errorf("%.17g, want %.17g", got, want)
		}
	})
}

// TestBatches wants the same bits whatever the batches, after Reset too, and when
// the value is asked for in between.
func TestBatches(t *testing.T) {
	each(t, func(t *testing.T, m metrics.Meter, s itemSet, _ float64) {
		s.addTo(m, 0, s.items())
		want := m.Value()
		for _, size := range []int{1, 3, 7} {
			m.Reset()
			if v := m.Value(); !math.IsNaN(v) {
				t.Errorf("value of nothing is %g", v)
			}
			for lo := 0; lo < s.items(); lo += size {
				s.addTo(m, lo, min(lo+size, s.items()))
				m.Value()
			}
			if got := m.Value(); got != want {
				t.Errorf("%.17g in batches of %d, %.17g at once", got, size, want)
			}
		}
	})
}

// TestWeights wants items of weight 0 to be as if they were not there, whatever is
// predicted, and weights of 2 to be as if they were there twice.
func TestWeights(t *testing.T) {
	each(t, func(t *testing.T, m metrics.Meter, s itemSet, _ float64) {
		masked, twice := s, s
		masked.Weights, twice.Weights = nil, nil
		double := itemSet{Outputs: s.Outputs, Targets: s.Targets}
		for i := range s.items() {
			p, target := s.Pred[i*s.Outputs:(i+1)*s.Outputs], s.Target[i*s.Targets:(i+1)*s.Targets]
			masked.Weights = append(masked.Weights, float32(i%2))
			twice.Weights = append(twice.Weights, 2*float32(i%2))
			if i%2 == 1 {
				double.Pred = append(append(double.Pred, p...), p...)
				double.Target = append(append(double.Target, target...), target...)
			}
		}
		masked.Pred = slices.Clone(s.Pred)
		for i := 0; i < s.items(); i += 2 {
			masked.Pred[i*s.Outputs] = float32(math.NaN())
		}
		values := []float64{}
		for _, set := range []itemSet{masked, twice, double} {
			m.Reset()
			set.addTo(m, 0, set.items())
			values = append(values, m.Value())
		}
		if !near(values[0], values[1]) || !near(values[1], values[2]) {
			t.Errorf("%.17g with a weight of 1, %.17g with 2, %.17g twice", values[0], values[1], values[2])
		}
		m.Reset()
		m.Add(s.Pred, s.Target, make([]float32, s.items()))
		if v := m.Value(); !math.IsNaN(v) {
			t.Errorf("value of items without weight is %g", v)
		}
	})
}

func TestNoAllocation(t *testing.T) {
	each(t, func(t *testing.T, m metrics.Meter, s itemSet, _ float64) {
		add := func() {
			m.Reset()
			m.Add(s.Pred, s.Target, s.Weights)
			m.Value()
		}
		add()
		if n := testing.AllocsPerRun(10, add); n != 0 {
			t.Errorf("%g allocations", n)
		}
	})
}

// confusionCase is a confusion matrix and what follows from it.
type confusionCase struct {
	Outputs               int
	Threshold, Accuracy   float64
	Pred, Target          []float64
	Counts                [][]int
	Precision, Recall, F1 []float64
	Support               []int
}

func TestConfusion(t *testing.T) {
	fix, err := golden()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range fix.Confusions {
		rows := len(c.Target)
		got, err := metrics.NewConfusion(mat.NewDense(rows, c.Outputs, c.Pred), mat.NewDense(rows, 1, c.Target), c.Threshold, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(got.Counts, c.Counts, slices.Equal) {
			t.Errorf("counts %v, want %v", got.Counts, c.Counts)
		}
		if !near(got.Accuracy(), c.Accuracy) {
			t.Errorf("accuracy %g, want %g", got.Accuracy(), c.Accuracy)
		}
		for k, s := range got.PerClass() {
			if !near(s.Precision, c.Precision[k]) || !near(s.Recall, c.Recall[k]) || !near(s.F1, c.F1[k]) || s.Support != c.Support[k] ||
				s.Class != fmt.Sprint(k) {
				t.Errorf("class %d: %+v, want %g %g %g %d", k, s, c.Precision[k], c.Recall[k], c.F1[k], c.Support[k])
			}
		}
	}
}
