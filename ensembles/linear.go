package ensembles

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// Link turns the scores of [Linear] into predictions.
type Link string

// The links.
const (
	IdentityLink Link = ""        // the scores
	SigmoidLink  Link = "sigmoid" // 1/(1+e⁻ˢ) of each
	SoftmaxLink  Link = "softmax" // eˢ over the sum of eˢ
)

// Linear predicts Link(Coefficients·z + Intercepts), where z are the members'
// predictions side by side, member after member, and the features behind them if
// PassThrough: what [LogisticRegression] and [LinearRegression] learn.
type Linear struct {
	Coefficients [][]float64 // a row for each output, a value for each number of z
	Intercepts   []float64   // one for each output
	Link         Link
	PassThrough  bool
}

// Check implements [Combiner]. It fails if a row is missing or of another length
// than the first, or a number is not finite.
func (l Linear) Check(members int) error {
	if err := checkMembers(members); err != nil {
		return err
	}
	if len(l.Coefficients) == 0 || len(l.Coefficients) != len(l.Intercepts) {
		return fmt.Errorf("%d rows of coefficients and %d intercepts, want one of each for each output", len(l.Coefficients), len(l.Intercepts))
	}
	for i, row := range l.Coefficients {
		if len(row) != len(l.Coefficients[0]) || !l.PassThrough && len(row)%members != 0 || len(row) < members {
			return fmt.Errorf("output %d has %d coefficients for %d members", i, len(row), members)
		}
		for _, v := range append(row[:len(row):len(row)], l.Intercepts[i]) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("output %d has the coefficient %g, want a finite number", i, v)
			}
		}
	}
	switch l.Link {
	case IdentityLink, SigmoidLink, SoftmaxLink:
		return nil
	}
	return fmt.Errorf("the link %q is unknown", l.Link)
}

// Combine implements [Combiner].
func (l Linear) Combine(x *mat.Dense, members []*mat.Dense) (*mat.Dense, error) {
	if l.PassThrough && x == nil {
		return nil, errors.New("Linear with PassThrough needs the rows, and not the predictions alone")
	}
	z := sideBySide(x, members, l.PassThrough)
	rows, width := z.Dims()
	if width != len(l.Coefficients[0]) {
		return nil, fmt.Errorf("Linear has %d coefficients for %d numbers", len(l.Coefficients[0]), width)
	}
	out := mat.NewDense(rows, len(l.Intercepts), nil)
	for i := range rows {
		to := out.RawRowView(i)
		for j, w := range l.Coefficients {
			to[j] = fmath.Dot(z.RawRowView(i), w) + l.Intercepts[j]
		}
		l.Link.apply(to)
	}
	return out, nil
}

// apply turns a row of scores into predictions.
func (l Link) apply(s []float64) {
	switch l {
	case SigmoidLink:
		for j, v := range s {
			s[j] = fmath.Sigmoid(v)
		}
	case SoftmaxLink:
		top := math.Inf(-1)
		for _, v := range s {
			top = max(top, v)
		}
		for j, v := range s {
			s[j] = fmath.Exp(v - top)
		}
		sum := fmath.Sum(s)
		for j := range s {
			s[j] /= sum
		}
	}
}

func init() { RegisterCombiner("Linear", Linear{}) }
