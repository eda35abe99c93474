package main

import (
	"fmt"
	"math"
	"path/filepath"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// kind says what is expected of a table, and margin how much better the score must
// get, as a share of the baseline's.
type kind string

const (
	healthy kind = "healthy"
	trouble kind = "trouble"
	noisy   kind = "noise"
)

var margins = map[kind]float64{healthy: 0.01, trouble: 0.1, noisy: -0.02}

// table is one of the list in docs/coach.md.
type table struct {
	name, target, metric string
	kind                 kind
	// make returns rows to learn from and fresh rows.
	make func(seed uint64) (learn, fresh *datasets.Table, err error)
	// start changes the default recipe into the one to begin with; nil: not.
	start func(r *pipeline.Recipe)
}

// freshRows is the number of fresh rows of generated tables.
const freshRows = 2000

var tables = []table{
	{"iris", "species", "log_loss", healthy, example("iris", "species"), nil},
	{"diabetes", "progression", "rmse", healthy, example("diabetes", ""), nil},
	{"few-rows", "y", "log_loss", trouble, moons(60, 0.25), nil},
	{"noisy-labels", "y", "log_loss", noisy, flippedCircles(300), nil},
	{"pure-noise", "y", "rmse", noisy, generated(200, 5, func(x []float64, r *random.Source) float64 { return r.Normal() }), nil},
	{"unscaled", "y", "rmse", trouble, unscaledFriedman(400), asTheyCome},
	{"imbalanced", "y", "f1", trouble, clouds(600), nil},
	{"small-model", "y", "log_loss", trouble, spirals(400), func(r *pipeline.Recipe) {
		out := r.Train.Layers[len(r.Train.Layers)-1]
		r.Train.Layers = []nn.Layer{nn.Dense{Units: 2, Activation: act.Tanh}, out}
	}},
	{"large-model", "y", "rmse", trouble, generated(120, 20, func(x []float64, r *random.Source) float64 {
		return x[0] + float64(2*x[1]) - x[2] + float64(0.5*r.Normal())
	}), largeNet},
	{"high-rate", "y", "log_loss", trouble, moons(400, 0.2), optimizedBy(optim.SGD{Rate: 10, Momentum: 0.9}, 0)},
	{"low-rate", "y", "log_loss", trouble, moons(400, 0.2), optimizedBy(optim.SGD{Rate: 1e-4}, 40)},
	{"dead-units", "y", "log_loss", trouble, circles(400), func(r *pipeline.Recipe) {
		eachHidden(r, func(d *nn.Dense) { d.BiasInit = nn.Constant(-5) })
	}},
}

// eachHidden changes the hidden layers.
func eachHidden(r *pipeline.Recipe, change func(*nn.Dense)) {
	for i, l := range r.Train.Layers[:len(r.Train.Layers)-1] {
		if d, ok := l.(nn.Dense); ok {
			change(&d)
			r.Train.Layers[i] = d
		}
	}
}

func asTheyCome(r *pipeline.Recipe) {
	r.Prepare.Scaling = datasets.Standardize{NoCenter: true, NoScale: true}
	r.Prepare.TargetScaling = datasets.Standardize{NoCenter: true, NoScale: true}
}

func optimizedBy(o optim.Optimizer, epochs int) func(*pipeline.Recipe) {
	return func(r *pipeline.Recipe) {
		r.Train.Config.Optimizer = o
		if epochs > 0 {
			r.Train.Plan.Epochs = epochs
		}
	}
}

func largeNet(r *pipeline.Recipe) {
	r.Train.Layers = nil
	for range 3 {
		r.Train.Layers = append(r.Train.Layers, nn.Dense{Units: 256, Activation: act.ReLU, Init: nn.HeNormal})
	}
	r.Train.Layers = append(r.Train.Layers, nn.Dense{Units: 1})
	r.Train.Plan.Epochs, r.Train.Plan.Callbacks = 150, nil
}

type maker = func(seed uint64) (learn, fresh *datasets.Table, err error)

// example divides one of the examples' tables.
func example(name, stratify string) maker {
	return func(seed uint64) (*datasets.Table, *datasets.Table, error) {
		t, err := datasets.ReadCSVFile(filepath.Join("examples", name, name+".csv"), datasets.CSVOptions{})
		if err != nil {
			return nil, nil, err
		}
		order := random.New(random.Derive(seed, 100)).Perm(t.Rows())
		at := t.Rows() * 7 / 10
		return t.Take(order[:at]), t.Take(order[at:]), nil
	}
}

// both makes the two parts of a table from rows drawn with two seeds.
func both(rows int, draw func(n int, r *random.Source) (x [][]float64, y []float64, classes bool)) maker {
	return func(seed uint64) (*datasets.Table, *datasets.Table, error) {
		parts := [2]*datasets.Table{}
		for k, n := range []int{rows, freshRows} {
			x, y, classes := draw(n, random.New(random.Derive(seed, uint64(200+k))))
			var err error
			if parts[k], err = tableOf(x, y, classes); err != nil {
				return nil, nil, err
			}
		}
		return parts[0], parts[1], nil
	}
}

// tableOf makes a table of columns x1…, and y.
func tableOf(x [][]float64, y []float64, classes bool) (*datasets.Table, error) {
	var columns []*datasets.Column
	for j := range x[0] {
		values := make([]float64, len(x))
		for i := range x {
			values[i] = x[i][j]
		}
		columns = append(columns, datasets.NumberColumn(fmt.Sprintf("x%d", j+1), values))
	}
	if !classes {
		return datasets.NewTable(append(columns, datasets.NumberColumn("y", y))...)
	}
	texts := make([]string, len(y))
	for i, k := range y {
		texts[i] = string(rune('a' + int(k)))
	}
	return datasets.NewTable(append(columns, datasets.CategoryColumn("y", texts))...)
}

// generated has standard Gaussian inputs and a number to predict.
func generated(rows, columns int, f func(x []float64, r *random.Source) float64) maker {
	return both(rows, func(n int, r *random.Source) (x [][]float64, y []float64, classes bool) {
		for range n {
			row := make([]float64, columns)
			for j := range row {
				row[j] = r.Normal()
			}
			x, y = append(x, row), append(y, f(row, r))
		}
		return x, y, false
	})
}

func moons(rows int, noise float64) maker {
	return both(rows, func(n int, r *random.Source) (x [][]float64, y []float64, classes bool) {
		for i := range n {
			a, k := math.Pi*r.Float64(), i%2
			s, c := fmath.SinCos(a)
			p := []float64{c, s}
			if k == 1 {
				p = []float64{1 - c, 0.5 - s}
			}
			x, y = append(x, shaken(p, noise, r)), append(y, float64(k))
		}
		return x, y, true
	})
}

func shaken(p []float64, noise float64, r *random.Source) []float64 {
	for j := range p {
		p[j] += float64(noise * r.Normal())
	}
	return p
}

func circlePoint(k int, r *random.Source) []float64 {
	s, c := fmath.SinCos(2 * math.Pi * r.Float64())
	radius := 1 - 0.5*float64(k)
	return shaken([]float64{float64(radius * c), float64(radius * s)}, 0.1, r)
}

func circles(rows int) maker {
	return both(rows, func(n int, r *random.Source) (x [][]float64, y []float64, classes bool) {
		for i := range n {
			x, y = append(x, circlePoint(i%2, r)), append(y, float64(i%2))
		}
		return x, y, true
	})
}

// flippedCircles has one label in five flipped, of fresh rows too.
func flippedCircles(rows int) maker {
	return both(rows, func(n int, r *random.Source) (x [][]float64, y []float64, classes bool) {
		for i := range n {
			k := i % 2
			x = append(x, circlePoint(k, r))
			if r.Float64() < 0.2 {
				k = 1 - k
			}
			y = append(y, float64(k))
		}
		return x, y, true
	})
}

// spirals has three interleaved arms.
func spirals(rows int) maker {
	return both(rows, func(n int, r *random.Source) (x [][]float64, y []float64, classes bool) {
		for i := range n {
			k, u := i%3, r.Float64()
			s, c := fmath.SinCos(float64(4*u) + 2*math.Pi*float64(k)/3)
			x = append(x, shaken([]float64{float64((0.3 + 2*u) * c), float64((0.3 + 2*u) * s)}, 0.15, r))
			y = append(y, float64(k))
		}
		return x, y, true
	})
}

// clouds has two overlapping Gaussian clouds, one row in sixteen of the second.
func clouds(rows int) maker {
	return both(rows, func(n int, r *random.Source) (x [][]float64, y []float64, classes bool) {
		for i := range n {
			k := 0
			if i%16 == 0 {
				k = 1
			}
			row := make([]float64, 6)
			for j := range row {
				row[j] = r.Normal()
				if j < 2 {
					row[j] += 1.5 * float64(k)
				}
			}
			x, y = append(x, row), append(y, float64(k))
		}
		return x, y, true
	})
}

// unscaledFriedman is Friedman's first function (1991) of inputs in units of 1 to
// 10,000, times 100.
func unscaledFriedman(rows int) maker {
	unit := []float64{1, 10, 100, 1000, 10000}
	return both(rows, func(n int, r *random.Source) (x [][]float64, y []float64, classes bool) {
		for range n {
			u, row := make([]float64, 5), make([]float64, 5)
			for j := range u {
				u[j] = r.Float64()
				row[j] = float64(u[j] * unit[j])
			}
			f := float64(10*fmath.Sin(math.Pi*u[0]*u[1])) + float64(20*(u[2]-0.5)*(u[2]-0.5)) + float64(10*u[3]) + float64(5*u[4]) + r.Normal()
			x, y = append(x, row), append(y, float64(100*f))
		}
		return x, y, false
	})
}
