package main

import (
	"math"
	"time"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// fitJSON is what fit --json prints. Scores are keyed by metric, first by part;
// those of the baseline are on the test rows.
type fitJSON struct {
	Task        string                        `json:"task"`
	Target      string                        `json:"target"`
	Rows        map[string]int                `json:"rows"`
	Scores      map[string]map[string]float64 `json:"scores"`
	Baseline    map[string]float64            `json:"baseline"`
	Ensemble    *ensembleJSON                 `json:"ensemble,omitempty"`
	Diagnosis   curves.Diagnosis              `json:"diagnosis"`
	Epochs      int                           `json:"epochs"`
	Stopped     string                        `json:"stopped,omitempty"`
	Interrupted bool                          `json:"interrupted,omitempty"`
	Seed        uint64                        `json:"seed"`
	Seconds     float64                       `json:"seconds"`
	Files       fitFiles                      `json:"files"`
}

func (j *fitJob) printJSON(r *pipeline.Result, d curves.Diagnosis, files fitFiles) error {
	out := fitJSON{Task: r.Pipeline.Encoder.Task().String(), Target: j.flags.target, Rows: map[string]int{},
		Scores: map[string]map[string]float64{}, Baseline: finite(r.Baseline.Map()), Ensemble: j.ensembleJSON(r), Diagnosis: d,
		Epochs: r.History.Epochs(), Stopped: r.Stopped, Interrupted: r.Interrupted,
		Seed: j.flags.seed, Seconds: math.Round(time.Since(j.start).Seconds()*1e3) / 1e3, Files: files}
	for _, p := range r.Parts() {
		out.Rows[p.Name] = p.Table.Rows()
		out.Scores[p.Name] = finite(p.Scores.Map())
	}
	return printJSON(j.stdout, out)
}

// finite leaves out scores that are undefined, as the AUC of a single class: JSON
// has no word for them.
func finite(scores map[string]float64) map[string]float64 {
	for name, v := range scores {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			delete(scores, name)
		}
	}
	return scores
}
