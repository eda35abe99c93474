package plan_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// fixture is testdata/regularize.json, which testdata/regularize.py writes.
type fixture struct {
	X, Y  [][][]float32
	Start [][]float32
	Cases []trainingCase
}

// trainingCase is what a training has besides its loss, and the parameters after
// each of its steps.
type trainingCase struct {
	Optimizer json.RawMessage
	Penalties *struct{ Weights, Biases, Activity [2]float64 }
	BatchSum  bool
	// Groups are rate and decay of the two kernels and biases, in order.
	Groups     [][2]float64
	Constraint string
	Path       [][]float64
}

func readFixture(t *testing.T) (f fixture) {
	t.Helper()
	b, err := os.ReadFile("testdata/regularize.json")
	if err == nil {
		err = json.Unmarshal(b, &f)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// model is the network of the fixture, at its start.
func (c trainingCase) model(t *testing.T, f fixture) *goodfit.Model {
	t.Helper()
	first := nn.Dense{Units: 4, Activation: act.Tanh}
	if p := c.Penalties; p != nil {
		first.Penalty = nn.Penalty{L1: p.Weights[0], L2: p.Weights[1]}
		first.BiasPenalty = nn.Penalty{L1: p.Biases[0], L2: p.Biases[1]}
		first.Activity = nn.ActivityPenalty{L1: p.Activity[0], L2: p.Activity[1], BatchSum: c.BatchSum}
	}
	if c.Constraint != "" {
		var err error
		if first.Constraint, err = nn.ParseConstraint(c.Constraint); err != nil {
			t.Fatal(err)
		}
	}
	optimizer, err := optim.Unmarshal(c.Optimizer)
	if err != nil {
		t.Fatal(err)
	}
	m := goodfit.Sequential(tensor.Shape{3}, nn.As("a", first), nn.As("b", nn.Dense{Units: 2}))
	if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optimizer, Groups: c.groups()}); err != nil {
		t.Fatal(err)
	}
	for k, layer := range []string{"a", "b"} {
		kernel, bias := slices.Clone(f.Start[2*k]), slices.Clone(f.Start[2*k+1])
		set := map[string]*tensor.Tensor{"kernel": tensor.Of(kernel, len(kernel)/len(bias), len(bias)), "bias": tensor.Of(bias, len(bias))}
		if err := m.SetWeights(layer, set); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func (c trainingCase) groups() (groups []goodfit.Group) {
	for k, g := range c.Groups {
		groups = append(groups, goodfit.Group{Layers: []string{string("ab"[k/2])}, Params: []string{[]string{"kernel", "bias"}[k%2]},
			Rate: opt.Of(g[0]), Decay: opt.Of(g[1])})
	}
	return groups
}

// parameters lists all parameters in the order of the fixture.
func parameters(t *testing.T, m *goodfit.Model) (all []float32) {
	t.Helper()
	for _, layer := range []string{"a", "b"} {
		w, err := m.Weights(layer)
		if err != nil {
			t.Fatal(err)
		}
		all = append(append(all, w["kernel"].Data()...), w["bias"].Data()...)
	}
	return all
}

// TestRegularizedSteps holds penalties, groups and constraints to PyTorch, step by
// step. A step's gradient has some 40 roundings to float32, as has what it is
// divided by in the adaptive rules, and each step hands its errors on: 6·2·40
// roundings of numbers of size 1, which add up as the root of their number, 22;
// three times that.
func TestRegularizedSteps(t *testing.T) {
	const tolerance = 66 * 0x1p-24
	f := readFixture(t)
	for n, c := range f.Cases {
		t.Run(fmt.Sprintf("%d %s %s", n, c.Optimizer, c.Constraint), func(t *testing.T) {
			m := c.model(t, f)
			for k := range f.X {
				step(t, m, f, k)
				for i, got := range parameters(t, m) {
					if want := c.Path[k][i]; !(math.Abs(float64(got)-want) <= tolerance*max(1, math.Abs(want))) {
						t.Fatalf("step %d, number %d is %.8g, want %.8g", k+1, i, got, want)
					}
				}
			}
		})
	}
}

func step(t *testing.T, m *goodfit.Model, f fixture, k int) {
	t.Helper()
	b := datasets.Batch{Inputs: []*tensor.Tensor{rows(f.X[k])}, Targets: []*tensor.Tensor{rows(f.Y[k])}}
	if _, err := m.TrainBatch(b); err != nil {
		t.Fatal(err)
	}
}

func rows(x [][]float32) *tensor.Tensor { return tensor.Of(slices.Concat(x...), len(x), len(x[0])) }

// TestConstraintsHoldAfterEveryUpdate checks norms and signs themselves, under
// every optimizer, momentum included: to the rounding of each weight to float32.
func TestConstraintsHoldAfterEveryUpdate(t *testing.T) {
	limits := map[string][2]float64{"max_norm(0.8)": {0, 0.8}, "unit_norm": {1, 1}, "rowwise max_norm(0.8)": {0, 0.8}}
	f := readFixture(t)
	seen := map[string]int{}
	for _, c := range f.Cases {
		limit, ok := limits[c.Constraint]
		if !ok && c.Constraint != "non_negative" {
			continue
		}
		seen[c.Constraint]++
		m := c.model(t, f)
		for k := range 3 * len(f.X) {
			step(t, m, f, k%len(f.X))
			w := parameters(t, m)[:12]
			if !ok {
				if least := slices.Min(w); least < 0 {
					t.Errorf("%s %s: step %d leaves a weight of %g", c.Optimizer, c.Constraint, k+1, least)
				}
				continue
			}
			for unit, norm := range unitNorms(w, c.Constraint[:3] == "row") {
				if norm < limit[0]*(1-1e-7) || norm > limit[1]*(1+1e-7) {
					t.Errorf("%s %s: step %d leaves unit %d with a norm of %.9g", c.Optimizer, c.Constraint, k+1, unit, norm)
				}
			}
		}
	}
	if seen["unit_norm"] != 9 || len(seen) != 4 {
		t.Errorf("checked %v, want four constraints under nine optimizers", seen)
	}
}

// unitNorms are the norms of the columns of a 3×4 matrix, or of its rows.
func unitNorms(w []float32, rowwise bool) []float64 {
	sums := make([]float64, 4)
	if rowwise {
		sums = sums[:3]
	}
	for i, v := range w {
		k := i % 4
		if rowwise {
			k = i / 4
		}
		sums[k] += float64(v) * float64(v)
	}
	for k := range sums {
		sums[k] = math.Sqrt(sums[k])
	}
	return sums
}
