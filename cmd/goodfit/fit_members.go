package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/metrics"
)

// memberProgress writes a line for each training of an ensemble that ends.
type memberProgress struct {
	log *memberLog
}

// memberLog is shared by the trainings, of which several may run at once.
type memberLog struct {
	mu       sync.Mutex
	out      io.Writer
	finished int
}

// Start implements goodfit.Callback.
func (p memberProgress) Start(*goodfit.Run) (goodfit.Watcher, error) {
	return &memberWatcher{log: p.log, begin: time.Now()}, nil
}

type memberWatcher struct {
	log   *memberLog
	begin time.Time
}

// FitEnd implements goodfit.FitEnder.
func (w *memberWatcher) FitEnd(run *goodfit.Run) error {
	if run.Context().Err() != nil {
		return nil // it is not finished
	}
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	w.log.finished++
	fmt.Fprintf(w.log.out, "training %d ended - %d epochs - %s%s\n", w.log.finished, run.History().Epochs(),
		time.Since(w.begin).Round(time.Millisecond), bestValues(run))
	return nil
}

// bestValues lists the loss and the metrics at the epoch of the best val_loss, which
// is the one that early stopping keeps.
func bestValues(run *goodfit.Run) string {
	h := run.History()
	epoch, _ := h.Best("val_loss")
	if epoch < 0 {
		return ""
	}
	var b strings.Builder
	for _, s := range h.Series {
		if s.Name != "rate" && epoch < len(s.Values) && !math.IsNaN(s.Values[epoch]) {
			fmt.Fprintf(&b, " - %v", metrics.Score{Name: s.Name, Value: s.Values[epoch]})
		}
	}
	return b.String()
}
