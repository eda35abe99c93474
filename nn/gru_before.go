package nn

import "github.com/goodfit-ml/goodfit/internal/kernel"

// gruBeforeCell is the step of a GRU whose reset gate works before the product.
// Extra keeps r·h, which the candidate's weights multiply, and behind it the sums
// of all gates where they are needed.
type gruBeforeCell struct{ activations }

func (gruBeforeCell) gates() int          { return 3 }
func (gruBeforeCell) states() int         { return 1 }
func (gruBeforeCell) biases() int         { return 1 }
func (gruBeforeCell) blocks() []gateBlock { return gruBlocks }

func (c gruBeforeCell) extra() int { return gruCell(c).extra() }

func (c gruBeforeCell) forward(w *recurrentPart, t int) {
	n, width := w.op.units, w.op.width()
	sums := w.block(w.z, t, width)
	w.addRecurrent(0, sums, width, w.fed(t), nil)
	for r := w.lo; r < w.hi; r++ {
		z := row(w.z, t, r, w.rows, width)
		reset, keep := gruCell(c).q(w, t, r)
		copy(keep, z)
		c.gate.Forward(z[:2*n], z[:2*n], n)
		kernel.Mul(reset, z[n:2*n], w.fedRow(t, r))
	}
	w.addRecurrent(1, sums[2*n:], width, w.block(w.extra, t, n), nil)
	for r := w.lo; r < w.hi; r++ {
		if !w.counts(t, r) {
			w.hold(t, r)
			continue
		}
		z := row(w.z, t, r, w.rows, width)
		k := z[2*n:]
		if _, keep := gruCell(c).q(w, t, r); keep != nil {
			copy(keep[2*n:], k)
		}
		c.cell.Forward(k, k, n)
		mixStates(row(w.h, t+1, r, w.rows, n), z[:n], row(w.h, t, r, w.rows, n), k)
	}
}

// fedRow is row r of [recurrentPart.fed].
func (w *recurrentPart) fedRow(t, r int) []float32 {
	n := w.op.units
	return w.fed(t)[(r-w.lo)*n:][:n]
}

func (c gruBeforeCell) backward(w *recurrentPart, t int) {
	n, width := w.op.units, w.op.width()
	for r := w.lo; r < w.hi; r++ {
		z := row(w.z, t, r, w.rows, width)
		if !w.counts(t, r) {
			clear(z)
			continue
		}
		_, sums := gruCell(c).q(w, t, r)
		c.backMix(z, sums, row(w.h, t, r, w.rows, n), row(w.dh, 0, r, w.rows, n), w.temp)
	}
	reset := w.block(w.dReset, 0, n)
	w.transposed[1].Product(reset, n, w.block(w.z, t, width)[2*n:], width, w.hi-w.lo, nil)
	for r := w.lo; r < w.hi; r++ {
		if w.counts(t, r) {
			c.backReset(w, t, r)
		}
	}
	w.addBack(0, w.block(w.z, t, width), width)
}

// backReset goes back through r·h, given the gradient of this product.
func (c gruBeforeCell) backReset(w *recurrentPart, t, r int) {
	n := w.op.units
	z := row(w.z, t, r, w.rows, w.op.width())
	_, sums := gruCell(c).q(w, t, r)
	d, gate, dr, through := row(w.dReset, 0, r, w.rows, n), z[n:2*n], w.temp[:n], w.temp[n:2*n]
	kernel.Mul(dr, d, w.fedRow(t, r))
	kernel.Mul(through, d, gate)
	kernel.AddTo(row(w.dIn, 0, r, w.rows, n), through)
	slope(c.gate, gate, dr, gate, gateSums(sums, 1, n))
}

func (gruBeforeCell) recurrentGradient(s *recurrentPass, b int) (a []float32, lda int, d []float32, ldd int) {
	n, width := s.op.units, s.op.width()
	if b == 0 {
		return s.fedAll(), n, s.z, width
	}
	return s.extra[:s.span*s.rows*n], n, s.z[2*n:], width
}
