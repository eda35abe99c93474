package datasets

import "sort"

// lineIndex holds the line number of each row as runs in which line and row go
// up together. A file without blank lines or cells over several lines is one run.
type lineIndex struct {
	rows, lines []int // where a run begins
}

// add notes the line of the next row.
func (x *lineIndex) add(row, line int) {
	if n := len(x.rows); n > 0 && line-x.lines[n-1] == row-x.rows[n-1] {
		return
	}
	x.rows = append(x.rows, row)
	x.lines = append(x.lines, line)
}

func (x *lineIndex) at(row int) int {
	run := sort.SearchInts(x.rows, row+1) - 1
	if run < 0 {
		return 0
	}
	return x.lines[run] + row - x.rows[run]
}

func (x *lineIndex) take(rows []int) *lineIndex {
	out := &lineIndex{}
	for i, row := range rows {
		out.add(i, x.at(row))
	}
	return out
}
