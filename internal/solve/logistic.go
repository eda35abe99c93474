package solve

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// Logistic is logistic regression: it minimizes ½·‖w‖² + C·Σ −ln p(class), without a
// penalty on the intercepts. Two classes have one linear score with a sigmoid, more
// have one each with a softmax, and intercepts that sum to 0.
type Logistic struct {
	// C weighs the data against the penalty; default 1.
	C float64
	// MaxIter is the most Newton steps; default 200.
	MaxIter int
}

// LogisticModel is what Logistic learned.
type LogisticModel struct {
	Coefficients [][]float64 // a row for each score, a value for each feature
	Intercepts   []float64   // one for each score
}

// Fit learns from rows X (n×p) and their classes y, each from 0 to classes−1. It fails
// if sizes do not fit, a class is out of range, there are fewer than two classes, a
// value is no finite number, or the steps do not converge.
//
// The method is Newton's with conjugate gradients (Nash 1985), to a gradient below
// 1e-10 of the first.
func (l Logistic) Fit(X *mat.Dense, y []int, classes int) (*LogisticModel, error) {
	if l.C == 0 {
		l.C = 1
	}
	if l.MaxIter <= 0 {
		l.MaxIter = 200
	}
	if err := l.check(X, y, classes); err != nil {
		return nil, err
	}
	f := newLikelihood(X, y, classes, l.C)
	w, err := newton(f, l.MaxIter)
	if err != nil {
		return nil, err
	}
	m := &LogisticModel{}
	for k := range f.scores {
		row := w[k*f.width : (k+1)*f.width]
		m.Coefficients = append(m.Coefficients, row[:f.width-1:f.width-1])
		m.Intercepts = append(m.Intercepts, row[f.width-1])
	}
	if mean := fmath.Mean(m.Intercepts); f.scores > 1 {
		for k := range m.Intercepts {
			m.Intercepts[k] -= mean
		}
	}
	return m, nil
}

func (l Logistic) check(X *mat.Dense, y []int, classes int) error {
	if !(l.C > 0) || math.IsInf(l.C, 1) {
		return fmt.Errorf("solve: C is %g, want a number above 0", l.C)
	}
	if classes < 2 {
		return fmt.Errorf("solve: logistic regression of %d classes, want at least 2", classes)
	}
	if n, _ := X.Dims(); n != len(y) {
		return fmt.Errorf("solve: %d rows have %d classes, want one each", n, len(y))
	}
	for i, k := range y {
		if k < 0 || k >= classes {
			return fmt.Errorf("solve: row %d has class %d, want 0 to %d", i+1, k, classes-1)
		}
	}
	return checkMatrix(X)
}

// Proba returns the probabilities of the classes, a row for each row of X. It fails
// if X has not the features that were learned from.
func (m *LogisticModel) Proba(X *mat.Dense) (*mat.Dense, error) {
	scores, err := linear(X, m.Coefficients, m.Intercepts)
	if err != nil {
		return nil, err
	}
	n, k := scores.Dims()
	out := mat.NewDense(n, max(k, 2), nil)
	for i := range n {
		probabilities(out.RawRowView(i), scores.RawRowView(i))
	}
	return out, nil
}

// probabilities turns scores into probabilities of classes.
func probabilities(p, scores []float64) {
	if len(scores) == 1 {
		p[0], p[1] = fmath.Sigmoid(-scores[0]), fmath.Sigmoid(scores[0])
		return
	}
	top := math.Inf(-1)
	for _, s := range scores {
		top = max(top, s)
	}
	for k, s := range scores {
		p[k] = fmath.Exp(s - top)
	}
	sum := fmath.Sum(p)
	for k := range p {
		p[k] /= sum
	}
}

// likelihood is the function that logistic regression minimizes. Its parameters are
// the coefficients and the intercept of each score in turn.
type likelihood struct {
	x             *mat.Dense // with a last column of ones
	y             []int
	c             float64
	scores, width int
	classes       int
	p             *mat.Dense // probabilities at the point of the last gradient
}

func newLikelihood(X *mat.Dense, y []int, classes int, c float64) *likelihood {
	n, p := X.Dims()
	f := &likelihood{x: mat.NewDense(n, p+1, nil), y: y, c: c, scores: classes, width: p + 1, classes: classes}
	if classes == 2 {
		f.scores = 1
	}
	for i := range n {
		copy(f.x.RawRowView(i), X.RawRowView(i))
		f.x.Set(i, p, 1)
	}
	f.p = mat.NewDense(n, classes, nil)
	return f
}

// size is the number of parameters.
func (f *likelihood) size() int { return f.scores * f.width }

// value returns ½·‖w‖² + C·Σ loss.
func (f *likelihood) value(w []float64) float64 {
	loss := make([]float64, len(f.y))
	s := make([]float64, f.scores)
	for i, class := range f.y {
		f.score(s, w, i)
		loss[i] = surprise(s, class)
	}
	penalty := 0.0
	for k := range f.scores {
		row := w[k*f.width : (k+1)*f.width-1]
		penalty += fmath.Dot(row, row)
	}
	return penalty/2 + float64(f.c*fmath.Sum(loss))
}

func (f *likelihood) score(dst, w []float64, row int) {
	x := f.x.RawRowView(row)
	for k := range dst {
		dst[k] = fmath.Dot(x, w[k*f.width:(k+1)*f.width])
	}
}

// surprise returns −ln of the probability of a class.
func surprise(scores []float64, class int) float64 {
	if len(scores) == 1 {
		s := scores[0]
		if class == 1 {
			s = -s
		}
		return max(s, 0) + fmath.Log1p(fmath.Exp(-math.Abs(s)))
	}
	top := math.Inf(-1)
	for _, s := range scores {
		top = max(top, s)
	}
	sum := 0.0
	for _, s := range scores {
		sum += fmath.Exp(s - top)
	}
	return top - scores[class] + fmath.Log(sum)
}

// gradient returns the derivative, and keeps the probabilities for curvature.
func (f *likelihood) gradient(w []float64) []float64 {
	r := mat.NewDense(len(f.y), f.scores, nil)
	s := make([]float64, f.scores)
	for i, class := range f.y {
		f.score(s, w, i)
		p := f.p.RawRowView(i)
		probabilities(p, s)
		row := r.RawRowView(i)
		copy(row, p[f.classes-f.scores:])
		if k := class - (f.classes - f.scores); k >= 0 {
			row[k]--
		}
	}
	return f.back(r, w)
}

// curvature returns H·v at the point of the last gradient.
func (f *likelihood) curvature(v []float64) []float64 {
	r := mat.NewDense(len(f.y), f.scores, nil)
	s := make([]float64, f.scores)
	for i := range f.y {
		f.score(s, v, i)
		p, row := f.p.RawRowView(i), r.RawRowView(i)
		if f.scores == 1 {
			row[0] = float64(float64(p[0]*p[1]) * s[0])
			continue
		}
		mean := fmath.Dot(p, s)
		for k := range row {
			row[k] = float64(p[k] * (s[k] - mean))
		}
	}
	return f.back(r, v)
}

// diagonal returns the diagonal of H at the point of the last gradient.
func (f *likelihood) diagonal() []float64 {
	d := make([]float64, f.size())
	for i := range f.y {
		x, p := f.x.RawRowView(i), f.p.RawRowView(i)
		for k := range f.scores {
			q := p[f.classes-f.scores+k]
			q = float64(q * (1 - q))
			for j, v := range x {
				d[k*f.width+j] += float64(q * float64(v*v))
			}
		}
	}
	for i := range d {
		d[i] = float64(f.c * d[i])
		if (i+1)%f.width != 0 {
			d[i]++
		} else if d[i] == 0 { // all rows are sure
			d[i] = 1
		}
	}
	return d
}

// back returns C·rᵀ·x, score by score, plus the penalty's share of w.
func (f *likelihood) back(r *mat.Dense, w []float64) []float64 {
	g := make([]float64, f.size())
	for i := range f.y {
		x, row := f.x.RawRowView(i), r.RawRowView(i)
		for k, v := range row {
			to := g[k*f.width : (k+1)*f.width]
			for j := range to {
				to[j] += float64(v * x[j])
			}
		}
	}
	for i := range g {
		g[i] = float64(f.c * g[i])
		if (i+1)%f.width != 0 {
			g[i] += w[i]
		}
	}
	return g
}

// newton minimizes the likelihood from 0 on.
func newton(f *likelihood, most int) ([]float64, error) {
	w := make([]float64, f.size())
	g := f.gradient(w)
	value, first := f.value(w), fmath.Norm2(g)
	for range most {
		if fmath.Norm2(g) <= 1e-10*first {
			return w, nil
		}
		next, at, ok := f.newtonStep(w, g, value, min(0.25, math.Sqrt(fmath.Norm2(g)/first)))
		if !ok { // rounding hides what is left
			return w, nil
		}
		w, value = next, at
		g = f.gradient(w)
	}
	return nil, errors.New("solve: logistic regression did not converge; scale the features, or lower C")
}

// newtonStep solves H·d = −g to a relative error and halves d until the value falls.
func (f *likelihood) newtonStep(w, g []float64, value, tol float64) (next []float64, at float64, ok bool) {
	d := f.conjugate(g, tol)
	slope := fmath.Dot(g, d)
	next = make([]float64, len(w))
	for t := 1.0; t > 1e-10; t /= 2 {
		for i := range w {
			next[i] = w[i] + float64(t*d[i])
		}
		if at = f.value(next); at <= value+float64(1e-4*t*slope) && at < value {
			return next, at, true
		}
	}
	return nil, 0, false
}

// conjugate returns −H⁻¹·g by conjugate gradients, preconditioned by the diagonal
// (Hestenes and Stiefel 1952). The error is relative, and small enough near the optimum
// that the steps converge faster than linearly (Dembo and Steihaug 1983). H is singular where a constant is added to all
// intercepts, but g has no part of that.
func (f *likelihood) conjugate(g []float64, tol float64) []float64 {
	n := len(g)
	scale := f.diagonal()
	d, r, p := make([]float64, n), make([]float64, n), make([]float64, n)
	z := make([]float64, n)
	for i, v := range g {
		r[i] = -v
		z[i] = r[i] / scale[i]
	}
	copy(p, z)
	rz := fmath.Dot(r, z)
	tiny := float64(rz * float64(tol*tol))
	for range 20 * n {
		hp := f.curvature(p)
		bend := fmath.Dot(p, hp)
		if !(bend > 0) {
			break
		}
		a := rz / bend
		for i := range d {
			d[i] += float64(a * p[i])
			r[i] -= float64(a * hp[i])
			z[i] = r[i] / scale[i]
		}
		old := rz
		rz = fmath.Dot(r, z)
		if !(rz > tiny) {
			break
		}
		for i := range p {
			p[i] = z[i] + float64(rz/old*p[i])
		}
	}
	return d
}
