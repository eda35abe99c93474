package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/goodfit-ml/goodfit/curves"
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
	// Histories are those of all trainings of an ensemble.
	Histories []string `json:"histories,omitempty"`
}

// write writes the model first, which matters most, and then the rest.
func (j *fitJob) write(ctx context.Context, r *pipeline.Result, d curves.Diagnosis) (fitFiles, error) {
	f := fitFiles{Model: j.file("model.goodfit"), History: j.file("history.csv"), Curves: j.file("curves.png"), Report: j.file("report.html")}
	if err := r.Pipeline.Save(f.Model); err != nil {
		return f, err
	}
	histories := j.histories(r)
	if r.Ensemble != nil {
		for i := range histories {
			f.Histories = append(f.Histories, j.historyFile(i))
		}
	}
	if err := j.writeHistories(histories, d); err != nil {
		return f, err
	}
	page, err := j.report(ctx, r, d)
	if err != nil {
		return f, err
	}
	return f, report.Write(f.Report, page)
}

// histories are those of all trainings.
func (j *fitJob) histories(r *pipeline.Result) []*curves.History {
	if r.Ensemble != nil && len(r.Ensemble.Histories) > 0 {
		return r.Ensemble.Histories
	}
	return []*curves.History{r.History}
}

// historyFile returns the place of a training's history: history.csv, and
// history-2.csv and so on of an ensemble.
func (j *fitJob) historyFile(training int) string {
	if training == 0 {
		return j.file("history.csv")
	}
	return j.file(fmt.Sprintf("history-%d.csv", training+1))
}

// writeHistories writes the learning curves as numbers, a file for each training, and
// as one picture. Those of further trainings that an earlier fit left are removed.
func (j *fitJob) writeHistories(all []*curves.History, d curves.Diagnosis) error {
	figure := plots.LearningCurve{Title: "Learning curves of " + j.flags.target, Marks: plots.DiagnosisMarks(d)}
	for i, h := range all {
		if err := atomicfile.WriteFile(j.historyFile(i), func(w io.Writer) error { return h.WriteCSV(w) }); err != nil {
			return err
		}
		figure.Runs = append(figure.Runs, plots.Run{History: h})
	}
	for i := len(all); os.Remove(j.historyFile(i)) == nil; i++ {
	}
	return atomicfile.WriteFile(j.file("curves.png"), func(w io.Writer) error { return plots.WritePNG(w, figure) })
}
