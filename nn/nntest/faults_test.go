package nntest_test

import (
	"math"
	"slices"
	"sync/atomic"
	"unsafe"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// scale multiplies x, which may be nil.
func scale(x []float32, by float32) {
	for i := range x {
		x[i] *= by
	}
}

// nudge changes a value by its last bit.
func nudge(x *float32) { *x = math.Float32frombits(math.Float32bits(*x) ^ 1) }

// after returns a method that runs the op's and then changes something.
func afterForward(change func(op nn.Op, p *nn.Pass)) fault {
	return fault{forward: func(op nn.Op, p *nn.Pass) { op.Forward(p); change(op, p) }}
}

func afterBackward(change func(op nn.Op, p *nn.Pass)) fault {
	return fault{backward: func(op nn.Op, p *nn.Pass) { op.Backward(p); change(op, p) }}
}

// garbage keeps what a fault allocates.
var garbage atomic.Pointer[float32]

// passes counts the passes of the op that has state.
var passes atomic.Int64

// stray writes just behind x.
func stray(x []float32) {
	*(*float32)(unsafe.Add(unsafe.Pointer(&x[len(x)-1]), 4)) = 1
}

// statistic returns the op's first statistic or nil.
func statistic(op nn.Op) *nn.Param {
	for _, p := range op.Params() {
		if p.Statistic {
			return p
		}
	}
	return nil
}

// faults are what [Check] must see, by name.
var faults = map[string]fault{
	"none": {},

	"output by 0.1 %": afterForward(func(_ nn.Op, p *nn.Pass) { scale(p.Out, 1.001) }),
	"output in use": afterForward(func(_ nn.Op, p *nn.Pass) {
		if p.Mode == nn.Infer {
			scale(p.Out, 1.001)
		}
	}),
	"gradient of the input by 0.1 %":         afterBackward(func(_ nn.Op, p *nn.Pass) { scale(p.DIn[0], 1.001) }),
	"gradient of the last input by 0.1 %":    afterBackward(func(_ nn.Op, p *nn.Pass) { scale(p.DIn[len(p.DIn)-1], 1.001) }),
	"gradient of the first parameter":        afterBackward(func(_ nn.Op, p *nn.Pass) { scale(p.Grads[0], 1.001) }),
	"gradient of the second parameter":       afterBackward(func(_ nn.Op, p *nn.Pass) { scale(p.Grads[1], 1.001) }),
	"no mean in batch norm's input gradient": afterBackward(withoutMean),

	"batch statistics when frozen": {
		forward: func(op nn.Op, p *nn.Pass) {
			q := *p
			q.Frozen = false
			op.Forward(&q)
		}},
	"gradient through the statistics when frozen": {
		forward: func(op nn.Op, p *nn.Pass) {
			op.Forward(p)
			keepBatchStatistics(op, p)
		},
		backward: func(op nn.Op, p *nn.Pass) {
			q := *p
			q.Frozen = false
			op.Backward(&q)
		}},
	"statistics move when frozen": afterForward(func(op nn.Op, p *nn.Pass) {
		if p.Frozen {
			statistic(op).Value[0] *= 1.01
		}
	}),
	"statistics move in use": afterForward(func(op nn.Op, p *nn.Pass) {
		if p.Mode == nn.Infer {
			statistic(op).Value[0] *= 1.01
		}
	}),
	"statistics off by 0.1 %": afterForward(func(op nn.Op, p *nn.Pass) {
		if p.Mode == nn.Train && !p.Frozen {
			scale(statistic(op).Value, 1.001)
		}
	}),
	"statistics move in Backward": afterBackward(func(op nn.Op, p *nn.Pass) { statistic(op).Value[0] *= 1.01 }),

	"Forward writes In":        afterForward(func(_ nn.Op, p *nn.Pass) { p.In[0][0] = 0 }),
	"Backward writes In":       afterBackward(func(_ nn.Op, p *nn.Pass) { p.In[0][0] = 0 }),
	"Backward writes Out":      afterBackward(func(_ nn.Op, p *nn.Pass) { p.Out[0]++ }),
	"Forward changes weights":  afterForward(func(op nn.Op, _ *nn.Pass) { op.Params()[0].Value[0]++ }),
	"Backward changes weights": afterBackward(func(op nn.Op, _ *nn.Pass) { op.Params()[0].Value[0]++ }),
	"writes behind Out":        afterForward(func(_ nn.Op, p *nn.Pass) { stray(p.Out) }),
	"writes behind DIn": afterBackward(func(_ nn.Op, p *nn.Pass) {
		if p.DIn[0] != nil {
			stray(p.DIn[0])
		}
	}),
	"writes behind Grads": afterBackward(func(_ nn.Op, p *nn.Pass) {
		if p.Grads[0] != nil {
			stray(p.Grads[0])
		}
	}),
	"adds to DIn": {backward: func(op nn.Op, p *nn.Pass) {
		before := slices.Clone(p.DIn[0])
		op.Backward(p)
		for i, v := range before {
			p.DIn[0][i] += v
		}
	}},
	"adds to Grads": {backward: func(op nn.Op, p *nn.Pass) {
		before := slices.Clone(p.Grads[0])
		op.Backward(p)
		for i, v := range before {
			p.Grads[0][i] += v
		}
	}},
	"needs zeros in Work": {moreWork: 1, forward: func(op nn.Op, p *nn.Pass) {
		op.Forward(p)
		p.Out[0] += p.Work[len(p.Work)-1]
	}},
	"stops without DIn": {backward: func(op nn.Op, p *nn.Pass) {
		if p.DIn[0] != nil {
			op.Backward(p)
		}
	}},
	"stops without Grads": {backward: func(op nn.Op, p *nn.Pass) {
		if p.Frozen || p.Grads[0] != nil {
			op.Backward(p)
		}
	}},
	"allocates in Forward":  afterForward(func(_ nn.Op, p *nn.Pass) { garbage.Store(new(float32)) }),
	"allocates in Backward": afterBackward(func(_ nn.Op, p *nn.Pass) { garbage.Store(new(float32)) }),

	"has state": afterForward(func(_ nn.Op, p *nn.Pass) {
		if passes.Add(1)%5 == 0 {
			nudge(&p.Out[0])
		}
	}),
	"depends on the threads": afterForward(func(_ nn.Op, p *nn.Pass) {
		if p.Runner != nil && p.Runner.Width() > 1 {
			nudge(&p.Out[0])
		}
	}),
	"couples rows in use": afterForward(func(_ nn.Op, p *nn.Pass) {
		if p.Mode == nn.Infer && p.Rows > 1 {
			nudge(&p.Out[0])
		}
	}),
	"draws numbers": afterForward(func(_ nn.Op, p *nn.Pass) {
		if p.Key.Step%2 == 0 {
			nudge(&p.Out[0])
		}
	}),
	"another mask in Backward": {backward: func(op nn.Op, p *nn.Pass) {
		q := *p
		q.Key.Step++
		op.Backward(&q)
	}},
	"drops in use": {forward: func(op nn.Op, p *nn.Pass) {
		q := *p
		q.Mode = nn.Train
		op.Forward(&q)
	}},
	"activation in the raw output": {forward: func(op nn.Op, p *nn.Pass) {
		q := *p
		q.RawOutput = false
		op.Forward(&q)
	}},
	"activation in the raw gradient": {backward: func(op nn.Op, p *nn.Pass) {
		q := *p
		q.RawOutput = false
		op.Backward(&q)
	}},

	"gradient behind a ReLU": afterBackward(func(_ nn.Op, p *nn.Pass) {
		if p.DOutMasked {
			nudge(&p.DIn[0][0])
		}
	}),
	"gradient that ignores the ReLU before it": afterBackward(func(_ nn.Op, p *nn.Pass) {
		for i := range p.InMask {
			p.DIn[0][i]++
		}
	}),

	"another shape": {out: func(nn.Op) tensor.Shape { return tensor.Shape{99} }},
	"new parameters at each call": {params: func(op nn.Op) (params []*nn.Param) {
		for _, p := range op.Params() {
			q := *p
			params = append(params, &q)
		}
		return params
	}},
	"shared parameters": {params: func(op nn.Op) []*nn.Param { return sharedParams }},
	"a name twice": {params: func(op nn.Op) []*nn.Param {
		return append(op.Params(), op.Params()[0])
	}},
}

var sharedParams = []*nn.Param{{Name: "w", Shape: tensor.Shape{1}, Init: nn.Ones}}

// withoutMean takes the term of the mean out of batch norm's input gradient,
// γ/√(σ²+ε)·dβ/n.
func withoutMean(op nn.Op, p *nn.Pass) {
	if p.Frozen || p.DIn[0] == nil || p.Grads[1] == nil {
		return
	}
	gamma, n := op.Params()[0].Value, len(op.Params()[0].Value)
	for j := range n {
		mean, variance := 0.0, 0.0
		for r := range p.Rows {
			mean += float64(p.In[0][r*n+j]) / float64(p.Rows)
		}
		for r := range p.Rows {
			d := float64(p.In[0][r*n+j]) - mean
			variance += d * d / float64(p.Rows)
		}
		term := float64(gamma[j]) / math.Sqrt(variance+1e-3) * float64(p.Grads[1][j]) / float64(p.Rows)
		for r := range p.Rows {
			p.DIn[0][r*n+j] += float32(term)
		}
	}
}

// keepBatchStatistics leaves in p.Keep what training that is not frozen leaves.
func keepBatchStatistics(op nn.Op, p *nn.Pass) {
	if !p.Frozen {
		return
	}
	q := *p
	q.Frozen, q.Out = false, make([]float32, len(p.Out))
	var before [][]float32
	for _, param := range op.Params() {
		before = append(before, slices.Clone(param.Value))
	}
	op.Forward(&q)
	for k, param := range op.Params() {
		copy(param.Value, before[k])
	}
}
