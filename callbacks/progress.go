package callbacks

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/metrics"
)

// Style is how [Progress] shows a fit.
type Style int

// The styles.
const (
	Auto   Style = iota // Bar on a terminal that can rewrite a line, Lines elsewhere
	Bar                 // one line, written again as the fit goes on
	Lines               // a line for each epoch
	Silent              // nothing
)

// Progress shows how a fit goes on: epoch, time, and the last values of all series
// but the rate, the same numbers as in the history. At the end it says why a fit
// stopped before its last epoch.
//
// When Out cannot be written to, the showing ends and the fit goes on.
type Progress struct {
	Out   io.Writer // default standard error
	Style Style     // default Auto
	// Every is the number of epochs from one of the Lines to the next; default 1. The
	// last epoch always has one.
	Every int
}

// Start implements goodfit.Callback. It fails if Every is below 0 or there is no
// such style.
func (p Progress) Start(*goodfit.Run) (goodfit.Watcher, error) {
	if p.Every < 0 {
		return nil, fmt.Errorf("Every is %d, want at least 1", p.Every)
	}
	if p.Out == nil {
		p.Out = os.Stderr
	}
	if p.Style == Auto {
		p.Style = Lines
		if isTerminal(p.Out) {
			p.Style = Bar
		}
	}
	switch p.Style {
	case Bar:
		return &bar{out: display{out: p.Out}, begin: time.Now(), first: -1}, nil
	case Lines:
		return &lines{out: display{out: p.Out}, every: max(p.Every, 1), shown: -1}, nil
	case Silent:
		return struct{}{}, nil
	}
	return nil, fmt.Errorf("Style is %d, want Auto, Bar, Lines or Silent", p.Style)
}

// isTerminal reports whether w is a terminal that understands control sequences.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// widthOf returns the number of columns of a terminal, 80 for anything else.
func widthOf(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 20 {
			return width
		}
	}
	return 80
}

// display writes until that fails.
type display struct {
	out    io.Writer
	failed bool
}

func (d *display) printf(format string, args ...any) {
	if !d.failed {
		_, err := fmt.Fprintf(d.out, format, args...)
		d.failed = err != nil
	}
}

// stop says why a fit ended early.
func (d *display) stop(run *goodfit.Run) {
	if run.Stopped() != "" {
		d.printf("stopped after epoch %d: %s\n", run.Epoch+1, run.Stopped())
	}
}

// values returns the last values of all series but the rate. What a validation
// that was skipped would have measured is left out.
func values(run *goodfit.Run) string {
	var parts []string
	for _, s := range run.History().Series {
		v, ok := run.Value(s.Name)
		if !ok || s.Name == "rate" || math.IsNaN(v) && !validated(run) {
			continue
		}
		parts = append(parts, metrics.Score{Name: s.Name, Value: v}.String())
	}
	return strings.Join(parts, " - ")
}

// short returns a time in at most five characters or so.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%dµs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%dms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}
