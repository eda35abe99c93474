package pipeline_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/pipeline"
)

func readExample(t *testing.T, path ...string) *datasets.Table {
	t.Helper()
	table, err := datasets.ReadCSVFile(filepath.Join(append([]string{"..", "examples"}, path...)...), datasets.CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// The default options must do well at the first try. With 30 test flowers an
// accuracy of 0.9 allows 3 mistakes; logistic regression makes 0 to 2 on these
// splits.
func TestDefaultsOnIris(t *testing.T) {
	table := readExample(t, "iris", "iris.csv")
	for seed := range uint64(6) {
		r := train(t, table, "species", pipeline.Options{Seed: seed})
		if got, _ := r.Test.Scores.Get("accuracy"); got < 0.9 {
			t.Errorf("seed %d: accuracy %.3f, want at least 0.9", seed, got)
		}
		if base, _ := r.Baseline.Get("accuracy"); math.Abs(base-1.0/3) > 1e-9 {
			t.Errorf("seed %d: the baseline's accuracy is %v, want a third", seed, base)
		}
	}
}

// Ridge regression reaches a mean R² of 0.50 on these splits.
func TestDefaultsOnDiabetes(t *testing.T) {
	table, mean := readExample(t, "diabetes", "diabetes.csv"), 0.0
	for seed := range uint64(5) {
		r := train(t, table, "progression", pipeline.Options{Seed: seed + 1})
		r2, _ := r.Test.Scores.Get("r2")
		mean += r2 / 5
		if base, _ := r.Baseline.Get("r2"); base > 0 {
			t.Errorf("seed %d: R² of the mean of other rows is %v, want at most 0", seed+1, base)
		}
	}
	if mean < 0.42 {
		t.Errorf("mean R² %.3f, want at least 0.42", mean)
	}
}

func TestDefaultsOnTextAndGaps(t *testing.T) {
	table := shop(t, 600)
	for target, least := range map[string]float64{"buys": 0.85, "size": 0.75} {
		r := train(t, table, target, pipeline.Options{Seed: 1})
		if got, _ := r.Test.Scores.Get("accuracy"); got < least {
			t.Errorf("%s: accuracy %.3f, want at least %g", target, got, least)
		}
	}
	r := train(t, table, "spent", pipeline.Options{Seed: 1, Encode: datasets.Encode{Drop: []string{"buys", "size"}}})
	if got, _ := r.Test.Scores.Get("r2"); got < 0.8 {
		t.Errorf("R² %.3f, want at least 0.8", got)
	}
}

// Everything that is learned besides weights is learned from the training rows:
// other cells in validation and test rows change no encoding, scaling or name.
func TestNothingLeaksFromValidationAndTest(t *testing.T) {
	table := shop(t, 80)
	clean, err := pipeline.Prepare(table, "spent", pipeline.Options{Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(shopCSV(80)), "\n")
	for _, part := range []*pipeline.Part{clean.Validation, clean.Test} {
		for row := range part.Table.Rows() {
			cells := strings.Split(lines[part.Table.Line(row)-1], ",")
			cells[1], cells[2], cells[7] = "1e6", "Elsewhere", "-1e6"
			lines[part.Table.Line(row)-1] = strings.Join(cells, ",")
		}
	}
	spoilt, err := pipeline.Prepare(readTable(t, strings.Join(lines, "\n")), "spent", pipeline.Options{Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, p := range map[string]*pipeline.Training{"clean": clean, "spoilt": spoilt} {
		if err := p.Pipeline.Save(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(readFile(t, filepath.Join(dir, "clean")), readFile(t, filepath.Join(dir, "spoilt"))) {
		t.Error("the pipeline changes with cells of validation and test rows")
	}
}

func TestPartsAreDisjointAndWhole(t *testing.T) {
	table := shop(t, 83)
	r := train(t, table, "size", pipeline.Options{Epochs: 1, Test: 0.3, Validation: 0.1})
	seen := map[int]string{}
	for _, part := range r.Parts() {
		for row := range part.Table.Rows() {
			line := part.Table.Line(row)
			if before, twice := seen[line]; twice {
				t.Errorf("line %d is in %s and in %s", line, before, part.Name)
			}
			seen[line] = part.Name
		}
	}
	if len(seen) != 83 || r.Test.Table.Rows() != 25 || r.Validation.Table.Rows() != 9 {
		t.Errorf("%d rows, %d to test and %d to validate; want 83, 25 and 9", len(seen), r.Test.Table.Rows(), r.Validation.Table.Rows())
	}
}

func TestSameSeedSameBits(t *testing.T) {
	table, dir := shop(t, 80), t.TempDir()
	file := func(name string, seed uint64, procs int) []byte {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		r := train(t, table, "size", pipeline.Options{Seed: seed, Epochs: 5, Dropout: 0.2})
		path := filepath.Join(dir, name)
		if err := r.Pipeline.Save(path); err != nil {
			t.Fatal(err)
		}
		return readFile(t, path)
	}
	one := file("one", 1, 1)
	if !bytes.Equal(one, file("two", 1, 4)) {
		t.Error("another number of threads gives another file")
	}
	if bytes.Equal(one, file("three", 2, 1)) {
		t.Error("another seed gives the same file")
	}
}

func TestInterruptedKeepsTheBestSoFar(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	stop := callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error {
		if run.Epoch == 6 {
			cancel()
		}
		return nil
	}}
	r, err := pipeline.Train(ctx, shop(t, 80), "size", pipeline.Options{Seed: 1, Callbacks: []goodfit.Callback{stop}})
	if err != nil || !r.Interrupted || r.History.Epochs() != 7 {
		t.Fatalf("error %v, interrupted %v, %d epochs; want none, true, 7", err, r.Interrupted, r.History.Epochs())
	}
	_, best := r.History.Best("val_loss")
	if loss, _ := r.Validation.Scores.Get("loss"); loss != best {
		t.Errorf("the model's validation loss is %v, want that of the best epoch, %v", loss, best)
	}
}

func TestInterruptedBeforeTheFirstEpoch(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := pipeline.Train(ctx, shop(t, 80), "size", pipeline.Options{})
	if !errors.Is(err, context.Canceled) || r == nil || r.History.Epochs() != 0 {
		t.Errorf("error %v and result %v, want that of the context and an empty history", err, r)
	}
}

func TestDivergedReturnsTheHistory(t *testing.T) {
	table := readExample(t, "diabetes", "diabetes.csv")
	r, err := pipeline.Train(context.Background(), table, "progression", pipeline.Options{Seed: 1, Optimizer: optim.SGD{Rate: 0.5, Momentum: 0.9}})
	var diverged *goodfit.DivergedError
	if !errors.As(err, &diverged) || r.History.Epochs() != diverged.Epoch {
		t.Errorf("error %v after %d epochs, want a DivergedError of the next", err, r.History.Epochs())
	}
}

func TestEarlyStoppingRestoresTheBest(t *testing.T) {
	r := train(t, shop(t, 80), "size", pipeline.Options{Seed: 1, Patience: 3})
	epoch, best := r.History.Best("val_loss")
	if loss, _ := r.Validation.Scores.Get("loss"); loss != best || r.History.Epochs() != epoch+4 || r.Stopped == "" {
		t.Errorf("validation loss %v after %d epochs (%q), want %v and 3 after epoch %d", loss, r.History.Epochs(), r.Stopped, best, epoch)
	}
	r = train(t, shop(t, 80), "size", pipeline.Options{Seed: 1, Patience: -1, Epochs: 60})
	if r.History.Epochs() != 60 || r.Stopped != "" {
		t.Errorf("without early stopping %d epochs (%q), want 60", r.History.Epochs(), r.Stopped)
	}
}

func TestRowsWithoutTargetAreLeftOut(t *testing.T) {
	csv := strings.Replace(strings.Replace(shopCSV(80), ",s,", ",,", 2), ",m,", ",?,", 1)
	r := train(t, readTable(t, csv), "size", pipeline.Options{Epochs: 1})
	if rows := r.Train.Table.Rows() + r.Validation.Table.Rows() + r.Test.Table.Rows(); r.Dropped != 3 || rows != 77 || r.Schema.Rows != 77 {
		t.Errorf("%d rows left out, %d used, %d described; want 3, 77, 77", r.Dropped, rows, r.Schema.Rows)
	}
}
