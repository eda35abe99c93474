package coach

import (
	"slices"

	"github.com/goodfit-ml/goodfit/curves"
)

// playbook lists for each finding the techniques against it, in the order in which
// to try them: those with the most leverage first.
var playbook = map[string][]string{
	curves.Diverged:           {"scaling", "target-scaling", "rate", "clipping", "relu", "optimizer", "batch-size"},
	curves.UnderfitFlat:       {"scaling", "target-scaling", "relu", "rate", "capacity", "optimizer", "less-decay", "batch-norm", "batch-size", "loss", "pretraining"},
	curves.UnderfitUnfinished: {"scaling", "target-scaling", "rate", "longer", "optimizer", "batch-norm", "batch-size", "capacity"},
	curves.VanishingGradients: {"relu", "batch-norm", "scaling", "pretraining", "less-capacity"},
	curves.DeadUnits:          {"relu", "rate", "scaling", "batch-norm", "clipping"},
	curves.Overfit:            {"early-stopping", "weight-decay", "dropout", "noise", "less-capacity", "activity-penalty", "weight-constraint"},

	curves.UnrepresentativeTrain:      {"weight-decay", "dropout", "noise", "early-stopping", "less-capacity", "weight-constraint"},
	curves.UnrepresentativeValidation: {"early-stopping", "schedule", "batch-size", "rate"},
	curves.HighVariance:               {"rate", "schedule", "batch-size", "clipping", "weight-decay"},
	curves.GoodFit:                    {"capacity", "less-decay", "schedule"},
}

// general is what is worth a try whatever was found: learning, then generalization.
var general = []string{"class-weights", "scaling", "target-scaling", "rate", "capacity", "less-decay", "weight-decay", "activation", "schedule", "loss",
	"batch-norm", "dropout", "longer", "optimizer", "batch-size", "noise", "less-capacity", "early-stopping", "weight-constraint",
	"activity-penalty", "relu", "pretraining", "clipping"}

// combining is what comes at the end.
var combining = []string{"averaging", "k-fold", "snapshot", "horizontal", "bagging", "weighted", "stacking"}

// opposites are techniques of which one is worth a try sooner where the other
// failed, and not at all where it was kept.
var opposites = map[string]string{"capacity": "less-capacity", "less-capacity": "capacity", "weight-decay": "less-decay", "less-decay": "weight-decay"}

// siblings hold a model back in one way or another: where two of them failed, the
// others are left for last.
var siblings = []string{"weight-decay", "dropout", "noise", "activity-penalty", "weight-constraint", "less-capacity"}

// outcome is what came of a technique so far.
type outcome struct {
	tries, kept int
	since       bool // another technique was kept since this one failed
}

// most is how often a technique is tried that failed, and that was kept.
const (
	mostFailed = 2
	mostKept   = 3
)

// evident returns the techniques against what shows in the recipe and the data
// themselves: it is put right before curves are read for subtler trouble.
func evident(s *Situation) []string {
	var names []string
	add := func(name string, is bool) {
		if is {
			names = append(names, name)
		}
	}
	add("target-scaling", stronglySkewed(s))
	add("scaling", unscaled(s.Recipe.Prepare.Scaling) && (s.Data.Spread > 3 || s.Data.Range > 3))
	add("target-scaling", unscaled(s.Recipe.Prepare.TargetScaling) && s.Data.TargetSize > 3)
	add("relu", !startedWell(s.Recipe))
	run, best := s.epochs()
	_, stops := stopping(s.Recipe)
	add("early-stopping", !stops && best < run*9/10)
	add("loss", s.Data.TargetPositive && s.Data.TargetSkew > 1.5 || s.Data.TargetOutliers > 0.02)
	add("class-weights", s.Metric == "f1" && s.Data.Rarest() < 0.5)
	return names
}

// ordered returns the names of the techniques to try, the most promising first:
// against what was found in its order, then what is generally worth a try; those
// that failed come again behind all others, if something else was kept since.
func ordered(s *Situation, tried map[string]outcome) []string {
	wanted := evident(s)
	for _, f := range s.Diagnosis.Findings {
		wanted = append(wanted, playbook[f.Code]...)
	}
	wanted = unique(append(wanted, general...))
	wanted = learned(wanted, tried)
	var fresh, again []string
	for _, name := range wanted {
		switch o := tried[name]; {
		case o.tries == 0, o.kept == o.tries && o.kept < mostKept:
			fresh = append(fresh, name)
		case o.since && o.tries < mostFailed+o.kept:
			again = append(again, name)
		}
	}
	return append(fresh, again...)
}

// learned changes an order by what was kept and what failed.
func learned(names []string, tried map[string]outcome) []string {
	failed := 0
	for _, name := range siblings {
		if o := tried[name]; o.tries > 0 && o.kept == 0 {
			failed++
		}
	}
	var sooner, usual, last []string
	for _, name := range names {
		opposite, has := tried[opposites[name]]
		switch {
		case has && opposite.kept > 0:
		case has && opposite.tries > 0:
			sooner = append(sooner, name)
		case failed >= 2 && tried[name].tries == 0 && slices.Contains(siblings, name):
			last = append(last, name)
		default:
			usual = append(usual, name)
		}
	}
	return slices.Concat(sooner, usual, last)
}

func unique(names []string) []string {
	var out []string
	for _, name := range names {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
