package experiments_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/experiments"
)

// fixture is what testdata/statistics.py computed with numpy and scipy.
type fixture struct {
	Summaries []struct {
		Values           []float64
		Mean, SD, StdErr float64
		Quantiles        []float64 // at 0, 0.1, 0.25, 0.5, 0.75, 0.9, 1
	}
	Comparisons []struct {
		First, Second          []float64
		Q, Level, Mean, StdErr float64
		Low, High, T, P        float64
	}
}

func read(t *testing.T) (f fixture) {
	text, err := os.ReadFile("testdata/statistics.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// near allows for another order of sums and another algorithm for the quantile of
// t, both good to about 1e-14.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-11*max(1, math.Abs(want))) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestSummarizeAgreesWithNumpy(t *testing.T) {
	for _, c := range read(t).Summaries {
		s := experiments.Summarize(append([]float64{math.NaN(), math.Inf(1)}, c.Values...))
		if s.N != len(c.Values) || s.Missing != 2 {
			t.Errorf("N, Missing = %d, %d, want %d, 2", s.N, s.Missing, len(c.Values))
		}
		near(t, "Mean", s.Mean, c.Mean)
		near(t, "SD", s.SD, c.SD)
		near(t, "StdErr", s.StdErr, c.StdErr)
		for i, got := range []float64{s.Min, s.Quantile(0.1), s.Q1, s.Median, s.Q3, s.Quantile(0.9), s.Max} {
			near(t, "quantile", got, c.Quantiles[i])
		}
	}
}

func TestSummarizeFewValues(t *testing.T) {
	if s := experiments.Summarize([]float64{3}); s.Mean != 3 || s.Median != 3 || !math.IsNaN(s.SD) {
		t.Errorf("one value: %+v", s)
	}
	if s := experiments.Summarize(nil); s.N != 0 || !math.IsNaN(s.Mean) || !math.IsNaN(s.Median) {
		t.Errorf("no values: %+v", s)
	}
	if got := experiments.Summarize([]float64{1, 3, math.NaN()}).String(); got != "2 ± 1.4 (n = 2, 1 to 3), 1 not finite" {
		t.Errorf("String = %q", got)
	}
}

func TestCorrectedTAgreesWithScipy(t *testing.T) {
	for _, c := range read(t).Comparisons {
		d, err := experiments.CorrectedT(c.First, c.Second, c.Q, c.Level)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "Mean", d.Mean, c.Mean)
		near(t, "StdErr", d.StdErr, c.StdErr)
		near(t, "Low", d.Low, c.Low)
		near(t, "High", d.High, c.High)
		near(t, "T", d.T, c.T)
		near(t, "P", d.P, c.P)
	}
}

func TestCorrectedTWithoutSpread(t *testing.T) {
	same, err := experiments.CorrectedT([]float64{1, 2}, []float64{1, 2}, 0.25, 0)
	if err != nil || same.Mean != 0 || same.T != 0 || same.P != 1 || same.Level != 0.95 {
		t.Errorf("equal scores: %+v, %v", same, err)
	}
	shifted, err := experiments.CorrectedT([]float64{1, 2}, []float64{2, 3}, 0.25, 0)
	if err != nil || shifted.Mean != 1 || shifted.Low != 1 || shifted.P != 0 {
		t.Errorf("a constant difference: %+v, %v", shifted, err)
	}
	if shifted.Better = curves.Minimize; shifted.Improves() {
		t.Error("a higher loss improves")
	}
	if shifted.Better = curves.Maximize; !shifted.Improves() {
		t.Error("a higher accuracy does not improve")
	}
}

func TestCorrectedTFails(t *testing.T) {
	two := []float64{1, 2}
	for name, c := range map[string]struct {
		a, b     []float64
		q, level float64
		want     string
	}{
		"length":   {two, two[:1], 0, 0, "2 scores against 1"},
		"one pair": {two[:1], two[:1], 0, 0, "at least 2"},
		"NaN":      {two, []float64{1, math.NaN()}, 0, 0, "finite"},
		"share":    {two, two, -1, 0, "test rows per training row"},
		"level":    {two, two, 0, 1, "level"},
	} {
		if _, err := experiments.CorrectedT(c.a, c.b, c.q, c.level); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
