package plots

import (
	"math"
	"strconv"
	"strings"
)

// tick is a mark on an axis; ticks without a label are minor.
type tick struct {
	value float64
	label string
}

// ticks returns at most about want labelled ticks inside the fitted range.
func (a *axis) ticks(want int) []tick {
	switch {
	case len(a.categories) > 0:
		return a.categoryTicks()
	case a.log:
		return logTicks(a.lo, a.hi, want)
	}
	return linearTicks(a.lo, a.hi, want, a.whole)
}

func (a *axis) categoryTicks() []tick {
	ts := make([]tick, len(a.categories))
	for i, name := range a.categories {
		ts[i] = tick{float64(i), name}
	}
	return ts
}

// linearTicks marks the multiples of a step of 1, 2, 2.5 or 5 times a power of ten.
func linearTicks(lo, hi float64, want int, whole bool) []tick {
	step, decimals := niceStep((hi - lo) / float64(max(want, 1)))
	if whole && step != math.Trunc(step) {
		step, decimals = max(1, 2*step), 0 // 2.5 becomes 5
	}
	big := max(math.Abs(lo), math.Abs(hi))
	scientific := big >= 1e6 || big < 2e-4
	var ts []tick
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+1e-9*step && len(ts) < 100; i++ {
		v := i * step
		label := withMinus(strconv.FormatFloat(v, 'f', decimals, 64))
		if scientific {
			label = shortFloat(v)
		}
		if i == 0 {
			v, label = 0, "0"
		}
		ts = append(ts, tick{v, label})
	}
	return ts
}

// niceStep rounds a step up to 1, 2, 2.5 or 5 times a power of ten and returns the decimals needed
// to write its multiples.
func niceStep(least float64) (step float64, decimals int) {
	power := math.Floor(math.Log10(least))
	base := math.Pow(10, power)
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if m*base >= least*(1-1e-9) {
			decimals = max(0, int(-power))
			switch m {
			case 2.5:
				decimals = max(0, int(1-power))
			case 10:
				decimals = max(0, int(-power-1))
			}
			return m * base, decimals
		}
	}
	return 10 * base, max(0, int(-power-1))
}

// logTicks labels powers of ten, or 1, 2 and 5 times them where the range is short; the other
// whole multiples are minor ticks. A range without such a number falls back to linear ticks.
func logTicks(lo, hi float64, want int) []tick {
	first, last := int(math.Floor(math.Log10(lo))), int(math.Ceil(math.Log10(hi)))
	stride := max(1, int(math.Ceil(float64(last-first)/float64(max(want, 1)))))
	dense := hi/lo <= 100 && want >= 4
	var ts []tick
	labelled := 0
	for e := first; e <= last; e++ {
		for m := 1; m <= 9; m++ {
			v := float64(m) * math.Pow(10, float64(e))
			if v < lo*(1-1e-9) || v > hi*(1+1e-9) {
				continue
			}
			t := tick{value: v}
			if m == 1 && e%stride == 0 || dense && (m == 2 || m == 5) {
				t.label = shortFloat(v)
				labelled++
			}
			if t.label != "" || stride == 1 {
				ts = append(ts, t)
			}
		}
	}
	if labelled < 2 {
		return linearTicks(lo, hi, want, false)
	}
	return ts
}

// shortFloat writes v in at most six digits, with an exponent only where it is far from 1.
func shortFloat(v float64) string {
	if abs := math.Abs(v); v == 0 || abs >= 1e-4 && abs < 1e6 {
		return withMinus(strconv.FormatFloat(rounded(v, 6), 'f', -1, 64))
	}
	s := strconv.FormatFloat(v, 'e', 3, 64)
	mantissa, exponent, _ := strings.Cut(s, "e")
	mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	n, _ := strconv.Atoi(exponent)
	return withMinus(mantissa + "e" + strconv.Itoa(n))
}

// withMinus writes the true minus sign, which is as wide as a plus.
func withMinus(s string) string { return strings.ReplaceAll(s, "-", "−") }

// rounded returns v with the given number of significant digits.
func rounded(v float64, digits int) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	if err != nil {
		return v
	}
	return r
}
