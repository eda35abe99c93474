package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// Step is one technique that was tried.
type Step struct {
	Technique string `json:"technique"`
	Title     string `json:"title"`
	Area      Area   `json:"area"`
	Chapter   int    `json:"chapter"`
	// Guidance is what the playbook says, Why the reason here.
	Guidance string `json:"guidance"`
	Why      string `json:"why"`
	// Verdict and Evidence are the diagnosis that it answers.
	Verdict  string `json:"verdict"`
	Evidence string `json:"evidence,omitempty"`
	// Variants are the changes that were tried, and Chosen the number of that with the
	// best mean, −1 where all were abandoned.
	Variants []Variant `json:"variants"`
	Chosen   int       `json:"chosen"`
	// Before are the scores of the recipe before it, fold by fold, and Difference how
	// much those of the chosen variant differ; zero where none was chosen.
	Before     []float64        `json:"before"`
	Difference Difference       `json:"difference"`
	Direction  curves.Direction `json:"-"`
	Kept       bool             `json:"kept"`
	Decision   string           `json:"decision"`
	// Work is in nominal seconds, Fits the number of trainings on folds.
	Work float64 `json:"work"`
	Fits int     `json:"fits"`
	// HistoryBefore and HistoryAfter are the curves on the first fold; nil for ensembles.
	HistoryBefore, HistoryAfter *curves.History `json:"-"`
}

// Variant is one change that a step tried.
type Variant struct {
	What string `json:"what"`
	// Scores are those of the folds it was trained on: the first ones alone where it
	// was abandoned. A fit that failed has the score of a guess, and Fault says why.
	Scores    []float64 `json:"scores"`
	Mean      float64   `json:"mean"`
	Abandoned bool      `json:"abandoned,omitempty"`
	Fault     string    `json:"fault,omitempty"`
}

// What says what was changed by the chosen variant, or what was tried.
func (s Step) What() string {
	if s.Chosen >= 0 {
		return s.Variants[s.Chosen].What
	}
	text := ""
	for i, v := range s.Variants {
		if i > 0 {
			text += "; "
		}
		text += v.What
	}
	return text
}

// decision says in a sentence what was decided and why.
func (s Step) decision(metric string) string {
	if s.Chosen < 0 {
		if s.Variants[0].Fault != "" {
			return fmt.Sprintf("dropped: %s", s.Variants[0].Fault)
		}
		return fmt.Sprintf("dropped after %d folds: %s %.4g against %.4g before", len(s.Variants[0].Scores), metric,
			s.Variants[0].Mean, mean(s.Before[:len(s.Variants[0].Scores)]))
	}
	text := fmt.Sprintf("%s %.4g in place of %.4g (difference %+.3g, %g %% interval %+.3g to %+.3g)", metric,
		s.Variants[s.Chosen].Mean, mean(s.Before), s.Difference.Mean, 100*Level, s.Difference.Low, s.Difference.High)
	switch {
	case s.Kept && s.Area == Prediction:
		return "kept, since nothing speaks against several models: " + text
	case s.Kept:
		return "kept: " + text
	case s.Variants[s.Chosen].Fault != "":
		return "dropped: " + s.Variants[s.Chosen].Fault
	}
	return "dropped: " + text
}

// Result is what the coach found.
type Result struct {
	Metric    string
	Direction curves.Direction
	// Start and Recipe are the first recipe and the one that is handed back.
	Start, Recipe pipeline.Recipe
	Facts         Facts
	// Diagnosis is that of the first recipe, and After that of the last one that was
	// a single model.
	Diagnosis, After curves.Diagnosis
	Steps            []Step
	// StartScores and Scores are those of Start and Recipe on the folds; they are a
	// little too good for Recipe, which was chosen by them.
	StartScores, Scores []float64
	// Confirmation compares both on folds that nothing was chosen by; Reverted says
	// that Recipe was worse there, so that Start is handed back.
	Confirmation Difference
	Reverted     bool
	// Baseline and Final are both, trained on all rows but the test's, and scored
	// on the test rows, once. Baseline is nil if it failed, and BaselineFault why.
	Baseline, Final *pipeline.Result
	BaselineFault   string
	// TestLow and TestHigh bound the deciding score on the test rows with confidence
	// 0.95, by bootstrap of these rows.
	TestLow, TestHigh float64
	// Spent and Budget are nominal seconds, Fits the number of trainings on folds.
	Spent, Budget float64
	Fits          int
	// Stopped says why the search ended.
	Stopped string
	// ByClock says that Options.Limit or the context ended it: on another machine it
	// may come to another result.
	ByClock bool
}

// Kept returns the steps that were kept.
func (r *Result) Kept() []Step {
	var kept []Step
	for _, s := range r.Steps {
		if s.Kept {
			kept = append(kept, s)
		}
	}
	return kept
}
