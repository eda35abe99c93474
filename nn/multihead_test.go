package nn_test

import (
	"math"
	"sync"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// multiHead is a slow multi-head attention.
type multiHead struct {
	heads, key, value int
	attend            attending
	mask              func(k, row int) []float32
	roles             [3]int // the inputs that are query, value and key
	features          [3]int // their features
	dropped           func(row, head, query, key int) float64
}

// project is x·W + b for each step, b where it is there.
func project(params map[string][]float64, name string, x []float64, in int) (out []float64) {
	w, b := params[name+"_kernel"], params[name+"_bias"]
	units := len(w) / in
	for s := range len(x) / in {
		for j := range units {
			y := 0.0
			if b != nil {
				y = b[j]
			}
			for i := range in {
				y += x[s*in+i] * w[i*units+j]
			}
			out = append(out, y)
		}
	}
	return out
}

// columns returns columns lo to lo+n-1 of a matrix of the given width.
func columns(x []float64, width, lo, n int) (out []float64) {
	for at := lo; at < len(x); at += width {
		out = append(out, x[at:at+n]...)
	}
	return out
}

func (m multiHead) ref(params map[string][]float64, rows int, in ...[]float64) (out []float64) {
	for row := range rows {
		part := func(k int, name string) []float64 {
			x := in[m.roles[k]]
			size := len(x) / rows
			return project(params, name, x[row*size:(row+1)*size], m.features[k])
		}
		q, v, k := part(0, "query"), part(1, "value"), part(2, "key")
		steps := len(q) / (m.heads * m.key)
		y := make([]float64, steps*m.heads*m.value)
		for h := range m.heads {
			a := m.attend
			a.scale = 1 / math.Sqrt(float64(m.key))
			if m.mask != nil {
				a.counts = func(j int) bool { return m.mask(m.roles[1], row)[j] != 0 && m.mask(m.roles[2], row)[j] != 0 }
			}
			if m.dropped != nil {
				a.drop = func(i, j int) float64 { return m.dropped(row, h, i, j) }
			}
			head := a.of(columns(q, m.heads*m.key, h*m.key, m.key), columns(k, m.heads*m.key, h*m.key, m.key),
				columns(v, m.heads*m.value, h*m.value, m.value), m.key, m.value)
			for s := range steps {
				copy(y[(s*m.heads+h)*m.value:][:m.value], head[s*m.value:])
			}
		}
		out = append(out, project(params, "output", y, m.heads*m.value)...)
	}
	return out
}

func TestMultiHeadAttention(t *testing.T) {
	for _, c := range []struct {
		layer nn.MultiHeadAttention
		in    []tensor.Shape
		out   int
		want  multiHead
	}{
		{nn.MultiHeadAttention{Heads: 2, KeySize: 3}, []tensor.Shape{{4, 5}}, 5,
			multiHead{heads: 2, key: 3, value: 3, features: [3]int{5, 5, 5}}},
		{nn.MultiHeadAttention{Heads: 1, KeySize: 2, NoBias: true, Causal: true}, []tensor.Shape{{5, 3}}, 3,
			multiHead{heads: 1, key: 2, value: 2, features: [3]int{3, 3, 3}, attend: attending{causal: true}}},
		{nn.MultiHeadAttention{Heads: 3, KeySize: 2, ValueSize: 4, Output: 6}, []tensor.Shape{{2, 3}, {4, 5}}, 6,
			multiHead{heads: 3, key: 2, value: 4, roles: [3]int{0, 1, 1}, features: [3]int{3, 5, 5}}},
		{nn.MultiHeadAttention{Heads: 2, KeySize: 2, Penalty: nn.Penalty{L2: 0.1}, Constraint: nn.MaxNorm(3)}, []tensor.Shape{{2, 3}, {4, 5}, {4, 2}}, 3,
			multiHead{heads: 2, key: 2, value: 2, roles: [3]int{0, 1, 2}, features: [3]int{3, 5, 2}}},
		{nn.MultiHeadAttention{Heads: 2, KeySize: 2}, []tensor.Shape{{4, 3}}, 3,
			multiHead{heads: 2, key: 2, value: 2, features: [3]int{3, 3, 3}, mask: stepMask(4)}},
		{nn.MultiHeadAttention{Heads: 2, KeySize: 2, Causal: true}, []tensor.Shape{{4, 3}}, 3,
			multiHead{heads: 2, key: 2, value: 2, features: [3]int{3, 3, 3}, mask: stepMask(4), attend: attending{causal: true}}},
	} {
		nntest.Check(t, nntest.Case{Layer: c.layer, In: c.in, Out: tensor.Shape{c.in[0][0], c.out}, Ref: c.want.ref, Masks: c.want.mask,
			NoEffect:  []string{"key_bias"}, // adds the same to all scores of a query
			Tolerance: 3e-5})                // four products, one behind the other
	}
}

func TestMultiHeadAttentionDropout(t *testing.T) {
	const steps, rate = 3, 0.4
	want := multiHead{heads: 2, key: 2, value: 2, features: [3]int{3, 3, 3}}
	nntest.Check(t, nntest.Case{Layer: nn.MultiHeadAttention{Heads: 2, KeySize: 2, Dropout: rate}, In: []tensor.Shape{{steps, 3}},
		Out: tensor.Shape{steps, 3}, Infer: want.ref, NoEffect: []string{"key_bias"}, Tolerance: 3e-5,
		Random: func(p *nn.Pass) nntest.Ref {
			return func(params map[string][]float64, rows int, in ...[]float64) []float64 {
				u, m := uniforms(p, rows*2*steps*steps), want
				m.dropped = func(row, head, i, j int) float64 {
					if u[((row*2+head)*steps+i)*steps+j] < rate {
						return 0
					}
					return 1 / (1 - rate)
				}
				return m.ref(params, rows, in...)
			}
		}})
}

func TestMultiHeadAttentionFails(t *testing.T) {
	in := []tensor.Shape{{4, 3}}
	nntest.CheckFails(t, nn.MultiHeadAttention{KeySize: 2}, in, "Heads is 0, want at least 1")
	nntest.CheckFails(t, nn.MultiHeadAttention{Heads: 2}, in, "KeySize is 0, want at least 1")
	nntest.CheckFails(t, nn.MultiHeadAttention{Heads: 2, KeySize: 2, ValueSize: -1}, in, "ValueSize is -1, want at least 0")
	nntest.CheckFails(t, nn.MultiHeadAttention{Heads: 2, KeySize: 2, Output: -1}, in, "Output is -1, want at least 0")
	nntest.CheckFails(t, nn.MultiHeadAttention{Heads: 2, KeySize: 2, Dropout: -1}, in, "Dropout is -1, want at least 0 and below 1")
	nntest.CheckFails(t, nn.MultiHeadAttention{Heads: 2, KeySize: 2, Constraint: nn.MaxNorm(-1)}, in, `parameter "query_kernel"`)
}

// goroutines runs parts on goroutines of their own.
type goroutines struct{ width int }

func (g goroutines) Width() int { return g.width }

func (g goroutines) Run(n int, task kernel.Task) {
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { task.Part(i, n) })
	}
	group.Wait()
}

// The work is large enough to be shared out over threads.
func TestMultiHeadAttentionOnThreads(t *testing.T) {
	const steps, n = 40, 16
	want := multiHead{heads: 2, key: 8, value: 8, features: [3]int{n, n, n}}
	op, err := nn.MultiHeadAttention{Heads: 2, KeySize: 8}.Build([]tensor.Shape{{steps, n}})
	if err != nil {
		t.Fatal(err)
	}
	params := map[string][]float64{}
	for k, p := range op.Params() {
		p.Value = draw(t, nn.Normal(0, 0.3), p.Shape, uint64(k))
		params[p.Name] = float64s(p.Value)
	}
	const rows = 6
	x := draw(t, nn.Normal(0, 1), tensor.Shape{rows, steps, n}, 9)
	keep, work := op.Scratch(rows, nn.Train)
	p := &nn.Pass{Rows: rows, Mode: nn.Train, In: [][]float32{x}, Out: make([]float32, len(x)), DOut: x, DIn: [][]float32{make([]float32, len(x))},
		Keep: make([]float32, keep), Work: make([]float32, work), Grads: make([][]float32, len(op.Params())), Runner: goroutines{3}}
	op.(nn.Preparer).Prepare(p)
	op.Forward(p)
	near(t, "output", p.Out, want.ref(params, rows, float64s(x)), 1e-5)
	op.Backward(p)
	alone := *p
	alone.Runner, alone.DIn = nil, [][]float32{make([]float32, len(x))}
	op.(nn.Preparer).Prepare(&alone)
	op.Forward(&alone)
	op.Backward(&alone)
	for i, v := range alone.DIn[0] {
		if p.DIn[0][i] != v {
			t.Fatalf("gradient %d is %g on 3 threads and %g on one", i, p.DIn[0][i], v)
		}
	}
}

// The steps of a padded sequence get what those of the sequence alone get, to the
// bit: a hidden key adds 0 to every sum.
func TestMultiHeadAttentionOfPaddedRow(t *testing.T) {
	const steps, n = 21, 4
	for _, layer := range []nn.Layer{nn.Attention{}, nn.MultiHeadAttention{Heads: 2, KeySize: 3}} {
		for length := 1; length <= steps; length++ {
			x := draw(t, nn.Normal(0, 1), tensor.Shape{steps, n}, uint64(length))
			mask := make([]float32, steps)
			for s := range length {
				mask[s] = 1
			}
			padded := attendTo(t, layer, x, mask)
			alone := attendTo(t, layer, x[:length*n], nil)
			for i, v := range alone {
				if padded[i] != v {
					t.Fatalf("%T, %d of %d steps: value %d is %g, without padding %g", layer, length, steps, i, padded[i], v)
				}
			}
		}
	}
}

// attendTo runs a layer on one sequence of four features.
func attendTo(t *testing.T, layer nn.Layer, x, mask []float32) []float32 {
	t.Helper()
	op, err := layer.Build([]tensor.Shape{{len(x) / 4, 4}})
	if err != nil {
		t.Fatal(err)
	}
	for k, p := range op.Params() {
		p.Value = draw(t, nn.Normal(0, 0.5), p.Shape, uint64(k))
	}
	out, _ := forwardMasks(t, op, 1, [][]float32{x}, [][]float32{mask})
	return out
}

// Forward and backward of 32 sequences of 64 steps and 64 features.
func BenchmarkMultiHeadAttention(b *testing.B) {
	const rows, steps, n = 32, 64, 64
	op, err := nn.MultiHeadAttention{Heads: 4, KeySize: 16}.Build([]tensor.Shape{{steps, n}})
	if err != nil {
		b.Fatal(err)
	}
	x := make([]float32, rows*steps*n)
	for i := range x {
		x[i] = float32(i%13) / 13
	}
	keep, work := op.Scratch(rows, nn.Train)
	p := &nn.Pass{Rows: rows, Mode: nn.Train, In: [][]float32{x}, Out: make([]float32, len(x)), DOut: x, DIn: [][]float32{make([]float32, len(x))},
		Keep: make([]float32, keep), Work: make([]float32, work)}
	for _, param := range op.Params() {
		param.Value = make([]float32, param.Shape.Size())
		for i := range param.Value {
			param.Value[i] = float32(i%7)/70 - 0.04
		}
		p.Grads = append(p.Grads, make([]float32, len(param.Value)))
	}
	op.(nn.Preparer).Prepare(p)
	for b.Loop() {
		op.Forward(p)
		op.Backward(p)
	}
}
