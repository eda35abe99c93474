package coach

import (
	"context"
	"fmt"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/random"
)

// mostApplied is how many techniques random search applies to one recipe at most.
const mostApplied = 6

// RandomSearch is what the coach is compared with: it applies to the start recipe
// one to six techniques drawn at random, of each a random variant, trains the result
// on all folds, and goes on until o.Fits trainings were made; the recipe with the
// best mean is handed back. Techniques propose by the diagnosis of the start recipe.
// It works on the same rows and folds as [Improve], and finishes as it does.
func RandomSearch(ctx context.Context, t *datasets.Table, target string, o Options) (*Result, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Fits == 0 {
		return nil, fmt.Errorf("coach: random search needs a number of Fits")
	}
	s, err := newSearch(t, target, &o)
	if err != nil {
		return nil, err
	}
	start := s.best
	if err := s.score(ctx, []*trial{start}, s.all); err != nil {
		return nil, err
	}
	draw := random.New(random.Derive(o.Seed, seedRandom))
	for s.fits+len(s.all) <= o.Fits {
		next, err := s.drawn(ctx, start, draw)
		if err != nil {
			return nil, err
		}
		if s.seen[next.id] {
			s.fits++ // an idle draw counts as a fit, so that the search ends
			continue
		}
		s.seen[next.id] = true
		if err := s.score(ctx, []*trial{next}, s.all); err != nil {
			return nil, err
		}
		if next.fault(s.all) == "" && s.metric.Direction().Better(mean(s.scores(next, s.all)), mean(s.scores(s.best, s.all))) {
			s.best = next
		}
	}
	r := &Result{Start: start.recipe, Metric: s.metric.Name(), Direction: s.metric.Direction(), Facts: s.facts, Budget: s.budget, Stopped: "the fits were made"}
	r.fill(s, start)
	return r, r.finish(ctx, t, target, o)
}

// drawn returns the start recipe with techniques applied at random.
func (s *search) drawn(ctx context.Context, start *trial, draw *random.Source) (*trial, error) {
	situation := s.situation(ctx, s.diagnose(start))
	situation.Histories = start.histories()
	recipe := start.recipe
	for range 1 + draw.IntN(mostApplied) {
		situation.Recipe, situation.Single = recipe, recipe
		t := s.techniques[draw.IntN(len(s.techniques))]
		if _, changes := t.Propose(situation); len(changes) > 0 {
			recipe = changes[draw.IntN(len(changes))].Recipe
		}
	}
	return newTrial(recipe, len(s.folds))
}
