//go:build (amd64 || arm64) && !purego

package kernel

import (
	"sync"
	"unsafe"
)

// A large product is computed in blocks of at most blockK steps of k, each of
// them one panel of columns after the other. The panel of B is packed to be
// contiguous: by the first row tile on its way, or before it if B is stored
// transposed. A is read in place, except where it is stored transposed and deep:
// then blockM of its rows are transposed first, because there every step of k
// is another page of memory.
const (
	blockK    = 1024 // depth of a block
	blockM    = 768  // most rows of a block if A is transposed
	inPlaceK  = 128  // depth up to which a transposed A is read in place
	packRows  = 24   // rows from which packing B pays,
	packDepth = 97   // given that depth
	tileRows  = 6    // rows of the tile that packs B
	padding   = 16   // between the rows of a transposed A, against cache conflicts
)

// WorkSize returns the length of Work for a runner of the given width: the
// packed parts of A and B for each thread, 0 where packing does not pay.
func (g *Gemm) WorkSize(width int) int {
	if active == Generic || g.M == 0 || g.N == 0 || g.K == 0 {
		return 0
	}
	var t tile
	g.tile(&t, span{0, g.M}, span{0, g.N})
	if !t.transposesB() && !t.packs() {
		return 0
	}
	return width * t.packedSize(min(g.K, blockK))
}

// transposesB reports whether B must be transposed, being stored so.
func (t *tile) transposesB() bool { return t.bCol != 4 && t.cols > 1 }

// packs reports whether packing B pays where it is not necessary.
func (t *tile) packs() bool {
	return t.rows >= packRows && t.depth >= packDepth && t.cols >= panelCols()
}

// transposesA reports whether transposing A pays.
func (t *tile) transposesA() bool { return t.aRow == 4 && t.packs() && t.depth > inPlaceK }

// transposedWidth returns the distance between the rows of B after transposing.
func (t *tile) transposedWidth() int { return min((t.cols+15)&^15, transposedCols) }

// packedSize returns the number of packed elements of a block of the given depth.
func (t *tile) packedSize(depth int) int {
	size := depth * panelCols()
	if t.transposesB() {
		size = max(size, depth*t.transposedWidth())
	}
	if t.transposesA() {
		size += min(t.rows, blockM) * (depth + padding)
	}
	return size
}

// blocked computes the tile with packed operands in work. With less work than
// [Gemm.WorkSize] it packs B alone, or not even that unless it must.
func (t *tile) blocked(work []float32) {
	depth := min(t.depth, blockK)
	if t.transposesA() && len(work) >= t.packedSize(depth) {
		count := (t.rows + blockM - 1) / blockM // equal blocks: packing must pay for the last
		t.blocks(work, (t.rows+count-1)/count, depth, true)
		return
	}
	depth = min(depth, len(work)/panelCols())
	switch {
	case depth >= min(t.depth, 16):
		t.blocks(work, t.rows, depth, false)
	case t.transposesB():
		t.blockedShared()
	default:
		t.inPlace()
	}
}

// blockedShared is blocked for a caller without scratch.
func (t *tile) blockedShared() {
	work := sharedWork.Get().(*[1 << 14]float32)
	t.blocks(work[:], t.rows, len(work)/panelCols(), false)
	sharedWork.Put(work)
}

// sharedWork has scratch for transposing B, 64 KB each.
var sharedWork = sync.Pool{New: func() any { return new([1 << 14]float32) }}

// blocks computes the tile in blocks of the given rows and depth.
func (t *tile) blocks(work []float32, rows, depth int, transposeA bool) {
	for k := 0; k < t.depth; k += depth {
		block := t.deep(k, depth)
		for i := 0; i < t.rows; i += rows {
			part := block.sub(i, rows, 0, t.cols)
			rest := work
			if transposeA {
				size := part.rows * (part.depth + padding)
				part.transposeA(work[:size])
				rest = work[size:]
			}
			part.panels(rest)
		}
	}
}

// panels computes one block, panel by panel.
func (t *tile) panels(work []float32) {
	cols := panelCols()
	if t.transposesB() && t.depth <= transposedDepth && transposedCols*t.depth <= len(work) {
		cols = transposedCols
	}
	for j := 0; j < t.cols; j += cols {
		p := t.sub(0, t.rows, j, cols)
		done := p.packB(work[:cols*t.depth], cols)
		rest := p.sub(done, p.rows, 0, cols)
		rest.sums = p.sums
		rest.inPlace()
	}
}

// packB packs B of a tile of one panel, cols columns wide, where that pays, and
// makes t use it. It returns the number of rows of C that it computed on the way.
func (t *tile) packB(packed []float32, cols int) (rows int) {
	switch {
	case t.bCol != 4:
		t.transposeB(packed, cols)
	case t.rows < packRows || t.cols < packedCols() || t.depth < packDepth, t.bStep == 4*cols:
		return 0
	default:
		first := t.sub(0, tileRows, 0, cols)
		first.pack = unsafe.SliceData(packed)
		first.runPack()
		t.b, t.bStep = first.pack, 4*cols
		rows = tileRows
	}
	return rows
}

// transposeB transposes B into work, with rows the given elements apart, and makes t
// use it.
func (t *tile) transposeB(work []float32, width int) {
	to := unsafe.SliceData(work)
	transposeVector(to, 4*width, t.b, t.bCol, t.cols, t.depth)
	t.b, t.bStep, t.bCol = to, 4*width, 4
}

// transposeA transposes A, stored so, into work and makes t use it.
func (t *tile) transposeA(work []float32) {
	to, step := unsafe.SliceData(work), 4*(t.depth+padding)
	transposeVector(to, step, t.a, t.aStep, t.depth, t.rows)
	t.a, t.aRow, t.aStep = to, step, 4
}
