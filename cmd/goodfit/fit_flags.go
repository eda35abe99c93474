package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/pflag"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// fitFlags are the flags of fit.
type fitFlags struct {
	target, task, out, separator string
	layers                       []int
	activation, optimizer        string
	epochs, batch, patience      int
	rate, dropout, l1, l2        float64
	validation, test             float64
	seed                         uint64
	drop                         []string
	json, quiet                  bool
	flags                        *pflag.FlagSet
}

// add declares the flags, with their defaults.
func (f *fitFlags) add(s *pflag.FlagSet) {
	f.flags = s
	s.SortFlags = false
	s.StringVarP(&f.target, "target", "t", "", "the column to predict")
	s.StringVar(&f.task, "task", "auto", "auto, classification or regression")
	s.StringVarP(&f.out, "out", "o", "goodfit-out", "the folder for the files")
	s.Uint64Var(&f.seed, "seed", 1, "decides the split, the weights and their order")
	s.StringSliceVar(&f.drop, "drop", nil, "columns that are not features")
	s.StringVar(&f.separator, "separator", "", "what stands between fields (default: found in the file)")
	s.IntSliceVar(&f.layers, "layers", nil, "units of the hidden layers (default 64,32); 0: none")
	s.StringVar(&f.activation, "activation", "relu", "of the hidden layers")
	s.IntVar(&f.epochs, "epochs", 0, "the most epochs (default 500)")
	s.IntVar(&f.batch, "batch-size", 0, "rows per update (default 32; 128 from 5,000 rows on)")
	s.Float64Var(&f.rate, "rate", 0, "learning rate (default: the optimizer's)")
	s.StringVar(&f.optimizer, "optimizer", "adam", strings.Join(optimizerNames(), ", "))
	s.Float64Var(&f.dropout, "dropout", 0, "share of units dropped after each hidden layer")
	s.Float64Var(&f.l1, "l1", 0, "L1 penalty on the kernels")
	s.Float64Var(&f.l2, "l2", 0.001, "L2 penalty on the kernels")
	s.IntVar(&f.patience, "patience", 30, "epochs without improvement before the fit stops; -1: never")
	s.Float64Var(&f.validation, "validation", 0.2, "share of the rows for early stopping")
	s.Float64Var(&f.test, "test", 0.2, "share of the rows for the final scores")
	s.BoolVar(&f.json, "json", false, "print one JSON object on standard output")
	s.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing")
}

// optimizers are those that --optimizer names, with the momentum that suits them.
var optimizers = []struct {
	name string
	optim.Optimizer
}{
	{"adam", optim.Adam{}}, {"adamw", optim.AdamW{}}, {"sgd", optim.SGD{Momentum: 0.9}}, {"rmsprop", optim.RMSprop{}},
	{"adagrad", optim.Adagrad{Rate: 0.01}}, {"adadelta", optim.Adadelta{Rate: 1}}, {"adamax", optim.Adamax{}}, {"nadam", optim.Nadam{}},
}

func optimizerNames() (names []string) {
	for _, o := range optimizers {
		names = append(names, o.name)
	}
	return names
}

// options returns what the flags mean; it fails on one that means nothing.
func (f *fitFlags) options(stderr io.Writer) (o pipeline.Options, err error) {
	o = pipeline.Options{Epochs: f.epochs, BatchSize: f.batch, Rate: f.rate, Dropout: f.dropout,
		L1: opt.Of(f.l1), L2: opt.Of(f.l2), Patience: f.patience, Seed: f.seed,
		Validation: opt.Of(f.validation), Test: opt.Of(f.test), Hidden: f.hidden(),
		Encode: datasets.Encode{Drop: f.drop}, Callbacks: f.progress(stderr)}
	for _, name := range []string{"epochs", "batch-size", "patience"} {
		if f.flags.Changed(name) && f.flags.Lookup(name).Value.String() == "0" {
			return o, fmt.Errorf("--%s is 0, want at least 1", name)
		}
	}
	if f.flags.Changed("rate") && !(f.rate > 0) {
		return o, fmt.Errorf("--rate is %g, want a number above 0", f.rate)
	}
	if o.Task, err = taskNamed(f.task); err != nil {
		return o, err
	}
	if o.Activation, err = act.Parse(f.activation); err != nil {
		return o, fmt.Errorf("--activation: %w", err)
	}
	if o.Optimizer, err = optimizerNamed(f.optimizer); err != nil {
		return o, err
	}
	if f.separator != "" && utf8.RuneCountInString(f.separator) != 1 && f.separator != `\t` {
		return o, fmt.Errorf("--separator is %q, want one character", f.separator)
	}
	return o, nil
}

// hidden returns the units of the hidden layers: nil for the default, an empty
// list for the single unit count 0.
func (f *fitFlags) hidden() []int {
	if len(f.layers) == 1 && f.layers[0] == 0 {
		return []int{}
	}
	return f.layers
}

func (f *fitFlags) separatorRune() rune {
	if f.separator == `\t` {
		return '\t'
	}
	r, _ := utf8.DecodeRuneInString(f.separator)
	if f.separator == "" {
		return 0
	}
	return r
}

func taskNamed(name string) (datasets.Task, error) {
	switch name {
	case "auto":
		return datasets.TaskAuto, nil
	case "classification":
		return datasets.TaskClassification, nil
	case "regression":
		return datasets.TaskRegression, nil
	}
	return 0, fmt.Errorf("--task is %q, want auto, classification or regression", name)
}

func optimizerNamed(name string) (optim.Optimizer, error) {
	for _, o := range optimizers {
		if o.name == name {
			return o.Optimizer, nil
		}
	}
	return nil, fmt.Errorf("--optimizer is %q, want one of %s", name, strings.Join(optimizerNames(), ", "))
}
