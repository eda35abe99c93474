package generalization_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/studies"
	"github.com/goodfit-ml/goodfit/studies/generalization"
)

// named is the study of the given name.
func named(t *testing.T, name string) studies.Study {
	t.Helper()
	for _, s := range generalization.Studies() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("there is no study %s", name)
	return studies.Study{}
}

// run runs a study, which trains for thousands of epochs: not in short tests.
func run(t *testing.T, name string, o studies.Options) *studies.Outcome {
	t.Helper()
	if testing.Short() {
		t.Skip("runs studies")
	}
	out, err := studies.Run(ctx, named(t, name), o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// mean is the mean of a result.
func mean(t *testing.T, out *studies.Outcome, what string) float64 {
	t.Helper()
	i := slices.IndexFunc(out.Results, func(r studies.Result) bool { return r.What == what })
	if i < 0 {
		t.Fatalf("%s has no result %q", out.Name, what)
	}
	return out.Results[i].Mean
}

// TestClaimsHold runs studies whose claims hold in every few runs. All are run in
// full by the test of package all.
func TestClaimsHold(t *testing.T) {
	for _, name := range []string{"ch13-moons-scatter", "ch13-overfit-mlp", "ch13-extension-weight-norm", "ch14-circles-scatter",
		"ch15-moons-scatter", "ch15-moons-unit-norm", "ch15-extension-weight-norms"} {
		for _, c := range run(t, name, studies.Options{Seeds: 2, BaseSeed: 2}).Claims {
			if !c.Holds {
				t.Errorf("%s: %s: %s", name, c.Text, c.Evidence)
			}
		}
	}
}

// TestIndependentNumbers compares with a run of the same experiments in NumPy, in
// float64 and with other draws: the norms of the hidden kernel by L2 coefficient,
// and how sparse the hidden layer of the circles is. Each is within a tenth of it,
// which is several of its deviations over seeds.
func TestIndependentNumbers(t *testing.T) {
	sweep := run(t, "ch13-l2-grid-search", studies.Options{Seeds: 2, BaseSeed: 2})
	sparse := run(t, "ch14-l1-activity-after", studies.Options{Seeds: 2, BaseSeed: 2})
	for _, c := range []struct {
		out  *studies.Outcome
		what string
		want float64
	}{
		{sweep, "norm of the hidden kernel, L2 0.1", 0.40},
		{sweep, "norm of the hidden kernel, L2 0.01", 1.66},
		{sweep, "norm of the hidden kernel, L2 0.001", 3.23},
		{sweep, "norm of the hidden kernel, L2 0.0001", 6.16},
		{sweep, "norm of the hidden kernel, L2 1e-05", 10.0},
		{sweep, "norm of the hidden kernel, L2 1e-06", 11.6},
		{sparse, "share of hidden outputs that are zero, no penalty", 0.473},
		{sparse, "share of hidden outputs that are zero, L1 before ReLU", 0.497},
		{sparse, "share of hidden outputs that are zero, L1 after ReLU", 0.90},
		{sparse, "mean hidden output, no penalty", 0.319},
		{sparse, "mean hidden output, L1 before ReLU", 0.022},
	} {
		if got := mean(t, c.out, c.what); !(math.Abs(got-c.want) <= 0.1*c.want) {
			t.Errorf("%s: %v, NumPy has %v", c.what, got, c.want)
		}
	}
}

// TestSeedsDecide runs a study with models that are trained further, and one with
// callbacks, twice and from another seed.
func TestSeedsDecide(t *testing.T) {
	for _, name := range []string{"ch13-extension-rising-penalty", "ch13-extension-weight-norm"} {
		o := studies.Options{Seeds: 2, BaseSeed: 3}
		first, again := run(t, name, o).Results, run(t, name, o).Results
		o.BaseSeed = 4
		other := run(t, name, o).Results
		differs := false
		for k, r := range first {
			if r.Mean != again[k].Mean || r.SD != again[k].SD {
				t.Errorf("%s: %s is %v, then %v", name, r.What, r.Mean, again[k].Mean)
			}
			differs = differs || r.Mean != other[k].Mean
		}
		if !differs {
			t.Errorf("%s: another base seed changes nothing", name)
		}
	}
}

// TestFiguresAreDrawn draws every figure of two studies, and checks that each has
// a caption.
func TestFiguresAreDrawn(t *testing.T) {
	for _, name := range []string{"ch13-l2-grid-search", "ch15-extension-weight-norms"} {
		out := run(t, name, studies.Options{Seeds: 1, Dir: t.TempDir()})
		if len(out.Figures) == 0 {
			t.Errorf("%s draws nothing", name)
		}
		for _, d := range out.Drawings() {
			if !strings.HasSuffix(d.Caption, ".") {
				t.Errorf("%s has the caption %q", d.Name, d.Caption)
			}
		}
	}
}
