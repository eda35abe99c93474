package nn

// Batches of sequences that were padded begin or end with steps that no row
// counts. There the state stands still, so that nothing is computed: the buffers
// hold the steps between.

// counted returns the range of steps, in the order in which they are taken, before
// and behind which no row counts any; from = to where none does.
func (s *recurrentPass) counted() (from, to int) {
	mask, steps := maskOf(s.pass, 0), s.op.steps
	if mask == nil {
		return 0, steps
	}
	from = steps
	for r := range s.rows {
		row := mask[r*steps:][:steps]
		first, last := 0, steps-1
		for first < from && row[s.order(first)] == 0 {
			first++
		}
		for last >= to && row[s.order(last)] == 0 {
			last--
		}
		from, to = min(from, first), max(to, last+1)
	}
	return min(from, to), to
}

// repeat writes the newest state in the buffers to the output of steps from to
// to-1, where each step has one.
func (s *recurrentPass) repeat(from, to int) {
	if !s.op.returnSequences {
		return
	}
	for step := from; step < to; step++ {
		s.emit(s.count, step, 0, s.rows)
	}
}

// limit makes the products over all steps those over the steps in the buffers.
func (s *recurrentPass) limit() {
	n := s.count * s.rows
	s.kernelGrad.K, s.inputGrad.M = n, n
	for b := range s.recurrentGrads {
		s.recurrentGrads[b].K = n
	}
}
