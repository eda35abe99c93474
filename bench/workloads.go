package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

var (
	sgd  = optim.SGD{Rate: 0.01, Momentum: 0.9}
	adam = optim.Adam{}
)

// mlp is a stack of ReLU layers of the given widths and an output layer.
func mlp(out nn.Dense, widths ...int) []nn.Layer {
	var layers []nn.Layer
	for _, w := range widths {
		layers = append(layers, nn.Dense{Units: w, Activation: act.ReLU})
	}
	return append(layers, out)
}

func compile(inputs int, layers []nn.Layer, l losses.Loss, o optim.Optimizer, seed uint64, m ...metrics.Metric) (*goodfit.Model, error) {
	model := goodfit.Sequential(tensor.Shape{inputs}, layers...)
	return model, model.Compile(goodfit.Config{Loss: l, Optimizer: o, Seed: seed, Metrics: m})
}

// fits is a workload of whole fits.
type fits struct {
	w         string
	layers    []nn.Layer
	loss      losses.Loss
	optimizer optim.Optimizer
	data      *datasets.Tensors
	plan      goodfit.Plan
	metrics   []metrics.Metric
}

// run fits a new model for each repeat, after one short fit that does not count,
// and prints the time per epoch.
func (f fits) run(r *runner) error {
	var all []float64
	var loss float64
	for k := range r.repeats + 1 {
		m, err := compile(f.data.Inputs[0].Shape()[0], f.layers, f.loss, f.optimizer, uint64(k), f.metrics...)
		if err != nil {
			return err
		}
		p := f.plan
		if k == 0 {
			p.Epochs = min(p.Epochs, max(2, p.Epochs/10))
		}
		s, err := seconds(func() error {
			h, err := m.Fit(context.Background(), f.data, p)
			loss = h.Last("loss")
			return err
		})
		if err != nil {
			return err
		}
		if k > 0 {
			all = append(all, s/float64(p.Epochs)*1e3)
		}
	}
	rows := f.data.Rows()
	steps := (rows + f.plan.BatchSize - 1) / f.plan.BatchSize
	r.print(line{W: f.w, Unit: "ms/epoch", Epochs: f.plan.Epochs, Loss: round(loss, 4),
		USPerStep: round(median(all)*1e3/float64(steps), 3)}, all)
	return nil
}

// median returns the middle one of some values.
func median(values []float64) float64 { return slices.Sorted(slices.Values(values))[len(values)/2] }

// w1: circles-like 500×2 → 50 relu → 1 sigmoid, validation on 500 others with
// loss and accuracy after every epoch.
func w1(r *runner) error {
	return fits{w: "W1", layers: mlp(nn.Dense{Units: 1, Activation: act.Sigmoid}, 50), loss: losses.BinaryCrossEntropy{},
		optimizer: sgd, data: circles(500, 1), metrics: []metrics.Metric{metrics.Accuracy{}},
		plan: goodfit.Plan{Epochs: 200, BatchSize: 32, Validation: circles(500, 2)}}.run(r)
}

// w2: blobs-like 500×2 → 50 relu → 3 softmax, batch 16 and batch 1.
func w2(r *runner) error {
	f := fits{w: "W2-b16", layers: mlp(nn.Dense{Units: 3, Activation: act.Softmax}, 50), loss: losses.CrossEntropy{},
		optimizer: sgd, data: blobs(500, 1), plan: goodfit.Plan{Epochs: 100, BatchSize: 16}}
	if err := f.run(r); err != nil {
		return err
	}
	f.w, f.plan = "W2-b1", goodfit.Plan{Epochs: 10, BatchSize: 1}
	return f.run(r)
}

// w3: regression 500×20 → 25 relu → 1.
func w3(r *runner) error {
	return fits{w: "W3", layers: mlp(nn.Dense{Units: 1}, 25), loss: losses.MSE{}, optimizer: sgd,
		data: linear(500, 1), plan: goodfit.Plan{Epochs: 100, BatchSize: 32}}.run(r)
}

// w4: moons 30×2 → 500 relu → 1 sigmoid, Adam, one batch of 30.
func w4(r *runner) error {
	return fits{w: "W4", layers: mlp(nn.Dense{Units: 1, Activation: act.Sigmoid}, 500), loss: losses.BinaryCrossEntropy{},
		optimizer: adam, data: moons(30, 1), plan: goodfit.Plan{Epochs: 4000, BatchSize: 30}}.run(r)
}

// w5: 60000×784 → 512 relu → 512 relu → 10 softmax, Adam, batch 128, one epoch.
func w5(r *runner) error {
	return fits{w: "W5", layers: mlp(nn.Dense{Units: 10, Activation: act.Softmax}, 512, 512), loss: losses.CrossEntropy{},
		optimizer: adam, data: noise(60000, 784, 10, 1), plan: goodfit.Plan{Epochs: 1, BatchSize: 128}}.run(r)
}

// steps prints the time of one training step on one batch.
func steps(r *runner, w string, m *goodfit.Model, data *datasets.Tensors, flop float64) error {
	b := datasets.Batch{}
	for _, a := range data.Inputs {
		b.Inputs = append(b.Inputs, a.Tensor)
	}
	for _, a := range data.Targets {
		b.Targets = append(b.Targets, a.Tensor)
	}
	all, n, err := r.perCall(1.5, func() error {
		_, err := m.TrainBatch(b)
		return err
	})
	if err != nil {
		return err
	}
	l := line{W: w, Unit: "ms/step", Steps: n}
	if flop > 0 {
		l.GFLOPS = round(flop/median(all)/1e9, 1)
	}
	r.print(l, scaled(all, 1e3))
	return nil
}

// w6: 1024 → 4096 relu → 4096 relu → 1000, SGD without momentum, batch 256.
func w6(r *runner) error {
	m, err := compile(1024, mlp(nn.Dense{Units: 1000, Activation: act.Softmax}, 4096, 4096), losses.CrossEntropy{}, optim.SGD{Rate: 0.01}, 1)
	if err != nil {
		return err
	}
	flop := 6.0*256*(1024*4096+4096*4096+4096*1000) - 2*256*1024*4096
	return steps(r, "W6", m, noise(256, 1024, 1000, 1), flop)
}

// w9: 784 → 512 BN relu dropout → 512 BN relu dropout → 10, Adam, batch 128.
func w9(r *runner) error {
	var layers []nn.Layer
	for range 2 {
		layers = append(layers, nn.Dense{Units: 512}, nn.BatchNorm{}, nn.Activation{Func: act.ReLU}, nn.Dropout{Rate: 0.5})
	}
	m, err := compile(784, append(layers, nn.Dense{Units: 10, Activation: act.Softmax}), losses.CrossEntropy{}, adam, 1)
	if err != nil {
		return err
	}
	return steps(r, "W9", m, noise(128, 784, 10, 1), 0)
}

// w10: inference of one row with the nets of W1 and W5.
func w10(r *runner) error {
	for _, net := range []struct {
		w      string
		inputs int
		layers []nn.Layer
		loss   losses.Loss
	}{
		{"W10-w1net", 2, mlp(nn.Dense{Units: 1, Activation: act.Sigmoid}, 50), losses.BinaryCrossEntropy{}},
		{"W10-w5net", 784, mlp(nn.Dense{Units: 10, Activation: act.Softmax}, 512, 512), losses.CrossEntropy{}},
	} {
		m, err := compile(net.inputs, net.layers, net.loss, sgd, 1)
		if err != nil {
			return err
		}
		x := noise(1, net.inputs, 2, 1).Inputs[0].Tensor
		y := tensor.New(1, net.layers[len(net.layers)-1].(nn.Dense).Units)
		all, _, err := r.perCall(0.2, func() error { return m.PredictInto(y, x) })
		if err != nil {
			return err
		}
		r.print(line{W: net.w, Unit: "us/call"}, scaled(all, 1e6))
	}
	return nil
}

// w11: products of float32 matrices.
func w11(r *runner) error {
	for _, s := range [][3]int{{256, 256, 256}, {512, 512, 512}, {1024, 1024, 1024}, {2048, 2048, 2048}, {128, 512, 784}} {
		m, n, k := s[0], s[1], s[2]
		a, b, c := noise(m, k, 2, 1).Inputs[0].Data(), noise(k, n, 2, 2).Inputs[0].Data(), make([]float32, m*n)
		g := &kernel.Gemm{M: m, N: n, K: k, A: a, LDA: k, B: b, LDB: n, C: c, LDC: n}
		g.Work = make([]float32, g.WorkSize(r.threads))
		runner := pool.All()
		flop := 2 * float64(m) * float64(n) * float64(k)
		all, _, err := r.perCall(0.3, func() error {
			g.Run(runner)
			return nil
		})
		if err != nil {
			return err
		}
		rates := make([]float64, len(all))
		for i, s := range all {
			rates[i] = flop / s / 1e9
		}
		r.print(line{W: fmt.Sprintf("W11-m%dn%dk%d", m, n, k), Unit: "GFLOP/s"}, rates)
	}
	return nil
}
