package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/pipeline"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/report"
)

// ensembleJSON is what fit --json prints of an ensemble. Mean, SD, Gain and Beaten
// are of the test rows and keyed by metric: the members' mean and standard deviation,
// how much better the ensemble is than the mean (above 0 is better), and how many
// members score worse.
type ensembleJSON struct {
	Kind      string             `json:"kind"`
	Method    json.RawMessage    `json:"method"`
	Members   []memberJSON       `json:"members"`
	Mean      map[string]float64 `json:"mean"`
	SD        map[string]float64 `json:"sd"`
	Gain      map[string]float64 `json:"gain"`
	Beaten    map[string]int     `json:"beaten"`
	Epochs    []int              `json:"epochs"` // of each training
	OutOfBag  map[string]float64 `json:"out_of_bag,omitempty"`
	Diversity map[string]float64 `json:"diversity,omitempty"`
}

// memberJSON is one member by itself, first keyed by part.
type memberJSON struct {
	Scores map[string]map[string]float64 `json:"scores"`
	Weight *float64                      `json:"weight,omitempty"`
}

func (j *fitJob) ensembleJSON(r *pipeline.Result) *ensembleJSON {
	if r.Ensemble == nil {
		return nil
	}
	out := &ensembleJSON{Kind: j.kind.name, Method: described(ensembles.Marshal(r.Options.Ensemble)), Mean: map[string]float64{},
		SD: map[string]float64{}, Gain: map[string]float64{}, Beaten: map[string]int{}, OutOfBag: finite(r.OutOfBag.Map())}
	weights := memberWeights(r.Ensemble)
	for i, m := range r.Members {
		member := memberJSON{Scores: map[string]map[string]float64{}}
		for part, s := range map[string]pipeline.Scores{"train": m.Train, "validation": m.Validation, "test": m.Test} {
			member.Scores[part] = finite(s.Map())
		}
		if weights != nil {
			member.Weight = &weights[i]
		}
		out.Members = append(out.Members, member)
	}
	for _, g := range r.Gains() {
		out.Mean[g.Name], out.SD[g.Name], out.Gain[g.Name], out.Beaten[g.Name] = g.Mean, g.SD, g.Gain, g.Beaten
	}
	for _, scores := range []map[string]float64{out.Mean, out.SD, out.Gain} {
		finite(scores)
	}
	for _, h := range r.Ensemble.Histories {
		out.Epochs = append(out.Epochs, h.Epochs())
	}
	return out
}

// memberWeights returns the weights of a weighted mean, with the sum 1; nil of
// other ensembles.
func memberWeights(e *ensembles.Ensemble) []float64 {
	if w, ok := e.Combiner.(ensembles.Weighted); ok {
		return ensembles.Normalized(w.Weights)
	}
	return nil
}

// printGains prints the ensemble beside its members.
func (j *fitJob) printGains(w io.Writer, r *pipeline.Result) {
	gains := r.Gains()
	if len(gains) == 0 {
		return
	}
	fmt.Fprintf(w, "\nThe %s beside its members, each by itself, on the test rows:\n", j.ensembleText(len(r.Members)))
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "score\tensemble\tmembers' mean\tsd\tgain\tbetter than\t")
	for _, g := range gains {
		fmt.Fprintf(t, "%s\t%.4f\t%.4f\t%.4f\t%+.4f\t%d of %d\t\n", g.Name, g.Ensemble, g.Mean, g.SD, g.Gain, g.Beaten, len(r.Members))
	}
	t.Flush()
	if r.OutOfBag != nil {
		fmt.Fprintf(w, "Training rows, each predicted by the members that did not learn from it: %s.\n", scoreList(r.OutOfBag))
	}
}

// scoreList writes scores on a line.
func scoreList(scores pipeline.Scores) string {
	var parts []string
	for _, s := range scores {
		parts = append(parts, fmt.Sprintf("%s %.4f", s.Name, s.Value))
	}
	return strings.Join(parts, ", ")
}

// reportEnsemble describes the ensemble for the page; nil of a single model.
func (j *fitJob) reportEnsemble(r *pipeline.Result) *report.Ensemble {
	if r.Ensemble == nil {
		return nil
	}
	e := &report.Ensemble{Name: j.ensembleText(len(r.Members)), Weights: memberWeights(r.Ensemble)}
	for _, g := range r.Gains() {
		score := report.MemberScore{Name: g.Name, Direction: g.Direction, Ensemble: g.Ensemble, Mean: g.Mean, SD: g.SD, Gain: g.Gain, Beaten: g.Beaten}
		for _, m := range r.Members {
			v, _ := m.Test.Get(g.Name)
			score.Members = append(score.Members, v)
		}
		e.Scores = append(e.Scores, score)
	}
	if r.OutOfBag != nil {
		e.Facts = append(e.Facts, report.Fact{Name: "out of bag, from the training rows", Value: scoreList(r.OutOfBag)})
	}
	for _, h := range r.Ensemble.Histories {
		e.Runs = append(e.Runs, plots.Run{History: h})
	}
	return e
}
