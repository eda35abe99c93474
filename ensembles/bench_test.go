package ensembles_test

import (
	"context"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/metrics"
)

// BenchmarkGrid searches the weights of five members on 1,000 rows of three
// classes: 161,040 vectors and equal weights.
func BenchmarkGrid(b *testing.B) {
	e, test := members(b, 5, 1000)
	p, err := e.Predictions(test)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := (ensembles.Grid{}).Weights(context.Background(), p, metrics.Accuracy{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPredict predicts 10,000 rows with ten members.
func BenchmarkPredict(b *testing.B) {
	e, test := members(b, 10, 1000)
	x := mat.NewDense(10000, 2, nil)
	for i := range 10 {
		x.Slice(i*1000, (i+1)*1000, 0, 2).(*mat.Dense).Copy(test.X)
	}
	for b.Loop() {
		if _, err := e.Predict(x); err != nil {
			b.Fatal(err)
		}
	}
}
