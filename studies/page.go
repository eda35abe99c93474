package studies

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/report"
)

// Page shows outcomes as one page, a section for each: the question, claims with
// their evidence, results beside the book's numbers, and figures.
func Page(title string, outcomes []*Outcome) report.Report {
	r := report.Report{Title: title}
	claims, holding := 0, 0
	for _, o := range outcomes {
		r.Sections = append(r.Sections, o.section())
		for _, c := range o.Claims {
			claims++
			if c.Holds {
				holding++
			}
		}
	}
	r.Lead = fmt.Sprintf("%d of %d claims hold in %d studies.", holding, claims, len(outcomes))
	r.Verdict = report.Verdict{Text: "all claims hold", Severity: report.Good}
	if holding < claims {
		r.Verdict = report.Verdict{Text: "claims fail", Severity: report.Warning}
	}
	return r
}

func (o *Outcome) section() report.Section {
	s := report.Section{Title: o.Title, Text: o.Question}
	for _, c := range o.Claims {
		f := report.Finding{Severity: report.Good, Title: c.Text, Text: c.Evidence}
		if !c.Holds {
			f.Severity, f.Title = report.Warning, "Does not hold: "+c.Text
		}
		s.Parts = append(s.Parts, f)
	}
	if len(o.Results) > 0 {
		s.Parts = append(s.Parts, o.table())
	}
	for _, d := range o.drawings {
		s.Parts = append(s.Parts, report.Figure{Caption: d.Caption, Figure: d.Figure})
	}
	return s
}

// table lists the results; the reasons for differences stand under it.
func (o *Outcome) table() report.Table {
	t := report.Table{Caption: "Results", Header: []string{"quantity", "book", "mean", "sd", "n"}}
	for _, r := range o.Results {
		book := "–"
		if r.Book != nil {
			book = report.FormatNumber(*r.Book)
		}
		t.Rows = append(t.Rows, []string{r.What, book, report.FormatNumber(r.Mean), report.FormatNumber(r.SD), fmt.Sprint(r.N)})
		if r.Why != "" {
			t.Note += r.What + ": " + r.Why + " "
		}
	}
	return t
}
