package studies

import (
	"fmt"
	"strings"

	"github.com/goodfit-ml/goodfit/experiments"
)

// Mean is the mean of the values that are finite.
func Mean(values []float64) float64 { return experiments.Summarize(values).Mean }

// SD is the standard deviation of the values that are finite, with the divisor
// n−1.
func SD(values []float64) float64 { return experiments.Summarize(values).SD }

// Share is the share of the values that are at least the given one.
func Share(values []float64, atLeast float64) float64 {
	n := 0
	for _, v := range values {
		if v >= atLeast {
			n++
		}
	}
	return float64(n) / float64(len(values))
}

// Negated lists −v, to count with [Share] how many are at most a limit.
func Negated(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = -v
	}
	return out
}

// Listed writes numbers, each in the given format of package fmt, with commas
// between them.
func Listed(format string, values []float64) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprintf(format, v)
	}
	return strings.Join(texts, ", ")
}
