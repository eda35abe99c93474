package ensembles_test

import (
	"context"
	"math"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
)

func recipe() goodfit.Recipe {
	return goodfit.Recipe{
		Layers: []nn.Layer{nn.Dense{Units: 10, Activation: act.ReLU}, nn.Dense{Units: 3, Activation: act.Softmax}},
		Config: goodfit.Config{Loss: losses.CrossEntropy{}, Optimizer: optim.Adam{Rate: 0.02}},
		Plan:   goodfit.Plan{Epochs: 20},
	}
}

func blobs(seed uint64) *datasets.Dataset {
	d := datasets.Blobs{Samples: 300, Centers: 3, Std: 3, Seed: 2}.Make()
	return d.Shuffled(seed)
}

// TestBaggingIsTheMeanOfItsMembers checks the mean, that members differ, and that
// the threads make no difference.
func TestBaggingIsTheMeanOfItsMembers(t *testing.T) {
	train, test := blobs(1).Split(100)
	fit := func() (*ensembles.Ensemble, *mat.Dense) {
		m, err := ensembles.Bagging{Members: 5, Seed: 3}.Fit(context.Background(), recipe(), train)
		if err != nil {
			t.Fatal(err)
		}
		y, err := m.Predict(test.X)
		if err != nil {
			t.Fatal(err)
		}
		return m, y
	}
	m, got := fit()
	rows, cols := got.Dims()
	want := mat.NewDense(rows, cols, nil)
	var first *mat.Dense
	for k, p := range m.Members {
		y, err := p.Predict(test.X)
		if err != nil {
			t.Fatal(err)
		}
		if k == 0 {
			first = y
		} else if mat.Equal(y, first) {
			t.Errorf("member %d predicts as member 0 does", k)
		}
		want.Add(want, y)
	}
	want.Scale(1.0/5, want)
	if !mat.EqualApprox(got, want, 1e-15) { // sums of five numbers in float64
		t.Error("the ensemble does not predict the mean of its members")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if _, one := fit(); !mat.Equal(one, got) {
		t.Error("on one thread the ensemble predicts something else")
	}
}

// TestBaggingIsSteadier compares spreads over ten seeds: five members vary less
// than one; the margin is half of the √5 that independent members would give.
func TestBaggingIsSteadier(t *testing.T) {
	train, test := blobs(1).Split(100)
	spread := func(members int) float64 {
		var sum, square float64
		for seed := range uint64(10) {
			m, err := ensembles.Bagging{Members: members, Seed: seed}.Fit(context.Background(), recipe(), train)
			if err != nil {
				t.Fatal(err)
			}
			y, err := m.Predict(test.X)
			if err != nil {
				t.Fatal(err)
			}
			loss := meanLogLoss(t, y, test.Y)
			sum += loss
			square += loss * loss
		}
		return math.Sqrt(square/10 - sum*sum/100)
	}
	if one, five := spread(1), spread(5); five > one/1.1 {
		t.Errorf("the loss spreads by %.4f with five members and %.4f with one", five, one)
	}
}

func meanLogLoss(t *testing.T, y, target *mat.Dense) float64 {
	meter, err := metrics.LogLoss{}.Meter(metrics.Spec{Outputs: 3, Targets: 1})
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := y.Dims()
	for i := range rows {
		p := make([]float32, 3)
		for j := range p {
			p[j] = float32(y.At(i, j))
		}
		meter.Add(p, []float32{float32(target.At(i, 0))}, nil)
	}
	return meter.Value()
}

func TestBaggingErrors(t *testing.T) {
	train := blobs(1)
	if _, err := (ensembles.Bagging{Members: -1}).Fit(context.Background(), recipe(), train); err == nil {
		t.Error("a negative number of members was taken")
	}
	bad := recipe()
	bad.Layers = nil
	if _, err := (ensembles.Bagging{}).Fit(context.Background(), bad, train); err == nil {
		t.Error("a recipe without layers was trained")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (ensembles.Bagging{}).Fit(ctx, recipe(), train); err == nil {
		t.Error("a cancelled context gave an ensemble")
	}
	if _, err := (&ensembles.Ensemble{}).Predict(train.X); err == nil {
		t.Error("an ensemble without members predicted")
	}
}
