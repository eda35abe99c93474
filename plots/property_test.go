package plots_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/goodfit-ml/goodfit/plots"
)

// TestAnyNumbers draws whatever numbers there are: the result is an error or a picture in which every
// coordinate is a number on the page.
func TestAnyNumbers(t *testing.T) {
	value := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-2, 2),
		rapid.SampledFrom([]float64{0, 1, 1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, 5e-324, 1e-300, 1e15, 1e15 + 1}))
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "n")
		xs := rapid.SliceOfN(value, n, n).Draw(t, "x")
		ys := rapid.SliceOfN(value, n, n).Draw(t, "y")
		figures := []plots.Figure{
			plots.Lines{Lines: []plots.Line{{X: xs, Y: ys, Lower: ys, Upper: ys, Markers: true}},
				LogX: rapid.Bool().Draw(t, "log x"), LogY: rapid.Bool().Draw(t, "log y")},
			plots.Histogram{Samples: []plots.Sample{{Values: ys}}},
			plots.Box{Samples: []plots.Sample{{Values: ys}, {Values: xs}}},
			plots.Strip{Samples: []plots.Sample{{Values: ys}}},
			plots.Bars{Categories: make([]string, n), Groups: []plots.BarGroup{{Values: ys, Errors: xs}}},
			plots.Heatmap{Values: [][]float64{xs, ys}},
			plots.Residuals{Parts: []plots.Part{{Actual: xs, Predicted: ys}}},
			plots.Predictions{Parts: []plots.Part{{Actual: xs, Predicted: ys}}},
		}
		if n < 3 { // these are slow to draw
			field := plots.Field{F: func(x, _ float64) float64 { return ys[int(math.Abs(x))%n] }}
			figures = append(figures, plots.Contour{Field: field, Levels: 3}, plots.Surface{Field: field})
		}
		for _, f := range figures {
			svg, err := plots.SVG(f)
			if err == nil && (strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf")) {
				t.Errorf("%T of x %v, y %v has a coordinate that is no number", f, xs, ys)
			}
		}
	})
}
