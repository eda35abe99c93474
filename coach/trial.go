package coach

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// trial is a recipe and its fits on folds, nil where not made.
type trial struct {
	recipe pipeline.Recipe
	id     string // hash of the recipe
	fits   []*fit
}

func newTrial(r pipeline.Recipe, folds int) (*trial, error) {
	id, err := digest(r)
	return &trial{recipe: r, id: id, fits: make([]*fit, folds)}, err
}

// laboratory makes the fits: on one table, the same folds and seeds for all.
type laboratory struct {
	table   *datasets.Table
	target  string
	metric  metrics.Metric
	folds   []fold
	journal *journal
	// naive are the scores of predicting without features, fold by fold: what a fit
	// that failed is worth.
	naive []float64
	// spent is in nominal seconds, and fits their number, each fit counted once.
	spent   float64
	fits    int
	counted map[string]bool
}

// job is a fit to make.
type job struct {
	*trial
	fold int
	key  string
	fit  fit
}

// score makes the fits of some trials on some folds that are not made yet, side by
// side.
func (l *laboratory) score(ctx context.Context, trials []*trial, folds []int) error {
	var jobs []*job
	for _, k := range folds {
		for _, t := range trials {
			if t.fits[k] != nil {
				continue
			}
			j := &job{trial: t, fold: k, key: fmt.Sprintf("%s-%d", t.id, k)}
			if done, ok := l.journal.file.Fits[j.key]; ok {
				j.fit = done
				l.take(j)
				continue
			}
			jobs = append(jobs, j)
		}
	}
	err := pool.Each(ctx, len(jobs), func(ctx context.Context, i int) (err error) {
		jobs[i].fit, err = l.fit(ctx, jobs[i].recipe, l.folds[jobs[i].fold])
		return err
	})
	if err != nil {
		return err
	}
	for _, j := range jobs {
		l.journal.add(j.key, j.fit)
		l.take(j)
	}
	return nil
}

// take gives a trial its fit and counts its work.
func (l *laboratory) take(j *job) {
	j.fits[j.fold] = &j.fit
	if !l.counted[j.key] {
		l.counted[j.key] = true
		l.spent += j.fit.Work
		l.fits++
	}
}

// fit makes one fit. Only the end of ctx is an error: all else says something about
// the recipe.
func (l *laboratory) fit(ctx context.Context, r pipeline.Recipe, f fold) (fit, error) {
	watched := own(r)
	watched.Train.Plan.Callbacks = append(watched.Train.Plan.Callbacks, layerStats{})
	if r.Ensemble != nil {
		watched = r
	}
	trained, err := watched.Fit(ctx, l.table, l.target, f.train, f.stop, f.seed)
	if ctx.Err() != nil {
		return fit{}, ctx.Err()
	}
	out := fit{Work: nominalFit}
	if trained != nil {
		out.Work = workOfTrained(trained, r, len(f.train), len(f.stop))
		if r.Ensemble == nil && len(trained.Histories) == 1 {
			out.History = trained.Histories[0]
		}
	}
	var diverged *goodfit.DivergedError
	switch {
	case errors.As(err, &diverged):
		out.Diverged, out.Fault = true, "the loss diverged"
		return out, nil
	case err != nil:
		out.Fault = err.Error()
		return out, nil
	}
	e, err := trained.Evaluate(l.table.Take(f.score))
	if err != nil {
		out.Fault = err.Error()
		return out, nil
	}
	score, ok := e.Scores.Get(l.metric.Name())
	if !ok || math.IsNaN(score) || math.IsInf(score, 0) {
		out.Fault = fmt.Sprintf("%s is not defined on a fold", l.metric.Name())
		return out, nil
	}
	out.Score = score
	return out, nil
}

// layerStats measures the layers every few epochs on rows that the fit trains on.
type layerStats struct{}

// Start implements goodfit.Callback.
func (layerStats) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	return callbacks.LayerStats{Data: run.Data(), Rows: 128, Every: 5}.Start(run)
}

// scores lists the scores of a trial on some folds; a fit that failed has the naive
// score, or is worse than it.
func (l *laboratory) scores(t *trial, folds []int) []float64 {
	out := make([]float64, len(folds))
	for i, k := range folds {
		if out[i] = t.fits[k].Score; t.fits[k].Fault != "" {
			out[i] = l.naive[k]
		}
	}
	return out
}

// fault returns why a trial failed on one of some folds, "" if it did not.
func (t *trial) fault(folds []int) string {
	for _, k := range folds {
		if t.fits[k].Fault != "" {
			return t.fits[k].Fault
		}
	}
	return ""
}

// histories lists those of a trial's fits that there are.
func (t *trial) histories() []*curves.History {
	var all []*curves.History
	for _, f := range t.fits {
		if f != nil && f.History != nil && f.History.Epochs() > 0 {
			all = append(all, f.History)
		}
	}
	return all
}

// lost diagnoses a trial of which half of the fits or more diverged, many of them
// before their first epoch ended and left a curve.
func (t *trial) lost() (curves.Diagnosis, bool) {
	diverged, n := 0, 0
	for _, f := range t.fits {
		if f != nil {
			n++
			if f.Diverged {
				diverged++
			}
		}
	}
	if diverged == 0 || 2*diverged < n {
		return curves.Diagnosis{}, false
	}
	share := float64(diverged) / float64(n)
	return curves.Diagnosis{Verdict: curves.Diverged, Findings: []curves.Finding{{Code: curves.Diverged, Severity: curves.High, Confidence: 0.5 + 0.45*share,
		Evidence: curves.Evidence{Sentence: fmt.Sprintf("The loss was no finite number any more in %d of %d trainings.", diverged, n),
			Numbers: []curves.Number{{Name: "diverged", Value: float64(diverged)}, {Name: "runs", Value: float64(n)}}}}}}, true
}

// meanWork is that of the trial's fits.
func (t *trial) meanWork() float64 {
	sum, n := 0.0, 0
	for _, f := range t.fits {
		if f != nil {
			sum, n = sum+f.Work, n+1
		}
	}
	return sum / float64(max(n, 1))
}
