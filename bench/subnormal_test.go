package main

import (
	"testing"
	"time"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// BenchmarkDeadUnits trains a net whose units die, so that their moments decay
// towards zero, for 4,000 steps, and reports how long a step takes among the last
// 500 over among the first 500: subnormal numbers would make it many times longer.
func BenchmarkDeadUnits(b *testing.B) {
	for name, o := range map[string]optim.Optimizer{"adam": optim.Adam{}, "momentum": optim.SGD{Rate: 0.01, Momentum: 0.9}, "rmsprop": optim.RMSprop{}} {
		b.Run(name, func(b *testing.B) {
			var first, last time.Duration
			for range b.N {
				f, l, err := deadUnits(o)
				if err != nil {
					b.Fatal(err)
				}
				first, last = first+f, last+l
			}
			b.ReportMetric(float64(last)/float64(first), "last/first")
		})
	}
}

// deadUnits returns the time of the first and of the last 500 of 4,000 steps.
// After 200 steps inputs turn so that no unit is active any more.
func deadUnits(o optim.Optimizer) (first, last time.Duration, err error) {
	layers := []nn.Layer{nn.Dense{Units: 500, Activation: act.ReLU, NoBias: true}, nn.Dense{Units: 1, Activation: act.Sigmoid}}
	m, err := compile(2, layers, losses.BinaryCrossEntropy{}, o, 1)
	if err != nil {
		return 0, 0, err
	}
	d := moons(30, 1)
	batch := datasets.Batch{Inputs: []*tensor.Tensor{d.Inputs[0].Tensor}, Targets: []*tensor.Tensor{d.Targets[0].Tensor}}
	start := time.Now()
	for step := range 4000 {
		switch step {
		case 200:
			clear(d.Inputs[0].Data()) // no unit is active at zero
		case 500:
			first = time.Since(start)
		case 3500:
			start = time.Now()
		}
		if _, err := m.TrainBatch(batch); err != nil {
			return 0, 0, err
		}
	}
	return first, time.Since(start), nil
}
