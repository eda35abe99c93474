package plots_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/plots"
)

// named is a figure of the gallery, which has at least one of every kind.
type named struct {
	name   string
	figure plots.Figure
}

func gallery() []named {
	f := overfitHistory(300)
	return []named{
		{"learning", plots.LearningCurve{Title: "Blobs, 25 hidden units", History: f, Marks: overfitMarks}},
		{"learning-log", plots.LearningCurve{Title: "Logarithmic axes", History: f, LogX: true, LogY: true}},
		{"learning-runs", plots.LearningCurve{Title: "Momentum", Runs: momentumRuns(), Quantities: []string{"accuracy"}}},
		{"learning-repeats", plots.LearningCurve{Title: "Ten repeats", Runs: repeats(10)}},
		{"learning-one-epoch", plots.LearningCurve{History: overfitHistory(1)}},
		{"learning-long", plots.LearningCurve{Title: "10,000 epochs", History: overfitHistory(10000)}},
		{"grid-rates", ratesGrid()},
		{"grid-mixed", plots.Grid{Title: "Target", Figures: []plots.Figure{
			plots.Histogram{Samples: []plots.Sample{{Values: normals(1000, 3)}}, X: "target"},
			plots.Box{Samples: []plots.Sample{{Name: "target", Values: normals(1000, 3)}}, Y: "target"},
		}}},
		{"scatter", plots.Scatter{Title: "Three blobs", X: "x1", Y: "x2", Points: blobs(300)}},
		{"regions", plots.Regions{Title: "Decision regions", X: "x1", Y: "x2", Points: blobs(300), Classify: nearestCenter}},
		{"histogram", plots.Histogram{Title: "Residuals", X: "residual", Samples: []plots.Sample{
			{Name: "train", Values: normals(400, 1)}, {Name: "validation", Values: normals(300, 2)},
		}}},
		{"box", plots.Box{Title: "Test accuracy of 30 runs", Y: "accuracy", Samples: scores(4)}},
		{"box-many", plots.Box{Title: "Test accuracy of 30 runs", Y: "accuracy", Samples: scores(14)}},
		{"strip", plots.Strip{Title: "Test accuracy of 30 runs", Y: "accuracy", Samples: scores(5)}},
		{"bars", plots.Bars{Title: "Mean accuracy ± sd", Value: "accuracy", Categories: []string{"none", "weight decay", "dropout"},
			Groups: []plots.BarGroup{
				{Name: "train", Values: []float64{0.99, 0.95, 0.93}, Errors: []float64{0.004, 0.01, 0.012}},
				{Name: "test", Values: []float64{0.81, 0.86, 0.88}, Errors: []float64{0.02, 0.015, 0.012}},
			}}},
		{"bars-horizontal", plots.Bars{Title: "Permutation importance", Value: "loss increase", Horizontal: true,
			Categories: []string{"petal_length", "petal_width", "sepal_length", "a column with quite a long name indeed"},
			Groups:     []plots.BarGroup{{Values: []float64{0.61, 0.4, 0.05, -0.01}, Errors: []float64{0.05, 0.04, 0.01, 0.01}}}}},
		{"lines", plots.Lines{Title: "Weight decay", X: "L2 coefficient", Y: "accuracy", LogX: true, Lines: decayLines()}},
		{"lines-loglog", plots.Lines{Title: "Throughput", X: "batch size", Y: "rows per second", LogX: true, LogY: true,
			Lines: []plots.Line{{X: []float64{1, 4, 16, 64, 256}, Y: []float64{2e4, 7e4, 2.2e5, 5e5, 8e5}, Markers: true}}}},
		{"lines-dots", plots.Lines{Title: "Ensemble size", X: "members", Y: "accuracy", Lines: []plots.Line{
			{Name: "single", Y: []float64{.80, .81, .79, .805, .812, .798}, DotsOnly: true},
			{Name: "ensemble", Y: []float64{.80, .812, .811, .816, .818, .817}, Markers: true},
		}}},
		{"functions", plots.Functions{Title: "Activations", X: "x", Y: "f(x)", From: -4, To: 4, Functions: activations()}},
		{"surface", plots.Surface{Title: "A non-convex error surface", X: "weight 1", Y: "weight 2", Z: "error", Field: hills()}},
		{"surface-bowl", plots.Surface{Title: "A convex error surface", X: "w1", Y: "w2", Z: "error",
			Field: plots.Field{F: func(x, y float64) float64 { return x*x + y*y }}}},
		{"contour", plots.Contour{Title: "Gradient descent", X: "weight 1", Y: "weight 2", Z: "error", Field: hills(),
			Path: plots.Line{X: []float64{-2.5, -1.2, -.4, .1, .3}, Y: []float64{2.5, 1.4, .9, .5, .4}}}},
		{"heatmap", plots.Heatmap{Title: "Accuracy", X: "units", Y: "rate", Label: "accuracy",
			Rows: []string{"0.1", "0.01", "0.001"}, Columns: []string{"5", "10", "25", "50"},
			Values: [][]float64{{.5, .52, .55, math.NaN()}, {.8, .86, .91, .9123}, {.71, .75, .8, .83}}}},
		{"confusion", plots.Confusion{Title: "Test set", Classes: []string{"setosa", "versicolor", "virginica"},
			Counts: [][]int{{16, 0, 0}, {0, 15, 2}, {0, 1, 16}}}},
		{"predictions", plots.Predictions{Title: "Test set", Target: "progression", Parts: regressionParts()}},
		{"box-45", plots.Box{Y: "score", Samples: crowd(45)}},
		{"confusion-26", letters()},
		{"lines-21", plots.Lines{Title: "21 lines", X: "epoch", Y: "loss", Lines: crowdLines(21)}},
		{"grid-11", crowdGrid(11)},
		{"grid-fits", plots.Grid{Title: "Two fits", ShareX: true, ShareY: true, Figures: []plots.Figure{
			plots.LearningCurve{Title: "before", History: overfitHistory(300)}, plots.LearningCurve{Title: "after", History: overfitHistory(200)},
		}}},
		{"grid-field", plots.Grid{Figures: []plots.Figure{
			plots.Surface{Title: "surface", X: "w1", Y: "w2", Z: "error", Field: hills()},
			plots.Contour{Title: "contour", X: "w1", Y: "w2", Z: "error", Field: hills()},
		}}},
		{"learning-small", plots.LearningCurve{Title: "A small one with quite a long title indeed", History: f, Size: plots.Size{Width: 7, Height: 9}}},
		{"histogram-big", plots.Histogram{Title: "Target", X: "y", Samples: []plots.Sample{{Values: []float64{-400000, 30000, 1e5, 2e5, 1234567, 3e6}}}}},
		{"residuals", plots.Residuals{Title: "Test set", Target: "progression", Parts: regressionParts()}},
	}
}

func crowd(n int) []plots.Sample {
	var ss []plots.Sample
	for i := range n {
		ss = append(ss, plots.Sample{Name: fmt.Sprintf("config-%d", i), Values: normals(20, uint64(i))})
	}
	return ss
}

func crowdLines(n int) []plots.Line {
	var ls []plots.Line
	for i := range n {
		ls = append(ls, plots.Line{Name: fmt.Sprintf("configuration number %d", i), Y: normals(30, uint64(i))})
	}
	return ls
}

func crowdGrid(n int) plots.Grid {
	g := plots.Grid{Title: fmt.Sprint(n, " panels"), Columns: 4, ShareX: true, ShareY: true}
	for i := range n {
		g.Figures = append(g.Figures, plots.LearningCurve{Title: fmt.Sprint(i, " units"), History: accuracyHistory(100, 0.05, 0.8, 0.01, uint64(i))})
	}
	return g
}

func letters() plots.Confusion {
	c := plots.Confusion{Title: "Letters"}
	for i := range 26 {
		row := make([]int, 26)
		for j := range row {
			row[j] = i * j % 7
		}
		row[i] = 120
		c.Counts = append(c.Counts, row)
		c.Classes = append(c.Classes, "class "+string(rune('a'+i)))
	}
	return c
}

var overfitMarks = []plots.Mark{{Name: "best epoch 67", X: 67}, {Name: "overfitting from epoch 90", X: 90, To: math.Inf(1)}}

func draws(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func normals(n int, seed uint64) []float64 {
	r, vs := draws(seed), make([]float64, n)
	for i := range vs {
		vs[i] = r.NormFloat64()
	}
	return vs
}

// overfitHistory has falling training loss and a validation loss that turns up, some validation
// epochs missing.
func overfitHistory(epochs int) *curves.History {
	h := curves.New(epochs,
		curves.Series{Name: "loss", Direction: curves.Minimize}, curves.Series{Name: "accuracy", Direction: curves.Maximize},
		curves.Series{Name: "val_loss", Direction: curves.Minimize}, curves.Series{Name: "val_accuracy", Direction: curves.Maximize},
		curves.Series{Name: "rate"})
	r := draws(7)
	for e := range epochs {
		t := float64(e) / 60
		loss := 1.1*math.Exp(-t) + 0.05 + 0.004*r.NormFloat64()
		val := 1.1*math.Exp(-t) + 0.3 + 0.05*math.Max(0, t-1.2) + 0.012*r.NormFloat64()
		if e%41 > 35 {
			val = math.NaN()
		}
		if err := h.Append(loss, 1-loss/2.4, val, 1-val/2.4, 0.01*math.Pow(0.5, float64(e/100))); err != nil {
			panic(err)
		}
	}
	return h
}

func accuracyHistory(epochs int, speed, top, noise float64, seed uint64) *curves.History {
	h := curves.New(epochs, curves.Series{Name: "accuracy", Direction: curves.Maximize},
		curves.Series{Name: "val_accuracy", Direction: curves.Maximize})
	r := draws(seed)
	for e := range epochs {
		a := 0.33 + (top-0.33)*(1-math.Exp(-float64(e)*speed))
		if err := h.Append(a+noise*r.NormFloat64(), a-0.02+noise*r.NormFloat64()); err != nil {
			panic(err)
		}
	}
	return h
}

func momentumRuns() []plots.Run {
	var runs []plots.Run
	for i, name := range []string{"0.0", "0.5", "0.9", "0.99"} {
		runs = append(runs, plots.Run{Name: name, History: accuracyHistory(200, 0.01*math.Pow(3, float64(i)), 0.84, 0.006, uint64(i))})
	}
	return runs
}

func repeats(n int) []plots.Run {
	var runs []plots.Run
	for i := range n {
		runs = append(runs, plots.Run{History: accuracyHistory(100, 0.03+0.004*float64(i), 0.84, 0.008, uint64(i))})
	}
	return runs
}

func ratesGrid() plots.Grid {
	g := plots.Grid{Title: "Learning rate", ShareX: true, ShareY: true, Columns: 2}
	for i := range 8 {
		name := []string{"1", "0.1", "0.01", "0.001", "1e-4", "1e-5", "1e-6", "1e-7"}[i]
		h := accuracyHistory(200, 0.3/math.Pow(4, float64(i)), 0.84, 0.02/float64(i+1), uint64(i))
		g.Figures = append(g.Figures, plots.LearningCurve{Title: name, History: h})
	}
	return g
}

func blobs(n int) plots.Points {
	r := draws(5)
	p := plots.Points{ClassNames: []string{"setosa", "versicolor", "virginica"}}
	for i := range n {
		c := i % 3
		p.X = append(p.X, centers[c][0]+2*r.NormFloat64())
		p.Y = append(p.Y, centers[c][1]+2*r.NormFloat64())
		p.Class = append(p.Class, c)
	}
	return p
}

var centers = [3][2]float64{{-5, 4}, {3, 6}, {0, -4}}

func nearestCenter(x, y []float64) ([]int, error) {
	classes := make([]int, len(x))
	for i := range x {
		best := math.Inf(1)
		for c, at := range centers {
			if d := math.Hypot(x[i]-at[0], y[i]-at[1]); d < best {
				best, classes[i] = d, c
			}
		}
	}
	return classes, nil
}

func scores(groups int) []plots.Sample {
	var ss []plots.Sample
	for g := range groups {
		vs := normals(30, uint64(g+20))
		for i := range vs {
			vs[i] = 0.8 + 0.01*float64(g) + 0.015*vs[i]
		}
		name := []string{"standalone", "fixed 0 layers", "fixed 1 layer", "fixed 2 layers", "max-norm"}[g%5]
		ss = append(ss, plots.Sample{Name: name, Values: vs})
	}
	return ss
}

func decayLines() []plots.Line {
	x := []float64{1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1}
	r := draws(9)
	repeat := func(means ...float64) [][]float64 {
		var all [][]float64
		for _, m := range means {
			var vs []float64
			for range 10 {
				vs = append(vs, m+0.008*r.NormFloat64())
			}
			all = append(all, vs)
		}
		return all
	}
	return []plots.Line{
		plots.MeanLine("train", x, repeat(1, 1, 0.99, 0.97, 0.95, 0.7)),
		plots.MeanLine("test", x, repeat(0.91, 0.92, 0.93, 0.95, 0.94, 0.69)),
	}
}

func activations() []plots.Function {
	return []plots.Function{
		{Name: "ReLU", F: func(x float64) float64 { return math.Max(0, x) }},
		{Name: "tanh", F: math.Tanh},
		{Name: "sigmoid", F: func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }},
		{Name: "ELU", F: func(x float64) float64 {
			if x > 0 {
				return x
			}
			return math.Expm1(x)
		}},
	}
}

func hills() plots.Field {
	return plots.Field{XFrom: -3, XTo: 3, YFrom: -3, YTo: 3, F: func(x, y float64) float64 {
		return 3*(1-x)*(1-x)*math.Exp(-x*x-(y+1)*(y+1)) - 10*(x/5-x*x*x-math.Pow(y, 5))*math.Exp(-x*x-y*y) -
			math.Exp(-(x+1)*(x+1)-y*y)/3
	}}
}

func regressionParts() []plots.Part {
	r := draws(11)
	part := func(name string, n int, sd float64) plots.Part {
		p := plots.Part{Name: name}
		for range n {
			y := 150 + 70*r.NormFloat64()
			p.Actual = append(p.Actual, y)
			p.Predicted = append(p.Predicted, 150+0.7*(y-150)+sd*r.NormFloat64())
		}
		return p
	}
	return []plots.Part{part("train", 300, 25), part("test", 90, 35)}
}
