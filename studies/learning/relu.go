package learning

import (
	"context"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// rectifiers are the studies of chapter 7.
func rectifiers() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch07-relu-values",
			Title:    "The rectified linear function",
			Chapter:  7,
			Question: "What does ReLU make of positive and negative numbers?",
			Cases:    []string{"ch07-relu-values", "ch07-relu-rule", "ch07-relu-plot"},
			Run:      reluValues,
		},
		{
			Name:     "ch07-mlp-tanh-1-layer",
			Title:    "One tanh layer on two circles",
			Chapter:  7,
			Question: "How well does a shallow network of old practice learn the circles?",
			Cases:    []string{"ch07-mlp-tanh-1-layer"},
			Run:      shallowTanh,
		},
		{
			Name:     "ch07-mlp-tanh-5-layers",
			Title:    "Five tanh layers on two circles",
			Chapter:  7,
			Question: "Does the same network learn with five layers, and if not, why?",
			Cases:    []string{"ch07-mlp-tanh-5-layers"},
			Run:      deepTanh,
		},
		{
			Name:     "ch07-mlp-relu-5-layers",
			Title:    "Five ReLU layers on two circles",
			Chapter:  7,
			Question: "Do ReLU and He initialization make five layers learn?",
			Cases:    []string{"ch07-mlp-relu-5-layers"},
			Run:      deepReLU,
		},
		{
			Name:     "ch07-mlp-relu-15-and-20-layers",
			Title:    "15 and 20 ReLU layers on two circles",
			Chapter:  7,
			Question: "How deep can the ReLU network go before it stops learning?",
			Cases:    []string{"ch07-mlp-relu-15-and-20-layers"},
			Run:      deeperReLU,
		},
	}
}

func reluValues(_ context.Context, env *studies.Env) error {
	apply := func(x float64) float64 {
		y := []float32{0}
		act.ReLU.Forward(y, []float32{float32(x)}, 1)
		return float64(y[0])
	}
	right := true
	for _, c := range []struct{ x, book float64 }{{1, 1}, {1000, 1000}, {0, 0}, {-1, 0}, {-1000, 0}} {
		env.Record(studies.Exact(fmt.Sprintf("relu(%g)", c.x), apply(c.x)).Beside(c.book))
		right = right && apply(c.x) == c.book
	}
	env.Claim("Positive numbers stay as they are, the others become 0", right, "five values, as printed in the book")
	return env.Figure("", "ReLU from −10 to 10.", plots.Functions{X: "input", Y: "output", From: -10, To: 10,
		Functions: []plots.Function{{Name: "ReLU", F: apply}}})
}

// scaledCircles is the circles problem of chapter 7: inputs in [-1, 1] by the
// range of all rows.
func scaledCircles() (train, test *datasets.Dataset, err error) {
	all := twoCircles()
	s, err := datasets.MinMax{Low: -1}.Fit(all)
	if err != nil {
		return nil, nil, err
	}
	train, test = halves(s.Apply(all))
	return train, test, nil
}

// deep is a network of hidden layers of 5 nodes for two classes. The output has
// the initializer given.
func deep(layers int, f act.Func, hidden, output nn.Init) goodfit.Recipe {
	var stack []nn.Layer
	for range layers {
		stack = append(stack, nn.Dense{Units: 5, Activation: f, Init: hidden})
	}
	r := classifier(momentum, 500, append(stack, nn.Dense{Units: 1, Activation: act.Sigmoid, Init: output})...)
	r.Config.Loss = losses.BinaryCrossEntropy{}
	return r
}

// deepCase repeats a deep network of the chapter.
func deepCase(recipe goodfit.Recipe, bookTrain, bookTest float64, why string) (c studies.Single, err error) {
	c = studies.Single{Recipe: recipe, What: "accuracy", Score: metrics.Accuracy{}, BookTrain: bookTrain, BookTest: bookTest, Why: why, Repeats: 30}
	c.Train, c.Test, err = scaledCircles()
	return c, err
}

// unit01 is the initializer of the book's tanh networks: uniform in [0, 1].
var unit01 = nn.Uniform(0, 1)

func shallowTanh(ctx context.Context, env *studies.Env) error {
	c, err := deepCase(deep(1, act.Tanh, unit01, unit01), 0.800, 0.820, "")
	if err != nil {
		return err
	}
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	test := runs.TestScore(metrics.Accuracy{})
	env.Claim("A shallow tanh network learns the circles to about 0.8: mean test accuracy from 0.77 to 0.85", studies.Mean(test) > 0.77 && studies.Mean(test) < 0.85,
		"%.3f ± %.3f", studies.Mean(test), studies.SD(test))
	return nil
}

func deepTanh(ctx context.Context, env *studies.Env) error {
	c, err := deepCase(deep(5, act.Tanh, unit01, unit01), 0.588, 0.552, "Runs end anywhere between chance and 0.8.")
	if err != nil {
		return err
	}
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	glorot, err := env.Evaluate(ctx, "", 30, deep(5, act.Tanh, nn.Init{}, nn.Init{}), c.Train, c.Test)
	if err != nil {
		return err
	}
	test, cured := runs.TestScore(metrics.Accuracy{}), glorot.TestScore(metrics.Accuracy{})
	env.Record(studies.Measured("test accuracy with Glorot uniform weights", cured),
		studies.Measured("share of runs above 0.8 test accuracy", indicator(test, 0.8)),
		studies.Measured("share of runs above 0.8 test accuracy with Glorot uniform weights", indicator(cured, 0.8)))
	env.Claim("Five tanh layers with weights from [0, 1] fail in most runs: at most 30 % exceed 0.8 test accuracy", studies.Share(test, 0.8) <= 0.3,
		"%.0f %% of runs, mean %.3f", 100*studies.Share(test, 0.8), studies.Mean(test))
	env.Claim("The weights are to blame, not tanh or depth: with Glorot weights at least 75 % of runs exceed 0.8", studies.Share(cured, 0.8) >= 0.75,
		"%.0f %% of runs, mean %.3f", 100*studies.Share(cured, 0.8), studies.Mean(cured))
	return gradients(ctx, env, c)
}

// gradients compares the gradient at the first layer, at the start, with that at
// the output.
func gradients(ctx context.Context, env *studies.Env, c studies.Single) error {
	ratio := func(recipe goodfit.Recipe) ([]float64, error) {
		recipe.Plan.Epochs = 1
		recipe.Plan.Callbacks = []goodfit.Callback{callbacks.LayerStats{Data: c.Train, Rows: 500}}
		runs, err := env.Evaluate(ctx, "gradients", 30, recipe, c.Train, nil)
		return studies.Each(runs, func(h *history) float64 {
			return h.Layers[0].GradNorm[0] / h.Layers[len(h.Layers)-1].GradNorm[0]
		}), err
	}
	positive, err := ratio(c.Recipe)
	if err != nil {
		return err
	}
	glorot, err := ratio(deep(5, act.Tanh, nn.Init{}, nn.Init{}))
	if err != nil {
		return err
	}
	p, g := experiments.Summarize(positive).Median, experiments.Summarize(glorot).Median
	env.Record(studies.Exact("gradient of the first layer over that of the output after one epoch, median, weights from [0, 1]", p),
		studies.Exact("the same with Glorot uniform weights", g))
	env.Claim("Weights from [0, 1] saturate the layers, so that gradients shrink more on their way back than with Glorot weights", p < g,
		"median ratio %.3g against %.3g", p, g)
	return nil
}

// indicator is 1 for each value of at least the limit and 0 for others.
func indicator(values []float64, limit float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		if v >= limit {
			out[i] = 1
		}
	}
	return out
}

func deepReLU(ctx context.Context, env *studies.Env) error {
	c, err := deepCase(deep(5, act.ReLU, nn.HeUniform, nn.Init{}), 0.842, 0.846, "Now and then all units of a layer die and the run stays at chance.")
	if err != nil {
		return err
	}
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	test := runs.TestScore(metrics.Accuracy{})
	env.Record(studies.Measured("share of runs above 0.8 test accuracy", indicator(test, 0.8)))
	env.Claim("Five ReLU layers learn the circles: at least 70 % of runs exceed 0.8 test accuracy", studies.Share(test, 0.8) >= 0.7,
		"%.0f %% of runs", 100*studies.Share(test, 0.8))
	settled := experiments.Summarize(studies.Each(runs, studies.FirstAbove("val_accuracy", 0.8))).Median
	env.Claim("They need about 100 epochs: the median run first tests above 0.8 before epoch 100", settled < 100, "epoch %.0f", settled)
	return nil
}

func deeperReLU(ctx context.Context, env *studies.Env) error {
	train, test, err := scaledCircles()
	if err != nil {
		return err
	}
	rates := map[int]float64{}
	var panels []plots.Figure
	for _, layers := range []int{5, 15, 20} {
		recipe := deep(layers, act.ReLU, nn.HeUniform, nn.Init{})
		recipe.Plan.Callbacks = []goodfit.Callback{callbacks.LayerStats{Data: train, Rows: 500, Every: 100}}
		runs, err := env.Evaluate(ctx, "", 30, studies.Watched(recipe, test), train, test)
		if err != nil {
			return err
		}
		accuracy := runs.TestScore(metrics.Accuracy{})
		rates[layers] = studies.Share(accuracy, 0.8)
		env.Record(studies.Measured(fmt.Sprintf("share of runs above 0.8 test accuracy, %d layers", layers), indicator(accuracy, 0.8)))
		panels = append(panels, spread(fmt.Sprintf("%d layers", layers), runs))
		if layers == 20 {
			deadRuns(env, runs, accuracy)
		}
	}
	env.Claim("Success falls with depth: 15 layers exceed 0.8 less often than 5, by 20 % of the runs at least", rates[15] <= rates[5]-0.2,
		"%.0f %% against %.0f %%", 100*rates[15], 100*rates[5])
	env.Claim("At 20 layers the configuration learns in at most 40 % of runs", rates[20] <= 0.4, "%.0f %%", 100*rates[20])
	return env.Figure("", "Test accuracy of all runs over the epochs, by depth.", plots.Grid{Columns: 1, ShareX: true, ShareY: true, Figures: panels})
}

// deadRuns tells how often the diagnosis of layers explains a run that failed.
func deadRuns(env *studies.Env, runs experiments.Runs, accuracy []float64) {
	failed, found := 0, 0
	for i, h := range runs.Histories() {
		if accuracy[i] < 0.6 {
			failed++
			if d := curves.Diagnose(h, curves.Options{Baseline: 0.693}); d.Finding(curves.DeadUnits) != nil || d.Finding(curves.VanishingGradients) != nil {
				found++
			}
		}
	}
	env.Claim("Diagnose finds dead units or vanished gradients in at least 80 % of the runs that stay at chance with 20 layers",
		10*found >= 8*failed, "%d of %d", found, failed)
}

// spread draws the test accuracy of all runs as thin lines.
func spread(title string, runs experiments.Runs) plots.Figure {
	f := plots.LearningCurve{Title: title, Quantities: []string{"accuracy"}}
	for _, h := range runs.Histories() {
		values, _ := h.Get("val_accuracy")
		f.Runs = append(f.Runs, plots.Run{History: &curves.History{Series: []curves.Series{
			{Name: "val_accuracy", Direction: curves.Maximize, Values: values},
		}}})
	}
	return f
}
