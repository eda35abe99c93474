package pipeline_test

import (
	"context"
	"math"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// The recipe of some options trains as the options do, to the bit.
func TestPrepareRecipeIsPrepare(t *testing.T) {
	table := shop(t, 150)
	for _, c := range []struct {
		target  string
		task    datasets.Task
		classes int
	}{{"spent", datasets.TaskRegression, 0}, {"size", datasets.TaskClassification, 3}} {
		o := pipeline.Options{Epochs: 15, Hidden: []int{8}, Seed: 5}
		want := train(t, table, c.target, o)
		recipe, err := o.TableRecipe(c.task, c.classes, want.Train.Table.Rows())
		if err != nil {
			t.Fatal(err)
		}
		training, err := pipeline.PrepareRecipe(table, c.target, recipe, 5)
		if err != nil {
			t.Fatal(err)
		}
		got, err := training.Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(want.Test.Scores, got.Test.Scores) || !mat.Equal(want.Test.Predicted, got.Test.Predicted) {
			t.Errorf("%s: %v by the options, %v by their recipe", c.target, want.Test.Scores, got.Test.Scores)
		}
	}
}

func TestDivideIsPrepares(t *testing.T) {
	table := shop(t, 100)
	for _, target := range []string{"size", "spent"} {
		training, err := pipeline.Prepare(table, target, pipeline.Options{Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		train, validation, test, err := pipeline.Preparation{}.Divide(table, target, 3)
		if err != nil {
			t.Fatal(err)
		}
		for k, rows := range [][]int{train, validation, test} {
			want, got := training.Parts()[k].Table, table.Take(rows)
			if want.Rows() != got.Rows() || !reflect.DeepEqual(lines(want), lines(got)) {
				t.Errorf("%s: part %d differs", target, k)
			}
		}
	}
}

// lines are the numbers of a table's rows in its file.
func lines(t *datasets.Table) []int {
	var all []int
	for i := range t.Rows() {
		all = append(all, t.Line(i))
	}
	return all
}

// Fit learns scales from the rows to train with, and predicts in the target's unit.
func TestRecipeFit(t *testing.T) {
	table := shop(t, 200)
	train, validation, test, err := pipeline.Preparation{}.Divide(table, "spent", 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*pipeline.Recipe){
		"one model": func(*pipeline.Recipe) {},
		"scalings": func(r *pipeline.Recipe) {
			r.Prepare.Scaling, r.Prepare.TargetScaling = datasets.MinMax{}, datasets.MinMax{}
		},
		"ensemble": func(r *pipeline.Recipe) { r.Ensemble = ensembles.Average{Members: 2} },
	} {
		r, err := pipeline.Options{Epochs: 80, Hidden: []int{16}}.TableRecipe(datasets.TaskRegression, 0, len(train))
		if err != nil {
			t.Fatal(err)
		}
		change(&r)
		fitted, err := r.Fit(context.Background(), table, "spent", train, validation, 4)
		if err != nil {
			t.Fatal(name, err)
		}
		e, err := fitted.Evaluate(table.Take(test))
		if err != nil {
			t.Fatal(name, err)
		}
		if r2, _ := e.Scores.Get("r2"); !(r2 > 0.7) || math.IsNaN(r2) {
			t.Errorf("%s: R² %.3f, want above 0.7", name, r2)
		}
		if want := map[bool]int{true: 2, false: 1}[name == "ensemble"]; len(fitted.Histories) != want {
			t.Errorf("%s: %d histories, want %d", name, len(fitted.Histories), want)
		}
	}
}

func TestPrepareRecipeRefuses(t *testing.T) {
	table := shop(t, 60)
	wrong := shopRecipe(t)
	wrong.Prepare = pipeline.Preparation{}
	three := wrong
	three.Train.Layers = []nn.Layer{nn.Dense{Units: 3}}
	for want, c := range map[string]struct {
		target string
		r      pipeline.Recipe
	}{
		"the model makes 3 numbers": {"spent", three},
		"the model makes 1 numbers": {"size", wrong},
		"no column":                 {"nothing", wrong},
	} {
		if _, err := pipeline.PrepareRecipe(table, c.target, c.r, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", c.target, err, want)
		}
	}
}
