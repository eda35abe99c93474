package ensembles_test

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// steep returns a member that is sure of one class or of another, by the sign of
// x·w + c: its probabilities are exactly 1 and 0.
func steep(t *testing.T, classes, below, above int, w, c float32) *goodfit.Model {
	m := goodfit.Sequential(tensor.Shape{1}, nn.Dense{Units: classes, Activation: act.Softmax})
	if err := m.Compile(goodfit.Config{Loss: losses.CrossEntropy{}}); err != nil {
		t.Fatal(err)
	}
	kernel, bias := make([]float32, classes), make([]float32, classes)
	for j := range bias {
		bias[j] = -1e4
	}
	kernel[above], bias[above], bias[below] = 1e5*w, 1e5*c, 0
	err := m.SetWeights("dense", map[string]*tensor.Tensor{"kernel": tensor.Of(kernel, 1, classes), "bias": tensor.Of(bias, classes)})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// bestOfGrid tries every vector in order and counts with sums of whole numbers.
func bestOfGrid(members []*mat.Dense, labels []int, steps int) []float64 {
	n := len(members)
	best, at := -1, make([]float64, n)
	try := func(w []float64) {
		right := 0
		for i, label := range labels {
			_, classes := members[0].Dims()
			sums := make([]float64, classes)
			for k, m := range members {
				for j := range sums {
					sums[j] += w[k] * m.At(i, j)
				}
			}
			top := 0
			for j, v := range sums {
				if v > sums[top] {
					top = j
				}
			}
			if top == label {
				right++
			}
		}
		if right > best {
			best = right
			copy(at, w)
		}
	}
	level := make([]float64, n)
	for k := range level {
		level[k] = 1
	}
	try(level)
	w := make([]float64, n)
	for {
		k := n - 1
		for k >= 0 && int(w[k]) == steps {
			w[k] = 0
			k--
		}
		if k < 0 {
			return ensembles.Normalized(at)
		}
		w[k]++
		try(w)
	}
}

// TestGridEqualsEveryVector compares weights, ties and all, with those of a slow
// enumeration, for members whose votes are often equal.
func TestGridEqualsEveryVector(t *testing.T) {
	for _, classes := range []int{2, 3, 4} {
		for seed := range uint64(6) {
			e := ensembles.New(nil)
			d := datasets.Regression{Samples: 40, Features: 1, Informative: 1, Noise: 60, Seed: seed}.Make()
			for k := range 4 {
				below := (k + int(seed)) % classes
				e.Members = append(e.Members, steep(t, classes, below, (below+1+k%(classes-1))%classes, 1-2*float32(k%2), float32(k)/3-0.5))
			}
			labels := make([]int, 40)
			for i := range labels {
				labels[i] = (int(d.Y.At(i, 0)/40) + 10*classes) % classes
				d.Y.Set(i, 0, float64(labels[i]))
			}
			p, err := e.Predictions(d)
			if err != nil {
				t.Fatal(err)
			}
			w, err := ensembles.Grid{Steps: 3}.Weights(t.Context(), p, metrics.Accuracy{})
			if err != nil {
				t.Fatal(err)
			}
			near(t, fmt.Sprintf("%d classes, seed %d", classes, seed), mat.NewDense(1, 4, w), bestOfGrid(p.Members, labels, 3), 0)
		}
	}
}

// TestRowsWeigh compares rows of weight 2 with rows that stand twice, and rows of
// weight 0 with rows that are not there.
func TestRowsWeigh(t *testing.T) {
	d := line(3)
	e := fit(t, ensembles.Average{Members: 3, Seed: 1}, regressor(), line(4))
	d.Weights = make([]float64, d.Rows())
	var rows []int
	for i := range d.Weights {
		d.Weights[i] = float64(i % 3)
		for range i % 3 {
			rows = append(rows, i)
		}
	}
	repeated := *d
	repeated.Weights = nil
	twice := repeated.Take(rows)
	for _, search := range []ensembles.Search{ensembles.LeastSquares{}, ensembles.Simplex{Draws: 30}, ensembles.Grid{Steps: 6}} {
		a, err := e.Weigh(t.Context(), search, nil, d)
		if err != nil {
			t.Fatal(err)
		}
		b, err := e.Weigh(t.Context(), search, nil, twice)
		if err != nil {
			t.Fatal(err)
		}
		w := b.Combiner.(ensembles.Weighted).Weights
		// Both sum the same squares in another order.
		near(t, fmt.Sprintf("%T", search), mat.NewDense(1, 3, a.Combiner.(ensembles.Weighted).Weights), w, 1e-9)
	}
}
