package goodfit

import (
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/plan"
	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// TrainBatch makes one training step on a batch and returns its loss with
// penalties: for a training loop of one's own. It allocates nothing after the
// first call for a number of rows.
func (m *Model) TrainBatch(b datasets.Batch) (float64, error) {
	if err := m.lock(); err != nil {
		return 0, err
	}
	defer m.unlock()
	if !m.compiled {
		return 0, errors.New("goodfit: train: the model is not compiled")
	}
	if err := m.checkBatch(b); err != nil {
		return 0, fmt.Errorf("goodfit: train: %w", err)
	}
	m.trainer.SetRunner(pool.All())
	loss, _ := m.trainer.Step(b, m.currentRate(optim.Time{Update: m.trainer.Steps, Epoch: m.epochs}))
	return loss, nil
}

// batchShape is what a batch was found to have, and the losses for it: those that
// come after it are mostly alike.
type batchShape struct {
	inputs, targets []tensor.Shape
	heads           []plan.Head
}

// of reports whether a batch has the shapes.
func (s *batchShape) of(b datasets.Batch) bool {
	return s.heads != nil && sameShapes(s.inputs, b.Inputs) && sameShapes(s.targets, b.Targets)
}

func sameShapes(shapes []tensor.Shape, tensors []*tensor.Tensor) bool {
	if len(shapes) != len(tensors) {
		return false
	}
	for k, s := range shapes {
		if !s.Equal(tensors[k].Shape()) {
			return false
		}
	}
	return true
}

// shapesOfBatch returns copies of the rows' shapes.
func shapesOfBatch(tensors []*tensor.Tensor) []tensor.Shape {
	shapes := make([]tensor.Shape, len(tensors))
	for k, t := range tensors {
		shapes[k] = t.Shape().Clone()
	}
	return shapes
}

// checkBatch checks one batch against the model and sets the trainer's heads.
func (m *Model) checkBatch(b datasets.Batch) error {
	if err := m.checkBatchRows(b.Rows()); err != nil {
		return err
	}
	if !m.batch.of(b) {
		layout := layoutOf(b)
		if _, _, err := m.match(layout); err != nil {
			return err
		}
		heads, err := m.headsOf(layout, nil)
		if err != nil {
			return err
		}
		m.batch = batchShape{shapesOfBatch(b.Inputs), shapesOfBatch(b.Targets), heads}
	}
	if err := m.checkValues(b.Inputs); err != nil {
		return err
	}
	for k, h := range m.batch.heads {
		if err := h.Loss.CheckTargets(b.Targets[k].Data(), m.net.Nodes[h.Node].Out.Last(), h.TargetSize); err != nil {
			return fmt.Errorf("targets of %q: %w", m.nodes[h.Node].name, err)
		}
	}
	m.trainer.SetHeads(m.batch.heads)
	return nil
}
