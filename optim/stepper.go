package optim

import "github.com/goodfit-ml/goodfit/internal/kernel"

// Stepper is an [Optimizer] at work on a model's weights, which lie in one
// array. It is not safe for concurrent use.
type Stepper interface {
	// Names are the names of the state arrays: "momentum", "square".
	Names() []string
	// State returns the state arrays, each as long as the weights, to be saved
	// and restored in place.
	State() [][]float32
	// Begin starts update number step, counted from 1, at the given rate. What
	// the rule needs of the number of updates follows from step alone, so that a
	// new stepper whose State was restored goes on at any step, and Begin may be
	// called again for the same step with the rate of another group of parameters.
	Begin(step int, rate float64)
	// Update changes w[lo:hi] and the state there by the gradient g[lo:hi]. It
	// may be called for several parts between one Begin and the next.
	Update(w, g []float32, lo, hi int, a Adjust)
}

// Adjust is what happens to a gradient on its way into an update, in this order:
// it is multiplied by Scale, the penalties' gradients L1·sign(w) + 2·L2·w are
// added, and the sum is clipped to ±ClipValue. Decay is weight decay apart from
// the gradient: w loses η·Decay·w before the step, η being the rate given to Begin.
type Adjust struct {
	L1, L2    float32
	Scale     float32 // above 0; 1: as it is
	ClipValue float32 // 0: none
	Decay     float32 // 0: none
}

// update returns the kernel's form of an adjustment, for a rule whose step is
// multiplied by rate. The kernel scales gradient and penalties alike.
func (a Adjust) update(rate float32) kernel.Update {
	if a.Scale != 1 && (a.L1 != 0 || a.L2 != 0) {
		a.L1, a.L2 = a.L1/a.Scale, a.L2/a.Scale
	}
	return kernel.Update{Rate: rate, GradScale: a.Scale, ClipValue: a.ClipValue, L1: a.L1, L2: a.L2, Decay: a.Decay}
}

// states are an optimizer's arrays and their names.
type states struct {
	names  []string
	arrays [][]float32
}

func newStates(n int, names ...string) states {
	s := states{names: names}
	for range names {
		s.arrays = append(s.arrays, make([]float32, n))
	}
	return s
}

// Names implements [Stepper].
func (s *states) Names() []string { return s.names }

// State implements [Stepper].
func (s *states) State() [][]float32 { return s.arrays }

// part returns array k from lo to hi-1, nil if there is no such array.
func (s *states) part(k, lo, hi int) []float32 {
	if k < 0 || k >= len(s.arrays) {
		return nil
	}
	return s.arrays[k][lo:hi]
}

// Divisible implements [Divisible]: the rules of this package work number by number.
func (s *states) Divisible() {}
