package losses_test

import (
	"math"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit/losses"
)

// ulp is half the distance of float32 numbers near 1.
const ulp = 0x1p-24

// lossTolerance is for a loss of the given value. Most losses are computed in
// float64 and rounded once. MSE squares, adds and divides in float32, all terms
// positive. Fused ones take an exponential and a logarithm, together exact to 4 units
// in the last place, add sums of the size of the largest number that they receive,
// and put 0 for subnormal numbers.
func lossTolerance(l losses.Loss, c lossCase, want float64, pred []float32) float64 {
	if c.Raw != "" {
		return 8*ulp*(math.Abs(want)+math.Log(float64(c.Size))+smoothed(l)*largest(pred)) + 0x1p-126
	}
	switch l.(type) {
	case losses.MSE:
		return 8 * ulp * want
	case losses.LogCosh: // no differences of like numbers
		return 1.0001 * ulp * want
	}
	return 1.0001*ulp*math.Abs(want) + 1e-14
}

// gradientTolerance is for a derivative times its scale. Those computed in float64
// lose what differences cancel, and all are rounded once or twice; fused ones
// subtract a probability of up to 4 units of error and a target.
func gradientTolerance(l losses.Loss, c lossCase, want, scale float64) float64 {
	if c.Raw != "" {
		return 8 * ulp * scale
	}
	if _, ok := l.(losses.MSE); ok {
		return 4 * ulp * math.Abs(want)
	}
	return 1.0001*ulp*math.Abs(want) + 1e-10*scale*math.Abs(want) + 1e-14*scale
}

func smoothed(l losses.Loss) float64 {
	switch l := l.(type) {
	case losses.CrossEntropy:
		return l.LabelSmoothing
	case losses.BinaryCrossEntropy:
		return l.LabelSmoothing
	}
	return 0
}

func largest(x []float32) (top float64) {
	for _, v := range x {
		top = max(top, math.Abs(float64(v)))
	}
	return top
}

func TestValuesAndGradients(t *testing.T) {
	each(t, func(t *testing.T, l losses.Loss, c lossCase) {
		if err := l.Check(c.Size, c.targets()); err != nil {
			t.Fatal(err)
		}
		if err := l.CheckTargets(c.Target, c.Size, c.targets()); err != nil {
			t.Fatal(err)
		}
		a := c.eval(l, c.Scale, true)
		for i, want := range c.Losses {
			tol := lossTolerance(l, c, want, c.Pred[i*c.Size:(i+1)*c.Size])
			if got := float64(a.Loss[i]); !(math.Abs(got-want) <= tol) {
				t.Errorf("item %d: loss %.9g, want %.9g within %.1g", i, got, want, tol)
			}
		}
		for k, d := range c.Gradients {
			scale := float64(c.Scale[k/c.Size])
			want := d * scale
			if math.Abs(want) < 0x1p-126 {
				want = 0
			}
			if got, tol := float64(a.Grad[k]), gradientTolerance(l, c, want, scale); !(math.Abs(got-want) <= tol) {
				t.Errorf("gradient %d: %.9g, want %.9g within %.1g (pred %g)", k, got, want, tol, c.Pred[k])
			}
		}
	})
}

// TestScale wants the same losses whatever the scale, and without gradients; the
// same gradients from equal scales as from Uniform; and none where the scale is 0.
func TestScale(t *testing.T) {
	each(t, func(t *testing.T, l losses.Loss, c lossCase) {
		plain, uniform := c.eval(l, nil, false), c.eval(l, nil, true)
		ones := c.eval(l, slices.Repeat([]float32{1}, c.rows()), true)
		none := c.eval(l, make([]float32, c.rows()), true)
		for _, a := range []*losses.Args{uniform, ones, none} {
			if !slices.Equal(a.Loss, plain.Loss) || !slices.Equal(a.Pred, plain.Pred) {
				t.Fatalf("losses and outputs %v %v, without gradients %v %v", a.Loss, a.Pred, plain.Loss, plain.Pred)
			}
		}
		if !slices.Equal(ones.Grad, uniform.Grad) {
			t.Errorf("gradients of scales 1 %v, of Uniform 1 %v", ones.Grad, uniform.Grad)
		}
		if i := slices.IndexFunc(none.Grad, func(g float32) bool { return g != 0 }); i >= 0 {
			t.Errorf("gradient %d of scale 0 is %g", i, none.Grad[i])
		}
	})
}

// TestItemsAlone evaluates item after item and wants the bits of all together.
func TestItemsAlone(t *testing.T) {
	each(t, func(t *testing.T, l losses.Loss, c lossCase) {
		all := c.eval(l, c.Scale, true)
		n, k := c.Size, c.targets()
		for i := range c.rows() {
			one := lossCase{Raw: c.Raw, Size: n, Pred: c.Pred[i*n : (i+1)*n], Target: c.Target[i*k : (i+1)*k], Scale: c.Scale[i : i+1]}
			a := one.eval(l, one.Scale, true)
			if a.Loss[0] != all.Loss[i] || !slices.Equal(a.Grad, all.Grad[i*n:(i+1)*n]) {
				t.Errorf("item %d alone: %v %v, with others %v %v", i, a.Loss, a.Grad, all.Loss[i], all.Grad[i*n:(i+1)*n])
			}
		}
	})
}

// TestNaN puts NaN in the place of one prediction and wants a loss of NaN for its
// item and no other.
func TestNaN(t *testing.T) {
	each(t, func(t *testing.T, l losses.Loss, c lossCase) {
		before := c.eval(l, nil, true)
		for k := range c.Pred {
			bad := c
			bad.Pred = slices.Clone(c.Pred)
			bad.Pred[k] = float32(math.NaN())
			after := bad.eval(l, nil, true)
			for i, got := range after.Loss {
				if at := k / c.Size; i == at && got == got || i != at && got != before.Loss[i] {
					t.Fatalf("NaN in item %d: item %d has loss %g, before %g", at, i, got, before.Loss[i])
				}
			}
		}
	})
}

// TestFusedAgrees compares a fused loss with the same loss on the activation's
// outputs, where that loses no digits.
func TestFusedAgrees(t *testing.T) {
	each(t, func(t *testing.T, l losses.Loss, c lossCase) {
		if c.Raw == "" || largest(c.Pred) > 10 {
			return
		}
		raw := c.eval(l, nil, true)
		after := c
		after.Raw, after.Pred = "", raw.Pred
		plain := after.eval(l, nil, true)
		for i := range raw.Loss {
			// Outputs have errors of some units near 1e-4 and above.
			if d := math.Abs(float64(raw.Loss[i]) - float64(plain.Loss[i])); !(d <= 1e-4*(1+float64(raw.Loss[i]))) {
				t.Errorf("item %d: %g from sums, %g from outputs", i, raw.Loss[i], plain.Loss[i])
			}
		}
	})
}

func TestNoAllocation(t *testing.T) {
	each(t, func(t *testing.T, l losses.Loss, c lossCase) {
		if c.Raw != "" {
			return
		}
		a := c.eval(l, c.Scale, true)
		if n := testing.AllocsPerRun(10, func() { l.Eval(a) }); n != 0 {
			t.Errorf("%g allocations", n)
		}
	})
}

// TestSubnormal wants +0 or a number of full precision in the place of gradients
// below 2⁻¹²⁶, which would slow down all that they touch.
func TestSubnormal(t *testing.T) {
	each(t, func(t *testing.T, l losses.Loss, c lossCase) {
		for _, scale := range []float32{1e-36, 1e-38, 1e-44} {
			a := c.eval(l, slices.Repeat([]float32{scale}, c.rows()), true)
			for k, g := range a.Grad {
				if g != 0 && math.Abs(float64(g)) < 0x1p-126 {
					t.Fatalf("gradient %d is %g", k, g)
				}
			}
		}
	})
}
