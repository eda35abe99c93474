package nn

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Init says how the first values of a parameter are drawn. Its zero value stands
// for the default that the layer's field documents. Inits are comparable, and
// print, parse and are stored as text: "he_normal", "uniform(-0.05, 0.05)".
//
// Those that depend on the fans take them from the parameter's shape: features
// and units for a kernel (features×units); for a kernel with more axes, as
// height×width×channels×filters, the last two, each times the size of the axes
// before them, the receptive field; for a vector, its length for both.
type Init struct {
	kind initKind
	fan  Fan
	draw Draw
	a, b float64 // value; lo, hi; mean, std; scale; gain: see each constructor
}

type initKind uint8

const (
	layerDefault initKind = iota
	constant
	uniform
	normal
	truncatedNormal
	varianceScaling
	orthogonal
	identity
	forgetBias
)

// Fan is the number of a unit's connections that a variance is divided by.
type Fan uint8

// The fans.
const (
	FanIn      Fan = iota // inputs of a unit
	FanOut                // units that an input goes to
	FanAverage            // the mean of both
)

// Draw is a distribution with mean 0 and a given variance.
type Draw uint8

// The distributions.
const (
	// DrawTruncated is the normal distribution, without what lies more than two
	// standard deviations from its mean, widened so that the variance is as given.
	DrawTruncated Draw = iota
	DrawNormal
	DrawUniform
)

// The initializers without numbers.
var (
	Zeros = Constant(0)
	Ones  = Constant(1)

	// Uniform in ±√(6/(fanIn+fanOut)) (Glorot and Bengio 2010).
	GlorotUniform = VarianceScaling(1, FanAverage, DrawUniform)
	// Truncated normal of variance 2/(fanIn+fanOut) (Glorot and Bengio 2010).
	GlorotNormal = VarianceScaling(1, FanAverage, DrawTruncated)
	// Uniform in ±√(6/fanIn), for ReLU (He et al. 2015).
	HeUniform = VarianceScaling(2, FanIn, DrawUniform)
	// Truncated normal of variance 2/fanIn, for ReLU (He et al. 2015).
	HeNormal = VarianceScaling(2, FanIn, DrawTruncated)
	// Uniform in ±√(3/fanIn) (LeCun et al. 1998).
	LeCunUniform = VarianceScaling(1, FanIn, DrawUniform)
	// Truncated normal of variance 1/fanIn (LeCun et al. 1998), for SELU.
	LeCunNormal = VarianceScaling(1, FanIn, DrawTruncated)

	// ForgetBias is 0, and 1 in the second quarter of the last axis: for the bias of
	// an LSTM, whose forget gates are then open at first (Jozefowicz et al. 2015).
	ForgetBias = Init{kind: forgetBias}
)

// Constant is the same value everywhere.
func Constant(value float64) Init { return Init{kind: constant, a: value} }

// Uniform draws from [lo, hi), each value equally likely before it is rounded to
// float32. Keras' default is Uniform(-0.05, 0.05).
func Uniform(lo, hi float64) Init { return Init{kind: uniform, a: lo, b: hi} }

// Normal draws from the normal distribution with the given mean and standard
// deviation. Keras' default is Normal(0, 0.05).
func Normal(mean, std float64) Init { return Init{kind: normal, a: mean, b: std} }

// TruncatedNormal draws as [Normal] does and draws again what lies more than two
// standard deviations from the mean, so that the standard deviation of the
// result is 0.8796·std.
func TruncatedNormal(mean, std float64) Init { return Init{kind: truncatedNormal, a: mean, b: std} }

// VarianceScaling draws with mean 0 and variance scale/fan (He et al. 2015).
func VarianceScaling(scale float64, fan Fan, draw Draw) Init {
	return Init{kind: varianceScaling, a: scale, fan: fan, draw: draw}
}

// Orthogonal is gain times a random matrix with orthonormal columns, or rows
// where the parameter is wider than high, each such matrix equally likely (Saxe
// et al. 2014; Mezzadri 2007). All axes but the last count as one. A parameter
// with one axis only makes it fail.
func Orthogonal(gain float64) Init { return Init{kind: orthogonal, a: gain} }

// Identity is gain on the main diagonal and 0 elsewhere, for matrices, which need
// not be square. Any other number of axes makes it fail.
func Identity(gain float64) Init { return Init{kind: identity, a: gain} }

// or returns i, or def where i is the default.
func (i Init) or(def Init) Init {
	if i == (Init{}) {
		return def
	}
	return i
}

// check fails on numbers out of range.
func (i Init) check() error {
	for _, x := range []float64{i.a, i.b} {
		if !(math.Abs(x) <= math.MaxFloat32) {
			return fmt.Errorf("initializer %v: %g is not a finite float32", i, x)
		}
	}
	switch {
	case i.kind == uniform && i.a > i.b:
		return fmt.Errorf("initializer %v: the range begins at %g, above its end %g", i, i.a, i.b)
	case (i.kind == normal || i.kind == truncatedNormal) && i.b < 0:
		return fmt.Errorf("initializer %v: the standard deviation is %g, want at least 0", i, i.b)
	case i.kind == varianceScaling && !(i.a > 0):
		return fmt.Errorf("initializer %v: the scale is %g, want more than 0", i, i.a)
	case i.fan > FanAverage || i.draw > DrawUniform:
		return fmt.Errorf("initializer %v: unknown fan or distribution", i)
	}
	return nil
}

// Fill draws the values of a parameter of the given shape into dst. It computes
// in float64 and rounds once. It fails, and leaves dst as it is, on numbers out
// of range, a shape that the initializer cannot fill, a dst of another size, and
// on the zero Init.
func (i Init) Fill(dst []float32, shape tensor.Shape, r *random.Source) error {
	if len(dst) != shape.Size() {
		return fmt.Errorf("initializer %v: %d values for shape %v, want %d", i, len(dst), shape, shape.Size())
	}
	if err := i.check(); err != nil {
		return err
	}
	switch i.kind {
	case layerDefault:
		return fmt.Errorf("no initializer for shape %v: the layer gives no default", shape)
	case orthogonal:
		return i.fillOrthogonal(dst, shape, r)
	case identity:
		return i.fillIdentity(dst, shape)
	case forgetBias:
		return i.fillForgetBias(dst, shape)
	}
	draw := i.sampler(shape, r)
	for k := range dst {
		dst[k] = float32(draw())
	}
	return nil
}

// sampler returns a function that draws one value after the other.
func (i Init) sampler(shape tensor.Shape, r *random.Source) func() float64 {
	switch i.kind {
	case uniform:
		return uniformSampler(i.a, i.b, r)
	case normal:
		return func() float64 { return i.a + float64(i.b*r.Normal()) }
	case truncatedNormal:
		return func() float64 { return i.a + float64(i.b*truncated(r)) }
	case varianceScaling:
		return i.scaledSampler(shape, r)
	}
	return func() float64 { return i.a }
}

func uniformSampler(lo, hi float64, r *random.Source) func() float64 {
	return func() float64 { return lo + float64((hi-lo)*r.Float64()) }
}

// truncated draws a standard normal number in [-2, 2].
func truncated(r *random.Source) float64 {
	for {
		if x := r.Normal(); math.Abs(x) <= 2 {
			return x
		}
	}
}

// truncatedStd is the standard deviation of a standard normal number in [-2, 2].
const truncatedStd = 0.87962566103423978

func (i Init) scaledSampler(shape tensor.Shape, r *random.Source) func() float64 {
	variance := i.a / math.Max(1, fanOf(shape, i.fan))
	std := math.Sqrt(variance)
	switch i.draw {
	case DrawUniform:
		limit := math.Sqrt(3 * variance)
		return uniformSampler(-limit, limit, r)
	case DrawNormal:
		return func() float64 { return std * r.Normal() }
	}
	std /= truncatedStd
	return func() float64 { return std * truncated(r) }
}

// fanOf returns the fan of a parameter.
func fanOf(shape tensor.Shape, fan Fan) float64 {
	in, out := fans(shape)
	switch fan {
	case FanIn:
		return in
	case FanOut:
		return out
	}
	return (in + out) / 2
}

// fans returns fanIn and fanOut; see [Init].
func fans(shape tensor.Shape) (in, out float64) {
	n := len(shape)
	switch n {
	case 0:
		return 1, 1
	case 1:
		return float64(shape[0]), float64(shape[0])
	}
	field := float64(shape[:n-2].Size())
	return field * float64(shape[n-2]), field * float64(shape[n-1])
}
