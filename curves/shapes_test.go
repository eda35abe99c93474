package curves_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
)

// drawn is a random draw of one of the schematic shapes.
type drawn struct {
	train, val []float64
	about      string
}

// draw gives the numbers that make a shape: at(lo, hi) is uniform in [lo, hi].
type draw struct {
	*rand.Rand
	epochs int
}

func (d draw) at(lo, hi float64) float64 { return lo + (hi-lo)*d.Float64() }

// falling is low + drop·exp(-e/tau) with Gaussian noise.
func (d draw) falling(low, drop, tau, noise float64) []float64 {
	y := make([]float64, d.epochs)
	for e := range y {
		y[e] = math.Abs(low + drop*math.Exp(-float64(e)/tau) + noise*d.NormFloat64())
	}
	return y
}

// plus adds to each value what f returns for its place in [0, 1].
func (d draw) plus(y []float64, f func(x float64) float64) []float64 {
	z := make([]float64, len(y))
	for e := range y {
		z[e] = math.Abs(y[e] + f(float64(e)/float64(len(y)-1)))
	}
	return z
}

// shapes are the schematic curves of the playbook's introduction, with losses that start near 1.
// Their numbers lie clear of the boundaries between shapes: a gap between 0.1 and 0.3 of the fall
// is neither small nor large.
var shapes = []struct {
	want, about string
	least       int // epochs that the shape takes to show
	make        func(d draw) drawn
}{
	{curves.UnderfitFlat, "with noise and drift", 5, func(d draw) drawn {
		noise, drift := d.at(0, 0.04), d.at(0, 0.03)
		y := d.plus(d.falling(0.9, 0, 1, noise), func(x float64) float64 { return -drift * x })
		v := d.plus(d.falling(0.92, 0, 1, noise), func(x float64) float64 { return -drift * x })
		return drawn{y, v, fmt.Sprintf("noise %.3f drift %.3f", noise, drift)}
	}},
	{curves.UnderfitFlat, "training alone", 5, func(d draw) drawn {
		noise := d.at(0, 0.1)
		return drawn{d.falling(0.9, 0, 1, noise), nil, fmt.Sprintf("noise %.3f", noise)}
	}},
	{curves.UnderfitUnfinished, "straight", 8, func(d draw) drawn {
		noise, drop, gap := d.at(0, 0.01), d.at(0.4, 0.8), d.at(0, 0.05)
		y := d.plus(d.falling(1, 0, 1, noise), func(x float64) float64 { return -drop * x })
		v := d.plus(d.falling(1+gap, 0, 1, noise), func(x float64) float64 { return -drop * x })
		return drawn{y, v, fmt.Sprintf("noise %.3f drop %.2f gap %.2f", noise, drop, gap)}
	}},
	{curves.UnderfitUnfinished, "bent, training alone", 8, func(d draw) drawn {
		noise, tau := d.at(0, 0.01), d.at(0.5, 1.5)
		return drawn{d.falling(0.1, 0.9, tau*float64(d.epochs), noise), nil, fmt.Sprintf("noise %.3f tau %.2f", noise, tau)}
	}},
	{curves.Overfit, "turns", 12, func(d draw) drawn {
		noise, tau, turn, rise := d.at(0, 0.015), d.at(0.05, 0.2), d.at(0.4, 0.6), d.at(0.15, 0.8)
		y := d.falling(0.05, 0.9, tau*float64(d.epochs), noise)
		v := d.plus(d.falling(0.15, 0.85, tau*float64(d.epochs), noise), func(x float64) float64 {
			return rise * max(0, x-turn) / (1 - turn)
		})
		return drawn{y, v, fmt.Sprintf("noise %.3f tau %.2f turn %.2f rise %.2f", noise, tau, turn, rise)}
	}},
	{curves.GoodFit, "levels off", 20, func(d draw) drawn {
		noise, tau, low, gap := d.at(0, 0.02), d.at(0.03, 0.15), d.at(0.05, 0.4), d.at(0, 0.08)
		y := d.falling(low, 1-low, tau*float64(d.epochs), noise)
		v := d.falling(low+gap, 1-low, tau*float64(d.epochs), noise)
		return drawn{y, v, fmt.Sprintf("noise %.3f tau %.2f low %.2f gap %.2f", noise, tau, low, gap)}
	}},
	{curves.UnrepresentativeTrain, "gap stays", 12, func(d draw) drawn {
		noise, tau, gap := d.at(0, 0.02), d.at(0.03, 0.2), d.at(0.3, 0.6)
		y := d.falling(0.1, 0.9, tau*float64(d.epochs), noise)
		v := d.falling(0.1+gap, 0.9-d.at(0, gap), tau*float64(d.epochs), noise)
		return drawn{y, v, fmt.Sprintf("noise %.3f tau %.2f gap %.2f", noise, tau, gap)}
	}},
	{curves.UnrepresentativeValidation, "jumps", 12, func(d draw) drawn {
		noise, tau, jumps := d.at(0, 0.01), d.at(0.03, 0.2), d.at(0.1, 0.3)
		y := d.falling(0.3, 0.7, tau*float64(d.epochs), noise)
		v := d.plus(y, func(float64) float64 { return jumps * d.NormFloat64() })
		return drawn{y, v, fmt.Sprintf("noise %.3f tau %.2f jumps %.2f", noise, tau, jumps)}
	}},
	{curves.EasyValidation, "below", 8, func(d draw) drawn {
		noise, tau, gap := d.at(0, 0.015), d.at(0.03, 0.2), d.at(0.15, 0.3)
		y := d.falling(0.35, 0.65, tau*float64(d.epochs), noise)
		v := d.falling(0.35-gap, 0.65, tau*float64(d.epochs), noise)
		return drawn{y, v, fmt.Sprintf("noise %.3f tau %.2f gap %.2f", noise, tau, gap)}
	}},
	{curves.HighVariance, "both swing", 20, func(d draw) drawn {
		noise, tau, jumps := d.at(0.05, 0.15), d.at(0.03, 0.15), d.at(1, 2)
		y := d.falling(0.3, 0.7, tau*float64(d.epochs), noise)
		v := d.falling(0.35, 0.65, tau*float64(d.epochs), jumps*noise)
		return drawn{y, v, fmt.Sprintf("noise %.3f tau %.2f jumps %.2f", noise, tau, jumps)}
	}},
	{curves.HighVariance, "validation swings late", 50, func(d draw) drawn {
		noise, tau, jumps := d.at(0, 0.01), d.at(0.03, 0.15), d.at(0.1, 0.2)
		y := d.falling(0.3, 0.7, tau*float64(d.epochs), noise)
		v := d.plus(d.falling(0.35, 0.65, tau*float64(d.epochs), noise), func(x float64) float64 {
			if x < 0.5 {
				return 0
			}
			return jumps * d.NormFloat64()
		})
		return drawn{y, v, fmt.Sprintf("noise %.3f tau %.2f jumps %.2f", noise, tau, jumps)}
	}},
	{curves.Diverged, "grows", 12, func(d draw) drawn {
		y, growth := d.falling(0.5, 0.5, 0.1*float64(d.epochs), 0.01), d.at(4, 12)
		return drawn{d.plus(y, func(x float64) float64 { return 0.1 * math.Exp(growth*x) }), y, fmt.Sprintf("growth %.1f", growth)}
	}},
	{curves.Diverged, "jumps up", 20, func(d draw) drawn {
		noise, jump, at := d.at(0, 0.03), d.at(0.5, 2), d.at(0.4, 0.8)
		y := d.plus(d.falling(0.2, 0.8, 0.1*float64(d.epochs), noise), func(x float64) float64 {
			if x < at {
				return 0
			}
			return jump
		})
		return drawn{y, y, fmt.Sprintf("noise %.3f jump %.2f at %.2f", noise, jump, at)}
	}},
	{curves.Diverged, "no number", 5, func(d draw) drawn {
		y := d.falling(0.2, 0.8, 0.1*float64(d.epochs), 0.01)
		for e := d.IntN(d.epochs); e < d.epochs; e++ {
			y[e] = math.NaN()
		}
		return drawn{y, y, ""}
	}},
}

// history holds a draw in other units; a maximized one is 1 - loss, as accuracy.
func (d drawn) history(factor float64, maximize bool) *curves.History {
	h := &curves.History{}
	add := func(name string, values []float64) {
		if values == nil {
			return
		}
		s := curves.Series{Name: name, Direction: curves.Minimize, Values: make([]float64, len(values))}
		if maximize {
			s.Direction = curves.Maximize
		}
		for e, v := range values {
			if s.Values[e] = v * factor; maximize {
				s.Values[e] = 1 - v
			}
		}
		h.Series = append(h.Series, s)
	}
	name := "loss"
	if maximize {
		name = "skill"
	}
	add(name, d.train)
	add("val_"+name, d.val)
	return h
}

// TestShapes draws each shape many times at every length and holds Diagnose to 19 of 20 verdicts
// right, as a loss in four units and as a metric that is maximized. Units that are powers of two
// must not change a verdict at all.
func TestShapes(t *testing.T) {
	draws := 60
	if testing.Short() {
		draws = 15
	}
	for i, shape := range shapes {
		t.Run(fmt.Sprintf("%s %s", shape.want, shape.about), func(t *testing.T) {
			wrong, total := make(map[string]int), 0
			count := func(s drawn, got curves.Diagnosis, n int) {
				if total++; got.Verdict != shape.want {
					wrong[got.Verdict]++
					t.Logf("%d epochs, %s: %s", n, s.about, got.Verdict)
				}
			}
			for _, n := range []int{5, 8, 12, 20, 50, 100, 300, 1000} {
				for k := range draws {
					if n < shape.least {
						continue
					}
					s := shape.make(draw{rand.New(rand.NewPCG(uint64(i*1000+k), uint64(n))), n})
					got := curves.Diagnose(s.history(1, false))
					count(s, got, n)
					count(s, curves.Diagnose(s.history(1, true)), n)
					count(s, curves.Diagnose(s.history(1000, false)), n)
					for _, factor := range []float64{0x1p-20, 0x1p40} {
						if other := curves.Diagnose(s.history(factor, false)); other.Verdict != got.Verdict {
							t.Errorf("%d epochs, %s: %s, times %g %s", n, s.about, got.Verdict, factor, other.Verdict)
						}
					}
				}
			}
			if right := total - sum(wrong); 20*right < 19*total {
				t.Errorf("%d of %d right, want 19 of 20; wrong: %v", right, total, wrong)
			}
		})
	}
}

func sum(counts map[string]int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}
