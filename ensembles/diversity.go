package ensembles

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// Diversity says how differently the members of an ensemble predict: what they gain
// by being combined. Matrices are members×members and symmetric; NaN stands where a
// measure has no value, as for members that are never wrong.
type Diversity struct {
	// ErrorCorrelation is Pearson's correlation of the members' errors: in a
	// regression of prediction less target, in a classification of whether the
	// class is wrong.
	ErrorCorrelation *mat.Dense
	// Disagreement is the share of rows for which one of the two is right and the
	// other wrong, Q Yule's statistic (N11·N00−N01·N10)/(N11·N00+N01·N10) of right
	// and wrong, DoubleFault the share for which both are wrong, and Kappa Cohen's
	// agreement of the two predicted classes beyond chance (Kuncheva and Whitaker
	// 2003). Nil in a regression.
	Disagreement, Q, DoubleFault, Kappa *mat.Dense
	// Ambiguity is the mean over rows, outputs and members of the squared distance
	// between a member's prediction and the members' mean. MeanSquaredError is the
	// mean of the members' squared errors. Their difference is the squared error of
	// the mean (Krogh and Vedelsby 1995).
	Ambiguity, MeanSquaredError float64
}

// MeanOf returns the mean of a measure over all pairs of members that have a value;
// NaN if there are none.
func MeanOf(pairs *mat.Dense) float64 {
	if pairs == nil {
		return math.NaN()
	}
	n, _ := pairs.Dims()
	var values []float64
	for i := range n {
		for j := range i {
			if v := pairs.At(i, j); !math.IsNaN(v) {
				values = append(values, v)
			}
		}
	}
	return fmath.Mean(values)
}

// Diversity measures how differently the members predict for data. Classes are
// those of a classification by its loss: the largest output, or whether the only
// one exceeds 0.5 (0 under a loss with the classes −1 and +1). The weights of rows
// do not count.
func (e *Ensemble) Diversity(data datasets.Source) (Diversity, error) {
	p, err := e.Predictions(data)
	if err != nil {
		return Diversity{}, err
	}
	return p.Diversity()
}

// Diversity is [Ensemble.Diversity] of predictions that are there.
func (p *Predictions) Diversity() (Diversity, error) {
	target, err := p.targets()
	if err != nil {
		return Diversity{}, err
	}
	var d Diversity
	d.Ambiguity, d.MeanSquaredError = p.ambiguity(target)
	if !classifies(p.scorer.loss) {
		errs := make([][]float64, len(p.Members))
		for k, m := range p.Members {
			for i, v := range numbers(m) {
				errs[k] = append(errs[k], v-target[i])
			}
		}
		d.ErrorCorrelation = p.pairs(func(i, j int) float64 { return correlation(errs[i], errs[j]) })
		return d, nil
	}
	err = p.classDiversity(&d)
	return d, err
}

// pairs returns f of all pairs of members.
func (p *Predictions) pairs(f func(i, j int) float64) *mat.Dense {
	n := len(p.Members)
	out := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range i + 1 {
			v := f(i, j)
			out.Set(i, j, v)
			out.Set(j, i, v)
		}
	}
	return out
}

// ambiguity returns the two terms of Krogh and Vedelsby.
func (p *Predictions) ambiguity(target []float64) (spread, square float64) {
	mean, _ := Mean{}.Combine(nil, p.Members)
	center := numbers(mean)
	var apart, errs []float64
	for _, m := range p.Members {
		for i, v := range numbers(m) {
			a, e := v-center[i], v-target[i]
			apart, errs = append(apart, float64(a*a)), append(errs, float64(e*e))
		}
	}
	return fmath.Mean(apart), fmath.Mean(errs)
}

// correlation returns Pearson's correlation; NaN if one of the lists is constant.
func correlation(x, y []float64) float64 {
	mx, my := fmath.Mean(x), fmath.Mean(y)
	dx, dy := make([]float64, len(x)), make([]float64, len(y))
	for i := range x {
		dx[i], dy[i] = x[i]-mx, y[i]-my
	}
	scale := fmath.Norm2(dx) * fmath.Norm2(dy)
	if scale == 0 {
		return math.NaN()
	}
	return min(max(fmath.Dot(dx, dy)/scale, -1), 1)
}

// classDiversity fills in what is about classes.
func (p *Predictions) classDiversity(d *Diversity) error {
	actual, err := p.actualClasses()
	if err != nil {
		return err
	}
	classes := max(p.scorer.spec.Outputs, 2)
	voted, wrong := make([][]int, len(p.Members)), make([][]float64, len(p.Members))
	for k, m := range p.Members {
		voted[k], wrong[k] = p.votes(m), make([]float64, len(actual))
		for i, c := range voted[k] {
			if c != actual[i] {
				wrong[k][i] = 1
			}
		}
	}
	n := float64(len(actual))
	count := func(i, j int) (both, first, second, none float64) {
		for r := range actual {
			switch {
			case wrong[i][r] == 0 && wrong[j][r] == 0:
				both++
			case wrong[i][r] == 0:
				first++
			case wrong[j][r] == 0:
				second++
			default:
				none++
			}
		}
		return both, first, second, none
	}
	d.ErrorCorrelation = p.pairs(func(i, j int) float64 { return correlation(wrong[i], wrong[j]) })
	d.Disagreement = p.pairs(func(i, j int) float64 { _, a, b, _ := count(i, j); return (a + b) / n })
	d.DoubleFault = p.pairs(func(i, j int) float64 { _, _, _, none := count(i, j); return none / n })
	d.Q = p.pairs(func(i, j int) float64 {
		both, a, b, none := count(i, j)
		return (float64(both*none) - float64(a*b)) / (float64(both*none) + float64(a*b))
	})
	d.Kappa = p.pairs(func(i, j int) float64 { return kappa(voted[i], voted[j], classes) })
	return nil
}

// actualClasses returns the class of each row.
func (p *Predictions) actualClasses() ([]int, error) {
	s := p.scorer.spec
	if s.Outputs > 1 {
		_, labels, err := p.labels()
		return labels, err
	}
	if s.Targets != 1 {
		return nil, fmt.Errorf("ensembles: %d targets for one output", s.Targets)
	}
	out := make([]int, len(p.scorer.target))
	for i, t := range p.scorer.target {
		if t > 0.5 {
			out[i] = 1
		}
	}
	return out, nil
}

// votes returns the class that a member predicts for each row.
func (p *Predictions) votes(m *mat.Dense) []int {
	at := 0.5
	if p.scorer.spec.Signed {
		at = 0
	}
	out := make([]int, p.Rows())
	for i := range out {
		row := m.RawRowView(i)
		if len(row) > 1 {
			out[i] = largest(row)
		} else if row[0] > at {
			out[i] = 1
		}
	}
	return out
}

// kappa returns (agreement − chance)/(1 − chance) of two lists of classes.
func kappa(a, b []int, classes int) float64 {
	na, nb := make([]float64, classes), make([]float64, classes)
	same := 0.0
	for i := range a {
		na[a[i]]++
		nb[b[i]]++
		if a[i] == b[i] {
			same++
		}
	}
	n := float64(len(a))
	chance := fmath.Dot(na, nb) / float64(n*n)
	return (same/n - chance) / (1 - chance)
}
