package callbacks

import (
	"time"

	"github.com/goodfit-ml/goodfit"
)

// lines writes a line for each epoch.
type lines struct {
	out   display
	every int
	begin time.Time     // of the epoch
	took  time.Duration // the last epoch
	ended int           // epochs seen
	shown int           // the last epoch that has a line, −1 for none
}

// EpochBegin implements goodfit.EpochBeginner.
func (l *lines) EpochBegin(*goodfit.Run) error {
	l.begin = time.Now()
	return nil
}

// EpochEnd implements goodfit.EpochEnder.
func (l *lines) EpochEnd(run *goodfit.Run) error {
	l.took = time.Since(l.begin)
	l.ended++
	if (run.Epoch+1)%l.every == 0 {
		l.line(run)
	}
	return nil
}

func (l *lines) line(run *goodfit.Run) {
	l.shown = run.Epoch
	l.out.printf("epoch %d/%d - %s - %s\n", run.Epoch+1, run.Epochs, short(l.took), values(run))
}

// FitEnd implements goodfit.FitEnder.
func (l *lines) FitEnd(run *goodfit.Run) error {
	if l.ended > 0 && l.shown != run.Epoch {
		l.line(run)
	}
	l.out.stop(run)
	return nil
}
