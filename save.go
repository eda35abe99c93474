package goodfit

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/modelfile"
	"github.com/goodfit-ml/goodfit/internal/registry"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// SaveOptions say what a model file holds besides layers and weights.
type SaveOptions struct {
	// Optimizer adds the optimizer's state, so that training goes on after
	// loading as if it had not been interrupted.
	Optimizer bool
	// WithoutConfig leaves the Config out: for losses, metrics or schedules that
	// are not registered and cannot be stored.
	WithoutConfig bool
}

// Save writes the model to a file: layers, weights and Config. The file is
// written whole or not at all. It fails before Compile or Load, and if a layer or
// another part is of a type that is not registered.
func (m *Model) Save(path string) error { return m.SaveWith(path, SaveOptions{}) }

// SaveWith is [Model.Save] with a choice of what goes into the file.
func (m *Model) SaveWith(path string, o SaveOptions) error {
	w := modelfile.New(modelfile.Model, Version)
	if err := m.WriteParts(w.PartWriter, o); err != nil {
		return fmt.Errorf("goodfit: save %s: %w", path, err)
	}
	return w.Save(path)
}

// Load reads a model from a file that [Model.Save] wrote. A model saved with its
// Config is compiled. It fails on a file of another kind, and names the kind; on
// one that is truncated or altered; and on a layer whose type is not registered.
func Load(path string) (*Model, error) {
	r, err := modelfile.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if err := r.Expect(modelfile.Model); err != nil {
		return nil, err
	}
	m, err := ReadParts(r.PartReader)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// graphFile is the form of a model's layers in a file.
type graphFile struct {
	Nodes   []nodeFile
	Outputs []string
	NextID  uint64
}

type nodeFile struct {
	Name   string
	ID     uint64
	Layer  nn.Layer
	Shape  tensor.Shape // of an input
	Inputs []string
	Shares string
	Frozen bool
}

// configTables read and write what a Config holds in interfaces.
var configTables = []registry.Nested{
	registry.Of(losses.Marshal, losses.Unmarshal),
	registry.Of(metrics.Marshal, metrics.Unmarshal),
	registry.Of(optim.Marshal, optim.Unmarshal),
}

var layerTable = registry.Of(nn.MarshalLayer, nn.UnmarshalLayer)

// trainingFile is the form of a trainer's counters in a file.
type trainingFile struct {
	Steps, Micro, Batches, Epochs int
	Rate                          float64 // set by a callback
	RateFixed                     bool
	RateFactor                    float64
}

// WriteParts adds the model to a file that holds more than one. It is for other
// packages of goodfit.
func (m *Model) WriteParts(w modelfile.PartWriter, o SaveOptions) error {
	if m.net == nil {
		return fmt.Errorf("the model has no weights yet; compile it")
	}
	if err := w.JSON("graph.json", m.graphFile(), layerTable); err != nil {
		return err
	}
	if m.compiled && !o.WithoutConfig {
		if err := w.JSON("config.json", m.config, configTables...); err != nil {
			return err
		}
	}
	if o.Optimizer && m.compiled {
		if err := m.writeTraining(w); err != nil {
			return err
		}
	}
	return w.Tensors("weights.safetensors", m.namedWeights(), nil)
}

func (m *Model) graphFile() graphFile {
	f := graphFile{NextID: m.nextID, Outputs: m.OutputNames()}
	for _, n := range m.nodes {
		shares := ""
		if n.shares >= 0 {
			shares = m.nodes[n.shares].name
		}
		f.Nodes = append(f.Nodes, nodeFile{n.name, n.id, n.layer, n.shape, m.names(n.in), shares, n.frozen})
	}
	return f
}

// namedWeights lists all weights and statistics as "layer/parameter".
func (m *Model) namedWeights() []modelfile.Tensor {
	var list []modelfile.Tensor
	for i, n := range m.nodes {
		if n.layer == nil || n.shares >= 0 {
			continue
		}
		for _, p := range m.net.Nodes[i].Op.Params() {
			list = append(list, modelfile.Tensor{Name: n.name + "/" + p.Name, Shape: p.Shape, Data: p.Value})
		}
	}
	return list
}

// weightsByName is namedWeights as places to read into.
func (m *Model) weightsByName() map[string][]float32 {
	dst := map[string][]float32{}
	for _, t := range m.namedWeights() {
		dst[t.Name] = t.Data.([]float32)
	}
	return dst
}

func (m *Model) writeTraining(w modelfile.PartWriter) error {
	t := m.trainer
	err := w.JSON("training.json", trainingFile{t.Steps, t.Micro, t.Batches(), m.epochs, m.rate.fixed, m.rate.isFixed, m.rate.factor})
	if err != nil {
		return err
	}
	return w.Tensors("optimizer.safetensors", m.optimizerState(), nil)
}

func (m *Model) optimizerState() []modelfile.Tensor {
	var list []modelfile.Tensor
	names := m.trainer.Stepper().Names()
	for k, s := range m.trainer.Stepper().State() {
		list = append(list, modelfile.Tensor{Name: names[k], Shape: []int{len(s)}, Data: s})
	}
	if g := m.trainer.Waiting(); g != nil {
		list = append(list, modelfile.Tensor{Name: "gradient", Shape: []int{len(g)}, Data: g})
	}
	return list
}

// ReadParts reads a model that [Model.WriteParts] wrote. It is for other packages
// of goodfit.
func ReadParts(r modelfile.PartReader) (*Model, error) {
	m, err := readGraph(r)
	if err != nil {
		return nil, err
	}
	var c Config
	if r.Has("config.json") {
		if err := r.JSON("config.json", &c, configTables...); err != nil {
			return nil, err
		}
	}
	if err := m.build(c.Seed); err != nil {
		return nil, err
	}
	t, err := r.Tensors("weights.safetensors")
	if err != nil {
		return nil, err
	}
	if err := t.Into(m.weightsByName()); err != nil {
		return nil, err
	}
	if !r.Has("config.json") {
		return m, nil
	}
	if err := m.Compile(c); err != nil {
		return nil, err
	}
	if r.Has("training.json") {
		return m, m.readTraining(r)
	}
	return m, nil
}

// readGraph reads the layers and checks that they form a graph.
func readGraph(r modelfile.PartReader) (*Model, error) {
	var f graphFile
	if err := r.JSON("graph.json", &f, layerTable); err != nil {
		return nil, err
	}
	m := &Model{nextID: f.NextID}
	at := map[string]int{}
	for i, n := range f.Nodes {
		if _, twice := at[n.Name]; twice || n.Name == "" {
			return nil, fmt.Errorf("graph.json: layer %d has the name %q, want one of its own", i, n.Name)
		}
		out := node{name: n.Name, id: n.ID, layer: n.Layer, shape: n.Shape, shares: -1, frozen: n.Frozen}
		for _, name := range n.Inputs {
			k, ok := at[name]
			if !ok {
				return nil, fmt.Errorf("graph.json: layer %q takes %q, which is not before it", n.Name, name)
			}
			out.in = append(out.in, k)
		}
		if n.Shares != "" {
			k, ok := at[n.Shares]
			if !ok || f.Nodes[k].Layer == nil {
				return nil, fmt.Errorf("graph.json: layer %q shares %q, which is no layer before it", n.Name, n.Shares)
			}
			out.shares = k
		}
		if n.Layer == nil {
			if !n.Shape.Valid() || len(n.Inputs) > 0 {
				return nil, fmt.Errorf("graph.json: input %q has shape %v", n.Name, n.Shape)
			}
			m.inputs = append(m.inputs, i)
		}
		at[n.Name] = i
		m.nodes = append(m.nodes, out)
	}
	for _, name := range f.Outputs {
		k, ok := at[name]
		if !ok {
			return nil, fmt.Errorf("graph.json: output %q is no layer", name)
		}
		m.outputs = append(m.outputs, k)
	}
	if len(m.outputs) == 0 || len(m.inputs) == 0 {
		return nil, fmt.Errorf("graph.json: the model has %d inputs and %d outputs", len(m.inputs), len(m.outputs))
	}
	return m, nil
}

func (m *Model) readTraining(r modelfile.PartReader) error {
	var f trainingFile
	if err := r.JSON("training.json", &f); err != nil {
		return err
	}
	t, err := r.Tensors("optimizer.safetensors")
	if err != nil {
		return err
	}
	dst := map[string][]float32{}
	for _, s := range m.optimizerState() {
		dst[s.Name] = s.Data.([]float32)
	}
	if err := t.Into(dst); err != nil {
		return err
	}
	m.trainer.Steps, m.trainer.Micro, m.epochs = f.Steps, f.Micro, f.Epochs
	m.trainer.SetBatches(f.Batches)
	m.rate = rateState{fixed: f.Rate, isFixed: f.RateFixed, factor: f.RateFactor}
	return nil
}

// SaveWeights writes weights and statistics alone, as a safetensors file with
// names "layer/parameter".
func (m *Model) SaveWeights(path string) error {
	if m.net == nil {
		return fmt.Errorf("goodfit: save %s: the model has no weights yet; compile it", path)
	}
	return modelfile.SaveTensors(path, m.namedWeights(), nil)
}

// LoadWeights reads what [Model.SaveWeights] wrote, or a safetensors file of
// another program with the same names and sizes. It fails, and changes nothing,
// if names or sizes differ.
func (m *Model) LoadWeights(path string) error {
	if err := m.lock(); err != nil {
		return err
	}
	defer m.unlock()
	if m.net == nil {
		return fmt.Errorf("goodfit: load %s: the model has no weights yet; compile it", path)
	}
	t, err := modelfile.OpenTensors(path)
	if err != nil {
		return err
	}
	return t.Into(m.weightsByName())
}
