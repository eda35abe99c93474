package coach

import (
	"context"
	"math"
	"slices"
	"strings"
)

// miss is a change that was better on average but not by all odds.
type miss struct {
	technique Technique
	what      string
	t         float64 // how clearly: above 0, larger is clearer
}

// missed notes a step that was a near miss, and forgets one of a technique that was kept.
func (s *search) missed(t Technique, step Step) {
	s.misses = slices.DeleteFunc(s.misses, func(m miss) bool { return m.technique.Name == t.Name })
	clear := -sign(s.metric.Direction()) * step.Difference.T
	if step.Kept || t.Area == Prediction || t.Name == combination.Name || step.Chosen < 0 || !(clear > 0) || math.IsInf(clear, 0) {
		return
	}
	s.misses = append(s.misses, miss{t, step.Variants[step.Chosen].What, clear})
	slices.SortStableFunc(s.misses, func(a, b miss) int {
		switch {
		case a.t > b.t:
			return -1
		case a.t < b.t:
			return 1
		}
		return 0
	})
}

var combination = Technique{
	Name: "together", Title: "Near misses together", Area: Generalization, Chapter: 0,
	Guidance: "A better model usually needs several changes at several levels that complement each other.",
}

// together tries the clearest near misses at once: two, three and five of them.
// False if there are not two, or nothing new comes of it.
func (s *search) together(ctx context.Context) (bool, error) {
	d := s.diagnosis()
	recipe := s.best.recipe
	var names []string
	var changes []Change
	for _, m := range s.misses[:min(len(s.misses), 5)] {
		situation := s.situation(ctx, d)
		situation.Recipe, situation.Single = recipe, recipe
		_, proposed := m.technique.Propose(situation)
		if len(proposed) == 0 {
			continue
		}
		next := proposed[max(slices.IndexFunc(proposed, func(c Change) bool { return c.What == m.what }), 0)]
		recipe, names = next.Recipe, append(names, next.What)
		if n := len(names); n == 2 || n == 3 || n == 5 {
			changes = append(changes, Change{strings.Join(names, "; "), recipe})
		}
	}
	trials, whats, err := s.trials(changes)
	if err != nil {
		return false, err
	}
	if trials = s.affordable(trials); len(trials) == 0 {
		return false, nil
	}
	why := "each of these was better on average, but not clearly"
	s.tell(Event{Kind: "try", Text: combination.Title + ": " + why})
	if err := s.step(ctx, combination, why, trials, whats, d); err != nil {
		return false, err
	}
	return s.steps[len(s.steps)-1].Kept, s.journal.save()
}
