package ensembles

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/solve"
	"github.com/goodfit-ml/goodfit/metrics"
)

// LeastSquares finds the weights w ≥ 0, Σ w = 1, for which the squared error of
// the weighted mean is smallest, in one step: the mean squared error of a
// regression, the Brier score of a classification (Breiman 1996, Stacked
// regressions). It is of no use under another metric: Weights fails if one is
// given, and does not look at the loss.
type LeastSquares struct{}

// Weights implements [Search].
func (LeastSquares) Weights(ctx context.Context, p *Predictions, m metrics.Metric) ([]float64, error) {
	if m != nil {
		return nil, fmt.Errorf("ensembles: LeastSquares finds the least squared error; leave out the metric %s, or use another search", m.Name())
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	target, err := p.targets()
	if err != nil {
		return nil, err
	}
	n, outputs := len(numbers(p.Members[0])), p.scorer.spec.Outputs
	a := mat.NewDense(n, len(p.Members), nil)
	for k, y := range p.Members {
		for i, v := range numbers(y) {
			a.Set(i, k, p.rootWeight(i/outputs)*v)
		}
	}
	for i := range target {
		target[i] *= p.rootWeight(i / outputs)
	}
	w, err := solve.SimplexLeastSquares(a, target)
	if err != nil {
		return nil, fmt.Errorf("ensembles: %w", err)
	}
	return w, nil
}

// rootWeight returns the square root of a row's weight.
func (p *Predictions) rootWeight(row int) float64 {
	if p.scorer.weights == nil {
		return 1
	}
	return math.Sqrt(float64(p.scorer.weights[row]))
}

// targets returns a target for each prediction, row after row: class indices
// become one-hot.
func (p *Predictions) targets() ([]float64, error) {
	s := p.scorer.spec
	if s.Targets == s.Outputs {
		return widened(nil, p.scorer.target), nil
	}
	if s.Targets != 1 {
		return nil, fmt.Errorf("ensembles: %d targets for %d outputs, want 1 or as many", s.Targets, s.Outputs)
	}
	out := make([]float64, p.Rows()*s.Outputs)
	for i, t := range p.scorer.target {
		c := int(t)
		if float32(c) != t || c < 0 || c >= s.Outputs {
			return nil, fmt.Errorf("ensembles: row %d has target %g, want a class from 0 to %d", i, t, s.Outputs-1)
		}
		out[i*s.Outputs+c] = 1
	}
	return out, nil
}
