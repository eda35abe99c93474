package images

import (
	"context"
	"fmt"
	"iter"
	"math"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Augment changes the images that a model is trained with, fresh each time that an
// image is shown; evaluation sees them as they are. The zero value changes nothing.
//
// The changes are a function of the plan's seed, the epoch and the number of the
// row in the order of the epoch, whatever the batch size and the threads. They are
// made while the model trains on the batch before. In this order: an image is
// turned and zoomed around its centre, shifted and flipped, all by one bilinear
// interpolation; then brightness and noise are added.
type Augment struct {
	// FlipHorizontal mirrors left and right, FlipVertical top and bottom, with
	// probability ½.
	FlipHorizontal, FlipVertical bool
	// ShiftRows and ShiftCols are the most that an image is shifted, as a part of its
	// height and width; uniform in ±.
	ShiftRows, ShiftCols float64
	// Rotate is the most degrees that an image is turned; uniform in ±.
	Rotate float64
	// Zoom: the image is enlarged by a factor uniform in 1−Zoom to 1+Zoom; below 1.
	Zoom float64
	// Brightness is the most that is added to an image's values; uniform in ±.
	Brightness float64
	// Noise is the standard deviation of normal numbers added to each value.
	Noise float64
	// Clip brings values into 0 to 1 in the end.
	Clip bool
	// Fill says what lies beyond the edges; default FillNearest.
	Fill Fill
	// FillValue is the value there with FillConstant.
	FillValue float64
	// Input is the number of the input, for data that have several.
	Input int
}

// Of returns the data with augmentation in training. It fails if a field is out of
// range, or the input's rows are not images of (height×width×channels).
func (a Augment) Of(s datasets.Source) (datasets.Source, error) {
	if d, ok := s.(*datasets.Dataset); ok {
		if err := d.Check(); err != nil {
			return nil, err
		}
		s = d.Tensors()
	}
	if err := a.check(s.Layout()); err != nil {
		return nil, err
	}
	if in, ok := s.(slicer); ok {
		return &augmentedRows{augmented{s, a}, in}, nil
	}
	return &augmented{s, a}, nil
}

func (a Augment) check(l datasets.Layout) error {
	for _, f := range []struct {
		name        string
		value, most float64
	}{{"ShiftRows", a.ShiftRows, 1}, {"ShiftCols", a.ShiftCols, 1}, {"Rotate", a.Rotate, 360}, {"Brightness", a.Brightness, math.MaxFloat32},
		{"Noise", a.Noise, math.MaxFloat32}} {
		if !(f.value >= 0 && f.value <= f.most) {
			return fmt.Errorf("images: augment: %s is %g, want 0 to %g", f.name, f.value, f.most)
		}
	}
	switch {
	case !(a.Zoom >= 0 && a.Zoom < 1):
		return fmt.Errorf("images: augment: Zoom is %g, want at least 0 and below 1", a.Zoom)
	case a.Fill > FillWrap:
		return fmt.Errorf("images: augment: no fill has the number %d", a.Fill)
	case !(math.Abs(a.FillValue) <= math.MaxFloat32):
		return fmt.Errorf("images: augment: FillValue is %g, want a finite number", a.FillValue)
	case a.Input < 0 || a.Input >= len(l.Inputs):
		return fmt.Errorf("images: augment: Input is %d, and the data have %d inputs", a.Input, len(l.Inputs))
	case len(l.Inputs[a.Input].Shape) != 3:
		return fmt.Errorf("images: augment: rows have shape %v, want height×width×channels", l.Inputs[a.Input].Shape)
	}
	return nil
}

// change is what happens to one image.
type change struct {
	geometry   affine
	moves      bool
	brightness float64
	noise      kernel.Key
}

// draw returns the change of a row. The numbers are drawn in one order, used or not,
// so that turning one change on leaves the others as they are.
func (a Augment) draw(seed uint64, epoch, row int, s tensor.Shape) change {
	key := random.Derive(seed, uint64(epoch), uint64(row), 0x1a6e)
	r := random.New(key)
	both := func(most float64) float64 { return float64(most * (2*r.Float64() - 1)) }
	turn, zoom := both(a.Rotate), both(a.Zoom)
	rows, cols := both(a.ShiftRows), both(a.ShiftCols)
	mirrorRows, mirrorCols := r.Float64() < 0.5, r.Float64() < 0.5
	c := change{brightness: both(a.Brightness), noise: kernel.Key{Seed: key}}
	m := Motion{turn, 1 + zoom, float64(rows * float64(s[0])), float64(cols * float64(s[1])),
		a.FlipVertical && mirrorRows, a.FlipHorizontal && mirrorCols}
	c.moves = m != (Motion{Zoom: 1})
	c.geometry = m.affine(s[0], s[1])
	return c
}

// apply writes the changed image to dst.
func (a Augment) apply(dst, src []float32, s tensor.Shape, c change) {
	if c.moves {
		c.geometry.apply(dst, src, s, a.Fill, float32(a.FillValue))
	} else {
		copy(dst, src)
	}
	if a.Noise > 0 {
		kernel.AddNormalNoise(dst, dst, c.noise, 0, float32(a.Noise))
	}
	if c.brightness != 0 {
		for i := range dst {
			dst[i] += float32(c.brightness)
		}
	}
	if a.Clip {
		kernel.Clip(dst, dst, 0, 1)
	}
}

// slicer is a source of which a part may be taken.
type slicer interface {
	Rows() int
	Slices(at int) (first, rest datasets.Source)
}

// augmented is a source whose training batches are changed.
type augmented struct {
	datasets.Source
	by Augment
}

// augmentedRows are augmented data of which a part may be taken.
type augmentedRows struct {
	augmented
	in slicer
}

// Rows returns the number of images.
func (a *augmentedRows) Rows() int { return a.in.Rows() }

// Slices returns the rows before at, which are augmented, and the others, which are
// not: they are to validate with.
func (a *augmentedRows) Slices(at int) (first, rest datasets.Source) {
	first, rest = a.in.Slices(at)
	changed, err := a.by.Of(first)
	if err != nil { // the layout is the one that Of has checked
		return first, rest
	}
	return changed, rest
}

// Origin returns the source without the changes.
func (a *augmented) Origin() datasets.Source { return a.Source }

// MixesTargets reports whether the targets are changed; they are not.
func (a *augmented) MixesTargets() bool {
	inner, ok := a.Source.(interface{ MixesTargets() bool })
	return ok && inner.MixesTargets()
}

// Batches implements [datasets.Source].
func (a *augmented) Batches(ctx context.Context, plan datasets.BatchPlan) iter.Seq2[datasets.Batch, error] {
	if !plan.Training {
		return a.Source.Batches(ctx, plan)
	}
	return ahead(ctx, func(ctx context.Context, emit func(datasets.Batch) bool) error {
		var rooms [ring]datasets.Batch
		first, k := plan.Skip*plan.SizeFor(a.Layout().Rows), 0
		for b, err := range a.Source.Batches(ctx, plan) {
			if err != nil {
				return err
			}
			to := &rooms[k%ring]
			k++
			copyBatch(to, b)
			a.change(ctx, to.Inputs[a.by.Input], b.Inputs[a.by.Input], plan, first)
			first += b.Rows()
			if !emit(*to) {
				return nil
			}
		}
		return nil
	})
}

// change writes the changed images of a batch, whose first row has the given number
// in the epoch.
func (a *augmented) change(ctx context.Context, dst, src *tensor.Tensor, plan datasets.BatchPlan, first int) {
	s := src.Shape()
	forEach(pool.For(ctx), src.Rows(), func(i int) {
		a.by.apply(dst.Row(i), src.Row(i), s, a.by.draw(plan.Seed, plan.Epoch, first+i, s))
	})
}

// copyBatch makes to a copy of b, in the memory that it has.
func copyBatch(to *datasets.Batch, b datasets.Batch) {
	to.Inputs = copyTensors(to.Inputs, b.Inputs)
	to.Targets = copyTensors(to.Targets, b.Targets)
	to.Masks = copyTensors(to.Masks, b.Masks)
	if b.Weights == nil {
		to.Weights = nil
		return
	}
	to.Weights = append(to.Weights[:0], b.Weights...)
}

func copyTensors(to, from []*tensor.Tensor) []*tensor.Tensor {
	if from == nil {
		return nil
	}
	if len(to) != len(from) {
		to = make([]*tensor.Tensor, len(from))
	}
	for k, t := range from {
		if t == nil {
			to[k] = nil
			continue
		}
		to[k] = room(to[k], t.Rows(), t.Shape())
		copy(to[k].Data(), t.Data())
	}
	return to
}
