package callbacks

import (
	"fmt"
	"strings"
	"time"

	"github.com/goodfit-ml/goodfit"
)

// bar writes one line again and again.
type bar struct {
	out         display
	first       int // the epoch at which the fit began or went on, −1 before
	ended       int // epochs seen
	begin, last time.Time
}

// pause is the time from one drawing to the next, so that neither a terminal nor a
// fit of thousands of short epochs is slowed down.
const pause = 100 * time.Millisecond

// EpochBegin implements goodfit.EpochBeginner.
func (b *bar) EpochBegin(run *goodfit.Run) error {
	if b.first < 0 {
		b.first = run.Epoch
	}
	return nil
}

// BatchEnd implements goodfit.BatchEnder, for epochs that take long.
func (b *bar) BatchEnd(run *goodfit.Run) error {
	if run.Batch%16 == 0 && time.Since(b.last) >= 2*pause {
		b.draw(b.within(run))
	}
	return nil
}

// EpochEnd implements goodfit.EpochEnder.
func (b *bar) EpochEnd(run *goodfit.Run) error {
	b.ended++
	if time.Since(b.last) >= pause {
		b.draw(b.after(run))
	}
	return nil
}

// FitEnd implements goodfit.FitEnder.
func (b *bar) FitEnd(run *goodfit.Run) error {
	switch {
	case b.ended > 0:
		b.draw(b.after(run))
		b.out.printf("\n")
	case !b.last.IsZero(): // the first epoch did not end
		b.out.printf("\n")
	}
	b.out.stop(run)
	return nil
}

// within returns the text in the middle of an epoch.
func (b *bar) within(run *goodfit.Run) string {
	share, batches := 0.0, fmt.Sprintf("batch %d", run.Batch+1)
	if run.Batches > 0 {
		share = float64(run.Batch+1) / float64(run.Batches)
		batches = fmt.Sprintf("batch %d/%d", run.Batch+1, run.Batches)
	}
	before := *run
	before.Epoch--
	text := values(&before)
	if b.ended == 0 {
		text = fmt.Sprintf("batch loss: %.4f", run.BatchLoss)
	}
	return b.text(run, share, batches+" - "+text)
}

// after returns the text at the end of an epoch.
func (b *bar) after(run *goodfit.Run) string { return b.text(run, 1, values(run)) }

// text returns the line: epoch, bar, time, and what comes then. share is how much
// of the epoch is done.
func (b *bar) text(run *goodfit.Run, share float64, rest string) string {
	const cells = 20
	done := (float64(run.Epoch-b.first) + share) / float64(max(run.Epochs-b.first, 1))
	full := min(int(done*cells), cells)
	return fmt.Sprintf("epoch %d/%d %s%s %s - %s", run.Epoch+1, run.Epochs, strings.Repeat("━", full),
		strings.Repeat("╌", cells-full), short(time.Since(b.begin)), rest)
}

// draw puts the text in the place of the line, cut to the width of the terminal.
func (b *bar) draw(text string) {
	b.last = time.Now()
	if r := []rune(text); len(r) >= widthOf(b.out.out) {
		text = string(r[:widthOf(b.out.out)-1])
	}
	b.out.printf("\r\x1b[K%s", text)
}
