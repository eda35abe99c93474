package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
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
	Kind     string             `json:"kind"`
	Method   json.RawMessage    `json:"method"`
	Members  []memberJSON       `json:"members"`
	Mean     map[string]float64 `json:"mean"`
	SD       map[string]float64 `json:"sd"`
	Gain     map[string]float64 `json:"gain"`
	Beaten   map[string]int     `json:"beaten"`
	Epochs   []int              `json:"epochs"` // of each training
	OutOfBag map[string]float64 `json:"out_of_bag,omitempty"`
	// Unaveraged are the scores, by part, of the last weights before they were averaged.
	Unaveraged map[string]map[string]float64 `json:"unaveraged,omitempty"`
	Diversity  map[string]float64            `json:"diversity,omitempty"`
	Intervals  *intervalJSON                 `json:"intervals,omitempty"`
	BySize     *sizesJSON                    `json:"by_size,omitempty"`
}

// sizesJSON is a score on the test rows of ensembles of 1, 2 … of the members: the mean
// over subsets.
type sizesJSON struct {
	Score string    `json:"score"`
	Mean  []float64 `json:"mean"`
}

// intervalJSON is how prediction intervals do on the test rows.
type intervalJSON struct {
	Level      float64 `json:"level"`
	Coverage   float64 `json:"coverage"`
	MeanLength float64 `json:"mean_length"`
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
		member := memberJSON{Scores: byPart(m)}
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
	if v := r.Intervals; v != nil {
		out.Intervals = &intervalJSON{v.Level, v.Coverage, v.MeanLength}
	}
	if len(r.BySize) > 0 {
		out.BySize = &sizesJSON{Score: r.Test.Scores[0].Name}
		for _, s := range r.BySize {
			out.BySize.Mean = append(out.BySize.Mean, s.Mean)
		}
	}
	out.Diversity = diversityJSON(r.Diversity)
	if r.Unaveraged != nil {
		out.Unaveraged = byPart(*r.Unaveraged)
	}
	for _, h := range r.Ensemble.Histories {
		out.Epochs = append(out.Epochs, h.Epochs())
	}
	return out
}

// byPart keys scores by part and metric.
func byPart(m pipeline.MemberScores) map[string]map[string]float64 {
	return map[string]map[string]float64{"train": finite(m.Train.Map()), "validation": finite(m.Validation.Map()), "test": finite(m.Test.Map())}
}

// diversityJSON has the means over pairs of members.
func diversityJSON(d *ensembles.Diversity) map[string]float64 {
	if d == nil {
		return nil
	}
	return finite(map[string]float64{
		"error_correlation": ensembles.MeanOf(d.ErrorCorrelation), "disagreement": ensembles.MeanOf(d.Disagreement),
		"q": ensembles.MeanOf(d.Q), "double_fault": ensembles.MeanOf(d.DoubleFault), "kappa": ensembles.MeanOf(d.Kappa),
		"ambiguity": d.Ambiguity, "mean_squared_error": d.MeanSquaredError,
	})
}

// memberWeights returns the weights of a weighted mean, with the sum 1; nil of
// other ensembles.
func memberWeights(e *ensembles.Ensemble) []float64 {
	if w, ok := e.Combiner.(ensembles.Weighted); ok {
		return ensembles.Normalized(w.Weights)
	}
	return nil
}

// printEnsemble prints the ensemble beside its members.
func (j *fitJob) printEnsemble(w io.Writer, r *pipeline.Result) {
	if r.Ensemble == nil {
		return
	}
	if gains := r.Gains(); len(gains) > 0 {
		fmt.Fprintf(w, "\nThe %s beside its members, each by itself, on the test rows:\n", j.ensembleText(len(r.Members)))
		t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
		fmt.Fprintln(t, "score\tensemble\tmembers' mean\tsd\tgain\tbetter than\t")
		for _, g := range gains {
			fmt.Fprintf(t, "%s\t%.4f\t%.4f\t%.4f\t%+.4f\t%d of %d\t\n", g.Name, g.Ensemble, g.Mean, g.SD, g.Gain, g.Beaten, len(r.Members))
		}
		t.Flush()
	}
	for _, f := range ensembleFacts(r) {
		fmt.Fprintf(w, "%s: %s.\n", f.Name, f.Value)
	}
}

// ensembleFacts says what is known of an ensemble besides its scores.
func ensembleFacts(r *pipeline.Result) (facts []report.Fact) {
	add := func(name, format string, args ...any) {
		facts = append(facts, report.Fact{Name: name, Value: fmt.Sprintf(format, args...)})
	}
	if r.Unaveraged != nil {
		var same pipeline.Scores // those that the ensemble has too
		for _, s := range r.Unaveraged.Test {
			if _, ok := r.Test.Scores.Get(s.Name); ok {
				same = append(same, s)
			}
		}
		add("Test rows, predicted by the last weights of the training, which are not averaged", "%s", scoreList(same))
		return facts
	}
	if len(r.Members) < 2 {
		add("Members", "in the end the ensemble is one model, with none to compare")
		return facts
	}
	if w := memberWeights(r.Ensemble); w != nil {
		var texts []string
		for _, v := range w {
			texts = append(texts, fmt.Sprintf("%.3f", v))
		}
		add("Weights of the members", "%s", strings.Join(texts, ", "))
	}
	if d := r.Diversity; d != nil {
		if v := ensembles.MeanOf(d.ErrorCorrelation); !math.IsNaN(v) {
			add("Correlation of the members' errors on the test rows", "%.3f on average", v)
		}
		if d.Disagreement != nil {
			add("Test rows that one of two members predicts rightly and the other wrongly", "%.1f %% on average", 100*ensembles.MeanOf(d.Disagreement))
		}
	}
	if n := len(r.BySize); n > 2 {
		add("Mean test "+r.Test.Scores[0].Name+" of fewer members", "%s", sizeList(r.BySize))
	}
	if r.OutOfBag != nil {
		add("Training rows, each predicted by the members that did not learn from it", "%s", scoreList(r.OutOfBag))
	}
	if v := r.Intervals; v != nil {
		add(fmt.Sprintf("Intervals for %g %% of the targets", 100*v.Level), "hold %.1f %% of the test rows and are %s long on average",
			100*v.Coverage, report.FormatNumber(v.MeanLength))
	}
	return facts
}

// sizeList writes the scores by size, of at most about six sizes.
func sizeList(sizes []ensembles.SizeScore) string {
	step := (len(sizes) + 5) / 6
	var parts []string
	for i := 0; i < len(sizes); i += step {
		parts = append(parts, fmt.Sprintf("%.4f with %d", sizes[i].Mean, sizes[i].Members))
	}
	return strings.Join(parts, ", ")
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
	e := &report.Ensemble{Name: j.ensembleText(len(r.Members)), Weights: memberWeights(r.Ensemble), Facts: ensembleFacts(r)}
	for _, g := range r.Gains() {
		score := report.MemberScore{Name: g.Name, Direction: g.Direction, Ensemble: g.Ensemble, Mean: g.Mean, SD: g.SD, Gain: g.Gain, Beaten: g.Beaten}
		for _, m := range r.Members {
			v, _ := m.Test.Get(g.Name)
			score.Members = append(score.Members, v)
		}
		e.Scores = append(e.Scores, score)
	}
	for _, s := range r.BySize {
		e.Sizes = append(e.Sizes, s.Values)
	}
	for _, h := range r.Ensemble.Histories {
		e.Runs = append(e.Runs, plots.Run{History: h})
	}
	return e
}
