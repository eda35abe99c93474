package optim

import "github.com/goodfit-ml/goodfit/internal/registry"

// Schedule changes the learning rate over training. It is a plain value without
// state: the rate depends on the time alone, so that a resumed training goes on
// with the rate it would have had.
//
// A schedule that also has a method Check() error is checked before training.
type Schedule interface {
	// Rate returns the rate for the update at time t, given the base rate.
	Rate(base float64, t Time) float64
}

// ScheduleFunc is any function of the base rate and the time. Files cannot hold
// it.
type ScheduleFunc func(base float64, t Time) float64

// Rate calls f.
func (f ScheduleFunc) Rate(base float64, t Time) float64 { return f(base, t) }

// Time is a moment in training.
type Time struct {
	// Update is the number of updates made before, Epoch of epochs finished.
	Update, Epoch int
	// UpdatesPerEpoch and Epochs are what the fit plans to do; 0 where not known.
	UpdatesPerEpoch, Epochs int
	// offset is the part of an epoch, in updates, that does not count because a
	// WarmUp took it.
	offset int
	// FirstUpdate and FirstEpoch are those at which the fit began: above 0 where
	// the model was trained before.
	FirstUpdate, FirstEpoch int
}

// count returns s, the updates or epochs made before.
func (t Time) count(perEpoch bool) float64 {
	if perEpoch {
		return float64(t.Epoch)
	}
	return float64(t.Update)
}

// progress returns the share of the first over updates or epochs that is behind,
// at most 1. An over of 0 stands for the whole fit: in epochs where the number of
// updates is not known, and where the number of epochs is not either, 0.
func (t Time) progress(over int, perEpoch bool) float64 {
	done := t.count(perEpoch)
	switch {
	case over > 0:
	case t.Epochs <= t.FirstEpoch:
		return 0
	case perEpoch || t.UpdatesPerEpoch <= 0:
		done, over = float64(t.Epoch-t.FirstEpoch), t.Epochs-t.FirstEpoch
	default:
		done, over = float64(t.Update-t.FirstUpdate), max((t.Epochs-t.FirstEpoch)*t.UpdatesPerEpoch-t.offset, 1)
	}
	return min(done/float64(over), 1)
}

// after returns the time as one sees it that starts after so many updates, or epochs.
func (t Time) after(n int, perEpoch bool) Time {
	epochs, updates := n, n*t.UpdatesPerEpoch
	if !perEpoch {
		epochs, updates = 0, n
		if t.UpdatesPerEpoch > 0 {
			epochs = n / t.UpdatesPerEpoch
		}
	}
	t.Update -= updates
	t.Epoch -= epochs
	t.Epochs -= epochs
	if t.FirstEpoch > 0 && t.FirstUpdate >= updates { // a later fit of the model
		t.FirstUpdate -= updates
		t.FirstEpoch -= epochs
		return t
	}
	t.FirstUpdate, t.FirstEpoch = 0, 0
	t.offset += updates - epochs*t.UpdatesPerEpoch
	return t
}

// schedules is the table of named schedules.
var schedules = registry.New[Schedule]("schedule").RegisteredBy("optim.RegisterSchedule")

// RegisterSchedule names a schedule type, so that files can hold it: zero is a
// value of the type. It panics if the name is taken by another type.
func RegisterSchedule(name string, zero Schedule) { schedules.Register(name, zero) }

// MarshalSchedule writes a schedule as a JSON object with its name as "type". It
// fails if the type has no name.
func MarshalSchedule(s Schedule) ([]byte, error) { return schedules.Marshal(s) }

// UnmarshalSchedule reads what [MarshalSchedule] wrote. It fails on a name that
// is not registered and on fields that the type does not have.
func UnmarshalSchedule(b []byte) (Schedule, error) { return schedules.Unmarshal(b) }
