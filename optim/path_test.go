package optim_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit/optim"
)

// ulp is half the distance of float32 numbers near 1.
const ulp = 0x1p-24

// tolerance of a weight after an update, from the float64 path so far: each update
// rounds the weight once for its decay and once for its step, and the step carries the rounding of the rate, of the
// gradient, of two states, of root and quotient, and of what the states bring along
// from updates before: 16 roundings in all.
func tolerance(start float64, path [][]float64, k, i int) float64 {
	last, largest, way := start, math.Abs(start), 0.0
	for _, w := range path[:k+1] {
		way += math.Abs(w[i] - last)
		last = w[i]
		largest = max(largest, math.Abs(last))
	}
	return ulp * (float64(2*(k+1))*largest + 16*way)
}

func TestTenUpdates(t *testing.T) {
	f := readFixture(t)
	for n, c := range f.Optimizers {
		t.Run(fmt.Sprintf("%d %s", n, typeOf(t, c.Optimizer)), func(t *testing.T) {
			o := optimizer(t, c.Optimizer)
			adjust := *c.Adjust
			if adjust.Scale == 0 {
				adjust.Scale = 1
			}
			if d := float32(o.Settings().Decay); adjust.Decay != d && d != 0 {
				t.Errorf("Settings().Decay is %g, want %g", d, adjust.Decay)
			}
			w, s := slices.Clone(f.Start), o.Stepper(len(f.Start))
			for k, g := range f.Gradients {
				s.Begin(k+1, o.Settings().Rate)
				s.Update(w, slices.Clone(g), 0, len(w), adjust)
				for i, got := range w {
					if tol := tolerance(float64(f.Start[i]), c.Path, k, i); !(math.Abs(float64(got)-c.Path[k][i]) <= tol) {
						t.Fatalf("update %d, weight %d: %.9g, want %.9g within %.2g", k+1, i, got, c.Path[k][i], tol)
					}
				}
			}
		})
	}
}

// TestChangingRates runs the same with a rate that changes at every update: what
// has gathered in the momentum keeps the rate that it was gathered at.
func TestChangingRates(t *testing.T) {
	f := readFixture(t)
	for n, c := range f.Optimizers {
		if c.Rates == nil {
			continue
		}
		t.Run(fmt.Sprintf("%d %s", n, typeOf(t, c.Optimizer)), func(t *testing.T) {
			o := optimizer(t, c.Optimizer)
			w, s := slices.Clone(f.Start), o.Stepper(len(f.Start))
			for k, g := range f.Gradients {
				s.Begin(k+1, c.Rates[k])
				s.Update(w, slices.Clone(g), 0, len(w), optim.Adjust{Scale: 1})
			}
			for i, got := range w {
				// The way is as long as at the constant rate, or up to 1.25 times.
				tol := 1.25 * tolerance(float64(f.Start[i]), c.Path, len(c.Path)-1, i)
				if want := c.LastWithRates[i]; !(math.Abs(float64(got)-want) <= tol) {
					t.Errorf("weight %d: %.9g, want %.9g within %.2g", i, got, want, tol)
				}
			}
		})
	}
}

// each runs f for the optimizer of every case.
func each(t *testing.T, f func(t *testing.T, o optim.Optimizer, start []float32, gradients [][]float32)) {
	fix := readFixture(t)
	for n, c := range fix.Optimizers {
		t.Run(fmt.Sprintf("%d %s", n, typeOf(t, c.Optimizer)), func(t *testing.T) {
			f(t, optimizer(t, c.Optimizer), slices.Clone(fix.Start), fix.Gradients)
		})
	}
}

func step(s optim.Stepper, w, g []float32, k int, rate float64) {
	s.Begin(k, rate)
	s.Update(w, slices.Clone(g), 0, len(w), optim.Adjust{Scale: 1})
}

// TestStateIsAll stops after every number of updates, hands weights and state to a
// new stepper and wants the same bits from there on.
func TestStateIsAll(t *testing.T) {
	each(t, func(t *testing.T, o optim.Optimizer, start []float32, gradients [][]float32) {
		whole := run(o, slices.Clone(start), gradients)
		for stop := range gradients {
			w, first, second := slices.Clone(start), o.Stepper(len(start)), o.Stepper(len(start))
			for k, g := range gradients[:stop] {
				step(first, w, g, k+1, 0.01)
			}
			if len(first.Names()) != len(first.State()) {
				t.Fatalf("%d names of %d states", len(first.Names()), len(first.State()))
			}
			for k, s := range first.State() {
				copy(second.State()[k], s)
			}
			for k, g := range gradients[stop:] {
				step(second, w, g, stop+k+1, 0.01)
			}
			if !slices.Equal(w, whole) {
				t.Errorf("stopped after %d updates: %v, want %v", stop, w, whole)
			}
		}
	})
}

// TestStepperRestored puts a stepper that has gone on back to its fifth update.
func TestStepperRestored(t *testing.T) {
	each(t, func(t *testing.T, o optim.Optimizer, start []float32, gradients [][]float32) {
		whole := run(o, slices.Clone(start), gradients)
		w, s := slices.Clone(start), o.Stepper(len(start))
		for k, g := range gradients[:5] {
			step(s, w, g, k+1, 0.01)
		}
		kept := slices.Clone(w)
		var states [][]float32
		for _, x := range s.State() {
			states = append(states, slices.Clone(x))
		}
		step(s, w, gradients[9], 6, 0.5) // what is to be undone
		step(s, w, gradients[0], 7, 0.5)
		copy(w, kept)
		for k, x := range s.State() {
			copy(x, states[k])
		}
		for k, g := range gradients[5:] {
			step(s, w, g, 5+k+1, 0.01)
		}
		if !slices.Equal(w, whole) {
			t.Errorf("%v, want %v", w, whole)
		}
	})
}

func run(o optim.Optimizer, w []float32, gradients [][]float32) []float32 {
	s := o.Stepper(len(w))
	for k, g := range gradients {
		step(s, w, g, k+1, 0.01)
	}
	return w
}

// TestParts updates weights in parts of which one has another adjustment.
func TestParts(t *testing.T) {
	each(t, func(t *testing.T, o optim.Optimizer, start []float32, gradients [][]float32) {
		whole, decayed := slices.Clone(start), slices.Clone(start)
		parts := slices.Clone(start)
		a, b, c := o.Stepper(len(start)), o.Stepper(len(start)), o.Stepper(len(start))
		plain, decay := optim.Adjust{Scale: 1}, optim.Adjust{Scale: 1, Decay: 0.5}
		for k, g := range gradients {
			for _, s := range []optim.Stepper{a, b, c} {
				s.Begin(k+1, 0.1)
			}
			a.Update(whole, slices.Clone(g), 0, 8, plain)
			b.Update(decayed, slices.Clone(g), 0, 8, decay)
			g := slices.Clone(g)
			c.Update(parts, g, 3, 8, decay)
			c.Update(parts, g, 0, 3, plain)
		}
		if want := append(whole[:3:3], decayed[3:]...); !slices.Equal(parts, want) {
			t.Errorf("%v, want %v", parts, want)
		}
		if slices.Equal(whole[3:], decayed[3:]) {
			t.Error("decay changes nothing")
		}
	})
}

func TestNoAllocation(t *testing.T) {
	each(t, func(t *testing.T, o optim.Optimizer, w []float32, gradients [][]float32) {
		s, k := o.Stepper(len(w)), 0
		n := testing.AllocsPerRun(100, func() {
			k++
			s.Begin(k, 0.01)
			s.Update(w, gradients[k%10], 0, len(w), optim.Adjust{L2: 0.1, Scale: 1, ClipValue: 1, Decay: 0.1})
		})
		if n != 0 {
			t.Errorf("%g allocations per update", n)
		}
	})
}
