package generalization

import (
	"context"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// lookAt draws a problem, counts the rows of class 1 in both parts, and tries how
// many of all rows a line can tell apart: at most the given share.
func lookAt(ctx context.Context, env *studies.Env, all *datasets.Dataset, wantTrain, wantTest int, most float64) error {
	train, test := all.Split(30)
	inTrain, inTest := ofClassOne(train), ofClassOne(test)
	env.Record(studies.Exact("training rows of class 1", float64(inTrain)), studies.Exact("test rows of class 1", float64(inTest)))
	env.Claim("Both classes are about equally frequent in both parts", inTrain == wantTrain && inTest == wantTest,
		"%d of %d rows and %d of %d rows are of class 1", inTrain, train.Rows(), inTest, test.Rows())
	line := binary(output())
	line.Config.Optimizer, line.Plan.Epochs = optim.Adam{Rate: 0.05}, 300
	runs, err := env.Evaluate(ctx, "", 10, line, all, nil)
	if err != nil {
		return err
	}
	right := runs.TrainScore(metrics.Accuracy{})
	env.Record(studies.Measured("accuracy of a line trained on all 100 rows", right))
	env.Claim("No line separates the classes", studies.Share(right, most) == 0, "a network without hidden layer has %.2f of all rows right", studies.Mean(right))
	return env.Figure("", "All rows, a colour for each class.",
		plots.Scatter{X: "feature 0", Y: "feature 1", Points: studies.Points(all)})
}

func ofClassOne(d *datasets.Dataset) (n int) {
	for i := range d.Rows() {
		n += int(d.Y.At(i, 0))
	}
	return n
}
