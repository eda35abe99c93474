package goodfit

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Graph describes a model of layers with several inputs, branches or outputs.
// Its zero value is an empty graph. Faults are kept and reported by
// [Model.Compile], all at once.
type Graph struct {
	nodes  []node
	nextID uint64
	faults []error
}

// Node is the output of a layer, or an input, in a [Graph].
type Node struct {
	graph *Graph
	index int
}

// node is one layer at its place in a model, or an input.
type node struct {
	name  string
	id    uint64       // keys its random numbers; never used again
	layer nn.Layer     // nil for an input
	shape tensor.Shape // of an input
	in    []int
	// shares is the node whose parameters this one uses, or −1.
	shares int
	frozen bool
	// values are the parameters' values once there are any.
	values [][]float32
}

// Input adds an input: its name, by which data are addressed, and the shape of
// one row.
func (g *Graph) Input(name string, shape ...int) Node {
	if !tensor.Shape(shape).Valid() {
		g.fault("input %q: shape %v, want positive axes", name, tensor.Shape(shape))
	}
	return g.append(node{name: name, shape: tensor.Shape(shape).Clone(), shares: -1})
}

// Add puts a layer behind one or more nodes and returns its output.
func (g *Graph) Add(layer nn.Layer, inputs ...Node) Node {
	name := ""
	for {
		named, ok := layer.(nn.Named)
		if !ok {
			break
		}
		if name == "" {
			name = named.Name
		}
		layer = named.Layer
	}
	if layer == nil {
		g.fault("layer %d is nil", len(g.nodes))
		return g.append(node{name: name, shape: tensor.Shape{1}, shares: -1})
	}
	in := g.indices(inputs, name, layer)
	if n, ok := layer.(nested); ok {
		return g.inline(n, name, in)
	}
	return g.append(node{name: name, layer: layer, in: in, shares: -1})
}

// Share applies the layer that made the node like again, with the same
// parameters, to other inputs: the branches of a twin network.
func (g *Graph) Share(like Node, inputs ...Node) Node {
	first := g.nodes[like.index]
	in := g.indices(inputs, first.name, first.layer)
	if first.layer == nil {
		g.fault("input %q cannot be shared; share a layer", first.name)
	}
	at := like.index
	if first.shares >= 0 {
		at = first.shares
	}
	return g.append(node{layer: first.layer, in: in, shares: at})
}

// Model returns the model with the given outputs. Layers that lead to none of
// them are left out. The graph can be used further.
func (g *Graph) Model(outputs ...Node) *Model {
	m := &Model{nextID: g.nextID, faults: append([]error(nil), g.faults...)}
	if len(outputs) == 0 {
		m.faults = append(m.faults, errors.New("the model has no output"))
	}
	at := g.keep(outputs, m)
	for _, o := range outputs {
		if o.graph != g {
			m.faults = append(m.faults, errors.New("an output belongs to another graph"))
			continue
		}
		m.outputs = append(m.outputs, at[o.index])
	}
	m.nameNodes()
	return m
}

// keep copies the nodes that lead to the outputs, and all inputs, into m and
// returns where each went.
func (g *Graph) keep(outputs []Node, m *Model) []int {
	used := make([]bool, len(g.nodes))
	for _, o := range outputs {
		if o.graph == g {
			used[o.index] = true
		}
	}
	for i := len(g.nodes) - 1; i >= 0; i-- {
		if g.nodes[i].shares >= 0 && used[i] {
			used[g.nodes[i].shares] = true
		}
		for _, in := range g.nodes[i].in {
			used[in] = used[in] || used[i]
		}
	}
	at := make([]int, len(g.nodes))
	for i, n := range g.nodes {
		if !used[i] && n.layer != nil {
			continue
		}
		at[i] = len(m.nodes)
		if n.layer == nil {
			m.inputs = append(m.inputs, at[i])
		}
		m.nodes = append(m.nodes, n.moved(at))
	}
	return at
}

// moved returns the node with its references changed to where at says.
func (n node) moved(at []int) node {
	in := make([]int, len(n.in))
	for k, i := range n.in {
		in[k] = at[i]
	}
	n.in = in
	if n.shares >= 0 {
		n.shares = at[n.shares]
	}
	return n
}

func (g *Graph) append(n node) Node {
	g.nextID++
	n.id = g.nextID
	g.nodes = append(g.nodes, n)
	return Node{g, len(g.nodes) - 1}
}

func (g *Graph) fault(format string, args ...any) {
	g.faults = append(g.faults, fmt.Errorf(format, args...))
}

// indices returns the places of nodes in this graph.
func (g *Graph) indices(nodes []Node, name string, layer nn.Layer) []int {
	if name == "" {
		name = typeName(layer)
	}
	if len(nodes) == 0 {
		g.fault("layer %q has no input", name)
	}
	var in []int
	for _, n := range nodes {
		if n.graph != g {
			g.fault("layer %q has an input of another graph", name)
			continue
		}
		in = append(in, n.index)
	}
	return in
}

// nested is a model that stands as a layer in another.
type nested struct {
	model  *Model
	frozen bool
}

// Build implements nn.Layer; graphs put the model's layers in its place instead.
func (nested) Build([]tensor.Shape) (nn.Op, error) {
	return nil, errors.New("a model stands as a layer only in a Graph or Sequential")
}

// Nested returns a model as a layer of another. The other gets a copy of its
// layers and weights, as they are at that time, named "model/layer"; training the
// one does not change the other.
func Nested(m *Model) nn.Layer { return nested{m, false} }

// Frozen returns a model as a layer of another, as [Nested] does, whose weights
// training leaves as they are.
func Frozen(m *Model) nn.Layer { return nested{m, true} }

// inline puts the layers of a model in the place of one.
func (g *Graph) inline(n nested, name string, in []int) Node {
	if n.model == nil {
		g.fault("a nested model is nil")
		return g.append(node{shape: tensor.Shape{1}, shares: -1})
	}
	m := n.model
	if len(m.inputs) != len(in) || len(m.outputs) != 1 {
		g.fault("a nested model has %d inputs and %d outputs, want %d and 1", len(m.inputs), len(m.outputs), len(in))
		return g.append(node{shape: tensor.Shape{1}, shares: -1})
	}
	g.faults = append(g.faults, m.faults...)
	if name == "" {
		name = g.freeName("model")
	}
	at, next := make([]int, len(m.nodes)), 0
	for i := range m.nodes {
		old := &m.nodes[i]
		if old.layer == nil {
			at[i] = in[next]
			next++
			continue
		}
		inner := old.moved(at)
		inner.name = name + "/" + old.name
		inner.frozen = old.frozen || n.frozen
		inner.values = m.valuesOf(i)
		at[i] = g.append(inner).index
	}
	return Node{g, at[m.outputs[0]]}
}

// freeName returns base, or base_2, base_3 …, whichever no model here has.
func (g *Graph) freeName(base string) string {
	name := base
	for k := 2; ; k++ {
		taken := false
		for _, n := range g.nodes {
			taken = taken || strings.HasPrefix(n.name, name+"/")
		}
		if !taken {
			return name
		}
		name = fmt.Sprintf("%s_%d", base, k)
	}
}

// typeName returns the name of a layer's type in the way layers are named: dense,
// batch_norm.
func typeName(l nn.Layer) string {
	if l == nil {
		return "input"
	}
	t := reflect.TypeOf(l)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return snakeCase(t.Name())
}

// snakeCase turns BatchNorm into batch_norm, PReLU into p_relu and Conv2D into
// conv2d.
func snakeCase(s string) string {
	var b strings.Builder
	upper := func(i int) bool { return i < len(s) && s[i] >= 'A' && s[i] <= 'Z' }
	digit := func(i int) bool { return s[i] >= '0' && s[i] <= '9' }
	for i := range len(s) {
		if i > 0 && upper(i) && !digit(i-1) && (!upper(i-1) || i+1 < len(s) && !upper(i+1)) {
			b.WriteByte('_')
		}
		b.WriteString(strings.ToLower(s[i : i+1]))
	}
	return b.String()
}
