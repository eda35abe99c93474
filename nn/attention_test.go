package nn_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/tensor"
)

// attending is a slow attention of one row and head.
type attending struct {
	scale  float64
	causal bool
	counts func(key int) bool // nil: all
	drop   func(query, key int) float64
}

// of returns Σ_j w_ij·v_j for queries and keys of n features, values of m.
func (a attending) of(q, k, v []float64, n, m int) (out []float64) {
	for i := range len(q) / n {
		w, sum := make([]float64, len(k)/n), 0.0
		for j := range w {
			if a.counts != nil && !a.counts(j) || a.causal && j > i {
				continue
			}
			score := 0.0
			for f := range n {
				score += q[i*n+f] * k[j*n+f]
			}
			w[j] = math.Exp(a.scale * score)
			sum += w[j]
		}
		y := make([]float64, m)
		for j := range w {
			if w[j] == 0 {
				continue
			}
			weight := w[j] / sum
			if a.drop != nil {
				weight *= a.drop(i, j)
			}
			for f := range m {
				y[f] += weight * v[j*m+f]
			}
		}
		out = append(out, y...)
	}
	return out
}

// stepMask hides some steps: each row others, in row 2 the first, in row 4 all.
func stepMask(steps int) func(k, row int) []float32 {
	return func(_, row int) []float32 {
		m := make([]float32, steps)
		for s := range m {
			if row != 4 && (s != 0 || row != 2) && (s+row)%3 != 0 {
				m[s] = 1
			}
		}
		return m
	}
}

// attentionRef is the formula of an Attention on query, value and key.
func attentionRef(a attending, n, m int, mask func(k, row int) []float32, roles [3]int) nntest.Ref {
	return func(params map[string][]float64, rows int, in ...[]float64) (out []float64) {
		part := func(k, row int) []float64 {
			x := in[roles[k]]
			size := len(x) / rows
			return x[row*size : (row+1)*size]
		}
		b := a
		if s := params["scale"]; s != nil {
			b.scale = s[0]
		}
		for row := range rows {
			if mask != nil {
				b.counts = func(j int) bool { return mask(roles[1], row)[j] != 0 && mask(roles[2], row)[j] != 0 }
			}
			out = append(out, b.of(part(0, row), part(2, row), part(1, row), n, m)...)
		}
		return out
	}
}

func TestAttention(t *testing.T) {
	self, two, three := [3]int{0, 0, 0}, [3]int{0, 1, 1}, [3]int{0, 1, 2}
	for _, c := range []struct {
		layer nn.Attention
		in    []tensor.Shape
		want  attending
		roles [3]int
		mask  func(k, row int) []float32
	}{
		{nn.Attention{}, []tensor.Shape{{4, 3}}, attending{scale: 1 / math.Sqrt(3)}, self, nil},
		{nn.Attention{Scale: 1}, []tensor.Shape{{2, 3}, {4, 3}}, attending{scale: 1}, two, nil},
		{nn.Attention{Scale: 0.5}, []tensor.Shape{{2, 3}, {4, 5}, {4, 3}}, attending{scale: 0.5}, three, nil},
		{nn.Attention{Scale: -2}, []tensor.Shape{{2, 3}, {4, 5}, {4, 3}}, attending{scale: -2}, three, nil},
		{nn.Attention{Scale: 1, Causal: true}, []tensor.Shape{{5, 2}}, attending{scale: 1, causal: true}, self, nil},
		{nn.Attention{Scale: 1, Causal: true}, []tensor.Shape{{5, 2}, {3, 2}}, attending{scale: 1, causal: true}, two, nil},
		{nn.Attention{Scale: 1, LearnScale: true}, []tensor.Shape{{3, 2}, {4, 2}}, attending{}, two, nil},
		{nn.Attention{LearnScale: true}, []tensor.Shape{{3, 2}}, attending{}, self, nil},
		{nn.Attention{Scale: 1}, []tensor.Shape{{4, 3}}, attending{scale: 1}, self, stepMask(4)},
		{nn.Attention{Scale: 1, Causal: true}, []tensor.Shape{{4, 3}}, attending{scale: 1, causal: true}, self, stepMask(4)},
		{nn.Attention{Scale: 1}, []tensor.Shape{{4, 3}, {4, 3}, {4, 3}}, attending{scale: 1}, three, func(k, row int) []float32 {
			m := []float32{1, 1, 1, 1}
			m[k], m[row%4] = 0, 0
			return m
		}},
	} {
		value := c.in[c.roles[1]]
		nntest.Check(t, nntest.Case{Layer: c.layer, In: c.in, Out: tensor.Shape{c.in[0][0], value[1]}, Masks: c.mask,
			Ref: attentionRef(c.want, c.in[0][1], value[1], c.mask, c.roles)})
	}
}

// Dropped weights are 0, the others larger by 1/(1−rate); in use all are kept.
func TestAttentionDropout(t *testing.T) {
	const steps, n, rate = 4, 3, 0.4
	infer := attending{scale: 1}
	nntest.Check(t, nntest.Case{Layer: nn.Attention{Scale: 1, Dropout: rate}, In: []tensor.Shape{{steps, n}}, Out: tensor.Shape{steps, n},
		Infer: attentionRef(infer, n, n, nil, [3]int{}),
		Random: func(p *nn.Pass) nntest.Ref {
			return func(_ map[string][]float64, rows int, in ...[]float64) (out []float64) {
				u := uniforms(p, rows*steps*steps)
				for row := range rows {
					a := infer
					a.drop = func(i, j int) float64 {
						if u[(row*steps+i)*steps+j] < rate {
							return 0
						}
						return 1 / (1 - rate)
					}
					x := in[0][row*steps*n : (row+1)*steps*n]
					out = append(out, a.of(x, x, x, n, n)...)
				}
				return out
			}
		}})
}

func TestAttentionFails(t *testing.T) {
	x := tensor.Shape{4, 3}
	for _, c := range []struct {
		in   []tensor.Shape
		want string
	}{
		{nil, "it has 0 inputs, want 1 to 3: query, value, key"},
		{[]tensor.Shape{x, x, x, x}, "it has 4 inputs"},
		{[]tensor.Shape{{4}}, "input has shape (4), want steps×features"},
		{[]tensor.Shape{x, {5, 3}, {6, 3}}, "value and key have 5 and 6 steps, want the same"},
	} {
		nntest.CheckFails(t, nn.Attention{}, c.in, c.want)
		nntest.CheckFails(t, nn.MultiHeadAttention{Heads: 1, KeySize: 1}, c.in, c.want)
	}
	nntest.CheckFails(t, nn.Attention{}, []tensor.Shape{x, {4, 2}}, "query and key have 3 and 2 features, want the same")
	nntest.CheckFails(t, nn.Attention{Dropout: 1}, []tensor.Shape{x}, "Dropout is 1, want at least 0 and below 1")
	nntest.CheckFails(t, nn.Attention{Scale: opt.Float(math.NaN())}, []tensor.Shape{x}, "Scale is NaN, want a finite number")
}
