package metrics

import (
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// LogLoss is the mean of −log of the probability that was given to the item's
// class, probabilities clipped to [1e-7, 1−1e-7]. Outputs are probabilities: one
// for the positive class, or one for each class.
type LogLoss struct{}

// Name returns "log_loss".
func (LogLoss) Name() string { return "log_loss" }

// Direction returns curves.Minimize.
func (LogLoss) Direction() curves.Direction { return curves.Minimize }

// Meter fails if the targets are not classes.
func (LogLoss) Meter(s Spec) (Meter, error) { return newMean(s, s.classSizes(), logLoss) }

func logLoss(p, t []float32) float64 {
	const least = 1e-7
	var q float64
	switch {
	case len(p) > 1:
		if c := classOf(t); c >= 0 && c < len(p) {
			q = float64(p[c])
		}
	case t[0] > 0.5:
		q = float64(p[0])
	default:
		q = 1 - float64(p[0])
	}
	return -fmath.Log(min(max(q, least), 1-least))
}

func init() { Register("LogLoss", LogLoss{}) }
