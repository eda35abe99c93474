package datasets

import (
	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/npyrandom"
	"github.com/goodfit-ml/goodfit/opt"
)

// Regression draws standard Gaussian features and targets that are linear in
// some of them, Y = X·coefficients + Bias + noise: scikit-learn's
// make_regression. The coefficients of the informative features are even
// between 0 and 100, the others 0.
type Regression struct {
	// Samples is the number of rows, 0 means 100.
	Samples int
	// Features is the number of columns of X, 0 means 100.
	Features int
	// Informative is the number of features that the targets depend on, 0 means
	// 10, at most Features.
	Informative int
	// Targets is the number of columns of Y, 0 means 1.
	Targets int
	// Bias is added to every target.
	Bias float64
	// EffectiveRank makes X a matrix of about this rank with a tail of small
	// singular values. 0 means independent features.
	EffectiveRank int
	// TailStrength is the share of the tail, 0.5 by default.
	TailStrength opt.Float
	// Noise is the standard deviation of Gaussian noise on the targets.
	Noise float64
	// NoShuffle leaves the rows as drawn and the informative features first.
	NoShuffle bool
	// Seed decides all draws, see [Generator].
	Seed uint64
}

func (r Regression) withDefaults() Regression {
	for _, f := range []struct {
		field *int
		def   int
	}{{&r.Samples, defaultSamples}, {&r.Features, 100}, {&r.Informative, 10}, {&r.Targets, 1}} {
		if *f.field == 0 {
			*f.field = f.def
		}
	}
	r.Informative = min(r.Informative, r.Features)
	return r
}

// Check reports the first argument that Make cannot take.
func (r Regression) Check() error {
	const name = "Regression"
	return firstError(
		atLeast(name, "Samples", r.Samples, 0), atLeast(name, "Features", r.Features, 0),
		atLeast(name, "Informative", r.Informative, 0), atLeast(name, "Targets", r.Targets, 0),
		atLeast(name, "EffectiveRank", r.EffectiveRank, 0), finite(name, "Bias", r.Bias),
		finite(name, "TailStrength", r.TailStrength.Or(0.5)), spread(name, "Noise", r.Noise))
}

// Make draws the data set. It panics with the error of Check.
func (r Regression) Make() *Dataset {
	d, _ := r.MakeWithCoefficients()
	return d
}

// MakeWithCoefficients is Make and also returns the coefficients, Features rows
// by Targets columns.
func (r Regression) MakeWithCoefficients() (*Dataset, *mat.Dense) {
	mustBeFine(r.Check())
	r = r.withDefaults()
	draw := npyrandom.New(r.Seed)
	x := mat.NewDense(r.Samples, r.Features, r.features(draw))
	coefficients := mat.NewDense(r.Features, r.Targets, nil)
	informative := coefficients.RawMatrix().Data[:r.Informative*r.Targets]
	for i := range informative {
		informative[i] = 100 * draw.Float64()
	}
	d := &Dataset{X: x, Y: r.targets(x, informative)}
	if r.Noise > 0 {
		addNoise(d.Y, r.Noise, draw)
	}
	if r.NoShuffle {
		return d, coefficients
	}
	rows, columns := draw.Perm(r.Samples), draw.Perm(r.Features)
	d.X, d.Y = takeCells(x, rows, columns), takeRows(d.Y, rows)
	return d, takeRows(coefficients, columns)
}

func (r Regression) features(draw *npyrandom.State) []float64 {
	if r.EffectiveRank > 0 {
		return r.lowRank(draw)
	}
	x := make([]float64, r.Samples*r.Features)
	draw.FillNormal(x, 0, 1)
	return x
}

// lowRank returns U·diag(s)·Vᵀ, where U and V come from the QR factors of
// Gaussian matrices and s is a bell of width EffectiveRank on a long tail.
func (r Regression) lowRank(draw *npyrandom.State) []float64 {
	n := min(r.Samples, r.Features)
	u, v := orthonormal(r.Samples, n, draw), orthonormal(r.Features, n, draw)
	tail, rank := r.TailStrength.Or(0.5), float64(r.EffectiveRank)
	for j := range n {
		at := float64(j) / rank
		s := float64((1-tail)*fmath.Exp(-at*at)) + float64(tail*fmath.Exp(-0.1*float64(j)/rank))
		for i := range r.Samples {
			u[i*n+j] *= s
		}
	}
	transposed := make([]float64, len(v))
	for i := range r.Features {
		for j := range n {
			transposed[j*r.Features+i] = v[i*n+j]
		}
	}
	x := make([]float64, r.Samples*r.Features)
	fmath.MatMul(x, u, transposed, r.Samples, n, r.Features)
	return x
}

func orthonormal(m, n int, draw *npyrandom.State) []float64 {
	a := make([]float64, m*n)
	draw.FillNormal(a, 0, 1)
	q, _ := fmath.QR(a, m, n)
	return q
}

// targets returns X·coefficients + Bias, given the informative coefficients.
func (r Regression) targets(x *mat.Dense, informative []float64) *mat.Dense {
	y := mat.NewDense(r.Samples, r.Targets, nil)
	for i := range r.Samples {
		row, out := x.RawRowView(i), y.RawRowView(i)
		for k := range r.Informative {
			for t, c := range informative[k*r.Targets : (k+1)*r.Targets] {
				out[t] += float64(row[k] * c)
			}
		}
		for t := range out {
			out[t] += r.Bias
		}
	}
	return y
}

// takeCells returns the named columns of the named rows.
func takeCells(m *mat.Dense, rows, columns []int) *mat.Dense {
	out := mat.NewDense(len(rows), len(columns), nil)
	for i, r := range rows {
		from, to := m.RawRowView(r), out.RawRowView(i)
		for j, c := range columns {
			to[j] = from[c]
		}
	}
	return out
}
