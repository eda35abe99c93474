package prediction_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/metrics"
)

// TestResamplingSingleRows are the rows of chapter 22 on data and network.
func TestResamplingSingleRows(t *testing.T) {
	runRows(t, []row{
		{"ch22-blobs-generate", func(t *testing.T) { checkBlobs(t, 1000) }},
		{"ch22-one-hot", checkOneHot},
		{"ch22-split-90-10", func(t *testing.T) { checkSplit(t, 1000, 900) }},
		{"ch22-mlp-define", func(t *testing.T) { checkNetwork(t, 50) }},
		{"ch22-mlp-fit", func(t *testing.T) { checkFit(t, 50, 50, 1000, 900) }},
		{"ch22-mlp-evaluate", func(t *testing.T) { checkEvaluate(t, 50, 1000, 900) }},
		{"ch22-learning-curves", checkCurves},
		{"ch22-large-holdout-data", func(t *testing.T) {
			checkBlobs(t, 55000)
			checkSplit(t, 55000, 5000)
			few, at := datasets.Blobs{Samples: 1000, Centers: 3, Std: 2, Seed: 2}.MakeWithCenters()
			many, same := datasets.Blobs{Samples: 55000, Centers: 3, Std: 2, Seed: 2}.MakeWithCenters()
			if !mat.Equal(at, same) || mat.Equal(few.X, many.X.Slice(0, 1000, 0, 2)) {
				t.Error("55,000 rows have other centres than 1,000, or begin with the same rows")
			}
		}},
		{"ch22-evaluate-model-function", func(t *testing.T) {
			train, test := blobs(1000, 900)
			m, h, err := recipe(50, 50).Fit(ctx, train, nil, 1)
			must(t, err)
			s, err := m.Evaluate(test)
			must(t, err)
			if want := hitShare(predicted(t, m, test), test); h.Epochs() != 50 || math.Abs(scoreOf(s)-want) > 1e-12 || want < 0.75 {
				t.Errorf("after %d epochs the accuracy is %v, counted are %v", h.Epochs(), scoreOf(s), want)
			}
		}},
	})
}

// leftOut wants each member scored on the rows that it left out, and returns these
// scores. OutOfBag gives them.
func leftOut(t *testing.T, e *ensembles.Ensemble, train *datasets.Dataset) (scores []float64) {
	t.Helper()
	bag, err := e.OutOfBag(train, metrics.Accuracy{})
	must(t, err)
	for k, rows := range e.LeftOut {
		rest := train.Take(rows)
		got := scoreOf(bag.Members[k])
		if want := hitShare(predicted(t, e.Members[k], rest), rest); math.Abs(got-want) > 1e-12 {
			t.Errorf("member %d has the accuracy %v on the %d rows it left out, counted are %v", k+1, got, len(rows), want)
		}
		scores = append(scores, got)
	}
	return scores
}

// checkEstimate wants mean and deviation of the scores on rows left out.
func checkEstimate(t *testing.T, e *ensembles.Ensemble, train *datasets.Dataset) {
	t.Helper()
	scores := leftOut(t, e, train)
	var sum, squares float64
	for _, v := range scores {
		sum, squares = sum+v, squares+v*v
	}
	n := float64(len(scores))
	s := experiments.Summarize(scores)
	if math.Abs(s.Mean-sum/n) > 1e-12 || math.Abs(s.SD-math.Sqrt((squares-sum*sum/n)/(n-1))) > 1e-9 || s.N != 10 {
		t.Errorf("%d scores, %v ± %v, want %v ± %v", s.N, s.Mean, s.SD, sum/n, math.Sqrt((squares-sum*sum/n)/(n-1)))
	}
}

// TestResamplingRows are the rows of chapter 22 on members from parts of the rows.
func TestResamplingRows(t *testing.T) {
	train, others := blobs(3000, 1000)
	fit := func(t *testing.T, m ensembles.Method) *ensembles.Ensemble {
		t.Helper()
		e, err := m.Fit(ctx, recipe(50, 5), train)
		must(t, err)
		return e
	}
	splits, folds := fit(t, ensembles.Splits{Seed: 1}), fit(t, ensembles.KFold{Seed: 1})
	runRows(t, []row{
		{"ch22-random-splits-loop", func(t *testing.T) {
			leftOut(t, splits, train)
			seen := map[int]bool{}
			for k, rows := range splits.LeftOut {
				if len(rows) != 100 || len(slices.Compact(slices.Clone(rows))) != 100 {
					t.Errorf("member %d left out %d rows, want 100 different ones", k+1, len(rows))
				}
				for _, i := range rows {
					seen[i] = true
				}
			}
			// Drawn anew for each: of 1,000 rows 1 − 0.9¹⁰ are left out once at least, with
			// a deviation below √1000/2.
			if n := float64(len(seen)); len(splits.Members) != 10 || math.Abs(n-651) > 64 {
				t.Errorf("%d members left out %v rows, want about 651", len(splits.Members), n)
			}
		}},
		{"ch22-random-splits-summary", func(t *testing.T) { checkEstimate(t, splits, train) }},
		{"ch22-holdout-size-sweep", func(t *testing.T) { checkSizes(t, splits, others) }},
		{"ch22-holdout-sweep-plot", func(t *testing.T) {
			checkSummary(t, splits, others)
			checkSizesPlot(t, splits, others)
		}},
		{"ch22-kfold-config", func(t *testing.T) {
			rows, _ := blobs(5000, 5000)
			draw := func(f datasets.KFold) []datasets.Fold {
				parts, err := f.Folds(rows)
				must(t, err)
				return parts
			}
			parts, again := draw(datasets.KFold{K: 10, Shuffle: true, Seed: 1}), draw(datasets.KFold{K: 10, Shuffle: true, Seed: 1})
			tests := map[int]int{}
			for k, f := range parts {
				if len(f.Train) != 4500 || len(f.Test) != 500 || !slices.Equal(f.Test, again[k].Test) || !slices.Equal(f.Train, again[k].Train) {
					t.Errorf("fold %d has %d and %d rows, or others with the same seed", k+1, len(f.Train), len(f.Test))
				}
				for _, i := range f.Test {
					tests[i]++
					if slices.Contains(f.Train, i) {
						t.Fatalf("fold %d trains and tests with row %d", k+1, i)
					}
				}
			}
			if len(parts) != 10 || len(tests) != 5000 { // 5,000 rows in 10 parts of 500: each once
				t.Errorf("%d folds test with %d of 5,000 rows", len(parts), len(tests))
			}
			// The rows that a seed draws are goodfit's own, not scikit-learn's.
			if slices.Equal(draw(datasets.KFold{K: 10, Shuffle: true, Seed: 2})[0].Test, parts[0].Test) || draw(datasets.KFold{K: 10})[1].Test[0] != 500 {
				t.Error("another seed draws the same folds, or rows that are not shuffled are no runs")
			}
		}},
		{"ch22-kfold-loop", func(t *testing.T) {
			leftOut(t, folds, train)
			all := slices.Concat(folds.LeftOut...)
			slices.Sort(all)
			for i, r := range all {
				if i != r {
					t.Fatalf("row %d is left out by no fold, or by two", i)
				}
			}
			if len(all) != 1000 || len(folds.LeftOut[0]) != 100 || len(folds.Members) != 10 {
				t.Errorf("%d members left out %d rows, the first %d", len(folds.Members), len(all), len(folds.LeftOut[0]))
			}
		}},
		{"ch22-kfold-summary", func(t *testing.T) { checkEstimate(t, folds, train) }},
		{"ch22-bootstrap-loop", func(t *testing.T) {
			all, _ := blobs(5000, 5000)
			e, err := ensembles.Bagging{Rows: 4500, Seed: 1}.Fit(ctx, recipe(5, 1), all)
			must(t, err)
			leftOut(t, e, all)
			for k, rows := range e.LeftOut {
				// 5000·(1 − 1/5000)⁴⁵⁰⁰ = 2033 are never drawn, with a deviation of about 24.
				if n := len(slices.Compact(slices.Clone(rows))); n != len(rows) || n < 2033-120 || n > 2033+120 {
					t.Errorf("member %d left out %d different rows of %d, want about 2033", k+1, n, len(rows))
				}
			}
		}},
	})
}
