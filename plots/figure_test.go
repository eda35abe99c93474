package plots_test

import (
	"bytes"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/plots"
)

func TestSaveWritesBothFormats(t *testing.T) {
	dir := t.TempDir()
	f := plots.Lines{Title: "t", Lines: []plots.Line{{Y: []float64{1, 2}}}, Size: plots.Size{Width: 10, Height: 5, DPI: 127}}
	for _, name := range []string{"a.png", "b.svg", "c.PNG"} {
		if err := f.Save(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.Open(filepath.Join(dir, "a.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	img, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != 500 || b.Dy() != 250 { // 10 cm at 127 dpi are 500 pixels
		t.Errorf("PNG of 10 × 5 cm at 127 dpi is %v, want 500 × 250", b)
	}
	svg, err := os.ReadFile(filepath.Join(dir, "b.svg"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(svg, []byte("<?xml")) {
		t.Errorf("SVG file starts with %.20q", svg)
	}
}

func TestDefaultSize(t *testing.T) {
	img, err := plots.Image(plots.Lines{Lines: []plots.Line{{Y: []float64{1, 2}}}})
	if err != nil {
		t.Fatal(err)
	}
	if w := img.Bounds().Dx(); w != 945 { // 16 cm at 150 dpi
		t.Errorf("default width %d pixels, want 945", w)
	}
}

func TestSaveLeavesNothingBehindOnError(t *testing.T) {
	dir := t.TempDir()
	good := plots.Lines{Lines: []plots.Line{{Y: []float64{1, 2}}}}
	for name, f := range map[string]plots.Figure{"a.jpg": good, "b": good, "c.png": plots.Lines{}, "d.svg": plots.Lines{}} {
		path := filepath.Join(dir, name)
		err := f.Save(path)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("Save(%s): error %v, want one that names the file", name, err)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("failed saves left %v", entries)
	}
}

func TestSameFigureSameBytes(t *testing.T) {
	for i, g := range gallery() {
		for format, write := range map[string]func(io.Writer, plots.Figure) error{"PNG": plots.WritePNG, "SVG": plots.WriteSVG} {
			if testing.Short() && format == "PNG" && i%12 != 0 {
				continue
			}
			var first, second bytes.Buffer
			if err := write(&first, g.figure); err != nil {
				t.Fatalf("%s: %v", g.name, err)
			}
			if err := write(&second, g.figure); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first.Bytes(), second.Bytes()) {
				t.Errorf("%s: two %s drawings differ", g.name, format)
			}
		}
	}
}

func TestDrawingFromManyGoroutines(t *testing.T) {
	f := plots.Scatter{Title: "s", X: "x", Y: "y", Points: blobs(60)}
	want, err := plots.SVG(f)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if got, err := plots.SVG(f); err != nil || got != want {
				t.Errorf("concurrent drawing differs (error %v)", err)
			}
		})
	}
	group.Wait()
}

func TestTextIsEscaped(t *testing.T) {
	const evil = `</text></svg><script>alert(1)</script>"'&`
	svg, err := plots.SVG(plots.Scatter{Title: evil, X: evil, Y: evil,
		Points: plots.Points{X: []float64{1, 2}, Y: []float64{1, 2}, Class: []int{0, 1}, ClassNames: []string{evil, evil}}})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(svg, "<script") || strings.Count(svg, "</svg>") != 1 {
		t.Error("text from the description reaches the markup")
	}
	if parsed(t, svg).count(evil) == 0 {
		t.Error("text from the description is not shown")
	}
}

// TestNothingIsClippedOrCovered checks the whole gallery: every text lies on the page, and only cell
// numbers lie on the data.
func TestNothingIsClippedOrCovered(t *testing.T) {
	for _, g := range gallery() {
		d := drawn(t, g.figure)
		page := rect{point{0, 0}, point{d.width, d.height}}
		cells := g.name == "heatmap" || strings.HasPrefix(g.name, "confusion")
		for _, txt := range d.texts {
			if txt.rotated {
				continue
			}
			end := point{txt.x + txt.width(), txt.y + 0.7*txt.size}
			if !page.holds(txt.point) || !page.holds(end) {
				t.Errorf("%s: text %q reaches beyond the page", g.name, txt.content)
			}
			for _, f := range d.frames() {
				middle := point{(txt.x + end.x) / 2, (txt.y + end.y) / 2}
				if f.holds(middle) && !cells {
					t.Errorf("%s: text %q stands on the data", g.name, txt.content)
				}
			}
		}
	}
}

// TestTextsDoNotOverlap checks that no two level texts of a figure cover each other.
func TestTextsDoNotOverlap(t *testing.T) {
	for _, g := range gallery() {
		d := drawn(t, g.figure)
		for i, a := range d.texts {
			for _, b := range d.texts[:i] {
				if a.rotated || b.rotated {
					continue
				}
				apart := a.x+a.width() <= b.x || b.x+b.width() <= a.x ||
					a.y+0.7*a.size <= b.y || b.y+0.7*b.size <= a.y
				if !apart {
					t.Errorf("%s: texts %q and %q overlap", g.name, a.content, b.content)
				}
			}
		}
	}
}

func TestLinesStayInTheirPanel(t *testing.T) {
	for _, g := range gallery() {
		d := drawn(t, g.figure)
		if strings.HasPrefix(g.name, "surface") || g.name == "grid-field" {
			continue // has panels without a frame
		}
		frames := d.frames()
		top := 0.0
		for _, f := range frames {
			top = max(top, f.max.y)
		}
		for _, color := range []string{trainColor, validationColor} {
			for _, p := range d.stroked(color) {
				b := bounds(p.points)
				if b.min.y > top {
					continue // a sample in the legend
				}
				inside := false
				for _, f := range frames {
					inside = inside || f.holds(b.min) && f.holds(b.max)
				}
				if !inside {
					t.Errorf("%s: a line of colour %s leaves its panel: %v", g.name, color, b)
				}
			}
		}
	}
}

func TestErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	one := []float64{1}
	history := overfitHistory(3)
	line := plots.Line{Y: []float64{1, 2}}
	cases := []struct {
		figure plots.Figure
		want   string // part of the message
	}{
		{plots.LearningCurve{}, "without a history"},
		{plots.LearningCurve{History: &curves.History{}}, "without series"},
		{plots.LearningCurve{History: history, Quantities: []string{"auc"}}, `no series "auc"`},
		{plots.LearningCurve{History: curves.New(0, curves.Series{Name: "loss"})}, `panel "loss" has no finite value`},
		{plots.Lines{}, "no finite value"},
		{plots.Lines{Lines: []plots.Line{{Y: []float64{nan, inf}}}}, "no finite value"},
		{plots.Lines{LogY: true, Lines: []plots.Line{{Y: []float64{-1, 0}}}}, "log axis needs finite values above 0"},
		{plots.Lines{Lines: []plots.Line{{Name: "l", X: []float64{1, 2}, Y: one}}}, `line "l": 1 values beside 2`},
		{plots.Lines{Lines: []plots.Line{{Y: one, Lower: one}}}, "Lower and Upper come together"},
		{plots.Lines{Lines: []plots.Line{{X: one}}}, "Y is needed"},
		{plots.Lines{Lines: []plots.Line{line}, Size: plots.Size{Width: -1}}, "size -1"},
		{plots.Lines{Lines: []plots.Line{line}, Size: plots.Size{Width: nan}}, "size NaN"},
		{plots.Lines{Lines: []plots.Line{line}, Size: plots.Size{DPI: 100000}}, "pixels"},
		{plots.Lines{Lines: []plots.Line{line}, Size: plots.Size{Width: 1, Height: 1}}, "choose a larger one"},
		{plots.Functions{}, "no finite value"},
		{plots.Functions{From: 1, To: 1}, "From must be below To"},
		{plots.Functions{Functions: []plots.Function{{Name: "f"}}}, `"f" has no F`},
		{plots.Scatter{}, "0 points"},
		{plots.Scatter{Points: plots.Points{X: one, Y: []float64{1, 2}}}, "2 values beside 1"},
		{plots.Scatter{Points: plots.Points{X: one, Y: one, Class: []int{-1}}}, "class -1 of point 0"},
		{plots.Scatter{Points: plots.Points{X: one, Y: one, Class: []int{0, 1}}}, "2 classes"},
		{plots.Regions{Points: blobs(9)}, "without a Classify"},
		{plots.Regions{Points: blobs(9), Classify: nearestCenter, Resolution: 1}, "resolution 1"},
		{plots.Regions{Points: blobs(9), Classify: func(x, _ []float64) ([]int, error) { return x2(x), nil }}, "Classify gave 2"},
		{plots.Regions{Points: blobs(9), Classify: func(_, _ []float64) ([]int, error) { return nil, io.ErrUnexpectedEOF }}, "unexpected EOF"},
		{plots.Histogram{}, "no finite value"},
		{plots.Histogram{Samples: []plots.Sample{{Values: one}}, Bins: -2}, "-2 bins"},
		{plots.Box{}, "no samples"},
		{plots.Box{Samples: []plots.Sample{{Name: "a"}}}, "no finite value"},
		{plots.Strip{Samples: []plots.Sample{{Name: "a", Values: []float64{-1}}}, LogY: true}, "log axis"},
		{plots.Bars{}, "need categories"},
		{plots.Bars{Categories: []string{"a"}, Groups: []plots.BarGroup{{Name: "g", Values: []float64{1, 2}}}}, `bars "g": 2 values beside 1`},
		{plots.Bars{Categories: []string{"a"}, Groups: []plots.BarGroup{{Name: "g"}}}, `bars "g"`},
		{plots.Heatmap{}, "no cells"},
		{plots.Heatmap{Values: [][]float64{{1, 2}, {3}}}, "row 1 of the table has 1 cells"},
		{plots.Heatmap{Values: [][]float64{{1, 2}}, Rows: []string{"a", "b"}}, "2 row and 2 column names"},
		{plots.Heatmap{Values: [][]float64{{nan}}}, "no finite value"},
		{plots.Confusion{}, "no cells"},
		{plots.Confusion{Counts: [][]int{{1, 2}}}, "want 1, as many as rows"},
		{plots.Confusion{Counts: [][]int{{-1}}}, "count -1"},
		{plots.Confusion{Counts: [][]int{{1}}, Classes: []string{"a", "b"}}, "2 row and 2 column names"},
		{plots.Surface{}, "without a function"},
		{plots.Surface{Field: plots.Field{F: func(_, _ float64) float64 { return nan }}}, "no finite value"},
		{plots.Contour{Field: plots.Field{F: math.Hypot, XFrom: 1, XTo: -1}}, "From must be below To"},
		{plots.Contour{Field: plots.Field{F: math.Hypot}, Levels: 1}, "1 levels"},
		{plots.Contour{Field: plots.Field{F: math.Hypot}, Path: plots.Line{X: one, Y: []float64{1, 2}}}, "contour path"},
		{plots.Predictions{}, "no parts"},
		{plots.Predictions{Parts: []plots.Part{{Name: "p", Actual: one}}}, `part "p" has 1 actual and 0 predicted`},
		{plots.Residuals{Parts: []plots.Part{{Actual: []float64{nan}, Predicted: one}}}, "no finite value"},
		{plots.Grid{}, "no figures"},
		{plots.Grid{Figures: []plots.Figure{plots.Lines{}}}, "figure 1 of the grid"},
		{plots.Grid{Figures: []plots.Figure{plots.Lines{Lines: []plots.Line{line}}}, Columns: 2}, "2 columns for 1 figures"},
		{plots.Grid{ShareY: true, Figures: []plots.Figure{plots.Lines{Lines: []plots.Line{line}},
			plots.Lines{LogY: true, Lines: []plots.Line{line}}}}, "logarithmic in some"},
	}
	for _, c := range cases {
		_, err := plots.SVG(c.figure)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T: error %v, want one with %q", c.figure, err, c.want)
		}
		if err := plots.WritePNG(io.Discard, c.figure); err == nil {
			t.Errorf("%T: PNG drawn, want an error with %q", c.figure, c.want)
		}
	}
}

func x2(x []float64) []int { return make([]int, min(2, len(x))) }
