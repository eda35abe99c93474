package studies

import (
	"context"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/plots"
)

// Single is a case that the book runs once and scores on both parts of the data.
type Single struct {
	Recipe      goodfit.Recipe
	Train, Test *datasets.Dataset
	// What names the score, and Score gives it; nil is the loss.
	What  string
	Score metrics.Metric
	// BookTrain and BookTest are the numbers that the book prints, Why what to say
	// where ours differ.
	BookTrain, BookTest float64
	Why                 string
	// Repeats is how often a full run repeats the case.
	Repeats int
}

// Measure repeats the case with the test part as validation data, records the
// scores beside the book's, and draws the curves of the first run.
func (c Single) Measure(ctx context.Context, env *Env) (experiments.Runs, error) {
	runs, err := env.Evaluate(ctx, "", c.Repeats, Watched(c.Recipe, c.Test), c.Train, c.Test)
	if err != nil {
		return nil, err
	}
	train, test := runs.TrainLoss(), runs.TestLoss()
	if c.Score != nil {
		train, test = runs.TrainScore(c.Score), runs.TestScore(c.Score)
	}
	env.Record(Measured("train "+c.What, train).Beside(c.BookTrain).Because(c.Why),
		Measured("test "+c.What, test).Beside(c.BookTest).Because(c.Why))
	return runs, env.Figure("", "One run: training and test data over the epochs.", plots.LearningCurve{History: runs[0].History})
}

// Watched returns the recipe with the data as validation data.
func Watched(r goodfit.Recipe, validation datasets.Source) goodfit.Recipe {
	r.Plan.Validation = validation
	return r
}

// Panel is a small learning curve of one quantity of the first run.
func Panel(title, quantity string, runs experiments.Runs) plots.Figure {
	return plots.LearningCurve{Title: title, History: runs[0].History, Quantities: []string{quantity}}
}

// Points are the first two features of the rows by class.
func Points(d *datasets.Dataset) plots.Points {
	p := plots.Points{}
	for i := range d.Rows() {
		p.X, p.Y = append(p.X, d.X.At(i, 0)), append(p.Y, d.X.At(i, 1))
		p.Class = append(p.Class, int(d.Y.At(i, 0)))
	}
	return p
}
