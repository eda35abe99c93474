package losses

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/opt"
)

// epsilon is the least number that logarithms and quotients see, as in Keras.
const epsilon = 1e-7

// MSE is the mean squared error, mean((p−t)²).
type MSE struct{}

// MAE is the mean absolute error, mean(|p−t|); its slope where p = t is 0.
type MAE struct{}

// MAPE is the mean absolute percentage error, 100·mean(|p−t|/max(|t|, 1e-7)).
type MAPE struct{}

// MSLE is the mean squared logarithmic error, mean((log(1+p)−log(1+t))²), p and t
// at least 1e-7. Targets must be at least 0.
type MSLE struct{}

// Huber is the mean of e²/2 where |e| ≤ Delta and Delta·|e| − Delta²/2 elsewhere,
// e = p−t (Huber 1964).
type Huber struct {
	Delta opt.Float // default 1; above 0
}

// LogCosh is mean(log(cosh(p−t))): e²/2 for small errors, |e|−log 2 for large.
type LogCosh struct{}

// Poisson is mean(p − t·log(p+1e-7)), for counts with a positive prediction.
// Targets must be at least 0.
type Poisson struct{}

// CosineSimilarity is −Σ p·t/(|p|·|t|) over the last axis: −1 for the same
// direction, 1 for the opposite; 0 where either is zero.
type CosineSimilarity struct{}

// Name returns "mse".
func (MSE) Name() string { return "mse" }

// Name returns "mae".
func (MAE) Name() string { return "mae" }

// Name returns "mape".
func (MAPE) Name() string { return "mape" }

// Name returns "msle".
func (MSLE) Name() string { return "msle" }

// Name returns "huber".
func (Huber) Name() string { return "huber" }

// Name returns "log_cosh".
func (LogCosh) Name() string { return "log_cosh" }

// Name returns "poisson".
func (Poisson) Name() string { return "poisson" }

// Name returns "cosine_similarity".
func (CosineSimilarity) Name() string { return "cosine_similarity" }

// Check fails unless there is a target for each output.
func (MSE) Check(output, target int) error { return same(output, target) }

// Check fails unless there is a target for each output.
func (MAE) Check(output, target int) error { return same(output, target) }

// Check fails unless there is a target for each output.
func (MAPE) Check(output, target int) error { return same(output, target) }

// Check fails unless there is a target for each output.
func (MSLE) Check(output, target int) error { return same(output, target) }

// Check fails unless there is a target for each output and Delta is above 0.
func (h Huber) Check(output, target int) error {
	if d := h.Delta.Or(1); !(d > 0) || math.IsInf(d, 0) {
		return fmt.Errorf("Huber.Delta is %g, want a number above 0", d)
	}
	return same(output, target)
}

// Check fails unless there is a target for each output.
func (LogCosh) Check(output, target int) error { return same(output, target) }

// Check fails unless there is a target for each output.
func (Poisson) Check(output, target int) error { return same(output, target) }

// Check fails unless there is a target for each output.
func (CosineSimilarity) Check(output, target int) error { return same(output, target) }

// CheckTargets accepts every finite number.
func (MSE) CheckTargets([]float32, int, int) error { return nil }

// CheckTargets accepts every finite number.
func (MAE) CheckTargets([]float32, int, int) error { return nil }

// CheckTargets accepts every finite number.
func (MAPE) CheckTargets([]float32, int, int) error { return nil }

// CheckTargets fails on a target below 0.
func (MSLE) CheckTargets(t []float32, _, _ int) error { return inRange(t, 0, math.Inf(1)) }

// CheckTargets accepts every finite number.
func (Huber) CheckTargets([]float32, int, int) error { return nil }

// CheckTargets accepts every finite number.
func (LogCosh) CheckTargets([]float32, int, int) error { return nil }

// CheckTargets fails on a target below 0.
func (Poisson) CheckTargets(t []float32, _, _ int) error { return inRange(t, 0, math.Inf(1)) }

// CheckTargets accepts every finite number.
func (CosineSimilarity) CheckTargets([]float32, int, int) error { return nil }

// Eval implements [Loss].
func (MSE) Eval(a *Args) {
	kernel.MSE(a.Loss, a.Grad, a.Pred, a.Target, a.Rows, a.Size, a.Scale, a.Uniform)
}

// Eval implements [Loss].
func (MAE) Eval(a *Args) {
	a.pointwise(func(p, t float64) (float64, float64) { return math.Abs(p - t), direction(p - t) })
}

// Eval implements [Loss].
func (MAPE) Eval(a *Args) {
	a.pointwise(func(p, t float64) (float64, float64) {
		s := 100 / max(math.Abs(t), epsilon)
		return s * math.Abs(p-t), s * direction(p-t)
	})
}

// Eval implements [Loss].
func (MSLE) Eval(a *Args) {
	a.pointwise(func(p, t float64) (float64, float64) {
		e := fmath.Log1p(max(p, epsilon)) - fmath.Log1p(max(t, epsilon))
		if p < epsilon {
			return e * e, 0
		}
		return e * e, 2 * e / (1 + p)
	})
}

// Eval implements [Loss].
func (h Huber) Eval(a *Args) {
	d := h.Delta.Or(1)
	a.pointwise(func(p, t float64) (float64, float64) {
		e := p - t
		if math.Abs(e) <= d {
			return e * e / 2, e
		}
		return d * (math.Abs(e) - d/2), d * direction(e)
	})
}

// Eval implements [Loss].
func (LogCosh) Eval(a *Args) {
	a.pointwise(func(p, t float64) (float64, float64) {
		e := math.Abs(p - t)
		return e + fmath.Log1p(fmath.Exp(-2*e)) - math.Ln2, fmath.Tanh(p - t)
	})
}

// Eval implements [Loss].
func (Poisson) Eval(a *Args) {
	a.pointwise(func(p, t float64) (float64, float64) {
		q := p + epsilon
		return p - float64(t*fmath.Log(q)), 1 - t/q
	})
}

// Eval implements [Loss].
func (CosineSimilarity) Eval(a *Args) {
	for i := range a.Rows {
		p, t := a.item(i)
		var pp, tt, pt float64
		for j := range p {
			x, y := float64(p[j]), float64(t[j])
			pp += float64(x * x)
			tt += float64(y * y)
			pt += float64(x * y)
		}
		np, nt := math.Sqrt(pp), math.Sqrt(tt)
		cos := 0.0
		if np > 0 && nt > 0 {
			cos = pt / (np * nt)
		}
		a.Loss[i] = float32(-cos)
		a.gradient(i, func(j int) float64 {
			if np == 0 || nt == 0 {
				return 0
			}
			return (float64(cos*float64(p[j]))/np - float64(t[j])/nt) / np
		})
	}
}

// direction returns the sign of e, 0 for 0.
func direction(e float64) float64 {
	switch {
	case e > 0:
		return 1
	case e < 0:
		return -1
	}
	return 0
}

// item returns predictions and targets of item i.
func (a *Args) item(i int) (pred, target []float32) {
	return a.Pred[i*a.Size : (i+1)*a.Size], a.Target[i*a.TargetSize : (i+1)*a.TargetSize]
}

// gradient writes item i's gradient from its derivatives.
func (a *Args) gradient(i int, of func(j int) float64) {
	if a.Grad == nil {
		return
	}
	s := float64(a.ScaleOf(i))
	for j := range a.Size {
		a.Grad[i*a.Size+j] = float32(s * of(j))
	}
}

// pointwise computes a loss that is the mean over the last axis of f, which
// returns the loss of one prediction and its derivative.
func (a *Args) pointwise(f func(p, t float64) (loss, slope float64)) {
	n := float64(a.Size)
	for i := range a.Rows {
		p, t := a.item(i)
		s := float64(a.ScaleOf(i)) / n
		var sum float64
		for j := range p {
			loss, slope := f(float64(p[j]), float64(t[j]))
			sum += loss
			if a.Grad != nil {
				a.Grad[i*a.Size+j] = float32(s * slope)
			}
		}
		a.Loss[i] = float32(sum / n)
	}
}

func init() {
	Register("MSE", MSE{})
	Register("MAE", MAE{})
	Register("MAPE", MAPE{})
	Register("MSLE", MSLE{})
	Register("Huber", Huber{})
	Register("LogCosh", LogCosh{})
	Register("Poisson", Poisson{})
	Register("CosineSimilarity", CosineSimilarity{})
}
