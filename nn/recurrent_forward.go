package nn

import "github.com/goodfit-ml/goodfit/internal/kernel"

// The streams of random numbers of a recurrent layer.
const (
	inputStream = iota
	stateStream
	recurrentStreams
)

func (op *recurrentOp) Forward(p *Pass) {
	s := p.State.(*recurrentPass)
	s.packForward()
	s.drawMasks()
	s.begin()
	s.from, s.to = s.counted()
	s.first, s.count = s.from, 0
	s.repeat(0, s.from)
	for ; s.first < s.to; s.first += s.span {
		s.count = min(s.span, s.to-s.first)
		s.gather()
		s.input.M = s.count * s.rows
		s.input.Run(p.Runner)
		s.run(&s.forward, p.Runner)
		if s.first+s.count < s.to {
			s.carry()
		}
	}
	s.repeat(s.to, op.steps)
	if !op.returnSequences {
		s.emit(s.count, 0, 0, s.rows)
	}
	s.end()
}

// drawMasks draws the factors of both dropouts, which are the same at every step
// (Gal and Ghahramani 2016).
func (s *recurrentPass) drawMasks() {
	for _, d := range []struct {
		mask   []float32
		rate   float64
		stream uint64
	}{{s.inMask, s.op.dropout, inputStream}, {s.stateMask, s.op.recurrentDropout, stateStream}} {
		if d.mask != nil {
			kernel.Fill(d.mask, 1)
			kernel.Dropout(d.mask, d.mask, s.pass.Key, (s.op.stream+d.stream)<<40, float32(d.rate))
		}
	}
}

// begin sets the state before the first step.
func (s *recurrentPass) begin() {
	for k, buffer := range [][]float32{s.h, s.c} {
		if buffer == nil {
			continue
		}
		to := buffer[:s.rows*s.op.units]
		switch {
		case s.op.given:
			copy(to, s.pass.In[1+k])
		case s.op.stateful > 0:
			copy(to, s.op.states[k].Value)
		default:
			clear(to)
		}
	}
}

// carry makes the last state in the buffers the first.
func (s *recurrentPass) carry() {
	n := s.rows * s.op.units
	for _, buffer := range [][]float32{s.h, s.c} {
		if buffer != nil {
			copy(buffer[:n], buffer[s.count*n:][:n])
		}
	}
}

// end keeps the last state for the next batch.
func (s *recurrentPass) end() {
	if s.op.stateful == 0 {
		return
	}
	n := s.rows * s.op.units
	for k, buffer := range [][]float32{s.h, s.c}[:len(s.op.states)] {
		copy(s.op.states[k].Value, buffer[s.count*n:][:n])
	}
}

// order returns which step of the input is taken at step t.
func (s *recurrentPass) order(t int) int {
	if s.op.goBackwards {
		return s.op.steps - 1 - t
	}
	return t
}

// gather copies the inputs of the steps in the buffers, by step, times the mask.
func (s *recurrentPass) gather() {
	n, row := s.op.features, s.op.steps*s.op.features
	for t := range s.count {
		from := s.pass.In[0][s.order(s.first+t)*n:]
		to := s.x[t*s.rows*n:][:s.rows*n]
		for r := range s.rows {
			copy(to[r*n:(r+1)*n], from[r*row:])
		}
		if s.inMask != nil {
			kernel.Mul(to, to, s.inMask)
		}
	}
}

// counts reports whether step t of the buffers counts in row r.
func (s *recurrentPass) counts(t, r int) bool {
	mask := maskOf(s.pass, 0)
	return mask == nil || mask[r*s.op.steps+s.order(s.first+t)] != 0
}

// row returns row r of step t of a buffer whose rows have n values.
func row(buffer []float32, t, r, rows, n int) []float32 {
	at := (t*rows + r) * n
	return buffer[at : at+n : at+n]
}

// block returns the part's rows of step t of a buffer whose rows have n values.
func (w *recurrentPart) block(buffer []float32, t, n int) []float32 {
	return buffer[(t*w.rows+w.lo)*n : (t*w.rows+w.hi)*n]
}

func (w *recurrentPart) forwardSteps() {
	for t := range w.count {
		if w.hIn != nil {
			n := w.op.units
			kernel.Mul(w.block(w.hIn, t, n), w.block(w.h, t, n), w.block(w.stateMask, 0, n))
		}
		w.op.cell.forward(w, t)
		if w.op.returnSequences {
			w.emit(t+1, w.first+t, w.lo, w.hi)
		}
	}
}

// fed returns the part's rows of what the recurrent products take at step t.
func (w *recurrentPart) fed(t int) []float32 {
	if w.hIn != nil {
		return w.block(w.hIn, t, w.op.units)
	}
	return w.block(w.h, t, w.op.units)
}

// addRecurrent adds the product of the state and block b's weights to c, whose
// rows are ldc apart, and the bias.
func (w *recurrentPart) addRecurrent(b int, c []float32, ldc int, a, bias []float32) {
	w.weights[b].AddProduct(c, ldc, a, w.op.units, w.hi-w.lo, bias)
}

// hold keeps the state of row r at step t, which does not count.
func (w *recurrentPart) hold(t, r int) {
	n := w.op.units
	copy(row(w.h, t+1, r, w.rows, n), row(w.h, t, r, w.rows, n))
	if w.c != nil {
		copy(row(w.c, t+1, r, w.rows, n), row(w.c, t, r, w.rows, n))
	}
}

// emit writes state k of the buffers to the output of a step, in rows lo to hi-1.
func (s *recurrentPass) emit(k, step, lo, hi int) {
	n, to := s.op.units, s.op.outWidth()
	for r := lo; r < hi; r++ {
		out := s.outRow(s.pass.Out, step, r, to)
		copy(out, row(s.h, k, r, s.rows, n))
		if to > n {
			copy(out[n:], row(s.c, k, r, s.rows, n))
		}
	}
}

// outRow returns row r's place for a step in the output or its gradient.
func (s *recurrentPass) outRow(out []float32, step, r, n int) []float32 {
	at := r * n
	if s.op.returnSequences {
		at = (r*s.op.steps + step) * n
	}
	return out[at : at+n]
}
