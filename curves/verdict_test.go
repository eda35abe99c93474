package curves_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
)

// TestVerdicts has one curve for each thing that a rule looks at beyond the plain shapes.
func TestVerdicts(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 13))
	noisy := func(f func(int) float64, sd float64) func(int) float64 {
		return func(e int) float64 { return f(e) + sd*r.NormFloat64() }
	}
	falls := decay(0.1, 0.9, 6)
	after := func(first float64, f func(int) float64) func(int) float64 {
		return func(e int) float64 {
			if e == 0 {
				return first
			}
			return f(e)
		}
	}
	for _, c := range []struct {
		name      string
		loss, val func(int) float64
		want      []string
	}{
		{"a first epoch far above all others hides no gap",
			after(1e5, falls), after(1e5, func(e int) float64 { return falls(e) + 0.5 }),
			[]string{curves.UnrepresentativeTrain}},
		{"blown up in the first epoch, and never learned again",
			noisy(after(1e6, func(int) float64 { return 2 }), 0.3), nil,
			[]string{curves.Diverged}},
		{"learned in the first epoch, all but perfectly",
			noisy(after(1, func(int) float64 { return 0.001 }), 1e-5), noisy(func(int) float64 { return 0.0012 }, 1e-5),
			[]string{curves.GoodFit}},
		{"swings ever wider",
			func(e int) float64 { return 1 + float64(e%2)*math.Exp(float64(e)/8)/20 }, nil,
			[]string{curves.Diverged}},
		{"validation at the level of a guess, training learns by heart",
			falls, noisy(func(int) float64 { return 0.95 }, 0.01),
			[]string{curves.Overfit}},
		{"both rise a little after their best",
			noisy(func(e int) float64 { return falls(e) + 0.12*float64(e)/60 }, 0.003),
			noisy(func(e int) float64 { return 0.03 + falls(e) + 0.12*float64(e)/60 }, 0.003),
			[]string{curves.GoodFit}},
		{"both jump up by a third of what they fell",
			noisy(func(e int) float64 { return falls(e) + 0.3*float64(e/35) }, 0.003),
			noisy(func(e int) float64 { return 0.03 + falls(e) + 0.3*float64(e/35) }, 0.003),
			[]string{curves.Diverged}},
		{"validation jumps, a little below training",
			noisy(decay(0.4, 0.6, 6), 0.003), noisy(decay(0.3, 0.6, 6), 0.06),
			[]string{curves.UnrepresentativeValidation, curves.EasyValidation}},
		{"validation jumps, far above training",
			noisy(falls, 0.003), noisy(func(e int) float64 { return 0.4 + falls(e) }, 0.06),
			[]string{curves.UnrepresentativeTrain, curves.UnrepresentativeValidation}},
	} {
		t.Run(c.name, func(t *testing.T) {
			series := map[string][]float64{"loss": epochs(60, c.loss)}
			if c.val != nil {
				series["val_loss"] = epochs(60, c.val)
			}
			d := curves.Diagnose(history(series))
			var got []string
			for _, f := range d.Findings {
				got = append(got, f.Code)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q\n%v", got, c.want, d)
			}
		})
	}
}

// TestNoGapFromNoise draws pairs of noisy curves around one level: the gap of a few last epochs is
// chance, and must not be reported more often than chance allows. Four standard errors of normal
// noise are exceeded once in 16,000 draws; the noise is itself estimated from ten values.
func TestNoGapFromNoise(t *testing.T) {
	claimed := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 17))
		level := func(e int) float64 { return decay(0.5, 0.5, 3)(e) + 0.15*r.NormFloat64() }
		d := curves.Diagnose(history(map[string][]float64{"loss": epochs(20, level), "val_loss": epochs(20, level)}))
		if d.Finding(curves.UnrepresentativeTrain) != nil || d.Finding(curves.EasyValidation) != nil {
			claimed++
		}
	}
	if claimed > 4 {
		t.Errorf("a gap in %d of 200 pairs without one, want at most 4", claimed)
	}
}

// TestBestEpochOfNoisyCurve finds the lowest point of a valley in noise as high as the valley is deep
// within a fifth of the run. The lowest single value is anywhere.
func TestBestEpochOfNoisyCurve(t *testing.T) {
	single, smoothed := 0.0, 0.0
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 5))
		h := history(map[string][]float64{
			"loss": epochs(1000, decay(0.1, 0.9, 60)),
			"val_loss": epochs(1000, func(e int) float64 {
				return 0.5 + math.Abs(float64(e)-400)/5000 + 0.1*r.NormFloat64()
			}),
		})
		best, _ := h.Best("val_loss")
		single += math.Abs(float64(best)-400) / 20
		for _, m := range curves.Diagnose(h).Marks {
			if m.Kind == "best" {
				smoothed += math.Abs(float64(m.Epoch)-400) / 20
			}
		}
	}
	if smoothed > 80 || smoothed > single/2 {
		t.Errorf("mean distance from the valley's lowest point: %.0f epochs, that of the lowest value %.0f; want at most 80, and half of that",
			smoothed, single)
	}
}
