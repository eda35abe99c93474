package prediction_test

import (
	"math"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit/studies"
	"github.com/goodfit-ml/goodfit/studies/prediction"
)

// outcome runs the study of the given name: not in short tests.
func outcome(t *testing.T, name string, o studies.Options) *studies.Outcome {
	t.Helper()
	if testing.Short() {
		t.Skip("runs studies")
	}
	all := prediction.Studies()
	i := slices.IndexFunc(all, func(s studies.Study) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("there is no study %s", name)
	}
	out, err := studies.Run(ctx, all[i], o)
	must(t, err)
	return out
}

// measured returns a result of a study.
func measured(t *testing.T, out *studies.Outcome, what string) studies.Result {
	t.Helper()
	i := slices.IndexFunc(out.Results, func(r studies.Result) bool { return r.What == what })
	if i < 0 {
		t.Fatalf("%s has no result %q", out.Name, what)
	}
	return out.Results[i]
}

// TestClaimsHold runs cheap studies in full with a base seed of their own. All are
// run by the test of package all.
func TestClaimsHold(t *testing.T) {
	for _, name := range []string{"ch20-blobs-scatter", "ch20-blobs-single-mlp", "ch20-ensemble-repeated", "ch21-mlp-baseline",
		"ch22-mlp-baseline", "ch24-cosine-schedule-plot"} {
		for _, c := range outcome(t, name, studies.Options{BaseSeed: 2}).Claims {
			if !c.Holds {
				t.Errorf("%s: %s: %s", name, c.Text, c.Evidence)
			}
		}
	}
}

// TestIndependentNumbers compares with the same experiment in NumPy, in float64 and
// with other draws: 180 single networks have the mean 0.766 and the deviation 0.019,
// 30 averages of five 0.769 and 0.008. Means are held to three standard errors of 30
// runs, deviations to a factor of 1.5, four of their own.
func TestIndependentNumbers(t *testing.T) {
	for _, c := range []struct {
		study, what string
		mean, sd    float64
	}{
		{"ch20-blobs-variance", "test accuracy", 0.766, 0.019},
		{"ch20-ensemble-repeated", "test accuracy of five averaged", 0.769, 0.008},
	} {
		r := measured(t, outcome(t, c.study, studies.Options{BaseSeed: 3}), c.what)
		if math.Abs(r.Mean-c.mean) > 3*c.sd*math.Sqrt(1.0/30+1.0/30) || r.SD > 1.5*c.sd || r.SD < c.sd/1.5 {
			t.Errorf("%s: %.4f ± %.4f, want about %.3f ± %.3f", c.what, r.Mean, r.SD, c.mean, c.sd)
		}
	}
}

// TestSeedsDecide runs a study twice, and with another seed.
func TestSeedsDecide(t *testing.T) {
	run := func(base uint64) []studies.Result {
		return outcome(t, "ch21-model-averaging-ensemble", studies.Options{Seeds: 2, BaseSeed: base}).Results
	}
	first, again, other := run(3), run(3), run(4)
	for i := range first {
		if first[i].Mean != again[i].Mean || first[i].SD != again[i].SD {
			t.Errorf("%s is %v, then %v", first[i].What, first[i].Mean, again[i].Mean)
		}
	}
	if first[0].Mean == other[0].Mean {
		t.Error("another base seed changes nothing")
	}
}
