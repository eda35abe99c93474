package goodfit_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

var ctx = context.Background()

// blobs is a problem of three classes.
func blobs(rows int, seed uint64) *datasets.Dataset {
	d := datasets.Blobs{Samples: rows, Centers: 3, Std: 2, Seed: seed}.Make()
	for i := range d.X.RawMatrix().Data {
		d.X.RawMatrix().Data[i] /= 5
	}
	return d
}

// classifier is a net with a part of every kind that has state or noise.
func classifier() []nn.Layer {
	return []nn.Layer{
		nn.As("hidden", nn.Dense{Units: 11, Activation: act.Tanh, Penalty: nn.Penalty{L2: 1e-3}, Constraint: nn.MaxNorm(2)}),
		nn.BatchNorm{},
		nn.Dropout{Rate: 0.2},
		nn.GaussianNoise{Std: 0.05},
		nn.As("out", nn.Dense{Units: 3, Activation: act.Softmax}),
	}
}

func compiled(t *testing.T, c goodfit.Config, inputs int, layers ...nn.Layer) *goodfit.Model {
	t.Helper()
	m := goodfit.Sequential(tensor.Shape{inputs}, layers...)
	if err := m.Compile(c); err != nil {
		t.Fatal(err)
	}
	return m
}

func crossEntropy(o optim.Optimizer) goodfit.Config {
	return goodfit.Config{Loss: losses.CrossEntropy{}, Optimizer: o, Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 7}
}

// weightsOf returns all weights and statistics, layer by layer.
func weightsOf(t *testing.T, m *goodfit.Model) (all []float32) {
	t.Helper()
	for _, l := range m.Layers() {
		w, err := m.Weights(l.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range l.Params {
			all = append(all, w[p.Name].Data()...)
		}
	}
	return all
}

// sameBits fails unless both slices have the same bits.
func sameBits(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Fatalf("%s: number %d is %g, want %g", what, i, got[i], want[i])
		}
	}
}

// reference is a 2-layer net in float64: tanh, then softmax and cross-entropy,
// plain gradient descent with momentum and an L2 penalty on the first kernel.
type reference struct {
	w1, b1, w2, b2 []float64
	in, hid, out   int
	v              [4][]float64
}

func (r *reference) step(x, y *mat.Dense, rate, momentum, l2 float64) (loss float64) {
	n, _ := x.Dims()
	grads := [4][]float64{make([]float64, len(r.w1)), make([]float64, len(r.b1)), make([]float64, len(r.w2)), make([]float64, len(r.b2))}
	for i := range n {
		h := make([]float64, r.hid)
		for j := range h {
			s := r.b1[j]
			for k := range r.in {
				s += x.At(i, k) * r.w1[k*r.hid+j]
			}
			h[j] = math.Tanh(s)
		}
		z, sum := make([]float64, r.out), 0.0
		for j := range z {
			z[j] = r.b2[j]
			for k := range h {
				z[j] += h[k] * r.w2[k*r.out+j]
			}
			sum += math.Exp(z[j])
		}
		class := int(y.At(i, 0))
		loss += (math.Log(sum) - z[class]) / float64(n)
		dh := make([]float64, r.hid)
		for j := range z {
			d := math.Exp(z[j]) / sum
			if j == class {
				d--
			}
			d /= float64(n)
			grads[3][j] += d
			for k := range h {
				grads[2][k*r.out+j] += d * h[k]
				dh[k] += d * r.w2[k*r.out+j]
			}
		}
		for j := range h {
			d := dh[j] * (1 - h[j]*h[j])
			grads[1][j] += d
			for k := range r.in {
				grads[0][k*r.hid+j] += d * x.At(i, k)
			}
		}
	}
	for i, w := range r.w1 {
		loss += l2 * w * w
		grads[0][i] += 2 * l2 * w
	}
	for k, p := range [4][]float64{r.w1, r.b1, r.w2, r.b2} {
		if r.v[k] == nil {
			r.v[k] = make([]float64, len(p))
		}
		for i := range p {
			r.v[k][i] = momentum*r.v[k][i] - rate*grads[k][i]
			p[i] += r.v[k][i]
		}
	}
	return loss
}

func float64s(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

// TestFitAgainstFormula trains thirty steps on all rows and compares losses and
// weights with the formulas in float64. Each float32 operation is off by at most
// 6e-8; some thousand of them lie between the first weights and the last.
func TestFitAgainstFormula(t *testing.T) {
	d := blobs(40, 3)
	c := crossEntropy(optim.SGD{Rate: 0.1, Momentum: 0.9})
	m := compiled(t, c, 2, nn.As("a", nn.Dense{Units: 7, Activation: act.Tanh, Penalty: nn.Penalty{L2: 0.01}}),
		nn.As("b", nn.Dense{Units: 3, Activation: act.Softmax}))
	a, _ := m.Weights("a")
	b, _ := m.Weights("b")
	ref := &reference{w1: float64s(a["kernel"].Data()), b1: float64s(a["bias"].Data()),
		w2: float64s(b["kernel"].Data()), b2: float64s(b["bias"].Data()), in: 2, hid: 7, out: 3}
	h, err := m.Fit(ctx, d, goodfit.Plan{Epochs: 30, BatchSize: -1})
	if err != nil {
		t.Fatal(err)
	}
	got, _ := h.Get("loss")
	for e := range 30 {
		if want := ref.step(d.X, d.Y, 0.1, 0.9, 0.01); math.Abs(got[e]-want) > 2e-6 {
			t.Fatalf("epoch %d: loss %.9g, want %.9g", e, got[e], want)
		}
	}
	a, _ = m.Weights("a")
	for i, w := range a["kernel"].Data() {
		if math.Abs(float64(w)-ref.w1[i]) > 1e-5 {
			t.Errorf("weight %d is %g, want %g", i, w, ref.w1[i])
		}
	}
}

func TestLossOfFitIsLossOfEvaluate(t *testing.T) {
	d := blobs(60, 4)
	m := compiled(t, crossEntropy(optim.SGD{Rate: 1e-30}), 2, nn.Dense{Units: 5, Activation: act.ReLU, Penalty: nn.Penalty{L1: 0.01, L2: 0.02},
		Activity: nn.ActivityPenalty{L1: 0.03}}, nn.Dense{Units: 3, Activation: act.Softmax})
	h, err := m.Fit(ctx, d, goodfit.Plan{Validation: d, BatchSize: 7})
	if err != nil {
		t.Fatal(err)
	}
	s, err := m.Evaluate(d)
	if err != nil {
		t.Fatal(err)
	}
	// Weights do not move; the sums run over other batches, in float32 per row.
	for _, name := range []string{"loss", "val_loss"} {
		if got := h.Last(name); math.Abs(got-s.Loss) > 1e-6 {
			t.Errorf("%s is %.9g, Evaluate says %.9g", name, got, s.Loss)
		}
	}
	if acc, _ := s.Get(metrics.Accuracy{}); acc != h.Last("val_accuracy") || acc != h.Last("accuracy") {
		t.Errorf("accuracy %g in Evaluate, %g and %g in Fit", acc, h.Last("accuracy"), h.Last("val_accuracy"))
	}
}

func TestAccumulatedBatchesAreOneLargeBatch(t *testing.T) {
	d := blobs(64, 5)
	fit := func(c goodfit.Config, size int) []float32 {
		m := compiled(t, c, 2, nn.Dense{Units: 6, Activation: act.Tanh}, nn.Dense{Units: 3, Activation: act.Softmax})
		if _, err := m.Fit(ctx, d, goodfit.Plan{Epochs: 3, BatchSize: size, InOrder: true}); err != nil {
			t.Fatal(err)
		}
		return weightsOf(t, m)
	}
	c := crossEntropy(optim.SGD{Rate: 0.1, Momentum: 0.5})
	large := fit(c, 32)
	c.Accumulate = 4
	for i, w := range fit(c, 8) {
		if math.Abs(float64(w-large[i])) > 1e-6 { // the sums are cut in other places
			t.Errorf("weight %d is %g, want %g", i, w, large[i])
		}
	}
}

func TestWeightsOfRowsAndClasses(t *testing.T) {
	d := blobs(30, 6)
	rows := make([]int, 0, 60)
	d.Weights = make([]float64, 30)
	for i := range 30 {
		d.Weights[i] = 1
		rows = append(rows, i)
		if d.Y.At(i, 0) == 1 {
			d.Weights[i] = 3
			rows = append(rows, i, i)
		}
	}
	plain := *d
	plain.Weights = nil
	fit := func(d *datasets.Dataset, rate float64, p goodfit.Plan) []float32 {
		m := compiled(t, crossEntropy(optim.SGD{Rate: rate}), 2, nn.Dense{Units: 3, Activation: act.Softmax})
		p.BatchSize, p.Epochs = -1, 5
		if _, err := m.Fit(ctx, d, p); err != nil {
			t.Fatal(err)
		}
		return weightsOf(t, m)
	}
	// A sum over rows is divided by the number of rows, so the rate makes up for it.
	repeated := fit(plain.Take(rows), 0.1*float64(len(rows))/30, goodfit.Plan{})
	for name, got := range map[string][]float32{
		"row weights":   fit(d, 0.1, goodfit.Plan{}),
		"class weights": fit(&plain, 0.1, goodfit.Plan{ClassWeights: []float64{1, 3, 1}}),
	} {
		for i := range got {
			if math.Abs(float64(got[i]-repeated[i])) > 1e-5 {
				t.Errorf("%s: weight %d is %g, repeating rows gives %g", name, i, got[i], repeated[i])
			}
		}
	}
}

func TestValidationFractionTakesTheLastRows(t *testing.T) {
	d := blobs(50, 8)
	first, last := d.Split(40)
	fit := func(train *datasets.Dataset, p goodfit.Plan) (float64, []float32) {
		m := compiled(t, crossEntropy(optim.SGD{}), 2, classifier()...)
		p.Epochs = 4
		h, err := m.Fit(ctx, train, p)
		if err != nil {
			t.Fatal(err)
		}
		return h.Last("val_loss"), weightsOf(t, m)
	}
	a, wa := fit(d, goodfit.Plan{ValidationFraction: 0.2})
	b, wb := fit(first, goodfit.Plan{Validation: last})
	if a != b {
		t.Errorf("val_loss is %g by fraction and %g by rows", a, b)
	}
	sameBits(t, "weights", wa, wb)
}

func TestTwoFitsAreOne(t *testing.T) {
	d := blobs(50, 9)
	one := compiled(t, crossEntropy(optim.Adam{}), 2, classifier()...)
	two := compiled(t, crossEntropy(optim.Adam{}), 2, classifier()...)
	for m, plans := range map[*goodfit.Model][]int{one: {6}, two: {4, 2}} {
		for _, epochs := range plans {
			if _, err := m.Fit(ctx, d, goodfit.Plan{Epochs: epochs}); err != nil {
				t.Fatal(err)
			}
		}
	}
	sameBits(t, "weights", weightsOf(t, two), weightsOf(t, one))
}

func TestDivergedFitKeepsFiniteWeights(t *testing.T) {
	d := datasets.Regression{Samples: 50, Features: 3, Informative: 3, Noise: 1, Seed: 1}.Make()
	c := goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 10}}
	m := compiled(t, c, 3, nn.Dense{Units: 4, Activation: act.ReLU}, nn.Dense{Units: 1})
	h, err := m.Fit(ctx, d, goodfit.Plan{Epochs: 100})
	var diverged *goodfit.DivergedError
	if !errors.As(err, &diverged) || !strings.Contains(err.Error(), "smaller learning rate") {
		t.Fatalf("error %v, want a DivergedError with advice", err)
	}
	if h == nil {
		t.Error("no history")
	}
	for _, w := range weightsOf(t, m) {
		if math.IsNaN(float64(w)) || math.IsInf(float64(w), 0) {
			t.Fatal("a weight is not finite")
		}
	}
	m = compiled(t, c, 3, nn.Dense{Units: 4, Activation: act.ReLU}, nn.Dense{Units: 1})
	h, err = m.Fit(ctx, d, goodfit.Plan{Epochs: 100, GoThroughNaN: true, Callbacks: []goodfit.Callback{callbacks.TerminateOnNaN{}}})
	if err != nil || h.Epochs() == 100 {
		t.Errorf("with TerminateOnNaN: error %v after %d epochs", err, h.Epochs())
	}
}

func TestCancelledFitReturnsItsHistory(t *testing.T) {
	ctx, cancel := context.WithCancel(ctx)
	m := compiled(t, crossEntropy(optim.SGD{}), 2, classifier()...)
	stop := callbacks.Hooks{OnEpochEnd: func(r *goodfit.Run) error {
		if r.Epoch == 2 {
			cancel()
		}
		return nil
	}}
	h, err := m.Fit(ctx, blobs(50, 1), goodfit.Plan{Epochs: 100, Callbacks: []goodfit.Callback{stop}})
	if !errors.Is(err, context.Canceled) || h.Epochs() != 3 {
		t.Fatalf("error %v after %d epochs, want a cancelled context after 3", err, h.Epochs())
	}
	if _, err := m.Evaluate(blobs(50, 1)); err != nil {
		t.Errorf("the model cannot be used: %v", err)
	}
}

func TestFitErrors(t *testing.T) {
	d := blobs(20, 1)
	with := func(change func(*datasets.Dataset)) *datasets.Dataset {
		c := d.Take([]int{0, 1, 2, 3, 4, 5})
		change(c)
		return c
	}
	for _, c := range []struct {
		name, want string
		data       datasets.Source
		plan       goodfit.Plan
	}{
		{"nil", "no training data", nil, goodfit.Plan{}},
		{"nil pointer", "no training data", (*datasets.Dataset)(nil), goodfit.Plan{}},
		{"NaN", "row 2 is NaN", with(func(d *datasets.Dataset) { d.X.Set(2, 1, math.NaN()) }), goodfit.Plan{}},
		{"infinite target", "target", with(func(d *datasets.Dataset) { d.Y.Set(2, 0, math.Inf(1)) }), goodfit.Plan{}},
		{"class out of range", "row 3 is class 3, want a whole number from 0 to 2", with(func(d *datasets.Dataset) { d.Y.Set(3, 0, 3) }), goodfit.Plan{}},
		{"no target", "0 targets", with(func(d *datasets.Dataset) { d.Y = nil }), goodfit.Plan{}},
		{"columns", "rows of shape (3), the model wants (2)", with(func(d *datasets.Dataset) { d.X = mat.NewDense(6, 3, nil) }), goodfit.Plan{}},
		{"epochs", "Plan.Epochs is -1", d, goodfit.Plan{Epochs: -1}},
		{"both validations", "both Validation and ValidationFraction", d, goodfit.Plan{Validation: d, ValidationFraction: 0.1}},
		{"fraction", "ValidationFraction is 1", d, goodfit.Plan{ValidationFraction: 1}},
		{"class weights", "2 weights for 3 classes", d, goodfit.Plan{ClassWeights: []float64{1, 2}}},
		{"monitor", `monitor "val_los" is not recorded`, d, goodfit.Plan{Callbacks: []goodfit.Callback{callbacks.EarlyStopping{Monitor: "val_los"}}}},
	} {
		m := compiled(t, crossEntropy(optim.SGD{}), 2, classifier()...)
		before := weightsOf(t, m)
		_, err := m.Fit(ctx, c.data, c.plan)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q in it", c.name, err, c.want)
		}
		sameBits(t, c.name+": weights", weightsOf(t, m), before)
	}
}

func TestCompileReportsEveryFault(t *testing.T) {
	m := goodfit.Sequential(tensor.Shape{2}, nn.As("a", nn.Dense{}), nn.As("b", nn.Dropout{Rate: 2}), nn.As("c", nn.Dense{Units: 1}))
	err := m.Compile(goodfit.Config{Optimizer: optim.SGD{Rate: -1}})
	for _, want := range []string{`layer "a"`, "Units is 0", "SGD.Rate is -1", "no loss"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
	if _, err := m.Fit(ctx, blobs(9, 1), goodfit.Plan{}); err == nil {
		t.Error("a model that is not compiled was trained")
	}
}

func TestTrainBatchIsAStepOfFit(t *testing.T) {
	d := blobs(50, 2)
	a := compiled(t, crossEntropy(optim.Adam{}), 2, classifier()...)
	b := compiled(t, crossEntropy(optim.Adam{}), 2, classifier()...)
	if _, err := a.Fit(ctx, d, goodfit.Plan{BatchSize: 16}); err != nil {
		t.Fatal(err)
	}
	for batch, err := range d.Batches(ctx, datasets.BatchPlan{Size: 16, Seed: 7}) {
		if err == nil {
			_, err = b.TrainBatch(batch)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	sameBits(t, "weights", weightsOf(t, b), weightsOf(t, a))
}

// TestScheduleOverTheWholeFitStartsAnew trains twice with batches of other sizes:
// each fit has the whole cosine.
func TestScheduleOverTheWholeFitStartsAnew(t *testing.T) {
	m := compiled(t, crossEntropy(optim.SGD{Rate: 0.1, Schedule: optim.Cosine{}}), 2, classifier()...)
	for _, size := range []int{10, 50} {
		h, err := m.Fit(ctx, blobs(100, 1), goodfit.Plan{Epochs: 4, BatchSize: size})
		if err != nil {
			t.Fatal(err)
		}
		if rates, _ := h.Get("rate"); rates[0] < 0.08 || rates[3] > 0.02 {
			t.Errorf("batches of %d: rates %v, want from near 0.1 to near 0", size, rates)
		}
	}
}

// TestCallbacksAtTheEnd sees that every callback learns of the end, that weights
// can be set in training, and that a nil callback and doubled metrics are refused.
func TestCallbacksAtTheEnd(t *testing.T) {
	m := compiled(t, crossEntropy(optim.SGD{}), 2, classifier()...)
	failed, ended := errors.New("failed"), false
	zero := map[string]*tensor.Tensor{"kernel": tensor.New(11, 3)}
	list := []goodfit.Callback{
		callbacks.Hooks{OnFitEnd: func(*goodfit.Run) error { return failed }},
		callbacks.Hooks{OnFitEnd: func(r *goodfit.Run) error { ended = true; return r.SetWeights("out", zero) }},
	}
	if _, err := m.Fit(ctx, blobs(30, 1), goodfit.Plan{Callbacks: list}); !errors.Is(err, failed) || !ended {
		t.Errorf("error %v, the second callback was called: %v", err, ended)
	}
	if w, _ := m.Weights("out"); hashOf(w["kernel"].Data()) != hashOf(zero["kernel"].Data()) {
		t.Error("the weights were not set")
	}
	if _, err := m.Fit(ctx, blobs(30, 1), goodfit.Plan{Callbacks: []goodfit.Callback{nil}}); err == nil {
		t.Error("a nil callback was taken")
	}
	twice := crossEntropy(optim.SGD{})
	twice.Metrics = append(twice.Metrics, metrics.Accuracy{})
	if m.Compile(twice) == nil {
		t.Error("two metrics of one name were taken")
	}
}
