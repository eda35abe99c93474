package kernel

import "slices"

// convTap is one tap of a destination position: its place k in the order of the
// packed weights and the source position that it meets, as distance from the
// run's first.
type convTap struct{ k, distance int }

// convRun is the destination positions first, first+step, … that have the same
// taps. Position t of the run reads from + t·fromStep + distance.
type convRun struct {
	first, step, count int
	from, fromStep     int
	taps               []convTap
}

// convRuns lists the runs of n destination positions, step apart, each of which
// has its sources fromStep further than the last. taps returns a position's taps,
// in ascending order, with their sources.
func convRuns(n, step, fromStep int, taps func(position int) []convTap) (runs []convRun) {
	for phase := range min(step, n) {
		open := false
		for at := phase; at < n; at += step {
			r := convRun{first: at, step: step, count: 1, fromStep: fromStep, taps: taps(at)}
			r.rebase()
			if open && slices.Equal(runs[len(runs)-1].taps, r.taps) {
				runs[len(runs)-1].count++
				continue
			}
			runs, open = append(runs, r), true
		}
	}
	return runs
}

// rebase makes the distances of a position's taps relative to the first.
func (r *convRun) rebase() {
	if len(r.taps) == 0 {
		return
	}
	r.from = r.taps[0].distance
	for i := range r.taps {
		r.taps[i].distance -= r.from
	}
}

// toSmall lists the runs of the small side.
func (a ConvAxis) toSmall() []convRun {
	return convRuns(a.Small, 1, a.Stride, func(i int) (taps []convTap) {
		for k := range a.Kernel {
			if j, ok := a.large(i, k); ok {
				taps = append(taps, convTap{k, j})
			}
		}
		return taps
	})
}

// toLarge lists the runs of the large side. The packed taps are reversed, so that
// ascending ones meet ascending positions.
func (a ConvAxis) toLarge() []convRun {
	return convRuns(a.Large, a.Stride, 1, func(j int) (taps []convTap) {
		for k := a.Kernel - 1; k >= 0; k-- {
			if i, ok := a.small(j, k); ok {
				taps = append(taps, convTap{a.Kernel - 1 - k, i})
			}
		}
		return taps
	})
}

// within returns the range of the run's positions that lie in [lo, hi).
func (r *convRun) within(lo, hi int) (from, to int) {
	from = max(0, (lo-r.first+r.step-1)/r.step)
	to = min(r.count, (hi-r.first+r.step-1)/r.step)
	if lo <= r.first {
		from = 0
	}
	if hi <= r.first {
		to = 0
	}
	return from, max(from, to)
}
