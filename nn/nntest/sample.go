package nntest

import (
	"math"

	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/nn"
)

// sample is the data of a pass: inputs, parameters and the gradient of a loss at
// the output. Passes read it and never write it.
type sample struct {
	rows   int
	in     [][]float32
	masks  [][]float32
	params [][]float32
	dout   []float32
}

// newSample draws a sample.
func newSample(c *Case, op nn.Op, rows int, seed uint64) *sample {
	r := random.New(seed)
	s := &sample{rows: rows, dout: normals(r, rows*op.Out().Size(), 1)}
	for k, shape := range c.In {
		x := normals(r, rows*shape.Size(), 1)
		if c.Inputs != nil {
			c.Inputs(k, x)
		}
		s.in = append(s.in, x)
		s.masks = append(s.masks, c.mask(k, rows))
	}
	for _, p := range op.Params() {
		w := normals(r, p.Shape.Size(), 0.5)
		if p.Statistic {
			for i, v := range w {
				w[i] = 0.5 + float32(math.Abs(float64(v)))
			}
		}
		if c.Params != nil {
			c.Params(p.Name, w)
		}
		s.params = append(s.params, w)
	}
	return s
}

func normals(r *random.Source, n int, std float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(std * r.Normal())
	}
	return x
}

// mask returns the mask of input k for a batch.
func (c *Case) mask(k, rows int) (mask []float32) {
	if c.Masks == nil {
		return nil
	}
	for row := range rows {
		mask = append(mask, c.Masks(k, row)...)
	}
	return mask
}

// row returns row r of the sample alone.
func (s *sample) row(r int) *sample {
	one := &sample{rows: 1, params: s.params, dout: rowOf(s.dout, r, s.rows)}
	for k, x := range s.in {
		one.in = append(one.in, rowOf(x, r, s.rows))
		one.masks = append(one.masks, rowOf(s.masks[k], r, s.rows))
	}
	return one
}

func rowOf(x []float32, r, rows int) []float32 {
	if x == nil {
		return nil
	}
	n := len(x) / rows
	return x[r*n : (r+1)*n]
}

// named returns the parameters in float64 by name.
func (s *sample) named(op nn.Op) map[string][]float64 {
	m := map[string][]float64{}
	for k, p := range op.Params() {
		m[p.Name] = float64s(s.params[k])
	}
	return m
}

// inputs returns the inputs in float64.
func (s *sample) inputs() [][]float64 {
	in := make([][]float64, len(s.in))
	for k, x := range s.in {
		in[k] = float64s(x)
	}
	return in
}

func float64s(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}
