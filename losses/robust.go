package losses

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/opt"
)

// Huber is the mean of e²/2 where |e| ≤ Delta and Delta·|e| − Delta²/2 elsewhere,
// e = p−t (Huber 1964).
type Huber struct {
	Delta opt.Float // default 1; above 0
}

// LogCosh is mean(log(cosh(p−t))): e²/2 for small errors, |e|−log 2 for large.
type LogCosh struct{}

// Name returns "huber".
func (Huber) Name() string { return "huber" }

// Name returns "log_cosh".
func (LogCosh) Name() string { return "log_cosh" }

// Check fails unless there is a target for each output and Delta is above 0.
func (h Huber) Check(output, target int) error {
	if d := h.Delta.Or(1); !(d > 0) || math.IsInf(d, 0) {
		return fmt.Errorf("Huber.Delta is %g, want a number above 0", d)
	}
	return same(output, target)
}

// Check fails unless there is a target for each output.
func (LogCosh) Check(output, target int) error { return same(output, target) }

// CheckTargets accepts every number.
func (Huber) CheckTargets([]float32, int, int) error { return nil }

// CheckTargets accepts every number.
func (LogCosh) CheckTargets([]float32, int, int) error { return nil }

// Eval implements [Loss].
func (h Huber) Eval(a *Args) {
	n, delta := float64(a.Size), h.Delta.Or(1)
	for i := range a.Rows {
		pred, target, grad, scale := a.item(i)
		scale /= n
		var sum float64
		for j, p := range pred {
			e := float64(p) - float64(target[j])
			slope := clip(e, -delta, delta)
			sum += float64(slope * (e - slope/2))
			if grad != nil {
				grad[j] = single(scale * slope)
			}
		}
		a.Loss[i] = float32(sum / n)
	}
}

// Eval implements [Loss].
func (LogCosh) Eval(a *Args) {
	n := float64(a.Size)
	for i := range a.Rows {
		pred, target, grad, scale := a.item(i)
		scale /= n
		var sum float64
		for j, p := range pred {
			loss, slope := logCosh(float64(p) - float64(target[j]))
			sum += loss
			if grad != nil {
				grad[j] = single(scale * slope)
			}
		}
		a.Loss[i] = float32(sum / n)
	}
}

// logCosh returns log(cosh e) and tanh e, without loss of digits near 0 and
// without overflow. With q = e^−|e| and x = 1−q, cosh e − 1 = x²/(2q).
func logCosh(e float64) (loss, slope float64) {
	abs := math.Abs(e)
	x := -fmath.Expm1(-abs)
	q := 1 - x
	qq := float64(q * q)
	slope = math.Copysign(x*(1+q)/(1+qq), e)
	if abs < 1 {
		return fmath.Log1p(x * x / (2 * q)), slope
	}
	return abs + fmath.Log1p(qq) - math.Ln2, slope
}

func init() {
	Register("Huber", Huber{})
	Register("LogCosh", LogCosh{})
}
