package prediction_test

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
)

// momentum is the chapter's optimizer.
func momentum() optim.SGD { return optim.SGD{Rate: 0.01, Momentum: 0.9} }

// cosine is the book's function: the rate of an epoch, from 0, of so many in so many
// cycles.
func cosine(epoch, epochs, cycles int, most float64) float64 {
	length := epochs / cycles
	return most / 2 * (math.Cos(math.Pi*float64(epoch%length)/float64(length)) + 1)
}

// annealed is the book's callback, written by a user: it sets the rate at the begin
// of each epoch, logs it, and saves a snapshot at the end of each cycle, if there is
// a folder.
type annealed struct {
	epochs, cycles int
	most           float64
	log            *[]float64
	folder         string
}

// path is the file of a snapshot, counted from 1.
func (a annealed) path(snapshot int) string {
	return filepath.Join(a.folder, fmt.Sprintf("snapshot_model_%d.goodfit", snapshot))
}

func (a annealed) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	return callbacks.Hooks{
		OnEpochBegin: func(run *goodfit.Run) error {
			rate := cosine(run.Epoch, a.epochs, a.cycles, a.most)
			run.SetRate(rate)
			*a.log = append(*a.log, rate)
			return nil
		},
		OnEpochEnd: func(run *goodfit.Run) error {
			length := a.epochs / a.cycles
			if a.folder == "" || (run.Epoch+1)%length != 0 {
				return nil
			}
			return run.Model().Save(a.path((run.Epoch + 1) / length))
		},
	}.Start(run)
}

// anneal trains the chapter's network with the callback.
func anneal(t *testing.T, a annealed) (m *goodfit.Model, rates []float64) {
	t.Helper()
	train, _ := blobs(1100, 100)
	r := recipe(25, a.epochs)
	r.Config.Optimizer, r.Plan.Callbacks = momentum(), []goodfit.Callback{a}
	m, h, err := r.Fit(ctx, train, nil, 1)
	must(t, err)
	rates, _ = h.Get("rate")
	return m, rates
}

// TestSnapshotSingleRows are the rows with which chapter 24 begins.
func TestSnapshotSingleRows(t *testing.T) {
	runRows(t, []row{
		{"ch24-blobs-generate", func(t *testing.T) { checkBlobs(t, 1000) }},
		{"ch24-small-train-split", func(t *testing.T) { checkBlobs(t, 1100); checkSplit(t, 1100, 100); checkOneHot(t) }},
		{"ch24-mlp-define", func(t *testing.T) {
			checkNetwork(t, 25)
			step, w, state := momentum().Stepper(1), []float32{1}, 0.0
			want := 1.0
			for i, g := range []float32{1, 1, -2} { // v ← 0.9·v − 0.01·g
				step.Begin(i+1, momentum().Settings().Rate)
				step.Update(w, []float32{g}, 0, 1, optim.Adjust{Scale: 1})
				state = 0.9*state - 0.01*float64(g)
				want += state
			}
			if math.Abs(float64(w[0])-want) > 1e-6 {
				t.Errorf("three updates with momentum give %v, want %v", w[0], want)
			}
		}},
		{"ch24-mlp-fit", func(t *testing.T) { checkFit(t, 25, 200, 1100, 100) }},
		{"ch24-mlp-evaluate", func(t *testing.T) { checkEvaluate(t, 25, 1100, 100) }},
		{"ch24-learning-curves", checkCurves},
	})
}

// TestCosineRows are the rows of chapter 24 on the rate.
func TestCosineRows(t *testing.T) {
	runRows(t, []row{
		{"ch24-cosine-function", func(t *testing.T) {
			for _, c := range []struct {
				epochs, cycles int
				most           float64
			}{{100, 5, 0.01}, {400, 8, 0.01}, {100, 3, 0.1}, {7, 7, 1}} { // of 100 epochs in 3 cycles one begins a fourth
				schedule := optim.CosineRestarts{First: c.epochs / c.cycles, PerEpoch: true}
				for epoch := range c.epochs {
					got, want := schedule.Rate(c.most, optim.Time{Epoch: epoch, Epochs: c.epochs}), cosine(epoch, c.epochs, c.cycles, c.most)
					if math.Abs(got-want) > 1e-15*c.most { // two cosines, rounded
						t.Fatalf("%+v: the rate of epoch %d is %v, want %v", c, epoch, got, want)
					}
				}
			}
		}},
		{"ch24-cosine-callback", func(t *testing.T) {
			var log []float64
			m, rates := anneal(t, annealed{epochs: 20, cycles: 4, most: 0.01, log: &log})
			if !slices.Equal(log, rates) || len(log) != 20 {
				t.Errorf("the callback set %v, the history has %v", log, rates)
			}
			train, test := blobs(1100, 100)
			r := recipe(25, 20)
			o := momentum()
			o.Schedule = optim.CosineRestarts{First: 5, PerEpoch: true}
			r.Config.Optimizer = o
			scheduled, _, err := r.Fit(ctx, train, nil, 1)
			must(t, err)
			same(t, "the optimizer's own schedule", predicted(t, scheduled, test), predicted(t, m, test))
		}},
		{"ch24-cosine-callback-use", func(t *testing.T) {
			var log []float64
			_, rates := anneal(t, annealed{epochs: 400, cycles: 400 / 50, most: 0.01, log: &log})
			for i, rate := range rates {
				if i > 0 && (rate > rates[i-1]) != (i%50 == 0) {
					t.Errorf("epoch %d has the rate %v after %v", i, rate, rates[i-1])
				}
			}
			if len(rates) != 400 || rates[0] != 0.01 || math.Abs(rates[49]-0.0000098664) > 1e-10 {
				t.Errorf("%d rates, the first %v, that of epoch 49 %v", len(rates), rates[0], rates[49])
			}
		}},
		{"ch24-plot-lrates", func(t *testing.T) {
			var log []float64
			anneal(t, annealed{epochs: 20, cycles: 2, most: 0.01, log: &log})
			drawn(t, plots.Lines{X: "epoch", Y: "learning rate", Lines: []plots.Line{{Y: log}}}, "epoch", "learning rate")
		}},
	})
}

// TestSnapshotRows are the rows of chapter 24 on models that are saved at the end of
// each cycle.
func TestSnapshotRows(t *testing.T) {
	train, test := blobs(1100, 100)
	var log []float64
	book := annealed{epochs: 50, cycles: 10, most: 0.01, log: &log, folder: t.TempDir()}
	last, _ := anneal(t, book)
	// loaded are the saved models, in their order.
	loaded := func(t *testing.T) (models []*goodfit.Model) {
		t.Helper()
		for i := 1; i <= 10; i++ {
			m, err := goodfit.Load(book.path(i))
			must(t, err)
			models = append(models, m)
		}
		return models
	}
	// latest are they as an ensemble, from the last back.
	latest := func(t *testing.T) *ensembles.Ensemble {
		t.Helper()
		models := loaded(t)
		slices.Reverse(models)
		return ensembles.New(ensembles.Mean{}, models...)
	}
	runRows(t, []row{
		{"ch24-snapshot-callback", func(t *testing.T) {
			r := recipe(25, 50)
			r.Config.Optimizer = momentum()
			e, err := ensembles.Snapshot{Members: 10, Rate: 0.01, PerEpoch: true, Seed: 1}.Fit(ctx, r, train)
			must(t, err)
			if len(e.Members) != 10 {
				t.Fatalf("%d members, want 10", len(e.Members))
			}
			// The first cycle's end is not left out where a cycle has one epoch, as the
			// book's guard would do.
			r.Plan.Epochs = 3
			short, err := ensembles.Snapshot{Members: 3, PerEpoch: true, Seed: 1}.Fit(ctx, r, train)
			must(t, err)
			if len(short.Members) != 3 {
				t.Errorf("three cycles of one epoch give %d members", len(short.Members))
			}
		}},
		{"ch24-load-snapshots", func(t *testing.T) {
			models := loaded(t)
			if !mat.Equal(predicted(t, models[9], test), predicted(t, last, test)) {
				t.Error("the last snapshot is not the final model")
			}
			if mat.Equal(predicted(t, models[0], test), predicted(t, models[1], test)) {
				t.Error("the first two snapshots are the same")
			}
			if _, err := goodfit.Load(book.path(11)); err == nil {
				t.Error("an eleventh snapshot was loaded")
			}
		}},
		{"ch24-reverse-snapshots", func(t *testing.T) {
			if !mat.Equal(predicted(t, latest(t).Members[0], test), predicted(t, last, test)) {
				t.Error("the first member is not the last snapshot")
			}
			// ensembles.Snapshot has that order at once, and the same models.
			r := recipe(25, 50)
			r.Config.Optimizer = momentum()
			e, err := ensembles.Snapshot{Members: 10, Rate: 0.01, PerEpoch: true, Seed: 1}.Fit(ctx, r, train)
			must(t, err)
			for i, m := range latest(t).Members {
				same(t, fmt.Sprintf("member %d", i+1), predicted(t, e.Members[i], test), predicted(t, m, test))
			}
			few, err := ensembles.Snapshot{Members: 4, Cycles: 10, Rate: 0.01, PerEpoch: true, Seed: 1}.Fit(ctx, r, train)
			must(t, err)
			for i, m := range few.Members {
				same(t, fmt.Sprintf("member %d of 4", i+1), predicted(t, m, test), predicted(t, e.Members[i], test))
			}
		}},
		{"ch24-ensemble-predictions", func(t *testing.T) {
			e := latest(t)
			var sum mat.Dense
			sum.CloneFrom(predicted(t, e.Members[0], test))
			for _, m := range e.Members[1:] {
				sum.Add(&sum, predicted(t, m, test))
			}
			sum.Scale(1.0/10, &sum)
			same(t, "mean of the probabilities", predicted(t, e, test), &sum)
		}},
		{"ch24-evaluate-n-members", func(t *testing.T) { checkSizes(t, latest(t), test) }},
		{"ch24-size-sweep", func(t *testing.T) { checkSizes(t, latest(t), test); checkSummary(t, latest(t), test) }},
		{"ch24-size-sweep-plot", func(t *testing.T) { checkSizesPlot(t, latest(t), test) }},
	})
}
