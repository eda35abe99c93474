package goodfit

import (
	"errors"
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// LayerInfo describes one layer of a model.
type LayerInfo struct {
	Name   string
	Layer  nn.Layer // nil for an input
	Inputs []string // the layers whose outputs it takes
	Output tensor.Shape
	Frozen bool
	// Shares is the layer whose parameters this one uses; "": its own.
	Shares string
	// Params are the layer's arrays; they are empty before Compile or Load.
	Params []ParamInfo
}

// ParamInfo describes one array of weights or statistics.
type ParamInfo struct {
	Name    string
	Shape   tensor.Shape
	Trained bool // false for statistics
}

// Layers lists the layers in the order in which they run, inputs included. Shapes
// of outputs and parameters are known once the model is compiled or loaded.
func (m *Model) Layers() []LayerInfo {
	list := make([]LayerInfo, len(m.nodes))
	for i, n := range m.nodes {
		info := LayerInfo{Name: n.name, Layer: n.layer, Inputs: m.names(n.in), Output: n.shape, Frozen: n.frozen}
		if n.shares >= 0 {
			info.Shares = m.nodes[n.shares].name
		}
		if m.net != nil && n.layer != nil {
			info.Output = m.net.Nodes[i].Out
			for _, p := range m.net.Nodes[i].Op.Params() {
				info.Params = append(info.Params, ParamInfo{p.Name, p.Shape, !p.Statistic})
			}
		}
		list[i] = info
	}
	return list
}

// Layer returns the layer of the given name; it fails and lists the names if
// there is none.
func (m *Model) Layer(name string) (LayerInfo, error) {
	i, err := m.find(name)
	if err != nil {
		return LayerInfo{}, err
	}
	return m.Layers()[i], nil
}

func (m *Model) find(name string) (int, error) {
	for i, n := range m.nodes {
		if n.name == name {
			return i, nil
		}
	}
	all := make([]int, len(m.nodes))
	for i := range all {
		all[i] = i
	}
	return 0, fmt.Errorf("goodfit: no layer is named %q; layers are %q", name, m.names(all))
}

// Weights returns a copy of a layer's weights and statistics by parameter name.
func (m *Model) Weights(layer string) (map[string]*tensor.Tensor, error) {
	params, err := m.params(layer)
	if err != nil {
		return nil, err
	}
	out := map[string]*tensor.Tensor{}
	for _, p := range params {
		out[p.Name] = tensor.Of(slices.Clone(p.Value), p.Shape[0], p.Shape[1:]...)
	}
	return out, nil
}

// SetWeights copies weights into a layer. Parameters that are not named keep
// theirs. It fails, and changes nothing, on an unknown name or another size.
func (m *Model) SetWeights(layer string, weights map[string]*tensor.Tensor) error {
	if err := m.lock(); err != nil {
		return err
	}
	defer m.unlock()
	return m.setWeights(layer, weights)
}

func (m *Model) setWeights(layer string, weights map[string]*tensor.Tensor) error {
	params, err := m.params(layer)
	if err != nil {
		return err
	}
	byName := map[string]*nn.Param{}
	for _, p := range params {
		byName[p.Name] = p
	}
	for name, t := range weights {
		p := byName[name]
		if p == nil {
			return fmt.Errorf("goodfit: layer %q has no parameter %q", layer, name)
		}
		if len(t.Data()) != len(p.Value) {
			return fmt.Errorf("goodfit: layer %q, parameter %q: %d values, want %d for shape %v", layer, name, len(t.Data()), len(p.Value), p.Shape)
		}
	}
	for name, t := range weights {
		copy(byName[name].Value, t.Data())
	}
	return nil
}

func (m *Model) params(layer string) ([]*nn.Param, error) {
	i, err := m.find(layer)
	if err != nil {
		return nil, err
	}
	if m.net == nil {
		return nil, errors.New("goodfit: the model has no weights yet; compile it")
	}
	if m.nodes[i].layer == nil {
		return nil, nil
	}
	return m.net.Nodes[i].Op.Params(), nil
}

// Snapshot is a copy of all weights and statistics of a model.
type Snapshot struct{ weights, stats []float32 }

// Snapshot copies the weights and statistics; it may be called in training, by
// callbacks.
func (m *Model) Snapshot() Snapshot {
	if m.net == nil {
		return Snapshot{}
	}
	return Snapshot{slices.Clone(m.net.Weights), slices.Clone(m.net.Stats)}
}

// Restore puts weights and statistics back; it may be called in training, by
// callbacks. It fails if the snapshot is of a model of other sizes.
func (m *Model) Restore(s Snapshot) error {
	if m.net == nil || len(s.weights) != len(m.net.Weights) || len(s.stats) != len(m.net.Stats) {
		return errors.New("goodfit: the snapshot is of another model")
	}
	copy(m.net.Weights, s.weights)
	copy(m.net.Stats, s.stats)
	return nil
}

// Freeze keeps layers as they are in training, from the next step on: weights,
// and statistics too, which a frozen BatchNorm uses. A name stands for the layer,
// or for all layers of the nested model of that name; no names stand for all. It
// fails, and changes nothing, if a name matches nothing.
func (m *Model) Freeze(names ...string) error { return m.setFrozen(true, names) }

// Thaw lets layers train again; see [Model.Freeze].
func (m *Model) Thaw(names ...string) error { return m.setFrozen(false, names) }

func (m *Model) setFrozen(frozen bool, names []string) error {
	if err := m.lock(); err != nil {
		return err
	}
	defer m.unlock()
	layers, err := m.withNames(names)
	if err != nil {
		return err
	}
	for _, i := range layers {
		m.freezeNode(i, frozen)
	}
	if m.trainer != nil {
		m.trainer.Refresh()
	}
	return nil
}

// freezeNode freezes a node and all that share its parameters.
func (m *Model) freezeNode(i int, frozen bool) {
	first := m.first(i)
	for j := range m.nodes {
		if m.first(j) == first {
			m.nodes[j].frozen = frozen
			if m.net != nil {
				m.net.Nodes[j].Frozen = frozen
			}
		}
	}
}

// first returns the node whose parameters node i uses.
func (m *Model) first(i int) int {
	if m.nodes[i].shares >= 0 {
		return m.nodes[i].shares
	}
	return i
}

// Add puts a layer behind the model's only output. Weights stay; the model must
// be compiled again.
func (m *Model) Add(layer nn.Layer) error {
	return m.rebuild(func(g *Graph, last Node) Node { return g.Add(layer, last) })
}

// Pop takes away the last layer: the one that gives the model's only output.
// Weights of the others stay; the model must be compiled again. It fails if the
// layer has several inputs or is the only one.
func (m *Model) Pop() error {
	if len(m.outputs) == 1 {
		if last := m.nodes[m.outputs[0]]; len(last.in) != 1 || m.nodes[last.in[0]].layer == nil {
			return fmt.Errorf("goodfit: layer %q cannot be taken away: it is the first, or has several inputs", last.name)
		}
	}
	return m.rebuild(func(g *Graph, last Node) Node { return Node{g, g.nodes[last.index].in[0]} })
}

// rebuild changes the layers behind the output and keeps all weights.
func (m *Model) rebuild(change func(g *Graph, last Node) Node) error {
	if err := m.lock(); err != nil {
		return err
	}
	defer m.unlock()
	if len(m.outputs) != 1 {
		return fmt.Errorf("goodfit: the model has %d outputs, want 1; use a Graph", len(m.outputs))
	}
	g := m.graph(true)
	out := g.Model(change(g, Node{g, m.outputs[0]}))
	if len(out.faults) > 0 {
		return fmt.Errorf("goodfit: %w", errors.Join(out.faults...))
	}
	m.nodes, m.inputs, m.outputs, m.nextID = out.nodes, out.inputs, out.outputs, out.nextID
	m.net, m.trainer, m.compiled = nil, nil, false
	m.forget()
	return nil
}

// graph returns the model's layers as a graph, with the weights or without.
func (m *Model) graph(weights bool) *Graph {
	g := &Graph{nodes: slices.Clone(m.nodes), nextID: m.nextID, faults: slices.Clone(m.faults)}
	for i := range g.nodes {
		g.nodes[i].values = nil
		if weights && g.nodes[i].layer != nil {
			g.nodes[i].values = m.valuesOf(i)
		}
	}
	return g
}

// Clone returns a copy that shares nothing with m and must be compiled. Without
// weights, Compile draws new ones.
func (m *Model) Clone(weights bool) *Model {
	g := m.graph(weights)
	outputs := make([]Node, len(m.outputs))
	for k, i := range m.outputs {
		outputs[k] = Node{g, i}
	}
	return g.Model(outputs...)
}

// Part returns a new model from the model's inputs to the outputs of the named
// layers, with a copy of their weights: a feature extractor. Compile it, or put
// it into another model by [Nested] or [Frozen].
func (m *Model) Part(outputs ...string) (*Model, error) {
	g := m.graph(true)
	nodes := make([]Node, len(outputs))
	for k, name := range outputs {
		i, err := m.find(name)
		if err != nil {
			return nil, err
		}
		nodes[k] = Node{g, i}
	}
	part := g.Model(nodes...)
	part.dropUnusedInputs()
	if err := part.buildNow(); err != nil {
		return nil, err
	}
	return part, nil
}

// buildNow builds the net of a model whose weights exist.
func (m *Model) buildNow() error {
	if err := m.build(m.config.Seed); err != nil {
		return fmt.Errorf("goodfit: %w", err)
	}
	return nil
}

// dropUnusedInputs removes inputs that no layer reads.
func (m *Model) dropUnusedInputs() {
	used := make([]bool, len(m.nodes))
	for _, n := range m.nodes {
		for _, in := range n.in {
			used[in] = true
		}
	}
	at, kept := make([]int, len(m.nodes)), m.nodes[:0:0]
	m.inputs = nil
	for i, n := range m.nodes {
		if n.layer == nil && !used[i] {
			continue
		}
		at[i] = len(kept)
		if n.layer == nil {
			m.inputs = append(m.inputs, at[i])
		}
		kept = append(kept, n.moved(at))
	}
	for k := range m.outputs {
		m.outputs[k] = at[m.outputs[k]]
	}
	m.nodes = kept
}
