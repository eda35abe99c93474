package goodfit

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// drawing is a layered drawing of a graph (Sugiyama, Tagawa and Toda 1981): every
// node has a row below those that it reads, edges over several rows get a narrow
// placeholder in each row between, rows are ordered so that few edges cross, and
// columns are placed so that edges are nearly straight.
type drawing struct {
	items         []item
	rows          [][]int // items from left to right
	rowTop        []float64
	rowHeight     []float64
	width, height float64
	edges         [][]int // each the items that it passes, from source to reader
}

// item is a box, or a placeholder on an edge.
type item struct {
	box           int // −1: a placeholder
	row           int
	above, below  []int
	width, height float64
	x             float64 // of the centre
}

// newDrawing lays out boxes, which read only boxes before them.
func newDrawing(boxes []box) *drawing {
	d := &drawing{}
	row := rowsOf(boxes)
	for i, b := range boxes {
		d.add(item{box: i, row: row[i], width: boxWidth(b), height: float64(len(b.lines))*svgLine + svgPad})
	}
	for i, b := range boxes {
		for _, in := range b.in {
			d.connect(in, i)
		}
	}
	d.order()
	d.placeColumns()
	d.placeRows()
	return d
}

// rowsOf returns the row of each box: inputs stand right above their first reader,
// others below the lowest that they read.
func rowsOf(boxes []box) []int {
	row := make([]int, len(boxes))
	first := make([]int, len(boxes)) // row of the first reader
	for i, b := range boxes {
		first[i] = len(boxes)
		for _, in := range b.in {
			row[i] = max(row[i], row[in]+1)
		}
	}
	for i, b := range boxes {
		for _, in := range b.in {
			first[in] = min(first[in], row[i])
		}
	}
	for i, b := range boxes {
		if len(b.in) == 0 && first[i] < len(boxes) {
			row[i] = first[i] - 1
		}
	}
	return row
}

func boxWidth(b box) float64 {
	longest := 0
	for _, line := range b.lines {
		longest = max(longest, utf8.RuneCountInString(line))
	}
	return float64(longest)*svgCharWide + 2*svgPad
}

// add puts an item at the right end of its row.
func (d *drawing) add(it item) int {
	for len(d.rows) <= it.row {
		d.rows = append(d.rows, nil)
	}
	d.items = append(d.items, it)
	d.rows[it.row] = append(d.rows[it.row], len(d.items)-1)
	return len(d.items) - 1
}

// connect adds an edge, with a placeholder in every row that it crosses.
func (d *drawing) connect(from, to int) {
	edge := []int{from}
	for at := from; at != to; at = edge[len(edge)-1] {
		next := to
		if row := d.items[at].row + 1; row < d.items[to].row {
			next = d.add(item{box: -1, row: row, width: svgPad})
		}
		d.items[at].below = append(d.items[at].below, next)
		d.items[next].above = append(d.items[next].above, at)
		edge = append(edge, next)
	}
	d.edges = append(d.edges, edge)
}

// order sorts rows by the mean place of the neighbours, down and up in turns, and
// keeps the order with the fewest crossings.
func (d *drawing) order() {
	best, fewest := cloneRows(d.rows), d.crossings()
	for sweep := 0; sweep < 12 && fewest > 0; sweep++ {
		for k := range d.rows {
			if sweep%2 == 0 {
				d.sortRow(d.rows[k], func(it item) []int { return it.above })
			} else {
				d.sortRow(d.rows[len(d.rows)-1-k], func(it item) []int { return it.below })
			}
		}
		if c := d.crossings(); c < fewest {
			best, fewest = cloneRows(d.rows), c
		}
	}
	d.rows = best
}

func cloneRows(rows [][]int) [][]int {
	out := make([][]int, len(rows))
	for i := range rows {
		out[i] = slices.Clone(rows[i])
	}
	return out
}

// places returns the place of each item in its row.
func (d *drawing) places() []int {
	place := make([]int, len(d.items))
	for _, row := range d.rows {
		for k, i := range row {
			place[i] = k
		}
	}
	return place
}

// sortRow sorts a row by the mean place of neighbours; items without any keep
// about theirs.
func (d *drawing) sortRow(row []int, neighbours func(item) []int) {
	place := d.places()
	key := map[int]float64{}
	for k, i := range row {
		key[i] = float64(k)
		if list := neighbours(d.items[i]); len(list) > 0 {
			sum := 0
			for _, n := range list {
				sum += place[n]
			}
			key[i] = float64(sum) / float64(len(list))
		}
	}
	slices.SortStableFunc(row, func(a, b int) int { return cmp.Compare(key[a], key[b]) })
}

// crossings counts pairs of edges between neighbouring rows that cross.
func (d *drawing) crossings() int {
	place, count := d.places(), 0
	for _, row := range d.rows {
		var ends []int // of edges, in the order of where they begin
		for _, i := range row {
			below := make([]int, 0, len(d.items[i].below))
			for _, j := range d.items[i].below {
				below = append(below, place[j])
			}
			slices.Sort(below)
			ends = append(ends, below...)
		}
		for k := range ends {
			for _, later := range ends[k+1:] {
				if later < ends[k] {
					count++
				}
			}
		}
	}
	return count
}

// placeColumns moves items towards the mean of their neighbours, down and up in
// turns, and then the drawing into view.
func (d *drawing) placeColumns() {
	for _, row := range d.rows {
		d.spread(row, func(int) float64 { return 0 })
	}
	for sweep := range 12 {
		for k := range d.rows {
			row := d.rows[k]
			if sweep%2 == 1 {
				row = d.rows[len(d.rows)-1-k]
			}
			d.spread(row, func(i int) float64 { return d.wish(i, sweep%2 == 0) })
		}
	}
	left, right := 0.0, 0.0
	for _, it := range d.items {
		left, right = min(left, it.x-it.width/2), max(right, it.x+it.width/2)
	}
	for i := range d.items {
		d.items[i].x += svgPad - left
	}
	d.width = right - left + 2*svgPad
}

// wish returns where an item would like to be: at the mean of those above, or below.
func (d *drawing) wish(i int, above bool) float64 {
	list := d.items[i].below
	if above {
		list = d.items[i].above
	}
	if len(list) == 0 {
		return d.items[i].x
	}
	sum := 0.0
	for _, n := range list {
		sum += d.items[n].x
	}
	return sum / float64(len(list))
}

// spread places a row as near to the wishes as the order and the widths allow: the
// least sum of squared distances, by pooling adjacent violators.
func (d *drawing) spread(row []int, wish func(i int) float64) {
	offset := make([]float64, len(row)) // from the first of the row, when packed
	for k := 1; k < len(row); k++ {
		offset[k] = offset[k-1] + (d.items[row[k-1]].width+d.items[row[k]].width)/2 + svgColGap
	}
	type pool struct {
		sum float64
		n   int
	}
	var pools []pool
	for k, i := range row {
		pools = append(pools, pool{wish(i) - offset[k], 1})
		for n := len(pools); n > 1 && pools[n-2].sum/float64(pools[n-2].n) > pools[n-1].sum/float64(pools[n-1].n); n-- {
			pools[n-2].sum += pools[n-1].sum
			pools[n-2].n += pools[n-1].n
			pools = pools[:n-1]
		}
	}
	k := 0
	for _, p := range pools {
		for range p.n {
			d.items[row[k]].x = p.sum/float64(p.n) + offset[k]
			k++
		}
	}
}

// placeRows stacks the rows.
func (d *drawing) placeRows() {
	y := float64(svgPad)
	for _, row := range d.rows {
		height := 0.0
		for _, i := range row {
			height = max(height, d.items[i].height)
		}
		d.rowTop, d.rowHeight = append(d.rowTop, y), append(d.rowHeight, height)
		y += height + svgRowGap
	}
	d.height = y - svgRowGap + svgPad
}
