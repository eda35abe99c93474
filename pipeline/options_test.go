package pipeline_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/pipeline"
)

func TestOptionsOutOfRange(t *testing.T) {
	table := shop(t, 80)
	for _, c := range []struct {
		name, want string
		o          pipeline.Options
	}{
		{"test share", "test share is 1", pipeline.Options{Test: 1}},
		{"no test", "test share is 0", pipeline.Options{Test: opt.Zero}},
		{"validation share", "validation share is -0.1", pipeline.Options{Validation: -0.1}},
		{"not a share", "test share is NaN", pipeline.Options{Test: opt.Float(math.NaN())}},
		{"nothing left", "leave no rows to train", pipeline.Options{Test: 0.5, Validation: 0.5}},
		{"epochs", "epochs is -1", pipeline.Options{Epochs: -1}},
		{"batch", "batch size is -2", pipeline.Options{BatchSize: -2}},
		{"rate", "learning rate is -1", pipeline.Options{Rate: -1}},
		{"infinite rate", "learning rate is +Inf", pipeline.Options{Rate: math.Inf(1)}},
		{"dropout", "dropout is 1", pipeline.Options{Dropout: 1}},
		{"patience", "patience is -2", pipeline.Options{Patience: -2}},
		{"l1", "L1 penalty is -1", pipeline.Options{L1: -1}},
		{"l2", "L2 penalty is NaN", pipeline.Options{L2: opt.Float(math.NaN())}},
		{"units", "hidden layer 2 has 0 units", pipeline.Options{Hidden: []int{3, 0}}},
		{"softmax inside", "softmax is an activation for outputs", pipeline.Options{Activation: act.Softmax}},
		{"optimizer", "SGD.Momentum", pipeline.Options{Optimizer: optim.SGD{Momentum: 2}}},
		{"tiny parts", "stratified", pipeline.Options{Test: 0.01}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := pipeline.Train(context.Background(), table, "size", c.o)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestTargetsThatCannotBePredicted(t *testing.T) {
	for _, c := range []struct {
		name, csv, want string
		task            datasets.Task
	}{
		{"no such column", "x,z\n1,a\n2,b\n3,a\n", `"y"`, 0},
		{"one class", "x,y\n1,a\n2,a\n3,a\n", `"y"`, 0},
		{"no values", "x,y\n1,\n2,\n3,\n", `"y"`, 0},
		{"a rare class", "x,y\n1,a\n2,a\n3,a\n4,b\n5,b\n", `class "b" has 2 rows, want at least 3`, 0},
		{"too few rows", "x,y\n1,1.5\n2,2.5\n", "2 of 2 cells are numbers", 0},
		{"text for a regression", "x,y\n1,a\n2,b\n3,c\n", "0 of 3 cells are numbers", datasets.TaskRegression},
		{"numbers all alike", "x,y\n1,3.5\n2,3.5\n3,3.5\n4,3.5\n", `column "y": the target is 3.5 in every row`, 0},
		{"numbers too close", "x,y\n1,1e-300\n2,2e-300\n3,3e-300\n", "the target goes from 1e-300 to 3e-300, want a width from 1e-150 to 1e+150", 0},
		{"numbers too far apart", "x,y\n1,-1e308\n2,1e308\n3,3.5\n", "the target goes from -1e+308 to 1e+308, want a width", 0},
		{"columns that tell nothing", "x,c,y\n1,a,1.5\n1,,2.5\n1,a,3.5\n1,a,4.5\n1,a,5.5\n", `"x": every training cell has the same value`, 0},
		{"nothing to learn from", "y\n1.5\n2.5\n3.5\n4.5\n", "feature", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := pipeline.Prepare(readTable(t, c.csv), "y", pipeline.Options{Task: c.task})
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "shop.csv") {
				t.Errorf("error %v, want one with the file and %q", err, c.want)
			}
		})
	}
}

func TestDefaultsDependOnTheRows(t *testing.T) {
	for _, c := range []struct {
		task  datasets.Task
		rows  int
		batch int
		l2    float64
	}{
		{datasets.TaskClassification, 20, 8, 0.003},
		{datasets.TaskClassification, 128, 8, 0.003},
		{datasets.TaskClassification, 129, 16, 0.003},
		{datasets.TaskClassification, 100000, 128, 0.003},
		{datasets.TaskRegression, 20, 8, 0.03},
		{datasets.TaskRegression, 300, 32, 0.02},
		{datasets.TaskRegression, 100000, 128, 0.001},
	} {
		r, err := pipeline.Options{}.Recipe(c.task, 3, c.rows)
		if err != nil {
			t.Fatal(err)
		}
		got := r.Layers[0].(nn.Dense).Penalty.L2
		if r.Plan.BatchSize != c.batch || math.Abs(got-c.l2) > 1e-12 {
			t.Errorf("%v of %d rows: batches of %d and L2 %g, want %d and %g", c.task, c.rows, r.Plan.BatchSize, got, c.batch, c.l2)
		}
	}
}

func TestRecipeSuitsTheTask(t *testing.T) {
	for _, c := range []struct {
		task          datasets.Task
		classes       int
		loss          string
		units         int
		activation    act.Func
		hidden        []int
		dropout       float64
		layers        int
		wantOptimizer optim.Optimizer
	}{
		{datasets.TaskRegression, 0, "mse", 1, act.Linear, nil, 0, 3, optim.Adam{Rate: 0.002}},
		{datasets.TaskClassification, 2, "binary_cross_entropy", 1, act.Sigmoid, []int{}, 0, 1, optim.Adam{Rate: 0.002}},
		{datasets.TaskClassification, 5, "cross_entropy", 5, act.Softmax, []int{4}, 0.5, 3, optim.Adam{Rate: 0.002}},
	} {
		r, err := pipeline.Options{Hidden: c.hidden, Dropout: c.dropout}.Recipe(c.task, c.classes, 100)
		if err != nil {
			t.Fatal(err)
		}
		out, ok := r.Layers[len(r.Layers)-1].(nn.Named)
		if !ok || out.Name != "output" {
			t.Fatalf("the last layer is %v", r.Layers[len(r.Layers)-1])
		}
		dense := out.Layer.(nn.Dense)
		if dense.Units != c.units || dense.Activation != c.activation || len(r.Layers) != c.layers || r.Config.Loss.Name() != c.loss || r.Config.Optimizer != c.wantOptimizer {
			t.Errorf("%v into %d: %+v, %d layers, loss %s, %+v", c.task, c.classes, dense, len(r.Layers), r.Config.Loss.Name(), r.Config.Optimizer)
		}
	}
	r, err := pipeline.Options{Optimizer: optim.SGD{Momentum: 0.5}, Rate: 0.25}.Recipe(datasets.TaskRegression, 0, 100)
	if err != nil || r.Config.Optimizer != (optim.SGD{Rate: 0.25, Momentum: 0.5}) {
		t.Errorf("optimizer %+v, error %v; want the given one at rate 0.25", r.Config.Optimizer, err)
	}
}

func TestInitializersSuitTheActivation(t *testing.T) {
	for f, want := range map[act.Func]nn.Init{act.ReLU: nn.HeNormal, act.Linear: nn.HeNormal, act.Tanh: nn.GlorotUniform, act.SELU: nn.LeCunNormal} {
		r, err := pipeline.Options{Activation: f}.Recipe(datasets.TaskRegression, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Layers[0].(nn.Dense).Init; got != want {
			t.Errorf("%v: %v, want %v", f, got, want)
		}
	}
}

// Columns of 0 and 1 stay so by default; a scaling that was asked for takes all.
func TestScaling(t *testing.T) {
	table := shop(t, 80)
	auto, err := pipeline.Prepare(table, "size", pipeline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := pipeline.Prepare(table, "size", pipeline.Options{Scaling: datasets.Standardize{}})
	if err != nil {
		t.Fatal(err)
	}
	binary := 0
	for j, c := range auto.Pipeline.Encoder.Columns() {
		s, a := auto.Pipeline.Features, all.Pipeline.Features
		if untouched := s.Center[j] == 0 && s.Scale[j] == 1; untouched != c.Binary {
			t.Errorf("column %s: centre %v, scale %v, binary %v", c.Name, s.Center[j], s.Scale[j], c.Binary)
		}
		if c.Binary {
			binary++
			if a.Center[j] == 0 && a.Scale[j] == 1 {
				t.Errorf("column %s is not standardized when that is asked for", c.Name)
			}
		}
	}
	if binary < 4 {
		t.Errorf("%d columns of 0 and 1, want those of city and member", binary)
	}
}
