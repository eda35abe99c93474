package prediction_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/metrics"
)

// TestHorizontalSingleRows are the rows with which chapter 23 begins.
func TestHorizontalSingleRows(t *testing.T) {
	runRows(t, []row{
		{"ch23-blobs-generate", func(t *testing.T) { checkBlobs(t, 1000) }},
		{"ch23-small-train-split", func(t *testing.T) { checkBlobs(t, 1100); checkSplit(t, 1100, 100) }},
		{"ch23-one-hot", checkOneHot},
		{"ch23-mlp-define", func(t *testing.T) { checkNetwork(t, 25) }},
		{"ch23-mlp-fit", func(t *testing.T) { checkFit(t, 25, 1000, 1100, 100) }},
		{"ch23-mlp-evaluate", func(t *testing.T) { checkEvaluate(t, 25, 1100, 100) }},
		{"ch23-learning-curves", checkCurves},
	})
}

// TestHorizontalRows are the other rows of chapter 23: models of late epochs, saved
// one by one, and voting.
func TestHorizontalRows(t *testing.T) {
	const epochs, from = 60, 50
	train, test := blobs(1100, 100)
	folder := t.TempDir()
	path := func(epoch int) string { return filepath.Join(folder, "models", fmt.Sprintf("model_%d.goodfit", epoch)) }
	// one trains for an epoch at a time and saves late models; epochs count from 0.
	one := func(t *testing.T) *goodfit.Model {
		t.Helper()
		r, err := recipe(25, 1).For(train)
		must(t, err)
		m, err := r.Build(1)
		must(t, err)
		must(t, os.MkdirAll(filepath.Join(folder, "models"), 0o777))
		for i := range epochs {
			_, err := m.Fit(ctx, train, goodfit.Plan{})
			must(t, err)
			if i >= from {
				must(t, m.Save(path(i)))
			}
		}
		return m
	}
	last := one(t)
	// loaded are the saved models from the last back.
	loaded := func(t *testing.T) *ensembles.Ensemble {
		t.Helper()
		var members []*goodfit.Model
		for i := epochs - 1; i >= from; i-- {
			m, err := goodfit.Load(path(i))
			must(t, err)
			members = append(members, m)
		}
		return ensembles.New(nil, members...)
	}
	runRows(t, []row{
		{"ch23-save-horizontal-loop", func(t *testing.T) {
			files, err := os.ReadDir(filepath.Join(folder, "models"))
			must(t, err)
			if len(files) != epochs-from {
				t.Errorf("%d files, want %d", len(files), epochs-from)
			}
			// The optimizer's state carries over: epochs one at a time are those of one call.
			m, _, err := recipe(25, epochs).Fit(ctx, train, nil, 1)
			must(t, err)
			if !mat.Equal(predicted(t, m, test), predicted(t, last, test)) {
				t.Error("epochs that are trained one at a time come to other weights")
			}
		}},
		{"ch23-make-models-dir", func(t *testing.T) {
			r := recipe(5, 2)
			into := filepath.Join(t.TempDir(), "models")
			r.Plan.Callbacks = []goodfit.Callback{callbacks.Checkpoint{Path: filepath.Join(into, "model_{epoch}.goodfit")}}
			for range 2 { // a folder that is there already is no error
				_, _, err := r.Fit(ctx, train, nil, 1)
				must(t, err)
			}
			files, err := os.ReadDir(into)
			if err != nil || len(files) != 2 {
				t.Errorf("%d files, %v", len(files), err)
			}
		}},
		{"ch23-install-h5py", func(t *testing.T) {
			m, err := goodfit.Load(path(epochs - 1)) // written and read with nothing installed for it
			must(t, err)
			if !mat.Equal(predicted(t, m, test), predicted(t, last, test)) {
				t.Error("a model predicts otherwise when it is loaded")
			}
		}},
		{"ch23-load-all-models", func(t *testing.T) {
			if e := loaded(t); len(e.Members) != epochs-from {
				t.Errorf("%d models are loaded, want %d", len(e.Members), epochs-from)
			}
			if _, err := goodfit.Load(path(from - 1)); err == nil {
				t.Error("a model of an epoch before the first that was saved is loaded")
			}
		}},
		{"ch23-load-and-reverse", func(t *testing.T) {
			files := loaded(t)
			e, err := ensembles.Horizontal{Members: epochs - from, Seed: 1}.Fit(ctx, recipe(25, epochs), train)
			must(t, err)
			if len(e.Members) != len(files.Members) {
				t.Fatalf("%d members, want %d", len(e.Members), len(files.Members))
			}
			for k, m := range e.Members { // one call keeps what the loop saves, the last epoch first
				if !mat.Equal(predicted(t, m, test), predicted(t, files.Members[k], test)) {
					t.Errorf("member %d is not the model of epoch %d", k+1, epochs-1-k)
				}
			}
		}},
		{"ch23-ensemble-predictions", func(t *testing.T) {
			e := ensembles.New(nil, constant(t, 0, 0.6, 0.4), constant(t, 0, 0.6, 0.4), constant(t, 0, 0, 1))
			y, err := e.Predict(mat.NewDense(1, 1, []float64{0}))
			must(t, err)
			same(t, "the sum over members, divided by their number", y, mat.NewDense(1, 3, []float64{0, 0.4, 0.6}))
		}},
		{"ch23-evaluate-n-members", func(t *testing.T) {
			e := loaded(t)
			three, err := e.Take(0, 1, 2)
			must(t, err)
			got, _ := accuracy(t, three, test)
			if want := hitShare(predicted(t, three, test), test); math.Abs(got-want) > 1e-12 {
				t.Errorf("the last three epochs have the accuracy %v, counted are %v", got, want)
			}
			one, err := e.Take(0)
			must(t, err)
			got, _ = accuracy(t, one, test)
			if s, err := last.Evaluate(test); err != nil || scoreOf(s) != got {
				t.Errorf("one member has the accuracy %v, the last model %v, %v", got, scoreOf(s), err)
			}
		}},
		{"ch23-size-sweep", func(t *testing.T) { checkSizes(t, loaded(t), test) }},
		{"ch23-single-summary", func(t *testing.T) { checkSummary(t, loaded(t), test) }},
		{"ch23-size-sweep-plot", func(t *testing.T) { checkSizesPlot(t, loaded(t), test) }},
	})
}

func scoreOf(s goodfit.Scores) float64 {
	a, _ := s.Get(metrics.Accuracy{})
	return a
}
