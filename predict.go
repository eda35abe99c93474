package goodfit

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/plan"
	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Predictor is what predicts: a [Model], an ensemble, a pipeline.
type Predictor interface {
	// Predict returns a row of outputs for each row of x.
	Predict(x *mat.Dense) (*mat.Dense, error)
}

// Predict returns the outputs for the rows of x, rows×outputs: for a model with
// one input, whose shape may have several axes, and one output.
//
// It may be called from many goroutines at once, unless a layer is stateful; see
// [Model.ResetState]. It fails while the model is being trained, if the model has
// no weights yet, and if x has another number of columns than the input or a
// number that is not finite.
func (m *Model) Predict(x *mat.Dense) (*mat.Dense, error) {
	if len(m.inputs) != 1 || len(m.outputs) != 1 {
		return nil, fmt.Errorf("goodfit: predict: the model has %d inputs and %d outputs; use PredictTensors", len(m.inputs), len(m.outputs))
	}
	if x == nil || x.IsEmpty() {
		return nil, errors.New("goodfit: predict: no rows")
	}
	shape := m.nodes[m.inputs[0]].shape
	if _, c := x.Dims(); c != shape.Size() {
		return nil, fmt.Errorf("goodfit: predict: rows have %d columns, the model wants %v", c, shape)
	}
	out, err := m.PredictTensors(tensor.FromMatrix(x).Reshape(shape...))
	if err != nil {
		return nil, err
	}
	return out[0].Matrix(), nil
}

// PredictTensors returns the outputs of the model for its inputs, each in the
// model's order. It fails as [Model.Predict] does.
func (m *Model) PredictTensors(inputs ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	first, err := m.enter()
	if err != nil {
		return nil, err
	}
	defer m.leave()
	if err := m.checkInputs(inputs); err != nil {
		return nil, fmt.Errorf("goodfit: predict: %w", err)
	}
	out := make([]*tensor.Tensor, len(m.outputs))
	for k, i := range m.outputs {
		out[k] = tensor.New(inputs[0].Rows(), m.net.Nodes[i].Out...)
	}
	m.run(out, inputs, first)
	return out, nil
}

// PredictInto writes the outputs for the rows of x to dst, and allocates nothing
// after the first call for a number of rows. It fails as [Model.Predict] does,
// and if dst has another size; it does not look for numbers that are not finite.
func (m *Model) PredictInto(dst, x *tensor.Tensor) error {
	first, err := m.enter()
	if err != nil {
		return err
	}
	defer m.leave()
	if m.net == nil || len(m.inputs) != 1 || len(m.outputs) != 1 {
		return errors.New("goodfit: predict: PredictInto needs a compiled model of one input and one output")
	}
	rows, in, out := x.Rows(), m.nodes[m.inputs[0]].shape.Size(), m.net.Nodes[m.outputs[0]].Out.Size()
	if len(x.Data()) != rows*in || len(dst.Data()) != rows*out || dst.Rows() != rows {
		return fmt.Errorf("goodfit: predict: rows of %v to rows of %v, the model takes %d values and gives %d",
			x.Shape(), dst.Shape(), in, out)
	}
	if err := m.checkStateRows(rows); err != nil {
		return fmt.Errorf("goodfit: predict: %w", err)
	}
	size := m.chunk(rows)
	for lo := 0; lo < rows; lo += size {
		hi := min(lo+size, rows)
		p := m.acquire(hi-lo, first)
		p.Bind(0, x.Data()[lo*in:hi*in], nil)
		p.Ready()
		p.Forward()
		copy(dst.Data()[lo*out:hi*out], p.Output(m.outputs[0]))
		m.release(p, first)
	}
	return nil
}

// checkInputs reports the first input that does not fit the model.
func (m *Model) checkInputs(inputs []*tensor.Tensor) error {
	if m.net == nil {
		return errors.New("the model has no weights yet; compile it")
	}
	if len(inputs) != len(m.inputs) {
		return fmt.Errorf("%d inputs, the model wants %d: %q", len(inputs), len(m.inputs), m.InputNames())
	}
	for k, i := range m.inputs {
		n, t := &m.nodes[i], inputs[k]
		if t.Rows() == 0 || t.Rows() != inputs[0].Rows() {
			return fmt.Errorf("input %q has %d rows, want %d", n.name, t.Rows(), max(inputs[0].Rows(), 1))
		}
		if !t.Shape().Equal(n.shape) {
			return fmt.Errorf("input %q has rows of shape %v, the model wants %v", n.name, t.Shape(), n.shape)
		}
		if err := checkFinite(n.name, t); err != nil {
			return err
		}
	}
	if err := m.checkStateRows(inputs[0].Rows()); err != nil {
		return err
	}
	return m.checkValues(inputs)
}

// run computes all outputs in chunks, for the first reader or another.
func (m *Model) run(out, inputs []*tensor.Tensor, first bool) {
	rows := inputs[0].Rows()
	size := m.chunk(rows)
	for lo := 0; lo < rows; lo += size {
		hi := min(lo+size, rows)
		p := m.acquire(hi-lo, first)
		for k, t := range inputs {
			p.Bind(k, t.Slice(lo, hi).Data(), nil)
		}
		p.Ready()
		p.Forward()
		for k, i := range m.outputs {
			copy(out[k].Slice(lo, hi).Data(), p.Output(i))
		}
		m.release(p, first)
	}
}

// planCache has the prediction plans that are not in use, by rows. One is in
// Model.ownPlan instead, which belongs to the first reader, so that no lock is
// needed.
type planCache struct {
	free map[int][]*plan.Plan
	kept int
}

// keptPlans is how many idle prediction plans a model holds.
const keptPlans = 16

// acquire returns a plan for the caller alone.
func (m *Model) acquire(rows int, first bool) *plan.Plan {
	if first && m.ownPlan != nil && m.ownPlan.Rows() == rows {
		return m.ownPlan
	}
	m.plansLock.Lock()
	if list := m.plans.free[rows]; len(list) > 0 {
		p := list[len(list)-1]
		m.plans.free[rows] = list[:len(list)-1]
		m.plans.kept--
		m.plansLock.Unlock()
		return p
	}
	m.plansLock.Unlock()
	return plan.New(m.net, plan.Options{Rows: rows, Mode: nn.Infer, Runner: pool.All()})
}

// release gives a plan back.
func (m *Model) release(p *plan.Plan, first bool) {
	switch {
	case !first:
		m.keep(p)
	case p != m.ownPlan:
		if m.ownPlan != nil {
			m.keep(m.ownPlan)
		}
		m.ownPlan = p
	}
}

// keep puts a plan into the cache.
func (m *Model) keep(p *plan.Plan) {
	m.plansLock.Lock()
	defer m.plansLock.Unlock()
	if m.plans.free == nil || m.plans.kept >= keptPlans {
		m.plans = planCache{free: map[int][]*plan.Plan{}}
	}
	m.plans.free[p.Rows()] = append(m.plans.free[p.Rows()], p)
	m.plans.kept++
}

// forget drops the plans, because the net changed.
func (m *Model) forget() {
	m.plansLock.Lock()
	defer m.plansLock.Unlock()
	m.plans = planCache{}
	m.ownPlan = nil
}
