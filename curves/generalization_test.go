package curves_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
)

// valley returns a history whose validation curve falls until the turn and rises after it, at the
// given distance above training, with normal noise.
func valley(n, turn int, rise, gap, sd float64, seed uint64) *curves.History {
	r := rand.New(rand.NewPCG(seed, 3))
	train := decay(0.1, 0.9, 20)
	return history(map[string][]float64{
		"loss": epochs(n, train),
		"val_loss": epochs(n, func(e int) float64 {
			y := train(e) + gap + sd*r.NormFloat64()
			return y + rise*math.Max(0, float64(e-turn))/float64(n-turn)
		}),
	})
}

// TestGeneralizationFindsTheEpochToKeep has curves whose turning point is known: the epochs it may
// be hold it, and the loss since is what was put in, within four of its standard errors.
func TestGeneralizationFindsTheEpochToKeep(t *testing.T) {
	held := 0
	for seed := range uint64(20) {
		g := curves.Diagnose(valley(200, 100, 0.4, 0.02, 0.01, seed)).Generalization
		if g == nil {
			t.Fatal("no generalization section")
		}
		if g.BestFrom <= 100 && 100 <= g.BestTo {
			held++
		}
		// The last tenth lies, in the middle, at 0.95 of the way; training falls a little after epoch 100.
		if want := 0.4*0.95 - 0.0055; math.Abs(g.Lost-want) > 4*g.LostError+0.02 {
			t.Errorf("seed %d: lost %.3f ± %.3f, want about %.3f", seed, g.Lost, g.LostError, want)
		}
		if g.Certainty < 0.99 || len(g.Advice) == 0 || !strings.HasPrefix(g.Advice[0], "stop early") {
			t.Errorf("seed %d: certainty %.2f, advice %q", seed, g.Certainty, g.Advice)
		}
		if g.Opened < 90 || g.Opened > 160 {
			t.Errorf("seed %d: the gap opened at epoch %d, want about half-way up the rise", seed, g.Opened)
		}
	}
	if held < 12 { // one standard error on either side holds two thirds or more
		t.Errorf("the range of the best epoch holds the true one in %d of 20 runs, want at least 12", held)
	}
}

// TestGeneralizationIsUnsureInNoise has curves that level off for good: no epoch is the one to keep,
// and nothing is advised.
func TestGeneralizationIsUnsureInNoise(t *testing.T) {
	advised, wide := 0, 0
	for seed := range uint64(50) {
		g := curves.Diagnose(valley(200, 199, 0, 0.01, 0.05, seed)).Generalization
		if len(g.Advice) > 0 {
			advised++
		}
		if g.BestTo-g.BestFrom > 30 {
			wide++
		}
	}
	if advised > 7 { // 2.5 are expected at a certainty of 0.95; 8 or more are chance once in 400 times
		t.Errorf("advice for %d of 50 runs that need none, want at most 7", advised)
	}
	if wide < 40 {
		t.Errorf("a narrow range of best epochs in %d of 50 level runs, want at most 10", 50-wide)
	}
}

// TestGeneralizationOfGap has a gap and no rise: the advice is that for training rows that do not
// stand for all.
func TestGeneralizationOfGap(t *testing.T) {
	g := curves.Diagnose(valley(200, 199, 0, 0.5, 0.005, 1)).Generalization
	if math.Abs(g.Gap-0.5) > 0.01 || g.GapShare < 0.3 || len(g.Advice) == 0 || !strings.Contains(g.Advice[0], "training rows") {
		t.Errorf("gap %.3f (share %.2f), advice %q", g.Gap, g.GapShare, g.Advice)
	}
	if d := curves.Diagnose(history(map[string][]float64{"loss": epochs(60, decay(0.1, 0.9, 6))})); d.Generalization != nil {
		t.Error("a generalization section without a validation curve")
	}
}

// TestGeneralizationDirection turns a curve upside down: what is maximized gives the same numbers.
func TestGeneralizationDirection(t *testing.T) {
	down := valley(200, 80, 0.3, 0.05, 0.01, 7)
	turned := func(name string) curves.Series {
		values, _ := down.Get(name)
		s := curves.Series{Name: strings.Replace(name, "loss", "accuracy", 1), Direction: curves.Maximize}
		for _, v := range values {
			s.Values = append(s.Values, -v/10)
		}
		return s
	}
	up := &curves.History{Series: []curves.Series{turned("loss"), turned("val_loss")}}
	a, b := curves.Diagnose(down).Generalization, curves.Diagnose(up, curves.Options{Series: "accuracy"}).Generalization
	if a.Best != b.Best || a.Opened != b.Opened || math.Abs(a.Lost-10*b.Lost) > 1e-12 || math.Abs(a.BestValue+10*b.BestValue) > 1e-12 {
		t.Errorf("minimized %+v\nmaximized %+v", a, b)
	}
}

// TestCertaintyIsNormal compares with the error function; 2.5e-4 is the error of the formula used.
func TestCertaintyIsNormal(t *testing.T) {
	for seed := range uint64(40) {
		g := curves.Diagnose(valley(60, 40, 0.01*float64(seed%8), 0.02, 0.03, seed)).Generalization
		want := 0.5 * (1 + math.Erf(g.Lost/g.LostError/math.Sqrt2))
		if math.Abs(g.Certainty-want) > 2.6e-4 {
			t.Errorf("%.3f errors: certainty %.5f, want %.5f", g.Lost/g.LostError, g.Certainty, want)
		}
	}
}

// TestPatienceReachesTheBest stops by hand with the patience that is named, and one less.
func TestPatienceReachesTheBest(t *testing.T) {
	h := history(map[string][]float64{
		"loss":     {9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 1, 1, 1},
		"val_loss": {9, 8, 8.5, 8.4, 8.3, 7, 5, 4, 3, 5, 7, 8, 9},
	})
	g := curves.Diagnose(h).Generalization
	if g.Best != 8 || g.Patience != 3 {
		t.Errorf("best epoch %d with patience %d, want 8 with 3: epochs 2 to 4 brought nothing better than epoch 1", g.Best, g.Patience)
	}
}

// TestGeneralizationJSON reads the section back.
func TestGeneralizationJSON(t *testing.T) {
	d := curves.Diagnose(valley(200, 100, 0.4, 0.02, 0.01, 1))
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Generalization struct {
			Sentence string
			Numbers  map[string]*float64
			Advice   []string
		}
	}
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	g := read.Generalization
	if *g.Numbers["best_epoch"] != float64(d.Generalization.Best) || len(g.Advice) != len(d.Generalization.Advice) || !strings.Contains(d.String(), "generalization") {
		t.Errorf("%s", text)
	}
}
