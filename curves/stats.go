package curves

import (
	"math"
	"slices"
)

// Everything here uses only operations that IEEE 754 rounds exactly and keeps products apart from
// sums, so that a diagnosis is the same on every platform.

// median returns the middle of the values, NaN for none; it does not change them.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	mid := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[mid]
	}
	return sorted[mid-1]/2 + sorted[mid]/2
}

// mean returns the arithmetic mean, NaN for no values.
func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v / float64(len(values))
	}
	if len(values) == 0 {
		return math.NaN()
	}
	return sum
}

// deviation returns the sample standard deviation, 0 for fewer than two values.
func deviation(values []float64) float64 {
	if len(values) < 2 {
		return 0
	}
	m, sum := mean(values), 0.0
	for _, v := range values {
		sum += float64((v - m) * (v - m))
	}
	return math.Sqrt(sum / float64(len(values)-1))
}

// noise estimates the standard deviation of the noise on a smooth curve from its second
// differences d = y[i-1] - 2·y[i] + y[i+1], whose deviation is √6 times that of the noise:
// median|d| / 0.6745 / √6. The median keeps spikes and steps out, the second difference a trend.
// It is 0 for fewer than three values.
func noise(values []float64) float64 {
	return float64(2 / 0.6745 / math.Sqrt(6) * quantile(bends(values), 0.5))
}

// calmNoise is noise by the quartile of the differences: less certain, but right even where more
// than half of them are bends in the shape of a short curve.
func calmNoise(values []float64) float64 {
	return float64(2 / 0.3186 / math.Sqrt(6) * quantile(bends(values), 0.25))
}

// bends returns half the sizes of the second differences, a single 0 for fewer than three values.
func bends(values []float64) []float64 {
	if len(values) < 3 {
		return []float64{0}
	}
	d := make([]float64, len(values)-2)
	for i := range d {
		d[i] = math.Abs(values[i]/2 - values[i+1] + values[i+2]/2)
	}
	return d
}

// line is the least squares fit of a straight line through the values at 0, 1, 2, …
type line struct {
	level float64 // of the line at the last value
	slope float64 // per step
	err   float64 // standard error of the slope
	rest  float64 // standard deviation of the residuals
}

// fitLine fits a line; with fewer than three values its errors are 0. The standard error allows for
// residuals that hang together: it is widened by √((1+ρ)/(1-ρ)), ρ being their correlation with
// their neighbours.
func fitLine(values []float64) line {
	n := float64(len(values))
	if len(values) == 0 {
		return line{level: math.NaN()}
	}
	m, center := mean(values), (n-1)/2
	sxy, sxx := 0.0, 0.0
	for i, v := range values {
		dx := float64(i) - center
		sxy += float64(dx * (v - m))
		sxx += float64(dx * dx)
	}
	var l line
	if sxx > 0 {
		l.slope = sxy / sxx
	}
	l.level = m + float64(l.slope*center)
	if len(values) < 3 {
		return l
	}
	residuals := make([]float64, len(values))
	sum, neighbours := 0.0, 0.0
	for i, v := range values {
		residuals[i] = v - m - float64(l.slope*(float64(i)-center))
		sum += float64(residuals[i] * residuals[i])
		if i > 0 {
			neighbours += float64(residuals[i] * residuals[i-1])
		}
	}
	l.rest = math.Sqrt(sum / (n - 2))
	l.err = l.rest / math.Sqrt(sxx)
	if sum > 0 {
		rho := min(max(neighbours/sum, 0), 0.9)
		l.err *= math.Sqrt((1 + rho) / (1 - rho))
	}
	return l
}

// smooth returns the mean of each value and its neighbours up to half steps away on either side; at
// the ends the window shrinks to what lies evenly on both sides, so that a trend is not bent.
func smooth(values []float64, half int) []float64 {
	out := make([]float64, len(values))
	for i := range values {
		h := min(half, i, len(values)-1-i)
		out[i] = mean(values[i-h : i+h+1])
	}
	return out
}

// quantile returns the value at the share q of the sorted values, linear between neighbours.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	at := float64(q * float64(len(sorted)-1))
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	part := at - float64(i)
	return float64(sorted[i]*(1-part)) + float64(sorted[i+1]*part)
}

// normalCDF is the standard normal distribution function, to 2.5e-4, in operations that are the same
// on every platform: Abramowitz and Stegun (1964), 26.2.18. It is 0.5 for NaN.
func normalCDF(x float64) float64 {
	if math.IsNaN(x) {
		return 0.5
	}
	if x < 0 {
		return 1 - normalCDF(-x)
	}
	x = min(x, 10)
	p := 0.000344 + float64(0.019527*x)
	p = 0.115194 + float64(p*x)
	p = 0.196854 + float64(p*x)
	p = 1 + float64(p*x)
	p *= p
	return 1 - 0.5/float64(p*p)
}

// largestOf returns the expected largest of m independent standard normal numbers, 0 for one or
// fewer: the value whose normalCDF is (m-0.375)/(m+0.25) (Blom 1958).
func largestOf(m float64) float64 {
	if !(m > 1) {
		return 0
	}
	low, high := 0.0, 10.0
	for range 50 {
		if mid := (low + high) / 2; normalCDF(mid) < (m-0.375)/(m+0.25) {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}
