package plots

import (
	"errors"
	"fmt"
)

// Grid draws figures side by side, row by row, as small multiples under one legend. The title of a
// figure stands over its panel.
type Grid struct {
	Title   string
	Figures []Figure
	// Columns is the number of figures per row; the default is 2, or 1 for a single figure.
	Columns int
	// ShareX and ShareY give panels with the same axis label the same range, and write the labels
	// of shared axes only at the left and the bottom.
	ShareX, ShareY bool
	// Size is the size of the whole; the sizes of the figures are not used.
	Size Size
}

// Save implements [Figure]. It also fails if one of the figures does, or if axes to be shared are
// partly logarithmic.
func (f Grid) Save(path string) error { return save(path, f) }

func (f Grid) sheet() (*sheet, error) {
	if len(f.Figures) == 0 {
		return nil, errors.New("plots: the grid has no figures")
	}
	columns := f.Columns
	if columns == 0 {
		columns = min(2, len(f.Figures))
	}
	if columns < 0 || columns > len(f.Figures) {
		return nil, fmt.Errorf("plots: grid of %d columns for %d figures", columns, len(f.Figures))
	}
	cells, err := f.cells(columns)
	if err != nil {
		return nil, err
	}
	rows, weights := flattened(cells)
	s, err := newSheet(f.Title, f.Size, rows...)
	if err != nil {
		return nil, err
	}
	s.weights = weights
	if f.ShareX {
		err = share(rows, func(p *panel) *axis { return &p.x }, 1, 0)
	}
	if f.ShareY && err == nil {
		err = share(rows, func(p *panel) *axis { return &p.y }, 0, -1)
	}
	return s, err
}

// cells composes the figures and arranges their sheets.
func (f Grid) cells(columns int) ([][]*sheet, error) {
	var cells [][]*sheet
	for i, figure := range f.Figures {
		s, err := figure.sheet()
		if err != nil {
			return nil, fmt.Errorf("figure %d of the grid: %w", i+1, err)
		}
		for _, p := range s.rows[0] {
			if p != nil && p.title == "" {
				p.title = s.title
				break
			}
		}
		if i%columns == 0 {
			cells = append(cells, make([]*sheet, columns))
		}
		cells[i/columns][i%columns] = s
	}
	return cells, nil
}

// flattened joins the panels of all sheets into one table; each row and column of sheets takes as
// many rows and columns of panels as its largest sheet.
func flattened(cells [][]*sheet) (rows [][]*panel, weights []float64) {
	widths := make([]int, len(cells[0]))
	for _, row := range cells {
		for j, s := range row {
			if s != nil {
				widths[j] = max(widths[j], s.columns())
			}
		}
	}
	for _, row := range cells {
		height := 0
		for _, s := range row {
			if s != nil {
				height = max(height, len(s.rows))
			}
		}
		for r := range height {
			var line []*panel
			weight := 0.0
			for j, s := range row {
				part := make([]*panel, widths[j])
				if s != nil && r < len(s.rows) {
					copy(part, s.rows[r])
					weight = max(weight, s.weight(r))
				}
				line = append(line, part...)
			}
			rows, weights = append(rows, line), append(weights, weight)
		}
	}
	return rows, weights
}

// share joins the ranges of axes with the same label, and hides the labels of an axis whose
// neighbour, the given number of rows and columns away, shows the same.
func share(rows [][]*panel, of func(*panel) *axis, down, right int) error {
	joint := map[string]*axis{}
	for _, row := range rows {
		for _, p := range row {
			if p == nil || p.bare {
				continue
			}
			a := of(p)
			if joint[a.label] == nil {
				joint[a.label] = &axis{log: a.log}
			}
			if joint[a.label].log != a.log {
				return fmt.Errorf("plots: grid cannot share axis %q: it is logarithmic in some panels only", a.label)
			}
			joint[a.label].join(a)
		}
	}
	var hidden []*axis
	for i, row := range rows {
		for j, p := range row {
			if p == nil || p.bare {
				continue
			}
			a := of(p)
			a.join(joint[a.label])
			if q := neighbour(rows, i+down, j+right); q != nil && of(q).label == a.label {
				hidden = append(hidden, a)
			}
		}
	}
	for _, a := range hidden {
		a.hideLabels, a.label = true, ""
	}
	return nil
}

// neighbour is the panel at the place, nil if there is none with axes.
func neighbour(rows [][]*panel, i, j int) *panel {
	if i < 0 || j < 0 || i >= len(rows) || j >= len(rows[i]) || rows[i][j] == nil || rows[i][j].bare {
		return nil
	}
	return rows[i][j]
}
