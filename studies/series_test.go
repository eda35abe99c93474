package studies_test

import (
	"context"
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/studies"
)

func TestSeries(t *testing.T) {
	h := curves.New(5, curves.Series{Name: "loss"})
	for _, v := range []float64{4, 1, 2, 5, 3} {
		h.Append(v)
	}
	for name, c := range map[string]struct {
		of   func(h *curves.History) float64
		want float64
	}{
		"first at least 4":           {studies.FirstAbove("loss", 4), 1},
		"first at least 4.5":         {studies.FirstAbove("loss", 4.5), 4},
		"never at least 6":           {studies.FirstAbove("loss", 6), 6},
		"first below 2":              {studies.FirstBelow("loss", 2), 2},
		"never below 1":              {studies.FirstBelow("loss", 1), 6},
		"no such series":             {studies.FirstAbove("accuracy", 0), 1},
		"mean of the last two":       {studies.LateMean("loss", 2), 4},
		"mean of all":                {studies.LateMean("loss", 9), 3},
		"spread of the last two":     {studies.LateSpread("loss", 2), 1},
		"spread of all":              {studies.LateSpread("loss", 9), math.Sqrt2},
		"value after the third step": {studies.At("loss", 3), 2},
	} {
		if got := c.of(h); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%s is %v, want %v", name, got, c.want)
		}
	}
}

func TestValues(t *testing.T) {
	values := []float64{1, 3, math.NaN(), 5}
	if got := studies.Mean(values); got != 3 {
		t.Errorf("mean %v, want 3", got)
	}
	if got := studies.SD(values); got != 2 {
		t.Errorf("standard deviation %v, want 2", got)
	}
	if got := studies.Share(values, 3); got != 0.5 {
		t.Errorf("share of at least 3 is %v, want 0.5", got)
	}
	if got := studies.Share(studies.Negated(values), -3); got != 0.5 {
		t.Errorf("share of at most 3 is %v, want 0.5", got)
	}
	if got := studies.Listed("%.1f", values[:2]); got != "1.0, 3.0" {
		t.Errorf("listed as %q", got)
	}
}

func TestSingleMeasuresBothParts(t *testing.T) {
	s := small()
	moons := datasets.Moons{Samples: 60, Noise: 0.1, Seed: 1}.Make()
	c := studies.Single{Recipe: recipe(), What: "accuracy", Score: metrics.Accuracy{}, BookTrain: 0.5, BookTest: 0.6, Why: "It is a draw.", Repeats: 3}
	c.Train, c.Test = moons.Split(40)
	var runs experiments.Runs
	s.Run = func(ctx context.Context, env *studies.Env) (err error) {
		runs, err = c.Measure(ctx, env)
		return err
	}
	out, err := studies.Run(context.Background(), s, studies.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) != 3 || len(out.Results) != 2 || len(out.Drawings()) != 1 {
		t.Fatalf("%d runs, %d results, %d figures; want 3, 2, 1", len(runs), len(out.Results), len(out.Drawings()))
	}
	for k, want := range []studies.Result{
		studies.Measured("train accuracy", runs.TrainScore(metrics.Accuracy{})),
		studies.Measured("test accuracy", runs.TestScore(metrics.Accuracy{})),
	} {
		got := out.Results[k]
		if got.What != want.What || got.Mean != want.Mean || *got.Book != []float64{0.5, 0.6}[k] || got.Why != c.Why {
			t.Errorf("result %d is %+v, want %+v beside the book's", k, got, want)
		}
	}
	if val, ok := runs[0].History.Get("val_accuracy"); !ok || len(val) != 2 {
		t.Errorf("test accuracy over the epochs: %v", val)
	}
	if p := studies.Points(moons); len(p.X) != 60 || p.X[7] != moons.X.At(7, 0) || p.Y[7] != moons.X.At(7, 1) || p.Class[7] != int(moons.Y.At(7, 0)) {
		t.Error("points are not the rows' first two features by class")
	}
}
