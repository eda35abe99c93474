package goodfit

import (
	"context"
	"fmt"
	"iter"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/plan"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// inputReader is a layer that takes only some values, as an Embedding, and reads
// an input of the model as its own input in.
type inputReader struct {
	op   nn.InputChecker
	in   int
	name string
}

// findReaders lists the layers that want to look at the values of each input.
func (m *Model) findReaders(net *plan.Net) {
	m.readers = make([][]inputReader, len(m.inputs))
	for k, i := range m.inputs {
		for _, n := range net.Nodes {
			op, ok := n.Op.(nn.InputChecker)
			if !ok {
				continue
			}
			for in, from := range n.In {
				if from == i {
					m.readers[k] = append(m.readers[k], inputReader{op, in, n.Name})
				}
			}
		}
	}
}

// checkValues lets layers look at the inputs that they read, in the model's order.
func (m *Model) checkValues(inputs []*tensor.Tensor) error {
	for k, i := range m.inputs {
		for _, r := range m.readers[k] {
			if err := r.op.CheckInput(r.in, inputs[k].Data()); err != nil {
				return fmt.Errorf("input %q of layer %q: %w", m.nodes[i].name, r.name, err)
			}
		}
	}
	return nil
}

// tensorsOf returns arrays without their names.
func tensorsOf(arrays []datasets.Array) []*tensor.Tensor {
	list := make([]*tensor.Tensor, len(arrays))
	for k, a := range arrays {
		list[k] = a.Tensor
	}
	return list
}

// checkBatches returns a source that is not in memory with a check of each batch,
// where a layer looks at values.
func (m *Model) checkBatches(s datasets.Source) datasets.Source {
	for _, list := range m.readers {
		if len(list) > 0 {
			return checkedSource{s, m}
		}
	}
	return s
}

// checkedSource is a source whose batches are checked as they come.
type checkedSource struct {
	datasets.Source
	model *Model
}

func (c checkedSource) Batches(ctx context.Context, p datasets.BatchPlan) iter.Seq2[datasets.Batch, error] {
	return func(yield func(datasets.Batch, error) bool) {
		for b, err := range c.Source.Batches(ctx, p) {
			if err == nil {
				if err = c.model.checkValues(b.Inputs); err != nil {
					err = fmt.Errorf("in a batch: %w", err)
				}
			}
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}
