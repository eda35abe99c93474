package pipeline

import (
	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/metrics"
)

// scoreBaseline scores, on the test targets, what is best without looking at the
// features: the share of each class among the training targets, or their mean.
func (p *Pipeline) scoreBaseline(train, test *mat.Dense) (Scores, error) {
	guess := p.guess(train)
	rows, _ := test.Dims()
	out := mat.NewDense(rows, len(guess), nil)
	for i := range rows {
		out.SetRow(i, guess)
	}
	scores, err := scoresFor(p.Encoder.Task(), out, test)
	if err != nil {
		return nil, err
	}
	return append(scores, metrics.Score{Name: "loss", Direction: curves.Minimize, Value: p.lossOf(scores, out, test)}), nil
}

// guess returns the outputs of the baseline for any row.
func (p *Pipeline) guess(train *mat.Dense) []float64 {
	n, _ := train.Dims()
	if !p.classification() {
		sum := 0.0
		for i := range n {
			sum += train.At(i, 0)
		}
		return []float64{sum / float64(n)}
	}
	share := make([]float64, len(p.Encoder.Classes()))
	for i := range n {
		share[int(train.At(i, 0))] += 1 / float64(n)
	}
	return share[len(share)-p.outputCount():]
}

// lossOf returns the data loss, without penalties, of outputs for targets, both in the
// target's unit, and their scores: log loss, or the squared error in the scaled
// target's unit.
func (p *Pipeline) lossOf(s Scores, out, y *mat.Dense) float64 {
	switch {
	case p.classification():
		loss, _ := s.Get(metrics.LogLoss{}.Name())
		return loss
	case p.bent():
		return meanSquare(p.Target.ApplyMatrix(out), p.Target.ApplyMatrix(y))
	}
	rmse, _ := s.Get(metrics.RMSE{}.Name())
	if p.Target != nil && p.Target.Scale != nil {
		rmse /= p.Target.Scale[0]
	}
	return rmse * rmse
}

// bent reports whether the target's scaling is no straight line, so that an error does
// not scale with it.
func (p *Pipeline) bent() bool { return p.Target != nil && p.Target.Power != nil }

// meanSquare returns the mean of the squared differences of two columns.
func meanSquare(a, b *mat.Dense) float64 {
	n, _ := a.Dims()
	squares := make([]float64, n)
	for i := range squares {
		d := a.At(i, 0) - b.At(i, 0)
		squares[i] = float64(d * d)
	}
	return fmath.Mean(squares)
}
