//go:build (amd64 || arm64) && !purego

package kernel

import "unsafe"

// run computes the product at the active level.
func (s *segmented) run() {
	if active == Generic || s.K == 0 || len(s.segments) == 0 {
		s.runGeneric()
		return
	}
	var whole tile
	s.tile(&whole, span{0, s.M}, span{0, s.N})
	for i, at := range s.segments {
		t := whole
		t.a, t.b = moved(t.a, 4*at.a), moved(t.b, 4*at.b)
		if i > 0 {
			t.flags |= tileAccumulate
		}
		if i+1 < len(s.segments) {
			t.bias, t.mask, t.maskRow = nil, nil, 0
			t.flags &^= tileReLU
		}
		t.inPlace()
	}
}

func colSumPart(dst, x []float32, step, rows int, accumulate bool) {
	if active == Generic || rows == 0 {
		colSumPartGeneric(dst, x, step, rows, accumulate)
		return
	}
	t := tile{
		a: &one, b: unsafe.SliceData(x), c: unsafe.SliceData(dst),
		bStep: 4 * step, bCol: 4, rows: 1, cols: len(dst), depth: rows,
	}
	if accumulate {
		t.flags = tileAccumulate
	}
	t.inPlace()
}
