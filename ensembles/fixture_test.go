package ensembles_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// fixture is testdata/combine.json, made by combine.py with numpy, scipy and
// scikit-learn.
type fixture struct {
	X          []float64
	Regression struct {
		Members                       [][2]float32
		Y, Mean, Median, Std, Weights []float64
		OLS, Ridge                    []float64
		Squared, Ambiguity, Error     float64
		Correlation                   [][]float64
	}
	Binary struct {
		Members                           [][2]float32
		Y, Vote, Mode, Logistic, Accuracy []float64
		LogLoss                           float64 `json:"log_loss"`
	}
	Three struct {
		Members                             [][3][2]float32
		Y, Mode, Weights                    []float64
		Mean, Vote, Logistic                [][]float64
		Grid, NLL                           float64
		Disagreement, Q, Kappa, Correlation [][]float64
		DoubleFault                         [][]float64 `json:"double_fault"`
	}
}

func readFixture(t *testing.T) (f fixture) {
	t.Helper()
	b, err := os.ReadFile("testdata/combine.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// column returns values as a matrix of one column.
func column(values []float64) *mat.Dense {
	return mat.NewDense(len(values), 1, append([]float64(nil), values...))
}

// lines returns members that predict activation(w·x + c).
func lines(t *testing.T, pairs [][2]float32, loss losses.Loss, f act.Func) *ensembles.Ensemble {
	e := ensembles.New(nil)
	for _, p := range pairs {
		e.Members = append(e.Members, fixed(t, p[0], p[1], loss, f))
	}
	return e
}

// softmaxes returns members of three classes.
func softmaxes(t *testing.T, members [][3][2]float32) *ensembles.Ensemble {
	e := ensembles.New(nil)
	for _, p := range members {
		m := goodfit.Sequential(tensor.Shape{1}, nn.Dense{Units: 3, Activation: act.Softmax})
		if err := m.Compile(goodfit.Config{Loss: losses.CrossEntropy{}, Metrics: []metrics.Metric{metrics.Accuracy{}}}); err != nil {
			t.Fatal(err)
		}
		err := m.SetWeights("dense", map[string]*tensor.Tensor{
			"kernel": tensor.Of([]float32{p[0][0], p[1][0], p[2][0]}, 1, 3), "bias": tensor.Of([]float32{p[0][1], p[1][1], p[2][1]}, 3)})
		if err != nil {
			t.Fatal(err)
		}
		e.Members = append(e.Members, m)
	}
	return e
}

// single is the tolerance where members' predictions, numbers of 32 bits of about
// 1, stand beside numpy's of 64.
const single = 1e-6

// near compares numbers in their order.
func near(t *testing.T, what string, got *mat.Dense, want []float64, tolerance float64) {
	t.Helper()
	values := mat.DenseCopyOf(got).RawMatrix().Data
	if len(values) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(values), len(want))
	}
	for i, v := range values {
		if !(math.Abs(v-want[i]) <= tolerance) {
			t.Errorf("%s: number %d is %.9g, want %.9g", what, i, v, want[i])
			return
		}
	}
}

func flat(rows [][]float64) (all []float64) {
	for _, r := range rows {
		all = append(all, r...)
	}
	return all
}

// with returns the ensemble with another combiner.
func with(e *ensembles.Ensemble, c ensembles.Combiner) *ensembles.Ensemble {
	out := *e
	out.Combiner = c
	return &out
}

func TestRegressionEqualsNumPyAndScikitLearn(t *testing.T) {
	f := readFixture(t)
	e := lines(t, f.Regression.Members, losses.MSE{}, act.Linear)
	data := &datasets.Dataset{X: column(f.X), Y: column(f.Regression.Y)}
	near(t, "mean", predict(t, e, data.X), f.Regression.Mean, single)
	near(t, "median", predict(t, with(e, ensembles.Median{}), data.X), f.Regression.Median, single)
	v, err := e.Interval(data.X, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "standard deviation", v.Std, f.Regression.Std, single)

	d, err := e.Diversity(data)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "correlation of errors", d.ErrorCorrelation, flat(f.Regression.Correlation), 10*single)
	near(t, "ambiguity, error", mat.NewDense(1, 2, []float64{d.Ambiguity, d.MeanSquaredError}), []float64{f.Regression.Ambiguity, f.Regression.Error}, single)

	ctx := context.Background()
	weighed, err := e.Weigh(ctx, ensembles.LeastSquares{}, nil, data)
	if err != nil {
		t.Fatal(err)
	}
	w := weighed.Combiner.(ensembles.Weighted).Weights
	// SLSQP ends at about the square root of its 1e-15.
	near(t, "least squares", mat.NewDense(1, len(w), w), f.Regression.Weights, 1e-5)
	s, err := weighed.Evaluate(data, metrics.MSE{})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(s.Ensemble.Loss-f.Regression.Squared) > single || math.Abs(s.Ensemble.Metrics[0].Value-s.Ensemble.Loss) > single {
		t.Errorf("squared error %g, metric %v, want %g", s.Ensemble.Loss, s.Ensemble.Metrics, f.Regression.Squared)
	}

	two, err := e.Take(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	ols, err := two.Stack(ctx, ensembles.LinearRegression{}, data)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "linear regression", predict(t, ols, data.X), f.Regression.OLS, 10*single)
	ridge, err := e.Stack(ctx, ensembles.LinearRegression{Alpha: 0.5}, data)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "ridge", predict(t, ridge, data.X), f.Regression.Ridge, 10*single)
}

func TestTwoClassesEqualScikitLearn(t *testing.T) {
	f := readFixture(t)
	e := lines(t, f.Binary.Members, losses.BinaryCrossEntropy{}, act.Sigmoid)
	data := &datasets.Dataset{X: column(f.X), Y: column(f.Binary.Y)}
	votes := predict(t, with(e, ensembles.Vote{}), data.X)
	near(t, "vote", votes, f.Binary.Vote, 1e-15)
	for i, want := range f.Binary.Mode {
		if got := votes.At(i, 0) > 0.5; got != (want == 1) {
			t.Errorf("row %d: %v votes, SciPy's mode is %v", i, votes.At(i, 0), want)
		}
	}
	v, err := e.Evaluate(data, metrics.Accuracy{}, metrics.LogLoss{})
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range f.Binary.Accuracy {
		if got := v.Members[k].Metrics[0].Value; math.Abs(got-want) > 1e-12 {
			t.Errorf("member %d: accuracy %g, want %g", k, got, want)
		}
	}
	if math.Abs(v.Ensemble.Loss-f.Binary.LogLoss) > single || math.Abs(v.Ensemble.Metrics[1].Value-f.Binary.LogLoss) > single {
		t.Errorf("log loss %g and %g, want %g", v.Ensemble.Loss, v.Ensemble.Metrics[1].Value, f.Binary.LogLoss)
	}
	l, err := e.Stack(context.Background(), ensembles.LogisticRegression{}, data)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "logistic regression", predict(t, l, data.X), f.Binary.Logistic, single)
}

func TestThreeClassesEqualScikitLearn(t *testing.T) {
	f := readFixture(t)
	e := softmaxes(t, f.Three.Members)
	data := &datasets.Dataset{X: column(f.X), Y: column(f.Three.Y)}
	near(t, "mean", predict(t, e, data.X), flat(f.Three.Mean), single)
	votes := predict(t, with(e, ensembles.Vote{}), data.X)
	near(t, "vote", votes, flat(f.Three.Vote), 1e-15)
	for i, want := range f.Three.Mode {
		if got := datasets.ClassIndices(votes)[i]; float64(got) != want {
			t.Errorf("row %d: class %v is voted for, SciPy's mode is %v", i, got, want)
		}
	}
	d, err := e.Diversity(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		got  *mat.Dense
		want [][]float64
	}{{"disagreement", d.Disagreement, f.Three.Disagreement}, {"Q", d.Q, f.Three.Q}, {"double fault", d.DoubleFault, f.Three.DoubleFault},
		{"kappa", d.Kappa, f.Three.Kappa}, {"correlation", d.ErrorCorrelation, f.Three.Correlation}} {
		near(t, c.what, c.got, flat(c.want), 1e-12) // counts, and sums of 60 numbers
	}
	ctx := context.Background()
	l, err := e.Stack(ctx, ensembles.LogisticRegression{C: 2}, data)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "logistic regression", predict(t, l, data.X), flat(f.Three.Logistic), single)
	p, err := e.Predictions(data)
	if err != nil {
		t.Fatal(err)
	}
	w, err := ensembles.LeastSquares{}.Weights(ctx, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "least squares", mat.NewDense(1, 4, w), f.Three.Weights, 1e-5) // as for the regression
}

// TestSearchesFindTheOptima compares searches with SciPy's differential evolution
// and with every vector of a grid in numpy.
func TestSearchesFindTheOptima(t *testing.T) {
	f := readFixture(t)
	e := softmaxes(t, f.Three.Members)
	p, err := e.Predictions(&datasets.Dataset{X: column(f.X), Y: column(f.Three.Y)})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		search ensembles.Search
		metric metrics.Metric
		want   float64
		slack  float64 // numbers of 32 bits, or the step of the search
	}{
		{ensembles.DifferentialEvolution{Tol: 1e-9, Polish: true}, nil, f.Three.NLL, single},
		{ensembles.Simplex{}, nil, f.Three.NLL, 1e-5},
		{ensembles.Simplex{Draws: 20}, metrics.LogLoss{}, f.Three.NLL, 1e-5},
		{ensembles.Grid{Steps: 10}, nil, f.Three.NLL, 1e-3},
		{ensembles.Greedy{Rounds: 200}, nil, f.Three.NLL, 1e-4},
		{ensembles.Grid{Steps: 5}, metrics.Accuracy{}, f.Three.Grid, 1e-12},
		{ensembles.Grid{Steps: 5}, metrics.TopK{K: 1}, f.Three.Grid, 1e-12}, // accuracy by the slow way
	} {
		w, err := c.search.Weights(context.Background(), p, c.metric)
		if err != nil {
			t.Fatalf("%+v: %v", c.search, err)
		}
		list := []metrics.Metric{}
		if c.metric != nil {
			list = append(list, c.metric)
		}
		s, err := p.Scores(ensembles.Weighted{Weights: w}, list...)
		if err != nil {
			t.Fatal(err)
		}
		got := s.Loss
		if c.metric != nil {
			got = s.Metrics[0].Value
		}
		if math.Abs(got-c.want) > c.slack {
			t.Errorf("%T%+v by %v: %.7f with %.3f, want %.7f", c.search, c.search, c.metric, got, w, c.want)
		}
		sum := 0.0
		for _, v := range w {
			sum += v
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Errorf("%T: weights %v sum to %g", c.search, w, sum)
		}
	}
}
