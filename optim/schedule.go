package optim

import "github.com/goodfit-ml/goodfit/internal/registry"

// Schedule changes the learning rate over training. It is a plain value without
// state: the rate depends on the time alone, so that a resumed training goes on
// with the rate it would have had.
type Schedule interface {
	// Rate returns the rate for the update at time t, given the base rate.
	Rate(base float64, t Time) float64
}

// Time is a moment in training.
type Time struct {
	// Update is the number of updates made before, Epoch of epochs finished.
	Update, Epoch int
	// UpdatesPerEpoch and Epochs are what the fit plans to do; 0 where not known.
	UpdatesPerEpoch, Epochs int
}

// schedules is the table of named schedules.
var schedules = registry.New[Schedule]("schedule").RegisteredBy("optim.RegisterSchedule")

// RegisterSchedule names a schedule type, so that files can hold it: zero is a
// value of the type. It panics if the name is taken by another type.
func RegisterSchedule(name string, zero Schedule) { schedules.Register(name, zero) }

// MarshalSchedule writes a schedule as a JSON object with its name as "type".
func MarshalSchedule(s Schedule) ([]byte, error) { return schedules.Marshal(s) }

// UnmarshalSchedule reads what [MarshalSchedule] wrote.
func UnmarshalSchedule(b []byte) (Schedule, error) { return schedules.Unmarshal(b) }
