package datasets

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Array is a named tensor.
type Array struct {
	Name string
	*tensor.Tensor
}

// Tensors is a [Source] of float32 arrays in memory, for models with several
// inputs or outputs. Every array and Weights have the same number of rows.
// An input with a Mask (rows×steps of ones and zeros) is a padded sequence.
type Tensors struct {
	Inputs, Targets []Array
	Weights         []float32
	Masks           []*tensor.Tensor // one for each input, nil entries allowed; or nil
}

// Tensors returns the data as float32 arrays.
func (d *Dataset) Tensors() *Tensors {
	x := tensor.FromMatrix(d.X)
	if d.Shape != nil {
		x = x.Reshape(d.Shape...)
	}
	t := &Tensors{Inputs: []Array{{Tensor: x}}}
	if d.Y != nil {
		t.Targets = []Array{{Tensor: tensor.FromMatrix(d.Y)}}
	}
	for _, w := range d.Weights {
		t.Weights = append(t.Weights, float32(w))
	}
	return t
}

// Slices returns the rows before at, and the others, as sources of their own.
func (d *Dataset) Slices(at int) (first, rest Source) {
	t := d.Tensors()
	return t.Slices(at)
}

// Rows returns the number of examples.
func (t *Tensors) Rows() int { return t.Layout().Rows }

// Slices returns the rows before at, and the others, as sources that share t's memory.
func (t *Tensors) Slices(at int) (first, rest Source) {
	return t.slice(0, at), t.slice(at, t.Rows())
}

func (t *Tensors) slice(lo, hi int) *Tensors {
	out := &Tensors{}
	for _, a := range t.Inputs {
		out.Inputs = append(out.Inputs, Array{a.Name, a.Slice(lo, hi)})
	}
	for _, a := range t.Targets {
		out.Targets = append(out.Targets, Array{a.Name, a.Slice(lo, hi)})
	}
	if t.Weights != nil {
		out.Weights = t.Weights[lo:hi]
	}
	for _, m := range t.Masks {
		if m != nil {
			m = m.Slice(lo, hi)
		}
		out.Masks = append(out.Masks, m)
	}
	return out
}

// Layout says that there is one input of [Dataset.InputShape] and, with Y, one target.
func (d *Dataset) Layout() Layout {
	l := Layout{Rows: d.Rows(), Inputs: []Field{{Shape: d.InputShape()}}}
	if d.Y != nil {
		_, c := d.Y.Dims()
		l.Targets = []Field{{Shape: tensor.Shape{c}}}
	}
	return l
}

// Batches yields the rows in batches, shuffled by (Seed, Epoch) unless InOrder.
func (d *Dataset) Batches(ctx context.Context, plan BatchPlan) iter.Seq2[Batch, error] {
	if err := d.Check(); err != nil {
		return func(yield func(Batch, error) bool) { yield(Batch{}, err) }
	}
	return d.Tensors().Batches(ctx, plan)
}

// Layout returns names, shapes and the number of rows.
func (t *Tensors) Layout() Layout {
	l := Layout{Rows: -1}
	for _, a := range t.Inputs {
		l.Inputs = append(l.Inputs, Field{a.Name, a.Shape()})
		l.Rows = a.Rows()
	}
	for _, a := range t.Targets {
		l.Targets = append(l.Targets, Field{a.Name, a.Shape()})
	}
	return l
}

// Check reports the first array whose rows do not agree with the others', or the
// first number that is not finite.
func (t *Tensors) Check() error {
	if err := t.checkRows(); err != nil {
		return err
	}
	for _, a := range slices.Concat(t.Inputs, t.Targets) {
		if i := kernel.FirstNonFinite(a.Data()); i >= 0 {
			return fmt.Errorf("datasets: array %q has %g in row %d, want a finite number", a.Name, a.Data()[i], i/max(a.Shape().Size(), 1))
		}
	}
	return nil
}

// checkRows reports the first array whose rows do not agree with the others'.
func (t *Tensors) checkRows() error {
	if len(t.Inputs) == 0 || t.Inputs[0].Rows() == 0 {
		return fmt.Errorf("datasets: no rows")
	}
	n := t.Inputs[0].Rows()
	for _, a := range slices.Concat(t.Inputs, t.Targets) {
		if a.Rows() != n {
			return fmt.Errorf("datasets: array %q has %d rows, want %d", a.Name, a.Rows(), n)
		}
	}
	if t.Weights != nil && len(t.Weights) != n {
		return fmt.Errorf("datasets: %d rows and %d weights", n, len(t.Weights))
	}
	for i, m := range t.Masks {
		if m != nil && m.Rows() != n {
			return fmt.Errorf("datasets: the mask of input %d has %d rows, want %d", i, m.Rows(), n)
		}
	}
	return nil
}

// Batches yields the rows in batches, shuffled by (Seed, Epoch) unless InOrder.
// Data are not copied where the rows stay in order.
func (t *Tensors) Batches(ctx context.Context, plan BatchPlan) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		if err := t.checkRows(); err != nil {
			yield(Batch{}, err)
			return
		}
		c := newCutter(t, plan)
		for lo := plan.Skip * c.size; lo < c.rows; lo += c.size {
			if err := ctx.Err(); err != nil {
				yield(Batch{}, err)
				return
			}
			if !yield(c.cut(lo, min(lo+c.size, c.rows)), nil) {
				return
			}
		}
	}
}

// cutter cuts batches out of arrays into memory that it uses again.
type cutter struct {
	from       *Tensors
	rows, size int
	order      []int // nil: the order of the rows
	batch      Batch
}

func newCutter(t *Tensors, plan BatchPlan) *cutter {
	rows := t.Inputs[0].Rows()
	c := &cutter{from: t, rows: rows, size: plan.SizeFor(rows)}
	c.batch = Batch{
		Inputs:  make([]*tensor.Tensor, len(t.Inputs)),
		Targets: make([]*tensor.Tensor, len(t.Targets)),
	}
	if t.Masks != nil {
		c.batch.Masks = make([]*tensor.Tensor, len(t.Masks))
	}
	if !plan.InOrder {
		c.order = random.New(random.Derive(plan.Seed, uint64(plan.Epoch))).Perm(rows)
		c.allocate(min(c.size, rows))
	} else {
		c.allocate(0)
	}
	return c
}

func (c *cutter) allocate(rows int) {
	for i, a := range c.from.Inputs {
		c.batch.Inputs[i] = tensor.New(rows, a.Shape()...)
	}
	for i, a := range c.from.Targets {
		c.batch.Targets[i] = tensor.New(rows, a.Shape()...)
	}
	for i, m := range c.from.Masks {
		if m != nil {
			c.batch.Masks[i] = tensor.New(rows, m.Shape()...)
		}
	}
	if c.from.Weights != nil {
		c.batch.Weights = make([]float32, rows)
	}
}

func (c *cutter) cut(lo, hi int) Batch {
	for i, a := range c.from.Inputs {
		c.batch.Inputs[i] = c.take(c.batch.Inputs[i], a.Tensor, lo, hi)
	}
	for i, a := range c.from.Targets {
		c.batch.Targets[i] = c.take(c.batch.Targets[i], a.Tensor, lo, hi)
	}
	for i, m := range c.from.Masks {
		if m != nil {
			c.batch.Masks[i] = c.take(c.batch.Masks[i], m, lo, hi)
		}
	}
	c.cutWeights(lo, hi)
	return c.batch
}

// take returns rows lo to hi-1 in the batch's order.
func (c *cutter) take(dst, src *tensor.Tensor, lo, hi int) *tensor.Tensor {
	if c.order == nil {
		dst.SetSlice(src, lo, hi)
		return dst
	}
	dst.SetRows(hi - lo)
	kernel.GatherRows(dst.Data(), src.Data(), c.order[lo:hi], src.Shape().Size())
	return dst
}

func (c *cutter) cutWeights(lo, hi int) {
	w := c.from.Weights
	if w == nil {
		return
	}
	if c.order == nil {
		c.batch.Weights = w[lo:hi]
		return
	}
	c.batch.Weights = c.batch.Weights[:hi-lo]
	for i, r := range c.order[lo:hi] {
		c.batch.Weights[i] = w[r]
	}
}
