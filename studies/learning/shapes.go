package learning

import (
	"context"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// curveShapes are the studies of the introduction, whose curves are drawn by hand
// in the book and come from real training here.
func curveShapes() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch00-framework-three-step-loop",
			Title:    "Diagnose, change one thing, evaluate, repeat",
			Question: "Does the playbook's loop lead from a bad fit to a better one?",
			Cases:    []string{"ch00-framework-three-step-loop"},
			Run:      threeSteps,
		},
		{
			Name:     "ch00-dual-learning-curves",
			Title:    "The shapes of learning curves",
			Question: "Does each cause of a bad fit leave its own shape in the learning curves, and does the diagnosis name it?",
			Cases: []string{"ch00-dual-learning-curves", "ch00-lc-underfit-low-capacity", "ch00-lc-underfit-stopped-early",
				"ch00-lc-overfit", "ch00-lc-good-fit", "ch00-lc-unrepresentative-train",
				"ch00-lc-unrepresentative-validation-noisy", "ch00-lc-validation-easier"},
			Run: sevenShapes,
		},
	}
}

// shape is a training that gives one of the seven shapes.
type shape struct {
	name              string
	code              string // the finding of the diagnosis
	recipe            goodfit.Recipe
	train, validation *datasets.Dataset
	options           curves.Options
}

// moonsNet is a network for two classes.
func moonsNet(units, epochs int) goodfit.Recipe {
	r := classifier(optim.Adam{}, epochs, relu(units), nn.Dense{Units: 1, Activation: act.Sigmoid})
	r.Config.Loss = losses.BinaryCrossEntropy{}
	return r
}

// overfitting is a wide network on 30 noisy rows.
func overfitting() shape {
	moons := datasets.Moons{Samples: 330, Noise: 0.35, Seed: 1}.Make()
	train, validation := moons.Split(30)
	recipe := moonsNet(200, 400)
	recipe.Config.Optimizer = optim.Adam{Rate: 0.01}
	return shape{name: "too much capacity for 30 rows", code: curves.Overfit, recipe: recipe, train: train, validation: validation}
}

func shapes() ([]shape, error) {
	flat := shape{name: "too little capacity", code: curves.UnderfitFlat, options: curves.Options{Baseline: 0.693}}
	flat.train, flat.validation = halves(twoCircles())
	flat.recipe = classifier(momentum, 100, nn.Dense{Units: 1, Activation: act.Sigmoid})
	flat.recipe.Config.Loss = losses.BinaryCrossEntropy{}

	early := shape{name: "stopped too soon", code: curves.UnderfitUnfinished, recipe: circlesNet(losses.BinaryCrossEntropy{}, act.Sigmoid, 20)}
	early.train, early.validation = halves(twoCircles())

	good := shape{name: "good fit", code: curves.GoodFit, recipe: moonsNet(25, 150)}
	good.train, good.validation = datasets.Moons{Samples: 2000, Noise: 0.2, Seed: 1}.Make().Split(1000)
	good.recipe.Config.Optimizer = optim.Adam{Rate: 0.005}

	few := shape{name: "training data too few", code: curves.UnrepresentativeTrain,
		recipe: classifier(optim.Adam{Rate: 0.01}, 60, relu(10), classes(20))}
	few.train, few.validation = datasets.Blobs{Samples: 1000, Centers: 20, Features: 10, Std: 4, Seed: 2}.Make().Split(60)
	scale, err := datasets.Standardize{}.Fit(few.train)
	if err != nil {
		return nil, err
	}
	few.train, few.validation = scale.Apply(few.train), scale.Apply(few.validation)

	noisy := shape{name: "validation data too few", code: curves.UnrepresentativeValidation,
		recipe: blobsNet(optim.SGD{Rate: 0.003, Momentum: 0.9}, 60)}
	noisy.train, noisy.validation = threeBlobs().Split(990)
	noisy.recipe.Plan.BatchSize = 1

	easy := shape{name: "validation data easier", code: curves.EasyValidation, recipe: moonsNet(25, 100)}
	easy.recipe.Config.Optimizer = optim.Adam{Rate: 0.005}
	easy.train = datasets.Moons{Samples: 500, Noise: 0.35, Seed: 1}.Make()
	easy.validation = datasets.Moons{Samples: 500, Noise: 0.15, Seed: 2}.Make()

	return []shape{flat, early, overfitting(), good, few, noisy, easy}, nil
}

func sevenShapes(ctx context.Context, env *studies.Env) error {
	causes, err := shapes()
	if err != nil {
		return err
	}
	var panels []plots.Figure
	for _, s := range causes {
		runs, err := env.Evaluate(ctx, s.name, 30, studies.Watched(s.recipe, s.validation), s.train, s.validation)
		if err != nil {
			return err
		}
		named := studies.Each(runs, func(h *history) float64 {
			if curves.Diagnose(h, s.options).Finding(s.code) != nil {
				return 1
			}
			return 0
		})
		env.Record(studies.Measured("share of runs diagnosed as "+s.code+": "+s.name, named))
		env.Claim(fmt.Sprintf("%s: at least 80 %% of runs show %s", s.name, s.code), studies.Mean(named) >= 0.8, "%.0f %% of %d runs", 100*studies.Mean(named), len(named))
		panels = append(panels, studies.Panel(s.name, "loss", runs))
		if s.code == curves.GoodFit {
			if err := env.Figure("dual", "The loss (optimization) and the accuracy (performance) of one run.",
				plots.LearningCurve{History: runs[0].History}); err != nil {
				return err
			}
		}
	}
	return env.Figure("", "Training and validation loss of one run for each cause.", plots.Grid{Columns: 2, Figures: panels})
}

// threeSteps diagnoses a network, answers the finding with weight decay, and
// diagnoses again.
func threeSteps(ctx context.Context, env *studies.Env) error {
	s := overfitting()
	_, test := datasets.Moons{Samples: 1330, Noise: 0.35, Seed: 1}.Make().Split(330)
	before, err := env.Evaluate(ctx, "", 30, studies.Watched(s.recipe, s.validation), s.train, test)
	if err != nil {
		return err
	}
	decayed := experiments.Sweep{Changes: experiments.Field("Layers[0].Penalty.L2", 0.003), Repeated: env.Repeats("", 30)}
	points, err := decayed.Evaluate(ctx, studies.Watched(s.recipe, s.validation), s.train, test)
	if err != nil {
		return err
	}
	after := points[0].Runs
	overfit := func(runs experiments.Runs) float64 {
		return studies.Mean(studies.Each(runs, func(h *history) float64 {
			if curves.Diagnose(h).Finding(curves.Overfit) != nil {
				return 1
			}
			return 0
		}))
	}
	old, new := before.TestScore(metrics.Accuracy{}), after.TestScore(metrics.Accuracy{})
	better := 0
	for i := range old {
		if new[i] > old[i] {
			better++
		}
	}
	first := curves.Diagnose(before[0].History)
	env.Record(studies.Measured("test accuracy before", old), studies.Measured("test accuracy with weight decay", new))
	env.Claim("Step 1, diagnose: at least 90 % of runs are found to overfit", overfit(before) >= 0.9, "%.0f %%; the first: %s", 100*overfit(before), first.Verdict)
	env.Claim("Step 2, change one thing that the finding calls for: weight decay raises the accuracy on fresh data in at least 90 % of runs",
		10*better >= 9*len(old), "%d of %d, %.3f to %.3f on average", better, len(old), studies.Mean(old), studies.Mean(new))
	env.Claim("Step 3, diagnose again: at most 30 % of runs are still found to overfit", overfit(after) <= 0.3, "%.0f %%", 100*overfit(after))
	return env.Figure("", "Before and after the change, one run each.", plots.Grid{Columns: 2, ShareY: true, Figures: []plots.Figure{
		studies.Panel("before", "loss", before), studies.Panel("with weight decay", "loss", after),
	}})
}
