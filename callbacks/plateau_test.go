package callbacks_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
)

type plateauCase struct {
	Values    []float64
	Direction string
	Rate      float64
	Factor    float64
	Patience  int
	MinDelta  opt.Float `json:"min_delta"`
	Cooldown  int
	MinRate   float64 `json:"min_rate"`
	Rates     []float64
}

func (c plateauCase) callback() callbacks.ReduceOnPlateau {
	return callbacks.ReduceOnPlateau{Monitor: "score", Factor: c.Factor, Patience: c.Patience, MinDelta: c.MinDelta,
		Cooldown: c.Cooldown, MinRate: c.MinRate}
}

// TestReduceOnPlateau holds the rate of each epoch to Keras 3's, and to the same
// factors of the rate that a schedule gives.
func TestReduceOnPlateau(t *testing.T) {
	for n, c := range readFixture[plateauCase](t, "reduce_on_plateau") {
		for _, s := range []optim.Schedule{nil, optim.TimeDecay{Decay: 0.5, PerEpoch: true}} {
			if s != nil && c.MinRate > 0 { // the floor comes earlier then
				continue
			}
			h, err := small(t, optim.SGD{Rate: c.Rate, Schedule: s}).Fit(t.Context(), line(t),
				plan(len(c.Values), script{"score", direction(c.Direction), c.Values}, c.callback()))
			if err != nil {
				t.Fatal(err)
			}
			rates, _ := h.Get("rate")
			for epoch, got := range rates {
				want := c.Rates[epoch]
				if s != nil {
					want = s.Rate(want, optim.Time{Epoch: epoch})
				}
				// A few reductions round in another order than the fixture's.
				if math.Abs(got-want) > 1e-15 {
					t.Errorf("case %d, schedule %v, epoch %d: rate %.17g, want %.17g", n, s, epoch+1, got, want)
					break
				}
			}
		}
	}
}

// TestReducedToMinimum wants the floor to be met and not to be reduced to again
// and again by roundings.
func TestReducedToMinimum(t *testing.T) {
	values := make([]float64, 40)
	h, err := small(t, optim.SGD{Rate: 0.3}).Fit(t.Context(), line(t), plan(40, script{"score", curves.Minimize, values},
		callbacks.ReduceOnPlateau{Monitor: "score", Patience: 1, Factor: 0.7, MinRate: 0.07}))
	if err != nil {
		t.Fatal(err)
	}
	rates, _ := h.Get("rate")
	last := rates[len(rates)-1]
	if math.Abs(last-0.07) > 1e-16 || rates[20] != last {
		t.Errorf("rates %v, want to end at 0.07", rates)
	}
}
