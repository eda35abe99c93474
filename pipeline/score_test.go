package pipeline_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// near fails the test if got is not want to float32 accuracy.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-6*math.Max(1, math.Abs(want))) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func get(t *testing.T, s pipeline.Scores, name string) float64 {
	t.Helper()
	v, ok := s.Get(name)
	if !ok {
		t.Fatalf("no score %q among %v", name, s)
	}
	return v
}

func TestScoresOfARegressionByFormula(t *testing.T) {
	r := train(t, shop(t, 80), "spent", pipeline.Options{Epochs: 10})
	spent, err := r.Test.Table.Column("spent")
	if err != nil {
		t.Fatal(err)
	}
	pred, n := predict(t, r.Pipeline, r.Test.Table).Values, float64(r.Test.Table.Rows())
	var mean, sse, sae, sst float64
	for _, y := range spent.Numbers() {
		mean += y / n
	}
	for i, y := range spent.Numbers() {
		sse += (y - pred[i]) * (y - pred[i])
		sae += math.Abs(y - pred[i])
		sst += (y - mean) * (y - mean)
	}
	near(t, "rmse", get(t, r.Test.Scores, "rmse"), math.Sqrt(sse/n))
	near(t, "mae", get(t, r.Test.Scores, "mae"), sae/n)
	near(t, "r2", get(t, r.Test.Scores, "r2"), 1-sse/sst)
}

// Moved far from 0 and to another unit, a target has the scores of that unit. Sums of
// 2⁴⁰ and multiples of 1/4, as the targets are made here, are exact.
func TestScoresOfARegressionInAnyUnit(t *testing.T) {
	scores := func(offset, unit float64) pipeline.Scores {
		var b strings.Builder
		b.WriteString("x,y\n")
		for i := range 60 {
			fmt.Fprintf(&b, "%d.5,%v\n", i*7%13, unit*(offset+float64(i*7%13)/4+float64(i%5)/4))
		}
		r := train(t, readTable(t, b.String()), "y", pipeline.Options{Epochs: 5, Task: datasets.TaskRegression})
		return append(r.Test.Scores, r.Baseline...)
	}
	want := scores(0, 1)
	for _, c := range []struct{ offset, unit float64 }{{0x1p40, 1}, {0, 0x1p200}, {0, 0x1p-200}} {
		for k, s := range scores(c.offset, c.unit) {
			value := want[k].Value
			if s.Name == "rmse" || s.Name == "mae" {
				value *= c.unit
			}
			// The mean of far targets is rounded to 2⁻¹², a thousandth of an error.
			if !(math.Abs(s.Value-value) <= 2e-3*math.Abs(value)) {
				t.Errorf("%v + %v: %s is %v, want %v", c.unit, c.offset, s.Name, s.Value, value)
			}
		}
	}
}

func TestScoresOfAClassificationByFormula(t *testing.T) {
	for _, target := range []string{"buys", "size"} {
		r := train(t, shop(t, 80), target, pipeline.Options{Epochs: 10})
		column, err := r.Test.Table.Column(target)
		if err != nil {
			t.Fatal(err)
		}
		p, n := predict(t, r.Pipeline, r.Test.Table), float64(r.Test.Table.Rows())
		var right, loss float64
		for i := range p.Rows() {
			for j, name := range p.ClassNames {
				if name == column.Text(i) {
					loss -= math.Log(p.Probabilities.At(i, j)) / n
				}
			}
			if p.Classes[i] == column.Text(i) {
				right++
			}
		}
		near(t, target+": accuracy", get(t, r.Test.Scores, "accuracy"), right/n)
		near(t, target+": log loss", get(t, r.Test.Scores, "log_loss"), loss)
		near(t, target+": accuracy of the confusion matrix", r.Test.Confusion.Accuracy(), right/n)
		// The loss is the log loss and what the penalties add, the same on every part.
		near(t, target+": penalty", get(t, r.Test.Scores, "loss")-loss, get(t, r.Train.Scores, "loss")-get(t, r.Train.Scores, "log_loss"))
	}
}

func TestBaselineByFormula(t *testing.T) {
	r := train(t, shop(t, 80), "size", pipeline.Options{Epochs: 1})
	share := map[string]float64{}
	count := func(table *datasets.Table, do func(class string)) {
		column, err := table.Column("size")
		if err != nil {
			t.Fatal(err)
		}
		for i := range table.Rows() {
			do(column.Text(i))
		}
	}
	count(r.Train.Table, func(class string) { share[class] += 1 / float64(r.Train.Table.Rows()) })
	most := ""
	for class, s := range share {
		if s > share[most] {
			most = class
		}
	}
	var right, loss float64
	n := float64(r.Test.Table.Rows())
	count(r.Test.Table, func(class string) {
		loss -= math.Log(share[class]) / n
		if class == most {
			right++
		}
	})
	near(t, "accuracy", get(t, r.Baseline, "accuracy"), right/n)
	near(t, "log loss", get(t, r.Baseline, "log_loss"), loss)
	near(t, "loss", get(t, r.Baseline, "loss"), loss)

	// The baseline of a regression: its loss is the squared error over the variance
	// of the training targets.
	r = train(t, shop(t, 80), "spent", pipeline.Options{Epochs: 1})
	numbers := func(table *datasets.Table) []float64 {
		column, err := table.Column("spent")
		if err != nil {
			t.Fatal(err)
		}
		return column.Numbers()
	}
	var mean, variance, sse float64
	trained, tested := numbers(r.Train.Table), numbers(r.Test.Table)
	for _, y := range trained {
		mean += y / float64(len(trained))
	}
	for _, y := range trained {
		variance += (y - mean) * (y - mean) / float64(len(trained))
	}
	for _, y := range tested {
		sse += (y - mean) * (y - mean)
	}
	near(t, "rmse", get(t, r.Baseline, "rmse"), math.Sqrt(sse/float64(len(tested))))
	near(t, "loss", get(t, r.Baseline, "loss"), sse/float64(len(tested))/variance)
}

func TestEvaluateEqualsTheScoresOfTraining(t *testing.T) {
	for _, target := range []string{"buys", "size", "spent"} {
		r := train(t, shop(t, 80), target, pipeline.Options{Epochs: 3})
		for _, part := range r.Parts() {
			e, err := r.Pipeline.Evaluate(part.Table)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range e.Scores {
				if want := get(t, part.Scores, s.Name); math.Float64bits(s.Value) != math.Float64bits(want) {
					t.Errorf("%s, %s: %s is %v, want %v", target, part.Name, s.Name, s.Value, want)
				}
			}
		}
	}
}

func TestImportance(t *testing.T) {
	r := train(t, shop(t, 600), "spent", pipeline.Options{Seed: 1, Encode: datasets.Encode{Drop: []string{"buys", "size"}}})
	found, err := r.Pipeline.Importance(context.Background(), r.Test.Table, pipeline.Shuffle{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]pipeline.Importance{}
	for i, f := range found {
		at[f.Column] = f
		if i > 0 && f.Mean > found[i-1].Mean {
			t.Errorf("%s stands behind %s", f.Column, found[i-1].Column)
		}
	}
	// The target is age/2 + 10·city + 5·basket: deviations 8.7, 8.2 and 5 of about 13,
	// and shuffling doubles what a column explains. member tells nothing.
	if len(found) != 4 || math.Abs(at["member"].Mean) > 0.05 || at["age"].Mean < 0.4 || at["city"].Mean < 0.3 || at["basket"].Mean < 0.1 {
		t.Errorf("importance %+v", found)
	}
	again, err := r.Pipeline.Importance(context.Background(), r.Test.Table, pipeline.Shuffle{Seed: 1})
	if err != nil || again[0] != found[0] {
		t.Errorf("measured again: %+v and error %v, want %+v", again[0], err, found[0])
	}
	few, err := r.Pipeline.Importance(context.Background(), r.Test.Table, pipeline.Shuffle{Repeats: 1, Rows: 20})
	if err != nil || few[0].SD != 0 {
		t.Errorf("one repeat: %+v, error %v", few, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Pipeline.Importance(ctx, r.Test.Table, pipeline.Shuffle{}); err != context.Canceled {
		t.Errorf("error %v, want that of the context", err)
	}
}

// F1 is the mean over both classes, so that it does not matter which is second.
func TestF1OfTwoClassesIsMacro(t *testing.T) {
	r := train(t, shop(t, 80), "buys", pipeline.Options{Epochs: 10})
	counts := r.Test.Confusion.Counts
	f1 := func(k int) float64 {
		hit, wrong := counts[k][k], counts[k][1-k]+counts[1-k][k]
		return 2 * float64(hit) / float64(2*hit+wrong)
	}
	near(t, "f1", get(t, r.Test.Scores, "f1"), (f1(0)+f1(1))/2)
}
