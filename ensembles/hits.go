package ensembles

import "slices"

// hits counts how many rows a weighted mean classifies rightly, for accuracy over
// many vectors of weights. Rows are grouped by their class, and the members'
// predictions stored output by output, so that a group's comparisons are the same
// for all its rows.
type hits struct {
	rows    int
	classes int
	start   []int       // of each class's group, and the end of the last
	members [][]float64 // of each member, classes×rows
}

// newHits returns nil unless there are several outputs and rows that weigh the
// same: for these accuracy is the share of rows whose largest output is their
// class.
func newHits(p *Predictions) *hits {
	_, outputs := p.Members[0].Dims()
	if outputs < 2 || p.scorer.weights != nil || p.scorer.spec.Signed {
		return nil
	}
	h := &hits{rows: p.Rows(), classes: outputs, start: make([]int, outputs+1)}
	order := h.group(p)
	for _, m := range p.Members {
		data := make([]float64, outputs*h.rows)
		for at, i := range order {
			for j, v := range m.RawRowView(i) {
				data[j*h.rows+at] = v
			}
		}
		h.members = append(h.members, data)
	}
	return h
}

// group returns the rows ordered by class.
func (h *hits) group(p *Predictions) []int {
	class, order := make([]int, h.rows), make([]int, h.rows)
	n := p.scorer.spec.Targets
	for i := range class {
		t := p.scorer.target[i*n : (i+1)*n]
		order[i], class[i] = i, int(t[0])
		if n > 1 {
			class[i] = largest(t)
		}
		h.start[class[i]+1]++
	}
	for c := range h.classes {
		h.start[c+1] += h.start[c]
	}
	slices.SortStableFunc(order, func(a, b int) int { return class[a] - class[b] })
	return order
}

// add writes base + w·member to dst; base nil is 0.
func (h *hits) add(dst, base []float64, member int, w float64) {
	p := h.members[member][:len(dst)]
	if base == nil {
		for i := range dst {
			dst[i] = w * p[i]
		}
		return
	}
	base = base[:len(dst)]
	for i := range dst {
		dst[i] = base[i] + float64(w*p[i])
	}
}

// right returns how many rows base + w·member classifies rightly: whose class has
// the largest sum, the first of equal ones.
func (h *hits) right(base []float64, member int, w float64) (n int) {
	p := h.members[member]
	for c := range h.classes {
		lo, hi := h.start[c], h.start[c+1]
		if h.classes == 3 {
			n += h.rightOfThree(base, p, w, c, lo, hi)
			continue
		}
		for i := lo; i < hi; i++ {
			n += h.rightRow(base, p, w, c, i)
		}
	}
	return n
}

func (h *hits) rightRow(base, p []float64, w float64, class, i int) int {
	at := class*h.rows + i
	own := base[at] + float64(w*p[at])
	for j := range h.classes {
		at := j*h.rows + i
		if v := base[at] + float64(w*p[at]); v > own || v == own && j < class {
			return 0
		}
	}
	return 1
}

// rightOfThree is rightRow for rows lo to hi−1 and three classes, the usual case
// of a grid over many vectors.
func (h *hits) rightOfThree(base, p []float64, w float64, class, lo, hi int) (n int) {
	first, second := (class+1)%3, (class+2)%3
	column := func(x []float64, j int) []float64 { return x[j*h.rows+lo : j*h.rows+hi : j*h.rows+hi] }
	b0, p0 := column(base, class), column(p, class)
	b1, p1, b2, p2 := column(base, first)[:len(b0)], column(p, first)[:len(b0)], column(base, second)[:len(b0)], column(p, second)[:len(b0)]
	p0 = p0[:len(b0)]
	early1, early2 := first < class, second < class
	for i := range b0 {
		own := b0[i] + float64(w*p0[i])
		v1, v2 := b1[i]+float64(w*p1[i]), b2[i]+float64(w*p2[i])
		if own < v1 || own < v2 || own == v1 && early1 || own == v2 && early2 {
			continue
		}
		n++
	}
	return n
}
