package plots_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/plots"
)

func lossHistory(train, validation []float64) *curves.History {
	h := curves.New(len(train), curves.Series{Name: "loss", Direction: curves.Minimize},
		curves.Series{Name: "val_loss", Direction: curves.Minimize})
	for i := range train {
		if err := h.Append(train[i], validation[i]); err != nil {
			panic(err)
		}
	}
	return h
}

// inFrame drops the samples in the legend.
func inFrame(frame rect, ps []path) []path {
	var kept []path
	for _, p := range ps {
		if b := bounds(p.points); frame.holds(b.min) && frame.holds(b.max) {
			kept = append(kept, p)
		}
	}
	return kept
}

func TestLearningCurveValues(t *testing.T) {
	train, validation := []float64{1.5, 0.75, 0.5, 0.25}, []float64{2, 1, 0.5, 1}
	d := drawn(t, plots.LearningCurve{History: lossHistory(train, validation)})
	frame := d.frames()[0]
	_, y := d.scales(t, frame)
	for color, want := range map[string][]float64{trainColor: train, validationColor: validation} {
		lines := inFrame(frame, d.stroked(color))
		if len(lines) != 1 || len(lines[0].points) != len(want) {
			t.Fatalf("colour %s: lines %v, want one of %d points", color, lines, len(want))
		}
		for i, p := range lines[0].points {
			near(t, "loss", y.data(p.y), want[i], 2)
			epoch := (p.x - frame.min.x) / (frame.max.x - frame.min.x) * 3 // epochs 0 to 3 fill the width
			near(t, "epoch", epoch, float64(i), 3)
		}
	}
}

func TestLearningCurveGaps(t *testing.T) {
	nan := math.NaN()
	d := drawn(t, plots.LearningCurve{History: lossHistory(
		[]float64{1, nan, 0.8, nan, 0.6, 0.5, nan}, []float64{nan, nan, 1, 1, math.Inf(1), 1, 1})})
	frame := d.frames()[0]
	dots := 0
	for _, p := range d.filled(trainColor) {
		if p.round && frame.holds(p.points[0]) {
			dots++
		}
	}
	if lines := inFrame(frame, d.stroked(trainColor)); len(lines) != 1 || len(lines[0].points) != 2 || dots != 2 {
		t.Errorf("train with lone epochs 0 and 2 and a run 4–5: %d lines, %d dots; want 1 and 2", len(lines), dots)
	}
	if lines := inFrame(frame, d.stroked(validationColor)); len(lines) != 2 {
		t.Errorf("validation interrupted once: %d lines, want 2", len(lines))
	}
}

func TestLearningCurvePanels(t *testing.T) {
	cases := map[string]struct {
		curve  plots.LearningCurve
		panels int
		labels []string
		none   []string
	}{
		"all":           {plots.LearningCurve{History: overfitHistory(200)}, 3, []string{"loss", "accuracy", "learning rate", "epoch", "train", "validation"}, nil},
		"constant rate": {plots.LearningCurve{History: overfitHistory(50)}, 2, []string{"loss", "accuracy"}, []string{"learning rate"}},
		"chosen":        {plots.LearningCurve{History: overfitHistory(50), Quantities: []string{"rate"}}, 1, []string{"learning rate"}, []string{"loss", "train"}},
		"named runs":    {plots.LearningCurve{Runs: momentumRuns()}, 1, []string{"0.99", "validation", "accuracy"}, []string{"train"}},
	}
	for name, c := range cases {
		d := drawn(t, c.curve)
		if n := len(d.frames()); n != c.panels {
			t.Errorf("%s: %d panels, want %d", name, n, c.panels)
		}
		for _, label := range c.labels {
			if n := d.count(label); n != 1 {
				t.Errorf("%s: %q stands %d times, want once", name, label, n)
			}
		}
		for _, label := range c.none {
			if d.count(label) != 0 {
				t.Errorf("%s: %q stands in the figure", name, label)
			}
		}
	}
}

func TestLearningCurveLossComesFirst(t *testing.T) {
	h := curves.New(2, curves.Series{Name: "accuracy"}, curves.Series{Name: "loss"})
	for range 2 {
		if err := h.Append(0.5, 1); err != nil {
			t.Fatal(err)
		}
	}
	svg, err := plots.SVG(plots.LearningCurve{History: h})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Index(svg, ">loss<") > strings.Index(svg, ">accuracy<") {
		t.Error("the loss panel is not the first")
	}
}

func TestLogAxes(t *testing.T) {
	train := []float64{10, 1, 0.1, 0.01, 0.001} // epoch 0 has no place on a log axis
	d := drawn(t, plots.LearningCurve{History: lossHistory(train, train), LogX: true, LogY: true})
	frame := d.frames()[0]
	points := inFrame(frame, d.stroked(trainColor))[0].points
	if len(points) != 4 {
		t.Fatalf("%d points, want epochs 1 to 4", len(points))
	}
	step := points[1].y - points[0].y
	for i := 1; i < 4; i++ {
		near(t, "decade", points[i].y-points[i-1].y, step, 100)
		want := math.Log(float64(i+1)) / math.Log(4) * (frame.max.x - frame.min.x)
		near(t, "epoch", points[i].x-frame.min.x, want, 100)
	}
	for _, label := range []string{"1", "0.1", "0.01", "0.001"} {
		if d.count(label) == 0 {
			t.Errorf("no tick %q on the log axis", label)
		}
	}
}

func TestLogYLeavesAccuracyLinear(t *testing.T) {
	h := curves.New(3, curves.Series{Name: "accuracy", Direction: curves.Maximize})
	for _, v := range []float64{0, 0.5, 1} {
		if err := h.Append(v); err != nil {
			t.Fatal(err)
		}
	}
	d := drawn(t, plots.LearningCurve{History: h, LogY: true})
	frame := d.frames()[0]
	points := inFrame(frame, d.stroked(trainColor))[0].points
	if len(points) != 3 {
		t.Fatalf("%d points, want 3: accuracy 0 is drawable on a linear axis", len(points))
	}
	near(t, "accuracy 0.5", (points[1].y-points[0].y)/(points[2].y-points[0].y), 0.5, 1)
}

func TestMarks(t *testing.T) {
	h := lossHistory(make([]float64, 11), make([]float64, 11))
	d := drawn(t, plots.LearningCurve{History: h, Marks: []plots.Mark{
		{Name: "best", X: 3}, {Name: "overfitting", X: 5, To: math.Inf(1)}, {Name: "outside", X: 40},
	}})
	frame := d.frames()[0]
	width := frame.max.x - frame.min.x
	var lines []path
	for _, p := range inFrame(frame, d.paths) {
		if p.dashes != "none" && p.dashes != "" {
			lines = append(lines, p)
		}
	}
	if len(lines) != 1 {
		t.Fatalf("%d dashed lines in the panel, want 1", len(lines))
	}
	near(t, "line", lines[0].points[0].x, frame.min.x+0.3*width, width)
	shaded := false
	for _, p := range d.paths {
		b := bounds(p.points)
		if p.fill != "" && p.fill != "none" && math.Abs(b.max.x-frame.max.x) < 0.02 && b.min.x > frame.min.x+1 {
			near(t, "range", b.min.x, frame.min.x+0.5*width, width)
			shaded = true
		}
	}
	if !shaded {
		t.Error("no shaded range up to the right edge")
	}
	for _, name := range []string{"best", "overfitting", "outside"} {
		if d.count(name) != 1 {
			t.Errorf("mark %q stands %d times in the legend", name, d.count(name))
		}
	}
}

func TestDiagnosisMarks(t *testing.T) {
	got := plots.DiagnosisMarks(curves.Diagnosis{Marks: []curves.Mark{
		{Kind: "best", Epoch: 6}, {Kind: "overfit", Epoch: 9}, {Kind: "plateau", Epoch: 0},
	}})
	want := []plots.Mark{
		{Name: "best epoch 6", X: 6},
		{Name: "overfitting from epoch 9", X: 9, To: math.Inf(1)},
		{Name: "training level from epoch 0"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("marks %v, want %v", got, want)
	}
}

func TestQuantities(t *testing.T) {
	if got := plots.Quantities(overfitHistory(200)); !slices.Equal(got, []string{"loss", "accuracy", "rate"}) {
		t.Errorf("quantities %q", got)
	}
	if got := plots.Quantities(nil); got != nil {
		t.Errorf("quantities of no history: %q", got)
	}
}

// TestLongCurvesAreThinned checks that thinning bounds the file and loses no extreme value.
func TestLongCurvesAreThinned(t *testing.T) {
	n := 10000
	values := make([]float64, n)
	for i := range values {
		values[i] = 1 + 0.1*math.Sin(float64(i))
	}
	values[5123], values[7001] = 9, -3
	d := drawn(t, plots.LearningCurve{History: lossHistory(values, values)})
	frame := d.frames()[0]
	_, y := d.scales(t, frame)
	points := inFrame(frame, d.stroked(trainColor))[0].points
	if len(points) > 5000 {
		t.Errorf("%d points for 10,000 epochs", len(points))
	}
	b := bounds(points)
	near(t, "highest", y.data(b.max.y), 9, 12)
	near(t, "lowest", y.data(b.min.y), -3, 12)
	near(t, "first epoch", b.min.x, frame.min.x, 400)
	near(t, "last epoch", b.max.x, frame.max.x, 400)
}

func TestManyRunsHaveDifferentLines(t *testing.T) {
	var runs []plots.Run
	for i := range 21 {
		runs = append(runs, plots.Run{Name: strings.Repeat("run", 3) + string(rune('a'+i)), History: accuracyHistory(5, 0.1, 0.9, 0, uint64(i))})
	}
	lines := plots.Lines{}
	for _, r := range runs {
		v, _ := r.History.Get("accuracy")
		lines.Lines = append(lines.Lines, plots.Line{Name: r.Name, Y: v})
	}
	d := drawn(t, lines)
	frame := d.frames()[0]
	looks := map[string]bool{}
	for _, p := range d.paths {
		if b := bounds(p.points); p.stroke != "" && p.stroke != frameColor && p.stroke != gridColor && b.min.y > frame.max.y {
			looks[p.stroke+p.dashes] = true
		}
	}
	if len(looks) != 21 {
		t.Errorf("21 lines have %d looks in the legend", len(looks))
	}
}
