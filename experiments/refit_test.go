package experiments_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
)

// overfitting is a recipe for rows that it fits too well within 60 epochs.
func overfitting() (goodfit.Recipe, *datasets.Dataset) {
	r := classifier()
	r.Layers = []nn.Layer{nn.Dense{Units: 50, Activation: act.ReLU}, nn.Dense{Units: 3, Activation: act.Softmax}}
	r.Config.Optimizer = optim.Adam{Rate: 0.05, Schedule: optim.Cosine{}}
	r.Plan = goodfit.Plan{Epochs: 60, BatchSize: 8}
	return r, datasets.Blobs{Samples: 60, Std: 3, Seed: 2}.Make()
}

// bestOf fits a recipe with early stopping, and finds the epoch of the least
// validation loss in the history, from 1.
func bestOf(t *testing.T, r goodfit.Recipe, d *datasets.Dataset, f datasets.Fold, patience int, seed uint64) (*goodfit.Model, int) {
	t.Helper()
	r.Plan.Callbacks = []goodfit.Callback{callbacks.EarlyStopping{Patience: patience, RestoreBest: true}}
	train, held := f.Take(d)
	m, h, err := r.Fit(ctx, train, held, seed)
	if err != nil {
		t.Fatal(err)
	}
	losses, _ := h.Get("val_loss")
	if len(losses) == r.Plan.Epochs {
		t.Fatal("early stopping did not act; choose other data")
	}
	return m, slices.Index(losses, slices.Min(losses)) + 1
}

func bits(t *testing.T, m *goodfit.Model) (all []float32) {
	t.Helper()
	for _, l := range m.Layers() {
		w, err := m.Weights(l.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"kernel", "bias"} {
			if w[name] != nil {
				all = append(all, w[name].Data()...)
			}
		}
	}
	return all
}

// TestRetrain wants the mean of the best epochs, and the model of a plain fit that
// is cut off there.
func TestRetrain(t *testing.T) {
	r, d := overfitting()
	split := datasets.ShuffleSplit{Splits: 3, Fraction: 0.3, Seed: 4}
	folds, err := split.Folds(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, byUpdates := range []bool{false, true} {
		refit := experiments.Refit{Stop: callbacks.EarlyStopping{Patience: 5}, Split: split, CountUpdates: byUpdates}
		var first []float32
		for _, procs := range []int{1, 4} {
			old := runtime.GOMAXPROCS(procs)
			got, err := refit.Retrain(ctx, r, d, 9)
			runtime.GOMAXPROCS(old)
			if err != nil {
				t.Fatal(err)
			}
			if first != nil && !slices.Equal(first, bits(t, got.Model)) {
				t.Error("the model depends on the number of processors")
			}
			first = bits(t, got.Model)
			var epochs []int
			sum := 0.0
			for i, f := range folds {
				_, best := bestOf(t, r, d, f, 5, seedOf(t, 9, i))
				epochs, sum = append(epochs, best), sum+float64(best)
			}
			mean := sum / 3
			// 42 rows by 8 are 6 updates an epoch, 60 rows are 8.
			if !slices.Equal(got.BestEpochs, epochs) || got.Epochs != int(math.Round(mean)) || got.Updates != int(math.Round(6*mean)) {
				t.Errorf("epochs %v, mean %d, %d updates; want %v, %.2f and six times that", got.BestEpochs, got.Epochs, got.Updates, epochs, mean)
			}
			steps := 8 * got.Epochs
			if byUpdates {
				steps = got.Updates
			}
			plain := r
			plain.Plan.Callbacks = []goodfit.Callback{callbacks.Hooks{OnBatchEnd: func(run *goodfit.Run) error {
				if run.Step() == steps {
					run.Stop("enough")
				}
				return nil
			}}}
			m, _, err := plain.Fit(ctx, d, nil, 9)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(bits(t, m), bits(t, got.Model)) {
				t.Errorf("by updates %v: the model is not that of %d updates on all rows", byUpdates, steps)
			}
		}
	}
}

// seedOf is the seed of fit i: that which [experiments.Repeated] gives run i.
func seedOf(t *testing.T, base uint64, i int) (seed uint64) {
	t.Helper()
	seeds := make([]uint64, i+1)
	err := experiments.Repeated{Seeds: i + 1, BaseSeed: base}.Each(ctx, func(_ context.Context, k int, s uint64) error {
		seeds[k] = s
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return seeds[i]
}

// TestContinue wants the best weights trained on until the loss on the rows held
// out is that of the others.
func TestContinue(t *testing.T) {
	r, d := overfitting()
	r.Config.Optimizer = optim.SGD{Rate: 0.02, Momentum: 0.9}
	folds, err := datasets.Holdout{Fraction: 0.3, Seed: 6}.Folds(d)
	if err != nil {
		t.Fatal(err)
	}
	got, err := experiments.Refit{Stop: callbacks.EarlyStopping{Patience: 5}, Limit: 300}.Continue(ctx, r, d, 6)
	if err != nil {
		t.Fatal(err)
	}
	m, best := bestOf(t, r, d, folds[0], 5, 6)
	train, held := folds[0].Take(d)
	want, err := m.Evaluate(train)
	if err != nil {
		t.Fatal(err)
	}
	if got.Target != want.Loss || got.BestEpochs[0] != best || !got.Reached {
		t.Fatalf("target %v after epoch %d, reached %v; want %v after %d", got.Target, got.BestEpochs[0], got.Reached, want.Loss, best)
	}
	losses, _ := got.History.Get("val_loss")
	for i, v := range losses {
		if reached := v <= got.Target; reached != (i == len(losses)-1) {
			t.Fatalf("epoch %d of %d on all rows: loss %v on the rows held out, target %v", i+1, len(losses), v, got.Target)
		}
	}
	if _, err := m.Fit(ctx, d, goodfit.Plan{Epochs: len(losses), BatchSize: 8, Validation: held}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(bits(t, m), bits(t, got.Model)) {
		t.Errorf("the model is not that of %d more epochs on all rows", len(losses))
	}
	short, err := experiments.Refit{Stop: callbacks.EarlyStopping{Patience: 5}, Limit: 1}.Continue(ctx, r, d, 6)
	if err != nil || short.Reached || short.History.Epochs() != 1 {
		t.Errorf("limit 1: reached %v, %v", short.Reached, err)
	}
}

func TestRefitRefused(t *testing.T) {
	r, d := overfitting()
	for _, c := range []struct {
		refit experiments.Refit
		want  string
	}{
		{experiments.Refit{Limit: -1}, "Limit is -1, want at least 1"},
		{experiments.Refit{Split: datasets.Holdout{Rows: 99}}, "99"},
		{experiments.Refit{Stop: callbacks.EarlyStopping{Patience: -1}}, "Patience is -1"},
		{experiments.Refit{Stop: callbacks.EarlyStopping{Monitor: "f1"}}, `monitor "f1" is not recorded`},
	} {
		for name, how := range map[string]func() (*experiments.Refitted, error){
			"Retrain":  func() (*experiments.Refitted, error) { return c.refit.Retrain(ctx, r, d, 1) },
			"Continue": func() (*experiments.Refitted, error) { return c.refit.Continue(ctx, r, d, 1) },
		} {
			if _, err := how(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s of %+v: %v, want %q", name, c.refit, err, c.want)
			}
		}
	}
	if _, err := (experiments.Refit{Stop: callbacks.EarlyStopping{StartFrom: 99}}).Retrain(ctx, r, d, 1); err == nil ||
		!strings.Contains(err.Error(), "saw no finite value") {
		t.Errorf("a warm-up longer than the fit: %v", err)
	}
}

// Early stopping on parts of the rows says how long; the model for use is trained on
// all of them.
func ExampleRefit() {
	r, data := overfitting()
	refit := experiments.Refit{Stop: callbacks.EarlyStopping{Patience: 10}, Split: datasets.ShuffleSplit{Splits: 5, Fraction: 0.3}}
	out, err := refit.Retrain(ctx, r, data, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(out.BestEpochs), "early stops, then all rows for as many epochs as were best on average:", out.History.Epochs() == out.Epochs)
	// Output: 5 early stops, then all rows for as many epochs as were best on average: true
}
