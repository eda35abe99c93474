//go:build (amd64 || arm64) && !purego

package kernel

import "unsafe"

// tile is what one call of a product kernel works on: C of rows×cols, from
// op(A) of rows×depth and B of depth×cols. All distances are in bytes. The
// assembly knows the fields by their position.
type tile struct {
	a, b, c, bias, mask, pack, sums *float32

	aRow, aStep int // from one row of op(A) to the next, from one column to the next
	bStep, bCol int // from one row of op(B) to the next, from one column to the next
	cRow        int
	maskRow     int // 0 without a mask

	rows, cols, depth int
	flags             int

	offset, maskTile uintptr // for the kernel's own use; offset starts at 0
}

// Bits of tile.flags.
const (
	tileAccumulate = 1 << iota
	tileReLU
)

// at returns the address of s[i].
func at(s []float32, i int) *float32 {
	return (*float32)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(s)), 4*i))
}

// moved returns the address bytes after p.
func moved(p *float32, bytes int) *float32 {
	return (*float32)(unsafe.Add(unsafe.Pointer(p), bytes))
}

// tile makes t the given rows and columns of the product, with all of K.
func (g *Gemm) tile(t *tile, rows, cols span) {
	ldc := leading(g.LDC, g.N)
	t.c = at(g.C, rows.lo*ldc+cols.lo)
	t.cRow = 4 * ldc
	if g.TransA {
		t.aRow, t.aStep = 4, 4*leading(g.LDA, g.M)
	} else {
		t.aRow, t.aStep = 4*leading(g.LDA, g.K), 4
	}
	t.a = moved(unsafe.SliceData(g.A), rows.lo*t.aRow)
	if g.TransB {
		t.bStep, t.bCol = 4, 4*leading(g.LDB, g.K)
	} else {
		t.bStep, t.bCol = 4*leading(g.LDB, g.N), 4
	}
	t.b = moved(unsafe.SliceData(g.B), cols.lo*t.bCol)
	if g.Bias != nil {
		t.bias = at(g.Bias, cols.lo)
	}
	if g.Sums != nil && rows.lo == 0 {
		t.sums = at(g.Sums, cols.lo)
	}
	if g.Mask != nil {
		ld := leading(g.LDMask, g.N)
		t.mask = at(g.Mask, rows.lo*ld+cols.lo)
		t.maskRow = 4 * ld
	}
	t.rows, t.cols, t.depth = rows.hi-rows.lo, cols.hi-cols.lo, g.K
	if g.Accumulate {
		t.flags |= tileAccumulate
	}
	if g.Act == EpReLU {
		t.flags |= tileReLU
	}
}

// sub returns the part of t from the given row and column on, with at most the
// given rows and columns. The part with the first row has the sums.
func (t *tile) sub(row, rows, col, cols int) tile {
	s := *t
	s.rows, s.cols = min(rows, t.rows-row), min(cols, t.cols-col)
	s.a = moved(t.a, row*t.aRow)
	s.b = moved(t.b, col*t.bCol)
	s.c = moved(t.c, row*t.cRow+4*col)
	if row > 0 {
		s.sums = nil
	} else if t.sums != nil {
		s.sums = moved(t.sums, 4*col)
	}
	if t.bias != nil {
		s.bias = moved(t.bias, 4*col)
	}
	if t.mask != nil {
		s.mask = moved(t.mask, row*t.maskRow+4*col)
	}
	return s
}

// deep returns the part of t with steps k, k+1, … of the chains, at most depth
// of them. All but the first continue from C, and only the last has an epilogue.
func (t *tile) deep(k, depth int) tile {
	s := *t
	s.depth = min(depth, t.depth-k)
	s.a = moved(t.a, k*t.aStep)
	s.b = moved(t.b, k*t.bStep)
	if k > 0 {
		s.flags |= tileAccumulate
	}
	if k+s.depth < t.depth {
		s.bias, s.mask, s.maskRow = nil, nil, 0
		s.flags &^= tileReLU
	}
	return s
}
