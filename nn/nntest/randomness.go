package nntest

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn"
)

// randomness checks what depends on the key: the output in training of a random
// layer, whose mean is as said, and nothing else.
func (k *checker) randomness(op nn.Op, s *sample) {
	k.t.Helper()
	others := []kernel.Key{{Seed: key.Seed, Step: key.Step + 1}, {Seed: key.Seed + 1, Step: key.Step}}
	for _, how := range setups {
		want := k.do(op, s, how)
		drawn := k.c.Random != nil && how.mode == nn.Train
		for _, other := range others {
			how.key = other
			same := differResult(k.do(op, s, how), want) == ""
			if same == drawn {
				k.faultf("%v: another key gives the same output: %t, want %t", how, same, !same)
			}
		}
	}
	if k.c.Random != nil {
		k.mean(op, s)
	}
}

// mean compares the mean of the output over many keys with the formula, to five
// standard errors.
func (k *checker) mean(op nn.Op, s *sample) {
	k.t.Helper()
	ref := k.c.Mean
	if ref == nil {
		ref = k.c.use()
	}
	want := ref(s.named(op), s.rows, s.inputs()...)
	const keys = 1000
	sum, squares := make([]float64, len(want)), make([]float64, len(want))
	load(op, s)
	r := newRun(op, s, setup{mode: nn.Train})
	for step := range uint64(keys) {
		r.pass.Key = kernel.Key{Seed: key.Seed, Step: step}
		r.forward(s)
		for i, v := range r.pass.Out {
			d := float64(v) - want[i]
			sum[i] += d
			squares[i] += d * d
		}
	}
	for i, w := range want {
		mean := sum[i] / keys
		limit := 5*math.Sqrt(squares[i])/keys + 1e-6*math.Abs(w)
		if math.Abs(mean) > limit {
			k.faultf("%s", fmt.Sprintf("over %d keys value %d has mean %.6g, want %.6g±%.2g", keys, i, w+mean, w, limit))
			return
		}
	}
}
