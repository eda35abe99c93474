package act_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit/nn/act"
)

// oracle is PyTorch's answer; see testdata/make.py.
type oracle struct {
	Funcs map[string]struct {
		X, Y, Derivative []float64
	}
	Softmax []struct {
		X, DY, Y, DX []float64
	}
}

func readOracle(t *testing.T) (o oracle) {
	t.Helper()
	b, err := os.ReadFile("testdata/activations.json")
	if err == nil {
		err = json.Unmarshal(b, &o)
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func float32s(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

// compare allows four roundings (2⁻²⁴ each) of the value or of 1, whichever is
// larger, as most functions subtract from 1 somewhere; and one of 1−σ(u) in the
// derivative of x·σ(u), which has the factor x·u′.
func compare(t *testing.T, what string, x []float64, got []float32, want []float64) {
	t.Helper()
	for i, w := range want {
		limit := 4 * 0x1p-24 * max(math.Abs(w), 1)
		switch what {
		case "swish′":
			limit += 0x1p-24 * math.Abs(x[i])
		case "gelu_tanh′":
			limit += 0x1p-24 * math.Abs(x[i]) * 1.6 * (1 + 0.134*x[i]*x[i])
		}
		if !(math.Abs(float64(got[i])-w) <= limit) {
			t.Errorf("%s at %g is %.9g, want %.9g±%.1g", what, x[i], got[i], w, limit)
		}
	}
}

func TestAgainstTorch(t *testing.T) {
	o := readOracle(t)
	for _, f := range act.All() {
		if _, known := o.Funcs[f.String()]; !known && f != act.Softmax {
			t.Errorf("no values of %v; add it to testdata/make.py", f)
		}
	}
	for name, want := range o.Funcs {
		f, err := act.Parse(name)
		if err != nil {
			t.Error(err)
			continue
		}
		x := float32s(want.X)
		y, dx := make([]float32, len(x)), slices.Repeat([]float32{1}, len(x))
		f.Forward(y, x, 1)
		compare(t, name, want.X, y, want.Y)
		v := y
		if !f.FromOutput() {
			v = x
		}
		f.Backward(dx, dx, v, 1)
		compare(t, name+"′", want.X, dx, want.Derivative)
		f.Forward(x, x, 1)
		if !slices.Equal(x, y) {
			t.Errorf("%s in place differs", name)
		}
	}
}

func TestSoftmaxAgainstTorch(t *testing.T) {
	for _, row := range readOracle(t).Softmax {
		n := len(row.X)
		x := float32s(append(slices.Clone(row.X), row.X...)) // two rows
		y, dx := make([]float32, 2*n), make([]float32, 2*n)
		act.Softmax.Forward(y, x, n)
		compare(t, "softmax", row.X, y[:n], row.Y)
		act.Softmax.Backward(dx, float32s(append(slices.Clone(row.DY), row.DY...)), y, n)
		compare(t, "softmax′", row.X, dx[:n], row.DX)
		if !slices.Equal(y[:n], y[n:]) || !slices.Equal(dx[:n], dx[n:]) {
			t.Errorf("equal rows give %v and %v", y, dx)
		}
		act.Softmax.Forward(x, x, n)
		if !slices.Equal(x, y) {
			t.Errorf("softmax in place is %v, want %v", x, y)
		}
	}
}

// At a kink the derivative is the left side's, and 0 at an upper limit.
func TestKinks(t *testing.T) {
	for _, c := range []struct {
		f    act.Func
		x    float32
		want float32
	}{
		{act.ReLU, 0, 0},
		{act.LeakyReLU(0.1), 0, 0.1},
		{act.ReLUWith(6, 0), 6, 0},
		{act.ReLUWith(2, 0.1), 2, 0},
		{act.ReLUWith(2, 0.1), 0, 0.1},
		{act.HardSigmoid, -2.5, 0},
		{act.HardSigmoid, 2.5, 0},
		{act.ELU(0.5), 0, 0.5},
		{act.SELU, 0, 1.7580993},
	} {
		v, d := []float32{c.x}, []float32{1}
		if c.f.FromOutput() {
			c.f.Forward(v, v, 1)
		}
		c.f.Backward(d, d, v, 1)
		if !equal(d[0], c.want) {
			t.Errorf("%v′ at %g is %g, want %g", c.f, c.x, d[0], c.want)
		}
	}
}

// NaN stays NaN, and infinities go where the limit is.
func TestSpecials(t *testing.T) {
	inf := float32(math.Inf(1))
	limits := map[string][2]float32{
		"linear": {-inf, inf}, "relu": {0, inf}, "relu(6, 0)": {0, 6}, "leaky_relu(0.1)": {-inf, inf}, "sigmoid": {0, 1},
		"hard_sigmoid": {0, 1}, "tanh": {-1, 1}, "softplus": {0, inf}, "elu(1)": {-1, inf}, "selu": {-1.7580993, inf},
		"exponential": {0, inf},
	}
	for _, f := range act.All() {
		y := []float32{float32(math.NaN()), -inf, inf}
		f.Forward(y, slices.Clone(y), 1)
		if y[0] == y[0] {
			t.Errorf("%v of NaN is %g", f, y[0])
		}
		if want, known := limits[f.String()]; known && !(equal(y[1], want[0]) && equal(y[2], want[1])) {
			t.Errorf("%v of ∓Inf is %g and %g, want %g", f, y[1], y[2], want)
		}
	}
}

// equal allows the rounding of SELU's numbers.
func equal(a, b float32) bool { return a == b || math.Abs(float64(a-b)) <= 0x1p-23 }
