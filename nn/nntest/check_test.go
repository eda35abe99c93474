package nntest_test

import (
	"math"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// The cases that faults are planted in.

var product = nntest.Case{Layer: nn.Multiply{}, In: []tensor.Shape{{4}, {4}}, Out: tensor.Shape{4},
	Ref: func(_ map[string][]float64, _ int, in ...[]float64) []float64 {
		y := make([]float64, len(in[0]))
		for i := range y {
			y[i] = in[0][i] * in[1][i]
		}
		return y
	}}

var dense = nntest.Case{Layer: nn.Dense{Units: 4, Activation: act.Tanh}, In: []tensor.Shape{{3}}, Out: tensor.Shape{4},
	Ref: nntest.PerExample(func(params map[string][]float64, in ...[]float64) []float64 {
		y := make([]float64, 4)
		for j := range y {
			y[j] = params["bias"][j]
			for i, x := range in[0] {
				y[j] += x * params["kernel"][i*4+j]
			}
			y[j] = math.Tanh(y[j])
		}
		return y
	})}

var relu = nntest.Case{Layer: nn.Activation{Func: act.ReLU}, In: []tensor.Shape{{2}}, Out: tensor.Shape{2},
	Ref: nntest.PerValue(func(x float64) float64 { return max(x, 0) })}

var dropout = nntest.Case{Layer: nn.Dropout{Rate: 0.5}, In: []tensor.Shape{{6}}, Out: tensor.Shape{6},
	Infer: nntest.PerValue(func(x float64) float64 { return x }),
	Random: func(p *nn.Pass) nntest.Ref {
		return func(_ map[string][]float64, _ int, in ...[]float64) []float64 {
			u, y := make([]float32, len(in[0])), make([]float64, len(in[0]))
			p.Uniform(u, 0)
			for i, x := range in[0] {
				if u[i] >= 0.5 {
					y[i] = 2 * x
				}
			}
			return y
		}
	}}

var batchNorm = nntest.Case{Layer: nn.BatchNorm{}, In: []tensor.Shape{{3}}, Out: tensor.Shape{3}, Rows: 6,
	Ref: func(params map[string][]float64, _ int, in ...[]float64) []float64 {
		mean, variance := batchMoments(in[0])
		return normalize(params, in[0], mean, variance)
	},
	Infer: func(params map[string][]float64, _ int, in ...[]float64) []float64 {
		return normalize(params, in[0], params["moving_mean"], params["moving_variance"])
	},
	Stats: func(params map[string][]float64, _ int, in ...[]float64) map[string][]float64 {
		mean, variance := batchMoments(in[0])
		for j := range 3 {
			mean[j] = 0.99*params["moving_mean"][j] + 0.01*mean[j]
			variance[j] = 0.99*params["moving_variance"][j] + 0.01*variance[j]
		}
		return map[string][]float64{"moving_mean": mean, "moving_variance": variance}
	}}

func batchMoments(x []float64) (mean, variance []float64) {
	mean, variance = make([]float64, 3), make([]float64, 3)
	rows := float64(len(x) / 3)
	for i, v := range x {
		mean[i%3] += v / rows
	}
	for i, v := range x {
		variance[i%3] += (v - mean[i%3]) * (v - mean[i%3]) / rows
	}
	return mean, variance
}

func normalize(params map[string][]float64, x, mean, variance []float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		j := i % 3
		y[i] = params["gamma"][j]*(v-mean[j])/math.Sqrt(variance[j]+1e-3) + params["beta"][j]
	}
	return y
}

// Every fault is seen, and said to be where it is.
func TestCheckSeesFaults(t *testing.T) {
	for _, c := range []struct {
		fault string
		in    nntest.Case
		want  string
	}{
		{"output by 0.1 %", dense, "in training, 5 rows, output: value"},
		{"output in use", dense, "in use, 5 rows, output: value"},
		{"gradient of the input by 0.1 %", dense, "in training, 5 rows, gradient of input 1: value"},
		{"gradient of the input by 0.1 %", batchNorm, "in training, 6 rows, gradient of input 1: value"},
		{"gradient of the last input by 0.1 %", product, "in training, 5 rows, gradient of input 2: value"},
		{"gradient of the first parameter", dense, `gradient of parameter "kernel": value`},
		{"gradient of the first parameter", batchNorm, `gradient of parameter "gamma": value`},
		{"gradient of the second parameter", dense, `gradient of parameter "bias": value`},
		{"gradient of the second parameter", batchNorm, `gradient of parameter "beta": value`},
		{"no mean in batch norm's input gradient", batchNorm, "in training, 6 rows, gradient of input 1: value"},
		{"batch statistics when frozen", batchNorm, "frozen, 6 rows, output: value"},
		{"gradient through the statistics when frozen", batchNorm, "frozen, 6 rows, gradient of input 1: value"},
		{"statistics move when frozen", batchNorm, `frozen: Forward changes parameter "moving_mean"`},
		{"statistics move in use", batchNorm, `in use: Forward changes parameter "moving_mean"`},
		{"statistics off by 0.1 %", batchNorm, `statistic "moving_mean" after 6 rows: value`},
		{"statistics move in Backward", batchNorm, `in training: Backward changes parameter "moving_mean"`},
		{"Forward writes In", dense, "in training: Forward changes In[0]: value 0"},
		{"Backward writes In", dense, "in training: Backward changes In[0]: value 0"},
		{"Backward writes Out", dense, "in training: Backward changes Out: value 0"},
		{"Forward changes weights", dense, `in training: Forward changes parameter "kernel": value 0`},
		{"Backward changes weights", dense, `in training: Backward changes parameter "kernel": value 0`},
		{"writes behind Out", dense, "Forward writes outside of Out: to place 20 of 20"},
		{"writes behind DIn", dense, "Backward writes outside of DIn[0]: to place 15 of 15"},
		{"writes behind Grads", dense, "Backward writes outside of Grads[0]: to place 12 of 12"},
		{"adds to DIn", dense, "gradient of input 1: value 0 is NaN"},
		{"adds to Grads", dense, `gradient of parameter "kernel": value 0 is NaN`},
		{"needs zeros in Work", dense, "output: value 0 is NaN"},
		{"stops without DIn", dense, "in training, without the gradient of input 1: gradient of parameter 1"},
		{"stops without Grads", dense, "in training, without the gradient of parameter 1: gradient of input 1"},
		{"allocates in Forward", dense, "in training: Forward allocates 1 times"},
		{"allocates in Backward", dense, "frozen: Backward allocates 1 times"},
		{"has state", dense, "want"},
		{"depends on the threads", dense, "in use, on 3 threads: output"},
		{"couples rows in use", dense, "in use, row 0 without the others: value 0"},
		{"draws numbers", dense, "in training: another key gives the same output: false, want true"},
		{"draws numbers", dropout, "in use: another key gives the same output: false, want true"},
		{"another mask in Backward", dropout, "in training, 5 rows, gradient of input 1"},
		{"drops in use", dropout, "in use, 5 rows, output"},
		{"activation in the raw output", dense, "the activation of the raw output: value"},
		{"activation in the raw gradient", dense, "with the raw output, gradient of input 1: value"},
		{"gradient that ignores the ReLU before it", dense, "with the masks of ReLUs: gradient of input 1"},
		{"gradient behind a ReLU", relu, "with the masks of ReLUs: gradient of input 1"},
		{"another shape", dense, "the output has shape (99), want (4)"},
		{"new parameters at each call", dense, "Params returns other pointers at each call"},
		{"shared parameters", dense, `two builds share parameter "w"`},
		{"a name twice", dense, `the parameter names are not unique: "kernel"`},
	} {
		if _, known := faults[c.fault]; !known {
			t.Errorf("there is no fault %q", c.fault)
			continue
		}
		r := &recorder{TB: t}
		c.in.Layer = Faulty{c.fault, c.in.Layer}
		nntest.Check(r, c.in)
		if !strings.Contains(strings.Join(r.reports, "\n"), c.want) {
			t.Errorf("%s: not seen as %q; reports are:\n%s", c.fault, c.want, strings.Join(r.reports, "\n"))
		}
	}
}

// Without a fault the same wrapping passes.
func TestCheckPasses(t *testing.T) {
	for _, c := range []nntest.Case{product, dense, relu, dropout, batchNorm} {
		nntest.Check(t, c)
		c.Layer = Faulty{"none", c.Layer}
		nntest.Check(t, c)
	}
}

// Unregistered is a layer that files cannot name.
type Unregistered struct{ nn.Flatten }

// Lossy is a layer that loses a field when it is stored.
type Lossy struct {
	nn.Flatten `json:"-"`
	Lost       int `json:"-"`
}

func init() { nn.Register("nntest.Lossy", Lossy{}) }

// Cases that say something wrong, or too little, are reported too.
func TestCheckSeesWrongCases(t *testing.T) {
	with := func(c nntest.Case, change func(c *nntest.Case)) nntest.Case {
		change(&c)
		return c
	}
	identity := nntest.Case{Layer: nn.Flatten{}, In: []tensor.Shape{{2}}, Out: tensor.Shape{2}, Ref: nntest.PerValue(func(x float64) float64 { return x })}
	for _, c := range []struct {
		name, want string
		in         nntest.Case
	}{
		{"build fails", "Build: Units is 0", nntest.Case{Layer: nn.Dense{}, In: []tensor.Shape{{1}}}},
		{"not registered", "has no name for files", with(identity, func(c *nntest.Case) { c.Layer = Unregistered{} })},
		{"stored with loss", "it comes back as", with(identity, func(c *nntest.Case) { c.Layer = Lossy{Lost: 1} })},
		{"formula of another size", "the formula gives 1 values, want 10 for shape (2)", with(identity, func(c *nntest.Case) {
			c.Ref = func(map[string][]float64, int, ...[]float64) []float64 { return []float64{1} }
		})},
		{"no formula of a statistic", `Case.Stats says nothing of statistic "moving_mean"`, with(batchNorm, func(c *nntest.Case) { c.Stats = nil })},
		{"on a kink", "none of 20 samples of 5 rows lies off the formula's kinks", with(relu, func(c *nntest.Case) {
			c.Inputs = func(_ int, x []float32) { clear(x) }
		})},
		{"blind", "in training, 5 rows, gradient of input 1: the case would not see a fault of 0.1 %", with(relu, func(c *nntest.Case) {
			c.Inputs = func(_ int, x []float32) {
				for i := range x {
					x[i] = -1
				}
			}
		})},
		{"another mean", "over 1000 keys value", with(dropout, func(c *nntest.Case) { c.Mean = nntest.PerValue(func(x float64) float64 { return 1.2 * x }) })},
		{"too strict", "value", with(dense, func(c *nntest.Case) { c.Tolerance = 1e-12 })},
		{"not lax", "in training, 5 rows, output: value", with(dense, func(c *nntest.Case) {
			c.Tolerance = 1
			c.Layer = Faulty{"output by 0.1 %", c.Layer}
		})},
	} {
		r := &recorder{TB: t}
		nntest.Check(r, c.in)
		if !strings.Contains(strings.Join(r.reports, "\n"), c.want) {
			t.Errorf("%s: not seen as %q; reports are:\n%s", c.name, c.want, strings.Join(r.reports, "\n"))
		}
	}
}

func TestCheckFails(t *testing.T) {
	for _, c := range []struct {
		layer nn.Layer
		want  string
		seen  string
	}{
		{nn.Dense{}, "Units is 0", ""},
		{nn.Dense{}, "Rate is 0", `Build fails with "Units is 0`},
		{nn.Dense{Units: 1}, "Units is 0", "Build succeeds"},
	} {
		r := &recorder{TB: t}
		nntest.CheckFails(r, c.layer, []tensor.Shape{{1}}, c.want)
		if got := strings.Join(r.reports, ""); (c.seen == "") != (got == "") || !strings.Contains(got, c.seen) {
			t.Errorf("%+v, %q: reports %q, want %q", c.layer, c.want, got, c.seen)
		}
	}
}
