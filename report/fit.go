package report

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/plots"
)

// Fit is what one training on a table found, in plain numbers. [Fit.Report] lays it out; parts that
// are empty are left out.
type Fit struct {
	// Title defaults to the target and the source of the data.
	Title string
	// Lead defaults to a sentence with the first score that has a test value and a baseline.
	Lead string

	Data    Data
	Network Network
	// History and Diagnosis are the learning curves and what they say.
	History   *curves.History
	Diagnosis curves.Diagnosis

	// Scores are the loss and the metrics of the final model, the most telling first.
	Scores []Score
	// Baseline says what the naive baseline predicts, such as "the most frequent class".
	Baseline string

	// Ensemble is how the members of an ensemble did; nil of a single model.
	Ensemble *Ensemble

	// Classes and Confusion are for classifiers, Parts for regressions; all are of the test part,
	// or of those parts that their names say.
	Classes   []ClassScore
	Confusion Confusion
	Parts     []plots.Part

	Importance []Importance

	// Usage shows how to use the model, from the shell and from Go.
	Usage []Code
	// Settings are the values that took effect; Seed stands before them.
	Settings []Fact
	Seed     uint64
	// Version is the program's name and version for the last line.
	Version string
}

// Score is one measure of the final model on the parts of the data; NaN where not measured.
type Score struct {
	Name                                  string
	Direction                             curves.Direction
	Train, Validation, Test, TestBaseline float64
}

// ClassScore is how well one class is recognized: precision, recall and their harmonic mean F1, all
// in [0, 1], NaN where undefined, and the number of rows of the class.
type ClassScore struct {
	Name                  string
	Precision, Recall, F1 float64
	Rows                  int
}

// Importance is how much the loss grows when the column's values are shuffled, with its standard
// deviation over repeats.
type Importance struct {
	Column   string
	Mean, SD float64
}

// Report composes the page: scores against the naive baseline, the diagnosis with its evidence and
// advice, the learning curves, the predictions, the data, the network, how to use the model, and
// the settings.
func (f Fit) Report() Report {
	r := Report{Title: f.Title, Lead: f.Lead, Verdict: verdictOf(f.Diagnosis), Facts: f.headline(), Footer: f.Version}
	if r.Title == "" {
		r.Title = f.defaultTitle()
	}
	if r.Lead == "" {
		r.Lead = f.defaultLead()
	}
	for _, s := range []Section{
		f.scores(), f.Ensemble.section(), f.diagnosis(), f.curves(), f.predictions(), f.importance(),
		f.Data.section(), f.Network.section(), f.usage(), f.settings(),
	} {
		if len(s.Parts) > 0 {
			r.Sections = append(r.Sections, s)
		}
	}
	return r
}

func (f Fit) defaultTitle() string {
	switch {
	case f.Data.Target != "" && f.Data.Source != "":
		return fmt.Sprintf("Predicting %s from %s", f.Data.Target, f.Data.Source)
	case f.Data.Target != "":
		return "Predicting " + f.Data.Target
	}
	return "Fit report"
}

// leading is the first score with a test value, nil if there is none.
func (f Fit) leading() *Score {
	for i, s := range f.Scores {
		if !math.IsNaN(s.Test) {
			return &f.Scores[i]
		}
	}
	return nil
}

func (f Fit) defaultLead() string {
	s := f.leading()
	if s == nil {
		return ""
	}
	lead := fmt.Sprintf("On rows that it has not seen, the model reaches %s %s", s.Name, FormatNumber(s.Test))
	if math.IsNaN(s.TestBaseline) {
		return lead + "."
	}
	return lead + fmt.Sprintf("; the naive baseline reaches %s.", FormatNumber(s.TestBaseline))
}

func (f Fit) headline() []Fact {
	var facts []Fact
	if s := f.leading(); s != nil {
		facts = append(facts, Fact{"test " + s.Name, FormatNumber(s.Test)})
		if !math.IsNaN(s.TestBaseline) {
			facts = append(facts, Fact{"naive baseline", FormatNumber(s.TestBaseline)})
		}
	}
	if f.Data.Rows > 0 {
		facts = append(facts, Fact{"rows", FormatCount(f.Data.Rows)})
	}
	if n := f.Data.features(); n > 0 {
		facts = append(facts, Fact{"feature columns", FormatCount(n)})
	}
	if n := f.Network.Trainable + f.Network.Frozen; n > 0 {
		facts = append(facts, Fact{"parameters", FormatCount(n)})
	}
	return facts
}

func (f Fit) scores() Section {
	s := Section{Title: "Scores"}
	if len(f.Scores) == 0 {
		return s
	}
	t := Table{Caption: "Scores of the final model", Header: []string{"Score", "Test", "Baseline", "Validation", "Train", "Better"}}
	for _, v := range f.Scores {
		t.Rows = append(t.Rows, []string{v.Name, FormatNumber(v.Test), FormatNumber(v.TestBaseline),
			FormatNumber(v.Validation), FormatNumber(v.Train), betterWord(v.Direction)})
	}
	if f.Baseline != "" {
		t.Note = "The naive baseline, scored on the test rows, predicts " + f.Baseline + "."
	}
	s.Parts = []Part{t}
	return s
}

func betterWord(d curves.Direction) string {
	switch d {
	case curves.Minimize:
		return "lower"
	case curves.Maximize:
		return "higher"
	}
	return missing
}

func (f Fit) diagnosis() Section {
	return Section{Title: "Diagnosis", Parts: Findings(f.Diagnosis)}
}

func (f Fit) curves() Section {
	s := Section{Title: "Learning curves"}
	if len(plots.Quantities(f.History)) > 0 {
		c := Curves{History: f.History, Marks: plots.DiagnosisMarks(f.Diagnosis)}
		if f.Ensemble != nil && len(f.Ensemble.Runs) > 1 {
			c.Caption = fmt.Sprintf("The first of %d trainings", len(f.Ensemble.Runs))
		}
		s.Parts = []Part{c}
	}
	return s
}

func (f Fit) predictions() Section {
	s := Section{Title: "Predictions"}
	if len(f.Classes) > 0 {
		t := Table{Caption: "Test results by class", Header: []string{"Class", "Precision", "Recall", "F1", "Rows"}}
		for _, c := range f.Classes {
			t.Rows = append(t.Rows, []string{c.Name, FormatNumber(c.Precision), FormatNumber(c.Recall), FormatNumber(c.F1), FormatCount(c.Rows)})
		}
		s.Parts = append(s.Parts, t)
	}
	if len(f.Confusion.Counts) > 0 {
		c := f.Confusion
		if c.Caption == "" {
			c.Caption = "Confusion matrix, test"
		}
		s.Parts = append(s.Parts, c)
	}
	if len(f.Parts) > 0 {
		s.Parts = append(s.Parts,
			Figure{Caption: "On the dashed line a prediction is exact.", Figure: plots.Predictions{Target: f.Data.Target, Parts: f.Parts, Size: stillSize}},
			Figure{Caption: "Residuals without a pattern around 0 are noise; a bend or a funnel is something the model missed.",
				Figure: plots.Residuals{Target: f.Data.Target, Parts: f.Parts, Size: stillSize}})
	}
	return s
}

func (f Fit) importance() Section {
	s := Section{Title: "Importance of the columns"}
	if len(f.Importance) == 0 {
		return s
	}
	t := Table{Caption: "Increase of the loss when a column is shuffled", Header: []string{"Column", "Increase", "sd"}}
	var names []string
	var means, sds []float64
	for _, c := range f.Importance {
		t.Rows = append(t.Rows, []string{c.Column, FormatNumber(c.Mean), FormatNumber(c.SD)})
		names, means, sds = append(names, c.Column), append(means, c.Mean), append(sds, c.SD)
	}
	const most = 20
	n := min(most, len(names))
	s.Parts = []Part{
		Figure{Caption: "How much worse the model gets when the values of one column are shuffled.",
			Figure: plots.Bars{Value: "increase of the loss", Horizontal: true, Categories: names[:n],
				Groups: []plots.BarGroup{{Values: means[:n], Errors: sds[:n]}}, Size: barSize(n)}},
		t,
	}
	return s
}

// barSize gives every bar the same room, however many there are.
func barSize(bars int) plots.Size {
	return plots.Size{Width: stillSize.Width, Height: 1.6 + 0.7*float64(bars)}
}

func (f Fit) usage() Section {
	s := Section{Title: "Use the model"}
	for _, c := range f.Usage {
		s.Parts = append(s.Parts, c)
	}
	return s
}

func (f Fit) settings() Section {
	facts := append(Facts{{"seed", fmt.Sprint(f.Seed)}}, f.Settings...)
	return Section{Title: "Settings", Text: "The same data, settings, seed and version give the same model.", Parts: []Part{facts}}
}
