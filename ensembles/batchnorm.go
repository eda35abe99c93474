package ensembles

import (
	"context"
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// RefreshBatchNorm sets the statistics of every batch normalization to mean and
// variance, Σ(x−μ)²/n, of its input over all rows of data, layer after layer, as
// prediction runs: what averaged weights need, since the statistics that training
// gathered belong to other weights (Izmailov et al. 2018, section 3.2). Frozen
// layers keep theirs, and a model without batch normalization is left as it is.
//
// It fails if the data do not fit the model or are masked.
func RefreshBatchNorm(m *goodfit.Model, data datasets.Source) error {
	for _, l := range m.Layers() {
		if !normalizes(l) {
			continue
		}
		s := moments{features: l.Output.Last()}
		if err := s.gather(m, data, l.Inputs[0]); err != nil {
			return fmt.Errorf("ensembles: batch normalization %q: %w", l.Name, err)
		}
		if err := m.SetWeights(l.Name, s.statistics()); err != nil {
			return err
		}
	}
	return nil
}

// normalizes reports a batch normalization with statistics to refresh.
func normalizes(l goodfit.LayerInfo) bool {
	_, ok := l.Layer.(nn.BatchNorm)
	return ok && !l.Frozen && l.Shares == ""
}

// hasBatchNorm reports whether RefreshBatchNorm would change the model.
func hasBatchNorm(m *goodfit.Model) bool {
	for _, l := range m.Layers() {
		if normalizes(l) {
			return true
		}
	}
	return false
}

// moments are the mean and the sum of squared deviations of each feature over what
// was added (Chan, Golub and LeVeque 1983).
type moments struct {
	features     int
	n            float64
	mean, square []float64
}

// gather adds the outputs of a layer for all rows of data.
func (s *moments) gather(m *goodfit.Model, data datasets.Source, layer string) error {
	s.mean, s.square = make([]float64, s.features), make([]float64, s.features)
	if data == nil {
		return errors.New("no rows to compute the statistics from")
	}
	for b, err := range data.Batches(context.Background(), datasets.BatchPlan{Size: 1024, InOrder: true}) {
		if err != nil {
			return err
		}
		for _, mask := range b.Masks {
			if mask != nil {
				return errors.New("the data are masked, and statistics of masked sequences are not recomputed")
			}
		}
		out, err := m.Activations(b.Inputs, layer)
		if err != nil {
			return err
		}
		s.add(out[0].Data())
	}
	if s.n == 0 {
		return errors.New("the data have no rows")
	}
	return nil
}

// add adds samples, features side by side.
func (s *moments) add(x []float32) {
	n := float64(len(x) / s.features)
	for j := range s.features {
		sum := 0.0
		for i := j; i < len(x); i += s.features {
			sum += float64(x[i])
		}
		mean, square := sum/n, 0.0
		for i := j; i < len(x); i += s.features {
			d := float64(x[i]) - mean
			square += float64(d * d)
		}
		d := mean - s.mean[j]
		s.square[j] += square + float64(float64(d*d)*(s.n*n/(s.n+n)))
		s.mean[j] += float64(d * (n / (s.n + n)))
	}
	s.n += n
}

// statistics returns mean and variance as a batch normalization holds them.
func (s *moments) statistics() map[string]*tensor.Tensor {
	mean, variance := make([]float32, s.features), make([]float32, s.features)
	for j := range s.features {
		mean[j], variance[j] = float32(s.mean[j]), float32(s.square[j]/s.n)
	}
	return map[string]*tensor.Tensor{"moving_mean": tensor.Of(mean, s.features), "moving_variance": tensor.Of(variance, s.features)}
}
