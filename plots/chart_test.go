package plots_test

import (
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/plots"
)

func TestMeanLine(t *testing.T) {
	l := plots.MeanLine("m", []float64{1, 2, 3}, [][]float64{{1, 2, 3, 4}, {5, math.NaN()}, {}})
	// Mean 2.5 and sd √(5/3), as numpy.std with ddof=1 gives; a single value has sd 0.
	sd := math.Sqrt(5.0 / 3)
	if l.Y[0] != 2.5 || math.Abs(l.Lower[0]-(2.5-sd)) > 1e-12 || math.Abs(l.Upper[0]-(2.5+sd)) > 1e-12 {
		t.Errorf("mean %g, band %g to %g", l.Y[0], l.Lower[0], l.Upper[0])
	}
	if l.Y[1] != 5 || l.Lower[1] != 5 || l.Upper[1] != 5 {
		t.Errorf("single value: %g, %g, %g", l.Y[1], l.Lower[1], l.Upper[1])
	}
	if !math.IsNaN(l.Y[2]) {
		t.Errorf("no value: mean %g", l.Y[2])
	}
}

func TestLinesWithBandAndMarkers(t *testing.T) {
	d := drawn(t, plots.Lines{Lines: []plots.Line{{
		X: []float64{0, 1, 2}, Y: []float64{1, 2, 3}, Lower: []float64{0, 1, 2}, Upper: []float64{2, 3, 6}, Markers: true,
	}}})
	frame := d.frames()[0]
	x, y := d.scales(t, frame)
	var band path
	dots := 0
	for _, p := range inFrame(frame, d.filled(trainColor)) {
		if p.round {
			dots++
		} else {
			band = p
		}
	}
	if dots != 3 {
		t.Errorf("%d markers, want 3", dots)
	}
	b := bounds(band.points)
	near(t, "band from", y.data(b.min.y), 0, 6)
	near(t, "band to", y.data(b.max.y), 6, 6)
	near(t, "band's end", x.data(b.max.x), 2, 2)
}

func TestDotsOnly(t *testing.T) {
	d := drawn(t, plots.Lines{Lines: []plots.Line{{Y: []float64{1, 2, 3}, DotsOnly: true}}})
	if lines := inFrame(d.frames()[0], d.stroked(trainColor)); len(lines) != 0 {
		t.Errorf("%d lines, want dots only", len(lines))
	}
}

func TestFunctions(t *testing.T) {
	d := drawn(t, plots.Functions{From: -2, To: 2, Functions: []plots.Function{{F: func(x float64) float64 { return x * x * x }}}})
	frame := d.frames()[0]
	x, y := d.scales(t, frame)
	line := inFrame(frame, d.stroked(trainColor))[0]
	for _, p := range line.points {
		v := x.data(p.x)
		near(t, "cube", y.data(p.y), v*v*v, 4*16) // x is read back to 5e-4·4, and the slope is up to 12
	}
	near(t, "first x", x.data(line.points[0].x), -2, 4)
}

func TestFunctionsBreakAtPoles(t *testing.T) {
	d := drawn(t, plots.Functions{From: -1, To: 1, Functions: []plots.Function{{F: func(x float64) float64 {
		if math.Abs(x) < 0.1 {
			return math.NaN()
		}
		return 1 / x
	}}}})
	if n := len(inFrame(d.frames()[0], d.stroked(trainColor))); n != 2 {
		t.Errorf("%d branches of 1/x, want 2", n)
	}
}

func TestBoxQuartiles(t *testing.T) {
	// numpy.percentile of 1…9 and 16: 3.25, 5.5, 7.75; the whiskers end at 1 and 9, 16 lies beyond
	// 7.75 + 1.5·4.5 = 14.5.
	values := []float64{16, 9, 8, 7, 6, 5, 4, 3, 2, 1, math.NaN()}
	d := drawn(t, plots.Box{Y: "score", Samples: []plots.Sample{{Name: "a", Values: values}}})
	frame := d.frames()[0]
	y := d.yScale(t, frame)
	var box rect
	var caps []float64
	for _, p := range inFrame(frame, d.stroked(trainColor)) {
		b := bounds(p.points)
		switch {
		case len(p.points) == 5:
			box = b
		case b.min.y == b.max.y:
			caps = append(caps, y.data(b.min.y))
		}
	}
	near(t, "first quartile", y.data(box.min.y), 3.25, 30)
	near(t, "third quartile", y.data(box.max.y), 7.75, 30)
	slices.Sort(caps)
	near(t, "lower whisker", caps[0], 1, 30)
	near(t, "upper whisker", caps[1], 9, 30)
	median := inFrame(frame, d.stroked(validationColor))
	near(t, "median", y.data(median[0].points[0].y), 5.5, 30)
	outliers := 0
	for _, p := range d.filled(trainColor) {
		if p.round {
			near(t, "outlier", y.data(p.points[0].y), 16, 16)
			outliers++
		}
	}
	if outliers != 1 {
		t.Errorf("%d outliers, want 1", outliers)
	}
}

func TestHistogramCounts(t *testing.T) {
	values := []float64{0, 0.5, 1, 1, 1.5, 2.5, 3.9, 4}
	d := drawn(t, plots.Histogram{X: "v", Bins: 4, Samples: []plots.Sample{{Values: values}}})
	frame := d.frames()[0]
	x, y := d.scales(t, frame)
	want := []float64{2, 3, 1, 2} // [0,1), [1,2), [2,3), [3,4]
	var bars []rect
	for _, p := range inFrame(frame, d.paths) {
		if p.stroke == "" && len(p.points) == 4 && !p.round {
			bars = append(bars, bounds(p.points))
		}
	}
	if len(bars) != 4 {
		t.Fatalf("%d bars, want 4", len(bars))
	}
	for i, b := range bars {
		near(t, "count", y.data(b.max.y), want[i], 3)
		near(t, "bar's foot", y.data(b.min.y), 0, 3)
		near(t, "edge", x.data(b.min.x), float64(i), 4)
	}
}

func TestHistogramOfOneValue(t *testing.T) {
	d := drawn(t, plots.Histogram{Samples: []plots.Sample{{Values: []float64{5, 5, 5}}}})
	if d.count("count") != 1 || len(d.frames()) != 1 {
		t.Error("histogram of equal values is not drawn")
	}
}

func TestBarsWithErrors(t *testing.T) {
	for _, horizontal := range []bool{false, true} {
		d := drawn(t, plots.Bars{Value: "v", Horizontal: horizontal, Categories: []string{"a", "b"},
			Groups: []plots.BarGroup{{Values: []float64{4, -2}, Errors: []float64{1, 0.5}}}})
		frame := d.frames()[0]
		value := func(p point) float64 { return d.yScale(t, frame).data(p.y) }
		if horizontal {
			value = func(p point) float64 { return d.xScale(t, frame).data(p.x) }
		}
		var ends []float64
		for _, p := range inFrame(frame, d.stroked("#222222")) {
			if b := bounds(p.points); value(b.min) != value(b.max) {
				ends = append(ends, value(b.min), value(b.max))
			}
		}
		want := []float64{3, 5, -2.5, -1.5}
		if len(ends) != 4 {
			t.Fatalf("horizontal %v: error bars %v, want %v", horizontal, ends, want)
		}
		for i := range want {
			near(t, "error bar", ends[i], want[i], 8)
		}
		var bars []float64
		for _, p := range inFrame(frame, d.filled("#338EC1")) { // four fifths of the training blue
			b := bounds(p.points)
			bars = append(bars, value(b.min), value(b.max))
		}
		for i, v := range []float64{0, 4, -2, 0} {
			near(t, "bar", bars[i], v, 8)
		}
	}
}

func TestScatterPlacesAndColours(t *testing.T) {
	d := drawn(t, plots.Scatter{Points: plots.Points{X: []float64{0, 1, 2, math.NaN()}, Y: []float64{10, 20, 30, 1}, Class: []int{0, 1, 0, 1}}})
	frame := d.frames()[0]
	x, y := d.scales(t, frame)
	for color, want := range map[string][]point{trainColor: {{0, 10}, {2, 30}}, validationColor: {{1, 20}}} {
		dots := inFrame(frame, d.filled(color))
		if len(dots) != len(want) {
			t.Fatalf("%d dots of colour %s, want %d", len(dots), color, len(want))
		}
		for i, p := range dots {
			// A disc starts at its right, a radius of at most 2.8 points from the middle.
			near(t, "x", x.data(p.points[0].x-2.6), want[i].x, 2)
			near(t, "y", y.data(p.points[0].y), want[i].y, 20)
		}
	}
	if d.count("0") < 1 || d.count("1") < 1 {
		t.Error("classes without names are not listed by their index")
	}
}

func TestRegionsAskAndColour(t *testing.T) {
	// Class 1 is the upper half: with 20 rows of places, rows 0 to 9 of the picture.
	above := func(x, y []float64) ([]int, error) {
		classes := make([]int, len(x))
		for i := range y {
			if y[i] > 0 {
				classes[i] = 1
			}
		}
		return classes, nil
	}
	d := drawn(t, plots.Regions{Resolution: 20, Classify: above, Points: plots.Points{X: []float64{0, 1}, Y: []float64{-1, 1}}})
	if len(d.images) != 1 {
		t.Fatalf("%d images, want 1", len(d.images))
	}
	img := d.images[0]
	upper, lower := img.At(3, 2), img.At(3, 17)
	if img.Bounds().Dx() != 20 || !warm(upper) || warm(lower) || img.At(3, 9) != upper || img.At(3, 10) != lower {
		t.Errorf("regions: %v above, %v below", upper, lower)
	}
}

// warm reports whether red prevails, as in the paled colour of class 1.
func warm(c color.Color) bool {
	r, _, b, _ := c.RGBA()
	return r > b
}

func TestContourIsTheFunction(t *testing.T) {
	d := drawn(t, plots.Contour{Levels: 4, Z: "z", Field: plots.Field{F: func(x, y float64) float64 { return y }, XFrom: 0, XTo: 1, YFrom: 0, YTo: 8}})
	img := d.images[0]
	n := img.Bounds().Dy()
	var bands []color.Color
	for y := n - 1; y >= 0; y-- { // from the low end of y
		if c := img.At(n/2, y); len(bands) == 0 || bands[len(bands)-1] != c {
			bands = append(bands, c)
		}
	}
	dark, light := color.NRGBA{0x44, 0x01, 0x54, 0xFF}, color.NRGBA{0xFD, 0xE7, 0x25, 0xFF}
	if len(bands) != 4 || color.NRGBAModel.Convert(bands[0]) != dark || color.NRGBAModel.Convert(bands[3]) != light {
		t.Errorf("bands %v, want 4 from %v to %v", bands, dark, light)
	}
	if img.At(5, n/2-1) != bands[2] || img.At(5, n/2) != bands[1] {
		t.Error("the middle of the range is not where the third band starts")
	}
}

func TestSurface(t *testing.T) {
	open := plots.Field{F: func(x, y float64) float64 {
		if x > 4.9 {
			return math.NaN()
		}
		return x + y
	}}
	d := drawn(t, plots.Surface{X: "a", Y: "b", Z: "c", Field: open})
	cells := 0
	for _, p := range d.paths {
		if p.stroke == "" && len(p.points) == 4 {
			cells++
		}
	}
	// 40 × 40 cells less the last column, which has corners without a value; three walls; the page.
	if want := 40*39 + 3 + 1; cells != want {
		t.Errorf("%d areas, want %d", cells, want)
	}
	for _, label := range []string{"a", "b", "c"} {
		if d.count(label) != 1 {
			t.Errorf("axis %q stands %d times", label, d.count(label))
		}
	}
}

func TestConfusionNumbers(t *testing.T) {
	d := drawn(t, plots.Confusion{Classes: []string{"cat", "dog"}, Counts: [][]int{{90, 10}, {0, 7}}})
	frame := d.frames()[0]
	at := map[string]point{}
	for _, txt := range d.texts {
		at[txt.content] = point{(txt.x - frame.min.x) / (frame.max.x - frame.min.x), (txt.y - frame.min.y) / (frame.max.y - frame.min.y)}
	}
	// Actual classes are rows from the top, predicted classes columns from the left.
	for content, quadrant := range map[string][2]bool{"90": {false, true}, "10": {true, true}, "7": {true, false}} {
		p, ok := at[content]
		if !ok || (p.x > 0.5) != quadrant[0] || (p.y > 0.5) != quadrant[1] {
			t.Errorf("%s stands at %v of the matrix (present: %v)", content, p, ok)
		}
	}
	// The second row's seven rows are all right, its first cell is empty: the ends of the colour map.
	for color, want := range map[string]int{"#003A66": 1, "#F4F8FB": 1} {
		if n := len(inFrame(frame, d.filled(color))); n != want {
			t.Errorf("%d cells of colour %s, want %d", n, color, want)
		}
	}
	if d.count("cat") != 2 || d.count("predicted") != 1 || d.count("actual") != 1 {
		t.Error("classes or axes are not named")
	}
}

func TestHeatmapShowsValuesAndGaps(t *testing.T) {
	d := drawn(t, plots.Heatmap{Values: [][]float64{{0.5, math.NaN()}, {0.123456, 1}}})
	for content, want := range map[string]int{"0.123": 1, "NaN": 0} {
		if n := d.count(content); n != want {
			t.Errorf("%q stands %d times, want %d", content, n, want)
		}
	}
	if grey := d.filled(gridColor); len(grey) != 1 {
		t.Errorf("%d grey cells, want 1", len(grey))
	}
}

func TestPredictionsShareOneRange(t *testing.T) {
	d := drawn(t, plots.Predictions{Target: "y", Parts: []plots.Part{{Actual: []float64{0, 100}, Predicted: []float64{40, 60}}}})
	frame := d.frames()[0]
	x, y := d.scales(t, frame)
	near(t, "left and bottom", x.data(frame.min.x), y.data(frame.min.y), 100)
	near(t, "right and top", x.data(frame.max.x), y.data(frame.max.y), 100)
	near(t, "square", frame.max.x-frame.min.x, frame.max.y-frame.min.y, 100)
}

func TestResidualsSign(t *testing.T) {
	d := drawn(t, plots.Residuals{Parts: []plots.Part{{Actual: []float64{10, 20}, Predicted: []float64{9, 24}}}})
	frame := d.frames()[0]
	_, y := d.scales(t, frame)
	dots := inFrame(frame, d.filled(trainColor))
	near(t, "residual", y.data(dots[0].points[0].y), 1, 5)
	near(t, "residual", y.data(dots[1].points[0].y), -4, 5)
}

func TestGridSharesAxes(t *testing.T) {
	grid := func(shared bool) drawing {
		g := plots.Grid{ShareX: shared, ShareY: shared, Title: "g"}
		for _, top := range []float64{10, 100, 1000} {
			g.Figures = append(g.Figures, plots.Lines{X: "x", Y: "y", Lines: []plots.Line{{Name: "l", Y: []float64{0, top}}}})
		}
		return drawn(t, g)
	}
	free, shared := grid(false), grid(true)
	if len(free.frames()) != 3 || len(shared.frames()) != 3 {
		t.Fatalf("%d and %d panels, want 3", len(free.frames()), len(shared.frames()))
	}
	if free.count("y") != 3 || free.count("x") != 3 {
		t.Errorf("free axes are named %d and %d times, want 3", free.count("x"), free.count("y"))
	}
	// Shared: y at the left of both rows; x under the third panel and under the second, which has
	// no panel below.
	if shared.count("y") != 2 || shared.count("x") != 2 || shared.count("l") != 1 {
		t.Errorf("shared axes are named %d and %d times, want 2; legend entries %d, want 1",
			shared.count("x"), shared.count("y"), shared.count("l"))
	}
	frame := shared.frames()[0]
	line := inFrame(frame, shared.stroked(trainColor))[0]
	height := (line.points[1].y - line.points[0].y) / (frame.max.y - frame.min.y)
	near(t, "10 of a shared 1000", height, 0.01/1.08, 1) // 4 % of room at both ends
	sizes := map[float64]bool{}
	for _, f := range shared.frames() {
		sizes[math.Round(f.max.x-f.min.x)] = true
	}
	if len(sizes) != 1 {
		t.Errorf("panels have widths %v", sizes)
	}
}

func TestStripShowsEveryRun(t *testing.T) {
	values := []float64{1, 1, 1, 1, 2, 3}
	d := drawn(t, plots.Strip{Y: "score", Samples: []plots.Sample{{Name: "a", Values: values}, {Name: "b", Values: []float64{2}}}})
	frame := d.frames()[0]
	places := map[point]bool{}
	for _, p := range inFrame(frame, d.filled(trainColor)) {
		places[p.points[0]] = true
	}
	if len(places) != 7 {
		t.Errorf("%d places for 7 runs: equal runs hide each other", len(places))
	}
	if means := inFrame(frame, d.stroked(validationColor)); len(means) != 2 {
		t.Errorf("%d mean bars, want 2", len(means))
	}
}

func TestTicks(t *testing.T) {
	// The labels that a reader expects on axes of these ranges.
	cases := []struct {
		lo, hi float64
		log    bool
		want   []string
	}{
		{0, 1, false, []string{"0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{-3, 3, false, []string{"−2", "0", "2"}},
		{0, 0.0001, false, []string{"2e−5", "0"}},
		{0, 5e6, false, []string{"1e6", "2e6"}},
		{1e-6, 1, true, []string{"1e−6", "0.01", "1"}},
		{2, 30, true, []string{"2", "5", "10", "20"}},
		{50, 60, true, []string{"50", "52", "60"}},
		{1000, 1000.5, false, []string{"1000.1"}},
	}
	for _, c := range cases {
		d := drawn(t, plots.Lines{LogY: c.log, Lines: []plots.Line{{Y: []float64{c.lo, c.hi}}}})
		for _, want := range c.want {
			if d.count(want) == 0 {
				var got []string
				for _, txt := range d.texts {
					got = append(got, txt.content)
				}
				t.Errorf("range %g to %g (log %v): no tick %q among %q", c.lo, c.hi, c.log, want, got)
			}
		}
	}
}

func TestCrowdedCategoriesKeepEveryOtherName(t *testing.T) {
	d := drawn(t, plots.Box{Samples: crowd(45)})
	for name, want := range map[string]int{"config-0": 1, "config-1": 0, "config-2": 1, "config-44": 1} {
		if n := d.count(name); n != want {
			t.Errorf("%s stands %d times, want %d", name, n, want)
		}
	}
}

func TestManyClassesKeepTheirCounts(t *testing.T) {
	if n := drawn(t, letters()).count("120"); n != 26 {
		t.Errorf("%d of 26 counts on the diagonal are shown", n)
	}
}

func TestWholeNumbersGetWholeTicks(t *testing.T) {
	whole := drawn(t, plots.Lines{Lines: []plots.Line{{X: []float64{1, 2, 3}, Y: []float64{7, 8, 9}}}})
	parts := drawn(t, plots.Lines{Lines: []plots.Line{{X: []float64{1, 2.5, 3}, Y: []float64{7, 8, 9}}}})
	if whole.count("1.25") != 0 || parts.count("1.25") != 1 {
		t.Errorf("tick 1.25 stands %d times beside whole numbers, %d times beside others", whole.count("1.25"), parts.count("1.25"))
	}
}

// TestNarrowPanelsHaveTwoTicks checks that even a small multiple says how its axis runs.
func TestNarrowPanelsHaveTwoTicks(t *testing.T) {
	d := drawn(t, crowdGrid(11))
	if zero, fifty := d.count("0"), d.count("50"); zero != 4 || fifty != 4 {
		t.Errorf("epochs 0 and 50 stand %d and %d times, want under the 4 lowest panels", zero, fifty)
	}
}

func TestOneHugeWholeNumber(t *testing.T) {
	svg, err := plots.SVG(plots.Lines{Lines: []plots.Line{{X: []float64{1 << 53}, Y: []float64{1}}}})
	if err != nil || strings.Contains(svg, "NaN") {
		t.Errorf("one point at 2⁵³: error %v, coordinates without a number: %v", err, strings.Contains(svg, "NaN"))
	}
}
