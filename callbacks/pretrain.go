package callbacks

import (
	"context"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Pretrain gives the hidden layers of a sequence of layers their starting weights
// one after the other, before the fit (greedy layer-wise pretraining, supervised;
// Bengio et al. 2007): the first hidden layer is trained with an output layer behind
// it; then it is held as it is and the second is trained between the two, and so on.
// All layers then train together in the fit itself.
//
// A hidden layer here is a Dense other than the last, with the layers behind it up
// to the next Dense. Each stage uses the fit's optimizer, loss, batch size and class
// weights, and a seed that is derived from the model's. A fit that goes on after a
// first one, or is resumed, is not pretrained. A net with fewer than two hidden
// layers is left as it is.
type Pretrain struct {
	// Epochs is the number of epochs of each stage; default 10.
	Epochs int
}

// Start implements goodfit.Callback. It fails if Epochs is below 0, or if the model
// is no sequence of layers with a Dense at its end.
func (p Pretrain) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	if p.Epochs < 0 {
		return nil, fmt.Errorf("Epochs is %d, want at least 1", p.Epochs)
	}
	if p.Epochs == 0 {
		p.Epochs = 10
	}
	w := &pretrain{epochs: p.Epochs}
	return w, w.divide(run.Model().Layers())
}

type pretrain struct {
	epochs int
	input  tensor.Shape
	head   []nn.Layer   // before the first Dense
	hidden [][]nn.Layer // each a Dense and what stands behind it
	output []nn.Layer
}

// divide sorts the layers, which it gives their names in the model.
func (w *pretrain) divide(layers []goodfit.LayerInfo) error {
	for i, l := range layers {
		if i == 0 && l.Layer == nil {
			w.input = l.Output
			continue
		}
		if l.Layer == nil || len(l.Inputs) != 1 || l.Inputs[0] != layers[i-1].Name {
			return fmt.Errorf("Pretrain needs a sequence of layers; %q does not follow on the one before it alone", l.Name)
		}
		named := nn.As(l.Name, unnamed(l.Layer))
		_, dense := unnamed(l.Layer).(nn.Dense)
		switch {
		case dense:
			w.hidden = append(w.hidden, []nn.Layer{named})
		case len(w.hidden) == 0:
			w.head = append(w.head, named)
		default:
			last := &w.hidden[len(w.hidden)-1]
			*last = append(*last, named)
		}
	}
	if len(w.hidden) == 0 {
		return fmt.Errorf("Pretrain needs a model with a Dense at its end")
	}
	w.output, w.hidden = w.hidden[len(w.hidden)-1], w.hidden[:len(w.hidden)-1]
	return nil
}

// unnamed returns the layer inside nn.As.
func unnamed(l nn.Layer) nn.Layer {
	for {
		n, ok := l.(nn.Named)
		if !ok {
			return l
		}
		l = n.Layer
	}
}

// FitBegin implements goodfit.FitBeginner.
func (w *pretrain) FitBegin(run *goodfit.Run) error {
	if run.Epoch > 0 || len(w.hidden) < 2 {
		return nil
	}
	plan := run.Plan()
	plan = goodfit.Plan{Epochs: w.epochs, BatchSize: plan.BatchSize, ClassWeights: plan.ClassWeights, InOrder: plan.InOrder}
	known := map[string]map[string]*tensor.Tensor{}
	for stage := 1; stage <= len(w.hidden); stage++ {
		if err := w.train(run.Context(), run.Model().Config(), run.Data(), plan, stage, known); err != nil {
			return fmt.Errorf("callbacks: pretraining of hidden layer %d: %w", stage, err)
		}
	}
	for _, l := range run.Model().Layers() {
		if weights := known[l.Name]; weights != nil {
			if err := run.SetWeights(l.Name, weights); err != nil {
				return err
			}
		}
	}
	return nil
}

// train trains the newest of so many hidden layers, and the output; known has the
// weights of the layers so far, to which it adds.
func (w *pretrain) train(ctx context.Context, config goodfit.Config, data datasets.Source, plan goodfit.Plan, stage int,
	known map[string]map[string]*tensor.Tensor) error {
	layers := append([]nn.Layer{}, w.head...)
	for _, block := range w.hidden[:stage] {
		layers = append(layers, block...)
	}
	m := goodfit.Sequential(w.input, append(layers, w.output...)...)
	config.Seed = random.Derive(config.Seed, uint64(stage))
	if err := m.Compile(config); err != nil {
		return err
	}
	if err := w.goOn(m, stage, known); err != nil {
		return err
	}
	if _, err := m.Fit(ctx, data, plan); err != nil {
		return err
	}
	for _, l := range m.Layers()[1:] {
		weights, err := m.Weights(l.Name)
		if err != nil {
			return err
		}
		if len(weights) > 0 {
			known[l.Name] = weights
		}
	}
	return nil
}

// goOn gives the layers of the stages before their weights, and holds them.
func (w *pretrain) goOn(m *goodfit.Model, stage int, known map[string]map[string]*tensor.Tensor) error {
	old := append([]nn.Layer{}, w.head...)
	for _, block := range w.hidden[:stage-1] {
		old = append(old, block...)
	}
	for _, l := range old {
		name := l.(nn.Named).Name
		if known[name] == nil {
			continue
		}
		if err := m.SetWeights(name, known[name]); err != nil {
			return err
		}
		if err := m.Freeze(name); err != nil {
			return err
		}
	}
	return nil
}
