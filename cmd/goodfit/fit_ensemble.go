package main

import (
	"fmt"
	"strings"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// ensembleKind is what --ensemble names.
type ensembleKind struct {
	name, does string
	// single is set where one training gives all members, which early stopping would
	// cut short.
	single bool
	// least is the least number of members.
	least  int
	method func(o ensembleOptions) ensembles.Method
}

// ensembleOptions are what a kind makes its method of.
type ensembleOptions struct {
	members, epochs int
	seed            uint64
	classes         bool
}

// defaultMembers is for all kinds.
const defaultMembers = 5

var ensembleKinds = []ensembleKind{
	{"average", "each on all training rows, averaged", false, 1, func(o ensembleOptions) ensembles.Method {
		return ensembles.Average{Members: o.members, Seed: o.seed}
	}},
	{"bagging", "each on a bootstrap sample of the rows", false, 1, func(o ensembleOptions) ensembles.Method {
		return ensembles.Bagging{Members: o.members, Seed: o.seed}
	}},
	{"kfold", "each on all but one of as many folds", false, 2, func(o ensembleOptions) ensembles.Method {
		return ensembles.KFold{Members: o.members, Stratify: o.classes, Seed: o.seed}
	}},
	{"splits", "each on a random nine tenths of the rows", false, 1, func(o ensembleOptions) ensembles.Method {
		return ensembles.Splits{Members: o.members, Stratify: o.classes, Seed: o.seed}
	}},
}

func ensembleNames() string {
	var names []string
	for _, k := range ensembleKinds {
		names = append(names, k.name)
	}
	return strings.Join(names, ", ")
}

// ensembleHelp lists the kinds for the help of fit.
func ensembleHelp() string {
	var b strings.Builder
	for _, k := range ensembleKinds {
		fmt.Fprintf(&b, "  %-11s %s\n", k.name, k.does)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// kind returns the kind that --ensemble names; nil without the flag.
func (f *fitFlags) kind() (*ensembleKind, error) {
	if f.ensemble == "" {
		for _, name := range []string{"members"} {
			if f.flags.Changed(name) {
				return nil, fmt.Errorf("--%s needs --ensemble: one of %s", name, ensembleNames())
			}
		}
		if f.flags.Changed("ensemble") {
			return nil, fmt.Errorf("--ensemble is empty, want one of %s", ensembleNames())
		}
		return nil, nil
	}
	for i, k := range ensembleKinds {
		if k.name == f.ensemble {
			return &ensembleKinds[i], f.checkKind(k)
		}
	}
	hint := ""
	var names []string
	for _, k := range ensembleKinds {
		names = append(names, k.name)
	}
	if name, ok := nearest(f.ensemble, names); ok {
		hint = fmt.Sprintf("did you mean %q? ", name)
	}
	return nil, fmt.Errorf("--ensemble is %q; %sthere are %s", f.ensemble, hint, ensembleNames())
}

// checkKind refuses flags that do not go with a kind.
func (f *fitFlags) checkKind(k ensembleKind) error {
	switch {
	case f.members < k.least:
		return fmt.Errorf("--members is %d, want at least %d for --ensemble %s", f.members, k.least, k.name)
	case k.single && f.flags.Changed("patience") && f.patience != -1:
		return fmt.Errorf("--patience does not go with --ensemble %s, whose members come from one training of all its epochs", k.name)
	case k.single && f.members > f.epochs:
		return fmt.Errorf("--members is %d and --epochs %d, want an epoch or more for each member of --ensemble %s", f.members, f.epochs, k.name)
	}
	return nil
}

// addEnsemble makes the options those of the ensemble that was asked for.
func (j *fitJob) addEnsemble(o *pipeline.Options, table *datasets.Table) error {
	if j.kind == nil {
		return nil
	}
	task := o.Task
	if task == datasets.TaskAuto {
		var err error
		if task, err = table.InferTask(j.flags.target); err != nil {
			return err
		}
	}
	if j.kind.single {
		o.Patience = -1
	}
	o.Ensemble = j.kind.method(ensembleOptions{j.flags.members, j.flags.epochs, j.flags.seed, task == datasets.TaskClassification})
	return nil
}

// checkFolds refuses more folds than there are rows.
func (j *fitJob) checkFolds() error {
	if rows := j.training.Train.Table.Rows(); j.kind != nil && j.kind.name == "kfold" && j.flags.members > rows {
		return fmt.Errorf("--members is %d, want at most %d for --ensemble kfold: a fold for each row to train", j.flags.members, rows)
	}
	return nil
}

// ensembleText names an ensemble, as "ensemble of 5 members (bagging)".
func (j *fitJob) ensembleText(members int) string {
	if members == 1 {
		return fmt.Sprintf("ensemble of 1 member (%s)", j.kind.name)
	}
	return fmt.Sprintf("ensemble of %d members (%s)", members, j.kind.name)
}
