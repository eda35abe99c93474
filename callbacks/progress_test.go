package callbacks_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/metrics"
)

// shown returns what Progress should show of an epoch's values.
func shown(h *curves.History, epoch int) string {
	var parts []string
	for _, s := range h.Series {
		if s.Name != "rate" && !math.IsNaN(s.Values[epoch]) {
			parts = append(parts, metrics.Score{Name: s.Name, Value: s.Values[epoch]}.String())
		}
	}
	return strings.Join(parts, " - ")
}

// show runs a fit of the given number of epochs with a Progress, and returns what
// it wrote.
func show(t *testing.T, p callbacks.Progress, epochs int, more ...goodfit.Callback) (*curves.History, string) {
	t.Helper()
	var out bytes.Buffer
	p.Out = &out
	train, test := blobs(t)
	q := plan(epochs, append([]goodfit.Callback{p}, more...)...)
	q.Validation, q.ValidateEvery = test, 2
	h, err := deep(t).Fit(t.Context(), train, q)
	if err != nil {
		t.Fatal(err)
	}
	return h, out.String()
}

// took matches a time that a line shows.
var took = regexp.MustCompile(` - [0-9.]+(µs|ms|s) - `)

func TestLines(t *testing.T) {
	for every, epochs := range map[int][]int{0: {1, 2, 3, 4, 5}, 1: {1, 2, 3, 4, 5}, 2: {2, 4, 5}, 5: {5}, 9: {5}} {
		h, text := show(t, callbacks.Progress{Every: every}, 5)
		var want string
		for _, e := range epochs {
			want += fmt.Sprintf("epoch %d/5 - TIME - %s\n", e, shown(h, e-1))
		}
		if got := took.ReplaceAllString(text, " - TIME - "); got != want {
			t.Errorf("every %d:\n%swant\n%s", every, got, want)
		}
	}
}

func TestLinesStopped(t *testing.T) {
	stop := callbacks.Hooks{OnEpochEnd: func(r *goodfit.Run) error {
		if r.Epoch == 2 {
			r.Stop("it is enough")
		}
		return nil
	}}
	_, text := show(t, callbacks.Progress{Style: callbacks.Lines, Every: 100}, 9, stop)
	lines := strings.Split(text, "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "epoch 3/9 - ") || lines[1] != "stopped after epoch 3: it is enough" {
		t.Errorf("%q", text)
	}
}

func TestSilent(t *testing.T) {
	if _, text := show(t, callbacks.Progress{Style: callbacks.Silent}, 3); text != "" {
		t.Errorf("%q", text)
	}
}

// TestBar reads what a terminal of 80 columns would show: one line that is written
// again, never longer than the terminal, not more than ten times a second, and at
// the end the last epoch and the reason of a stop.
func TestBar(t *testing.T) {
	begin := time.Now()
	h, text := show(t, callbacks.Progress{Style: callbacks.Bar}, 400)
	seconds := time.Since(begin).Seconds()
	lines := strings.Split(text, "\n")
	if len(lines) != 2 || lines[1] != "" {
		t.Fatalf("%d lines: %q", len(lines), text)
	}
	draws := strings.Split(lines[0], "\r\x1b[K")
	if n := len(draws) - 1; n > int(seconds*10)+3 {
		t.Errorf("%d drawings in %.2f s", n, seconds)
	}
	for _, d := range draws {
		if utf8.RuneCountInString(d) > 79 {
			t.Errorf("a line of %d columns: %q", utf8.RuneCountInString(d), d)
		}
	}
	last := draws[len(draws)-1]
	full := strings.Repeat("━", 20)
	if !strings.HasPrefix(last, "epoch 400/400 "+full+" ") || !strings.HasSuffix(last, " - "+shown(h, 399)) {
		t.Errorf("the last line is %q, want the values %q", last, shown(h, 399))
	}
	if !strings.HasPrefix(draws[1], "epoch 1/400 "+strings.Repeat("╌", 20)+" ") {
		t.Errorf("the first line is %q", draws[1])
	}
}

// TestBarStopped has a fit that stops, one that fails in its first epoch, and one of
// many series, whose line is cut.
func TestBarStopped(t *testing.T) {
	_, text := show(t, callbacks.Progress{Style: callbacks.Bar}, 4, callbacks.Hooks{OnEpochEnd: func(r *goodfit.Run) error {
		if r.Epoch == 1 {
			r.Stop("it is enough")
		}
		return nil
	}})
	if !strings.HasSuffix(text, "\nstopped after epoch 2: it is enough\n") || !strings.Contains(text, "epoch 2/4 "+strings.Repeat("━", 10)+strings.Repeat("╌", 10)) {
		t.Errorf("%q", text)
	}
	var out bytes.Buffer
	_, err := small(t, nil).Fit(t.Context(), line(t), plan(4, callbacks.Progress{Out: &out, Style: callbacks.Bar},
		callbacks.Hooks{OnBatchEnd: failing(func(r *goodfit.Run) bool { return true })}))
	if want := "\r\x1b[Kepoch 1/4 " + strings.Repeat("━", 2) + strings.Repeat("╌", 18); !errors.Is(err, errStop) || !strings.HasPrefix(out.String(), want) ||
		!strings.Contains(out.String(), " - batch 1/2 - batch loss: ") || !strings.HasSuffix(out.String(), "\n") {
		t.Errorf("%v, %q", err, out.String())
	}
	long := script{strings.Repeat("long", 30), curves.Minimize, make([]float64, 4)}
	_, text = show(t, callbacks.Progress{Style: callbacks.Bar}, 4, long)
	for d := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\r\x1b[K") {
		if utf8.RuneCountInString(d) > 79 {
			t.Errorf("a line of %d columns: %q", utf8.RuneCountInString(d), d)
		}
	}
}

// TestBarWithin has an epoch that takes long enough to be shown under way, beside
// the values of the epoch before: those of a validation that was skipped left out.
func TestBarWithin(t *testing.T) {
	_, text := show(t, callbacks.Progress{Style: callbacks.Bar}, 2, callbacks.Hooks{OnEpochBegin: func(r *goodfit.Run) error {
		if r.Epoch == 1 {
			time.Sleep(250 * time.Millisecond)
		}
		return nil
	}})
	within := regexp.MustCompile(`epoch 2/2 .* - batch 1/10 - loss: [^\r]*`).FindString(text)
	if within == "" || strings.Contains(within, "val_loss") {
		t.Errorf("%q", text)
	}
}

// TestSecondBar wants the bar of a second fit to begin empty.
func TestSecondBar(t *testing.T) {
	m := small(t, nil)
	if _, err := m.Fit(t.Context(), line(t), plan(10)); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := m.Fit(t.Context(), line(t), plan(10, callbacks.Progress{Out: &out, Style: callbacks.Bar})); err != nil {
		t.Fatal(err)
	}
	if want := "\r\x1b[Kepoch 11/20 " + strings.Repeat("━", 1) + strings.Repeat("╌", 19); !strings.HasPrefix(out.String(), want) {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

// broken is a writer that fails after some lines.
type broken struct{ left, calls int }

func (b *broken) Write(p []byte) (int, error) {
	b.calls++
	if b.left--; b.left < 0 {
		return 0, errors.New("no space")
	}
	return len(p), nil
}

// TestBrokenOut wants a fit to go on when its progress cannot be shown, and no more
// attempts.
func TestBrokenOut(t *testing.T) {
	for _, style := range []callbacks.Style{callbacks.Lines, callbacks.Bar} {
		out := &broken{left: 1}
		h, err := small(t, nil).Fit(t.Context(), line(t), plan(6, callbacks.Progress{Out: out, Style: style}))
		if err != nil || h.Epochs() != 6 || out.calls != 2 {
			t.Errorf("style %d: %v, %d epochs, %d writes", style, err, h.Epochs(), out.calls)
		}
	}
}

// TestAutoOnFile wants lines in a file that is no terminal.
func TestAutoOnFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, style := range []callbacks.Style{callbacks.Auto, callbacks.Bar} {
		if _, err := small(t, nil).Fit(t.Context(), line(t), plan(2, callbacks.Progress{Out: f, Style: style})); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(string(b), "\n"); len(lines) != 4 || !strings.HasPrefix(lines[1], "epoch 2/2 - ") || !strings.HasPrefix(lines[2], "\r\x1b[K") {
		t.Errorf("%q", b)
	}
}
