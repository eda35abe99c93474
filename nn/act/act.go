// Package act has activations as values, for the Activation field of a layer
// and for [nn.Activation].
package act

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// Func is an activation function with its numbers. Its zero value is [Linear].
// Funcs are comparable, and print as one writes them.
type Func struct {
	kind kind
	a, b float32 // slope, alpha, cap: see each constructor
}

type kind uint8

const (
	linear kind = iota
	relu
	leakyReLU
	sigmoid
	hardSigmoid
	tanh
	softmax
	softplus
	softsign
	elu
	selu
	gelu
	geluTanh
	swish
	exponential
)

// The activations without numbers. x is the weighted sum of a unit.
var (
	Linear      = Func{}                  // x
	ReLU        = Func{kind: relu}        // max(x, 0) (Nair and Hinton 2010)
	Sigmoid     = Func{kind: sigmoid}     // 1/(1+e⁻ˣ)
	HardSigmoid = Func{kind: hardSigmoid} // min(max(0.2x+0.5, 0), 1), of Keras before version 3, then of slope 1/6
	Tanh        = Func{kind: tanh}        // (eˣ−e⁻ˣ)/(eˣ+e⁻ˣ)
	Softmax     = Func{kind: softmax}     // eˣ over the sum of eˣ along the last axis
	Softplus    = Func{kind: softplus}    // log(1+eˣ)
	Softsign    = Func{kind: softsign}    // x/(1+|x|)
	SELU        = Func{kind: selu}        // 1.0507·elu(x, 1.67326) (Klambauer et al. 2017)
	GELU        = Func{kind: gelu}        // x·Φ(x), Φ the normal distribution (Hendrycks and Gimpel 2016)
	GELUTanh    = Func{kind: geluTanh}    // GELU by 0.5x(1+tanh(√(2/π)(x+0.044715x³)))
	Swish       = Func{kind: swish}       // x·sigmoid(x), also named SiLU (Ramachandran et al. 2017)
	Exponential = Func{kind: exponential} // eˣ
)

// LeakyReLU is x where x ≥ 0 and slope·x elsewhere (Maas et al. 2013).
// Usual slopes are 0.01 to 0.3.
func LeakyReLU(slope float64) Func { return Func{kind: leakyReLU, a: float32(slope)} }

// ReLUWith is ReLU with an upper limit, cap (0 for none), and a slope below
// zero: min(x, cap) where x ≥ 0 and slope·x elsewhere. ReLU6 is ReLUWith(6, 0).
func ReLUWith(cap, slope float64) Func {
	switch {
	case cap == 0 && slope == 0:
		return ReLU
	case cap == 0:
		return LeakyReLU(slope)
	}
	return Func{kind: relu, a: float32(slope), b: float32(cap)}
}

// ELU is x where x ≥ 0 and alpha·(eˣ−1) elsewhere (Clevert et al. 2016).
// The usual alpha is 1.
func ELU(alpha float64) Func { return Func{kind: elu, a: float32(alpha)} }

// All lists one Func of each kind, for tables and tests.
func All() []Func {
	return []Func{Linear, ReLU, ReLUWith(6, 0), LeakyReLU(0.1), Sigmoid, HardSigmoid, Tanh, Softmax, Softplus,
		Softsign, ELU(1), SELU, GELU, GELUTanh, Swish, Exponential}
}

var names = [...]string{
	linear: "linear", relu: "relu", leakyReLU: "leaky_relu", sigmoid: "sigmoid", hardSigmoid: "hard_sigmoid",
	tanh: "tanh", softmax: "softmax", softplus: "softplus", softsign: "softsign", elu: "elu", selu: "selu",
	gelu: "gelu", geluTanh: "gelu_tanh", swish: "swish", exponential: "exponential",
}

// String returns the name and the numbers, as relu or leaky_relu(0.1).
func (f Func) String() string {
	var args []string
	switch {
	case f.kind == relu && f.b != 0:
		args = []string{short(f.b), short(f.a)}
	case f.kind == leakyReLU, f.kind == elu:
		args = []string{short(f.a)}
	}
	if args == nil {
		return names[f.kind]
	}
	return names[f.kind] + "(" + strings.Join(args, ", ") + ")"
}

func short(x float32) string { return strconv.FormatFloat(float64(x), 'g', -1, 32) }

// Parse reads what [Func.String] prints, and elu, leaky_relu (of slope 0.3) and
// silu as Keras writes them. It fails on an unknown name, and lists the known
// ones, and on numbers out of range.
func Parse(s string) (Func, error) {
	name, rest, found := strings.Cut(s, "(")
	var args []float64
	if found {
		inner, ok := strings.CutSuffix(rest, ")")
		if !ok {
			return Func{}, fmt.Errorf("act: %q lacks its closing bracket", s)
		}
		for part := range strings.SplitSeq(inner, ",") {
			x, err := strconv.ParseFloat(strings.TrimSpace(part), 32)
			if err != nil || x != x || x > 1e30 || x < -1e30 {
				return Func{}, fmt.Errorf("act: %q is not a number in %q", strings.TrimSpace(part), s)
			}
			args = append(args, x)
		}
	}
	f, err := build(strings.TrimSpace(name), args, s)
	if err == nil {
		err = f.Check()
	}
	return f, err
}

func build(name string, args []float64, s string) (Func, error) {
	if name == "silu" {
		name = names[swish]
	}
	for k, n := range names {
		if n != name {
			continue
		}
		switch k := kind(k); {
		case k == relu && len(args) == 2:
			return ReLUWith(args[0], args[1]), nil
		case k == leakyReLU && len(args) == 1:
			return LeakyReLU(args[0]), nil
		case k == leakyReLU && len(args) == 0:
			return LeakyReLU(0.3), nil
		case k == elu && len(args) == 1:
			return ELU(args[0]), nil
		case k == elu && len(args) == 0:
			return ELU(1), nil
		case len(args) == 0:
			return Func{kind: k}, nil
		}
		return Func{}, fmt.Errorf("act: %q has the wrong count of numbers", s)
	}
	return Func{}, fmt.Errorf("act: unknown activation %q; known are %s", s, strings.Join(names[:], ", "))
}

// Check fails on a slope, alpha or cap that is negative, infinite or not a
// number. Layers call it when they are built.
func (f Func) Check() error {
	for _, x := range []float32{f.a, f.b} {
		if !(x >= 0 && x <= math.MaxFloat32) {
			return fmt.Errorf("activation %v: %g is out of range, want a number of at least 0", f, x)
		}
	}
	return nil
}

// IsZero reports whether f is [Linear] (encoding/json's omitzero asks).
func (f Func) IsZero() bool { return f == Linear }

// MarshalJSON writes the string of [Func.String].
func (f Func) MarshalJSON() ([]byte, error) { return json.Marshal(f.String()) }

// UnmarshalJSON reads the string of [Func.String].
func (f *Func) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	g, err := Parse(s)
	if err == nil {
		*f = g
	}
	return err
}

// kernels maps a kind to its kernel; softmax works on rows and has its own.
var kernels = [...]kernel.Act{
	linear: kernel.ActLinear, relu: kernel.ActReLU, leakyReLU: kernel.ActLeakyReLU, sigmoid: kernel.ActSigmoid,
	hardSigmoid: kernel.ActHardSigmoid, tanh: kernel.ActTanh, softplus: kernel.ActSoftplus,
	softsign: kernel.ActSoftsign, elu: kernel.ActELU, selu: kernel.ActSELU, gelu: kernel.ActGELU,
	geluTanh: kernel.ActGELUTanh, swish: kernel.ActSwish, exponential: kernel.ActExponential,
}

// Forward computes y = f(x) for rows of cols values; only [Softmax] looks at the
// rows. y may be x.
func (f Func) Forward(y, x []float32, cols int) {
	if f.kind == softmax {
		kernel.SoftmaxRows(y, x, len(x)/cols, cols)
		return
	}
	kernel.ActForward(kernels[f.kind], f.a, f.b, y, x)
}

// Backward computes dx = f′·dy from v: the output of Forward where
// [Func.FromOutput] says so, its input elsewhere. dx may be dy.
func (f Func) Backward(dx, dy, v []float32, cols int) {
	if f.kind == softmax {
		kernel.SoftmaxBackwardRows(dx, dy, v, len(v)/cols, cols)
		return
	}
	kernel.ActBackward(kernels[f.kind], f.a, f.b, dx, dy, v)
}

// FromOutput reports whether the derivative is computed from the function's
// output, so that the input need not be kept.
func (f Func) FromOutput() bool {
	return f.kind == softmax || kernel.ActFromOutput(kernels[f.kind])
}
