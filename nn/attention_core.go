package nn

import (
	"math"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// dotAttention is softmax(scale·Q·Kᵀ)·V for each row and head (Vaswani et al. 2017,
// equation 1). Queries are rows×tq×heads×dk, keys rows×tk×heads×dk, values
// rows×tk×heads×dv.
type dotAttention struct {
	heads, tq, tk, dk, dv int
	scale                 float32
	causal                bool
	rate                  float32 // of dropout on the weights
}

// weights is the number of attention weights over so many rows.
func (a *dotAttention) weights(rows int) int { return rows * a.heads * a.tq * a.tk }

// drops reports whether the weights are dropped out in a mode.
func (a *dotAttention) drops(mode Mode) bool { return mode == Train && a.rate > 0 }

// keep is how much a pass keeps: the weights and, with dropout, what it left.
func (a *dotAttention) keep(rows int, mode Mode) int {
	if a.drops(mode) {
		return 2 * a.weights(rows)
	}
	return a.weights(rows)
}

// attentionPass is a dotAttention at one batch size. Rows and heads are shared out
// over threads, each with products and memory of its own.
type attentionPass struct {
	dotAttention
	p          *Pass
	masks      [2][]float32 // of the keys, rows×tk; both must count a step
	weight     []float32
	dropped    []float32 // weight after dropout; the same memory without
	q, k, v, y []float32
	// The gradients; nil where not wanted.
	dQ, dK, dV, dY []float32
	parts          []attentionPart
}

// attentionPart is what one thread has for itself.
type attentionPart struct {
	score, value, dWeight, dQuery, dKey, dValue kernel.Gemm
	d                                           []float32 // tq×tk
}

// newAttentionPass uses the memory that keep asked for.
func newAttentionPass(a dotAttention, p *Pass, memory []float32) *attentionPass {
	n := a.weights(p.Rows)
	s := &attentionPass{dotAttention: a, p: p, weight: memory[:n], dropped: memory[:n]}
	if a.drops(p.Mode) {
		s.dropped = memory[n : 2*n]
	}
	width := 1
	if p.Runner != nil {
		width = p.Runner.Width()
	}
	s.parts = make([]attentionPart, width)
	for i := range s.parts {
		s.parts[i].prepare(&s.dotAttention, p.Mode)
	}
	return s
}

func (t *attentionPart) prepare(a *dotAttention, mode Mode) {
	k, v := a.heads*a.dk, a.heads*a.dv
	t.score = kernel.Gemm{M: a.tq, N: a.tk, K: a.dk, LDA: k, LDB: k, TransB: true}
	t.value = kernel.Gemm{M: a.tq, N: a.dv, K: a.tk, LDB: v, LDC: v}
	products := []*kernel.Gemm{&t.score, &t.value}
	if mode == Train {
		t.dWeight = kernel.Gemm{M: a.tq, N: a.tk, K: a.dv, LDA: v, LDB: v, TransB: true}
		t.dQuery = kernel.Gemm{M: a.tq, N: a.dk, K: a.tk, LDB: k, LDC: k}
		t.dKey = kernel.Gemm{M: a.tk, N: a.dk, K: a.tq, TransA: true, LDB: k, LDC: k}
		t.dValue = kernel.Gemm{M: a.tk, N: a.dv, K: a.tq, TransA: true, LDB: v, LDC: v}
		t.d = make([]float32, a.tq*a.tk)
		products = append(products, &t.dWeight, &t.dQuery, &t.dKey, &t.dValue)
	}
	need := 0
	for _, g := range products {
		need = max(need, g.WorkSize(1))
	}
	work := make([]float32, need)
	for _, g := range products {
		g.Work = work
	}
}

// attentionForward and attentionBackward are the tasks of the passes.
type (
	attentionForward  attentionPass
	attentionBackward attentionPass
)

// attentionCost is the number of multiply-adds from which a pass is shared out.
const attentionCost = 1 << 18

func (s *attentionPass) run(t kernel.Task) {
	work := s.weights(s.p.Rows) * (s.dk + s.dv)
	if len(s.parts) < 2 || work < attentionCost {
		t.Part(0, 1)
		return
	}
	s.p.Runner.Run(len(s.parts), t)
}

func (s *attentionPass) forward()  { s.run((*attentionForward)(s)) }
func (s *attentionPass) backward() { s.run((*attentionBackward)(s)) }

// Part computes the outputs of part i of n of the rows and heads.
func (f *attentionForward) Part(i, n int) {
	s := (*attentionPass)(f)
	items := s.p.Rows * s.heads
	for item := items * i / n; item < items*(i+1)/n; item++ {
		s.attend(&s.parts[i], item/s.heads, item%s.heads)
	}
}

// at returns x from a row's and head's first value on; nil stays nil.
func (s *attentionPass) at(x []float32, row, head, steps, size int) []float32 {
	if x == nil {
		return nil
	}
	return x[(row*steps*s.heads+head)*size:]
}

// item returns the weights of a row and head, and where they begin.
func (s *attentionPass) item(x []float32, row, head int) (w []float32, lo int) {
	n := s.tq * s.tk
	lo = (row*s.heads + head) * n
	return x[lo : lo+n], lo
}

func (s *attentionPass) attend(t *attentionPart, row, head int) {
	w, lo := s.item(s.weight, row, head)
	g := &t.score
	g.A, g.B, g.C = s.at(s.q, row, head, s.tq, s.dk), s.at(s.k, row, head, s.tk, s.dk), w
	g.Run(nil)
	if s.scale != 1 {
		kernel.Scale(w, w, s.scale)
	}
	s.hide(w, row)
	kernel.SoftmaxRows(w, w, s.tq, s.tk)
	s.blind(w, row)
	d := w
	if s.drops(s.p.Mode) {
		d, _ = s.item(s.dropped, row, head)
		kernel.Dropout(d, w, s.p.Key, uint64(lo), s.rate)
	}
	g = &t.value
	g.A, g.B, g.C = d, s.at(s.v, row, head, s.tk, s.dv), s.at(s.y, row, head, s.tq, s.dv)
	g.Run(nil)
}

// counts reports whether a row's step j is a key.
func (s *attentionPass) counts(row, j int) bool {
	for _, m := range s.masks {
		if m != nil && m[row*s.tk+j] == 0 {
			return false
		}
	}
	return true
}

// hide gives the weight 0 to keys that do not count and, if causal, to those that
// come after the query.
func (s *attentionPass) hide(w []float32, row int) {
	masked := s.masks[0] != nil || s.masks[1] != nil
	if !masked && !s.causal {
		return
	}
	hidden := float32(math.Inf(-1))
	for i := range s.tq {
		scores := w[i*s.tk : (i+1)*s.tk]
		if s.causal && i+1 < s.tk {
			kernel.Fill(scores[i+1:], hidden)
		}
		for j := range scores {
			if masked && !s.counts(row, j) {
				scores[j] = hidden
			}
		}
	}
}

// blind clears the weights of queries from which every key is hidden: their output
// is 0.
func (s *attentionPass) blind(w []float32, row int) {
	first := 0
	for first < s.tk && !s.counts(row, first) {
		first++
	}
	for i := range s.tq {
		if first == s.tk || s.causal && first > i {
			clear(w[i*s.tk : (i+1)*s.tk])
		}
	}
}

// Part computes the gradients of part i of n of the rows and heads.
func (b *attentionBackward) Part(i, n int) {
	s := (*attentionPass)(b)
	items := s.p.Rows * s.heads
	for item := items * i / n; item < items*(i+1)/n; item++ {
		s.differentiate(&s.parts[i], item/s.heads, item%s.heads)
	}
}

func (s *attentionPass) differentiate(t *attentionPart, row, head int) {
	w, lo := s.item(s.weight, row, head)
	dropped, _ := s.item(s.dropped, row, head)
	dy := s.at(s.dY, row, head, s.tq, s.dv)
	g := &t.dWeight
	g.A, g.B, g.C = dy, s.at(s.v, row, head, s.tk, s.dv), t.d
	g.Run(nil)
	if s.drops(s.p.Mode) {
		kernel.Dropout(t.d, t.d, s.p.Key, uint64(lo), s.rate)
	}
	kernel.SoftmaxBackwardRows(t.d, t.d, w, s.tq, s.tk)
	if s.scale != 1 {
		kernel.Scale(t.d, t.d, s.scale)
	}
	product(&t.dQuery, t.d, s.at(s.k, row, head, s.tk, s.dk), s.at(s.dQ, row, head, s.tq, s.dk))
	product(&t.dKey, t.d, s.at(s.q, row, head, s.tq, s.dk), s.at(s.dK, row, head, s.tk, s.dk))
	product(&t.dValue, dropped, dy, s.at(s.dV, row, head, s.tk, s.dv))
}

// product runs a product unless its result is not wanted.
func product(g *kernel.Gemm, a, b, c []float32) {
	if c != nil {
		g.A, g.B, g.C = a, b, c
		g.Run(nil)
	}
}
