package studies_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/report"
	"github.com/goodfit-ml/goodfit/studies"
)

// recipe is a small network.
func recipe() goodfit.Recipe {
	return goodfit.Recipe{
		Layers: []nn.Layer{nn.Dense{Units: 4, Activation: act.ReLU}, nn.Dense{Units: 1, Activation: act.Sigmoid}},
		Config: goodfit.Config{Loss: losses.BinaryCrossEntropy{}, Metrics: []metrics.Metric{metrics.Accuracy{}}},
		Plan:   goodfit.Plan{Epochs: 2},
	}
}

// small is a study with a part of every kind.
func small() studies.Study {
	return studies.Study{
		Name: "ch99-small", Title: "A small study", Chapter: 99, Question: "Does it work?", Cases: []string{"ch99-small"},
		Run: func(ctx context.Context, env *studies.Env) error {
			data := datasets.Moons{Samples: 60, Noise: 0.1, Seed: 1}.Make()
			runs, err := env.Evaluate(ctx, "", 10, recipe(), data, nil)
			if err != nil {
				return err
			}
			env.Record(studies.Measured("loss", runs.TrainLoss()).Beside(0.5).Because("It is a draw."), studies.Exact("two", 2))
			env.Claim("Two is two", true, "2 = %d", 2)
			env.Claim("Two is three", false, "2 ≠ 3")
			return env.Figure("", "A line.", plots.Lines{Lines: []plots.Line{{Y: []float64{1, 2}}}})
		},
	}
}

func run(t *testing.T, o studies.Options) *studies.Outcome {
	t.Helper()
	out, err := studies.Run(context.Background(), small(), o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRunRecords(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	out := run(t, studies.Options{Dir: dir, BaseSeed: 1})
	if len(out.Claims) != 2 || out.Holds() || out.Claims[0].Evidence != "2 = 2" {
		t.Errorf("claims: %+v", out.Claims)
	}
	want := filepath.Join(dir, "ch99-small.png")
	if !reflect.DeepEqual(out.Figures, []string{want}) {
		t.Errorf("figures %q, want %q", out.Figures, want)
	}
	if _, err := os.Stat(want); err != nil {
		t.Error(err)
	}
	if r := out.Results[0]; r.N != 10 || r.Book == nil || *r.Book != 0.5 || r.SD <= 0 {
		t.Errorf("result: %+v", r)
	}
}

func TestRepeatsByOption(t *testing.T) {
	for _, c := range []struct {
		options studies.Options
		want    int
	}{
		{studies.Options{}, 10},
		{studies.Options{Quick: true}, 8},
		{studies.Options{Seeds: 5}, 5},
		{studies.Options{Seeds: 4, Quick: true}, 4},
	} {
		if got := run(t, c.options).Results[0].N; got != c.want {
			t.Errorf("%+v: %d repeats, want %d", c.options, got, c.want)
		}
	}
}

func TestSeedsDecideResults(t *testing.T) {
	first := run(t, studies.Options{BaseSeed: 1}).Results
	old := runtime.GOMAXPROCS(1)
	alone := run(t, studies.Options{BaseSeed: 1}).Results
	runtime.GOMAXPROCS(old)
	other := run(t, studies.Options{BaseSeed: 2}).Results
	if first[0].Mean != alone[0].Mean || first[0].SD != alone[0].SD {
		t.Errorf("%+v on all processors, %+v on one", first[0], alone[0])
	}
	if first[0].Mean == other[0].Mean {
		t.Error("another base seed gave the same result")
	}
}

func TestOutcomeJSON(t *testing.T) {
	out := run(t, studies.Options{})
	out.Seconds, out.Results[0].Mean, out.Results[0].SD = 1.5, math.NaN(), 0.25
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"name":"ch99-small","title":"A small study","chapter":99,"question":"Does it work?","cases":["ch99-small"],` +
		`"claims":[{"text":"Two is two","holds":true,"evidence":"2 = 2"},{"text":"Two is three","holds":false,"evidence":"2 ≠ 3"}],` +
		`"results":[{"what":"loss","book":0.5,"mean":null,"sd":0.25,"n":10},{"what":"two","book":null,"mean":2,"sd":0,"n":1}],` +
		`"figures":[],"seconds":1.5}`
	if string(text) != want {
		t.Errorf("JSON:\n%s\nwant\n%s", text, want)
	}
}

func TestMeasuredLeavesOutWhatIsNotFinite(t *testing.T) {
	r := studies.Measured("x", []float64{1, 3, math.NaN(), math.Inf(1)})
	if r.Mean != 2 || r.N != 2 || math.Abs(r.SD-math.Sqrt2) > 1e-15 {
		t.Errorf("result: %+v", r)
	}
	if r := studies.Measured("x", []float64{math.NaN()}); !math.IsNaN(r.Mean) || r.N != 0 || r.SD != 0 {
		t.Errorf("result of no values: %+v", r)
	}
}

func TestAgrees(t *testing.T) {
	r := studies.Result{Mean: 1, SD: 0.1}
	for _, c := range []struct {
		r    studies.Result
		want bool
	}{
		{r, true},
		{r.Beside(1.29), true},
		{r.Beside(0.69), false},
		{studies.Exact("x", 0.00758).Beside(0.008), true},
		{studies.Exact("x", 0.00758).Beside(0.007), false},
	} {
		if c.r.Agrees(3) != c.want {
			t.Errorf("%+v: agrees = %v", c.r, !c.want)
		}
	}
}

func TestRunFails(t *testing.T) {
	broken := errors.New("broken")
	faulty := func(f func(env *studies.Env) error) studies.Study {
		return studies.Study{Name: "ch99-faulty", Run: func(_ context.Context, env *studies.Env) error { return f(env) }}
	}
	line := plots.Lines{Lines: []plots.Line{{Y: []float64{1, 2}}}}
	for want, c := range map[string]struct {
		s studies.Study
		o studies.Options
	}{
		"study ch99-faulty: broken": {faulty(func(*studies.Env) error { return broken }), studies.Options{}},
		"nothing to run":            {studies.Study{}, studies.Options{}},
		"seeds is -1":               {small(), studies.Options{Seeds: -1}},
		"two figures": {faulty(func(env *studies.Env) error {
			return errors.Join(env.Figure("a", "", line), env.Figure("a", "", line))
		}), studies.Options{}},
		"figure ch99-faulty": {faulty(func(env *studies.Env) error { return env.Figure("", "", plots.Lines{}) }),
			studies.Options{Dir: t.TempDir()}},
	} {
		out, err := studies.Run(context.Background(), c.s, c.o)
		if err == nil || !strings.Contains(err.Error(), want) || out == nil {
			t.Errorf("outcome %v, error %v; want %q", out, err, want)
		}
	}
}

func TestPage(t *testing.T) {
	out := run(t, studies.Options{})
	var page bytes.Buffer
	if err := report.WriteHTML(&page, studies.Page("Studies", []*studies.Outcome{out})); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 of 2 claims hold in 1 studies", "A small study", "Does it work?", "Two is two",
		"Does not hold: Two is three", "0.5000", "loss: It is a draw.", "A line.", "<svg"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	out.Claims = out.Claims[:1]
	if p := studies.Page("", []*studies.Outcome{out}); p.Verdict.Severity != report.Good {
		t.Errorf("verdict %+v where all claims hold", p.Verdict)
	}
}

func TestMarkdown(t *testing.T) {
	out := run(t, studies.Options{})
	out.Chapter = 0
	out.Results = []studies.Result{
		studies.Measured("a|b", []float64{1, 3}).Beside(2.5).Because("It is a draw."),
		studies.Exact("two", 2).Because("It is a draw."),
		studies.Exact("three", 3).Because("It counts."),
		studies.Exact("four", 4),
	}
	var page bytes.Buffer
	if err := studies.WriteMarkdown(&page, []*studies.Outcome{out}); err != nil {
		t.Fatal(err)
	}
	want := `
## Introduction

### A small study
` + "`ch99-small`" + `: Does it work?

| measured | book | ours | n |
|---|---|---|---|
| a\|b (a) | 2.500 | 2.000 ± 1.414 | 2 |
| two (a) |  | 2.000 | 1 |
| three (b) |  | 3.000 | 1 |
| four |  | 4.000 | 1 |

(a) It is a draw.

(b) It counts.

- Two is two. (2 = 2)
- **does not hold:** Two is three. (2 ≠ 3)
`
	if page.String() != want {
		t.Errorf("the page is\n%s\nwant\n%s", &page, want)
	}
}
