package callbacks

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
)

// monitor is a recorded series that a callback compares with the best so far.
type monitor struct {
	Name      string  `json:"name"`
	Best      float64 `json:"best"`
	BestEpoch int     `json:"best_epoch"` // −1: none yet
	direction curves.Direction
	minDelta  float64
}

// newMonitor finds the series name, or if it is "" val_loss where there is
// validation and loss elsewhere.
func newMonitor(run *goodfit.Run, name string, minDelta float64) (monitor, error) {
	if name == "" {
		name = "loss"
		if _, err := run.Series("val_loss"); err == nil {
			name = "val_loss"
		}
	}
	s, err := run.Series(name)
	if err != nil {
		return monitor{}, err
	}
	if s.Direction == curves.Unknown {
		return monitor{}, fmt.Errorf("monitor %q has no direction: neither large nor small values are better", name)
	}
	if !(minDelta >= 0) {
		return monitor{}, fmt.Errorf("MinDelta is %g, want at least 0", minDelta)
	}
	m := monitor{Name: name, BestEpoch: -1, direction: s.Direction, minDelta: minDelta}
	m.Best = m.worst()
	return m, nil
}

// worst is worse than every value.
func (m *monitor) worst() float64 {
	if m.direction == curves.Maximize {
		return -math.MaxFloat64
	}
	return math.MaxFloat64
}

// better reports whether v improves on b by more than MinDelta.
func (m *monitor) better(v, b float64) bool {
	if m.direction == curves.Maximize {
		return v-m.minDelta > b
	}
	return v+m.minDelta < b
}

// look takes up the epoch's value: measured is false where there is none, and
// improved says whether it is the best so far.
func (m *monitor) look(run *goodfit.Run) (measured, improved bool) {
	v, ok := run.Value(m.Name)
	if !ok || math.IsNaN(v) {
		return false, false
	}
	if !m.better(v, m.Best) {
		return true, false
	}
	m.Best, m.BestEpoch = v, run.Epoch
	return true, true
}
