package coach

import (
	"fmt"
	"strings"
)

// Summary says in plain words what happened; an empty line separates paragraphs.
func (r *Result) Summary() string {
	paragraphs := []string{r.begun(), r.happened(), r.confirmed(), r.ended()}
	var text []string
	for _, p := range paragraphs {
		if p != "" {
			text = append(text, p)
		}
	}
	return strings.Join(text, "\n\n")
}

// begun says how it looked at the start.
func (r *Result) begun() string {
	if len(r.StartScores) == 0 {
		return ""
	}
	return fmt.Sprintf("The recipe to begin with had a mean %s of %.4g over %d folds; its diagnosis was %s.", r.Metric,
		mean(r.StartScores), len(r.StartScores), plain(r.Diagnosis.Verdict))
}

func plain(code string) string { return strings.ReplaceAll(code, "-", " ") }

// happened lists what was kept.
func (r *Result) happened() string {
	kept := r.Kept()
	text := fmt.Sprintf("%s tried in %s", count(len(r.Steps), "technique was", "techniques were"), count(r.Fits, "training", "trainings"))
	if len(kept) == 0 {
		return text + ", and none was better than what was there: the recipe to begin with stays."
	}
	var parts []string
	for _, s := range kept {
		parts = append(parts, fmt.Sprintf("%s (%s)", strings.ToLower(s.Title), s.Variants[s.Chosen].What))
	}
	return fmt.Sprintf("%s. Kept: %s.", text, strings.Join(parts, "; "))
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// confirmed says how the change did on other folds.
func (r *Result) confirmed() string {
	c := r.Confirmation
	if c.Folds == 0 {
		return ""
	}
	text := fmt.Sprintf("On %d other folds, by which nothing was chosen, %s changed by %+.3g (%g %% interval %+.3g to %+.3g)", c.Folds, r.Metric, c.Mean, 100*Level, c.Low, c.High)
	if r.Reverted {
		return text + "; the change did not hold there, so the recipe to begin with stays."
	}
	return text + "."
}

// ended says what the test rows say, and why the search ended.
func (r *Result) ended() string {
	if r.Final == nil {
		return ""
	}
	final, _ := r.Final.Test.Scores.Get(r.Metric)
	text := fmt.Sprintf("On the test rows, which were looked at once, %s is %.4g (95 %% interval %.4g to %.4g)", r.Metric, final, r.TestLow, r.TestHigh)
	switch {
	case r.Baseline != nil:
		start, _ := r.Baseline.Test.Scores.Get(r.Metric)
		text += fmt.Sprintf("; it was %.4g to begin with.", start)
	case r.BaselineFault != "":
		text += "; the recipe to begin with could not be trained."
	default:
		text += "."
	}
	return fmt.Sprintf("%s The search ended because %s.", text, r.because())
}

func (r *Result) because() string {
	if r.ByClock {
		return fmt.Sprintf("time was up, after %.3g of %.3g nominal seconds; on another machine it may get further", r.Spent, r.Budget)
	}
	return r.Stopped
}

// StartScore and FinalScore return the deciding score of both recipes on the test
// rows; ok is false where there is none.
func (r *Result) StartScore() (score float64, ok bool) {
	if r.Baseline == nil {
		return 0, false
	}
	return r.Baseline.Test.Scores.Get(r.Metric)
}

// FinalScore is as [Result.StartScore] for the recipe that was found.
func (r *Result) FinalScore() (score float64, ok bool) {
	if r.Final == nil {
		return 0, false
	}
	return r.Final.Test.Scores.Get(r.Metric)
}
