package pipeline_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/internal/modelfile"
	"github.com/goodfit-ml/goodfit/pipeline"
)

var targets = []struct{ name, target string }{{"two classes", "buys"}, {"three classes", "size"}, {"numbers", "spent"}}

// TestEnsembleIsTheMeanOfItsMembers compares predictions and scores with those of
// the members: what the pipeline predicts is the mean of what each member predicts
// in it, to float64 rounding of a sum of three.
func TestEnsembleIsTheMeanOfItsMembers(t *testing.T) {
	for _, c := range targets {
		t.Run(c.name, func(t *testing.T) {
			table := shop(t, 80)
			r := train(t, table, c.target, pipeline.Options{Seed: 3, Epochs: 8, Hidden: []int{8}, Ensemble: ensembles.Average{Members: 3, Seed: 4}})
			if len(r.Members) != 3 || len(r.Ensemble.Histories) != 3 || r.History != r.Ensemble.Histories[0] {
				t.Fatalf("%d members, %d histories", len(r.Members), len(r.Ensemble.Histories))
			}
			want := mat.NewDense(table.Rows(), 1, nil)
			for i, m := range r.Ensemble.Members {
				alone := *r.Pipeline
				alone.Model = m
				p := predict(t, &alone, table)
				for k := range table.Rows() {
					want.Set(k, 0, want.At(k, 0)+first(p, k)/3)
				}
				e, err := alone.Evaluate(r.Test.Table)
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range e.Scores {
					if got, _ := r.Members[i].Test.Get(s.Name); got != s.Value {
						t.Errorf("member %d has %s %g, by itself %g", i, s.Name, got, s.Value)
					}
				}
			}
			got := predict(t, r.Pipeline, table)
			for k := range table.Rows() {
				if math.Abs(first(got, k)-want.At(k, 0)) > 1e-13*math.Max(1, math.Abs(want.At(k, 0))) {
					t.Fatalf("row %d: %g, want %g", k, first(got, k), want.At(k, 0))
				}
			}
		})
	}
}

// first is the predicted number, or the probability of the first class.
func first(p *pipeline.Predictions, row int) float64 {
	if p.Probabilities != nil {
		return p.Probabilities.At(row, 0)
	}
	return p.Values[row]
}

func TestSavedEnsemblePredictsTheSameBits(t *testing.T) {
	for _, c := range targets {
		t.Run(c.name, func(t *testing.T) {
			table := shop(t, 80)
			r := train(t, table, c.target, pipeline.Options{Seed: 3, Epochs: 4, Ensemble: ensembles.Bagging{Members: 2, Seed: 1}})
			path := filepath.Join(t.TempDir(), "model.goodfit")
			if err := r.Pipeline.Save(path); err != nil {
				t.Fatal(err)
			}
			loaded, err := pipeline.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			samePredictions(t, predict(t, loaded, table), predict(t, r.Pipeline, table))
			again := filepath.Join(t.TempDir(), "again.goodfit")
			if err := loaded.Save(again); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(readFile(t, path), readFile(t, again)) {
				t.Error("a loaded ensemble is saved as other bytes")
			}
			e, err := loaded.Evaluate(r.Test.Table)
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range r.Test.Scores {
				if e.Scores[i] != s {
					t.Errorf("loaded, %s is %g, was %g", s.Name, e.Scores[i].Value, s.Value)
				}
			}
			if _, err := goodfit.Load(path); err == nil || !strings.Contains(err.Error(), "holds a pipeline") {
				t.Errorf("loaded as a model: %v", err)
			}
			if _, err := ensembles.Load(path); err == nil || !strings.Contains(err.Error(), "holds a pipeline") {
				t.Errorf("loaded as an ensemble: %v", err)
			}
		})
	}
}

// TestEveryMethodIsSaved trains by each method, and with each kind of combiner, and
// loads what it saved.
func TestEveryMethodIsSaved(t *testing.T) {
	for _, m := range []ensembles.Method{
		ensembles.Average{Members: 2, Combiner: ensembles.Median{}}, ensembles.KFold{Members: 2}, ensembles.Splits{Members: 2},
		ensembles.WeightedAverage{Members: 2}, ensembles.GreedySelection{Members: 3}, ensembles.Stacking{Members: 2, Folds: 2},
		ensembles.Stacking{Members: 2, Folds: 2, Learner: ensembles.NetworkLearner{}}, ensembles.Integrated{Members: 2},
		ensembles.Snapshot{Members: 2}, ensembles.Horizontal{Members: 2}, ensembles.WeightAverage{Members: 2}, ensembles.SWA{}, ensembles.EMA{},
	} {
		for _, c := range targets {
			table := shop(t, 60)
			r := train(t, table, c.target, pipeline.Options{Seed: 3, Epochs: 4, Patience: -1, Hidden: []int{8}, Ensemble: m})
			path := filepath.Join(t.TempDir(), "model.goodfit")
			if err := r.Pipeline.Save(path); err != nil {
				t.Fatalf("%T: %v", m, err)
			}
			loaded, err := pipeline.Load(path)
			if err != nil {
				t.Fatalf("%T: %v", m, err)
			}
			samePredictions(t, predict(t, loaded, table), predict(t, r.Pipeline, table))
		}
	}
}

// TestEnsembleOfAnyThreads trains with one thread and with more.
func TestEnsembleOfAnyThreads(t *testing.T) {
	table := shop(t, 80)
	bits := func() []byte {
		r := train(t, table, "size", pipeline.Options{Seed: 5, Epochs: 4, Ensemble: ensembles.Bagging{Members: 3, Seed: 5}})
		path := filepath.Join(t.TempDir(), "m.goodfit")
		if err := r.Pipeline.Save(path); err != nil {
			t.Fatal(err)
		}
		return readFile(t, path)
	}
	many := bits()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if !bytes.Equal(bits(), many) {
		t.Error("on one thread the file has other bytes")
	}
}

// TestGains works the comparison out from the members' scores by hand.
func TestGains(t *testing.T) {
	r := &pipeline.Result{Training: &pipeline.Training{Test: &pipeline.Part{}}}
	r.Test.Scores = pipeline.Scores{{Name: "accuracy", Direction: curves.Maximize, Value: 0.9}, {Name: "log_loss", Direction: curves.Minimize, Value: 0.3}, {Name: "alone", Value: 1}}
	for _, v := range []float64{0.7, 0.8, 0.95, 0.75} {
		r.Members = append(r.Members, pipeline.MemberScores{Test: pipeline.Scores{{Name: "accuracy", Value: v}, {Name: "log_loss", Value: 1 - v}}})
	}
	g := r.Gains()
	if len(g) != 2 {
		t.Fatalf("%d gains, want those of accuracy and log_loss", len(g))
	}
	sd := math.Sqrt((0.1*0.1 + 0 + 0.15*0.15 + 0.05*0.05) / 3)
	for i, want := range []pipeline.Gain{{Mean: 0.8, SD: sd, Ensemble: 0.9, Gain: 0.1, Beaten: 3}, {Mean: 0.2, SD: sd, Ensemble: 0.3, Gain: -0.1, Beaten: 1}} {
		for _, pair := range [][2]float64{{g[i].Mean, want.Mean}, {g[i].SD, want.SD}, {g[i].Gain, want.Gain}, {g[i].Ensemble, want.Ensemble}} {
			if math.Abs(pair[0]-pair[1]) > 1e-15 {
				t.Errorf("%s: %+v, want %+v", g[i].Name, g[i], want)
			}
		}
		if g[i].Beaten != want.Beaten {
			t.Errorf("%s: %d members are worse, want %d", g[i].Name, g[i].Beaten, want.Beaten)
		}
	}
	single := train(t, shop(t, 80), "size", pipeline.Options{Epochs: 1})
	if single.Gains() != nil || single.Members != nil {
		t.Error("a single model has gains")
	}
}

// TestEnsembleNeverSeesTheTest trains with the test targets changed: the bits stay.
func TestEnsembleNeverSeesTheTest(t *testing.T) {
	table := shop(t, 80)
	o := pipeline.Options{Seed: 3, Epochs: 4, Ensemble: ensembles.Average{Members: 2, Seed: 4}}
	training, err := pipeline.Prepare(table, "spent", o)
	if err != nil {
		t.Fatal(err)
	}
	test := map[string]bool{}
	names, err := training.Test.Table.Column("customer")
	if err != nil {
		t.Fatal(err)
	}
	for i := range training.Test.Table.Rows() {
		test[names.Text(i)] = true
	}
	lines := strings.Split(shopCSV(80), "\n")
	for i, line := range lines {
		if cells := strings.Split(line, ","); test[cells[0]] {
			cells[7] = "12345"
			lines[i] = strings.Join(cells, ",")
		}
	}
	changed := train(t, readTable(t, strings.Join(lines, "\n")), "spent", o)
	want := train(t, table, "spent", o)
	samePredictions(t, predict(t, changed.Pipeline, table), predict(t, want.Pipeline, table))
}

// TestOutOfBagAndDiversity compares with what the ensemble says of its own numbers, and
// checks who has them: bagging has both, an average no rows left out.
func TestOutOfBagAndDiversity(t *testing.T) {
	for _, c := range targets {
		table := shop(t, 80)
		r := train(t, table, c.target, pipeline.Options{Seed: 3, Epochs: 8, Hidden: []int{8}, Ensemble: ensembles.KFold{Members: 3, Seed: 4}})
		if r.Diversity == nil || len(r.OutOfBag) == 0 {
			t.Fatalf("%s: diversity %v, out of bag %v", c.name, r.Diversity, r.OutOfBag)
		}
		// By hand: each training row by the member whose fold it is in.
		var want pipeline.Scores
		for k, rows := range r.Ensemble.LeftOut {
			alone := *r.Pipeline
			alone.Model = r.Ensemble.Members[k]
			e, err := alone.Evaluate(r.Train.Table.Take(rows))
			if err != nil {
				t.Fatal(err)
			}
			name, share := "accuracy", float64(len(rows))/float64(r.Train.Table.Rows())
			if c.target == "spent" {
				name = "mae"
			}
			v, _ := e.Scores.Get(name)
			if want == nil {
				want = pipeline.Scores{{Name: name}}
			}
			want[0].Value += share * v
		}
		if got, _ := r.OutOfBag.Get(want[0].Name); math.Abs(got-want[0].Value) > 1e-6 { // scores see float32
			t.Errorf("%s: out of bag %s is %g, want %g", c.name, want[0].Name, got, want[0].Value)
		}
		if v := ensembles.MeanOf(r.Diversity.ErrorCorrelation); !(v > -1 && v <= 1) {
			t.Errorf("%s: the errors correlate by %g", c.name, v)
		}
	}
	r := train(t, shop(t, 80), "size", pipeline.Options{Epochs: 2, Ensemble: ensembles.Average{Members: 2}})
	if r.OutOfBag != nil || r.Diversity == nil || r.Intervals != nil {
		t.Errorf("an average has out-of-bag scores %v, diversity %v, intervals %v", r.OutOfBag, r.Diversity, r.Intervals)
	}
}

// TestOneTrainingRunsAllItsEpochs has a validation loss that stops a single model
// early, but not the training of snapshots, unless that is asked for.
func TestOneTrainingRunsAllItsEpochs(t *testing.T) {
	const epochs = 150
	for _, c := range []struct {
		m        ensembles.Method
		patience int
		all      bool
	}{
		{nil, 0, false}, {ensembles.Snapshot{}, 0, true}, {ensembles.Horizontal{Members: 2}, 0, true}, {ensembles.WeightAverage{}, 0, true},
		{ensembles.SWA{}, 0, true}, {ensembles.EMA{}, 0, true}, {ensembles.EMA{}, 5, false}, {ensembles.Average{Members: 1}, 0, false},
	} {
		r := train(t, shop(t, 60), "size", pipeline.Options{Seed: 1, Epochs: epochs, Rate: 0.05, Hidden: []int{8}, Patience: c.patience, Ensemble: c.m})
		if all := r.History.Epochs() == epochs; all != c.all {
			t.Errorf("%T with patience %d: %d of %d epochs", c.m, c.patience, r.History.Epochs(), epochs)
		}
	}
}

// TestUnaveraged compares the last weights of a training, before they are averaged, with
// an ensemble of its last epoch alone. The averaged weights are others.
func TestUnaveraged(t *testing.T) {
	table := shop(t, 60)
	options := func(m ensembles.Method) pipeline.Options {
		return pipeline.Options{Epochs: 12, Hidden: []int{4}, Ensemble: m}
	}
	for _, c := range targets {
		target := c.target
		last := train(t, table, target, options(ensembles.Horizontal{Members: 1}))
		if last.Unaveraged != nil {
			t.Errorf("%s: the last epoch is said to be averaged", target)
		}
		for _, m := range []ensembles.Method{ensembles.WeightAverage{Members: 3}, ensembles.SWA{}, ensembles.EMA{}} {
			r := train(t, table, target, options(m))
			if r.Unaveraged == nil {
				t.Fatalf("%s: %T has no scores of the last weights", target, m)
			}
			if !reflect.DeepEqual(last.Members[0], *r.Unaveraged) {
				t.Errorf("%s: %T: last weights score %v, want %v of the last epoch", target, m, *r.Unaveraged, last.Members[0])
			}
			if reflect.DeepEqual(r.Members[0].Train, r.Unaveraged.Train) {
				t.Errorf("%s: %T: the averaged weights score %v as the last do", target, m, r.Unaveraged.Train)
			}
		}
	}
}

// TestBySize compares one member and all of them with their scores: the mean over
// sizes of one is that of the members, and all members are the ensemble. Scores see
// float32, and RMSE is scaled in float64 before and not after: hence 1e-5.
func TestBySize(t *testing.T) {
	for _, c := range targets {
		r := train(t, shop(t, 80), c.target, pipeline.Options{Seed: 3, Epochs: 8, Hidden: []int{8}, Ensemble: ensembles.Bagging{Members: 4, Seed: 4}})
		g := r.Gains()[0]
		if len(r.BySize) != 4 || len(r.BySize[0].Values) != 4 || len(r.BySize[1].Values) != 6 {
			t.Fatalf("%s: %d sizes", c.name, len(r.BySize))
		}
		for _, pair := range [][2]float64{{r.BySize[0].Mean, g.Mean}, {r.BySize[0].Std, g.SD}, {r.BySize[3].Mean, g.Ensemble}} {
			if math.Abs(pair[0]-pair[1]) > 1e-5*math.Max(1, math.Abs(pair[1])) {
				t.Errorf("%s: %g, want %g", c.name, pair[0], pair[1])
			}
		}
	}
	r := train(t, shop(t, 80), "spent", pipeline.Options{Epochs: 2, Ensemble: ensembles.Stacking{Members: 2, Folds: 2}})
	if r.BySize != nil {
		t.Error("stacked members were combined without some of them")
	}
}

// stopAfter cancels a context after so many epochs of all trainings together.
type stopAfter struct {
	epochs *atomic.Int64
	stop   context.CancelFunc
}

func (s stopAfter) Start(*goodfit.Run) (goodfit.Watcher, error) { return s, nil }

func (s stopAfter) EpochEnd(*goodfit.Run) error {
	if s.epochs.Add(-1) == 0 {
		s.stop()
	}
	return nil
}

// TestInterruptedEnsembleKeepsFinishedMembers stops in the training of the third of
// four members, one after the other, and during the first.
func TestInterruptedEnsembleKeepsFinishedMembers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	run := func(epochs int64) (*pipeline.Result, error) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		left := &atomic.Int64{}
		left.Store(epochs)
		return pipeline.Train(ctx, shop(t, 80), "size", pipeline.Options{Epochs: 5, Patience: -1,
			Ensemble: ensembles.Average{Members: 4}, Callbacks: []goodfit.Callback{stopAfter{left, cancel}}})
	}
	r, err := run(13)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Interrupted || len(r.Members) != 2 || len(r.Test.Scores) == 0 {
		t.Errorf("interrupted %t, %d members", r.Interrupted, len(r.Members))
	}
	if r, err := run(3); !errors.Is(err, context.Canceled) || r.Ensemble != nil {
		t.Errorf("stopped in the first member: %v", err)
	}
}

func TestEnsembleErrors(t *testing.T) {
	if _, err := pipeline.Train(context.Background(), shop(t, 80), "size", pipeline.Options{Epochs: 1, Ensemble: ensembles.Average{Members: -1}}); err == nil {
		t.Error("a negative number of members was taken")
	}
	var diverged *goodfit.DivergedError
	_, err := pipeline.Train(context.Background(), shop(t, 80), "spent", pipeline.Options{Epochs: 50, Rate: 1e20, Ensemble: ensembles.Average{}})
	if !errors.As(err, &diverged) {
		t.Errorf("a member diverged: %v", err)
	}
}

// TestLoadRefusesAnEnsembleThatDoesNotFit puts an ensemble for other columns or
// outputs, or a combiner for other numbers of members, into a good file.
func TestLoadRefusesAnEnsembleThatDoesNotFit(t *testing.T) {
	r := train(t, shop(t, 80), "spent", pipeline.Options{Epochs: 1, Ensemble: ensembles.Average{Members: 2}})
	columns := len(r.Pipeline.Encoder.Columns())
	dir := t.TempDir()
	for _, c := range []struct {
		name, want string
		e          *ensembles.Ensemble
	}{
		{"columns", "member 0: the model makes 1 numbers of 2, want 1 of", ensembles.New(nil, linear(t, 2, 1))},
		{"outputs", "member 0: the model makes 3 numbers", ensembles.New(nil, linear(t, columns, 3))},
		{"outputs of the combiner", fmt.Sprintf("the ensemble makes 2 numbers of %d, want 1", columns),
			ensembles.New(ensembles.Linear{Coefficients: [][]float64{{1}, {2}}, Intercepts: []float64{0, 0}}, linear(t, columns, 1))},
		{"good", "", ensembles.New(nil, linear(t, columns, 1))},
	} {
		p := *r.Pipeline
		p.Model = c.e
		path := filepath.Join(dir, c.name)
		if err := p.Save(path); err != nil {
			t.Fatal(err)
		}
		_, err := pipeline.Load(path)
		if c.want == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	w := modelfile.New(modelfile.Ensemble, goodfit.Version)
	if err := r.Ensemble.WriteParts(w.PartWriter); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "ensemble.goodfit")
	if err := w.Save(path); err != nil {
		t.Fatal(err)
	}
	if _, err := pipeline.Load(path); err == nil || !strings.Contains(err.Error(), "holds an ensemble, not a pipeline") {
		t.Errorf("an ensemble loaded as a pipeline: %v", err)
	}
}

// TestEnsembleImportance runs the same measurement as on a model.
func TestEnsembleImportance(t *testing.T) {
	table := shop(t, 80)
	r := train(t, table, "spent", pipeline.Options{Epochs: 20, Hidden: []int{8}, Ensemble: ensembles.Average{Members: 2}})
	all, err := r.Pipeline.Importance(context.Background(), table, pipeline.Shuffle{Repeats: 2})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 3 || all[0].Mean <= 0 {
		t.Errorf("importance %+v", all)
	}
}

var _ goodfit.Predictor = (*ensembles.Ensemble)(nil)
