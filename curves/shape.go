package curves

import "math"

// curve is a series as Diagnose looks at it: the finite values in their order, turned so that lower
// is better, with the epoch of each.
type curve struct {
	epochs []int
	y      []float64
	// best is the best value there can be, turned as y; NaN if it is not known.
	best float64
}

// newCurve leaves out what was not measured or is infinite and turns a maximized series upside down.
func newCurve(values []float64, d Direction) curve {
	c := curve{epochs: make([]int, 0, len(values)), y: make([]float64, 0, len(values)), best: math.NaN()}
	for e, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		if d == Maximize {
			v = -v
		}
		c.epochs, c.y = append(c.epochs, e), append(c.y, v)
	}
	return c
}

// from returns the points at and after an epoch.
func (c curve) from(epoch int) curve {
	i := 0
	for i < len(c.epochs) && c.epochs[i] < epoch {
		i++
	}
	return curve{c.epochs[i:], c.y[i:], c.best}
}

// before returns the points before an epoch.
func (c curve) before(epoch int) curve {
	i := len(c.y) - len(c.from(epoch).y)
	return curve{c.epochs[:i], c.y[:i], c.best}
}

// tail returns the last share of the values, at least three of them if there are so many.
func (c curve) tail(share float64) []float64 {
	n := max(int(share*float64(len(c.y))), 3)
	return c.y[max(0, len(c.y)-n):]
}

// end returns the level at the end: the mean of the last tenth.
func (c curve) end() float64 { return mean(c.tail(0.1)) }

// outlier is how many times worse than its successor, counted from the best possible value, one of
// the first two values must be to count as an accident of the first steps.
const outlier = 100

// start returns the level at which the curve starts: the first value that is no outlier.
func (c curve) start() float64 { return c.y[c.outliers()] }

// outliers returns the number of outliers at the start.
func (c curve) outliers() int {
	i := 0
	for i < 2 && i+3 < len(c.y) && c.y[i]-c.best > outlier*(c.y[i+1]-c.best) {
		i++
	}
	return i
}

// swing is the noise of the curve's second half.
func (c curve) swing() float64 { return noise(c.tail(0.5)) }

// fall describes how the curve falls at its end, in its own units, positive downwards.
type fall struct {
	last     float64 // over the last quarter
	previous float64 // over the quarter before it
	err      float64 // standard error of last
}

// falling fits lines to the last two quarters of the curve. A quarter has at least four points; a
// curve of fewer than four points does not fall.
func (c curve) falling() fall {
	n := len(c.y)
	if n < 4 {
		return fall{}
	}
	w := max(min(4, n-1), n/4)
	steps := float64(w)
	last := fitLine(c.y[n-w:])
	return fall{
		last:     -last.slope * steps,
		previous: -fitLine(c.y[max(0, n-2*w+1):n-w+1]).slope * steps,
		err:      last.err * steps,
	}
}

// steepest is the highest ratio of two successive quarters' falls that is believed, so that a
// straight line does not fall for ever.
const steepest = 0.95

// remaining estimates what the curve would still fall if every further quarter fell by the ratio r
// of the last one to the one before it: last·(r + r² + …) = last·r/(1-r).
func (f fall) remaining() float64 {
	if f.last <= 0 {
		return 0
	}
	r := steepest
	if f.previous > 0 {
		r = min(f.last/f.previous, steepest)
	}
	return f.last * r / (1 - r)
}

// turn describes how a curve rises after its lowest point.
type turn struct {
	index int     // of the lowest point of the smoothed curve
	low   float64 // its level
	rise  float64 // from there to the level of what comes after it in the last tenth, 0 if nothing does
	err   float64 // standard error of rise
	luck  float64 // by how much the lowest of the points in span is expected to be low by chance
	span  [2]int  // first and last index of the points that noise does not tell from the lowest
	onset int     // index from which the curve stays above the lowest by more than the noise, -1 if it does not
}

// turning looks for the lowest point of the curve, smoothed until the noise is a fortieth of the
// curve's range or the window an eighth of its length.
func (c curve) turning() turn {
	n := len(c.y)
	sigma := max(noise(c.y), c.swing())
	if n < 16 {
		sigma = calmNoise(c.y)
	}
	spread := quantile(c.y, 0.95) - quantile(c.y, 0.05)
	half := 0
	for half < n/16 && half < 250 && sigma/math.Sqrt(float64(2*half+1)) > spread/40 {
		half++
	}
	s := smooth(c.y, half)
	t := turn{onset: -1}
	width := func(i int) float64 { return float64(2*min(half, i, n-1-i) + 1) }
	lowest := math.Inf(1)
	for i, v := range s { // two standard errors keep the ends, where the window is short, from winning by chance
		if v += 2 * sigma / math.Sqrt(width(i)); v < lowest {
			t.index, lowest = i, v
		}
	}
	t.low = s[t.index]
	if after := c.y[max(t.index+1, n-len(c.tail(0.1))):]; len(after) > 0 {
		t.rise = mean(after) - t.low
	}
	t.err = sigma * math.Sqrt(1/width(t.index)+1/float64(len(c.tail(0.1))))
	for i := n - 1; i > t.index; i-- {
		if s[i]-t.low <= 2*sigma*math.Sqrt(1/width(i)+1/width(t.index)) {
			break
		}
		t.onset = i
	}
	t.span = [2]int{t.index, t.index}
	for i, v := range s {
		if v-t.low <= sigma*math.Sqrt(1/width(i)+1/width(t.index)) {
			t.span[0], t.span[1] = min(t.span[0], i), max(t.span[1], i)
		}
	}
	windows := float64(t.span[1]-t.span[0]+1) / width(t.index)
	t.luck = sigma / math.Sqrt(width(t.index)) * largestOf(windows)
	return t
}

// plateau returns the first index from which the curve, smoothed, stays within a twentieth of its
// total fall above its level at the end, or within its noise; -1 if that is only at its very end.
func (c curve) plateau(fall float64) int {
	n := len(c.y)
	band := max(math.Abs(fall)/20, 2*c.swing())
	s, end := smooth(c.y, min(n/16, 250)), c.end()
	first := n
	for first > 0 && math.Abs(s[first-1]-end) <= band {
		first--
	}
	if first > n-1-n/8 {
		return -1
	}
	return first
}
