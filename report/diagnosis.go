package report

import (
	"math"
	"strconv"
	"strings"

	"github.com/goodfit-ml/goodfit/curves"
)

// Findings shows a diagnosis: a [Finding] for each of its own, one for what is known of the
// generalization, then its note.
func Findings(d curves.Diagnosis) []Part {
	var parts []Part
	for _, f := range d.Findings {
		parts = append(parts, findingOf(f))
	}
	if d.Generalization != nil {
		parts = append(parts, generalizationOf(d.Generalization))
	}
	if d.Note != "" {
		parts = append(parts, Text(d.Note))
	}
	return parts
}

// titles say the codes of findings in words.
var titles = map[string]string{
	curves.UnderfitFlat:               "Underfit: the training data was not learned",
	curves.UnderfitUnfinished:         "Underfit: training ended too early",
	curves.Overfit:                    "Overfit: validation gets worse while training gets better",
	curves.GoodFit:                    "Good fit",
	curves.UnrepresentativeTrain:      "The training rows do not represent the data",
	curves.UnrepresentativeValidation: "The validation rows do not represent the data",
	curves.EasyValidation:             "The validation rows are easier than the training rows",
	curves.HighVariance:               "High variance: the scores swing",
	curves.Diverged:                   "Training diverged",
	curves.VanishingGradients:         "Vanishing gradients",
	curves.DeadUnits:                  "Dead units",
	curves.Undetermined:               "The curves do not tell",
}

func titleOf(code string) string {
	if title, ok := titles[code]; ok {
		return title
	}
	return plain(code)
}

// plain writes a code as words.
func plain(code string) string {
	return strings.NewReplacer("-", " ", "_", " ").Replace(code)
}

func severityOf(s curves.Severity) Severity {
	switch s {
	case curves.None:
		return Good
	case curves.Medium:
		return Warning
	case curves.High:
		return Problem
	}
	return Note
}

func verdictOf(d curves.Diagnosis) Verdict {
	v := Verdict{Text: plain(d.Verdict)}
	if f := d.Finding(d.Verdict); f != nil {
		v.Severity = severityOf(f.Severity)
	}
	return v
}

func findingOf(f curves.Finding) Finding {
	r := Finding{Code: f.Code, Severity: severityOf(f.Severity), Title: titleOf(f.Code), Text: f.Evidence.Sentence, Advice: f.Advice}
	r.Evidence = factsOf(f.Evidence.Numbers)
	return r
}

// generalizationOf shows the gap and the epoch to keep; the advice stands with the findings already.
func generalizationOf(g *curves.Generalization) Finding {
	return Finding{Code: "generalization", Severity: Note, Title: "Generalization: the gap, and the epoch to keep",
		Text: g.Sentence(), Evidence: factsOf(g.Numbers())}
}

// factsOf lists the numbers that are known.
func factsOf(numbers []curves.Number) []Fact {
	var facts []Fact
	for _, n := range numbers {
		if math.IsNaN(n.Value) {
			continue
		}
		facts = append(facts, Fact{plain(n.Name), evidenceNumber(n.Value)})
	}
	return facts
}

// evidenceNumber writes whole numbers, which are mostly epochs and counts, without decimals.
func evidenceNumber(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e6 {
		return strings.Replace(strconv.FormatFloat(v, 'f', 0, 64), "-", "−", 1)
	}
	return FormatNumber(v)
}
