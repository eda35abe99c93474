package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/atomicfile"
	"github.com/goodfit-ml/goodfit/pipeline"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/report"
)

// fitFiles are the paths that fit wrote.
type fitFiles struct {
	Model   string `json:"model"`
	History string `json:"history"`
	Curves  string `json:"curves"`
	Report  string `json:"report"`
}

// write writes the model first, which matters most, and then the rest.
func (j *fitJob) write(ctx context.Context, r *pipeline.Result, d curves.Diagnosis) (fitFiles, error) {
	f := fitFiles{j.flags.path("model.goodfit"), j.flags.path("history.csv"), j.flags.path("curves.png"), j.flags.path("report.html")}
	if err := r.Pipeline.Save(f.Model); err != nil {
		return f, err
	}
	if err := writeCSV(f.History, r.History); err != nil {
		return f, err
	}
	curve := plots.LearningCurve{Title: "Learning curves of " + j.flags.target, History: r.History, Marks: plots.DiagnosisMarks(d)}
	if err := curve.Save(f.Curves); err != nil {
		return f, err
	}
	page, err := j.report(ctx, r, d)
	if err != nil {
		return f, err
	}
	return f, report.Write(f.Report, page)
}

// writeHistory writes the history and the curves of a fit that failed.
func (j *fitJob) writeHistory(h *curves.History) error {
	return errors.Join(writeCSV(j.flags.path("history.csv"), h),
		plots.LearningCurve{Title: "Learning curves until the fit failed", History: h}.Save(j.flags.path("curves.png")))
}

func writeCSV(path string, h *curves.History) error {
	return atomicfile.WriteFile(path, func(w io.Writer) error { return h.WriteCSV(w) })
}

// report composes the page.
func (j *fitJob) report(ctx context.Context, r *pipeline.Result, d curves.Diagnosis) (report.Report, error) {
	f := report.Fit{
		Data: j.reportData(r), Network: reportNetwork(r), History: r.History, Diagnosis: d,
		Baseline: baselineText(r), Usage: j.usage(), Settings: j.settings(r), Seed: j.flags.seed,
		Version: "goodfit " + goodfit.Version,
	}
	for _, s := range r.Test.Scores {
		score := report.Score{Name: s.Name, Direction: s.Direction, Test: s.Value}
		score.Train, _ = r.Train.Scores.Get(s.Name)
		score.Validation, _ = r.Validation.Scores.Get(s.Name)
		score.TestBaseline, _ = r.Baseline.Get(s.Name)
		f.Scores = append(f.Scores, score)
	}
	if c := r.Test.Confusion; c != nil {
		f.Confusion = report.Confusion{Classes: c.Classes, Counts: c.Counts}
		for _, s := range c.PerClass() {
			f.Classes = append(f.Classes, report.ClassScore{Name: s.Class, Precision: s.Precision, Recall: s.Recall, F1: s.F1, Rows: s.Support})
		}
	} else {
		for _, p := range []*pipeline.Part{r.Train, r.Test} {
			f.Parts = append(f.Parts, plots.Part{Name: p.Name, Actual: mat.Col(nil, 0, p.Actual), Predicted: mat.Col(nil, 0, p.Predicted)})
		}
	}
	importance, err := r.Pipeline.Importance(ctx, r.Test.Table, pipeline.Shuffle{Seed: j.flags.seed})
	for _, i := range importance {
		f.Importance = append(f.Importance, report.Importance{Column: i.Column, Mean: i.Mean, SD: i.SD})
	}
	return f.Report(), err
}

func (j *fitJob) reportData(r *pipeline.Result) report.Data {
	d := report.Data{Source: filepath.Base(j.path), Target: j.flags.target, Task: taskText(r.Training), Rows: r.Schema.Rows}
	dropped := map[string]string{}
	for _, c := range r.Pipeline.Encoder.Dropped() {
		dropped[c.Column] = c.Reason
	}
	for _, c := range r.Schema.Columns {
		role := report.FeatureRole
		if reason, ok := dropped[c.Name]; ok {
			role = "left out: " + reason
		}
		if c.Name == j.flags.target {
			role = "target"
		}
		d.Columns = append(d.Columns, report.Column{Name: c.Name, Type: c.Kind.String(), Role: role, Missing: c.Missing, Distinct: c.Distinct, Summary: columnText(c)})
	}
	for _, p := range r.Parts() {
		d.Parts = append(d.Parts, report.DataPart{Name: p.Name, Rows: p.Table.Rows()})
	}
	d.Classes = classCounts(r)
	for _, w := range r.Schema.Warnings() {
		d.Notes = append(d.Notes, w.String())
	}
	if r.Dropped > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("%d rows without a target were left out.", r.Dropped))
	}
	return d
}

// columnText shows a column's values.
func columnText(c datasets.ColumnSchema) string {
	if c.Kind == datasets.Number {
		return fmt.Sprintf("%s to %s, mean %s", report.FormatNumber(c.Numbers.Min), report.FormatNumber(c.Numbers.Max), report.FormatNumber(c.Numbers.Mean))
	}
	text := ""
	for k, l := range c.Levels {
		if k == 6 {
			return fmt.Sprintf("%s and %d more", text, len(c.Levels)-k)
		}
		if k > 0 {
			text += ", "
		}
		text += l.Text
	}
	return text
}

// classCounts counts the rows of each class in the parts.
func classCounts(r *pipeline.Result) []report.ClassCount {
	classes := r.Pipeline.Encoder.Classes()
	if r.Test.Confusion == nil {
		return nil
	}
	counts := make([]report.ClassCount, len(classes))
	for k, name := range classes {
		counts[k] = report.ClassCount{Name: name, Rows: make([]int, 3)}
	}
	for k, p := range r.Parts() {
		for i := range p.Table.Rows() {
			counts[int(p.Actual.At(i, 0))].Rows[k]++
		}
	}
	return counts
}

func reportNetwork(r *pipeline.Result) report.Network {
	count := r.Model.CountParams()
	n := report.Network{Trainable: count.Trainable, Frozen: count.Frozen + count.Statistics, Graph: r.Model.SVG()}
	for _, l := range r.Model.Layers() {
		if l.Layer == nil {
			continue
		}
		row := report.LayerRow{Name: l.Name, Type: layerType(l), Output: l.Output.String()}
		for _, p := range l.Params {
			row.Parameters += p.Shape.Size()
		}
		n.Layers = append(n.Layers, row)
	}
	c := r.Model.Config()
	n.Facts = []report.Fact{{Name: "loss", Value: c.Loss.Name()}, {Name: "optimizer", Value: fmt.Sprintf("%T, rate %g", c.Optimizer, c.Optimizer.Settings().Rate)}}
	return n
}

// settings are the values that took effect.
func (j *fitJob) settings(r *pipeline.Result) []report.Fact {
	p := r.Recipe.Plan
	facts := []report.Fact{
		{Name: "most epochs", Value: fmt.Sprint(p.Epochs)}, {Name: "epochs run", Value: fmt.Sprint(r.History.Epochs())},
		{Name: "batch size", Value: fmt.Sprint(p.BatchSize)}, {Name: "patience", Value: fmt.Sprint(j.flags.patience)},
		{Name: "dropout", Value: fmt.Sprint(j.flags.dropout)}, {Name: "L1 and L2 penalty", Value: fmt.Sprintf("%g and %g", j.flags.l1, j.flags.l2)},
	}
	if r.Stopped != "" {
		facts = append(facts, report.Fact{Name: "stopped", Value: r.Stopped})
	}
	return facts
}

// usage shows how to use the model.
func (j *fitJob) usage() []report.Code {
	model := filepath.ToSlash(j.flags.path("model.goodfit"))
	return []report.Code{
		{Caption: "From the shell", Text: fmt.Sprintf("goodfit predict %[1]s new.csv -o predictions.csv\ngoodfit evaluate %[1]s labelled.csv\ngoodfit inspect %[1]s", model)},
		{Caption: "From Go", Text: fmt.Sprintf(usageInGo, model)},
	}
}

const usageInGo = `p, err := pipeline.Load(%q)
if err != nil {
	log.Fatal(err)
}
table, err := datasets.ReadCSVFile("new.csv", datasets.CSVOptions{})
if err != nil {
	log.Fatal(err)
}
predictions, err := p.Predict(table)
fmt.Println(predictions, err)`

// layerType names the type of a layer, as Dense.
func layerType(l goodfit.LayerInfo) string {
	if l.Layer == nil {
		return "Input"
	}
	t := fmt.Sprintf("%T", l.Layer)
	return t[strings.LastIndexByte(t, '.')+1:]
}
