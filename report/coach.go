package report

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
)

// Coach is what a coach found: a training, and the steps that led to it. [Coach.Report] lays it out.
type Coach struct {
	// Fit is the final training. Its Title and Lead are replaced.
	Fit Fit
	// Summary is what happened, in plain words; an empty line separates paragraphs.
	Summary string
	// Metric is the score that decided, and Direction which values of it are better.
	Metric    string
	Direction curves.Direction
	// Start and Final are its values on the test rows for the first recipe and the last, Start NaN
	// where that could not be trained; Low and High bound Final with confidence 0.95.
	Start, Final, Low, High float64
	// Scores are the other scores of both on the test rows.
	Scores []StartScore
	// Confirmation is the difference between both on folds that nothing was chosen by; its zero
	// value is not shown.
	Confirmation Interval
	// Reverted says that the steps did not hold there, and that the first recipe is the final one.
	Reverted bool
	// Steps are the techniques that were tried, in order.
	Steps []Card
	// Diagnosis is that of the first recipe; the final training's is in Fit.
	Diagnosis curves.Diagnosis
	// Recipe is the final recipe as JSON, Command what repeats its training.
	Recipe, Command string
}

// StartScore is a score on the test rows of the first recipe and the last.
type StartScore struct {
	Name         string
	Direction    curves.Direction
	Start, Final float64
}

// Report composes the page: what came of it, the diagnosis to begin with, a card for each step, and
// then the page of the final training.
func (c Coach) Report() Report {
	r := c.Fit.Report()
	if c.Fit.Title == "" {
		r.Title = fmt.Sprintf("Improving the prediction of %s from %s", c.Fit.Data.Target, c.Fit.Data.Source)
	}
	r.Lead = fmt.Sprintf("On rows that it has not seen, %s is %s (0.95 interval %s to %s); the recipe to begin with has %s.",
		c.Metric, FormatNumber(c.Final), FormatNumber(c.Low), FormatNumber(c.High), FormatNumber(c.Start))
	kept := 0
	for _, s := range c.Steps {
		if s.Kept {
			kept++
		}
	}
	r.Facts = append([]Fact{{"test " + c.Metric, FormatNumber(c.Final)}, {"to begin with", FormatNumber(c.Start)},
		{"techniques tried", FormatCount(len(c.Steps))}, {"kept", FormatCount(kept)}}, r.Facts[min(2, len(r.Facts)):]...)
	first := []Section{c.result(), {Title: "Diagnosis to begin with", Parts: Findings(c.Diagnosis)}, c.steps()}
	for i := len(first) - 1; i >= 0; i-- {
		if len(first[i].Parts) > 0 {
			r.Sections = append([]Section{first[i]}, r.Sections...)
		}
	}
	if c.Recipe != "" {
		r.Sections = append(r.Sections, Section{Title: "Recipe", Text: "Everything that makes the final training.",
			Parts: []Part{Code{Caption: "To repeat it", Text: c.Command}, Code{Caption: "recipe.json", Text: c.Recipe}}})
	}
	return r
}

// result compares the first recipe with the last on the test rows.
func (c Coach) result() Section {
	s := Section{Title: "What came of it", Text: c.Summary}
	t := Table{Caption: "Scores on the test rows, which were looked at once", Header: []string{"Score", "To begin with", "In the end", "Better"}}
	for _, v := range c.Scores {
		t.Rows = append(t.Rows, []string{v.Name, FormatNumber(v.Start), FormatNumber(v.Final), betterWord(v.Direction)})
	}
	s.Parts = []Part{t}
	if c.Confirmation != (Interval{}) {
		s.Parts = append(s.Parts, Card{Title: "Confirmation on other folds", Kept: !c.Reverted, Difference: c.Confirmation,
			Why: "what was chosen by its scores on some folds looks better there than it is, so both recipes were trained once more on others"})
	}
	return s
}

func (c Coach) steps() Section {
	s := Section{Title: "The steps", Text: "A diagnosis chooses a technique; its variants are trained on the same folds with the same seeds as the recipe before; the best is kept if the interval of the difference lies on the better side of 0."}
	for _, card := range c.Steps {
		s.Parts = append(s.Parts, card)
	}
	return s
}
