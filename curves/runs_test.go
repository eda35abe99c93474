package curves_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
)

// runs makes repeated runs that end at low[i].
func runs(seed uint64, val func(e int) float64, low ...float64) []*curves.History {
	r := rand.New(rand.NewPCG(seed, 1))
	var all []*curves.History
	for _, l := range low {
		all = append(all, history(map[string][]float64{
			"loss":     epochs(60, func(e int) float64 { return decay(0.1, 0.9, 5)(e) + 0.003*r.NormFloat64() }),
			"val_loss": epochs(60, func(e int) float64 { return l + val(e) + 0.003*r.NormFloat64() }),
		}))
	}
	return all
}

func TestDiagnoseRuns(t *testing.T) {
	level, rising := decay(0.02, 0.88, 5), func(e int) float64 { return 0.02*float64(e) - 0.3 }
	blown := history(map[string][]float64{"loss": epochs(60, func(e int) float64 { return math.Exp(float64(e)) })})
	for _, c := range []struct {
		name string
		runs []*curves.History
		want string
		also string // a finding, empty for none
	}{
		{"alike", runs(1, level, 0.10, 0.101, 0.099, 0.1), curves.GoodFit, ""},
		{"two, apart as chance may have it", runs(6, level, 0.06, 0.14), curves.GoodFit, ""},
		{"apart", runs(2, level, 0.05, 0.2, 0.11, 0.25), curves.HighVariance, ""},
		{"all overfit, apart", runs(3, func(e int) float64 { return 0.4 + math.Abs(rising(e)) }, 0.1, 0.5, 0.2), curves.Overfit, curves.HighVariance},
		{"all diverged", []*curves.History{blown, blown, blown}, curves.Diverged, ""},
		{"one of four diverged", append(runs(4, level, 0.1, 0.1, 0.1), blown), curves.HighVariance, ""},
		{"one alone", runs(5, level, 0.1), curves.GoodFit, ""},
		{"none", nil, curves.Undetermined, ""},
		{"nil", []*curves.History{nil, nil}, curves.Undetermined, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := curves.DiagnoseRuns(c.runs)
			if d.Verdict != c.want || c.also != "" && d.Finding(c.also) == nil || c.also == "" && len(d.Findings) > 1 {
				t.Errorf("%s, want %s and %q\n%v", d.Verdict, c.want, c.also, d)
			}
		})
	}
}

// TestDiagnoseRunsEvidence checks the spread against its formula.
func TestDiagnoseRunsEvidence(t *testing.T) {
	d := curves.DiagnoseRuns(runs(2, decay(0, 0.9, 5), 0.1, 0.2, 0.3))
	f := d.Finding(curves.HighVariance)
	if f == nil {
		t.Fatalf("no %s in %v", curves.HighVariance, d)
	}
	// levels of 0.1, 0.2, 0.3 have mean 0.2 and sample deviation 0.1; each is a mean of six values
	// with noise 0.003, so that 0.005 is more than three of its standard errors
	for name, want := range map[string]float64{"runs": 3, "diverged": 0, "mean": 0.2, "deviation": 0.1, "low": 0.1, "high": 0.3} {
		if got := f.Evidence.Get(name); math.Abs(got-want) > 0.005 {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if !strings.HasPrefix(f.Evidence.Sentence, `Over 3 runs "val_loss" ended between `) {
		t.Errorf("sentence %q", f.Evidence.Sentence)
	}
}
