package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/goodfit-ml/goodfit/coach"
	"github.com/goodfit-ml/goodfit/pipeline"
	"github.com/goodfit-ml/goodfit/report"
)

// improveFiles are the paths that improve wrote.
type improveFiles struct {
	Model   string `json:"model"`
	Recipe  string `json:"recipe"`
	Report  string `json:"report"`
	History string `json:"history"`
	Curves  string `json:"curves"`
}

// write writes the model and the recipe first, which matter most, and then the rest.
// The journal of a run that came to its end is of no more use.
func (j *improveJob) write(ctx context.Context, r *coach.Result) (improveFiles, error) {
	f := improveFiles{j.file("model.goodfit"), j.file("recipe.json"), j.file("report.html"), j.file("history.csv"), j.file("curves.png")}
	if err := r.Final.Pipeline.Save(f.Model); err != nil {
		return f, err
	}
	if err := pipeline.WriteRecipe(f.Recipe, r.Recipe); err != nil {
		return f, err
	}
	fit := j.fit(r)
	d := diagnose(r.Final)
	histories := fit.histories(r.Final)
	if err := fit.writeHistories(histories, d); err != nil {
		return f, err
	}
	page, err := j.page(ctx, fit, r)
	if err != nil {
		return f, err
	}
	if err := report.Write(f.Report, page.Report()); err != nil {
		return f, err
	}
	if r.ByClock {
		return f, nil
	}
	if err := os.Remove(j.file("journal.json")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return f, err
	}
	return f, nil
}

// fit is a job of fit that trained what was found.
func (j *improveJob) fit(r *coach.Result) *fitJob {
	return &fitJob{flags: &fitFlags{target: j.flags.target, out: j.flags.out, seed: j.flags.seed, recipe: j.file("recipe.json")},
		path: j.path, kind: kindOf(r.Recipe.Ensemble), training: r.Final.Training}
}

// page composes the report: what the coach did, then the final training.
func (j *improveJob) page(ctx context.Context, fit *fitJob, r *coach.Result) (report.Coach, error) {
	final, err := fit.page(ctx, r.Final, diagnose(r.Final))
	if err != nil {
		return report.Coach{}, err
	}
	text, err := json.MarshalIndent(r.Recipe, "", "  ")
	if err != nil {
		return report.Coach{}, err
	}
	c := report.Coach{Fit: final, Summary: r.Summary(), Metric: r.Metric, Direction: r.Direction, Start: math.NaN(), Low: r.TestLow, High: r.TestHigh,
		Reverted: r.Reverted, Diagnosis: r.Diagnosis, Recipe: string(text)}
	c.Command = fmt.Sprintf("goodfit fit %s --target %s --recipe %s", shellWord(filepath.ToSlash(j.path)), shellWord(j.flags.target),
		shellWord(filepath.ToSlash(j.file("recipe.json"))))
	c.Final, _ = r.FinalScore()
	if v, ok := r.StartScore(); ok {
		c.Start = v
	}
	for _, s := range r.Final.Test.Scores {
		score := report.StartScore{Name: s.Name, Direction: s.Direction, Start: math.NaN(), Final: s.Value}
		if r.Baseline != nil {
			score.Start = scoreNamed(r.Baseline.Test.Scores, s.Name)
		}
		c.Scores = append(c.Scores, score)
	}
	if r.Confirmation.Folds > 0 {
		c.Confirmation = interval(r.Metric, r, r.Confirmation)
	}
	for _, s := range r.Steps {
		c.Steps = append(c.Steps, card(r, s))
	}
	return c, nil
}

// scoreNamed returns a score, NaN if there is none.
func scoreNamed(scores pipeline.Scores, name string) float64 {
	if v, ok := scores.Get(name); ok {
		return v
	}
	return math.NaN()
}

// card shows one step.
func card(r *coach.Result, s coach.Step) report.Card {
	c := report.Card{Title: s.Title, Why: s.Why, Guidance: fmt.Sprintf("%s (chapter %d)", s.Guidance, s.Chapter), What: s.What(),
		Before: s.HistoryBefore, After: s.HistoryAfter, Kept: s.Kept, Decision: s.Decision}
	if s.Evidence != "" {
		c.Why += ". Diagnosis: " + s.Evidence
	}
	if s.Chosen >= 0 && s.Difference.Folds > 0 {
		c.Difference = interval(r.Metric, r, s.Difference)
	}
	if len(s.Variants) > 1 {
		for _, v := range s.Variants {
			c.Variants = append(c.Variants, report.Fact{Name: v.What, Value: variantText(r.Metric, v)})
		}
	}
	return c
}

func variantText(metric string, v coach.Variant) string {
	switch {
	case v.Fault != "":
		return v.Fault
	case v.Abandoned:
		return fmt.Sprintf("%s %s, abandoned after %d folds", metric, report.FormatNumber(v.Mean), len(v.Scores))
	}
	return fmt.Sprintf("%s %s over %d folds", metric, report.FormatNumber(v.Mean), len(v.Scores))
}

func interval(metric string, r *coach.Result, d coach.Difference) report.Interval {
	return report.Interval{Quantity: metric, Estimate: d.Mean, Low: d.Low, High: d.High, Level: coach.Level, Better: r.Direction}
}

// seconds are those since a time, to the millisecond.
func seconds(start time.Time) float64 { return math.Round(time.Since(start).Seconds()*1e3) / 1e3 }
