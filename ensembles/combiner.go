package ensembles

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/registry"
)

// Combiner makes one prediction of the members'. It is a plain value, such as
// Mean{}. A combiner of one's own implements Combiner and is named by
// [RegisterCombiner] so that files can hold it.
type Combiner interface {
	// Check fails if the combiner cannot combine that many members.
	Check(members int) error
	// Combine returns a row for each row of the members' predictions, which have
	// the same size and are left as they are. x are the rows that were predicted
	// for, nil where the caller has only the predictions. It may run in several
	// goroutines at once, on different rows.
	Combine(x *mat.Dense, members []*mat.Dense) (*mat.Dense, error)
}

// Subsetter is a [Combiner] that can combine some of its members as well, in the
// given order: what [Ensemble.BySize] and [Ensemble.Take] need.
type Subsetter interface {
	Combiner
	Subset(members []int) Combiner
}

// combiners is the table of named combiners.
var combiners = registry.New[Combiner]("combiner").RegisteredBy("ensembles.RegisterCombiner")

// RegisterCombiner names a combiner type, so that files can hold it: zero is a
// value of the type. It panics if the name is taken by another type.
func RegisterCombiner(name string, zero Combiner) { combiners.Register(name, zero) }

// Mean predicts Σ p_i/n, the mean of the members' predictions: of numbers in a
// regression, and of the classes' probabilities in a classification, which is
// called soft voting.
type Mean struct{}

// Check implements [Combiner]; any number of members but none will do.
func (Mean) Check(members int) error { return checkMembers(members) }

// Subset implements [Subsetter].
func (m Mean) Subset([]int) Combiner { return m }

// Combine implements [Combiner].
func (Mean) Combine(_ *mat.Dense, members []*mat.Dense) (*mat.Dense, error) {
	out := mat.DenseCopyOf(members[0])
	dst := out.RawMatrix().Data
	for _, m := range members[1:] {
		for i, v := range numbers(m) {
			dst[i] += v
		}
	}
	for i := range dst {
		dst[i] /= float64(len(members))
	}
	return out, nil
}

// Median predicts the median of the members' predictions, output by output: a
// member that is far off does not count. For a regression; the medians of
// probabilities need not sum to 1.
type Median struct{}

// Check implements [Combiner].
func (Median) Check(members int) error { return checkMembers(members) }

// Subset implements [Subsetter].
func (m Median) Subset([]int) Combiner { return m }

// Combine implements [Combiner].
func (Median) Combine(_ *mat.Dense, members []*mat.Dense) (*mat.Dense, error) {
	out := mat.DenseCopyOf(members[0])
	dst := out.RawMatrix().Data
	values, from := make([]float64, len(members)), make([][]float64, len(members))
	for k, m := range members {
		from[k] = numbers(m)
	}
	for i := range dst {
		for k := range from {
			values[k] = from[k][i]
		}
		slices.Sort(values)
		dst[i] = fmath.Median(values)
	}
	return out, nil
}

// numbers returns the numbers of m row after row: its own memory, unless m is some
// columns of another matrix.
func numbers(m *mat.Dense) []float64 {
	if raw := m.RawMatrix(); raw.Stride == raw.Cols {
		return raw.Data
	}
	return mat.DenseCopyOf(m).RawMatrix().Data
}

func checkMembers(members int) error {
	if members < 1 {
		return errNoMembers
	}
	return nil
}

// sameNumber fails unless there is one of something for each member.
func sameNumber(what string, got, members int) error {
	if got != members {
		return fmt.Errorf("%d %s for %d members", got, what, members)
	}
	return checkMembers(members)
}

func init() {
	RegisterCombiner("Mean", Mean{})
	RegisterCombiner("Median", Median{})
	RegisterCombiner("Vote", Vote{})
	RegisterCombiner("Weighted", Weighted{})
}
