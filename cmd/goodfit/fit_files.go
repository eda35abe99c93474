package main

import (
	"context"
	"errors"
	"io"

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
}

// write writes the model first, which matters most, and then the rest.
func (j *fitJob) write(ctx context.Context, r *pipeline.Result, d curves.Diagnosis) (fitFiles, error) {
	f := fitFiles{j.file("model.goodfit"), j.file("history.csv"), j.file("curves.png"), j.file("report.html")}
	if err := r.Pipeline.Save(f.Model); err != nil {
		return f, err
	}
	if err := j.writeHistory(r.History, d); err != nil {
		return f, err
	}
	page, err := j.report(ctx, r, d)
	if err != nil {
		return f, err
	}
	return f, report.Write(f.Report, page)
}

// writeHistory writes the learning curves as numbers and as a picture.
func (j *fitJob) writeHistory(h *curves.History, d curves.Diagnosis) error {
	err := atomicfile.WriteFile(j.file("history.csv"), func(w io.Writer) error { return h.WriteCSV(w) })
	figure := plots.LearningCurve{Title: "Learning curves of " + j.flags.target, History: h, Marks: plots.DiagnosisMarks(d)}
	return errors.Join(err, atomicfile.WriteFile(j.file("curves.png"), func(w io.Writer) error { return plots.WritePNG(w, figure) }))
}
