package datasets

import (
	"context"
	"iter"

	"github.com/goodfit-ml/goodfit/tensor"
)

// augmented is a source whose training batches a description changes, and whose
// other batches are as they are.
type augmented struct {
	Source
	by augmentation
}

// augmentation changes the batches of an epoch. It is not changed itself.
type augmentation interface {
	// epoch returns what changes the batches of one pass over the data, one after the
	// other: first is the number of a batch's first row in the order of the epoch. It
	// may replace what b holds, and must not write to it.
	epoch(plan BatchPlan) func(b *Batch, first int) error
	// of returns the augmentation for a part of the rows.
	of(t *Tensors) augmentation
}

// augment checks data in memory and wraps them.
func augment(s Source, by func(Source) (augmentation, error)) (Source, error) {
	if d, ok := s.(*Dataset); ok {
		if err := d.Check(); err != nil {
			return nil, err
		}
		s = d.Tensors()
	}
	if t, ok := s.(*Tensors); ok {
		if err := t.Check(); err != nil {
			return nil, err
		}
	}
	a, err := by(s)
	switch {
	case err != nil:
		return nil, err
	case tensorsBehind(s) != nil:
		return &augmentedRows{augmented{s, a}}, nil
	}
	return &augmented{s, a}, nil
}

// tensorsBehind returns the data in memory that are augmented, once or more often;
// nil for other sources.
func tensorsBehind(s Source) *Tensors {
	switch s := s.(type) {
	case *Tensors:
		return s
	case *augmentedRows:
		return tensorsBehind(s.Source)
	}
	return nil
}

// Origin returns the source without the changes.
func (a *augmented) Origin() Source { return a.Source }

// MixesTargets reports whether targets are no longer class indices in training.
func (a *augmented) MixesTargets() bool {
	if _, mixes := a.by.(mixing); mixes {
		return true
	}
	inner, ok := a.Source.(interface{ MixesTargets() bool })
	return ok && inner.MixesTargets()
}

// Batches implements [Source].
func (a *augmented) Batches(ctx context.Context, plan BatchPlan) iter.Seq2[Batch, error] {
	if !plan.Training {
		return a.Source.Batches(ctx, plan)
	}
	return func(yield func(Batch, error) bool) {
		change := a.by.epoch(plan)
		first := plan.Skip * plan.SizeFor(a.Layout().Rows)
		for b, err := range a.Source.Batches(ctx, plan) {
			if err == nil {
				rows := b.Rows()
				err = change(&b, first)
				first += rows
			}
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

// augmentedRows are augmented data in memory, of which a part may be taken.
type augmentedRows struct{ augmented }

// Rows returns the number of examples.
func (a *augmentedRows) Rows() int { return a.Layout().Rows }

// Slices returns the rows before at, which are augmented, and the others, which
// are not: they are to validate with.
func (a *augmentedRows) Slices(at int) (first, rest Source) {
	first, rest = a.Source.(interface {
		Slices(at int) (first, rest Source)
	}).Slices(at)
	return &augmentedRows{augmented{first, a.by.of(tensorsBehind(first))}}, rest
}

// copyOf makes dst a copy of src, in dst's memory where there is enough.
func copyOf(dst, src *tensor.Tensor) *tensor.Tensor {
	if dst == nil {
		dst = tensor.New(0, src.Shape()...)
	}
	dst.SetRows(src.Rows())
	copy(dst.Data(), src.Data())
	return dst
}
