package callbacks

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
)

// monitor is a recorded series that a callback compares with the best so far.
type monitor struct {
	direction curves.Direction
	minDelta  float64
	best      best
}

// best is the best value of a series.
type best struct {
	Series string
	Value  float64
	Epoch  int // −1: none yet
}

// newMonitor finds the series name, or if it is "" val_loss where there is
// validation and loss elsewhere.
func newMonitor(run *goodfit.Run, name string, minDelta float64) (*monitor, error) {
	if name == "" {
		name = "loss"
		if _, err := run.Series("val_loss"); err == nil {
			name = "val_loss"
		}
	}
	s, err := run.Series(name)
	if err != nil {
		return nil, err
	}
	if s.Direction == curves.Unknown {
		return nil, fmt.Errorf("monitor %q has no direction: neither large nor small values are better", name)
	}
	if !(minDelta >= 0) || math.IsInf(minDelta, 0) {
		return nil, fmt.Errorf("MinDelta is %g, want a number of at least 0", minDelta)
	}
	return &monitor{direction: s.Direction, minDelta: minDelta, best: best{name, 0, -1}}, nil
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
	v, measured := m.value(run)
	return measured, measured && m.take(v, run.Epoch)
}

// value returns the epoch's value, finite or not; false where there is none.
func (m *monitor) value(run *goodfit.Run) (v float64, measured bool) {
	v, ok := run.Value(m.best.Series)
	return v, ok && (!math.IsNaN(v) || validated(run))
}

// take reports whether v is the best so far, and then keeps it.
func (m *monitor) take(v float64, epoch int) bool {
	if !finite(v) || m.best.Epoch >= 0 && !m.better(v, m.best.Value) {
		return false
	}
	m.best.Value, m.best.Epoch = v, epoch
	return true
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// validated reports whether the epoch is one of those at whose end validation runs.
func validated(run *goodfit.Run) bool {
	return (run.Epoch+1)%max(run.Plan().ValidateEvery, 1) == 0 || run.Epoch+1 == run.Epochs
}

// restore puts back a best value that was saved, unless it is of another series.
func (m *monitor) restore(b best) error {
	if b.Series != m.best.Series {
		return fmt.Errorf("the state is of monitor %q, want %q", b.Series, m.best.Series)
	}
	m.best = b
	return nil
}

// decode reads the state of a watcher.
func decode[T any](b []byte) (state T, err error) { return state, json.Unmarshal(b, &state) }
