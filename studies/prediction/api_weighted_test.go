package prediction_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/metrics"
)

// pool trains members that differ by their seeds.
func pool(t *testing.T, members, epochs int, train *datasets.Dataset) *ensembles.Ensemble {
	t.Helper()
	e, err := ensembles.Average{Members: members, Seed: 1}.Fit(ctx, recipe(25, epochs), train)
	must(t, err)
	return e
}

// checkPool wants so many members, no two alike, and the same from the same seed.
func checkPool(t *testing.T, members int) {
	t.Helper()
	train, test := blobs(200, 100)
	e, again := pool(t, members, 3, train), pool(t, members, 3, train)
	if len(e.Members) != members || len(e.Histories) != members {
		t.Fatalf("%d members with %d histories, want %d", len(e.Members), len(e.Histories), members)
	}
	for i, m := range e.Members {
		y := predicted(t, m, test)
		if !mat.Equal(y, predicted(t, again.Members[i], test)) {
			t.Errorf("member %d is another with the same seed", i+1)
		}
		for j := range i {
			if mat.Equal(y, predicted(t, e.Members[j], test)) {
				t.Errorf("the members %d and %d are alike", j+1, i+1)
			}
		}
	}
}

// TestWeightedSingleRows are the rows of chapter 21 on the network and on averages.
func TestWeightedSingleRows(t *testing.T) {
	train, test := blobs(1100, 100)
	runRows(t, []row{
		{"ch21-blobs-generate", func(t *testing.T) { checkBlobs(t, 1000) }},
		{"ch21-small-train-split", func(t *testing.T) {
			checkBlobs(t, 1100)
			checkSplit(t, 1100, 100)
			checkOneHot(t)
		}},
		{"ch21-mlp-define", func(t *testing.T) { checkNetwork(t, 25) }},
		{"ch21-mlp-fit", func(t *testing.T) { checkFit(t, 25, 500, 1100, 100) }},
		{"ch21-mlp-evaluate", func(t *testing.T) { checkEvaluate(t, 25, 1100, 100) }},
		{"ch21-learning-curves", checkCurves},
		{"ch21-fit-model-function", func(t *testing.T) {
			r := recipe(25, 20) // a recipe is the function: it trains a new model from integer labels
			first, _, err := r.Fit(ctx, train, nil, 1)
			must(t, err)
			before := predicted(t, first, test)
			second, _, err := r.Fit(ctx, train, nil, 2)
			must(t, err)
			again, _, err := r.Fit(ctx, train, nil, 1)
			must(t, err)
			if mat.Equal(before, predicted(t, second, test)) || !mat.Equal(before, predicted(t, again, test)) || !mat.Equal(before, predicted(t, first, test)) {
				t.Error("a model is not that of its seed, or another training changes it")
			}
		}},
		{"ch21-member-pool-10", func(t *testing.T) { checkPool(t, 10) }},
		{"ch21-sum-argmax-ensemble", func(t *testing.T) {
			e := ensembles.New(nil, constant(t, 0, 0.6, 0.4), constant(t, 0, 0.6, 0.4), constant(t, 0, 0, 1))
			y, err := e.Predict(mat.NewDense(1, 1, []float64{0}))
			must(t, err)
			y.Scale(3, y)
			same(t, "the sum of the probabilities", y, mat.NewDense(1, 3, []float64{0, 1.2, 1.8}))
			one := pool(t, 1, 3, train)
			if !mat.Equal(predicted(t, one, test), predicted(t, one.Members[0], test)) {
				t.Error("an ensemble of one predicts otherwise than its member")
			}
		}},
		{"ch21-evaluate-n-members", func(t *testing.T) {
			e := pool(t, 4, 3, train)
			first, err := e.Take(0, 1)
			must(t, err)
			sum := predicted(t, e.Members[0], test)
			sum.Add(sum, predicted(t, e.Members[1], test))
			if got, _ := accuracy(t, first, test); math.Abs(got-hitShare(sum, test)) > 1e-12 {
				t.Errorf("the first two have the accuracy %v, counted are %v", got, hitShare(sum, test))
			}
		}},
		{"ch21-ensemble-size-sweep", func(t *testing.T) {
			e := pool(t, 10, 50, train)
			checkSizes(t, e, test)
			checkSummary(t, e, test)
		}},
	})
}

// TestWeightedRows are the rows of chapter 21 on weighted averages.
func TestWeightedRows(t *testing.T) {
	train, test := blobs(300, 100)
	e := pool(t, 3, 60, train)
	p, err := e.Predictions(test)
	must(t, err)
	weights := []float64{0.2, 0.5, 0.3}
	weighted := func(t *testing.T, w []float64) *mat.Dense {
		t.Helper()
		y, err := p.Combine(ensembles.Weighted{Weights: w})
		must(t, err)
		return y
	}
	runRows(t, []row{
		{"ch21-weighted-sum-loops", func(t *testing.T) {
			want := mat.NewDense(test.Rows(), 3, nil)
			for i := range test.Rows() {
				for j := range 3 {
					for k, m := range p.Members {
						want.Set(i, j, want.At(i, j)+weights[k]*m.At(i, j))
					}
				}
			}
			same(t, "weighted sum", weighted(t, weights), want)
		}},
		{"ch21-weighted-sum-tensordot", func(t *testing.T) {
			n := test.Rows() * 3
			stacked := mat.NewDense(len(p.Members), n, nil) // members × (rows × classes)
			for k, m := range p.Members {
				stacked.SetRow(k, m.RawMatrix().Data)
			}
			var sum mat.VecDense
			sum.MulVec(stacked.T(), mat.NewVecDense(3, weights))
			same(t, "contraction of the members", weighted(t, weights), mat.NewDense(test.Rows(), 3, sum.RawVector().Data))
			mean, err := p.Combine(ensembles.Mean{})
			must(t, err)
			same(t, "equal weights", weighted(t, []float64{1.0 / 3, 1.0 / 3, 1.0 / 3}), mean)
		}},
		{"ch21-evaluate-weighted-ensemble", func(t *testing.T) {
			got, _ := accuracy(t, ensembles.New(ensembles.Weighted{Weights: weights}, e.Members...), test)
			if want := hitShare(weighted(t, weights), test); math.Abs(got-want) > 1e-12 {
				t.Errorf("accuracy %v, counted are %v", got, want)
			}
			_, single := accuracy(t, e, test)
			for k := range 3 { // all weight to one member is that member
				w := make([]float64, 3)
				w[k] = 1
				if got, _ := accuracy(t, ensembles.New(ensembles.Weighted{Weights: w}, e.Members...), test); got != single[k] {
					t.Errorf("all weight to member %d has the accuracy %v, the member %v", k+1, got, single[k])
				}
			}
		}},
		{"ch21-member-pool-5", func(t *testing.T) { checkPool(t, 5) }},
		{"ch21-equal-weights-eval", func(t *testing.T) {
			five := pool(t, 5, 20, train)
			want, _ := accuracy(t, five, test)
			if got, _ := accuracy(t, ensembles.New(ensembles.Weighted{Weights: []float64{0.2, 0.2, 0.2, 0.2, 0.2}}, five.Members...), test); got != want {
				t.Errorf("weights of 1/5 have the accuracy %v, the average %v", got, want)
			}
		}},
		{"ch21-l1-normalize-weights", func(t *testing.T) {
			for _, c := range []struct{ in, want []float64 }{{[]float64{1, 3}, []float64{0.25, 0.75}}, {[]float64{0, 0.5, 0}, []float64{0, 1, 0}}, {[]float64{0, 0}, []float64{0, 0}}} {
				if got := ensembles.Normalized(c.in); !slices.Equal(got, c.want) {
					t.Errorf("%v becomes %v, want %v", c.in, got, c.want)
				}
			}
		}},
		{"ch21-grid-search-function", func(t *testing.T) {
			found, err := ensembles.Grid{}.Weights(ctx, p, metrics.Accuracy{})
			must(t, err)
			if got, want := hitShare(weighted(t, found), test), bestOfGrid(p, test); math.Abs(got-want) > 1e-12 {
				t.Errorf("%v have the accuracy %v, the best of 11³ has %v", found, got, want)
			}
			for _, w := range found { // of whole tenths, divided by their sum
				if r := w / slices.Max(found) * 2520; math.Abs(r-math.Round(r)) > 1e-9 {
					t.Errorf("%v are not tenths divided by their sum", found)
				}
			}
		}},
		{"ch21-grid-search-call", func(t *testing.T) {
			five := pool(t, 5, 60, train) // 161,051 vectors
			found, err := five.Weigh(ctx, ensembles.Grid{}, metrics.Accuracy{}, test)
			must(t, err)
			got, _ := accuracy(t, found, test)
			equal, single := accuracy(t, five, test)
			if got < equal || got < slices.Max(single) {
				t.Errorf("the weights have the accuracy %v where they were searched, equal ones %v and the best member %v", got, equal, slices.Max(single))
			}
		}},
	})
}

// bestOfGrid is the greatest accuracy of all vectors of weights from 0 to 10 of
// three members but the one of zeros. The book leaves out equal weights too, which a
// library has no reason to.
func bestOfGrid(p *ensembles.Predictions, d *datasets.Dataset) (best float64) {
	sum := mat.NewDense(d.Rows(), 3, nil)
	for vector := 1; vector < 11*11*11; vector++ {
		sum.Zero()
		for k, rest := 0, vector; k < 3; k, rest = k+1, rest/11 {
			for i := range d.Rows() {
				for j := range 3 {
					sum.Set(i, j, sum.At(i, j)+float64(rest%11)*p.Members[k].At(i, j))
				}
			}
		}
		best = max(best, hitShare(sum, d))
	}
	return best
}

// TestEvolutionRows are the rows of chapter 21 on differential evolution.
func TestEvolutionRows(t *testing.T) {
	train, test := blobs(300, 100)
	e := pool(t, 5, 300, train)
	p, err := e.Predictions(test)
	must(t, err)
	evolution := ensembles.DifferentialEvolution{MaxIter: 1000, Tol: 1e-7, Seed: 1}
	found, err := evolution.Weights(ctx, p, metrics.Accuracy{})
	must(t, err)
	scored := func(t *testing.T, w []float64) float64 {
		t.Helper()
		s, err := p.Scores(ensembles.Weighted{Weights: w}, metrics.Accuracy{})
		must(t, err)
		return scoreOf(s)
	}
	runRows(t, []row{
		{"ch21-de-loss-function", func(t *testing.T) {
			raw := []float64{0.9, 0.1, 0.5, 0, 0.2} // they count by their sizes, not by their sum
			got := scored(t, raw)
			if want := scored(t, ensembles.Normalized(raw)); got != want {
				t.Errorf("accuracy %v, divided by their sum %v", got, want)
			}
			if rows := got * float64(test.Rows()); math.Abs(rows-math.Round(rows)) > 1e-9 {
				t.Errorf("accuracy %v is no step of 1/%d", got, test.Rows())
			}
			if _, err := p.Scores(ensembles.Weighted{Weights: make([]float64, 5)}, metrics.Accuracy{}); err == nil {
				t.Error("weights that are all 0 predict something")
			}
		}},
		{"ch21-de-bounds", func(t *testing.T) {
			if len(found) != 5 || slices.Min(found) < 0 || slices.Max(found) > 1 {
				t.Errorf("weights %v, want five from 0 to 1", found)
			}
			// A member that is always wrong can be no more than left out.
			wrong := ensembles.New(nil, constant(t, 1, 0, 0), constant(t, 0, 1, 0))
			only := &datasets.Dataset{X: mat.NewDense(2, 1, nil), Y: mat.NewDense(2, 3, []float64{0, 1, 0, 0, 1, 0})}
			q, err := wrong.Predictions(only)
			must(t, err)
			w, err := evolution.Weights(ctx, q, metrics.Accuracy{})
			must(t, err)
			if !(w[0] >= 0 && w[1] > w[0] && w[1] <= 1) {
				t.Errorf("weights %v of a member that is never right and one that always is", w)
			}
		}},
		{"ch21-de-args", func(t *testing.T) {
			weighed, err := e.Weigh(ctx, evolution, metrics.Accuracy{}, test) // members, rows and labels in one call
			must(t, err)
			if got := weighed.Combiner.(ensembles.Weighted).Weights; !slices.Equal(got, found) {
				t.Errorf("%v, by their predictions %v", got, found)
			}
			few, err := e.Weigh(ctx, evolution, metrics.Accuracy{}, test.Take([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}))
			must(t, err)
			if got := few.Combiner.(ensembles.Weighted).Weights; slices.Equal(got, found) {
				t.Error("weights do not depend on the rows")
			}
		}},
		{"ch21-de-call", func(t *testing.T) {
			again, err := evolution.Weights(ctx, p, metrics.Accuracy{})
			must(t, err)
			if !slices.Equal(again, found) {
				t.Errorf("%v, then %v from the same seed", found, again)
			}
			equal, single := accuracy(t, e, test)
			if got := scored(t, found); got < equal || got < slices.Max(single) {
				t.Errorf("the weights have the accuracy %v where they were searched, equal ones %v and the best member %v", got, equal, slices.Max(single))
			}
			grid, err := ensembles.Grid{}.Weights(ctx, p, metrics.Accuracy{})
			must(t, err)
			// The score has steps, on which a search can come to rest: SciPy's, with the
			// same settings and 20 seeds on these predictions, ends on one of two that are
			// a row apart. Two rows of 200 are allowed.
			if got, want := scored(t, found), scored(t, grid); got < want-0.01-1e-9 {
				t.Errorf("the weights have the accuracy %v, those of the grid %v", got, want)
			}
		}},
		{"ch21-de-result", func(t *testing.T) {
			sum := 0.0
			for _, w := range found {
				sum += w
			}
			if math.Abs(sum-1) > 1e-12 { // divided already, unlike scipy's
				t.Errorf("the weights %v sum to %v", found, sum)
			}
			weighed := ensembles.New(ensembles.Weighted{Weights: found}, e.Members...)
			got, _ := accuracy(t, weighed, test)
			if want := hitShare(predicted(t, weighed, test), test); math.Abs(got-want) > 1e-12 || got != scored(t, found) {
				t.Errorf("accuracy %v, counted are %v", got, want)
			}
		}},
	})
}
