package report

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/plots"
)

// Ensemble is how an ensemble did beside its members, each by itself.
type Ensemble struct {
	// Name says what it is, such as "ensemble of 10 members (bagging)".
	Name string
	// Scores are those on the test rows that the ensemble and its members have, the most
	// telling first; none of an ensemble that is one model in the end.
	Scores []MemberScore
	// Weights are the members' shares in a weighted mean; nil where there are none.
	Weights []float64
	// Sizes are the leading score of ensembles of 1, 2 … of the members, several of each size.
	Sizes [][]float64
	// Runs are the learning curves of all trainings.
	Runs []plots.Run
	// Facts are further properties, such as the diversity of the members.
	Facts []Fact
}

// MemberScore is one score of the ensemble and of each member.
type MemberScore struct {
	Name      string
	Direction curves.Direction
	Ensemble  float64
	Members   []float64
	// Mean and SD are of the members; Gain is how much better the ensemble is than their mean,
	// above 0 for better, and Beaten how many members it is better than.
	Mean, SD, Gain float64
	Beaten         int
}

// section has no parts if e is nil, and is then left out.
func (e *Ensemble) section() Section {
	s := Section{Title: "Ensemble"}
	if e == nil {
		return s
	}
	s.Text = fmt.Sprintf("The model is an %s.", e.Name)
	if len(e.Scores) > 0 {
		s.Text += " Each member also predicts by itself; the table says what combining them gains."
		s.Parts = append(s.Parts, e.gains(), Figure{Caption: "Each dot is a model; the bar is the mean.", Figure: e.strip()}, e.members())
	}
	if len(e.Sizes) > 1 && len(e.Scores) > 0 {
		s.Parts = append(s.Parts, Figure{Caption: "What more members bring: the mean and the standard deviation over subsets of the members.", Figure: e.bySize()})
	}
	if len(e.Runs) > 1 {
		s.Parts = append(s.Parts, Figure{Caption: fmt.Sprintf("The learning curves of all %d trainings.", len(e.Runs)),
			Figure: plots.LearningCurve{Runs: e.Runs, Size: stillSize}})
	}
	if len(e.Facts) > 0 {
		s.Parts = append(s.Parts, Facts(e.Facts))
	}
	return s
}

func (e *Ensemble) gains() Table {
	t := Table{Caption: "The ensemble beside its members, test", Header: []string{"Score", "Ensemble", "Members' mean", "sd", "Gain", "Better than", "Better"},
		Note: "A gain above 0 is an improvement over the mean member, whatever the direction of the score."}
	for _, s := range e.Scores {
		t.Rows = append(t.Rows, []string{s.Name, FormatNumber(s.Ensemble), FormatNumber(s.Mean), FormatNumber(s.SD), signed(s.Gain),
			fmt.Sprintf("%d of %d", s.Beaten, len(s.Members)), betterWord(s.Direction)})
	}
	return t
}

// strip draws the leading score of each member, and the ensemble beside them.
func (e *Ensemble) strip() plots.Figure {
	s := e.Scores[0]
	return plots.Strip{Y: s.Name, Samples: []plots.Sample{{Name: "members", Values: s.Members}, {Name: "ensemble", Values: []float64{s.Ensemble}}}, Size: stillSize}
}

// bySize draws the leading score over the number of members.
func (e *Ensemble) bySize() plots.Figure {
	x := make([]float64, len(e.Sizes))
	for i := range x {
		x[i] = float64(i + 1)
	}
	return plots.Lines{X: "members", Y: e.Scores[0].Name, Lines: []plots.Line{plots.MeanLine("test", x, e.Sizes)}, Size: stillSize}
}

// members lists the scores of each member.
func (e *Ensemble) members() Table {
	t := Table{Caption: "Scores of the members, test", Header: []string{"Member"}}
	if e.Weights != nil {
		t.Header = append(t.Header, "Weight")
	}
	for _, s := range e.Scores {
		t.Header = append(t.Header, s.Name)
	}
	for i := range e.Scores[0].Members {
		row := []string{fmt.Sprint(i + 1)}
		if e.Weights != nil {
			row = append(row, FormatNumber(e.Weights[i]))
		}
		for _, s := range e.Scores {
			row = append(row, FormatNumber(s.Members[i]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
