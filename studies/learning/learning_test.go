package learning_test

import (
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit/studies"
	"github.com/goodfit-ml/goodfit/studies/learning"
)

// cheap are the studies that run within a tenth of a second.
var cheap = []string{"ch01-convex-error-surface", "ch03-update-count-arithmetic", "ch04-function-mse", "ch05-decay-curve",
	"ch06-mlp-unscaled-nan", "ch07-relu-values", "ch08-mlp-exploding", "ch09-mlp-batchnorm-after"}

// TestCheapClaimsHold runs the cheap studies in full. All are run by the test of
// package all.
func TestCheapClaimsHold(t *testing.T) {
	for _, s := range learning.Studies() {
		if !slices.Contains(cheap, s.Name) {
			continue
		}
		out, err := studies.Run(ctx, s, studies.Options{BaseSeed: 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range out.Claims {
			if !c.Holds {
				t.Errorf("%s: %s: %s", s.Name, c.Text, c.Evidence)
			}
		}
	}
}

// TestSeedsDecide runs a study with state of every kind twice: models that are
// changed, files that are not written, runs side by side.
func TestSeedsDecide(t *testing.T) {
	for _, name := range []string{"ch10-unsupervised-greedy-pretraining", "ch11-transfer-init-problem2", "ch05-plateau-patience-sweep"} {
		i := slices.IndexFunc(learning.Studies(), func(s studies.Study) bool { return s.Name == name })
		results := func(base uint64) []studies.Result {
			out, err := studies.Run(ctx, learning.Studies()[i], studies.Options{Seeds: 2, BaseSeed: base})
			if err != nil {
				t.Fatal(err)
			}
			return out.Results
		}
		first, again, other := results(3), results(3), results(4)
		differs := false
		for j := range first {
			same := func(r studies.Result) bool {
				return r.What == first[j].What && r.N == first[j].N && (r.Mean == first[j].Mean || r.Mean != r.Mean && first[j].Mean != first[j].Mean)
			}
			if !same(again[j]) {
				t.Errorf("%s: %s is %v, then %v", name, first[j].What, first[j].Mean, again[j].Mean)
			}
			differs = differs || !same(other[j])
		}
		if !differs {
			t.Errorf("%s: another base seed changes nothing", name)
		}
	}
}
