package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/internal/modelfile"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/optim"
)

// inspection is what inspect found in a file, and its JSON form.
type inspection struct {
	File    string `json:"file"`
	Bytes   int64  `json:"bytes"`
	Kind    string `json:"kind"`
	Version string `json:"version"` // of the goodfit that wrote it

	// Of a pipeline: the columns of the table, and those that they became.
	Task    string           `json:"task,omitempty"`
	Target  string           `json:"target,omitempty"`
	Classes []string         `json:"classes,omitempty"`
	Schema  *datasets.Schema `json:"schema,omitempty"`
	Columns []string         `json:"columns,omitempty"`

	// Of an ensemble, alone or in a pipeline.
	Ensemble *inspectedEnsemble `json:"ensemble,omitempty"`

	// Of a pipeline or a model; of an ensemble those of its first member.
	Layers     []inspectedLayer   `json:"layers,omitempty"`
	Parameters *inspectedCount    `json:"parameters,omitempty"`
	Training   *inspectedTraining `json:"training,omitempty"`

	// Of a checkpoint.
	Epochs  int                `json:"epochs,omitempty"`
	Weights []modelfile.Info   `json:"weights,omitempty"`
	Last    map[string]float64 `json:"last,omitempty"` // values of the last epoch

	Parts []modelfile.Part `json:"parts"`

	model *goodfit.Model
}

// inspectedEnsemble is how the members of an ensemble are combined.
type inspectedEnsemble struct {
	Members  int             `json:"members"`
	Combiner json.RawMessage `json:"combiner"`
	// Parameters are those of all members.
	Parameters int `json:"parameters"`
}

type inspectedLayer struct {
	Name       string          `json:"name"`
	Layer      json.RawMessage `json:"layer,omitempty"` // nothing for an input
	Output     []int           `json:"output"`
	Parameters int             `json:"parameters"`
	Frozen     bool            `json:"frozen,omitempty"`
	Inputs     []string        `json:"inputs,omitempty"`
}

type inspectedCount struct {
	Total      int `json:"total"`
	Trainable  int `json:"trainable"`
	Frozen     int `json:"frozen"`
	Statistics int `json:"statistics"`
}

// inspectedTraining is how a model was compiled.
type inspectedTraining struct {
	Loss      json.RawMessage   `json:"loss"`
	Optimizer json.RawMessage   `json:"optimizer"`
	Metrics   []json.RawMessage `json:"metrics"`
	Seed      uint64            `json:"seed"`
}

// describe fills in what a model tells.
func (i *inspection) describe(m *goodfit.Model) {
	i.model = m
	count := m.CountParams()
	i.Parameters = &inspectedCount{count.Total(), count.Trainable, count.Frozen, count.Statistics}
	for _, info := range m.Layers() {
		l := inspectedLayer{Name: info.Name, Output: info.Output, Frozen: info.Frozen, Inputs: info.Inputs}
		for _, p := range info.Params {
			l.Parameters += p.Shape.Size()
		}
		if info.Layer != nil {
			l.Layer = described(nn.MarshalLayer(info.Layer))
		}
		i.Layers = append(i.Layers, l)
	}
	c := m.Config()
	if c.Loss == nil {
		return
	}
	i.Training = &inspectedTraining{Loss: described(losses.Marshal(c.Loss)), Metrics: []json.RawMessage{}, Seed: c.Seed}
	if c.Optimizer == nil {
		c.Optimizer = optim.Adam{}
	}
	i.Training.Optimizer = described(optim.Marshal(c.Optimizer))
	for _, metric := range c.Metrics {
		i.Training.Metrics = append(i.Training.Metrics, described(metrics.Marshal(metric)))
	}
}

// describeEnsemble fills in what an ensemble, its part of the file and its first
// member tell.
func (i *inspection) describeEnsemble(e *ensembles.Ensemble, r modelfile.PartReader) error {
	i.Ensemble = &inspectedEnsemble{Members: len(e.Members)}
	var file struct {
		Members  int
		Combiner json.RawMessage
	}
	if err := r.JSON("ensemble.json", &file); err != nil {
		return err
	}
	i.Ensemble.Combiner = oneLine(file.Combiner)
	for _, m := range e.Members {
		i.Ensemble.Parameters += m.CountParams().Total()
	}
	i.describe(e.Members[0])
	return nil
}

// oneLine returns JSON without indentation.
func oneLine(text json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	if json.Compact(&b, text) != nil {
		return text
	}
	return b.Bytes()
}

// described returns the JSON form of a part, null for one that has none.
func described(text []byte, err error) json.RawMessage {
	if err != nil {
		return json.RawMessage("null")
	}
	return text
}

// stateFile is the form of the state of a fit, as goodfit.Run.SaveState writes it.
type stateFile struct {
	Config   string
	First    int
	History  json.RawMessage
	Watchers []struct {
		Type  string
		State json.RawMessage
	}
}

// readCheckpoint reads what the state of a fit tells without its model.
func (i *inspection) readCheckpoint(r *modelfile.Reader) error {
	var state stateFile
	if err := r.JSON("state.json", &state); err != nil {
		return err
	}
	var h curves.History
	if err := json.Unmarshal(state.History, &h); err != nil {
		return fmt.Errorf("%s: state.json: %w", i.File, err)
	}
	i.Epochs, i.Last = h.Epochs(), map[string]float64{}
	for _, s := range h.Series {
		i.Last[s.Name] = h.Last(s.Name)
	}
	i.Last = finite(i.Last)
	t, err := r.Tensors("weights.safetensors")
	if err != nil {
		return err
	}
	i.Weights = t.Infos()
	return t.Close()
}

// print writes what a person wants to know.
func (i *inspection) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s of goodfit %s, %d bytes\n", i.File, i.Kind, i.Version, i.Bytes)
	if i.Schema != nil {
		i.printSchema(&b)
	}
	if e := i.Ensemble; e != nil {
		fmt.Fprintf(&b, "\nensemble of %d members with %d parameters in all, combined by %s; the first of them:\n", e.Members, e.Parameters, e.Combiner)
	}
	if i.model != nil {
		fmt.Fprintf(&b, "\n%s", i.model.Summary())
	}
	if t := i.Training; t != nil {
		fmt.Fprintf(&b, "\nloss       %s\noptimizer  %s\nseed       %d\n", t.Loss, t.Optimizer, t.Seed)
	}
	if i.Kind == string(modelfile.Checkpoint) {
		i.printCheckpoint(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (i *inspection) printSchema(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s of %q", i.Task, i.Target)
	if len(i.Classes) > 0 {
		fmt.Fprintf(b, " into %q", i.Classes)
	}
	fmt.Fprintf(b, "; trained on %s", i.Schema.Summary())
	if n := len(i.Columns); n != len(i.Schema.Columns)-1 {
		fmt.Fprintf(b, "The features become %d columns.\n", n)
	}
}

func (i *inspection) printCheckpoint(b *strings.Builder) {
	fmt.Fprintf(b, "\nafter epoch %d", i.Epochs)
	for _, name := range slices.Sorted(maps.Keys(i.Last)) {
		fmt.Fprintf(b, " - %s: %.4g", name, i.Last[name])
	}
	b.WriteString("\n\nweights\n")
	for _, t := range i.Weights {
		fmt.Fprintf(b, "  %s %v\n", t.Name, t.Shape)
	}
}
