package playbook_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit/optim"
)

func TestAPIChapter8(t *testing.T) {
	// The gradient at w = 0 is −2·y·x: for targets of ∓½, x and −x.
	for _, c := range []struct {
		id   string
		clip optim.Clip
		x, y float64 // the input is (x, −4)
		want [2]float64
	}{
		{"ch08-api-clipnorm", optim.Clip{GlobalNorm: 1}, 3, -0.5, [2]float64{0.6, -0.8}},
		{"ch08-api-clipnorm", optim.Clip{GlobalNorm: 6}, 3, -0.5, [2]float64{3, -4}},
		{"ch08-api-clipvalue", optim.Clip{Value: 0.5}, 0.25, -0.5, [2]float64{0.25, -0.5}},
		{"ch08-api-clipvalue", optim.Clip{Value: 0.5}, 0.25, 0.5, [2]float64{-0.25, 0.5}},
	} {
		t.Run(c.id, func(t *testing.T) {
			w := updated(t, optim.SGD{Rate: 1, Clip: c.clip}, 0, table(2, []float64{c.x, -4}, []float64{c.y}))
			for i, want := range c.want {
				near(t, "clipped gradient", -float64(w[i]), want, rounding)
			}
		})
	}
}
