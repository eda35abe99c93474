package nn

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// useSteps is the number of steps that are computed at once in use: enough for
// the product of the inputs, few enough that the sums stay in the cache.
const useSteps = 16

// recurrentPass is a recurrent op at one batch size. Buffers are by step, then
// row; h and c have one step more, the first being the state before.
type recurrentPass struct {
	op   *recurrentOp
	pass *Pass
	rows int
	// span is the number of steps in the buffers: all in training.
	span int
	// from and to are the steps that are computed: see counted.
	from, to int
	// first is the step that the buffers begin with, and count how many they hold.
	first, count int

	x, z, h, c, extra []float32
	// hIn is h times the recurrent dropout's mask, where there is one.
	hIn []float32
	// inMask (rows×features) and stateMask (rows×units) are the dropout's factors.
	inMask, stateMask []float32
	// dh and dc are gradients of the states, dIn that of what the recurrent products
	// take where this is not h, dx that of x.
	dh, dc, dIn, dx []float32
	// dReset is the gradient of r·h in a GRU with the reset before the product.
	dReset []float32

	input, kernelGrad, inputGrad kernel.Gemm
	recurrentGrads               []kernel.Gemm
	// weights and transposed have the recurrent weights of each block.
	weights, transposed []kernel.Panels
	parts               []recurrentPart
	forward, backward   recurrentTask
}

// recurrentPart is a range of rows, which one thread takes through all steps.
type recurrentPart struct {
	*recurrentPass
	lo, hi int
	temp   []float32 // 4 × units
}

// recurrentTask is the steps of all rows, cut into parts by rows.
type recurrentTask struct {
	s    *recurrentPass
	back bool
}

// Part takes part i of n of the rows through the steps.
func (r *recurrentTask) Part(i, n int) {
	w := &r.s.parts[i]
	w.lo, w.hi = r.s.rows*i/n, r.s.rows*(i+1)/n
	if r.back {
		w.backwardSteps()
	} else {
		w.forwardSteps()
	}
}

// recurrentSizes are those of the memory that Forward leaves for Backward.
type recurrentSizes struct{ x, z, h, c, extra, hIn, inMask, stateMask int }

func (op *recurrentOp) sizes(rows int, mode Mode) (n recurrentSizes) {
	span := op.span(mode)
	n.x, n.z = span*rows*op.features, span*rows*op.width()
	n.h, n.extra = (span+1)*rows*op.units, span*rows*op.cell.extra()*op.units
	if op.cell.states() > 1 {
		n.c = n.h
	}
	if mode == Train && op.dropout > 0 {
		n.inMask = rows * op.features
	}
	if mode == Train && op.recurrentDropout > 0 {
		n.hIn, n.stateMask = span*rows*op.units, rows*op.units
	}
	return n
}

func (n recurrentSizes) sum() int {
	return n.x + n.z + n.h + n.c + n.extra + n.hIn + n.inMask + n.stateMask
}

// span returns how many steps are in memory.
func (op *recurrentOp) span(mode Mode) int {
	if mode == Train {
		return op.steps
	}
	return min(op.steps, useSteps)
}

// Scratch keeps inputs, gates and states of all steps in training. Work has the
// gradients of states and inputs.
func (op *recurrentOp) Scratch(rows int, mode Mode) (keep, work int) {
	memory := op.sizes(rows, mode).sum()
	if mode == Infer {
		return 0, memory
	}
	work = rows * (op.cell.states()*op.units + op.steps*op.features)
	if op.recurrentDropout > 0 {
		work += rows * op.units
	}
	if _, ok := op.cell.(gruBeforeCell); ok {
		work += rows * op.units
	}
	return memory, work
}

// Prepare implements [Preparer].
func (op *recurrentOp) Prepare(p *Pass) {
	s := &recurrentPass{op: op, pass: p, rows: p.Rows, span: op.span(p.Mode)}
	s.layOut(p)
	for range op.cell.blocks() {
		s.weights = append(s.weights, kernel.Panels{})
		s.transposed = append(s.transposed, kernel.Panels{})
	}
	width := 1
	if p.Runner != nil {
		width = p.Runner.Width()
	}
	s.parts = make([]recurrentPart, width)
	for i := range s.parts {
		s.parts[i] = recurrentPart{recurrentPass: s, temp: make([]float32, 4*op.units)}
	}
	s.forward, s.backward = recurrentTask{s, false}, recurrentTask{s, true}
	s.products(p, width)
	s.packOnce()
	p.State = s
}

// layOut cuts the memory.
func (s *recurrentPass) layOut(p *Pass) {
	memory := p.Keep
	if p.Mode == Infer {
		memory = p.Work
	}
	take := func(from *[]float32, n int) (part []float32) {
		if n > 0 {
			part, *from = (*from)[:n:n], (*from)[n:]
		}
		return part
	}
	n := s.op.sizes(s.rows, p.Mode)
	s.x, s.z, s.h, s.c = take(&memory, n.x), take(&memory, n.z), take(&memory, n.h), take(&memory, n.c)
	s.extra, s.hIn = take(&memory, n.extra), take(&memory, n.hIn)
	s.inMask, s.stateMask = take(&memory, n.inMask), take(&memory, n.stateMask)
	if p.Mode == Infer {
		return
	}
	work, state := p.Work, s.rows*s.op.units
	s.dh = take(&work, state)
	if s.op.cell.states() > 1 {
		s.dc = take(&work, state)
	}
	s.dIn = s.dh
	if s.op.recurrentDropout > 0 {
		s.dIn = take(&work, state)
	}
	if _, ok := s.op.cell.(gruBeforeCell); ok {
		s.dReset = take(&work, state)
	}
	s.dx = take(&work, n.x)
}

// products describes the products over all steps: they run one after the other
// and share their packing memory.
func (s *recurrentPass) products(p *Pass, threads int) {
	op, all := s.op, s.span*s.rows
	width, features := op.width(), op.features
	s.input = kernel.Gemm{M: all, N: width, K: features, A: s.x, B: op.kernel.Value, C: s.z}
	s.input.Bias = op.biasRow(0)
	s.kernelGrad = kernel.Gemm{M: features, N: width, K: all, TransA: true, A: s.x, B: s.z}
	s.inputGrad = kernel.Gemm{M: all, N: features, K: width, A: s.z, TransB: true, B: op.kernel.Value, C: s.dx}
	need := s.input.WorkSize(threads)
	if p.Mode == Train {
		need = max(need, s.kernelGrad.WorkSize(threads), s.inputGrad.WorkSize(threads))
		for b, block := range op.cell.blocks() {
			a, lda, d, ldd := op.cell.recurrentGradient(s, b)
			g := kernel.Gemm{M: op.units, N: (block.hi - block.lo) * op.units, K: all, TransA: true, A: a, LDA: lda, B: d, LDB: ldd, LDC: width}
			need = max(need, g.WorkSize(threads))
			s.recurrentGrads = append(s.recurrentGrads, g)
		}
	}
	work := make([]float32, need)
	s.input.Work, s.kernelGrad.Work, s.inputGrad.Work = work, work, work
	for b := range s.recurrentGrads {
		s.recurrentGrads[b].Work = work
	}
}

// packOnce lets the panels allocate their memory.
func (s *recurrentPass) packOnce() {
	s.packForward()
	if s.pass.Mode == Train {
		s.packBackward()
	}
}

// fewRows is up to how many rows it does not pay to pack the weights.
const fewRows = 3

// packForward makes the recurrent weights ready for the products of the steps.
func (s *recurrentPass) packForward() {
	op := s.op
	for b, block := range op.cell.blocks() {
		n, w := (block.hi-block.lo)*op.units, op.recurrent.Value[block.lo*op.units:]
		if s.rows <= fewRows {
			s.weights[b].Refer(w, op.units, n, op.width())
		} else {
			s.weights[b].Pack(w, op.units, n, op.width())
		}
	}
}

func (s *recurrentPass) packBackward() {
	op := s.op
	for b, block := range op.cell.blocks() {
		s.transposed[b].PackTransposed(op.recurrent.Value[block.lo*op.units:], (block.hi-block.lo)*op.units, op.units, op.width())
	}
}

// run does a task, on several threads where its products are large enough.
func (s *recurrentPass) run(task *recurrentTask, r kernel.Runner) {
	const parallel = 1 << 19 // multiply-adds: tens of microseconds
	n := min(len(s.parts), s.rows)
	if r == nil || n < 2 || s.rows*s.count*s.op.units*s.op.width() < parallel {
		task.Part(0, 1)
		return
	}
	r.Run(n, task)
}
