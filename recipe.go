package goodfit

import (
	"context"
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Recipe is everything that makes a training of a sequence of layers, as data:
// ensembles, experiments and the coach make models from it, each with a seed of
// its own.
type Recipe struct {
	Input  tensor.Shape // shape of one row; nil: taken from the data
	Layers []nn.Layer
	Config Config // its Seed is replaced
	Plan   Plan
}

// Build returns a new compiled model whose weights are drawn by seed.
func (r Recipe) Build(seed uint64) (*Model, error) {
	if r.Input == nil {
		return nil, errors.New("goodfit: recipe: no Input shape; call For with the data")
	}
	m := Sequential(r.Input, r.Layers...)
	r.Config.Seed = seed
	if err := m.Compile(r.Config); err != nil {
		return nil, err
	}
	return m, nil
}

// For returns the recipe with the input shape of the data, where it has none.
func (r Recipe) For(data datasets.Source) (Recipe, error) {
	if r.Input != nil {
		return r, nil
	}
	inputs := data.Layout().Inputs
	if len(inputs) != 1 {
		return r, fmt.Errorf("goodfit: recipe: the data have %d inputs, want 1", len(inputs))
	}
	r.Input = inputs[0].Shape
	return r, nil
}

// Fit builds a model by seed and trains it. Validation replaces Plan.Validation
// if it is not nil.
func (r Recipe) Fit(ctx context.Context, train, validation datasets.Source, seed uint64) (*Model, *curves.History, error) {
	r, err := r.For(train)
	if err != nil {
		return nil, nil, err
	}
	m, err := r.Build(seed)
	if err != nil {
		return nil, nil, err
	}
	if !isNil(validation) {
		r.Plan.Validation = validation
	}
	h, err := m.Fit(ctx, train, r.Plan)
	return m, h, err
}
