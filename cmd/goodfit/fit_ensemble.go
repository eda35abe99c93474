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
	// members is the default number of members, 0 for a kind without; least is the
	// least.
	members, least int
	// single is set where one training gives all members, which early stopping would
	// cut short.
	single bool
	// classes is set for classifications alone.
	classes bool
	method  func(o ensembleOptions) ensembles.Method
}

// ensembleOptions are what a kind makes its method of.
type ensembleOptions struct {
	members int
	seed    uint64
	classes bool
}

var ensembleKinds = []ensembleKind{
	{"average", "each on all training rows, averaged", 5, 1, false, false, func(o ensembleOptions) ensembles.Method {
		return ensembles.Average{Members: o.members, Seed: o.seed}
	}},
	{"bagging", "each on a bootstrap sample of the rows", 10, 1, false, false, func(o ensembleOptions) ensembles.Method {
		return ensembles.Bagging{Members: o.members, Seed: o.seed}
	}},
	{"kfold", "each on all but one of as many folds", 5, 2, false, false, func(o ensembleOptions) ensembles.Method {
		return ensembles.KFold{Members: o.members, Stratify: o.classes, Seed: o.seed}
	}},
	{"splits", "each on a random nine tenths of the rows", 10, 1, false, false, func(o ensembleOptions) ensembles.Method {
		return ensembles.Splits{Members: o.members, Stratify: o.classes, Seed: o.seed}
	}},
	{"vote", "as average, but each has one vote for a class", 5, 1, false, true, func(o ensembleOptions) ensembles.Method {
		return ensembles.Average{Members: o.members, Seed: o.seed, Combiner: ensembles.Vote{}}
	}},
	{"weighted", "averaged by weights that suit the validation rows best", 5, 2, false, false, func(o ensembleOptions) ensembles.Method {
		return ensembles.WeightedAverage{Members: o.members, Seed: o.seed}
	}},
	{"greedy", "selected one by one as long as the mean gets better", 20, 2, false, false, func(o ensembleOptions) ensembles.Method {
		return ensembles.GreedySelection{Members: o.members, Seed: o.seed}
	}},
	{"stack", "combined by a regression on their predictions out of fold", 5, 1, false, false, func(o ensembleOptions) ensembles.Method {
		return ensembles.Stacking{Members: o.members, Seed: o.seed}
	}},
	{"integrated", "frozen in one graph with a network that combines them", 5, 1, false, false, func(o ensembleOptions) ensembles.Method {
		return ensembles.Integrated{Members: o.members, Seed: o.seed}
	}},
	{"snapshot", "one training in as many cycles of the rate, the end of each a member", 5, 1, true, false, func(o ensembleOptions) ensembles.Method {
		return ensembles.Snapshot{Members: o.members, Seed: o.seed}
	}},
	{"horizontal", "one training, its last epochs", 10, 1, true, false, func(o ensembleOptions) ensembles.Method {
		return ensembles.Horizontal{Members: o.members, Seed: o.seed}
	}},
	{"weights", "one training and one model: the mean weights of its last epochs", 10, 1, true, false, func(o ensembleOptions) ensembles.Method {
		return ensembles.WeightAverage{Members: o.members, Seed: o.seed}
	}},
	{"swa", "one training and one model: the mean weights of the last quarter of its epochs", 0, 0, true, false, func(o ensembleOptions) ensembles.Method {
		return ensembles.SWA{Seed: o.seed}
	}},
	{"ema", "one training and one model: the mean weights of its updates, old ones counting less", 0, 0, true, false, func(o ensembleOptions) ensembles.Method {
		return ensembles.EMA{Seed: o.seed}
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

// kind returns the kind that --ensemble names, and sets the number of its members;
// nil without the flag.
func (f *fitFlags) kind() (*ensembleKind, error) {
	if !f.flags.Changed("ensemble") {
		if f.flags.Changed("members") {
			return nil, fmt.Errorf("--members needs --ensemble: one of %s", ensembleNames())
		}
		return nil, nil
	}
	var names []string
	for i, k := range ensembleKinds {
		names = append(names, k.name)
		if k.name == f.ensemble {
			return &ensembleKinds[i], f.checkKind(k)
		}
	}
	hint := ""
	if name, ok := nearest(f.ensemble, names); ok {
		hint = fmt.Sprintf("did you mean %q? ", name)
	}
	return nil, fmt.Errorf("--ensemble is %q; %sthere are %s", f.ensemble, hint, ensembleNames())
}

// checkKind refuses flags that do not go with a kind.
func (f *fitFlags) checkKind(k ensembleKind) error {
	if !f.flags.Changed("members") {
		f.members = k.members
	}
	switch {
	case k.members == 0 && f.flags.Changed("members"):
		return fmt.Errorf("--members does not go with --ensemble %s (%s)", k.name, k.does)
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
	if j.kind.classes && task != datasets.TaskClassification {
		return fmt.Errorf("--ensemble %s is for classes, and %q is a number", j.kind.name, j.flags.target)
	}
	if j.kind.single {
		o.Patience = -1
	}
	o.Ensemble = j.kind.method(ensembleOptions{j.flags.members, j.flags.seed, task == datasets.TaskClassification})
	return nil
}

// checkFolds refuses more folds than there are rows.
func (j *fitJob) checkFolds() error {
	if rows := j.training.Train.Table.Rows(); j.kind != nil && j.kind.name == "kfold" && j.flags.members > rows {
		return fmt.Errorf("--members is %d, want at most %d for --ensemble kfold: a fold for each row to train", j.flags.members, rows)
	}
	return nil
}

// ensembleText names an ensemble, as "ensemble of 5 members (bagging)", or "ensemble
// (swa)" if it is one model.
func (j *fitJob) ensembleText(members int) string {
	if members < 2 {
		return fmt.Sprintf("ensemble (%s)", j.kind.name)
	}
	return fmt.Sprintf("ensemble of %d members (%s)", members, j.kind.name)
}
