package datasets

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// YeoJohnson makes skewed columns more like Gaussian ones, and standardizes them: each
// value x becomes (ψ(x) − mean)/deviation, with
//
//	ψ(x) = ((1+x)^λ − 1)/λ, or ln(1+x) if λ = 0               for x ≥ 0
//	ψ(x) = −((1−x)^(2−λ) − 1)/(2−λ), or −ln(1−x) if λ = 2     for x < 0
//
// and mean and deviation of the transformed training values, as [Standardize] has
// them. The λ of a column is that of greatest likelihood, were ψ(x) Gaussian: the
// greatest −½·ln Var ψ(x) + (λ−1)·mean of sgn(x)·ln(1+|x|), sought from −9 to 11. λ = 1
// leaves the shape; a long tail above has a λ below 1, which may be negative. Where no λ
// can be told, as in a constant column, it is 1.
//
// With a λ below 0 no ψ is above −1/λ, and with one above 2 none below −1/(λ−2). What
// lies beyond, such as a prediction, has no inverse, and what lies close to it a huge
// one. On that side the inverse is therefore limited to the range of the training values;
// on a side without a bound it is exact.
//
// It is scikit-learn's PowerTransformer with its defaults, but for that limit. Since λ
// comes from a line search, which the flat top of the likelihood stops, values agree to
// about 1e-6 of a deviation, and not to the last bit. The same values give the same bits
// on any machine.
//
// Yeo and Johnson, A new family of power transformations to improve normality or
// symmetry, Biometrika 87 (2000).
type YeoJohnson struct{}

// Fit learns the columns of X.
func (y YeoJohnson) Fit(d *Dataset) (*Scaler, error) { return y.fit(d, fitFeatures) }

// FitTarget learns the columns of Y.
func (y YeoJohnson) FitTarget(d *Dataset) (*Scaler, error) { return y.fit(d, fitTargets) }

// FitMatrix learns the columns of x.
func (y YeoJohnson) FitMatrix(x *mat.Dense) (*Scaler, error) { return y.Fit(&Dataset{X: x}) }

func (y YeoJohnson) fit(d *Dataset, fit fitter) (*Scaler, error) {
	s := &Scaler{Power: []float64{}, Least: []float64{}, Greatest: []float64{}, Center: []float64{}, Scale: []float64{}}
	return fit(d, s, func(values []float64) column {
		least, greatest := slices.Min(values), slices.Max(values)
		power := newPowerSearch(values).best()
		for i, x := range values {
			values[i] = yeoJohnson(x, power)
		}
		c := standardized(values)
		c.power, c.least, c.greatest = power, least, greatest
		return c
	})
}

// yeoJohnson returns ψ(x).
func yeoJohnson(x, power float64) float64 {
	if x < 0 {
		return -powered(fmath.Log1p(-x), 2-power)
	}
	return powered(fmath.Log1p(x), power)
}

// powered returns (e^(power·l) − 1)/power, and l for a power of 0.
func powered(l, power float64) float64 {
	if math.Abs(power) < 0x1p-500 {
		return l
	}
	return fmath.Expm1(float64(power*l)) / power
}

// unpowered returns the x ≥ 0 with powered(ln(1+x), power) = v for v ≥ 0: infinity if
// there is none.
func unpowered(v, power float64) float64 {
	if math.Abs(power) < 0x1p-500 {
		return fmath.Expm1(v)
	}
	if power*v <= -1 {
		return math.Inf(1)
	}
	return fmath.Expm1(fmath.Log1p(float64(power*v)) / power)
}

// invertPower returns the x with ψ(x) = v in column j, within the column's limits where ψ
// has a bound.
func (s *Scaler) invertPower(j int, v float64) float64 {
	power := s.Power[j]
	switch {
	case v < 0 && power > 2:
		return max(-unpowered(-v, 2-power), s.Least[j])
	case v < 0:
		return -unpowered(-v, 2-power)
	case power < 0:
		return min(unpowered(v, power), s.Greatest[j])
	}
	return unpowered(v, power)
}

// powerSearch finds a column's λ.
type powerSearch struct {
	logs []float64 // sgn(x)·ln(1+|x|)
	mean float64   // of logs
	room []float64
}

func newPowerSearch(values []float64) *powerSearch {
	s := &powerSearch{logs: make([]float64, len(values)), room: make([]float64, len(values))}
	for i, x := range values {
		s.logs[i] = math.Copysign(fmath.Log1p(math.Abs(x)), x)
	}
	s.mean = fmath.Mean(s.logs)
	return s
}

// cost returns the negative log-likelihood of a λ for each row, without constants. It is
// infinite where rounding would leave little of the differences between values.
func (s *powerSearch) cost(power float64) float64 {
	most := 0.0
	for i, l := range s.logs {
		if l < 0 {
			s.room[i] = -powered(-l, 2-power)
		} else {
			s.room[i] = powered(l, power)
		}
		most = max(most, math.Abs(s.room[i]))
	}
	_, variance := fmath.Variance(s.room, 0)
	if !(math.Sqrt(variance) > 0x1p-40*most) || variance > math.MaxFloat64 {
		return math.Inf(1)
	}
	return float64(0.5*fmath.Log(variance)) - float64((power-1)*s.mean)
}

// best returns the λ of least cost: the best whole number, and then the least between its
// neighbours by golden sections.
func (s *powerSearch) best() float64 {
	const lowest, highest = -9, 11
	power, least := 1.0, s.cost(1)
	for p := lowest; p <= highest; p++ {
		if c := s.cost(float64(p)); c < least {
			power, least = float64(p), c
		}
	}
	if math.IsInf(least, 1) {
		return 1
	}
	if p := s.section(max(power-1, lowest), min(power+1, highest)); s.cost(p) <= least {
		return p
	}
	return power
}

// section narrows the interval from a to b, which holds one least cost, to 1e-9.
func (s *powerSearch) section(a, b float64) float64 {
	const golden = 0.6180339887498949
	c, d := b-float64(golden*(b-a)), a+float64(golden*(b-a))
	costC, costD := s.cost(c), s.cost(d)
	for b-a > 1e-9 {
		if costC <= costD {
			b, d, costD = d, c, costC
			c = b - float64(golden*(b-a))
			costC = s.cost(c)
		} else {
			a, c, costC = c, d, costD
			d = a + float64(golden*(b-a))
			costD = s.cost(d)
		}
	}
	return a + float64(0.5*(b-a))
}
