//go:build arm64 && !purego

package kernel

// panelCols returns the columns of a packed panel of B: those of a tile.
func panelCols() int { return 16 }

// packedCols returns the least columns of a panel that the packing tile takes.
func packedCols() int { return 16 }

// gemmNEON computes the whole tile, reading A and B in place. It changes t.offset.
//
//go:noescape
func gemmNEON(t *tile)

// gemmPackNEON computes a tile of 6 rows and 16 columns and copies its rows of
// B to pack. Like the others it ignores t.sums.
//
//go:noescape
func gemmPackNEON(t *tile)

// gemmNarrowNEON computes a tile of at most four columns that starts from +0
// and has no mask; its rows are a multiple of four. Lanes are rows of C; B may
// have any steps.
//
//go:noescape
func gemmNarrowNEON(t *tile)

// gemmNarrowTNEON is gemmNarrowNEON where op(A) is stored transposed: aRow is 4.
//
//go:noescape
func gemmNarrowTNEON(t *tile)

// run computes the tile.
func (t *tile) run() {
	if t.sums != nil {
		t.sumColumns()
	}
	gemmNEON(t)
}

// sumColumns computes the sums as a row of ones times B: FMA(1, b, s) is s + b.
func (t *tile) sumColumns() {
	s := tile{
		a: &one, b: t.b, c: t.sums, bStep: t.bStep, bCol: t.bCol,
		rows: 1, cols: t.cols, depth: t.depth, flags: t.flags & tileAccumulate,
	}
	gemmNEON(&s)
}

// runPack computes a tile of one panel's width and 6 rows and packs B.
func (t *tile) runPack() { gemmPackNEON(t) }

// runNarrow computes a tile of at most four columns: whole vectors of rows
// with lanes that are rows, the others with lanes that are columns.
func (t *tile) runNarrow() {
	if t.sums != nil {
		t.sumColumns()
		t.sums = nil
	}
	whole := t.rows &^ 3
	rest := t.sub(whole, t.rows, 0, t.cols)
	if t.rows = whole; whole > 0 {
		t.runWhole()
	}
	for j := 0; j < rest.cols && rest.rows > 0; j++ { // one by one: bCol may be anything
		column := rest.sub(0, rest.rows, j, 1)
		column.run()
	}
}

// runWhole is runNarrow for a multiple of four rows.
func (t *tile) runWhole() {
	if t.aRow == 4 {
		gemmNarrowTNEON(t)
	} else {
		gemmNarrowNEON(t)
	}
}
