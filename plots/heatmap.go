package plots

import (
	"errors"
	"fmt"
	"image/color"
	"strconv"

	"gonum.org/v1/plot/vg"
)

// Heatmap draws a table of numbers as colours, with the numbers where they fit.
type Heatmap struct {
	Title, X, Y string
	// Values are the rows from top to bottom; NaN cells are grey.
	Values [][]float64
	// Rows and Columns name the cells; nil is 0, 1, 2, ….
	Rows, Columns []string
	// Label is what the values are, beside the colour bar.
	Label string
	Size  Size
}

// Save implements [Figure]. It also fails if rows differ in length or names in number.
func (f Heatmap) Save(path string) error { return save(path, f) }

func (f Heatmap) sheet() (*sheet, error) {
	rows, columns, err := tableNames(f.Values, f.Rows, f.Columns)
	if err != nil {
		return nil, err
	}
	var values axis
	for _, row := range f.Values {
		values.include(row...)
	}
	if !values.seen {
		return nil, errors.New("plots: heat map has no finite value to draw")
	}
	bar := newColorBar(blues, values.lo, values.hi, f.Label)
	p := cellPanel(f.X, f.Y, rows, columns)
	p.bar = bar
	p.addCells(f.Values, bar.color, func(_, _ int, v float64) string { return shortFloat(rounded(v, 3)) })
	return single(f.Title, f.Size, p)
}

// tableNames checks the shape of a table and completes the names of its rows and columns.
func tableNames(values [][]float64, rows, columns []string) (rowNames, columnNames []string, err error) {
	if len(values) == 0 || len(values[0]) == 0 {
		return nil, nil, errors.New("plots: the table has no cells")
	}
	for i, row := range values {
		if len(row) != len(values[0]) {
			return nil, nil, fmt.Errorf("plots: row %d of the table has %d cells, the first has %d", i, len(row), len(values[0]))
		}
	}
	rowNames, columnNames = numbered(rows, len(values)), numbered(columns, len(values[0]))
	if len(rowNames) != len(values) || len(columnNames) != len(values[0]) {
		return nil, nil, fmt.Errorf("plots: %d row and %d column names for a table of %d × %d",
			len(rowNames), len(columnNames), len(values), len(values[0]))
	}
	return rowNames, columnNames, nil
}

func numbered(names []string, n int) []string {
	if names != nil {
		return names
	}
	for i := range n {
		names = append(names, strconv.Itoa(i))
	}
	return names
}

func cellPanel(x, y string, rows, columns []string) *panel {
	return &panel{
		x:      axis{label: x, categories: columns},
		y:      axis{label: y, categories: rows, flip: true},
		noGrid: true,
	}
}

// addCells fills a cell per value and writes text(row, column, value) where it fits.
func (p *panel) addCells(values [][]float64, colorOf func(float64) color.NRGBA, text func(row, column int, v float64) string) {
	p.add(func(a *area) {
		room := (a.Max.X-a.Min.X)/vg.Length(len(values[0])) - 3
		height := (a.Max.Y - a.Min.Y) / vg.Length(len(values))
		size := cellTextSize(values, text, room)
		for i, row := range values {
			for j, v := range row {
				c, x, y := colorOf(v), float64(j), float64(i)
				a.box(c, x-0.5, y-0.5, x+0.5, y+0.5)
				a.outline(pen{white, 0.5, solid}, x-0.5, y-0.5, x+0.5, y+0.5)
				s := sans(size, readableOn(c))
				if txt := text(i, j, v); finite(v) && lineHeight(s) <= height && s.Width(txt) <= room {
					a.text(s, x, y, txt)
				}
			}
		}
	})
}

// cellTextSize is the size at which the widest text fits into a cell, from 5 to 8.5 points.
func cellTextSize(values [][]float64, text func(row, column int, v float64) string, room vg.Length) vg.Length {
	const most, least = 8.5, 5
	widest := vg.Length(1)
	for i, row := range values {
		for j, v := range row {
			if finite(v) {
				widest = max(widest, sans(most, ink).Width(text(i, j, v)))
			}
		}
	}
	return min(max(most*room/widest*0.99, least), most)
}

// Confusion draws a confusion matrix: a row per actual class, a column per predicted class, in each
// cell the count. Colours show the share of the row, so that rare classes are judged like others.
type Confusion struct {
	Title string
	// Counts[i][j] is how many rows of class i were predicted as class j.
	Counts  [][]int
	Classes []string
	Size    Size
}

// Save implements [Figure]. It also fails if Counts is not square, has a negative count or does
// not fit Classes.
func (f Confusion) Save(path string) error { return save(path, f) }

func (f Confusion) sheet() (*sheet, error) {
	shares, err := f.shares()
	if err != nil {
		return nil, err
	}
	rows, columns, err := tableNames(shares, f.Classes, f.Classes)
	if err != nil {
		return nil, err
	}
	p := cellPanel("predicted", "actual", rows, columns)
	p.aspect = 1
	p.bar = newColorBar(blues, 0, 1, "share of the actual class")
	p.addCells(shares, p.bar.color, func(i, j int, _ float64) string { return strconv.Itoa(f.Counts[i][j]) })
	return single(f.Title, f.Size, p)
}

// shares divides every count by the sum of its row; an empty row gives zeros.
func (f Confusion) shares() ([][]float64, error) {
	shares := make([][]float64, len(f.Counts))
	for i, row := range f.Counts {
		if len(row) != len(f.Counts) {
			return nil, fmt.Errorf("plots: confusion matrix: row %d has %d counts; want %d, as many as rows", i, len(row), len(f.Counts))
		}
		sum := 0
		for j, n := range row {
			if n < 0 {
				return nil, fmt.Errorf("plots: confusion matrix: count %d at row %d, column %d is negative", n, i, j)
			}
			sum += n
		}
		shares[i] = make([]float64, len(row))
		for j, n := range row {
			shares[i][j] = float64(n) / float64(max(sum, 1))
		}
	}
	return shares, nil
}
