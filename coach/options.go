package coach

import (
	"fmt"
	"slices"
	"time"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// Options say what the coach does.
type Options struct {
	// Start is the recipe to begin with, which is also the baseline; without layers
	// it means the default options of package pipeline, with its Prepare.
	Start pipeline.Recipe
	// Metric is the name of the score that decides, one of those that
	// [pipeline.MetricsFor] the task has. Default: log_loss, f1 where the rarest class
	// has less than a quarter of an equal share of the rows, or rmse.
	Metric string
	// Budget is the work for all trainings but the last two, in nominal seconds; see
	// the package. Default 2 minutes.
	Budget time.Duration
	// Limit ends the search by the clock, whatever the budget; what is under way is
	// lost. The result is then not the same on every machine, and says so. 0: none.
	Limit time.Duration
	// Fits ends the search after so many trainings on folds; 0: the budget alone.
	Fits int
	// Folds and Repeats of the cross-validation that compares; default 5 folds, and 3
	// repeats below 300 rows, 2 below 1,000, else 1.
	Folds, Repeats int
	// Techniques are those to choose from; nil: [Techniques].
	Techniques []Technique
	// Journal is a file that keeps what was done, for a run that goes on after it was
	// ended; "": none.
	Journal string
	Seed    uint64
	// Watch, if given, is told what happens, in order.
	Watch func(Event)
}

// Event is something that a watcher may show.
type Event struct {
	// Kind is "start", "try", "step", "final".
	Kind string
	// Text is one or two sentences.
	Text string
	// Step is what came of a try; nil in other events.
	Step *Step
	// Spent and Budget are nominal seconds.
	Spent, Budget float64
	Fits          int
}

const defaultBudget = 2 * time.Minute

func (o Options) check() error {
	switch {
	case o.Budget < 0 || o.Limit < 0:
		return fmt.Errorf("coach: the budget is %v and the limit %v, want times above 0", o.Budget, o.Limit)
	case o.Folds < 0 || o.Folds == 1 || o.Repeats < 0:
		return fmt.Errorf("coach: %d folds and %d repeats, want at least 2 and 1", o.Folds, o.Repeats)
	case o.Fits < 0:
		return fmt.Errorf("coach: %d fits, want at least 1", o.Fits)
	}
	for _, t := range o.Techniques {
		if t.Name == "" || t.Propose == nil {
			return fmt.Errorf("coach: a technique needs a Name and Propose, and %q lacks one", t.Name)
		}
	}
	return nil
}

// metric returns the score that decides and its direction.
func (o Options) metric(f Facts) (metrics.Metric, error) {
	name := o.Metric
	if name == "" {
		name = metrics.RMSE{}.Name()
		if f.Task == datasets.TaskClassification {
			name = metrics.LogLoss{}.Name()
			if f.Rarest() < 0.25 {
				name = metrics.F1{}.Name()
			}
		}
	}
	all := pipeline.MetricsFor(f.Task)
	k := slices.IndexFunc(all, func(m metrics.Metric) bool { return m.Name() == name })
	if k < 0 {
		var names []string
		for _, m := range all {
			names = append(names, m.Name())
		}
		return nil, fmt.Errorf("coach: a %v has no score %q; it has %q", f.Task, o.Metric, names)
	}
	return all[k], nil
}

// sign is 1 for scores that are minimized and −1 for others.
func sign(d curves.Direction) float64 {
	if d == curves.Maximize {
		return -1
	}
	return 1
}
