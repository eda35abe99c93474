// Forecast predicts next year's sunspots from those of the years before: recurrent
// networks against a naive and a linear forecast, with dropout of the inputs, of the
// state, and with clipped gradients.
package main

import (
	"context"
	"fmt"
	"log"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/optim"
)

func main() {
	r, err := compare(context.Background(), "examples/forecast/sunspots.csv", techniques, 5)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("forecast              RMSE, 1921 to 1988 (mean ± sd of 5 seeds)")
	fmt.Printf("%-20s %5.1f\n%-20s %5.1f\n", "as this year", r.naive, "linear", r.linear)
	for i, t := range techniques {
		fmt.Printf("%-20s %5.1f ± %.1f\n", t.name, r.mean[i], r.sd[i])
	}
}

// cycle is the years that a forecast sees: about a cycle of the sun.
const cycle = 11

// technique is a recurrent network and how it learns.
type technique struct {
	name  string
	layer nn.Layer
	clip  optim.Clip
}

var techniques = []technique{
	{name: "LSTM", layer: nn.LSTM{Units: 16}},
	{name: "GRU", layer: nn.GRU{Units: 16}},
	{name: "GRU, dropout", layer: nn.GRU{Units: 16, Dropout: 0.1}},
	{name: "GRU, state dropout", layer: nn.GRU{Units: 16, RecurrentDropout: 0.2}},
	{name: "GRU, clipping", layer: nn.GRU{Units: 16}, clip: optim.Clip{GlobalNorm: 0.5}},
}

// result has root mean squares of the errors, in sunspots: those of the naive and
// the linear forecast, and of each technique the mean and deviation over seeds.
type result struct {
	naive, linear float64
	mean, sd      []float64
}

// compare scores the forecasts of the last years, each made from the years before it.
func compare(ctx context.Context, path string, ts []technique, seeds int) (r result, err error) {
	train, test, unit, err := read(path)
	if err != nil {
		return r, err
	}
	r.naive = unit * naive(test)
	coefficients, err := linear(train)
	if err != nil {
		return r, err
	}
	r.linear = unit * rmse(forecast(coefficients, test), test.Y)
	for _, t := range ts {
		recipe := goodfit.Recipe{Layers: []nn.Layer{t.layer, nn.Dense{Units: 1}},
			Config: goodfit.Config{Loss: losses.MSE{}, Metrics: []metrics.Metric{metrics.RMSE{}},
				Optimizer: optim.Adam{Rate: 0.01, Schedule: optim.Cosine{}, Clip: t.clip}},
			Plan: goodfit.Plan{Epochs: 60, BatchSize: 16}}
		runs, err := experiments.Repeated{Seeds: seeds, BaseSeed: 1}.Evaluate(ctx, recipe, train, test)
		if err != nil {
			return r, fmt.Errorf("%s: %w", t.name, err)
		}
		mean, sd := stat.MeanStdDev(runs.TestScore(metrics.RMSE{}), nil)
		r.mean, r.sd = append(r.mean, unit*mean), append(r.sd, unit*sd)
	}
	return r, nil
}

// read returns windows of eleven years, a cycle of the sun, with the year after
// them: until 1920 to train with, the years from 1921 to test with. They are scaled
// by the years until 1920; unit is a standard deviation in sunspots.
func read(path string) (train, test *datasets.Dataset, unit float64, err error) {
	table, err := datasets.ReadCSVFile(path, datasets.CSVOptions{})
	if err != nil {
		return nil, nil, 0, err
	}
	column, err := table.Column("sunspots")
	if err != nil {
		return nil, nil, 0, err
	}
	years := &datasets.Dataset{X: mat.NewDense(column.Len(), 1, slices.Clone(column.Numbers()))}
	past, _ := years.Split(1921 - 1700)
	scale, err := datasets.Standardize{}.Fit(past)
	if err != nil {
		return nil, nil, 0, err
	}
	_, unit = stat.PopMeanStdDev(past.X.RawMatrix().Data, nil)
	years = scale.Apply(years)
	past, _ = years.Split(1921 - 1700)
	_, recent := years.Split(1921 - 1700 - cycle)
	windows := datasets.Windows{Length: cycle}
	if train, err = windows.Make(past); err != nil {
		return nil, nil, 0, err
	}
	test, err = windows.Make(recent)
	return train, test, unit, err
}

// naive is the error of the forecast that next year is as this one.
func naive(d *datasets.Dataset) float64 {
	return rmse(d.X.ColView(d.Features()-1), d.Y)
}

// linear fits next year as a linear function of the years before, by least squares.
func linear(d *datasets.Dataset) (*mat.VecDense, error) {
	var w mat.VecDense
	return &w, w.SolveVec(withOnes(d.X), d.Y.ColView(0))
}

// forecast applies what linear has found.
func forecast(w *mat.VecDense, d *datasets.Dataset) mat.Vector {
	var out mat.VecDense
	out.MulVec(withOnes(d.X), w)
	return &out
}

// withOnes has a column of ones behind the others, for the intercept.
func withOnes(x *mat.Dense) *mat.Dense {
	r, c := x.Dims()
	out := mat.NewDense(r, c+1, nil)
	out.Slice(0, r, 0, c).(*mat.Dense).Copy(x)
	for i := range r {
		out.Set(i, c, 1)
	}
	return out
}

// rmse is the root of the mean square of p − y.
func rmse(p mat.Vector, y *mat.Dense) float64 {
	var e mat.VecDense
	e.SubVec(p, y.ColView(0))
	return mat.Norm(&e, 2) / math.Sqrt(float64(e.Len()))
}
