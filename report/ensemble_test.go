package report_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/report"
)

// ensembleOfThree is how three members did beside what they make together.
func ensembleOfThree() *report.Ensemble {
	return &report.Ensemble{
		Name: "ensemble of 3 members (weighted)", Weights: []float64{0.5, 0.25, 0.25},
		Scores: []report.MemberScore{
			{Name: "accuracy", Direction: curves.Maximize, Ensemble: 0.9667, Members: []float64{0.9, 0.9333, 0.9667}, Mean: 0.9333, SD: 0.0333, Gain: 0.0333, Beaten: 2},
			{Name: "log_loss", Direction: curves.Minimize, Ensemble: 0.2, Members: []float64{0.25, math.NaN(), 0.15}, Mean: 0.2, SD: 0.0707, Gain: -0.001, Beaten: 1},
		},
		Sizes: [][]float64{{0.9, 0.9333, 0.9667}, {0.9333, 0.9667, 0.9667}, {0.9667}},
		Runs:  []plots.Run{{History: history(40, 0.1)}, {History: history(50, 0.2)}, {History: history(60, 0)}},
		Facts: []report.Fact{{Name: evil, Value: "0.5"}},
	}
}

func ensembleFit() report.Fit {
	f := irisFit()
	f.Ensemble = ensembleOfThree()
	return f
}

func TestEnsembleBesideItsMembers(t *testing.T) {
	f := ensembleFit()
	r := f.Report()
	if got := titles(r); got[1] != "Ensemble" {
		t.Fatalf("sections %q, want the ensemble behind the scores", got)
	}
	page := written(t, r)
	for _, c := range []struct {
		caption, row string
		want         []string
	}{
		{"The ensemble beside its members, test", "accuracy", []string{"0.9667", "0.9333", "0.0333", "&#43;0.0333", "2 of 3", "higher"}},
		{"The ensemble beside its members, test", "log_loss", []string{"0.2000", "0.2000", "0.0707", "−0.0010", "1 of 3", "lower"}},
		{"Scores of the members, test", "1", []string{"0.5000", "0.9000", "0.2500"}},
		{"Scores of the members, test", "2", []string{"0.2500", "0.9333", "–"}},
	} {
		if got := cells(t, page, c.caption, c.row); !slices.Equal(got, c.want) {
			t.Errorf("%s: row %s is %q, want %q", c.caption, c.row, got, c.want)
		}
	}
	if !strings.Contains(page, "What more members bring") || !strings.Contains(page, ">members</text>") {
		t.Error("the score by the number of members is not drawn")
	}
	if !strings.Contains(page, "The first of 3 trainings") {
		t.Error("the interactive curves do not say whose they are")
	}
	if !strings.Contains(page, "The learning curves of all 3 trainings.") || strings.Contains(page, evil) {
		t.Error("the members' curves are missing, or a name is not escaped")
	}
	f.Ensemble.Weights, f.Ensemble.Runs, f.Ensemble.Facts = nil, f.Ensemble.Runs[:1], nil
	if page := written(t, f.Report()); strings.Contains(page, "all 1 trainings") || slices.Contains(cells(t, page, "Scores of the members, test", "1"), "0.5000") {
		t.Error("a single training is drawn as many, or a weight is shown that there is not")
	}
}
