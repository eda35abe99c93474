package playbook_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/optim"
)

func TestAPIChapter5(t *testing.T) {
	t.Run("ch05-api-sgd-decay", func(t *testing.T) {
		// Two updates in one epoch: the schedule counts updates. Gradient: 2w.
		w := updated(t, optim.SGD{Rate: 0.1, Schedule: optim.TimeDecay{Decay: 0.5}}, 1, table(1, []float64{1, 1}, []float64{0, 0}))
		near(t, "w", float64(w[0]), 0.8-0.1/1.5*2*0.8, rounding)
	})
	t.Run("ch05-api-adagrad", func(t *testing.T) {
		// Defaults: η = 0.001, and the sum of squares starts at 0.1. Gradient: 2.
		w := updated(t, optim.Adagrad{}, 1, table(1, []float64{1}, []float64{0}))
		near(t, "step", 1-float64(w[0]), 0.001*2/math.Sqrt(0.1+4), 1e-7) // half a unit in the last place of 1 is 6e-8
	})
}
