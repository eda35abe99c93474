package kernel

// segmented is a product whose chains run over several segments of K steps each:
//
//	C = mask ⊙ act(Σ over segments of op(A_s)·B_s [+ C] + bias),
//
// in the order of the segments. Each begins at its own places in A and B.
type segmented struct {
	Gemm
	segments []segment
}

// runGeneric computes the product one segment after the other.
func (s *segmented) runGeneric() {
	rows, cols := span{0, s.M}, span{0, s.N}
	if len(s.segments) == 0 {
		g := s.Gemm
		g.K = 0
		gemmGeneric(&g, rows, cols)
		return
	}
	for i, at := range s.segments {
		g := s.Gemm
		g.A, g.B = s.A[at.a:], s.B[at.b:]
		g.Accumulate = s.Accumulate || i > 0
		if i+1 < len(s.segments) {
			g.Bias, g.Mask, g.Act = nil, nil, EpNone
		}
		gemmGeneric(&g, rows, cols)
	}
}

// colSumPartGeneric is dst[j] = Σ_i x[i·step+j], or dst[j] += …, over rows rows in
// ascending order.
func colSumPartGeneric(dst, x []float32, step, rows int, accumulate bool) {
	if !accumulate {
		clear(dst)
	}
	for i := range rows {
		for j, v := range x[i*step:][:len(dst)] {
			dst[j] += v
		}
	}
}
