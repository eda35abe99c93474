package plots

import "math"

// axis is one dimension of a panel: first it collects the data's range, then fit fixes lo and hi.
type axis struct {
	label      string
	log        bool
	tight      bool     // the range ends at the data
	zero       bool     // the range includes 0, and ends there
	whole      bool     // only whole numbers get ticks
	hideLabels bool     // a neighbour shows the same tick labels
	categories []string // names at 0, 1, 2, …
	flip       bool     // the first value is at the far end
	seen       bool
	lo, hi     float64
}

// Values beyond huge count as infinite, so that differences of values stay finite; a range shorter
// than tiny counts as one value.
const (
	huge = 1e300
	tiny = 1e-290
)

func finite(v float64) bool { return math.Abs(v) <= huge }

// drawable reports whether the axis has a place for v.
func (a *axis) drawable(v float64) bool { return finite(v) && (!a.log || v > tiny) }

// include widens the range to the drawable values among vs.
func (a *axis) include(vs ...float64) {
	for _, v := range vs {
		switch {
		case !a.drawable(v):
		case !a.seen:
			a.lo, a.hi, a.seen = v, v, true
		default:
			a.lo, a.hi = min(a.lo, v), max(a.hi, v)
		}
	}
}

// join makes the range cover the other axis' range too.
func (a *axis) join(b *axis) {
	if b.seen {
		a.include(b.lo, b.hi)
	}
}

// fit turns the range of the data into the range of the axis: 4 % of room at both ends, and a
// width above 0 for data of one value.
func (a *axis) fit() {
	if n := len(a.categories); n > 0 {
		a.lo, a.hi, a.seen = -0.5, float64(n)-0.5, true
		return
	}
	if a.zero && !a.log {
		a.include(0)
	}
	lo, hi := a.scaled(a.lo), a.scaled(a.hi)
	if hi-lo <= max(1e-12*max(math.Abs(lo), math.Abs(hi)), tiny) {
		half := a.halfWidth(lo)
		lo, hi = lo-half, hi+half
		a.lo, a.hi = a.unscaled(lo), a.unscaled(hi)
		return
	}
	if a.tight {
		return
	}
	pad := 0.04 * (hi - lo)
	if a.lo != 0 || !a.zero {
		a.lo = a.unscaled(lo - pad)
	}
	if a.hi != 0 || !a.zero {
		a.hi = a.unscaled(hi + pad)
	}
}

// halfWidth is half the range shown around a single value, on the axis' scale.
func (a *axis) halfWidth(at float64) float64 {
	switch {
	case a.log:
		return 0.5
	case a.whole:
		return max(0.5, 1e-6*math.Abs(at)) // 0.5 alone is lost beside 2⁵³
	case math.Abs(at) <= tiny:
		return 1
	}
	return 0.1 * math.Abs(at)
}

// scaled maps a value to the scale on which the axis is even.
func (a *axis) scaled(v float64) float64 {
	if a.log {
		return math.Log10(v)
	}
	return v
}

func (a *axis) unscaled(s float64) float64 {
	if a.log {
		return math.Pow(10, s)
	}
	return s
}

// place is the position of v along the axis, 0 at its start and 1 at its end.
func (a *axis) place(v float64) float64 {
	lo, hi := a.scaled(a.lo), a.scaled(a.hi)
	p := (a.scaled(v) - lo) / (hi - lo)
	if a.flip {
		return 1 - p
	}
	return p
}
