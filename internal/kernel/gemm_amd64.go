//go:build amd64 && !purego

package kernel

// panelCols returns the columns of a packed panel of B: those of a tile.
func panelCols() int {
	if active == AVX512 {
		return 64
	}
	return 16
}

// packedCols returns the least columns of a panel that the packing tile takes.
func packedCols() int {
	if active == AVX512 {
		return 49
	}
	return 9
}

// gemmAVX512 computes the whole tile, reading A and B in place. It changes
// t.cols, t.offset and t.maskTile.
//
//go:noescape
func gemmAVX512(t *tile)

// gemmAVX2 is gemmAVX512 for AVX2.
//
//go:noescape
func gemmAVX2(t *tile)

// gemmPackAVX512 computes a tile of 6 rows and up to 64, but more than 48,
// columns, without sums, and copies its rows of B to pack, 64 columns wide.
//
//go:noescape
func gemmPackAVX512(t *tile)

// gemmPackAVX2 computes a tile of 6 rows and up to 16, but more than 8,
// columns, without sums, and copies its rows of B to pack, 16 columns wide.
//
//go:noescape
func gemmPackAVX2(t *tile)

// gemmNarrowAVX512 computes a tile of at most four columns that starts from +0
// and has no mask. Lanes are rows of C; B may have any steps.
//
//go:noescape
func gemmNarrowAVX512(t *tile)

// gemmNarrowAVX2 is gemmNarrowAVX512 for AVX2.
//
//go:noescape
func gemmNarrowAVX2(t *tile)

// gemmNarrowTAVX512 is gemmNarrowAVX512 where op(A) is stored transposed: aRow is 4.
//
//go:noescape
func gemmNarrowTAVX512(t *tile)

// gemmNarrowTAVX2 is gemmNarrowTAVX512 for AVX2.
//
//go:noescape
func gemmNarrowTAVX2(t *tile)

// run computes the tile at the active level.
func (t *tile) run() {
	if active == AVX512 {
		gemmAVX512(t)
		return
	}
	gemmAVX2(t)
}

// runPack computes a tile of one panel's width and 6 rows and packs B.
func (t *tile) runPack() {
	if active == AVX512 {
		gemmPackAVX512(t)
		return
	}
	gemmPackAVX2(t)
}

// runNarrow computes a tile of at most four columns.
func (t *tile) runNarrow() {
	switch {
	case active == AVX512 && t.aRow == 4:
		gemmNarrowTAVX512(t)
	case active == AVX512:
		gemmNarrowAVX512(t)
	case t.aRow == 4:
		gemmNarrowTAVX2(t)
	default:
		gemmNarrowAVX2(t)
	}
}
