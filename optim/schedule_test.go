package optim_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/optim"
)

// TestSchedules compares every schedule with its formula at every update of a fit
// and some after its end.
func TestSchedules(t *testing.T) {
	f := readFixture(t).Schedules
	for n, c := range f.Cases {
		t.Run(fmt.Sprintf("%d %s", n, typeOf(t, c.Schedule)), func(t *testing.T) {
			s, err := optim.UnmarshalSchedule(c.Schedule)
			if err != nil {
				t.Fatal(err)
			}
			checkSchedule(t, s, true)
			for update, want := range c.Rates {
				at := optim.Time{Update: update, Epoch: update / f.UpdatesPerEpoch, UpdatesPerEpoch: f.UpdatesPerEpoch, Epochs: f.Epochs}
				// Both sides round a few times, at the scale of the base rate.
				if got := s.Rate(f.Base, at); !(math.Abs(got-want) <= 1e-14) {
					t.Fatalf("at update %d: %.17g, want %.17g", update, got, want)
				}
			}
		})
	}
}

// checkSchedule fails unless Check of a schedule passes, or does not, as wanted.
func checkSchedule(t *testing.T, s optim.Schedule, want bool) {
	t.Helper()
	err := s.(interface{ Check() error }).Check()
	if (err == nil) != want {
		t.Errorf("Check of %+v: %v", s, err)
	}
	sgd := optim.SGD{Schedule: s}.Check()
	if (sgd == nil) != want {
		t.Errorf("Check of an optimizer with %+v: %v", s, sgd)
	}
}

func TestScheduleOutOfRange(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, s := range []optim.Schedule{
		optim.TimeDecay{Decay: -1}, optim.TimeDecay{Decay: nan}, optim.TimeDecay{Decay: inf},
		optim.Steps{}, optim.Steps{Every: -1}, optim.Steps{Every: 1, Factor: -0.5}, optim.Steps{Every: 1, Factor: optZero},
		optim.Exponential{Every: -1}, optim.Exponential{Factor: optZero},
		optim.Linear{Floor: -0.1}, optim.Linear{Floor: 1.1}, optim.Linear{Over: -1},
		optim.Polynomial{Power: optZero}, optim.Polynomial{Floor: nan}, optim.Polynomial{Over: -3},
		optim.Cosine{Floor: 2}, optim.Cosine{Over: -1},
		optim.CosineRestarts{}, optim.CosineRestarts{First: 1, Longer: 0.5}, optim.CosineRestarts{First: 1, Shrink: -1},
		optim.CosineRestarts{First: 1, Floor: -1},
		optim.Cyclic{Half: 1}, optim.Cyclic{Top: 2}, optim.Cyclic{Top: 2, Half: 1, Shrink: -1},
		optim.OneCycle{Up: 1.5}, optim.OneCycle{Start: -1}, optim.OneCycle{End: -1}, optim.OneCycle{Over: -1},
		optim.WarmUp{}, optim.WarmUp{Over: 1, Then: optim.Steps{}},
		optim.WarmUp{Over: 1, Then: optim.WarmUp{Over: 1, Then: optim.Linear{Floor: -1}}},
	} {
		checkSchedule(t, s, false)
	}
}

// TestScheduleReportsAll wants each faulty field named.
func TestScheduleReportsAll(t *testing.T) {
	err := optim.WarmUp{Then: optim.OneCycle{Over: -1, Up: 2, Start: -3, End: math.Inf(1)}}.Check()
	for _, part := range []string{"WarmUp.Over is 0", "WarmUp.Then: OneCycle.Over is -1", "OneCycle.Up is 2",
		"OneCycle.Start is -3", "OneCycle.End is +Inf"} {
		if !strings.Contains(fmt.Sprint(err), part) {
			t.Errorf("%v\ndoes not say %q", err, part)
		}
	}
}

// TestUnknownLength holds whole-fit schedules to what their comments say where the
// length is not known: epochs where those are, else no change.
func TestUnknownLength(t *testing.T) {
	half := optim.Time{Update: 1000, Epoch: 5, Epochs: 10}
	for _, c := range []struct {
		s    optim.Schedule
		at   optim.Time
		want float64
	}{
		{optim.Linear{}, half, 0.5},
		{optim.Cosine{}, half, 0.5},
		{optim.Polynomial{Power: 2}, half, 0.25},
		{optim.Linear{}, optim.Time{Update: 1000}, 1},
		{optim.Cosine{Floor: 0.1}, optim.Time{Update: 1000}, 1},
		{optim.Linear{PerEpoch: true}, optim.Time{Update: 1000, Epoch: 3}, 1},
		{optim.OneCycle{}, optim.Time{Update: 1000}, 1. / 25},
		{optim.WarmUp{Over: 10, Then: optim.Linear{}}, optim.Time{Update: 1000}, 1},
		{optim.WarmUp{Over: 10, Then: optim.Linear{Over: 100}}, optim.Time{Update: 60}, 0.5},
	} {
		if got := c.s.Rate(1, c.at); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%+v at %+v: %g, want %g", c.s, c.at, got, c.want)
		}
	}
}

// TestRestartsFarOn asks for the rate after a billion updates: no loop over cycles
// of equal length, no end without end.
func TestRestartsFarOn(t *testing.T) {
	s := optim.CosineRestarts{First: 1, Shrink: 0.5}
	if got := s.Rate(1, optim.Time{Update: 1e9}); got != 0 {
		t.Errorf("rate %g after 1e9 cycles of half the height", got)
	}
	s = optim.CosineRestarts{First: 1, Longer: 0.01}
	if got := s.Rate(1, optim.Time{Update: 1e9}); got != 1 {
		t.Errorf("rate %g", got)
	}
}

func TestScheduleFunc(t *testing.T) {
	s := optim.ScheduleFunc(func(base float64, at optim.Time) float64 { return base / float64(1+at.Epoch) })
	if got := s.Rate(1, optim.Time{Update: 9, Epoch: 3}); got != 0.25 {
		t.Errorf("rate %g", got)
	}
	if _, err := optim.Marshal(optim.SGD{Schedule: s}); err == nil || !strings.Contains(err.Error(), "RegisterSchedule") {
		t.Errorf("marshal of a function: %v", err)
	}
}
