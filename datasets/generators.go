package datasets

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/npyrandom"
)

// Generator describes a data set that is drawn from a seed: [Blobs], [Circles],
// [Moons], [Regression].
//
// Rows, labels and values equal those of scikit-learn 1.2's make_blobs,
// make_circles, make_moons and make_regression for the same arguments and
// random_state: the same draws in the same order, and every value to
// |difference| ≤ 1e-12·max(1, |value|). goodfit's own values are the same bits
// on every machine. A seed of 2³² or more, which scikit-learn does not take,
// stands for RandomState([low 32 bits, high 32 bits]).
type Generator interface {
	// Check reports the first argument that Make cannot take.
	Check() error
	// Make draws the data set. It panics with the error of Check, so arguments
	// that come from outside the program are checked first.
	Make() *Dataset
}

// defaultSamples is the number of rows where none is given.
const defaultSamples = 100

// evenCounts cuts n rows into parts; the first parts get what is left over.
func evenCounts(n, parts int) []int {
	counts := make([]int, parts)
	for i := range counts {
		counts[i] = n / parts
		if i < n%parts {
			counts[i]++
		}
	}
	return counts
}

// classColumn returns the target column of counts[0] zeros, counts[1] ones, ….
func classColumn(counts []int) *mat.Dense {
	rows := 0
	for _, n := range counts {
		rows += n
	}
	y := make([]float64, 0, rows)
	for class, n := range counts {
		for range n {
			y = append(y, float64(class))
		}
	}
	return mat.NewDense(len(y), 1, y)
}

// addNoise adds Gaussian noise to every value, row by row.
func addNoise(m *mat.Dense, std float64, draw *npyrandom.State) {
	values := m.RawMatrix().Data // generators fill whole rows
	for i := range values {
		values[i] += float64(std * draw.Normal())
	}
}

func mustBeFine(err error) {
	if err != nil {
		panic(err)
	}
}

// atLeast reports a whole number below its least value.
func atLeast(generator, field string, value, least int) error {
	if value < least {
		return fmt.Errorf("datasets: %s: %s is %d, want at least %d", generator, field, value, least)
	}
	return nil
}

// spread reports a standard deviation that is negative or not finite.
func spread(generator, field string, value float64) error {
	if !(value >= 0) || math.IsInf(value, 0) {
		return fmt.Errorf("datasets: %s: %s is %g, want a finite number of at least 0", generator, field, value)
	}
	return nil
}

// finite reports a value that is NaN or infinite.
func finite(generator, field string, value float64) error {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return fmt.Errorf("datasets: %s: %s is %g, want a finite number", generator, field, value)
	}
	return nil
}

func firstError(errors ...error) error {
	for _, err := range errors {
		if err != nil {
			return err
		}
	}
	return nil
}
