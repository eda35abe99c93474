package goodfit

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/goodfit-ml/goodfit/internal/plan"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Model is a neural network: layers, weights, and once compiled, the optimizer's
// state. Make one by [Sequential], [Graph.Model], [Recipe.Build] or [Load].
//
// Predict and Evaluate may be called from many goroutines at once; everything
// else, and training above all, needs the model for itself.
type Model struct {
	nodes           []node
	inputs, outputs []int
	nextID          uint64
	faults          []error

	config   Config
	compiled bool
	net      *plan.Net // nil until the weights exist
	trainer  *plan.Trainer
	readers  [][]inputReader // of each input, from when the weights exist
	batch    batchShape      // of the last batch that was trained on by itself
	use      atomic.Int64    // see lock
	rate     rateState
	epochs   int // finished since compile: the next epoch's number
	// stateRows is the number of rows of each batch of a stateful model, else 0.
	stateRows atomic.Int64

	plansLock sync.Mutex
	plans     planCache
	ownPlan   *plan.Plan // of the first reader, see startReading
}

// Sequential returns a model of layers one after the other, behind an input of
// the given shape (without the axis of the rows). Faults are reported by
// [Model.Compile].
func Sequential(input tensor.Shape, layers ...nn.Layer) *Model {
	var g Graph
	at := g.Input("input", input...)
	if len(layers) == 0 {
		g.fault("the model has no layers")
	}
	for _, l := range layers {
		at = g.Add(l, at)
	}
	return g.Model(at)
}

// nameNodes gives every layer without a name the one of its type, numbered from
// the second, and reports names that stand twice.
func (m *Model) nameNodes() {
	taken := map[string]bool{}
	for _, n := range m.nodes {
		if n.name == "" {
			continue
		}
		if taken[n.name] {
			m.faults = append(m.faults, fmt.Errorf("two layers are named %q", n.name))
		}
		taken[n.name] = true
	}
	for i := range m.nodes {
		if m.nodes[i].name == "" {
			m.nodes[i].name = freeName(typeName(m.nodes[i].layer), taken)
			taken[m.nodes[i].name] = true
		}
	}
}

// freeName returns base, or base_2, base_3 …, whichever is not taken.
func freeName(base string, taken map[string]bool) string {
	name := base
	for k := 2; taken[name]; k++ {
		name = fmt.Sprintf("%s_%d", base, k)
	}
	return name
}

// Compile checks the model, draws the weights that do not exist yet, and makes
// the optimizer's state anew. It reports every fault at once, by layer name.
//
// Weights that exist (trained, loaded, taken over from another model) stay, so
// that a model can be compiled again to be trained further in another way.
func (m *Model) Compile(c Config) error {
	if err := m.lock(); err != nil {
		return err
	}
	defer m.unlock()
	err := errors.Join(m.build(c.Seed), c.check(m.OutputNames()))
	var groups map[*nn.Param]plan.Group
	if m.net != nil {
		var unmatched error
		groups, unmatched = m.groups(c)
		err = errors.Join(err, unmatched)
	}
	if err != nil {
		return fmt.Errorf("goodfit: compile: %w", err)
	}
	m.config, m.compiled, m.epochs, m.rate = c, true, 0, rateState{factor: 1}
	m.batch = batchShape{}
	m.trainer = plan.NewTrainer(m.net, plan.TrainerOptions{
		Optimizer: c.optimizer(), Accumulate: c.Accumulate, Noise: c.Noise, Groups: groups, Seed: c.Seed})
	m.forget()
	return nil
}

// build makes the net from the layers, and the weights that have no values yet.
func (m *Model) build(seed uint64) error {
	if len(m.faults) > 0 {
		return errors.Join(m.faults...)
	}
	if m.net != nil {
		return nil
	}
	net := &plan.Net{Nodes: make([]plan.Node, len(m.nodes)), Inputs: m.inputs, Outputs: m.outputs}
	if err := m.buildOps(net); err != nil {
		return err
	}
	if err := m.findStates(net); err != nil {
		return err
	}
	net.Allocate()
	if err := m.fill(net, seed); err != nil {
		return err
	}
	m.findReaders(net)
	m.net = net
	return nil
}

// buildOps builds every layer whose inputs could be built.
func (m *Model) buildOps(net *plan.Net) error {
	var errs []error
	for i := range m.nodes {
		n := &m.nodes[i]
		net.Nodes[i] = plan.Node{Name: n.name, ID: n.id, In: n.in, Out: n.shape, Frozen: n.frozen, Shared: n.shares >= 0}
		if n.layer == nil {
			continue
		}
		shapes, known := shapesOf(net, n.in)
		if !known {
			continue // the fault is reported at the layer that has it
		}
		op, err := n.layer.Build(shapes)
		if err == nil {
			err = checkParams(op)
		}
		if err == nil && n.shares >= 0 {
			op, err = sharedOp(net, n.shares, shapes)
		}
		if err == nil && !op.Out().Valid() {
			err = fmt.Errorf("its output has shape %v", op.Out())
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("layer %q: %w", n.name, err))
			continue
		}
		net.Nodes[i].Op, net.Nodes[i].Out = op, op.Out()
	}
	return errors.Join(errs...)
}

// checkParams reports the first parameter that is not well described.
func checkParams(op nn.Op) error {
	for _, p := range op.Params() {
		if err := p.Check(); err != nil {
			return err
		}
	}
	return nil
}

// sharedOp returns the op of node first for another use; the inputs must have
// the shapes that it was built for.
func sharedOp(net *plan.Net, first int, in []tensor.Shape) (nn.Op, error) {
	want, known := shapesOf(net, net.Nodes[first].In)
	if !known || net.Nodes[first].Op == nil {
		return nil, fmt.Errorf("the layer %q that it shares could not be built", net.Nodes[first].Name)
	}
	for k := range want {
		if !want[k].Equal(in[k]) {
			return nil, fmt.Errorf("it shares layer %q, whose input has shape %v, and gets %v", net.Nodes[first].Name, want[k], in[k])
		}
	}
	return net.Nodes[first].Op, nil
}

func shapesOf(net *plan.Net, nodes []int) (shapes []tensor.Shape, known bool) {
	for _, i := range nodes {
		if net.Nodes[i].Out == nil {
			return nil, false
		}
		shapes = append(shapes, net.Nodes[i].Out)
	}
	return shapes, true
}

// fill draws initial weights and then puts in the values that exist.
func (m *Model) fill(net *plan.Net, seed uint64) error {
	has := map[uint64]bool{}
	for _, n := range m.nodes {
		has[n.id] = n.values != nil
	}
	if err := net.Init(seed, func(n *plan.Node) bool { return !has[n.ID] }); err != nil {
		return err
	}
	for i := range m.nodes {
		if m.nodes[i].values == nil || m.nodes[i].shares >= 0 {
			continue
		}
		if err := setValues(net.Nodes[i].Op.Params(), m.nodes[i].values); err != nil {
			return fmt.Errorf("layer %q: %w", m.nodes[i].name, err)
		}
		m.nodes[i].values = nil
	}
	return nil
}

// setValues copies values into parameters of the same number and sizes.
func setValues(params []*nn.Param, values [][]float32) error {
	if len(params) != len(values) {
		return fmt.Errorf("%d arrays of weights, want %d", len(values), len(params))
	}
	for k, p := range params {
		if len(values[k]) != len(p.Value) {
			return fmt.Errorf("parameter %q: %d values, want %d for shape %v", p.Name, len(values[k]), len(p.Value), p.Shape)
		}
	}
	for k, p := range params {
		copy(p.Value, values[k])
	}
	return nil
}

// valuesOf returns copies of the values of node i's parameters, nil if there are none yet.
func (m *Model) valuesOf(i int) [][]float32 {
	if m.net == nil {
		return m.nodes[i].values
	}
	var values [][]float32
	for _, p := range m.net.Nodes[i].Op.Params() {
		values = append(values, append([]float32(nil), p.Value...))
	}
	return values
}

// errBusy is what calls get while the model trains.
var errBusy = errors.New("goodfit: the model is being trained; wait until Fit has returned")

// lock reserves the model for one writer. The state of use is −1 while somebody
// writes, else the number of readers.
func (m *Model) lock() error {
	if m.use.CompareAndSwap(0, -1) {
		return nil
	}
	if m.use.Load() < 0 {
		return errBusy
	}
	return errors.New("goodfit: the model is being used; wait until Predict and Evaluate have returned")
}

func (m *Model) unlock() { m.use.Store(0) }

// startReading counts a reader, and reports false if somebody writes.
//
// The one who comes while there is no other is the first, and stays it alone:
// nobody else is until all have left.
func (m *Model) startReading() (first, ok bool) {
	for {
		n := m.use.Load()
		if n < 0 {
			return false, false
		}
		if m.use.CompareAndSwap(n, n+1) {
			return n == 0, true
		}
	}
}

func (m *Model) stopReading() { m.use.Add(-1) }

// InputNames returns the names of the inputs, by which data are addressed.
func (m *Model) InputNames() []string { return m.names(m.inputs) }

// OutputNames returns the names of the layers whose outputs the model gives.
func (m *Model) OutputNames() []string { return m.names(m.outputs) }

func (m *Model) names(nodes []int) []string {
	names := make([]string, len(nodes))
	for k, i := range nodes {
		names[k] = m.nodes[i].name
	}
	return names
}

// Config returns what the model was last compiled with.
func (m *Model) Config() Config { return m.config }
