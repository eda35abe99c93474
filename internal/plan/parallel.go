package plan

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/optim"
)

// parallelWeights is the number of weights from which an update is shared out over
// threads: some ten microseconds of one thread's work.
const parallelWeights = 1 << 15

// updateTask is the update of one segment, cut into parts.
type updateTask struct {
	stepper optim.Stepper
	w, g    []float32
	lo, hi  int
	adjust  optim.Adjust
}

// Part updates part i of n, which begins and ends at a cache line of the weights.
func (t *updateTask) Part(i, n int) {
	lo, hi := cutAt(t.lo, t.hi, i, n), cutAt(t.lo, t.hi, i+1, n)
	if lo < hi {
		t.stepper.Update(t.w, t.g, lo, hi, t.adjust)
	}
}

// cutAt returns where part i of n of [lo, hi) begins.
func cutAt(lo, hi, i, n int) int {
	if i == n {
		return hi
	}
	return max(lo, (lo+(hi-lo)/n*i)/align*align)
}

// step updates one segment, on r's threads where it is long.
func (u *update) step(s segment, g []float32, a optim.Adjust, r kernel.Runner) {
	if r == nil || !u.divisible || s.hi-s.lo < parallelWeights || r.Width() < 2 {
		u.stepper.Update(u.net.Weights, g, s.lo, s.hi, a)
		return
	}
	u.task = updateTask{u.stepper, u.net.Weights, g, s.lo, s.hi, a}
	r.Run(r.Width(), &u.task)
}
