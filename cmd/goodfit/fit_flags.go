package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// fitFlags are the flags of fit.
type fitFlags struct {
	table                     tableFlags
	target, task, out, layers string
	activation, optimizer     string
	targetScale               string
	recipe                    string
	ensemble                  string
	epochs, batch, patience   int
	members                   int
	rate, clip                float64
	dropout, l1, l2           float64
	validation, test          float64
	seed                      uint64
	drop                      []string
	json, quiet               bool
	flags                     *pflag.FlagSet
}

// add declares the flags, with their defaults.
func (f *fitFlags) add(s *pflag.FlagSet) {
	f.flags = s
	s.SortFlags = false
	s.StringVarP(&f.target, "target", "t", "", "the column to predict")
	s.StringVar(&f.task, "task", "auto", "auto, classification or regression")
	s.StringVarP(&f.out, "out", "o", "goodfit-out", "the folder for the files")
	s.Uint64Var(&f.seed, "seed", 1, "decides the split, the weights and the order of the rows")
	s.StringSliceVar(&f.drop, "drop", nil, "columns that are not features")
	f.table.add(s)
	s.StringVar(&f.recipe, "recipe", "", "a recipe.json that says all that follows, and the seed; see improve")
	s.StringVar(&f.layers, "layers", "64,32", `units of the hidden layers; "none" is a linear model`)
	s.StringVar(&f.activation, "activation", "relu", "of the hidden layers: tanh, elu, gelu, swish, leaky_relu(0.1), …")
	s.IntVar(&f.epochs, "epochs", 500, "the most epochs")
	s.IntVar(&f.batch, "batch-size", 0, "rows per update (default: a sixteenth of the training rows, 8 to 128)")
	s.StringVar(&f.optimizer, "optimizer", "adam", optimizerNames())
	s.StringVar(&f.targetScale, "target-scale", "standard", "of numbers to predict: standard, or yeo-johnson for a strongly skewed target")
	s.Float64Var(&f.rate, "rate", 0, "learning rate (default: the optimizer's, 0.002 for adam)")
	s.Float64Var(&f.clip, "clip", 0, "the largest norm of the whole gradient (default: no clipping)")
	s.Float64Var(&f.dropout, "dropout", 0, "share of units dropped after each hidden layer")
	s.Float64Var(&f.l1, "l1", 0, "L1 penalty on the kernels")
	s.Float64Var(&f.l2, "l2", 0, "L2 penalty on the kernels (default: 0.003 for classes, 6/rows within 0.001 and 0.03 for numbers)")
	s.IntVar(&f.patience, "patience", 30, "epochs without improvement before the fit stops; -1: never")
	s.StringVar(&f.ensemble, "ensemble", "", "train several models as one: "+ensembleNames())
	s.IntVar(&f.members, "members", 0, "the models of the ensemble (default: 5; bagging, splits, horizontal and weights 10, greedy 20)")
	s.Float64Var(&f.validation, "validation", 0.2, "share of the rows for early stopping")
	s.Float64Var(&f.test, "test", 0.2, "share of the rows for the final scores")
	s.BoolVar(&f.json, "json", false, "print one JSON object on standard output, and no progress")
	s.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing but errors")
}

// options returns what the flags mean; it fails on one that means nothing.
func (f *fitFlags) options() (o pipeline.Options, err error) {
	o = pipeline.Options{Epochs: f.epochs, BatchSize: f.batch, Rate: f.rate, Clip: f.clip, Dropout: f.dropout,
		Patience: f.patience, Seed: f.seed, Validation: opt.Of(f.validation), Test: opt.Of(f.test),
		Encode: datasets.Encode{Drop: f.drop}}
	for _, name := range []string{"epochs", "batch-size", "patience", "rate", "clip"} {
		if f.flags.Changed(name) && f.flags.Lookup(name).Value.String() == "0" {
			return o, fmt.Errorf("--%s is 0, want more", name)
		}
	}
	if f.flags.Changed("l1") {
		o.L1 = opt.Of(f.l1)
	}
	if f.flags.Changed("l2") {
		o.L2 = opt.Of(f.l2)
	}
	if err := o.Task.UnmarshalText([]byte(f.task)); err != nil {
		return o, fmt.Errorf("--task is %q, want auto, classification or regression", f.task)
	}
	if o.Hidden, err = hiddenUnits(f.layers); err != nil {
		return o, err
	}
	if o.Activation, err = hiddenActivation(f.activation); err != nil {
		return o, err
	}
	if o.TargetScaling, err = targetScaling(f.targetScale); err != nil {
		return o, err
	}
	o.Optimizer, err = optimizerNamed(f.optimizer)
	return o, err
}

// targetScaling reads a scaling of the target; nil is the pipeline's default.
func targetScaling(text string) (datasets.Scaling, error) {
	switch text {
	case "standard":
		return nil, nil
	case "yeo-johnson":
		return datasets.YeoJohnson{}, nil
	}
	return nil, fmt.Errorf("--target-scale is %q, want standard or yeo-johnson", text)
}

// hiddenUnits reads "64,32"; "none" is an empty list.
func hiddenUnits(text string) ([]int, error) {
	units := []int{}
	if text == "none" {
		return units, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf(`--layers is %q, want whole numbers with commas between, as 64,32, or "none"`, text)
		}
		units = append(units, n)
	}
	return units, nil
}

// hiddenActivation reads an activation that makes sense between layers.
func hiddenActivation(text string) (act.Func, error) {
	f, err := act.Parse(text)
	switch {
	case err != nil:
		return f, fmt.Errorf("--activation: %w", err)
	case f == act.Linear:
		return f, fmt.Errorf("--activation is linear, which makes all layers one; use --layers none")
	}
	return f, nil
}

// optimizers are those that --optimizer names. SGD has the momentum that is
// usual; nil is the pipeline's default.
var optimizers = []struct {
	name string
	optim.Optimizer
}{
	{"adam", nil}, {"adamw", optim.AdamW{}}, {"sgd", optim.SGD{Momentum: 0.9}}, {"rmsprop", optim.RMSprop{}},
	{"adagrad", optim.Adagrad{Rate: 0.01}}, {"adadelta", optim.Adadelta{Rate: 1}}, {"adamax", optim.Adamax{}}, {"nadam", optim.Nadam{}},
}

func optimizerNames() string {
	var names []string
	for _, o := range optimizers {
		names = append(names, o.name)
	}
	return strings.Join(names, ", ")
}

func optimizerNamed(name string) (optim.Optimizer, error) {
	for _, o := range optimizers {
		if o.name == name {
			return o.Optimizer, nil
		}
	}
	return nil, fmt.Errorf("--optimizer is %q, want one of %s", name, optimizerNames())
}
