package learning

import (
	"context"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// binaryLosses are the studies of chapter 4 on losses for two classes.
func binaryLosses() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch04-scatter-circles",
			Title:    "The two-circles problem of chapters 4, 7 and 9",
			Chapter:  4,
			Question: "How well can the two rings be told apart at all?",
			Cases:    []string{"ch04-scatter-circles", "ch07-circles-scatter", "ch09-circles-scatter"},
			Run:      lookAtCircles,
		},
		{
			Name:     "ch04-circles-binary-crossentropy",
			Title:    "Two circles with binary cross-entropy",
			Chapter:  4,
			Question: "How well does cross-entropy train a classifier of two classes?",
			Cases:    []string{"ch04-circles-binary-crossentropy"},
			Run:      binaryCrossEntropy,
		},
		{
			Name:     "ch04-circles-hinge",
			Title:    "Two circles with hinge loss",
			Chapter:  4,
			Question: "Is hinge loss worse than cross-entropy, as the printed accuracy says?",
			Cases:    []string{"ch04-circles-hinge"},
			Run: func(ctx context.Context, env *studies.Env) error {
				return hinged(ctx, env, losses.Hinge{}, 0.794, 0.752)
			},
		},
		{
			Name:     "ch04-circles-squared-hinge",
			Title:    "Two circles with squared hinge loss",
			Chapter:  4,
			Question: "Is squared hinge loss unfit for this problem, as the printed accuracy says?",
			Cases:    []string{"ch04-circles-squared-hinge"},
			Run: func(ctx context.Context, env *studies.Env) error {
				return hinged(ctx, env, losses.SquaredHinge{}, 0.664, 0.624)
			},
		},
	}
}

func lookAtCircles(_ context.Context, env *studies.Env) error {
	all := twoCircles()
	best := 0.0
	for limit := 0.8; limit < 1; limit += 0.002 {
		right := 0
		for i := range all.Rows() {
			x, y := all.X.At(i, 0), all.X.At(i, 1)
			inner := math.Sqrt(float64(x*x)+float64(y*y)) < limit
			if inner == (all.Y.At(i, 0) == 1) {
				right++
			}
		}
		best = max(best, float64(right)/float64(all.Rows()))
	}
	env.Record(studies.Exact("accuracy of the best threshold on the radius", best))
	env.Claim("The rings overlap: no threshold on the radius classifies more than 0.85", best < 0.85 && best > 0.8, "%.3f", best)
	return env.Figure("", "All 1000 rows: class 0 is the outer ring, class 1 the inner.",
		plots.Scatter{X: "feature 0", Y: "feature 1", Points: studies.Points(all)})
}

// circlesNet is the network of chapters 4 and 9: 50 hidden nodes and one output.
func circlesNet(loss losses.Loss, output act.Func, epochs int) goodfit.Recipe {
	r := classifier(momentum, epochs, relu(50), nn.Dense{Units: 1, Activation: output})
	r.Config.Loss = loss
	return r
}

func binaryCrossEntropy(ctx context.Context, env *studies.Env) error {
	c := studies.Single{Recipe: circlesNet(losses.BinaryCrossEntropy{}, act.Sigmoid, 200), What: "accuracy", Score: metrics.Accuracy{},
		BookTrain: 0.834, BookTest: 0.848, Repeats: 30}
	c.Train, c.Test = halves(twoCircles())
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	test := runs.TestScore(metrics.Accuracy{})
	env.Claim("Mean test accuracy is at least 0.83, close to what the overlap allows", studies.Mean(test) > 0.83, "%.3f ± %.3f", studies.Mean(test), studies.SD(test))
	bumps := [2]float64{studies.Mean(studies.Each(runs, lateSteps("val_loss"))), studies.Mean(studies.Each(runs, lateSteps("val_accuracy")))}
	env.Claim("Accuracy is bumpier than the loss: it moves more from epoch to epoch over the last 100", bumps[1] > bumps[0],
		"mean step %.4f against %.4f", bumps[1], bumps[0])
	return nil
}

// lateSteps is the mean absolute change of a series from epoch to epoch over the
// last 100.
func lateSteps(series string) func(h *history) float64 {
	return func(h *history) float64 {
		values, _ := h.Get(series)
		values = values[max(0, len(values)-100):]
		sum := 0.0
		for i := 1; i < len(values); i++ {
			sum += math.Abs(values[i] - values[i-1])
		}
		return sum / float64(len(values)-1)
	}
}

// signed is the circles problem with classes −1 and +1.
func signed() (train, test *datasets.Dataset) {
	all := twoCircles()
	for i := range all.Rows() {
		all.Y.Set(i, 0, 2*all.Y.At(i, 0)-1)
	}
	all.Classes = nil
	return halves(all)
}

// hinged measures a hinge loss by the book's accuracy and by the sign's.
func hinged(ctx context.Context, env *studies.Env, loss losses.Loss, bookTrain, bookTest float64) error {
	c := studies.Single{Recipe: circlesNet(loss, act.Tanh, 200), What: "accuracy of rounded outputs", Score: roundedAccuracy{},
		BookTrain: bookTrain, BookTest: bookTest, Repeats: 30}
	c.Train, c.Test = signed()
	c.Recipe.Config.Metrics = []metrics.Metric{metrics.SignAccuracy{}, roundedAccuracy{}}
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	sign, rounded := runs.TestScore(metrics.SignAccuracy{}), runs.TestScore(roundedAccuracy{})
	env.Record(studies.Measured("train accuracy by sign", runs.TrainScore(metrics.SignAccuracy{})),
		studies.Measured("test accuracy by sign", sign).
			Because("Keras 2 rounds the output and compares it with −1 or +1, so that every output between −0.5 and 0.5 counts as wrong; the sign is what a hinge loss trains."))
	env.Claim("By sign the same networks are as good as under cross-entropy: mean test accuracy above 0.82", studies.Mean(sign) > 0.82,
		"%.3f ± %.3f", studies.Mean(sign), studies.SD(sign))
	env.Claim("Rounding takes more than 0.04 from the test accuracy", studies.Mean(sign)-studies.Mean(rounded) > 0.04, "%.3f against %.3f", studies.Mean(rounded), studies.Mean(sign))
	return nil
}

// roundedAccuracy is the share of outputs that equal the target when rounded to
// the nearest whole number: Keras 2's accuracy of a single output.
type roundedAccuracy struct{}

func (roundedAccuracy) Name() string                { return "rounded_accuracy" }
func (roundedAccuracy) Direction() curves.Direction { return curves.Maximize }

func (roundedAccuracy) Meter(metrics.Spec) (metrics.Meter, error) { return &roundedMeter{}, nil }

type roundedMeter struct{ right, all float64 }

func (m *roundedMeter) Add(pred, target, _ []float32) {
	for i, p := range pred {
		m.all++
		if math.RoundToEven(float64(p)) == float64(target[i]) {
			m.right++
		}
	}
}

func (m *roundedMeter) Value() float64 { return m.right / m.all }

func (m *roundedMeter) Reset() { *m = roundedMeter{} }
