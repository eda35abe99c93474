package metrics_test

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/opt"
)

var nan = float32(math.NaN())

// TestNames holds names, which histories and files of users contain, and directions.
func TestNames(t *testing.T) {
	for name, m := range map[string]metrics.Metric{
		"accuracy": metrics.Accuracy{}, "binary_accuracy": metrics.BinaryAccuracy{}, "sign_accuracy": metrics.SignAccuracy{},
		"top_5_accuracy": metrics.TopK{}, "top_2_accuracy": metrics.TopK{K: 2}, "auc": metrics.AUC{},
		"precision": metrics.Precision{}, "micro_precision": metrics.Precision{Average: metrics.Micro},
		"recall": metrics.Recall{Threshold: 0.2}, "weighted_recall": metrics.Recall{Average: metrics.Weighted},
		"f1": metrics.F1{}, "micro_f1": metrics.F1{Average: metrics.Micro}, "r2": metrics.R2{},
		"mse": metrics.MSE{}, "rmse": metrics.RMSE{}, "mae": metrics.MAE{}, "log_loss": metrics.LogLoss{},
	} {
		if m.Name() != name {
			t.Errorf("%#v is named %q, want %q", m, m.Name(), name)
		}
		// What histories of other programs are read by agrees with the metric itself.
		if want := curves.KnownDirection(name); m.Direction() != want {
			t.Errorf("%#v: %v, want %v", m, m.Direction(), want)
		}
	}
}

func TestMeterErrors(t *testing.T) {
	one, three, mixed := metrics.Spec{Outputs: 1, Targets: 1}, metrics.Spec{Outputs: 3, Targets: 3}, metrics.Spec{Outputs: 3, Targets: 2}
	index := metrics.Spec{Outputs: 3, Targets: 1}
	for _, c := range []struct {
		m    metrics.Metric
		s    metrics.Spec
		want string // part of the error, "" for none
	}{
		{metrics.Accuracy{}, one, ""},
		{metrics.Accuracy{}, index, ""},
		{metrics.Accuracy{}, mixed, "the model has 3 outputs and the data 2 targets, want 1 or 3"},
		{metrics.Accuracy{}, metrics.Spec{Outputs: 1, Targets: 2}, "want a target for each output"},
		{metrics.Accuracy{}, metrics.Spec{Outputs: 3, Targets: 1, Signed: true}, "want a target for each output"},
		{metrics.BinaryAccuracy{}, three, ""},
		{metrics.BinaryAccuracy{}, index, "want a target for each output"},
		{metrics.SignAccuracy{}, index, "want a target for each output"},
		{metrics.TopK{}, one, "TopK needs an output for each class, and the model has 1"},
		{metrics.TopK{K: -1}, three, "TopK.K is -1, want at least 1"},
		{metrics.TopK{}, mixed, "want 1 or 3"},
		{metrics.Precision{}, mixed, "want 1 or 3"},
		{metrics.Precision{Average: "mean"}, three, `Average is "mean", want "", "micro" or "weighted"`},
		{metrics.Recall{Threshold: 0.5}, index, "want a target for each output"},
		{metrics.Recall{Threshold: 0.5}, three, ""},
		{metrics.F1{}, metrics.Spec{Outputs: 1, Targets: 3}, "want a target for each output"},
		{metrics.AUC{}, mixed, "want 1 or 3"},
		{metrics.LogLoss{}, mixed, "want 1 or 3"},
		{metrics.MSE{}, index, "want a target for each output"},
		{metrics.RMSE{}, index, "want a target for each output"},
		{metrics.MAE{}, index, "want a target for each output"},
		{metrics.R2{}, index, "want a target for each output"},
	} {
		m, err := c.m.Meter(c.s)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%#v of %+v: %v, want %q", c.m, c.s, err, c.want)
		}
		if err != nil && m != nil {
			t.Errorf("%#v of %+v: a meter beside an error", c.m, c.s)
		}
	}
}

// TestEdges has what occurs at the edges: no number predicted, one class only, one
// item, nothing predicted.
func TestEdges(t *testing.T) {
	type numbers = []float32
	for _, c := range []struct {
		m            metrics.Metric
		outputs      int
		pred, target numbers
		want         float64
	}{
		{metrics.Accuracy{}, 1, numbers{nan, nan, 1}, numbers{0, 1, 1}, 1. / 3},
		{metrics.Accuracy{}, 2, numbers{nan, 1, 1, nan, 1, 0}, numbers{1, 0, 0}, 1. / 3},
		{metrics.SignAccuracy{}, 1, numbers{nan, nan, -1}, numbers{-1, 1, -1}, 1. / 3},
		{metrics.SignAccuracy{}, 1, numbers{0, 0}, numbers{-1, 1}, 0.5},
		{metrics.BinaryAccuracy{}, 2, numbers{nan, 1}, numbers{0, 1}, 0.5},
		{metrics.TopK{K: 1}, 2, numbers{nan, 1, 1, nan, 1, 0}, numbers{0, 1, 0}, 1. / 3},
		{metrics.TopK{K: 9}, 2, numbers{1, 0}, numbers{1}, 1},
		{metrics.Precision{}, 1, numbers{0.1, 0.2}, numbers{1, 0}, 0},
		{metrics.Recall{}, 1, numbers{0.9, 0.2}, numbers{0, 0}, 0},
		{metrics.F1{}, 1, numbers{0.1, 0.2}, numbers{0, 0}, 0},
		{metrics.F1{Average: metrics.Weighted}, 1, numbers{0.1, 0.9}, numbers{0, 0}, 0},
		{metrics.Precision{Average: metrics.Weighted}, 1, numbers{0.9, 0.8}, numbers{1, 0}, 0.5},
		{metrics.Precision{}, 2, numbers{nan, 1, 0, 1}, numbers{1, 1}, 1},
		{metrics.Recall{}, 2, numbers{nan, 1, 0, 1}, numbers{1, 1}, 0.5},
		{metrics.Recall{Average: metrics.Weighted, Threshold: 0.5}, 2, numbers{1, 1}, numbers{0, 0}, 0},
		{metrics.AUC{}, 1, numbers{0.1, 0.9}, numbers{1, 1}, math.NaN()},
		{metrics.AUC{}, 1, numbers{0.1, nan, 0.2}, numbers{1, 0, 0}, math.NaN()},
		{metrics.AUC{}, 1, numbers{0.5, 0.5, 0.5}, numbers{1, 0, 0}, 0.5},
		{metrics.AUC{}, 1, numbers{float32(math.Inf(-1)), float32(math.Inf(1))}, numbers{0, 1}, 1},
		{metrics.LogLoss{}, 1, numbers{nan}, numbers{1}, math.NaN()},
		{metrics.LogLoss{}, 2, numbers{1, 0}, numbers{2}, 7 * math.Ln10}, // a class that the model does not know
		{metrics.LogLoss{}, 2, numbers{0, 1}, numbers{-1}, 7 * math.Ln10},
		{metrics.TopK{}, 2, numbers{0, 1, 0, 1}, numbers{-1, 5}, 0},
		{metrics.Accuracy{}, 2, numbers{0, 1, 0, 1}, numbers{-1, 5}, 0},
		{metrics.MSE{}, 1, numbers{nan, 1}, numbers{0, 1}, math.NaN()},
		{metrics.RMSE{}, 1, numbers{3}, numbers{0}, 3},
		{metrics.MAE{}, 1, numbers{-3}, numbers{0}, 3},
		{metrics.R2{}, 1, numbers{1}, numbers{1}, 1},
		{metrics.R2{}, 1, numbers{2}, numbers{1}, 0},
		{metrics.R2{}, 1, numbers{nan, 1}, numbers{1, 1}, math.NaN()},
		{metrics.R2{}, 1, numbers{nan, 1}, numbers{1, 2}, math.NaN()},
	} {
		m, err := c.m.Meter(metrics.Spec{Outputs: c.outputs, Targets: len(c.target) * c.outputs / len(c.pred)})
		if err != nil {
			t.Fatal(err)
		}
		m.Add(c.pred, c.target, nil)
		if got := m.Value(); !near(got, c.want) && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%#v of %v for %v: %g, want %g", c.m, c.pred, c.target, got, c.want)
		}
		m.Reset()
		m.Add([]float32{1, 0}[:c.outputs], make([]float32, len(c.target)*c.outputs/len(c.pred)), nil)
		if got := m.Value(); math.IsNaN(got) && c.m != metrics.Metric(metrics.AUC{}) {
			t.Errorf("%#v is NaN after Reset", c.m)
		}
	}
}

// TestAlike has targets that are all alike and no multiple of a power of two, with
// weights: what predicts them exactly scores 1, and not a quotient of roundings.
func TestAlike(t *testing.T) {
	m, err := metrics.R2{}.Meter(metrics.Spec{Outputs: 1, Targets: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []float32{0.3, 0.7, 1.1, 0.3} {
		m.Add([]float32{0.1}, []float32{0.1}, []float32{w})
	}
	if got := m.Value(); got != 1 {
		t.Errorf("exact predictions score %g", got)
	}
	m.Add([]float32{0.2}, []float32{0.1}, nil)
	if got := m.Value(); got != 0 {
		t.Errorf("other predictions score %g", got)
	}
}

// TestOrder wants the same bits of an area whatever the order of the items: weights
// of equal outputs are added in the same order.
func TestOrder(t *testing.T) {
	m, err := metrics.AUC{}.Meter(metrics.Spec{Outputs: 1, Targets: 1})
	if err != nil {
		t.Fatal(err)
	}
	const n = 1000
	value := func(step int) float64 {
		m.Reset()
		for k := range n {
			i := k * step % n
			m.Add([]float32{float32(i % 3)}, []float32{float32(i % 2)}, []float32{float32(math.Exp(float64(i%97) - 48))})
		}
		return m.Value()
	}
	want := value(1)
	for _, step := range []int{3, 7, 999} {
		if got := value(step); got != want {
			t.Errorf("%.17g in another order, want %.17g", got, want)
		}
	}
	m.Add([]float32{nan}, []float32{1}, nil)
	if got := m.Value(); !math.IsNaN(got) {
		t.Errorf("%g with a NaN", got)
	}
	if got := value(1); got != want {
		t.Errorf("%g after Reset, want %g", got, want)
	}
}

func TestScore(t *testing.T) {
	for want, v := range map[string]float64{"mse: 0.1235": 0.123456, "mse: 1.2346e-04": 0.000123456, "mse: 0.0000": 0,
		"mse: -5.0000e-07": -5e-7, "mse: NaN": math.NaN(), "mse: 123456.5000": 123456.5, "mse: 0.0010": 0.001} {
		if got := (metrics.Score{Name: "mse", Value: v}).String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestConfusionErrors(t *testing.T) {
	column := func(v ...float64) *mat.Dense { return mat.NewDense(len(v), 1, v) }
	three := mat.NewDense(2, 3, []float64{1, 0, 0, 0, 1, 0})
	for _, c := range []struct {
		pred, target *mat.Dense
		classes      []string
		want         string
	}{
		{column(0, 1), column(0, 1, 1), nil, "predictions are 2×1 and targets 3×1"},
		{three, mat.NewDense(2, 2, nil), nil, "want as many rows and 1 or 3 columns"},
		{three, column(0, 3), nil, "row 1: the target is 3, want a class from 0 to 2"},
		{three, column(-1, 0), nil, "row 0: the target is -1, want a class from 0 to 2"},
		{three, column(0, 0.5), nil, "row 1: the target is 0.5"},
		{column(0, 1), column(math.NaN(), 1), nil, "row 0: the target is NaN"},
		{column(0, 1), column(1, 2), nil, "row 1: the target is 2, want a class from 0 to 1"},
		{column(0, math.NaN()), column(0, 1), nil, "row 1: column 0 is NaN"},
		{three, mat.NewDense(2, 3, []float64{1, 0, 0, 0, math.NaN(), 0}), nil, "row 1: column 1 is NaN"},
		{three, column(0, 1), []string{"a", "b"}, "2 class names for 3 classes"},
	} {
		if got, err := metrics.NewConfusion(c.pred, c.target, 0.5, c.classes); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, %v, want %q", got, err, c.want)
		}
	}
	signs, err := metrics.NewConfusion(column(-0.5, 0.5, 0), column(-1, 1, 1), 0, nil)
	if err != nil || !reflect.DeepEqual(signs.Counts, [][]int{{1, 0}, {1, 1}}) {
		t.Errorf("%v, %v", signs, err)
	}
	hot, err := metrics.NewConfusion(three, three, 0, []string{"a", "b", "c"})
	if err != nil || !reflect.DeepEqual(hot.Counts, [][]int{{1, 0, 0}, {0, 1, 0}, {0, 0, 0}}) {
		t.Errorf("%v, %v", hot, err)
	}
}

func TestJSON(t *testing.T) {
	for text, m := range map[string]metrics.Metric{
		`{"type":"Accuracy"}`:                              metrics.Accuracy{},
		`{"type":"TopK","K":3}`:                            metrics.TopK{K: 3},
		`{"type":"BinaryAccuracy","Threshold":0}`:          metrics.BinaryAccuracy{Threshold: opt.Zero},
		`{"type":"F1","Threshold":0.25,"Average":"micro"}`: metrics.F1{Threshold: 0.25, Average: metrics.Micro},
		`{"type":"Precision","Average":"weighted"}`:        metrics.Precision{Average: metrics.Weighted},
	} {
		b, err := metrics.Marshal(m)
		if err != nil || string(b) != text {
			t.Errorf("%#v is written as %s, %v", m, b, err)
		}
		if back, err := metrics.Unmarshal([]byte(text)); err != nil || back != m {
			t.Errorf("%s reads as %#v, %v", text, back, err)
		}
	}
	for _, text := range []string{`{"type":"accuracy"}`, `{}`, `{"type":"MSE","K":1}`} {
		if m, err := metrics.Unmarshal([]byte(text)); err == nil {
			t.Errorf("%s reads as %#v", text, m)
		}
	}
}

// own is a metric that a user wrote.
type own struct{ metrics.MSE }

func TestRegister(t *testing.T) {
	metrics.Register("own", own{})
	if b, err := metrics.Marshal(own{}); err != nil || string(b) != `{"type":"own"}` {
		t.Errorf("%s, %v", b, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a name was taken twice")
		}
	}()
	metrics.Register("MSE", own{})
}
