package datasets

import (
	"math"
	"slices"
)

// statsOf returns the statistics of at least one finite number.
func statsOf(values []float64) NumberStats {
	s := NumberStats{Min: slices.Min(values), Max: slices.Max(values), Mean: meanOf(values), Whole: true}
	// Numbers beyond 2⁵⁰⁰ are scaled so that their squares stay finite.
	scale := 1.0
	if math.Max(math.Abs(s.Min), math.Abs(s.Max)) > 0x1p500 {
		scale = 0x1p-600
	}
	var squares compensated
	for _, x := range values {
		d := float64(x*scale) - float64(s.Mean*scale)
		squares.add(float64(d * d))
		s.Whole = s.Whole && x == math.Floor(x)
	}
	s.Std = math.Min(math.Sqrt(squares.sum()/float64(len(values)))/scale, math.MaxFloat64)
	return s
}

// meanOf returns the mean of at least one finite number; it is finite and no
// less than the least and no more than the greatest of them.
func meanOf(values []float64) float64 {
	scale := 1.0
	lo, hi := slices.Min(values), slices.Max(values)
	if math.Max(math.Abs(lo), math.Abs(hi)) > 0x1p500 {
		scale = 0x1p-600
	}
	var total compensated
	for _, x := range values {
		total.add(float64(x * scale))
	}
	return min(max(total.sum()/float64(len(values))/scale, lo), hi)
}

// medianOf returns the median of at least one number: the middle one, or the mean
// of the two in the middle.
func medianOf(values []float64) float64 {
	v := slices.Clone(values)
	half := len(v) / 2
	partialSort(v, half)
	if len(v)%2 == 1 {
		return v[half]
	}
	return meanOf([]float64{slices.Max(v[:half]), v[half]})
}

// partialSort puts the element that sorting would put at place k there, with no
// greater one before it and no lesser one after it (Hoare's quickselect).
func partialSort(v []float64, k int) {
	for rounds := 0; len(v) > 12; rounds++ {
		if rounds > 64 {
			break // an order that defeats the choice of pivots
		}
		i, j := partition(v)
		switch {
		case k <= j:
			v = v[:j+1]
		case k >= i:
			v, k = v[i:], k-i
		default:
			return
		}
	}
	slices.Sort(v)
}

// partition orders v so that v[:i] ≤ pivot ≤ v[j+1:], j < i, with the median of
// three elements as pivot.
func partition(v []float64) (i, j int) {
	three := []float64{v[0], v[len(v)/2], v[len(v)-1]}
	slices.Sort(three)
	pivot := three[1]
	i, j = 0, len(v)-1
	for i <= j {
		for v[i] < pivot {
			i++
		}
		for v[j] > pivot {
			j--
		}
		if i <= j {
			v[i], v[j] = v[j], v[i]
			i++
			j--
		}
	}
	return i, j
}

// modeOf returns the most frequent of at least one number, the least of several.
func modeOf(values []float64) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	mode, most := sorted[0], 0
	for start := 0; start < len(sorted); {
		end := start + 1
		for end < len(sorted) && sorted[end] == sorted[start] {
			end++
		}
		if end-start > most {
			mode, most = sorted[start], end-start
		}
		start = end
	}
	return mode
}

// compensated is a sum that carries its rounding error along (Neumaier, 1974), so
// that a mean of a million numbers is exact to a few units in the last place.
type compensated struct{ total, lost float64 }

func (c *compensated) add(x float64) {
	t := c.total + x
	if math.Abs(c.total) >= math.Abs(x) {
		c.lost += (c.total - t) + x
	} else {
		c.lost += (x - t) + c.total
	}
	c.total = t
}

func (c *compensated) sum() float64 { return c.total + c.lost }
