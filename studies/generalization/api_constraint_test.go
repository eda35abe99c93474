package generalization_test

import (
	"math"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// countUpdates counts the batches of a fit.
func countUpdates(n *int) goodfit.Callback {
	return callbacks.Hooks{OnBatchEnd: func(*goodfit.Run) error { *n++; return nil }}
}

// norms are the Euclidean norms of the columns: one for each unit.
func norms(w *tensor.Tensor) []float64 {
	units := w.Shape().Last()
	out := make([]float64, units)
	for i, v := range w.Data() {
		out[i%units] += float64(v) * float64(v)
	}
	for k := range out {
		out[k] = math.Sqrt(out[k])
	}
	return out
}

// bound allows for the rounding of each weight to float32.
const bound = 1e-7

// TestWeightConstraintRows are the API rows of chapter 15.
func TestWeightConstraintRows(t *testing.T) {
	train, test := moons()
	fit := func(t *testing.T, c, bias nn.Constraint) *goodfit.Model {
		t.Helper()
		layer := wide()
		layer.Constraint, layer.BiasConstraint = c, bias
		m, _ := trained(t, train, test, 300, layer, sigmoid())
		return m
	}
	runRows(t, []row{
		{"ch15-max-norm-object", func(t *testing.T) {
			limit := nn.MaxNorm(3) // one value for any number of layers
			if limit.String() != "max_norm(3)" {
				t.Errorf("it prints as %v", limit)
			}
			w := []float32{3, 0.3, 4, 0.4} // two units, norms 5 and 0.5
			limit.Apply(w, tensor.Shape{2, 2})
			equal(t, "norm above the limit", norms(tensor.Of(w, 2, 2))[0], 3)
			equal(t, "norm below it", norms(tensor.Of(w, 2, 2))[1], 0.5)
		}},
		{"ch15-constraint-suite", func(t *testing.T) {
			for _, c := range []struct {
				constraint nn.Constraint
				lo, hi     float64
			}{{nn.MaxNorm(0.2), 0, 0.2}, {nn.UnitNorm, 1, 1}, {nn.MinMaxNorm(0.1, 0.2, 1), 0.1, 0.2}} {
				n := norms(weights(t, fit(t, c.constraint, nn.Constraint{}), 1, "kernel"))
				if lo, hi := slices.Min(n), slices.Max(n); lo < c.lo-bound || hi > c.hi+bound {
					t.Errorf("%v: norms from %v to %v, want %v to %v", c.constraint, lo, hi, c.lo, c.hi)
				}
			}
			w := weights(t, fit(t, nn.NonNegative, nn.Constraint{}), 1, "kernel").Data()
			if slices.Min(w) != 0 || slices.Max(w) <= 0 {
				t.Errorf("non-negative weights from %v to %v", slices.Min(w), slices.Max(w))
			}
		}},
		{"ch15-dense-max-norm", func(t *testing.T) {
			m := goodfit.Sequential(tensor.Shape{2}, nn.Dense{Units: 32, Constraint: nn.MaxNorm(3), BiasConstraint: nn.MaxNorm(3)}, sigmoid())
			must(t, m.Compile(binary()))
			tight := fit(t, nn.MaxNorm(0.3), nn.MaxNorm(0.3))
			if n := slices.Max(norms(weights(t, tight, 1, "kernel"))); n > 0.3+bound || n < 0.3-bound {
				t.Errorf("the largest norm of a unit is %v, want 0.3", n)
			}
			_, squares := sums(weights(t, tight, 1, "bias"))
			if n := math.Sqrt(squares); n > 0.3+bound || n < 0.3-bound {
				t.Errorf("the norm of all biases is %v, want 0.3: one vector", n)
			}
		}},
		{"ch15-min-max-norm-unit", func(t *testing.T) {
			unit := weights(t, fit(t, nn.UnitNorm, nn.Constraint{}), 1, "kernel").Data()
			both := weights(t, fit(t, nn.MinMaxNorm(1, 1, 1), nn.Constraint{}), 1, "kernel").Data()
			if !slices.Equal(unit, both) {
				t.Error("a range from 1 to 1 gives other weights than unit norm")
			}
		}},
		{"ch15-max-norm-one-not-unit", func(t *testing.T) {
			n := norms(weights(t, fit(t, nn.MaxNorm(1), nn.Constraint{}), 1, "kernel"))
			if lo, hi := slices.Min(n), slices.Max(n); lo > 0.5 || hi > 1+bound {
				t.Errorf("norms from %v to %v, want some far below 1 and none above", lo, hi)
			}
		}},
	})
}
