package generalization_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// inTraining is what a layer without weights makes of values in training.
func inTraining(t *testing.T, l nn.Layer, x []float32, step uint64) []float32 {
	t.Helper()
	op, err := l.Build([]tensor.Shape{{len(x)}})
	must(t, err)
	p := &nn.Pass{Rows: 1, Mode: nn.Train, In: [][]float32{x}, Out: make([]float32, len(x)), Key: kernel.Key{Seed: 1, Step: step}}
	op.Forward(p)
	return p.Out
}

// filled are n values of one size.
func filled(n int, v float32) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = v
	}
	return x
}

// compiled returns a network that has its weights.
func compiled(t *testing.T, input tensor.Shape, layers ...nn.Layer) *goodfit.Model {
	t.Helper()
	m := goodfit.Sequential(input, layers...)
	must(t, m.Compile(binary()))
	return m
}

// predict returns a network's outputs for one row.
func predict(t *testing.T, m *goodfit.Model, row ...float64) []float64 {
	t.Helper()
	out, err := m.Predict(mat.NewDense(1, len(row), row))
	must(t, err)
	return out.RawMatrix().Data
}

// unitsOf lists the last axis of every layer's output.
func unitsOf(m *goodfit.Model) (units []int) {
	for _, l := range m.Layers() {
		units = append(units, l.Output.Last())
	}
	return units
}

// noisy checks a network that has noise: it learns, its predictions have none, and
// its curve is taken with it.
func noisy(t *testing.T, layers ...nn.Layer) *goodfit.Model {
	t.Helper()
	train, test := circles()
	before, err := compiled(t, tensor.Shape{2}, layers...).Evaluate(train)
	must(t, err)
	m, h := trained(t, train, test, 100, layers...)
	first, err := m.Predict(test.X)
	must(t, err)
	again, err := m.Predict(test.X)
	must(t, err)
	if !slices.Equal(first.RawMatrix().Data, again.RawMatrix().Data) {
		t.Error("two predictions differ")
	}
	if after, err := m.Evaluate(train); err != nil || !(after.Loss < before.Loss) || after.Loss == h.Last("loss") {
		t.Errorf("%v; the loss goes from %v to %v, in training it is %v", err, before.Loss, after.Loss, h.Last("loss"))
	}
	return m
}

// TestDropoutRows are the API rows of chapter 16.
func TestDropoutRows(t *testing.T) {
	relu32 := nn.Dense{Units: 32, Activation: act.ReLU}
	runRows(t, []row{
		{"ch16-dropout-layer", func(t *testing.T) {
			const n = 100000
			y := inTraining(t, nn.Dropout{Rate: 0.5}, filled(n, 3), 0)
			zeros := 0
			for _, v := range y {
				switch v {
				case 0:
					zeros++
				case 6: // what is kept is multiplied by 1/(1 − rate)
				default:
					t.Fatalf("3 becomes %v, want 0 or 6", v)
				}
			}
			if part := float64(zeros) / n; math.Abs(part-0.5) > 5*0.5/math.Sqrt(n) {
				t.Errorf("%v of the values are dropped, want 0.5", part)
			}
			if slices.Equal(y, inTraining(t, nn.Dropout{Rate: 0.5}, filled(n, 3), 1)) {
				t.Error("the next step drops the same values")
			}
			m := compiled(t, tensor.Shape{3}, nn.Dropout{Rate: 0.5})
			if out := predict(t, m, 1, 2, 3); !slices.Equal(out, []float64{1, 2, 3}) {
				t.Errorf("prediction gives %v, want what it was given", out)
			}
		}},
		{"ch16-two-dense", func(t *testing.T) {
			if u := unitsOf(compiled(t, tensor.Shape{2}, nn.Dense{Units: 32}, nn.Dense{Units: 32})); !slices.Equal(u, []int{2, 32, 32}) {
				t.Errorf("outputs of %v", u)
			}
		}},
		{"ch16-dropout-between-dense", func(t *testing.T) {
			m := compiled(t, tensor.Shape{2}, nn.Dense{Units: 32})
			must(t, m.Add(nn.Dropout{Rate: 0.5}))
			must(t, m.Add(nn.Dense{Units: 32}))
			must(t, m.Compile(binary()))
			if u := unitsOf(m); !slices.Equal(u, []int{2, 32, 32, 32}) {
				t.Errorf("outputs of %v", u)
			}
			noisy(t, relu32, nn.Dropout{Rate: 0.5}, relu32, sigmoid())
		}},
		{"ch16-dropout-visible", func(t *testing.T) {
			m := noisy(t, nn.Dropout{Rate: 0.5}, relu32, sigmoid())
			if l := m.Layers()[1]; !l.Output.Equal(tensor.Shape{2}) || len(l.Params) != 0 {
				t.Errorf("dropout of the inputs has the output %v and %d parameters", l.Output, len(l.Params))
			}
		}},
		{"ch16-dropout-mlp", func(t *testing.T) {
			m := compiled(t, tensor.Shape{8}, nn.Dense{Units: 32}, nn.Dropout{Rate: 0.5}, nn.Dense{Units: 1})
			if got := m.CountParams().Trainable; got != 8*32+32+33 {
				t.Errorf("%d weights, want %d: dropout has none", got, 8*32+32+33)
			}
		}},
	})
}

// TestNoiseRows are the API rows of chapter 17.
func TestNoiseRows(t *testing.T) {
	noise := nn.GaussianNoise{Std: 0.1}
	runRows(t, []row{
		{"ch17-gaussian-noise-layer", func(t *testing.T) {
			const n = 100000
			var sum, squares float64
			for _, v := range inTraining(t, noise, filled(n, 2), 0) {
				d := float64(v) - 2
				sum, squares = sum+d, squares+d*d
			}
			if mean, std := sum/n, math.Sqrt(squares/n); math.Abs(mean) > 5*0.1/math.Sqrt(n) || math.Abs(std-0.1) > 5*0.1/math.Sqrt(2*n) {
				t.Errorf("noise with mean %v and standard deviation %v, want 0 and 0.1", mean, std)
			}
			if out := predict(t, compiled(t, tensor.Shape{3}, noise), 1, 2, 3); !slices.Equal(out, []float64{1, 2, 3}) {
				t.Errorf("prediction gives %v, want what it was given", out)
			}
		}},
		{"ch17-noise-input-layer", func(t *testing.T) {
			m := noisy(t, nn.GaussianNoise{Std: 0.01}, wide(), sigmoid())
			if l := m.Layers()[1]; !l.Output.Equal(tensor.Shape{2}) {
				t.Errorf("noise on the inputs has the output %v", l.Output)
			}
		}},
		{"ch17-noise-before-activation", func(t *testing.T) {
			noisy(t, nn.Dense{Units: 32}, noise, nn.Activation{Func: act.ReLU}, nn.Dense{Units: 32}, sigmoid())
			sums := inTraining(t, noise, filled(1000, 0.05), 0)
			if out := inTraining(t, nn.Activation{Func: act.ReLU}, sums, 0); slices.Min(sums) >= 0 || slices.Min(out) != 0 {
				t.Errorf("sums from %v, outputs from %v; want outputs in the range of ReLU", slices.Min(sums), slices.Min(out))
			}
		}},
		{"ch17-noise-after-activation", func(t *testing.T) {
			noisy(t, nn.Dense{Units: 32, Activation: act.ReLU}, noise, nn.Dense{Units: 32}, sigmoid())
			out := inTraining(t, noise, inTraining(t, nn.Activation{Func: act.ReLU}, filled(1000, -1), 0), 0)
			if slices.Min(out) >= 0 {
				t.Errorf("outputs from %v, want some below the range of ReLU", slices.Min(out))
			}
		}},
		{"ch17-noise-mlp", func(t *testing.T) {
			m := noisy(t, nn.Dense{Units: 32}, noise, nn.Activation{Func: act.ReLU}, sigmoid())
			if u := unitsOf(m); !slices.Equal(u, []int{2, 32, 32, 32, 1}) || m.CountParams().Trainable != 2*32+32+33 {
				t.Errorf("outputs of %v, %d weights", u, m.CountParams().Trainable)
			}
		}},
	})
}
