package nn

import "github.com/goodfit-ml/goodfit/internal/kernel"

// Backward goes back through the steps, which turns the gates into the gradients
// of their sums, and then makes the gradients of weights and inputs in one
// product each. A weight's gradient adds in the order of the steps, and of the
// rows within a step.
func (op *recurrentOp) Backward(p *Pass) {
	s := p.State.(*recurrentPass)
	s.packBackward()
	s.first, s.count = s.from, s.to-s.from
	s.limit()
	clear(s.dh)
	clear(s.dc)
	s.run(&s.backward, p.Runner)
	s.weightGradients(p)
	s.inputGradients(p)
}

func (w *recurrentPart) backwardSteps() {
	if !w.op.returnSequences {
		w.receive(0)
	}
	for step := w.op.steps - 1; step >= 0; step-- {
		if w.op.returnSequences {
			w.receive(step)
		}
		t := step - w.from
		if t < 0 || t >= w.count {
			continue
		}
		n := w.op.units
		dh, dIn := w.block(w.dh, 0, n), w.block(w.dIn, 0, n)
		if w.stateMask != nil {
			clear(dIn)
		}
		w.op.cell.backward(w, t)
		if w.stateMask != nil {
			kernel.Mul(dIn, dIn, w.block(w.stateMask, 0, n))
			kernel.AddTo(dh, dIn)
		}
	}
}

// receive adds the output's gradient at a step to those of the states.
func (w *recurrentPart) receive(step int) {
	n, width := w.op.units, w.op.outWidth()
	for r := w.lo; r < w.hi; r++ {
		d := w.outRow(w.pass.DOut, step, r, width)
		kernel.AddTo(row(w.dh, 0, r, w.rows, n), d[:n])
		if width > n {
			kernel.AddTo(row(w.dc, 0, r, w.rows, n), d[n:])
		}
	}
}

// addBack adds the product of gradients at the sums of block b, whose rows are
// lda apart, and the transposed weights to the gradient of what they multiplied.
func (w *recurrentPart) addBack(b int, d []float32, lda int) {
	n := w.op.units
	w.transposed[b].AddProduct(w.block(w.dIn, 0, n), n, d, lda, w.hi-w.lo, nil)
}

// weightGradients makes the gradients of kernels and bias, sums of columns with
// the first of the products that has the same gradient at the sums.
func (s *recurrentPass) weightGradients(p *Pass) {
	op := s.op
	var bias []float32
	if op.bias != nil {
		bias = p.Grads[2]
	}
	if g := p.Grads[0]; g != nil {
		s.kernelGrad.C, s.kernelGrad.Sums = g, nil
		if bias != nil {
			s.kernelGrad.Sums = bias[:op.width()]
		}
		s.kernelGrad.Run(p.Runner)
	} else if bias != nil {
		kernel.ColSum(bias[:op.width()], s.z, s.count*s.rows, op.width(), false)
	}
	for b, block := range op.cell.blocks() {
		s.recurrentGradient(p, &s.recurrentGrads[b], block, bias)
	}
}

// recurrentGradient makes the gradient of a block of the recurrent kernel, and of
// its bias where it has one of its own.
func (s *recurrentPass) recurrentGradient(p *Pass, g *kernel.Gemm, block gateBlock, bias []float32) {
	lo, hi := block.lo*s.op.units, block.hi*s.op.units
	g.Sums = nil
	if bias != nil && s.op.cell.biases() > 1 {
		g.Sums = bias[s.op.width()+lo : s.op.width()+hi]
	}
	switch {
	case p.Grads[1] != nil:
		g.C = p.Grads[1][lo:]
		g.Run(p.Runner)
	case g.Sums != nil:
		sumColumns(g.Sums, g.B, g.LDB, g.K)
	}
}

// sumColumns adds rows that are ld apart, in ascending order.
func sumColumns(sums, x []float32, ld, rows int) {
	clear(sums)
	for r := range rows {
		kernel.AddTo(sums, x[r*ld:][:len(sums)])
	}
}

// inputGradients makes the gradients of the inputs that want one.
func (s *recurrentPass) inputGradients(p *Pass) {
	if p.DIn[0] != nil {
		s.inputGrad.Run(p.Runner)
		s.scatter(p.DIn[0])
	}
	for k, d := range p.DIn[1:] {
		if d != nil {
			copy(d, [][]float32{s.dh, s.dc}[k])
		}
	}
}

// scatter is the way back of gather, and writes 0 where there was nothing to gather.
func (s *recurrentPass) scatter(to []float32) {
	n, row := s.op.features, s.op.steps*s.op.features
	if s.count < s.op.steps {
		clear(to)
	}
	for t := range s.count {
		from := s.dx[t*s.rows*n:][:s.rows*n]
		if s.inMask != nil {
			kernel.Mul(from, from, s.inMask)
		}
		at := to[s.order(s.first+t)*n:]
		for r := range s.rows {
			copy(at[r*row:][:n], from[r*n:])
		}
	}
}
