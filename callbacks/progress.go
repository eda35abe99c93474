package callbacks

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/goodfit-ml/goodfit"
)

// Style is how [Progress] shows a fit.
type Style int

// The styles.
const (
	Auto   Style = iota // Bar on a terminal, Lines elsewhere
	Bar                 // one line, written again as the fit goes on
	Lines               // a line for each epoch
	Silent              // nothing
)

// Progress shows how a fit goes on: epoch, time, and the last values of all
// series with four decimals, the same numbers as in the history.
type Progress struct {
	Out   io.Writer // default standard error
	Style Style
	// Every is the number of epochs from one line to the next; default 1. The last
	// epoch has a line always.
	Every int
}

// Start implements goodfit.Callback. It fails if Every is below 0.
func (p Progress) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	if p.Every < 0 {
		return nil, fmt.Errorf("Every is %d, want at least 1", p.Every)
	}
	if p.Out == nil {
		p.Out = os.Stderr
	}
	switch {
	case p.Style == Silent:
		return struct{}{}, nil
	case p.Style == Bar, p.Style == Auto && isTerminal(p.Out):
		return &bar{out: p.Out, width: widthOf(p.Out), begin: time.Now(), first: run.Epoch}, nil
	}
	return &lines{out: p.Out, every: max(p.Every, 1), begin: time.Now()}, nil
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
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

// lines writes a line for each epoch.
type lines struct {
	out          io.Writer
	every        int
	begin, epoch time.Time
	last         string // of an epoch that was left out
}

// EpochBegin implements goodfit.EpochBeginner.
func (l *lines) EpochBegin(*goodfit.Run) error {
	l.epoch = time.Now()
	return nil
}

// EpochEnd implements goodfit.EpochEnder.
func (l *lines) EpochEnd(run *goodfit.Run) error {
	l.last = fmt.Sprintf("epoch %d/%d - %s - %s\n", run.Epoch+1, run.Epochs, short(time.Since(l.epoch)), values(run))
	if (run.Epoch+1)%l.every != 0 {
		return nil
	}
	return l.flush()
}

func (l *lines) flush() error {
	_, err := io.WriteString(l.out, l.last)
	l.last = ""
	return err
}

// FitEnd implements goodfit.FitEnder.
func (l *lines) FitEnd(run *goodfit.Run) error {
	if err := l.flush(); err != nil {
		return err
	}
	return writeStop(l.out, run)
}

// writeStop says why a fit ended early.
func writeStop(w io.Writer, run *goodfit.Run) error {
	if run.Stopped() == "" {
		return nil
	}
	_, err := fmt.Fprintf(w, "stopped after epoch %d: %s\n", run.Epoch+1, run.Stopped())
	return err
}

// bar writes one line again and again, at most ten times a second.
type bar struct {
	out         io.Writer
	width       int
	first       int
	begin, last time.Time
}

// EpochEnd implements goodfit.EpochEnder.
func (b *bar) EpochEnd(run *goodfit.Run) error {
	if now := time.Now(); now.Sub(b.last) < 100*time.Millisecond && run.Epoch+1 < run.Epochs && run.Stopped() == "" {
		return nil
	}
	return b.draw(run)
}

// BatchEnd implements goodfit.BatchEnder, for epochs that take long.
func (b *bar) BatchEnd(run *goodfit.Run) error {
	if run.Batch%16 != 0 || time.Since(b.last) < 200*time.Millisecond {
		return nil
	}
	return b.draw(run)
}

func (b *bar) draw(run *goodfit.Run) error {
	b.last = time.Now()
	done, all := run.Epoch+1-b.first, max(run.Epochs-b.first, 1)
	const cells = 20
	full := min(done*cells/all, cells)
	text := fmt.Sprintf("%d/%d %s%s %s - %s", run.Epoch+1, run.Epochs, strings.Repeat("━", full),
		strings.Repeat("╌", cells-full), short(time.Since(b.begin)), values(run))
	if r := []rune(text); len(r) >= b.width {
		text = string(r[:b.width-1])
	}
	_, err := fmt.Fprintf(b.out, "\r\x1b[K%s", text)
	return err
}

// FitEnd implements goodfit.FitEnder.
func (b *bar) FitEnd(run *goodfit.Run) error {
	if run.History().Epochs() == 0 {
		return nil
	}
	if err := b.draw(run); err != nil {
		return err
	}
	if _, err := io.WriteString(b.out, "\n"); err != nil {
		return err
	}
	return writeStop(b.out, run)
}

// values returns the last values of all series but the rate.
func values(run *goodfit.Run) string {
	var parts []string
	for _, s := range run.History().Series {
		if v, ok := run.Value(s.Name); ok && s.Name != "rate" {
			parts = append(parts, fmt.Sprintf("%s: %.4f", s.Name, v))
		}
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
