//go:build (amd64 || arm64) && !purego

package kernel

const (
	// callWork is the number of multiply-adds of one assembly call, about 20 µs,
	// because the scheduler cannot interrupt it.
	callWork = 1 << 21

	transposedCols  = 64 // columns of a B stored transposed that are transposed at once
	transposedDepth = 64 // up to that depth, else those of a panel

	narrowCols  = 4             // columns up to which lanes are rows of C,
	narrowRows  = 8             // given that many rows and, if A is stored transposed,
	narrowDepth = 4             // that many steps; at most narrowMost, because its chains
	narrowMost  = callWork / 64 // are not continued in another call

	deepest = 8192 // steps of k of one assembly call otherwise
)

// region computes the given rows and columns of C.
func (g *Gemm) region(rows, cols span, work []float32) {
	if active == Generic || g.K == 0 {
		gemmGeneric(g, rows, cols)
		return
	}
	var t tile
	g.tile(&t, rows, cols)
	switch {
	case t.cols <= narrowCols && t.isNarrow():
		t.narrow()
	case t.transposesB() && t.rows == 1 && t.depth <= narrowMost && t.bias == nil && t.mask == nil && t.flags == 0:
		t.oneRowTransposed()
	case t.transposesB() && t.cols <= transposedCols && t.depth*t.transposedWidth() <= len(work):
		t.transposeB(work, t.transposedWidth())
		t.inPlace()
	case t.transposesB() || len(work) > 0 && t.packs():
		t.blocked(work)
	default:
		t.inPlace()
	}
}

// isNarrow reports whether lanes that are rows of C pay for few columns.
func (t *tile) isNarrow() bool {
	if t.mask != nil || t.flags&tileAccumulate != 0 || t.rows < narrowRows || t.depth > narrowMost {
		return false
	}
	if t.aRow == 4 {
		return t.depth >= narrowDepth
	}
	return t.sums == nil
}

// narrow computes a tile of few columns, in short calls.
func (t *tile) narrow() {
	if t.rows*t.depth <= callWork/4 {
		t.runNarrow()
		return
	}
	rows := callWork / 4 / t.depth &^ 15
	for i := 0; i < t.rows; i += rows {
		s := t.sub(i, rows, 0, t.cols)
		s.runNarrow()
	}
}

// oneRowTransposed computes a row of C from a B that is stored transposed: as the
// column B·aᵀ of that matrix.
func (t *tile) oneRowTransposed() {
	t.a, t.b = t.b, t.a
	t.aRow, t.bStep = t.bCol, t.aStep
	t.aStep, t.bCol, t.cRow = 4, 4, 4
	t.rows, t.cols = t.cols, 1
	t.narrow()
}

// inPlace computes the tile without packing, in short calls.
func (t *tile) inPlace() {
	if (t.rows+8)*t.cols*t.depth <= callWork {
		t.run()
		return
	}
	if t.depth > deepest {
		for k := 0; k < t.depth; k += deepest {
			s := t.deep(k, deepest)
			s.inPlace()
		}
		return
	}
	cols := max(callWork/(8*t.depth)&^255, 256)
	rows := max(callWork/(min(cols, t.cols)*t.depth)/12*12, 12)
	for i := 0; i < t.rows; i += rows {
		for j := 0; j < t.cols; j += cols {
			s := t.sub(i, rows, j, cols)
			s.run()
		}
	}
}
