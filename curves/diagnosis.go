package curves

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// The codes of findings, and so of verdicts.
const (
	UnderfitFlat               = "underfit-flat"               // the training data was not learned
	UnderfitUnfinished         = "underfit-unfinished"         // training stopped while the loss still fell
	Overfit                    = "overfit"                     // validation got worse while training got better
	GoodFit                    = "good-fit"                    // both curves are level with a small gap
	UnrepresentativeTrain      = "unrepresentative-train"      // both improve, a large gap stays
	UnrepresentativeValidation = "unrepresentative-validation" // validation jumps around a smooth training curve
	EasyValidation             = "easy-validation"             // validation runs below training
	HighVariance               = "high-variance"               // scores swing late in training, or between runs
	Diverged                   = "diverged"                    // the loss grew or became NaN or infinite
	VanishingGradients         = "vanishing-gradients"         // layers near the input get hardly any gradient
	DeadUnits                  = "dead-units"                  // units put out zero for every row

	// Undetermined is the verdict, never a finding, where the history does not tell: fewer than four
	// epochs, no series of known direction, or a training curve that was learned without a validation
	// curve beside it.
	Undetermined = "undetermined"
)

// Severity says how much a finding matters: "none" for a good fit, then "low", "medium", "high".
type Severity string

// The severities.
const (
	None   Severity = "none"
	Low    Severity = "low"
	Medium Severity = "medium"
	High   Severity = "high"
)

// Diagnosis is what the shape of learning curves says.
type Diagnosis struct {
	// Verdict is the code of the first finding, Undetermined if there is none.
	Verdict string
	// Findings are sorted by what to deal with first.
	Findings []Finding
	// Series names the series that were judged: training, then validation where there is one.
	Series []string
	// Marks are points worth drawing on the curves, by epoch.
	Marks []Mark
	// Generalization has the gap between the two curves and the epoch to keep; nil without a
	// validation curve of the same quantity, and for a run that diverged.
	Generalization *Generalization
	// Note says why the verdict is Undetermined, or what limits it; empty otherwise.
	Note string
}

// Finding is one property of the curves.
type Finding struct {
	Code     string
	Severity Severity
	// Confidence, in (0, 1), is 0.5 where the evidence just reaches the threshold and 0.8 at twice
	// the threshold; it is no probability.
	Confidence float64
	Evidence   Evidence
	// Advice lists techniques in the order in which to try them.
	Advice []string
}

// Evidence is one sentence and the numbers behind it, in a fixed order.
type Evidence struct {
	Sentence string
	Numbers  []Number
}

// Number is a named number. Amounts are in the units of the series, epochs count from 0.
type Number struct {
	Name  string
	Value float64
}

// Get returns the number of that name, NaN if there is none.
func (e Evidence) Get(name string) float64 {
	for _, n := range e.Numbers {
		if n.Name == name {
			return n.Value
		}
	}
	return math.NaN()
}

// Mark is a point on a series.
type Mark struct {
	// Kind is "best" (lowest point of the smoothed validation curve), "overfit" (from here on the
	// validation curve stays above its best by more than its noise) or "plateau" (from here on the
	// training curve is level).
	Kind   string  `json:"kind"`
	Series string  `json:"series"`
	Epoch  int     `json:"epoch"`
	Value  float64 `json:"value"` // of the series at that epoch
}

// Finding returns the finding with the given code, nil if there is none.
func (d Diagnosis) Finding(code string) *Finding {
	for i := range d.Findings {
		if d.Findings[i].Code == code {
			return &d.Findings[i]
		}
	}
	return nil
}

// String describes the diagnosis in a few lines of text that end without a line break: the verdict
// with its evidence and advice, then the other findings, then what is known of the generalization.
func (d Diagnosis) String() string {
	var b strings.Builder
	if len(d.Findings) == 0 {
		b.WriteString(d.Verdict)
	}
	for i, f := range d.Findings {
		if i > 0 {
			b.WriteString("\n\nalso ")
		}
		f.write(&b)
	}
	if d.Note != "" {
		b.WriteString("\n  ")
		wrap(&b, 2, d.Note)
	}
	if d.Generalization != nil {
		b.WriteString("\n\n")
		d.Generalization.write(&b)
	}
	return b.String()
}

func (f Finding) write(b io.Writer) {
	fmt.Fprintf(b, "%s (severity %s, confidence %.2f)\n  ", f.Code, f.Severity, f.Confidence)
	wrap(b, 2, f.Evidence.Sentence)
	if numbers := f.Evidence.numbers(); numbers != "" {
		io.WriteString(b, "\n  ")
		wrap(b, 2, numbers)
	}
	if len(f.Advice) > 0 {
		io.WriteString(b, "\n  Try, in this order:")
	}
	for i, a := range f.Advice {
		fmt.Fprintf(b, "\n  %2d. ", i+1)
		wrap(b, 6, a)
	}
}

// String returns the sentence, then the numbers in parentheses.
func (e Evidence) String() string {
	if numbers := e.numbers(); numbers != "" {
		return e.Sentence + " (" + numbers + ")"
	}
	return e.Sentence
}

// numbers lists the numbers that are known.
func (e Evidence) numbers() string {
	var known []string
	for _, n := range e.Numbers {
		if !math.IsNaN(n.Value) {
			known = append(known, fmt.Sprintf("%s=%.4g", n.Name, n.Value))
		}
	}
	return strings.Join(known, " ")
}

// wrap writes text in lines of at most 88 characters; it begins at the column indent, to which
// further lines are indented.
func wrap(w io.Writer, indent int, text string) {
	column := indent
	for i, word := range strings.Fields(text) {
		switch length := len([]rune(word)); {
		case i == 0:
			column += length
		case column+1+length > 88:
			fmt.Fprintf(w, "\n%*s", indent, "")
			column = indent + length
		default:
			io.WriteString(w, " ")
			column += 1 + length
		}
		io.WriteString(w, word)
	}
}

// MarshalJSON writes {"verdict","findings":[{"code","severity","confidence","evidence":{"sentence",
// "numbers":{…}},"advice":[…]}],"series":[…],"marks":[…],"generalization":{"sentence","numbers":{…},
// "advice":[…]},"note"}; series, marks, generalization and note are left out when empty. Numbers keep
// their order; NaN is null, infinities are the strings "inf", "-inf".
func (d Diagnosis) MarshalJSON() ([]byte, error) {
	findings := make([]jsonFinding, len(d.Findings))
	for i, f := range d.Findings {
		findings[i] = jsonFinding{f.Code, f.Severity, f.Confidence,
			jsonEvidence{f.Evidence.Sentence, f.Evidence.Numbers}, append([]string{}, f.Advice...)}
	}
	return json.Marshal(struct {
		Verdict        string              `json:"verdict"`
		Findings       []jsonFinding       `json:"findings"`
		Series         []string            `json:"series,omitempty"`
		Marks          []Mark              `json:"marks,omitempty"`
		Generalization *jsonGeneralization `json:"generalization,omitempty"`
		Note           string              `json:"note,omitempty"`
	}{d.Verdict, findings, d.Series, d.Marks, d.Generalization.json(), d.Note})
}

type jsonGeneralization struct {
	Sentence string      `json:"sentence"`
	Numbers  jsonNumbers `json:"numbers"`
	Advice   []string    `json:"advice"`
}

func (g *Generalization) json() *jsonGeneralization {
	if g == nil {
		return nil
	}
	return &jsonGeneralization{g.Sentence(), g.Numbers(), append([]string{}, g.Advice...)}
}

type jsonFinding struct {
	Code       string       `json:"code"`
	Severity   Severity     `json:"severity"`
	Confidence float64      `json:"confidence"`
	Evidence   jsonEvidence `json:"evidence"`
	Advice     []string     `json:"advice"`
}

type jsonEvidence struct {
	Sentence string      `json:"sentence"`
	Numbers  jsonNumbers `json:"numbers"`
}

// jsonNumbers is an object whose members keep their order.
type jsonNumbers []Number

// MarshalJSON writes the object.
func (n jsonNumbers) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for i, v := range n {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(strconv.AppendQuote(text, v.Name), ':')
		text = appendNumber(text, v.Value)
	}
	return append(text, '}'), nil
}
