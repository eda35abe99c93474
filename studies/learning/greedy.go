package learning

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// greedyPretraining are the studies of chapter 10.
func greedyPretraining() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch10-supervised-greedy-pretraining",
			Title:    "Supervised greedy layer-wise training to 12 layers",
			Chapter:  10,
			Question: "What does each layer add that is trained alone on top of frozen ones?",
			Cases:    []string{"ch10-supervised-greedy-pretraining"},
			Run:      supervisedGreedy,
		},
		{
			Name:     "ch10-unsupervised-greedy-pretraining",
			Title:    "Unsupervised greedy layer-wise training to 7 layers",
			Chapter:  10,
			Question: "How deep can an autoencoder be grown layer by layer, and what is it worth as a classifier?",
			Cases:    []string{"ch10-unsupervised-greedy-pretraining"},
			Run:      unsupervisedGreedy,
		},
	}
}

const output = "output"

// grown is a network that is made deeper layer by layer.
type grown struct {
	model  *goodfit.Model
	config goodfit.Config
	output nn.Layer
	depth  int // hidden layers
}

// grow begins a network of one hidden layer and trains it.
func grow(ctx context.Context, data datasets.Source, loss losses.Loss, out nn.Layer, seed uint64) (*grown, error) {
	r := classifier(momentum, 100, hiddenLayer(1), nn.As(output, out))
	r.Config.Loss, r.Input = loss, []int{2}
	model, err := r.Build(seed)
	if err != nil {
		return nil, err
	}
	g := &grown{model: model, config: model.Config(), output: out, depth: 1}
	return g, g.fit(ctx, data)
}

func hiddenLayer(i int) nn.Layer { return nn.As(fmt.Sprint("hidden", i), relu(10)) }

func (g *grown) fit(ctx context.Context, data datasets.Source) error {
	_, err := g.model.Fit(ctx, data, goodfit.Plan{Epochs: 100})
	return err
}

// deepen freezes the hidden layers, puts a new one under the output, which keeps
// its weights, and trains both.
func (g *grown) deepen(ctx context.Context, data datasets.Source) error {
	weights, err := g.model.Weights(output)
	if err != nil {
		return err
	}
	if err := g.model.Pop(); err != nil {
		return err
	}
	if err := g.model.Freeze(); err != nil {
		return err
	}
	g.depth++
	if err := errors.Join(g.model.Add(hiddenLayer(g.depth)), g.model.Add(nn.As(output, g.output)), g.model.Compile(g.config)); err != nil {
		return err
	}
	if err := g.model.SetWeights(output, weights); err != nil {
		return err
	}
	return g.fit(ctx, data)
}

// asClassifier trains a softmax output on a frozen copy of the hidden layers.
func (g *grown) asClassifier(ctx context.Context, train *datasets.Dataset) (*goodfit.Model, error) {
	m := g.model.Clone(true)
	if err := m.Pop(); err != nil {
		return nil, err
	}
	if err := m.Freeze(); err != nil {
		return nil, err
	}
	config := g.config
	config.Loss, config.Metrics = losses.CrossEntropy{}, []metrics.Metric{metrics.Accuracy{}}
	if err := errors.Join(m.Add(nn.As("classes", classes(3))), m.Compile(config)); err != nil {
		return nil, err
	}
	_, err := m.Fit(ctx, train, goodfit.Plan{Epochs: 100})
	return m, err
}

// table holds a number per depth and run.
type table [][]float64

func newTable(depths, runs int) table {
	t := make(table, depths)
	for i := range t {
		t[i] = make([]float64, runs)
		for j := range t[i] {
			t[i][j] = math.NaN()
		}
	}
	return t
}

// score evaluates a model on a part and returns its loss and its first metric.
func score(m *goodfit.Model, data datasets.Source) (loss, metric float64, err error) {
	s, err := m.Evaluate(data)
	if err != nil || len(s.Metrics) == 0 {
		return s.Loss, math.NaN(), err
	}
	return s.Loss, s.Metrics[0].Value, nil
}

func supervisedGreedy(ctx context.Context, env *studies.Env) error {
	const depths = 11
	bookTrain := []float64{.816, .834, .836, .830, .848, .830, .850, .840, .842, .850, .850}
	bookTest := []float64{.830, .830, .824, .824, .820, .826, .824, .838, .830, .830, .826}
	train, test := halves(threeBlobs())
	repeats := env.Repeats("", 30)
	onTrain, onTest := newTable(depths, repeats.Seeds), newTable(depths, repeats.Seeds)
	err := repeats.Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		g, err := grow(ctx, train, losses.CrossEntropy{}, classes(3), seed)
		for d := 0; err == nil; d++ {
			if _, onTrain[d][i], err = score(g.model, train); err != nil {
				return err
			}
			if _, onTest[d][i], err = score(g.model, test); err != nil || d == depths-1 {
				return err
			}
			err = g.deepen(ctx, train)
		}
		return err
	})
	if err != nil {
		return err
	}
	for d := range depths {
		env.Record(studies.Measured(fmt.Sprintf("train accuracy, %d layers", d+2), onTrain[d]).Beside(bookTrain[d]),
			studies.Measured(fmt.Sprintf("test accuracy, %d layers", d+2), onTest[d]).Beside(bookTest[d]))
	}
	rise := studies.Mean(onTrain[depths-1]) - studies.Mean(onTrain[0])
	env.Claim("Training accuracy rises with depth, slightly: by 0.005 to 0.05 from 2 to 12 layers", rise > 0.005 && rise < 0.05,
		"%.3f to %.3f", studies.Mean(onTrain[0]), studies.Mean(onTrain[depths-1]))
	change := studies.Mean(onTest[depths-1]) - studies.Mean(onTest[0])
	env.Claim("Test accuracy stays where it is: within 0.015 from 2 to 12 layers", math.Abs(change) < 0.015,
		"%.3f to %.3f", studies.Mean(onTest[0]), studies.Mean(onTest[depths-1]))
	return env.Figure("", "Accuracy by number of layers: mean and standard deviation of the runs.", byDepth("accuracy", onTrain, onTest))
}

// byDepth draws means with their deviations over the number of layers.
func byDepth(what string, train, test table) plots.Figure {
	var layers []float64
	for d := range train {
		layers = append(layers, float64(d+2))
	}
	return plots.Lines{X: "layers", Y: what, Lines: []plots.Line{
		plots.MeanLine("train", layers, train), plots.MeanLine("test", layers, test),
	}}
}

// stacks are autoencoders grown layer by layer: for both halves of the data the
// reconstruction error and the accuracy as a classifier, by depth and run.
type stacks struct {
	errors, accuracy [2]table
	diverged         []float64 // 1 for each run that ended so
}

const stackDepths = 6

func unsupervisedGreedy(ctx context.Context, env *studies.Env) error {
	repeats := env.Repeats("", 30)
	s := stacks{diverged: make([]float64, repeats.Seeds)}
	for k := range 2 {
		s.errors[k], s.accuracy[k] = newTable(stackDepths, repeats.Seeds), newTable(stackDepths, repeats.Seeds)
	}
	train, test := halves(threeBlobs())
	err := repeats.Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		err := s.run(ctx, [2]*datasets.Dataset{train, test}, i, seed)
		var bad *goodfit.DivergedError
		if errors.As(err, &bad) {
			s.diverged[i] = 1
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	s.record(env)
	s.claim(env)
	return env.Figure("", "Accuracy as a classifier by number of layers: mean and standard deviation of the runs.",
		byDepth("accuracy", s.accuracy[0], s.accuracy[1]))
}

// run grows one stack to its full depth and scores it on the way.
func (s *stacks) run(ctx context.Context, parts [2]*datasets.Dataset, i int, seed uint64) error {
	copies := [2]*datasets.Dataset{{X: parts[0].X, Y: parts[0].X}, {X: parts[1].X, Y: parts[1].X}}
	g, err := grow(ctx, copies[0], losses.MSE{}, linear(2), seed)
	if err != nil {
		return err
	}
	for d := range stackDepths {
		head, err := g.asClassifier(ctx, parts[0])
		if err != nil {
			return err
		}
		for k := range parts {
			var e1, e2 error
			s.errors[k][d][i], _, e1 = score(g.model, copies[k])
			_, s.accuracy[k][d][i], e2 = score(head, parts[k])
			if err := errors.Join(e1, e2); err != nil {
				return err
			}
		}
		if d == stackDepths-1 {
			break
		}
		if err := g.deepen(ctx, copies[0]); err != nil {
			return err
		}
	}
	return nil
}

func (s *stacks) record(env *studies.Env) {
	bookErrors := [2][]float64{{0, .001, .002, .016, 2.311, 2.192}, {0, .002, .002, .028, 2.694, 2.526}}
	bookAccuracy := [2][]float64{{.830, .826, .820, .828, .764, .764}, {.832, .842, .838, .834, .762, .760}}
	why := "The depth at which a direction of the inputs is lost differs from run to run; after that the error stays near 2.2, or 10.4 where all units die."
	for k, part := range []string{"train", "test"} {
		for d := range stackDepths {
			env.Record(
				studies.Measured(fmt.Sprintf("%s reconstruction error, %d layers", part, d+2), s.errors[k][d]).Beside(bookErrors[k][d]).Because(why),
				studies.Measured(fmt.Sprintf("%s accuracy as a classifier, %d layers", part, d+2), s.accuracy[k][d]).Beside(bookAccuracy[k][d]).Because(why))
		}
	}
	env.Record(studies.Measured("share of runs that diverge", s.diverged))
}

func (s *stacks) claim(env *studies.Env) {
	median := func(values []float64) float64 { return experiments.Summarize(values).Median }
	shallow, full := s.errors[1][0], s.errors[1][stackDepths-1]
	env.Claim("The reconstruction error grows with depth: its median at 7 layers is over ten times that at 2",
		median(full) > 10*median(shallow), "%.4f to %.3f", median(shallow), median(full))
	lost := 0.0
	for _, e := range full {
		if !(e < 1) { // NaN where the run diverged
			lost += 1 / float64(len(full))
		}
	}
	env.Claim("By 7 layers at least 30 % of runs have lost a direction of the inputs (error above 1) or diverged", lost >= 0.3, "%.0f %%", 100*lost)
	first, last := studies.Mean(s.accuracy[1][0]), studies.Mean(s.accuracy[1][stackDepths-1])
	env.Claim("As a classifier the deep stack is worse: mean test accuracy falls by more than 0.02", first-last > 0.02, "%.3f to %.3f", first, last)
}
