package losses_test

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/opt"
)

// TestNames holds the names, which histories and files of users contain.
func TestNames(t *testing.T) {
	for name, l := range map[string]losses.Loss{
		"mse": losses.MSE{}, "mae": losses.MAE{}, "mape": losses.MAPE{}, "msle": losses.MSLE{}, "huber": losses.Huber{},
		"log_cosh": losses.LogCosh{}, "poisson": losses.Poisson{}, "cosine_similarity": losses.CosineSimilarity{},
		"cross_entropy": losses.CrossEntropy{}, "binary_cross_entropy": losses.BinaryCrossEntropy{},
		"kl_divergence": losses.KLDivergence{}, "hinge": losses.Hinge{}, "squared_hinge": losses.SquaredHinge{},
		"categorical_hinge": losses.CategoricalHinge{},
	} {
		if got := l.Name(); got != name {
			t.Errorf("%T is named %q, want %q", l, got, name)
		}
	}
}

func TestSigned(t *testing.T) {
	for _, name := range losses.Names() {
		l, err := losses.Unmarshal([]byte(`{"type":"` + name + `"}`))
		if err != nil {
			t.Fatal(err)
		}
		s, got := l.(losses.Signed)
		if want := name == "Hinge" || name == "SquaredHinge"; got != want {
			t.Errorf("%s: Signed is %v", name, got)
		}
		if got {
			s.SignedTargets()
		}
	}
}

func TestCheck(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		l              losses.Loss
		output, target int
		want           string // part of the error, "" for none
	}{
		{losses.MSE{}, 3, 3, ""},
		{losses.MSE{}, 3, 1, "the model has 3 outputs and the data 1 targets, want a target for each output"},
		{losses.MAE{}, 1, 2, "a target for each"},
		{losses.MAPE{}, 1, 2, "a target for each"},
		{losses.MSLE{}, 1, 2, "a target for each"},
		{losses.LogCosh{}, 1, 2, "a target for each"},
		{losses.Poisson{}, 1, 2, "a target for each"},
		{losses.CosineSimilarity{}, 1, 2, "a target for each"},
		{losses.KLDivergence{}, 1, 2, "a target for each"},
		{losses.Hinge{}, 2, 1, "a target for each"},
		{losses.SquaredHinge{}, 2, 1, "a target for each"},
		{losses.Huber{}, 1, 1, ""},
		{losses.Huber{}, 1, 2, "a target for each"},
		{losses.Huber{Delta: opt.Zero}, 1, 1, "Huber.Delta is 0, want a number above 0"},
		{losses.Huber{Delta: -1}, 1, 1, "Huber.Delta is -1"},
		{losses.Huber{Delta: opt.Float(nan)}, 1, 1, "Huber.Delta is NaN"},
		{losses.Huber{Delta: opt.Float(math.Inf(1))}, 1, 1, "Huber.Delta is +Inf"},
		{losses.CrossEntropy{}, 3, 1, ""},
		{losses.CrossEntropy{}, 3, 3, ""},
		{losses.CrossEntropy{}, 3, 2, "the model has 3 outputs and the data 2 targets, want 1 or 3"},
		{losses.CrossEntropy{}, 1, 1, "use BinaryCrossEntropy"},
		{losses.CrossEntropy{LabelSmoothing: 1}, 3, 3, "LabelSmoothing is 1, want a share from 0 to below 1"},
		{losses.CrossEntropy{LabelSmoothing: -0.1}, 3, 3, "LabelSmoothing is -0.1"},
		{losses.BinaryCrossEntropy{}, 2, 2, ""},
		{losses.BinaryCrossEntropy{}, 2, 1, "a target for each"},
		{losses.BinaryCrossEntropy{LabelSmoothing: nan}, 1, 1, "LabelSmoothing is NaN"},
		{losses.CategoricalHinge{}, 3, 1, ""},
		{losses.CategoricalHinge{}, 3, 3, ""},
		{losses.CategoricalHinge{}, 1, 1, "CategoricalHinge needs an output for each class"},
		{losses.CategoricalHinge{}, 3, 4, "want 1 or 3"},
	} {
		if err := c.l.Check(c.output, c.target); !says(err, c.want) {
			t.Errorf("%#v of %d outputs, %d targets: %v, want %q", c.l, c.output, c.target, err, c.want)
		}
	}
}

// says reports whether an error contains a text; "" stands for no error.
func says(err error, text string) bool {
	if text == "" || err == nil {
		return text == "" && err == nil
	}
	return strings.Contains(err.Error(), text)
}

func TestCheckTargets(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		l            losses.Loss
		target       []float32
		output, size int
		want         string
	}{
		{losses.MSE{}, []float32{-5, 5}, 1, 1, ""},
		{losses.MAE{}, []float32{-5, 5}, 1, 1, ""},
		{losses.MAPE{}, []float32{-5, 0}, 1, 1, ""},
		{losses.Huber{}, []float32{-5, 0}, 1, 1, ""},
		{losses.LogCosh{}, []float32{-5, 0}, 1, 1, ""},
		{losses.CosineSimilarity{}, []float32{0, 0}, 2, 2, ""},
		{losses.MSLE{}, []float32{0, 3e38}, 1, 1, ""},
		{losses.MSLE{}, []float32{0, 1, 2, -3}, 2, 2, "row 1 has -3, want at least 0"},
		{losses.Poisson{}, []float32{1, nan}, 1, 1, "row 1 has NaN"},
		{losses.Poisson{}, []float32{inf}, 1, 1, "row 0 has +Inf"},
		{losses.BinaryCrossEntropy{}, []float32{0, 0.5, 1}, 1, 1, ""},
		{losses.BinaryCrossEntropy{}, []float32{0, 2}, 1, 1, "row 1 has 2, want 0 to 1"},
		{losses.KLDivergence{}, []float32{0.5, 0.5, 1.1, 0}, 2, 2, "row 1 has 1.1, want 0 to 1"},
		{losses.CrossEntropy{}, []float32{0, 2, 1}, 3, 1, ""},
		{losses.CrossEntropy{}, []float32{0, 3}, 3, 1, "row 1 is class 3, want a whole number from 0 to 2"},
		{losses.CrossEntropy{}, []float32{-1}, 3, 1, "row 0 is class -1"},
		{losses.CrossEntropy{}, []float32{0.5}, 3, 1, "row 0 is class 0.5"},
		{losses.CrossEntropy{}, []float32{nan}, 3, 1, "row 0 is class NaN"},
		{losses.CrossEntropy{}, []float32{1e30}, 3, 1, "row 0 is class 1e+30"},
		{losses.CrossEntropy{}, []float32{0, 1, 0, 0.25, 0.25, 0.5}, 3, 3, ""},
		{losses.CrossEntropy{}, []float32{0, 1, 0, 1, 1, 0}, 3, 3, "row 1 sums to 2, want one-hot values that sum to 1"},
		{losses.CrossEntropy{}, []float32{0, 2, -1}, 3, 3, "row 0 has 2, want one-hot values from 0 to 1"},
		{losses.CategoricalHinge{}, []float32{5}, 3, 1, "row 0 is class 5"},
		{losses.Hinge{}, []float32{-1, 1, 1}, 1, 1, ""},
		{losses.Hinge{}, []float32{0, 1, 0}, 1, 1, ""},
		{losses.Hinge{}, []float32{-1, -1}, 1, 1, ""},
		{losses.Hinge{}, []float32{1, -1, 0, 1}, 2, 2, "both 0 (row 1) and −1 (row 0) stand for the negative class"},
		{losses.SquaredHinge{}, []float32{1, 2}, 1, 1, "row 1 has 2, want −1 or +1"},
		{losses.SquaredHinge{}, []float32{nan}, 1, 1, "row 0 has NaN"},
	} {
		if err := c.l.CheckTargets(c.target, c.output, c.size); !says(err, c.want) {
			t.Errorf("%#v of %v: %v, want %q", c.l, c.target, err, c.want)
		}
	}
}

// TestHingeZero wants 0 to stand for −1.
func TestHingeZero(t *testing.T) {
	for _, l := range []losses.Loss{losses.Hinge{}, losses.SquaredHinge{}} {
		c := lossCase{Size: 1, Pred: []float32{0.5, -0.25, -3, 0.5}, Target: []float32{-1, -1, -1, 1}, Scale: make([]float32, 4)}
		minus := c.eval(l, nil, true)
		c.Target = []float32{0, 0, 0, 1}
		if zero := c.eval(l, nil, true); !reflect.DeepEqual(zero.Loss, minus.Loss) || !reflect.DeepEqual(zero.Grad, minus.Grad) {
			t.Errorf("%T: %v %v for 0, %v %v for −1", l, zero.Loss, zero.Grad, minus.Loss, minus.Grad)
		}
	}
}

// TestMaskedPole has an item that does not count where the loss has a pole: its
// derivative there is infinite, its gradient 0.
func TestMaskedPole(t *testing.T) {
	for _, l := range []losses.Loss{losses.Poisson{}, losses.CrossEntropy{}, losses.KLDivergence{}} {
		c := lossCase{Size: 2, Pred: []float32{-1e-7, 1e-7}, Target: []float32{1, 0}, Scale: []float32{0}}
		a := c.eval(l, c.Scale, true)
		if a.Grad[0] != 0 || a.Grad[1] != 0 {
			t.Errorf("%T: gradient %v of an item that does not count", l, a.Grad)
		}
	}
}

func TestJSON(t *testing.T) {
	for text, l := range map[string]losses.Loss{
		`{"type":"MSE"}`:                               losses.MSE{},
		`{"type":"Huber","Delta":2.5}`:                 losses.Huber{Delta: 2.5},
		`{"type":"Huber"}`:                             losses.Huber{},
		`{"type":"CrossEntropy","LabelSmoothing":0.1}`: losses.CrossEntropy{LabelSmoothing: 0.1},
	} {
		b, err := losses.Marshal(l)
		if err != nil || string(b) != text {
			t.Errorf("%#v is written as %s, %v", l, b, err)
		}
		if back, err := losses.Unmarshal([]byte(text)); err != nil || back != l {
			t.Errorf("%s reads as %#v, %v", text, back, err)
		}
	}
	for _, text := range []string{`{"type":"Mse"}`, `{}`, `{"type":"MSE","Delta":1}`, `[]`} {
		if l, err := losses.Unmarshal([]byte(text)); err == nil {
			t.Errorf("%s reads as %#v", text, l)
		}
	}
}

// own is a loss that a user wrote.
type own struct{ losses.MSE }

func (own) Name() string { return "own" }

func TestRegister(t *testing.T) {
	losses.Register("own", own{})
	if b, err := losses.Marshal(own{}); err != nil || string(b) != `{"type":"own"}` {
		t.Errorf("%s, %v", b, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a name was taken twice")
		}
	}()
	losses.Register("MSE", own{})
}
