package goodfit

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/internal/plan"
	"github.com/goodfit-ml/goodfit/tensor"
)

// prepareSource checks data against the model and returns them in the order of
// the model's inputs and outputs; data in memory become float32 here, once.
func (m *Model) prepareSource(what string, s datasets.Source) (datasets.Source, error) {
	if d, ok := s.(*datasets.Dataset); ok {
		if err := d.Check(); err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		s = d.Tensors()
	}
	if t, ok := s.(*datasets.Tensors); ok {
		if err := t.Check(); err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
	}
	inputs, targets, err := m.match(s.Layout())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if err := m.checkStateRows(s.Layout().Rows); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if err := m.checkAugmented(what, s, arrange(s, inputs, targets).Layout()); err != nil {
		return nil, err
	}
	s = arrange(s, inputs, targets)
	t, ok := s.(*datasets.Tensors)
	if !ok {
		return m.checkBatches(s), nil
	}
	if err = m.checkTargets(t); err == nil {
		err = m.checkValues(tensorsOf(t.Inputs))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return s, nil
}

// match finds the place in a layout of each input and output of the model.
func (m *Model) match(l datasets.Layout) (inputs, targets []int, err error) {
	if inputs, err = m.matchFields("input", l.Inputs, m.inputs); err != nil {
		return nil, nil, err
	}
	for k, i := range m.inputs {
		if got, want := l.Inputs[inputs[k]].Shape, m.nodes[i].shape; !got.Equal(want) {
			return nil, nil, fmt.Errorf("input %q has rows of shape %v, the model wants %v", m.nodes[i].name, got, want)
		}
	}
	if targets, err = m.matchFields("target", l.Targets, m.outputs); err != nil {
		return nil, nil, err
	}
	return inputs, targets, nil
}

// matchFields matches by name where the fields have names, else by order.
func (m *Model) matchFields(what string, fields []datasets.Field, nodes []int) ([]int, error) {
	if len(fields) != len(nodes) {
		return nil, fmt.Errorf("%d %ss, the model wants %d: %q", len(fields), what, len(nodes), m.names(nodes))
	}
	at := make([]int, len(nodes))
	for k, i := range nodes {
		at[k] = k
		if fields[k].Name == "" || len(nodes) == 1 {
			continue
		}
		at[k] = -1
		for j, f := range fields {
			if f.Name == m.nodes[i].name {
				at[k] = j
			}
		}
		if at[k] < 0 {
			return nil, fmt.Errorf("no %s is named %q", what, m.nodes[i].name)
		}
	}
	return at, nil
}

// checkTargets lets the losses look at all targets before training.
func (m *Model) checkTargets(t *datasets.Tensors) error {
	heads, err := m.headsOf(t.Layout(), nil)
	if err != nil {
		return err
	}
	for k, h := range heads {
		if err := h.Loss.CheckTargets(t.Targets[k].Data(), m.net.Nodes[h.Node].Out.Last(), h.TargetSize); err != nil {
			return fmt.Errorf("targets of %q: %w", m.nodes[h.Node].name, err)
		}
	}
	return nil
}

// heads returns the losses for data that are in the model's order.
func (m *Model) heads(s datasets.Source, classWeights []float64) ([]plan.Head, error) {
	return m.headsOf(s.Layout(), classWeights)
}

func (m *Model) headsOf(l datasets.Layout, classWeights []float64) ([]plan.Head, error) {
	if !m.compiled {
		return nil, errors.New("the model is not compiled")
	}
	var heads []plan.Head
	for k, i := range m.outputs {
		o := m.config.output(m.nodes[i].name)
		out, target := m.net.Nodes[i].Out, l.Targets[k].Shape
		if err := checkTargetShape(o, out, target); err != nil {
			return nil, err
		}
		h := plan.Head{Node: i, Loss: o.Loss, Weight: float32(o.Weight.Or(1)), TargetSize: target.Last()}
		if out.Size() != out.Last() && target.Size()*out.Last() == out.Size() {
			h.TargetSize = 1 // a class index for each step
		}
		for _, w := range classWeights {
			h.ClassWeights = append(h.ClassWeights, float32(w))
		}
		if err := checkClassWeights(h, out.Last()); err != nil {
			return nil, err
		}
		heads = append(heads, h)
	}
	return heads, nil
}

// checkTargetShape checks a target's shape against an output's: the last axes as
// the loss wants them, the axes before them the same.
func checkTargetShape(o Output, out, target tensor.Shape) error {
	size := target.Last()
	if items := out.Size() / out.Last(); items > 1 {
		switch target.Size() {
		case items:
			size = 1
		case items * target.Last():
		default:
			return fmt.Errorf("targets of %q have shape %v, the output has %v", o.Name, target, out)
		}
	}
	if err := o.Loss.Check(out.Last(), size); err != nil {
		return fmt.Errorf("targets of %q: %w", o.Name, err)
	}
	return nil
}

func checkClassWeights(h plan.Head, outputs int) error {
	if h.ClassWeights == nil {
		return nil
	}
	classes := max(outputs, h.TargetSize)
	if classes == 1 {
		classes = 2
	}
	if len(h.ClassWeights) != classes {
		return fmt.Errorf("Plan.ClassWeights has %d weights for %d classes", len(h.ClassWeights), classes)
	}
	return nil
}

// arranged is a source whose fields are in the model's order.
type arranged struct {
	datasets.Source
	inputs, targets []int
}

// arrange puts a source's fields in the given order.
func arrange(s datasets.Source, inputs, targets []int) datasets.Source {
	if inOrder(inputs) && inOrder(targets) {
		return s
	}
	t, ok := s.(*datasets.Tensors)
	if !ok {
		return arranged{s, inputs, targets}
	}
	out := &datasets.Tensors{Inputs: permute(t.Inputs, inputs), Targets: permute(t.Targets, targets), Weights: t.Weights}
	if t.Masks != nil {
		out.Masks = permute(t.Masks, inputs)
	}
	return out
}

func (a arranged) Layout() datasets.Layout {
	l := a.Source.Layout()
	l.Inputs, l.Targets = permute(l.Inputs, a.inputs), permute(l.Targets, a.targets)
	return l
}

func (a arranged) Batches(ctx context.Context, p datasets.BatchPlan) iter.Seq2[datasets.Batch, error] {
	return func(yield func(datasets.Batch, error) bool) {
		for b, err := range a.Source.Batches(ctx, p) {
			if err == nil {
				b.Inputs, b.Targets = permute(b.Inputs, a.inputs), permute(b.Targets, a.targets)
				if b.Masks != nil {
					b.Masks = permute(b.Masks, a.inputs)
				}
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

func inOrder(at []int) bool {
	for k, i := range at {
		if i != k {
			return false
		}
	}
	return true
}

func permute[T any](list []T, at []int) []T {
	out := make([]T, len(at))
	for k, i := range at {
		out[k] = list[i]
	}
	return out
}

// checkFinite reports the first number of an input that is not finite.
func checkFinite(name string, t *tensor.Tensor) error {
	if i := kernel.FirstNonFinite(t.Data()); i >= 0 {
		return fmt.Errorf("input %q has %g in row %d, want a finite number", name, t.Data()[i], i/t.Shape().Size())
	}
	return nil
}
