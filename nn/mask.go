package nn

// MaskMaker is an [Op] that says itself which steps of its output count: because
// it sees that in the values, or because steps of the output are not those of the
// first input. For every other op a plan hands on the masks of its inputs, where the
// first of at least two axes of the output is as long as they are; of several, the
// output counts the steps that all of them count.
type MaskMaker interface {
	Op
	// MakeMask returns the mask of the output, rows×steps of ones and zeros for the
	// output's first axis: one of p.Masks; nil where every step counts; or own,
	// which is memory of that length that Forward then writes as p.OutMask. It is
	// called before Forward, when p.Masks are set, and does not read their values.
	MakeMask(p *Pass, own []float32) []float32
}

// maskOf returns the mask of input k, nil where every step counts.
func maskOf(p *Pass, k int) []float32 {
	if k < len(p.Masks) {
		return p.Masks[k]
	}
	return nil
}
