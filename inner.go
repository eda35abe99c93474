package goodfit

import (
	"errors"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/plan"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Activations returns the outputs of the named layers, as prediction computes
// them, for the model's inputs in its order; stateful layers begin at zero and
// keep their state. It fails as [Model.Predict] does and
// on an unknown name.
func (m *Model) Activations(inputs []*tensor.Tensor, layers ...string) ([]*tensor.Tensor, error) {
	if _, err := m.enter(); err != nil {
		return nil, err
	}
	defer m.leave()
	if err := m.checkInputs(inputs); err != nil {
		return nil, fmt.Errorf("goodfit: activations: %w", err)
	}
	visible := make([]int, len(layers))
	for k, name := range layers {
		i, err := m.find(name)
		if err != nil {
			return nil, err
		}
		visible[k] = i
	}
	rows := inputs[0].Rows()
	if err := m.checkBatchRows(rows); err != nil {
		return nil, fmt.Errorf("goodfit: activations: %w", err)
	}
	defer m.putAside()()
	p := plan.New(m.net, plan.Options{Rows: rows, Mode: nn.Infer, Visible: visible})
	for k, t := range inputs {
		p.Bind(k, t.Data(), nil)
	}
	p.Ready()
	p.Forward()
	out := make([]*tensor.Tensor, len(layers))
	for k, i := range visible {
		out[k] = tensor.Of(append([]float32(nil), p.Output(i)...), rows, m.net.Nodes[i].Out...)
	}
	return out, nil
}

// LayerStats measures every layer with parameters or an activation on one batch,
// as training would see it, and changes nothing: the norm of the gradient of its
// parameters, mean and standard deviation of its outputs, and the share of units
// that are zero for every row.
func (m *Model) LayerStats(b datasets.Batch) ([]curves.LayerStats, error) {
	if err := m.lock(); err != nil {
		return nil, err
	}
	defer m.unlock()
	if !m.compiled {
		return nil, errors.New("goodfit: layer statistics: the model is not compiled")
	}
	if err := m.checkBatch(b); err != nil {
		return nil, fmt.Errorf("goodfit: layer statistics: %w", err)
	}
	return m.layerStats(b), nil
}

// LayerStats measures the layers on a batch, in training; see [Model.LayerStats].
func (r *Run) LayerStats(b datasets.Batch) ([]curves.LayerStats, error) {
	if _, _, err := r.model.match(layoutOf(b)); err != nil {
		return nil, fmt.Errorf("goodfit: layer statistics: %w", err)
	}
	if err := r.model.checkBatchRows(b.Rows()); err != nil {
		return nil, fmt.Errorf("goodfit: layer statistics: %w", err)
	}
	return r.model.layerStats(b), nil
}

func (m *Model) layerStats(b datasets.Batch) []curves.LayerStats {
	stats := append([]float32(nil), m.net.Stats...)
	defer copy(m.net.Stats, stats) // a pass in training mode gathers statistics
	grads, p := m.trainer.Probe(b)
	var list []curves.LayerStats
	for i, n := range m.nodes {
		if n.layer == nil {
			continue
		}
		s := outputStats(p.Output(i), b.Rows())
		s.Layer, s.GradNorm = n.name, math.NaN()
		if norm, ok := m.gradNorm(i, grads); ok {
			s.GradNorm = norm
		}
		list = append(list, s)
	}
	return list
}

// gradNorm returns the norm of the gradient of node i's parameters, if it has any
// that are trained.
func (m *Model) gradNorm(i int, grads []float32) (norm float64, ok bool) {
	var sum float64
	for _, p := range m.net.Nodes[i].Op.Params() {
		if p.Statistic || m.nodes[i].frozen {
			continue
		}
		ok = true
		lo := m.net.Offset(p)
		for _, g := range grads[lo : lo+len(p.Value)] {
			sum += float64(float64(g) * float64(g))
		}
	}
	return math.Sqrt(sum), ok
}

// outputStats measures a layer's output over the rows of a batch.
func outputStats(y []float32, rows int) (s curves.LayerStats) {
	x := make([]float64, len(y))
	for i, v := range y {
		x[i] = float64(v)
	}
	mean, variance := fmath.Variance(x, 0)
	s.ActMean, s.ActStd = mean, math.Sqrt(variance)
	units, dead := len(y)/rows, 0
	for j := range units {
		zero := true
		for i := range rows {
			zero = zero && y[i*units+j] == 0
		}
		if zero {
			dead++
		}
	}
	s.DeadFraction = float64(dead) / float64(units)
	return s
}

// layoutOf returns the layout of one batch.
func layoutOf(b datasets.Batch) datasets.Layout {
	l := datasets.Layout{Rows: b.Rows()}
	for _, t := range b.Inputs {
		l.Inputs = append(l.Inputs, datasets.Field{Shape: t.Shape()})
	}
	for _, t := range b.Targets {
		l.Targets = append(l.Targets, datasets.Field{Shape: t.Shape()})
	}
	return l
}
