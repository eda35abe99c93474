package curves_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
)

// epochs returns f(0), f(1), … f(n-1).
func epochs(n int, f func(e int) float64) []float64 {
	y := make([]float64, n)
	for e := range y {
		y[e] = f(e)
	}
	return y
}

// decay is low + drop·exp(-e/tau).
func decay(low, drop, tau float64) func(int) float64 {
	return func(e int) float64 { return low + drop*math.Exp(-float64(e)/tau) }
}

// history makes a history of minimized series; "rate" has no direction.
func history(series map[string][]float64) *curves.History {
	h := &curves.History{}
	for name, values := range series {
		d := curves.Minimize
		if name == "rate" {
			d = curves.Unknown
		}
		h.Series = append(h.Series, curves.Series{Name: name, Direction: d, Values: values})
	}
	slices.SortFunc(h.Series, func(a, b curves.Series) int { return strings.Compare(a.Name, b.Name) })
	return h
}

// TestRateDrop has a loss that falls in steps as the rate drops: what a drop brings is no sign that
// training stopped too soon, whether the last one was long ago or just now.
func TestRateDrop(t *testing.T) {
	for _, c := range []struct {
		name string
		drop int // epoch of the last of two drops, of 100
		rate bool
		want string
	}{
		{"long ago", 60, true, curves.GoodFit},
		{"in the last quarter", 80, true, curves.GoodFit},
		{"just now", 97, true, curves.GoodFit},
		{"a few epochs ago", 93, true, curves.GoodFit},
		{"long ago, rate not recorded", 60, false, curves.GoodFit},
		{"in the last quarter, rate not recorded", 80, false, curves.GoodFit},
		{"in the middle of the last quarter, rate not recorded", 86, false, curves.GoodFit},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, 7))
			level := func(e int) float64 {
				l := 0.7 + 0.3*math.Exp(-float64(e)/5)
				for _, d := range []int{40, c.drop} {
					if e >= d {
						l -= 0.25 * (1 - math.Exp(-float64(e-d+1)/3))
					}
				}
				return l + 0.004*r.NormFloat64()
			}
			series := map[string][]float64{
				"loss":     epochs(100, level),
				"val_loss": epochs(100, func(e int) float64 { return level(e) + 0.02 }),
			}
			if c.rate {
				series["rate"] = epochs(100, func(e int) float64 {
					rate := 0.1
					for _, d := range []int{40, c.drop} {
						if e >= d {
							rate /= 10
						}
					}
					return rate
				})
			}
			if d := curves.Diagnose(history(series)); d.Verdict != c.want {
				t.Errorf("%s, want %s\n%v", d.Verdict, c.want, d)
			}
		})
	}
}

// TestRateDropStillFalls has a loss that goes on falling after the last drop.
func TestRateDropStillFalls(t *testing.T) {
	loss := epochs(100, func(e int) float64 { return 1 - 0.008*float64(e) })
	rate := epochs(100, func(e int) float64 {
		if e < 30 {
			return 0.1
		}
		return 0.01
	})
	d := curves.Diagnose(history(map[string][]float64{"loss": loss, "rate": rate}))
	if d.Verdict != curves.UnderfitUnfinished {
		t.Errorf("%s, want %s", d.Verdict, curves.UnderfitUnfinished)
	}
}

// TestRateDropJustNow has too few epochs after a drop to tell whether the loss still falls.
func TestRateDropJustNow(t *testing.T) {
	loss := func(e int) float64 {
		return 0.4 + 0.6*math.Exp(-float64(e)/3) - 0.2*(1-math.Exp(-max(0, float64(e-34))/3))
	}
	series := map[string][]float64{"loss": epochs(40, loss), "val_loss": epochs(40, func(e int) float64 { return loss(e) + 0.02 })}
	if d := curves.Diagnose(history(series)); d.Verdict != curves.UnderfitUnfinished {
		t.Errorf("without the rate: %s, want %s", d.Verdict, curves.UnderfitUnfinished)
	}
	series["rate"] = epochs(40, func(e int) float64 {
		if e < 35 {
			return 0.1
		}
		return 0.01
	})
	if d := curves.Diagnose(history(series)); d.Verdict != curves.GoodFit {
		t.Errorf("with the rate: %s, want %s", d.Verdict, curves.GoodFit)
	}
}

// TestSmoothRate has a rate that falls along a cosine, at the end to a quarter in one epoch, which is
// no drop; the loss goes on falling.
func TestSmoothRate(t *testing.T) {
	d := curves.Diagnose(history(map[string][]float64{
		"loss": epochs(100, func(e int) float64 { return 1 - 0.008*float64(e) }),
		"rate": epochs(100, func(e int) float64 { return 1 + math.Cos(math.Pi*float64(e)/100) }),
	}))
	if d.Verdict != curves.UnderfitUnfinished {
		t.Errorf("%s, want %s", d.Verdict, curves.UnderfitUnfinished)
	}
}

// TestRestarts has a rate that starts over every 20 epochs, and the loss with it. After 90 epochs
// the last cycle is incomplete: its high loss is no divergence, nor are the cycles swings.
func TestRestarts(t *testing.T) {
	for _, n := range []int{40, 80, 84, 90, 99} {
		cycle := func(e int) float64 { return 0.5 * (1 + math.Cos(math.Pi*float64(e%20)/20)) }
		loss := func(e int) float64 { return 0.2 + 0.8*math.Exp(-float64(e)/6) + 0.5*cycle(e)*cycle(e) }
		d := curves.Diagnose(history(map[string][]float64{
			"loss":     epochs(n, loss),
			"val_loss": epochs(n, func(e int) float64 { return loss(e) + 0.02 }),
			"rate":     epochs(n, func(e int) float64 { return 0.1 * cycle(e) }),
		}))
		if d.Verdict != curves.GoodFit {
			t.Errorf("%d epochs: %s, want %s\n%v", n, d.Verdict, curves.GoodFit, d)
		}
		if cut := n%20 != 0 && n < 98; cut != (d.Note != "") {
			t.Errorf("%d epochs: note %q", n, d.Note)
		}
	}
}

func TestMissingAndLostValues(t *testing.T) {
	falls := decay(0.2, 0.8, 8)
	every := func(k int, f func(int) float64) func(int) float64 {
		return func(e int) float64 {
			if e%k != k-1 {
				return nan
			}
			return f(e)
		}
	}
	until := func(n int, f func(int) float64, then float64) func(int) float64 {
		return func(e int) float64 {
			if e >= n {
				return then
			}
			return f(e)
		}
	}
	val := func(e int) float64 { return falls(e) + 0.03 }
	for _, c := range []struct {
		name      string
		loss, val []float64
		want      string
	}{
		{"validation every 5 epochs", epochs(83, falls), epochs(83, every(5, val)), curves.GoodFit},
		{"both every 5 epochs", epochs(83, every(5, falls)), epochs(83, every(5, val)), curves.GoodFit},
		{"NaN at the end", epochs(50, until(49, falls, nan)), epochs(50, val), curves.Diverged},
		{"NaN from the start", epochs(50, until(0, falls, nan)), nil, curves.Diverged},
		{"infinite once", epochs(50, func(e int) float64 {
			if e == 30 {
				return math.Inf(1)
			}
			return falls(e)
		}), nil, curves.Diverged},
		{"validation infinite", epochs(50, falls), epochs(50, until(40, val, math.Inf(1))), curves.Diverged},
		{"NaN after two epochs", epochs(3, until(2, falls, nan)), nil, curves.Diverged},
		{"three epochs", epochs(3, falls), epochs(3, val), curves.Undetermined},
		{"no epochs", nil, nil, curves.Undetermined},
		{"training alone, learned", epochs(100, falls), nil, curves.Undetermined},
		{"validation of three values", epochs(100, falls), epochs(100, every(30, val)), curves.Undetermined},
		{"zero throughout", epochs(20, func(int) float64 { return 0 }), epochs(20, func(int) float64 { return 0 }), curves.GoodFit},
		{"constant", epochs(20, func(int) float64 { return 0.69 }), epochs(20, func(int) float64 { return 0.69 }), curves.UnderfitFlat},
		{"huge", epochs(50, func(e int) float64 { return 1e300 * falls(e) }), epochs(50, func(e int) float64 { return 1e300 * val(e) }), curves.GoodFit},
		{"tiny", epochs(50, func(e int) float64 { return 1e-300 * falls(e) }), epochs(50, func(e int) float64 { return 1e-300 * val(e) }), curves.GoodFit},
	} {
		t.Run(c.name, func(t *testing.T) {
			series := map[string][]float64{"loss": c.loss}
			if c.val != nil {
				series["val_loss"] = c.val
			}
			d := curves.Diagnose(history(series))
			if d.Verdict != c.want {
				t.Errorf("%s, want %s\n%v", d.Verdict, c.want, d)
			}
			if (d.Verdict == curves.Undetermined) != (d.Note != "") {
				t.Errorf("%s with the note %q", d.Verdict, d.Note)
			}
		})
	}
}

// TestLength samples one overfit run at any length from 10 to 10,000 epochs.
func TestLength(t *testing.T) {
	for _, n := range []int{10, 30, 100, 1000, 10000} {
		r := rand.New(rand.NewPCG(3, uint64(n)))
		x := func(e int) float64 { return float64(e) / float64(n) }
		d := curves.Diagnose(history(map[string][]float64{
			"loss": epochs(n, func(e int) float64 { return math.Exp(-5*x(e)) + 0.003*r.NormFloat64() }),
			"val_loss": epochs(n, func(e int) float64 {
				return 0.1 + math.Exp(-5*x(e)) + 0.9*max(0, x(e)-0.4) + 0.003*r.NormFloat64()
			}),
		}))
		best := d.Findings[0].Evidence.Get("best_epoch") / float64(n)
		// the lowest point of exp(-5x) + 0.9·max(0, x-0.4) is at x = 0.4
		if d.Verdict != curves.Overfit || math.Abs(best-0.4) > 0.1 {
			t.Errorf("%d epochs: %s, best at %.2f of the run; want %s, 0.4", n, d.Verdict, best, curves.Overfit)
		}
	}
}

// TestMarks checks the places marked on an overfit run without noise, which can be told exactly.
func TestMarks(t *testing.T) {
	val := func(e int) float64 { return 0.3 + 0.002*math.Abs(float64(e-30)) }
	d := curves.Diagnose(history(map[string][]float64{
		"loss": epochs(100, decay(0.1, 0.9, 8)), "val_loss": epochs(100, val),
	}))
	want := map[string]curves.Mark{
		"best":    {Kind: "best", Series: "val_loss", Epoch: 30, Value: 0.3},
		"overfit": {Kind: "overfit", Series: "val_loss", Epoch: 31, Value: val(31)},
	}
	for _, m := range d.Marks {
		if w, ok := want[m.Kind]; ok && m != w {
			t.Errorf("got %+v, want %+v", m, w)
		}
		if m.Kind == "plateau" && (m.Series != "loss" || m.Epoch < 18 || m.Epoch > 28) {
			// 0.9·exp(-e/8) is under a twentieth of the fall from e = 24 on
			t.Errorf("%+v, want a plateau near epoch 24", m)
		}
		delete(want, m.Kind)
	}
	if len(want) > 0 {
		t.Errorf("no mark for %v in %+v", want, d.Marks)
	}
	d = curves.Diagnose(history(map[string][]float64{"loss": epochs(50, func(e int) float64 { return 1 - 0.01*float64(e) })}))
	if len(d.Marks) != 0 {
		t.Errorf("a straight line has the marks %+v", d.Marks)
	}
}

func TestOptions(t *testing.T) {
	falls, low := decay(0.35, 0.05, 4), decay(0.25, 0.05, 4)
	// most was learned in the first epoch: 0.40 to 0.35, where a guess costs log 2
	h := history(map[string][]float64{"loss": epochs(40, falls), "val_loss": epochs(40, func(e int) float64 { return falls(e) + 0.005 })})
	if d := curves.Diagnose(h); d.Verdict != curves.UnderfitFlat {
		t.Errorf("without a baseline: %s, want %s", d.Verdict, curves.UnderfitFlat)
	}
	if d := curves.Diagnose(h, curves.Options{Baseline: math.Ln2}); d.Verdict != curves.GoodFit {
		t.Errorf("with a baseline: %s, want %s\n%v", d.Verdict, curves.GoodFit, d)
	}
	h = history(map[string][]float64{"loss": epochs(40, falls), "val_loss": epochs(40, low)})
	if d := curves.Diagnose(h, curves.Options{Baseline: math.Ln2}); d.Verdict != curves.EasyValidation {
		t.Errorf("validation below: %s, want %s", d.Verdict, curves.EasyValidation)
	}
	d := curves.Diagnose(h, curves.Options{Baseline: math.Ln2, Stochastic: true})
	if d.Verdict != curves.GoodFit || d.Findings[0].Confidence < 0.8 {
		t.Errorf("validation below, stochastic: want %s of high confidence\n%v", curves.GoodFit, d)
	}
}

func TestSeriesChoice(t *testing.T) {
	good, rising := epochs(60, decay(0.1, 0.9, 5)), epochs(60, func(e int) float64 { return 0.3 + math.Abs(float64(e)-20)/60 })
	h := &curves.History{Series: []curves.Series{
		{Name: "odd", Values: good},
		{Name: "skill", Direction: curves.Minimize, Values: good},
		{Name: "val_skill", Direction: curves.Minimize, Values: rising},
		{Name: "err", Direction: curves.Minimize, Values: good},
		{Name: "test_err", Direction: curves.Minimize, Values: good},
	}}
	for _, c := range []struct {
		name    string
		options curves.Options
		series  []string
		want    string
		note    string
	}{
		{"the first of known direction with a partner", curves.Options{}, []string{"skill", "val_skill"}, curves.Overfit, ""},
		{"test for validation", curves.Options{Series: "err"}, []string{"err", "test_err"}, curves.GoodFit, ""},
		{"unknown direction", curves.Options{Series: "odd"}, nil, curves.Undetermined, `it is not known whether "odd" is minimized or maximized`},
		{"stated direction", curves.Options{Series: "odd", Direction: curves.Minimize}, []string{"odd", "val_skill"}, curves.Overfit, ""},
		{"no such series", curves.Options{Series: "x"}, nil, curves.Undetermined,
			`the history has no series "x"; it has ["odd" "skill" "val_skill" "err" "test_err"]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := curves.Diagnose(h, c.options)
			if d.Verdict != c.want || !slices.Equal(d.Series, c.series) || d.Note != c.note {
				t.Errorf("%s on %q, %q; want %s on %q, %q", d.Verdict, d.Series, d.Note, c.want, c.series, c.note)
			}
		})
	}
	h.Series = h.Series[:1]
	if d := curves.Diagnose(h); d.Verdict != curves.Undetermined || d.Note != `the history has no training series of known direction; it has ["odd"]` {
		t.Errorf("%s, %q", d.Verdict, d.Note)
	}
	h.Series[0].Name = "loss" // minimized by definition
	h.Series = append(h.Series, curves.Series{Name: "val_loss", Values: good})
	if d := curves.Diagnose(h); d.Verdict != curves.GoodFit {
		t.Errorf("loss without a direction: %s, want %s", d.Verdict, curves.GoodFit)
	}
}

// TestScoresOnValidationAlone has scikit-learn's pair: a training loss and validation scores.
func TestScoresOnValidationAlone(t *testing.T) {
	h := history(map[string][]float64{"loss": epochs(60, decay(0.1, 0.9, 5))})
	score := func(e int) float64 { return 0.8 - 0.3*math.Exp(-float64(e)/5) }
	h.Series = append(h.Series, curves.Series{Name: "val_score", Direction: curves.Maximize, Values: epochs(60, score)})
	if d := curves.Diagnose(h); d.Verdict != curves.GoodFit || d.Findings[0].Confidence > 0.5 {
		t.Errorf("level scores: %v, want %s of at most middling confidence", d, curves.GoodFit)
	}
	h.Series[1].Values = epochs(60, func(e int) float64 { return score(e) - 0.005*max(0, float64(e)-20) })
	d := curves.Diagnose(h)
	if d.Verdict != curves.Overfit || math.Abs(d.Findings[0].Evidence.Get("best_epoch")-20) > 3 {
		t.Errorf("falling scores: %v, want %s from about epoch 20", d, curves.Overfit)
	}
}

func TestLayers(t *testing.T) {
	layer := func(name string, norm, dead float64) curves.LayerSeries {
		return curves.LayerSeries{Layer: name,
			GradNorm:     epochs(40, func(int) float64 { return norm }),
			DeadFraction: epochs(40, func(int) float64 { return dead })}
	}
	flat, good := func(int) float64 { return 0.69 }, decay(0.1, 0.9, 4)
	for _, c := range []struct {
		name   string
		loss   func(int) float64
		layers []curves.LayerSeries
		want   []string
	}{
		{"even gradients", flat, []curves.LayerSeries{layer("a", 0.1, 0), layer("b", 0.5, 0), layer("c", 1, 0)}, []string{curves.UnderfitFlat}},
		{"vanishing, not learned", flat, []curves.LayerSeries{layer("a", 1e-5, 0), layer("b", 0.01, 0), layer("c", 1, 0)},
			[]string{curves.VanishingGradients, curves.UnderfitFlat}},
		{"vanishing, learned", good, []curves.LayerSeries{layer("a", 1e-3, 0), layer("b", 0.01, 0), layer("c", 1, 0)}, []string{curves.VanishingGradients}},
		{"gradients that vanish once all is learned", good, []curves.LayerSeries{
			{Layer: "a", GradNorm: epochs(40, decay(1e-4, 1, 2))}, layer("b", 1, 0), layer("c", 0.1, 0)}, []string{curves.GoodFit}},
		{"two layers", flat, []curves.LayerSeries{layer("a", 1e-5, 0), layer("b", 1, 0)}, []string{curves.UnderfitFlat}},
		{"half dead, not learned", flat, []curves.LayerSeries{layer("a", 1, 0.6), layer("b", 1, 0.1)}, []string{curves.DeadUnits, curves.UnderfitFlat}},
		{"few dead", good, []curves.LayerSeries{layer("a", 1, 0.3), layer("b", 1, 0.1)}, []string{curves.GoodFit}},
		{"all dead stops the gradient", flat, []curves.LayerSeries{layer("a", 0, 1), layer("b", 0, 0.1), layer("c", 1, nan)},
			[]string{curves.DeadUnits, curves.UnderfitFlat}},
		{"not measured", good, []curves.LayerSeries{layer("a", nan, nan), {Layer: "b"}}, []string{curves.GoodFit}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := history(map[string][]float64{"loss": epochs(40, c.loss), "val_loss": epochs(40, c.loss)})
			h.Layers = c.layers
			var got []string
			for _, f := range curves.Diagnose(h).Findings {
				got = append(got, f.Code)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestDiagnosisJSON(t *testing.T) {
	h := history(map[string][]float64{"loss": epochs(20, func(int) float64 { return 1 })})
	text, err := json.Marshal(curves.Diagnose(h))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"verdict":"underfit-flat","findings":[{"code":"underfit-flat","severity":"high","confidence":0.99,` +
		`"evidence":{"sentence":"\"loss\" stays high: it went from 1 to 1, 0% of the way to a perfect fit.",` +
		`"numbers":{"start":1,"end":1,"learned":0,"noise":0}},"advice":["raise capacity: more nodes per layer, then more layers",`
	if !strings.HasPrefix(strings.Replace(string(text), "0.9900990099009901", "0.99", 1), want) {
		t.Errorf("got  %s\nwant %s…", text, want)
	}
	text, err = json.Marshal(curves.Diagnose(nil))
	if want := `{"verdict":"undetermined","findings":[],"note":"the history has no training series of known direction"}`; err != nil || string(text) != want {
		t.Errorf("got  %s, %v\nwant %s", text, err, want)
	}
}

// TestEveryRealDiagnosis holds what is printed to its form: advice for every finding, confidence in
// (0, 1), lines that fit a terminal, JSON that parses, and the same result every time.
func TestEveryRealDiagnosis(t *testing.T) {
	for _, l := range readCurves(t) {
		before := l.history.Clone()
		d := curves.Diagnose(l.history)
		if !same(before, l.history) {
			t.Fatalf("%s: Diagnose changed the history", l.name)
		}
		if d.Verdict != d.Findings[0].Code || d.Finding(d.Verdict) == nil {
			t.Errorf("%s: verdict %s, first finding %s", l.name, d.Verdict, d.Findings[0].Code)
		}
		for i, f := range d.Findings {
			if len(f.Advice) == 0 || f.Confidence <= 0 || f.Confidence >= 1 || f.Evidence.Sentence == "" || len(f.Evidence.Numbers) == 0 {
				t.Errorf("%s: %+v", l.name, f)
			}
			if d.Finding(f.Code) != &d.Findings[i] {
				t.Errorf("%s: the finding %s twice", l.name, f.Code)
			}
		}
		text := d.String()
		for line := range strings.Lines(text) {
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > 88 {
				t.Errorf("%s: a line of %d characters: %s", l.name, n, line)
			}
		}
		first, err := json.Marshal(d)
		if err != nil || !json.Valid(first) {
			t.Fatalf("%s: %v in %s", l.name, err, first)
		}
		if again, _ := json.Marshal(curves.Diagnose(l.history)); string(again) != string(first) || text != curves.Diagnose(l.history).String() {
			t.Errorf("%s: two diagnoses differ", l.name)
		}
	}
}
