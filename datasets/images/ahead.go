package images

import (
	"context"
	"iter"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// ring is the number of batches with memory of their own: one that the caller has,
// one that waits for it, one under way.
const ring = 3

// made is a batch, or why there is none.
type made struct {
	batch datasets.Batch
	err   error
}

// ahead yields the batches that produce hands to emit, which are made while the
// caller works on those before. emit is false when no more are wanted.
func ahead(ctx context.Context, produce func(ctx context.Context, emit func(datasets.Batch) bool) error) iter.Seq2[datasets.Batch, error] {
	return func(yield func(datasets.Batch, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		batches := make(chan made, ring-2)
		done := make(chan struct{})
		defer func() { cancel(); <-done }()
		send := func(m made) bool {
			select {
			case batches <- m:
				return true
			case <-ctx.Done():
				return false
			}
		}
		go func() {
			defer close(done)
			defer close(batches)
			if err := produce(ctx, func(b datasets.Batch) bool { return send(made{batch: b}) }); err != nil {
				send(made{err: err})
			}
		}()
		for m := range batches {
			if !yield(m.batch, m.err) || m.err != nil {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(datasets.Batch{}, err)
		}
	}
}

// each is work on rows that can be shared out.
type each struct {
	rows int
	do   func(row int)
}

// Part does part i of n.
func (e *each) Part(i, n int) {
	for row := e.rows * i / n; row < e.rows*(i+1)/n; row++ {
		e.do(row)
	}
}

// forEach calls do for every row, on r's threads; nil: this one alone.
func forEach(r kernel.Runner, rows int, do func(row int)) {
	e := &each{rows, do}
	if r == nil || r.Width() < 2 || rows < 2 {
		e.Part(0, 1)
		return
	}
	r.Run(min(r.Width(), rows), e)
}

// room returns a tensor for so many rows of a shape, in the memory of t if it has enough.
func room(t *tensor.Tensor, rows int, shape tensor.Shape) *tensor.Tensor {
	if t == nil || !t.Shape().Equal(shape) {
		t = tensor.New(rows, shape...)
	}
	t.SetRows(rows)
	return t
}
