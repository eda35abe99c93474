package goodfit

import (
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/plan"
	"github.com/goodfit-ml/goodfit/nn"
)

// ResetState sets the state that stateful layers keep between batches to zero, as
// at the beginning of a sequence; see nn.SimpleRNN. It does nothing to a model
// without such layers, and fails while the model is being used or trained.
//
// A stateful model takes rows in order, and as many in each batch as its layers
// say: row r of a batch goes on where row r of the batch before ended, in Predict
// from one call to the next. Fit begins each epoch with the state at zero;
// Evaluate and validation begin at zero and leave the state as it was.
func (m *Model) ResetState() error {
	if err := m.lock(); err != nil {
		return err
	}
	defer m.unlock()
	m.resetState()
	return nil
}

// ResetState sets the state of stateful layers to zero in a fit: where a callback
// knows that a new sequence begins. See [Model.ResetState].
func (r *Run) ResetState() { r.model.resetState() }

// keptStates returns the parameters that hold the state between batches.
func (m *Model) keptStates() (list []*nn.Param) {
	if m.stateRows.Load() == 0 {
		return nil
	}
	for i := range m.net.Nodes {
		if op, ok := m.net.Nodes[i].Op.(nn.Stateful); ok {
			list = append(list, op.States()...)
		}
	}
	return list
}

func (m *Model) resetState() {
	for _, p := range m.keptStates() {
		clear(p.Value)
	}
}

// putAside sets the state to zero until the returned function is called.
func (m *Model) putAside() (restore func()) {
	states := m.keptStates()
	kept := make([][]float32, len(states))
	for k, p := range states {
		kept[k] = append(kept[k], p.Value...)
		clear(p.Value)
	}
	return func() {
		for k, p := range states {
			copy(p.Value, kept[k])
		}
	}
}

// findStates takes up how many rows the batches of a stateful model have.
func (m *Model) findStates(net *plan.Net) error {
	rows := 0
	for i := range net.Nodes {
		op, ok := net.Nodes[i].Op.(nn.Stateful)
		if !ok || op.BatchRows() == 0 {
			continue
		}
		if rows != 0 && op.BatchRows() != rows {
			return fmt.Errorf("layer %q: it is Stateful for batches of %d rows, and a layer before it for %d", net.Nodes[i].Name, op.BatchRows(), rows)
		}
		rows = op.BatchRows()
	}
	m.stateRows.Store(int64(rows))
	return nil
}

// enter counts a reader; for a stateful model, which changes in use, a writer. It
// reports whether the caller is the first of them.
func (m *Model) enter() (first bool, err error) {
	if m.stateRows.Load() > 0 {
		return true, m.lock()
	}
	first, ok := m.startReading()
	if !ok {
		return false, errBusy
	}
	return first, nil
}

// leave is the end of what enter began. A model's statefulness does not change
// once it has weights.
func (m *Model) leave() {
	if m.stateRows.Load() > 0 {
		m.unlock()
	} else {
		m.stopReading()
	}
}

// chunk returns how many rows to compute at once.
func (m *Model) chunk(rows int) int {
	if n := int(m.stateRows.Load()); n > 0 {
		return n
	}
	return chunkSize(rows)
}

// checkStateRows fails if so many rows, where they are known, do not fill the
// batches of a stateful model.
func (m *Model) checkStateRows(rows int) error {
	if n := int(m.stateRows.Load()); n > 0 && rows > 0 && rows%n != 0 {
		return fmt.Errorf("%d rows do not fill the batches of a stateful model, which have %d rows each", rows, n)
	}
	return nil
}

// checkBatchRows fails unless one batch has the rows that a stateful model wants.
func (m *Model) checkBatchRows(rows int) error {
	if n := int(m.stateRows.Load()); n > 0 && rows != n {
		return fmt.Errorf("the batch has %d rows, and the model is Stateful for batches of %d", rows, n)
	}
	return nil
}

// checkStatePlan fails unless a fit gives a stateful model its batches in order.
func (m *Model) checkStatePlan(p Plan) error {
	n := int(m.stateRows.Load())
	switch {
	case n == 0:
	case !p.InOrder:
		return errors.New("a stateful model needs Plan.InOrder, so that a batch goes on where the one before ended")
	case p.BatchSize != n && !(p.BatchSize == 0 && n == 32):
		return fmt.Errorf("Plan.BatchSize is %d, and the model is Stateful for batches of %d rows", p.BatchSize, n)
	}
	return nil
}
