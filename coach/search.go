package coach

import (
	"context"
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// search is a run of the coach under way.
type search struct {
	laboratory
	options    Options
	techniques []Technique
	facts      Facts
	baseline   float64 // loss of a guess, for the diagnosis
	budget     float64
	first, all []int // folds
	parts      int   // folds of one repeat
	// best is the best recipe so far, and single the last best one of a single model.
	best, single *trial
	tried        map[string]outcome
	seen         map[string]bool // recipes that were tried
	misses       []miss
	steps        []Step
}

// run goes through learning and generalization, and then combines.
func (s *search) run(ctx context.Context) error {
	if err := s.score(ctx, []*trial{s.best}, s.first); err != nil {
		return err
	}
	s.fewerFolds()
	if err := s.score(ctx, []*trial{s.best}, s.all); err != nil {
		return err
	}
	if fault := s.best.fault(s.all); fault != "" && !s.best.fits[s.all[0]].Diverged {
		return fmt.Errorf("coach: the recipe to begin with cannot be trained: %s", fault)
	}
	s.tell(Event{Kind: "start", Text: s.startText()})
	if err := s.singly(ctx, forSteps); err != nil {
		return err
	}
	for s.spent < s.share(forTogether) {
		if more, err := s.together(ctx); err != nil {
			return err
		} else if !more {
			break
		}
	}
	if average := 5 * s.single.meanWork() * float64(len(s.all)); s.spent+average > s.budget {
		if err := s.singly(ctx, 0.9); err != nil { // a cheaper model may be found yet
			return err
		}
	}
	if err := s.combine(ctx); err != nil || s.best.recipe.Ensemble != nil {
		return err
	}
	if err := s.singly(ctx, 1); err != nil {
		return err
	}
	return s.combine(ctx)
}

// combine tries ensembles, those that the budget allows.
func (s *search) combine(ctx context.Context) error {
	for _, name := range combining {
		if _, err := s.next(ctx, []string{name}); err != nil {
			return err
		}
	}
	return nil
}

// singly tries technique after technique until a share of the budget is spent.
func (s *search) singly(ctx context.Context, share float64) error {
	for s.spent < s.share(share) {
		more, err := s.next(ctx, ordered(s.situation(ctx, s.diagnosis()), s.tried))
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// fewerFolds leaves repeats of the folds out, and at last all folds but three, where
// the start recipe on all of them would take a tenth of the budget.
func (s *search) fewerFolds() {
	one := s.best.meanWork()
	for len(s.all) > s.parts && one*float64(len(s.all)) > s.budget/10 {
		s.all = s.all[:len(s.all)-s.parts]
	}
	if one*float64(len(s.all)) > s.budget/6 {
		s.all = s.all[:min(3, len(s.all))]
	}
	s.first = s.all[:firstOf(len(s.all))]
}

// firstOf returns on how many of so many folds all candidates are trained.
func firstOf(folds int) int { return min(max(2, (folds+2)/4), folds) }

// forSteps is the share of the budget for single techniques, forTogether that for them
// and near misses together; the rest is for ensembles.
const (
	forSteps    = 0.45
	forTogether = 0.65
)

// share returns a part of the budget in nominal seconds; with a number of fits in its
// place, the work that was done so far is none of it until that part was made.
func (s *search) share(part float64) float64 {
	if s.options.Fits > 0 && float64(s.fits) >= part*float64(s.options.Fits) {
		return 0
	}
	return part * s.budget
}

// next makes a step with the first of the techniques that applies; false if none
// does, or the budget ends.
func (s *search) next(ctx context.Context, names []string) (bool, error) {
	d := s.diagnosis()
	for _, name := range names {
		k := slices.IndexFunc(s.techniques, func(t Technique) bool { return t.Name == name })
		if k < 0 {
			continue
		}
		t := s.techniques[k]
		situation := s.situation(ctx, d)
		why, changes := t.Propose(situation)
		trials, whats, err := s.trials(changes)
		if err != nil {
			return false, err
		}
		if len(trials) == 0 {
			s.tried[name] = outcome{tries: mostFailed + mostKept}
			continue
		}
		if trials = s.affordable(trials); len(trials) == 0 {
			continue
		}
		s.tell(Event{Kind: "try", Text: fmt.Sprintf("%s: %s", t.Title, why)})
		if err := s.step(ctx, t, why, trials, whats, d); err != nil {
			return false, err
		}
		return true, s.journal.save()
	}
	return false, nil
}

// trials makes trials of changes that were not tried before, at most mostVariants.
func (s *search) trials(changes []Change) (trials []*trial, whats []string, err error) {
	for _, c := range changes {
		t, err := newTrial(c.Recipe, len(s.folds))
		if err != nil {
			return nil, nil, err
		}
		if s.seen[t.id] || len(trials) == mostVariants {
			continue
		}
		trials, whats = append(trials, t), append(whats, c.What)
	}
	return trials, whats, nil
}

// mostVariants is how many changes one step tries.
const mostVariants = 4

// affordable returns the first of some trials that are likely to be within the
// budget: each on the first folds, and the half of them on all.
func (s *search) affordable(trials []*trial) []*trial {
	work, fits := 0.0, 0
	for i, t := range trials {
		one, folds := s.estimate(t), len(s.first)
		if i%2 == 0 {
			folds = len(s.all)
		}
		work, fits = work+float64(one*float64(folds)), fits+folds
		if s.spent+work > s.budget || s.options.Fits > 0 && s.fits+fits > s.options.Fits {
			return trials[:i]
		}
	}
	return trials
}

// estimate returns the nominal seconds that a fit of a trial is likely to take: those
// of the best recipe of a single model, in proportion to its weights and to the
// members of an ensemble.
func (s *search) estimate(t *trial) float64 {
	one := s.single.meanWork() * weightsIn(t.recipe, s.facts.Columns) / weightsIn(s.single.recipe, s.facts.Columns)
	switch m := t.recipe.Ensemble.(type) {
	case nil:
		return one
	case ensembles.Snapshot, ensembles.Horizontal:
		return one
	case ensembles.KFold:
		return one * float64(m.Members)
	case ensembles.Bagging:
		return one * float64(m.Members)
	}
	return 5 * one
}

// step evaluates the trials of one technique, and keeps the best if it helps.
func (s *search) step(ctx context.Context, t Technique, why string, trials []*trial, whats []string, d curves.Diagnosis) error {
	spent, fits := s.spent, s.fits
	step := Step{Technique: t.Name, Title: t.Title, Area: t.Area, Chapter: t.Chapter, Guidance: t.Guidance, Why: why, Verdict: d.Verdict, Direction: s.metric.Direction()}
	if f := d.Finding(d.Verdict); f != nil {
		step.Evidence = f.Evidence.Sentence
	}
	if err := s.score(ctx, trials, s.first); err != nil {
		return err
	}
	alive := s.survivors(trials)
	if err := s.score(ctx, alive, s.all); err != nil {
		return err
	}
	before := s.scores(s.best, s.all)
	winner := -1
	for i, tr := range trials {
		s.seen[tr.id] = true
		v := Variant{What: whats[i], Fault: tr.fault(s.first), Abandoned: !slices.Contains(alive, tr)}
		folds := s.all
		if v.Abandoned {
			folds = s.first
		}
		v.Scores = s.scores(tr, folds)
		v.Mean = mean(v.Scores)
		if !v.Abandoned {
			v.Fault = tr.fault(s.all)
			if winner < 0 || s.metric.Direction().Better(v.Mean, step.Variants[winner].Mean) {
				winner = i
			}
		}
		step.Variants = append(step.Variants, v)
	}
	step.Chosen, step.Before = winner, before
	if winner >= 0 {
		step.Difference = compare(before, step.Variants[winner].Scores, scoreShare(s.folds))
		step.Kept = s.keeps(t, step.Difference) && step.Variants[winner].Fault == ""
		step.HistoryBefore, step.HistoryAfter = curve(s.best), curve(trials[winner])
	}
	step.Work, step.Fits = s.spent-spent, s.fits-fits
	step.Decision = step.decision(s.metric.Name())
	s.note(t, &step, trials)
	return nil
}

// keeps decides. A change is kept if it is better by all odds. Several models in the
// place of one are kept unless they are worse by all odds: the loss of a mean
// prediction is at most the mean of the members' losses, and what speaks for a single
// model is mostly the luck for which it was chosen. One ensemble follows another if it
// is better on average.
func (s *search) keeps(t Technique, d Difference) bool {
	direction := s.metric.Direction()
	switch {
	case t.Area != Prediction:
		return d.better(direction)
	case s.best.recipe.Ensemble == nil:
		return !Difference{Low: -d.High, High: -d.Low}.better(direction)
	}
	return sign(direction)*d.Mean < 0
}

// survivors returns the better half of the trials that are not hopeless after the
// first folds, the best first.
func (s *search) survivors(trials []*trial) []*trial {
	before := s.scores(s.best, s.first)
	var alive []*trial
	for _, t := range trials {
		combines := t.recipe.Ensemble != nil // is judged by all folds
		if t.fault(s.first) == "" && (combines || !hopeless(before, s.scores(t, s.first), s.metric.Direction())) {
			alive = append(alive, t)
		}
	}
	slices.SortStableFunc(alive, func(a, b *trial) int {
		x, y := mean(s.scores(a, s.first)), mean(s.scores(b, s.first))
		switch {
		case s.metric.Direction().Better(x, y):
			return -1
		case s.metric.Direction().Better(y, x):
			return 1
		}
		return 0
	})
	return alive[:(len(alive)+1)/2]
}

// note keeps what a step found.
func (s *search) note(t Technique, step *Step, trials []*trial) {
	o := s.tried[step.Technique]
	o.tries++
	o.since = false
	if step.Kept {
		o.kept++
		for name, other := range s.tried {
			other.since = true
			s.tried[name] = other
		}
		s.best = trials[step.Chosen]
		if s.best.recipe.Ensemble == nil {
			s.single = s.best
		}
	}
	s.tried[step.Technique] = o
	s.missed(t, *step)
	s.steps = append(s.steps, *step)
	s.tell(Event{Kind: "step", Text: step.Decision, Step: step})
}

// diagnosis is that of the last best recipe of a single model.
func (s *search) diagnosis() curves.Diagnosis { return s.diagnose(s.single) }

// diagnose reads the curves of a recipe's fits on the folds.
func (s *search) diagnose(t *trial) curves.Diagnosis {
	histories := t.histories()
	if d, ok := t.lost(); ok {
		return d
	}
	if len(histories) == 0 {
		return curves.Diagnosis{Verdict: curves.Undetermined}
	}
	return curves.DiagnoseRuns(histories, curves.Options{Baseline: s.baseline, Stochastic: stochastic(t.recipe)})
}

// situation is what techniques decide by.
func (s *search) situation(ctx context.Context, d curves.Diagnosis) *Situation {
	return &Situation{Recipe: s.best.recipe, Single: s.single.recipe, Diagnosis: d, Histories: s.single.histories(), Data: s.facts, Metric: s.metric.Name(),
		Stochastic: stochastic(s.best.recipe), FindRate: func() (rate, limit float64, ok bool) { return s.findRate(ctx) }}
}

// findRate makes a range test on the rows of the first fold.
func (s *search) findRate(ctx context.Context) (rate, limit float64, ok bool) {
	f := s.folds[0]
	train, err := s.single.recipe.Scaled(s.table, s.target, f.train)
	if err != nil {
		return 0, 0, false
	}
	r := s.single.recipe.Train
	const updates = 200
	test, err := experiments.RateFinder{From: 1e-6, To: 10, Updates: updates}.Run(ctx, r, train, random.Derive(f.seed, seedFinder))
	s.spent += float64(updates * nominalUpdate * 10)
	if err != nil || !(test.Suggestion > 0) {
		return 0, 0, false
	}
	return test.Suggestion, test.Limit, true
}

func (s *search) tell(e Event) {
	if s.options.Watch == nil {
		return
	}
	e.Spent, e.Budget, e.Fits = s.spent, s.budget, s.fits
	s.options.Watch(e)
}

func (s *search) startText() string {
	d := s.diagnosis()
	text := fmt.Sprintf("the recipe to begin with scores %s %.4g over %d folds: %s", s.metric.Name(), mean(s.scores(s.best, s.all)), len(s.all), d.Verdict)
	if f := d.Finding(d.Verdict); f != nil {
		text += ". " + f.Evidence.Sentence
	}
	return text
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// curve returns the history of a trial's first fit; nil of an ensemble.
func curve(t *trial) *curves.History {
	if h := t.histories(); len(h) > 0 {
		return h[0]
	}
	return nil
}

// naiveScores scores a guess that knows no features on every fold.
func (l *laboratory) naiveScores(encoded *datasets.Dataset, task datasets.Task) error {
	l.naive = make([]float64, len(l.folds))
	for k, f := range l.folds {
		scores, err := pipeline.GuessScores(task, encoded.Take(append(slices.Clone(f.train), f.stop...)), encoded.Take(f.score))
		if err != nil {
			return err
		}
		l.naive[k], _ = scores.Get(l.metric.Name())
	}
	return nil
}
