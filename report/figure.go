package report

import (
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"math"

	"github.com/goodfit-ml/goodfit/plots"
)

// stillSize is the size at which pictures are drawn: the page shows them up to a third larger, and a
// phone can still show their text.
var stillSize = plots.Size{Width: 12}

// Figure is a drawing of package plots with a caption.
type Figure struct {
	Caption string
	Figure  plots.Figure
}

type figureView struct {
	Caption string
	Still   template.HTML
}

// view fails if the figure cannot be drawn.
func (f Figure) view() (string, any, error) {
	if f.Figure == nil {
		return "", nil, fmt.Errorf("figure %q is nil", f.Caption)
	}
	svg, err := plots.SVG(f.Figure)
	if err != nil {
		return "", nil, err
	}
	return "figure", figureView{f.Caption, template.HTML(svg)}, nil
}

// Drawing is an SVG document from elsewhere, such as the graph of a model. It is embedded as a
// picture, in which no script runs and nothing is loaded.
type Drawing struct {
	// Caption also describes the picture to those who cannot see it.
	Caption string
	SVG     []byte
}

type drawingView struct {
	Caption string
	Source  template.URL
}

func (d Drawing) view() (string, any, error) {
	if len(d.SVG) == 0 {
		return "", nil, fmt.Errorf("drawing %q is empty", d.Caption)
	}
	return "drawing", drawingView{d.Caption, template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(d.SVG))}, nil
}

// Confusion is a confusion matrix as a table whose cells are shaded by their share of the row.
type Confusion struct {
	Caption string
	Classes []string
	// Counts[i][j] is how many rows of class i were predicted as class j.
	Counts [][]int
}

type confusionView struct {
	Caption string
	Classes []string
	Rows    []confusionRow
}

type confusionRow struct {
	Class string
	Cells []confusionCell
	Right string // share of the row on the diagonal
}

type confusionCell struct {
	Count string
	// Percent is the share of the row in steps of 1 %, and Dark whether it needs light ink.
	Percent int
	Dark    bool
	Correct bool
}

// view fails if the matrix is not square or does not fit the classes.
func (c Confusion) view() (string, any, error) {
	if len(c.Counts) == 0 {
		return "", nil, errors.New("confusion matrix without rows")
	}
	if len(c.Counts) != len(c.Classes) {
		return "", nil, fmt.Errorf("confusion matrix of %d rows for %d classes", len(c.Counts), len(c.Classes))
	}
	v := confusionView{Caption: c.Caption, Classes: c.Classes}
	for i, row := range c.Counts {
		if len(row) != len(c.Classes) {
			return "", nil, fmt.Errorf("confusion matrix: row %d has %d counts for %d classes", i+1, len(row), len(c.Classes))
		}
		for _, n := range row {
			if n < 0 {
				return "", nil, fmt.Errorf("confusion matrix: count %d in row %d is negative", n, i+1)
			}
		}
		v.Rows = append(v.Rows, confusionRowOf(c.Classes[i], i, row))
	}
	return "confusion", v, nil
}

func confusionRowOf(class string, diagonal int, counts []int) confusionRow {
	sum := 0
	for _, n := range counts {
		sum += n
	}
	r := confusionRow{Class: class, Right: missing}
	if sum > 0 {
		r.Right = FormatShare(float64(counts[diagonal]) / float64(sum))
	}
	for j, n := range counts {
		percent := int(math.Round(100 * float64(n) / float64(max(sum, 1))))
		r.Cells = append(r.Cells, confusionCell{FormatCount(n), percent, percent >= 79, j == diagonal})
	}
	return r
}
