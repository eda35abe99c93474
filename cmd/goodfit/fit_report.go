package main

import (
	"context"
	"fmt"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/pipeline"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/report"
)

// report composes the page. An interrupted fit has no time for the importance of
// the columns.
func (j *fitJob) report(ctx context.Context, r *pipeline.Result, d curves.Diagnosis) (report.Report, error) {
	f, err := j.page(ctx, r, d)
	return f.Report(), err
}

// page is what the report is composed of.
func (j *fitJob) page(ctx context.Context, r *pipeline.Result, d curves.Diagnosis) (report.Fit, error) {
	f := report.Fit{
		Data: j.reportData(r), Network: reportNetwork(r), History: r.History, Diagnosis: d,
		Ensemble: j.reportEnsemble(r), Scores: reportScores(r), Baseline: baselineText(r), Usage: j.usage(r), Settings: j.settings(r), Seed: j.flags.seed,
		Version: "goodfit " + goodfit.Version,
	}
	addPredictions(&f, r)
	if r.Interrupted {
		return f, nil
	}
	importance, err := r.Pipeline.Importance(ctx, r.Test.Table, pipeline.Shuffle{Seed: j.flags.seed})
	for _, i := range importance {
		f.Importance = append(f.Importance, report.Importance{Column: i.Column, Mean: i.Mean, SD: i.SD})
	}
	return f, err
}

// reportScores lists the scores of the parts and of the baseline.
func reportScores(r *pipeline.Result) (scores []report.Score) {
	for _, s := range r.Test.Scores {
		score := report.Score{Name: s.Name, Direction: s.Direction, Test: s.Value}
		score.Train, _ = r.Train.Scores.Get(s.Name)
		score.Validation, _ = r.Validation.Scores.Get(s.Name)
		score.TestBaseline, _ = r.Baseline.Get(s.Name)
		scores = append(scores, score)
	}
	return scores
}

// addPredictions adds how the classes are told apart, or predicted over actual
// numbers.
func addPredictions(f *report.Fit, r *pipeline.Result) {
	if c := r.Test.Confusion; c != nil {
		f.Confusion = report.Confusion{Classes: c.Classes, Counts: c.Counts}
		for _, s := range c.PerClass() {
			f.Classes = append(f.Classes, report.ClassScore{Name: s.Class, Precision: s.Precision, Recall: s.Recall, F1: s.F1, Rows: s.Support})
		}
		return
	}
	for _, p := range []*pipeline.Part{r.Train, r.Test} {
		f.Parts = append(f.Parts, plots.Part{Name: p.Name, Actual: mat.Col(nil, 0, p.Actual), Predicted: mat.Col(nil, 0, p.Predicted)})
	}
}

// reportNetwork describes the model.
func reportNetwork(r *pipeline.Result) report.Network {
	count := r.Model.CountParams()
	n := report.Network{Trainable: count.Trainable, Frozen: count.Frozen + count.Statistics, Graph: r.Model.SVG()}
	for _, l := range r.Model.Layers() {
		if l.Layer == nil {
			continue
		}
		row := report.LayerRow{Name: l.Name, Type: typeName(l.Layer), Output: l.Output.String()}
		for _, p := range l.Params {
			row.Parameters += p.Shape.Size()
		}
		n.Layers = append(n.Layers, row)
	}
	c := r.Recipe.Config
	n.Facts = []report.Fact{{Name: "loss", Value: c.Loss.Name()}, {Name: "optimizer", Value: typeName(c.Optimizer)},
		{Name: "learning rate", Value: fmt.Sprintf("%g", c.Optimizer.Settings().Rate)}}
	if len(r.Members) > 1 {
		n.Facts = append(n.Facts, report.Fact{Name: "members like this", Value: fmt.Sprint(len(r.Members))})
	}
	return n
}

// settings are the values that took effect, whoever chose them.
func (j *fitJob) settings(r *pipeline.Result) []report.Fact {
	if j.flags.recipe != "" {
		return recipeSettings(r)
	}
	o, p := r.Options, r.Recipe.Plan
	facts := []report.Fact{
		{Name: "hidden layers", Value: fmt.Sprint(o.Hidden)}, {Name: "activation", Value: o.Activation.String()},
		{Name: "optimizer", Value: fmt.Sprintf("%s %+v", typeName(r.Recipe.Config.Optimizer), r.Recipe.Config.Optimizer)},
		{Name: "most epochs", Value: fmt.Sprint(p.Epochs)}, {Name: "epochs run", Value: fmt.Sprint(r.History.Epochs())},
		{Name: "batch size", Value: fmt.Sprint(p.BatchSize)}, {Name: "patience", Value: fmt.Sprint(o.Patience)},
		{Name: "dropout", Value: fmt.Sprint(o.Dropout)}, {Name: "L1 penalty", Value: o.L1.String()}, {Name: "L2 penalty", Value: o.L2.String()},
		{Name: "validation share", Value: o.Validation.String()}, {Name: "test share", Value: o.Test.String()},
	}
	if o.TargetScaling != nil {
		facts = append(facts, report.Fact{Name: "target scale", Value: typeName(o.TargetScaling)})
	}
	if j.kind != nil {
		facts = append(facts, report.Fact{Name: "ensemble", Value: fmt.Sprintf("%s %+v", typeName(o.Ensemble), o.Ensemble)})
	}
	if r.Stopped != "" {
		facts = append(facts, report.Fact{Name: "stopped", Value: r.Stopped})
	}
	if r.Interrupted {
		facts = append(facts, report.Fact{Name: "interrupted", Value: fmt.Sprintf("after epoch %d", r.History.Epochs())})
	}
	return facts
}

// reportData describes the table.
func (j *fitJob) reportData(r *pipeline.Result) report.Data {
	d := report.Data{Source: filepath.Base(j.path), Target: j.flags.target, Task: taskText(r.Training), Rows: r.Schema.Rows,
		Notes: dataNotes(r.Training), Classes: classCounts(r)}
	dropped := map[string]string{}
	for _, c := range r.Pipeline.Encoder.Dropped() {
		dropped[c.Column] = c.Reason
	}
	for _, c := range r.Schema.Columns {
		column := report.Column{Name: c.Name, Type: c.Kind.String(), Role: report.FeatureRole, Missing: c.Missing, Distinct: c.Distinct, Summary: columnText(c)}
		if reason, ok := dropped[c.Name]; ok {
			column.Role = "left out: " + reason
		}
		if c.Name == j.flags.target {
			column.Role = "target"
		}
		d.Columns = append(d.Columns, column)
	}
	for _, p := range r.Parts() {
		d.Parts = append(d.Parts, report.DataPart{Name: p.Name, Rows: p.Table.Rows()})
	}
	return d
}
