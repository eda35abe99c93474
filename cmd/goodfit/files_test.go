package main

import (
	"context"
	"log"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// makeFiles writes plain.goodfit, a model, state.goodfit, the state of its fit after
// three epochs, and ensemble.goodfit, the model twice.
func makeFiles() {
	d := datasets.Blobs{Samples: 30, Seed: 1}.Make()
	m := goodfit.Sequential(tensor.Shape{2}, nn.Dense{Units: 3, Activation: act.Softmax})
	if err := m.Compile(goodfit.Config{Loss: losses.CrossEntropy{}, Seed: 1}); err != nil {
		log.Fatal(err)
	}
	state := callbacks.Backup{Path: "state.goodfit", Keep: true}
	if _, err := m.Fit(context.Background(), d, goodfit.Plan{Epochs: 3, Callbacks: []goodfit.Callback{state}}); err != nil {
		log.Fatal(err)
	}
	if err := m.Save("plain.goodfit"); err != nil {
		log.Fatal(err)
	}
	if err := ensembles.New(nil, m, m).Save("ensemble.goodfit"); err != nil {
		log.Fatal(err)
	}
}
