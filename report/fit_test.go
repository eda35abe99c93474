package report_test

import (
	"encoding/json"
	"html"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/report"
)

func titles(r report.Report) []string {
	var ts []string
	for _, s := range r.Sections {
		ts = append(ts, s.Title)
	}
	return ts
}

func TestFitSections(t *testing.T) {
	all := []string{"Scores", "Diagnosis", "Learning curves", "Predictions", "Importance of the columns", "Data", "Network", "Use the model", "Settings"}
	if got := titles(irisFit().Report()); !slices.Equal(got, all) {
		t.Errorf("sections %q, want %q", got, all)
	}
	if got := titles(report.Fit{}.Report()); !slices.Equal(got, []string{"Settings"}) {
		t.Errorf("sections of an empty fit: %q", got)
	}
}

func TestFitHeadline(t *testing.T) {
	r := irisFit().Report()
	if r.Title != "Predicting species from iris.csv" {
		t.Errorf("title %q", r.Title)
	}
	if want := "On rows that it has not seen, the model reaches accuracy 0.9667; the naive baseline reaches 0.3333."; r.Lead != want {
		t.Errorf("lead %q, want %q", r.Lead, want)
	}
	want := []report.Fact{{"test accuracy", "0.9667"}, {"naive baseline", "0.3333"}, {"rows", "150"}, {"feature columns", "5"}, {"parameters", "328"}}
	if !slices.Equal(r.Facts, want) {
		t.Errorf("facts %v, want %v", r.Facts, want)
	}
	f := irisFit()
	f.Title, f.Lead = "own", "own lead"
	if r := f.Report(); r.Title != "own" || r.Lead != "own lead" {
		t.Errorf("title %q and lead %q are not the given ones", r.Title, r.Lead)
	}
}

func TestFitWithoutTestScore(t *testing.T) {
	f := irisFit()
	nan := math.NaN()
	f.Scores = []report.Score{{Name: "loss", Train: 1, Validation: 2, Test: nan, TestBaseline: nan}}
	r := f.Report()
	if r.Lead != "" || r.Facts[0].Name != "rows" {
		t.Errorf("lead %q and facts %v speak of a test score that there is not", r.Lead, r.Facts)
	}
}

// cells returns the cells of the row that starts with name, as text.
func cells(t *testing.T, page, caption, name string) []string {
	t.Helper()
	_, table, ok := strings.Cut(page, "<caption>"+caption+"</caption>")
	if !ok {
		t.Fatalf("no table %q", caption)
	}
	table, _, _ = strings.Cut(table, "</table>")
	_, row, ok := strings.Cut(table, `<th scope="row">`+name+"</th>")
	if !ok {
		t.Fatalf("no row %q in table %q", name, caption)
	}
	row, _, _ = strings.Cut(row, "</tr>")
	var out []string
	for _, m := range regexp.MustCompile(`<td[^>]*>([^<]*)</td>`).FindAllStringSubmatch(row, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestFitTables(t *testing.T) {
	page := written(t, irisFit().Report())
	cases := []struct {
		caption, row string
		want         []string
	}{
		{"Scores of the final model", "accuracy", []string{"0.9667", "0.3333", "0.9333", "0.9778", "higher"}},
		{"Scores of the final model", "loss", []string{"0.1512", "1.099", "0.2116", "0.0731", "lower"}},
		{"Scores of the final model", "top-2 accuracy", []string{"1.000", "–", "1.000", "1.000", "higher"}},
		{"Test results by class", "versicolor", []string{"0.9091", "1.000", "0.9524", "10"}},
		{"Confusion matrix, test", "versicolor", []string{"0", "10", "0", "100.0 %"}},
		{"Columns", "species", []string{"target", "category", "0", "3", "setosa, versicolor, virginica"}},
		{"Rows per class", "setosa", []string{"30", "33.3 %", "10", "33.3 %", "10", "33.3 %"}},
		{"Layers", "hidden", []string{"Dense", "(25)", "150"}},
		{"Increase of the loss when a column is shuffled", "petal_length", []string{"0.6100", "0.0500"}},
	}
	for _, c := range cases {
		if got := cells(t, page, c.caption, c.row); !slices.Equal(got, c.want) {
			t.Errorf("%s, %s: %q, want %q", c.caption, c.row, got, c.want)
		}
	}
	for _, want := range []string{"<dt>seed</dt><dd>7</dd>", "<dt>train rows</dt><dd>90 (60.0 %)</dd>", "goodfit predict fit/model.goodfit new.csv", "Two cells of sepal_length"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestNumericColumnsAreSetRight(t *testing.T) {
	page := written(t, report.Report{Title: "t", Sections: []report.Section{{Title: "s", Parts: []report.Part{report.Table{
		Caption: "c", Header: []string{"name", "number", "mixed"}, Rows: [][]string{{"a", "−1.5", "1"}, {"b", "–", "many"}, {"c", "1,234", "2"}},
	}}}}})
	if !strings.Contains(page, `<th scope="col" class="n">number</th>`) || !strings.Contains(page, `<th scope="col">mixed</th>`) {
		t.Error("columns are not aligned by their kind")
	}
}

func TestLongTablesAreFolded(t *testing.T) {
	page := written(t, diabetesFit().Report())
	if !strings.Contains(page, "<details><summary>Columns (60 rows)</summary>") {
		t.Error("a table of 60 rows is not folded")
	}
}

func TestRegressionFigures(t *testing.T) {
	page := written(t, diabetesFit().Report())
	for _, want := range []string{"predicted = actual", "actual − predicted", "On the dashed line"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "Confusion matrix") {
		t.Error("a regression has a confusion matrix")
	}
}

func TestConfusionShades(t *testing.T) {
	page := written(t, report.Report{Title: "t", Sections: []report.Section{{Title: "s", Parts: []report.Part{
		report.Confusion{Caption: "c", Classes: []string{"a", "b"}, Counts: [][]int{{79, 21}, {0, 0}}},
	}}}})
	for _, want := range []string{
		`<td class="n cell dark right" style="--share:79%">79</td>`, `<td class="n cell" style="--share:21%">21</td>`,
		`<td class="n">79.0 %</td>`, `<td class="n">–</td>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestFindings(t *testing.T) {
	d := curves.Diagnosis{
		Verdict: curves.Overfit, Note: "a note",
		Findings: []curves.Finding{
			{Code: curves.Overfit, Severity: curves.High, Advice: []string{"first", "second"}, Evidence: curves.Evidence{
				Sentence: "It turned.", Numbers: []curves.Number{{Name: "onset_epoch", Value: 41}, {Name: "rise", Value: 0.25}},
			}},
			{Code: curves.GoodFit, Severity: curves.None}, {Code: "new-code", Severity: curves.Low}, {Code: curves.DeadUnits, Severity: curves.Medium},
		},
	}
	parts := report.Findings(d)
	first := parts[0].(report.Finding)
	if first.Severity != report.Problem || first.Text != "It turned." || !slices.Equal(first.Advice, []string{"first", "second"}) ||
		!slices.Equal(first.Evidence, []report.Fact{{"onset epoch", "41"}, {"rise", "0.2500"}}) {
		t.Errorf("first finding %+v", first)
	}
	for i, want := range []report.Severity{report.Problem, report.Good, report.Note, report.Warning} {
		if got := parts[i].(report.Finding).Severity; got != want {
			t.Errorf("severity %v of finding %d, want %v", got, i, want)
		}
	}
	if parts[2].(report.Finding).Title != "new code" || parts[4] != report.Text("a note") {
		t.Errorf("unknown code %v, note %v", parts[2], parts[4])
	}
	r := report.Fit{Diagnosis: d}.Report()
	if r.Verdict != (report.Verdict{Text: "overfit", Severity: report.Problem}) {
		t.Errorf("verdict %+v", r.Verdict)
	}
}

func TestEveryCodeHasATitle(t *testing.T) {
	for _, code := range []string{curves.UnderfitFlat, curves.UnderfitUnfinished, curves.Overfit, curves.GoodFit,
		curves.UnrepresentativeTrain, curves.UnrepresentativeValidation, curves.EasyValidation, curves.HighVariance,
		curves.Diverged, curves.VanishingGradients, curves.DeadUnits} {
		f := report.Findings(curves.Diagnosis{Findings: []curves.Finding{{Code: code}}})[0].(report.Finding)
		if f.Title == strings.ReplaceAll(code, "-", " ") {
			t.Errorf("code %s has no title", code)
		}
	}
}

func TestCurvesData(t *testing.T) {
	h := curves.New(3, curves.Series{Name: "val_accuracy", Direction: curves.Maximize}, curves.Series{Name: "loss", Direction: curves.Minimize},
		curves.Series{Name: "accuracy", Direction: curves.Maximize}, curves.Series{Name: "rate"})
	nan := math.NaN()
	for _, v := range [][]float64{{0.5, 1.23456789, 0.4, 0.1}, {nan, math.Inf(1), 0.6, 0.05}} {
		if err := h.Append(v...); err != nil {
			t.Fatal(err)
		}
	}
	page := written(t, report.Report{Title: "t", Sections: []report.Section{{Title: "s", Parts: []report.Part{report.Curves{
		History: h, Marks: []plots.Mark{{Name: "line", X: 1}, {Name: "range", X: 1, To: math.Inf(1)}},
	}}}}})
	var data struct {
		Epochs int
		Panels []struct {
			Name   string
			CanLog bool
			Series []struct {
				Name, Part string
				Values     []*float64
			}
		}
		Marks []struct {
			Name     string
			From, To *float64
		}
	}
	if err := json.Unmarshal([]byte(curvesJSON(t, page)), &data); err != nil {
		t.Fatal(err)
	}
	if data.Epochs != 2 || len(data.Panels) != 3 {
		t.Fatalf("%d epochs and %d panels, want 2 and 3", data.Epochs, len(data.Panels))
	}
	loss, accuracy, rate := data.Panels[0], data.Panels[1], data.Panels[2]
	if loss.Name != "loss" || !loss.CanLog || *loss.Series[0].Values[0] != 1.23457 || loss.Series[0].Values[1] != nil {
		t.Errorf("loss panel %+v", loss)
	}
	if accuracy.CanLog || len(accuracy.Series) != 2 || accuracy.Series[1].Part != "validation" || accuracy.Series[1].Values[1] != nil {
		t.Errorf("accuracy panel %+v", accuracy)
	}
	if rate.Name != "learning rate" || rate.Series[0].Part != "rate" {
		t.Errorf("rate panel %+v", rate)
	}
	if m := data.Marks; len(m) != 2 || *m[0].From != 1 || m[0].To != nil || m[1].To == nil || *m[1].To != 1 {
		t.Errorf("marks %+v", m)
	}
	if got := cells(t, page, "Values of the curves", "train accuracy"); !slices.Equal(got, []string{"0.4000", "0.6000", "1", "0.6000"}) {
		t.Errorf("summary of the training accuracy: %q", got)
	}
}

func TestIntervals(t *testing.T) {
	cases := []struct {
		d    report.Interval
		want []string
	}{
		{report.Interval{Quantity: "loss", Estimate: -0.2, Low: -0.3, High: -0.1, Better: curves.Minimize},
			[]string{"loss: −0.2000 (95 % interval −0.3000 to −0.1000) – better beyond chance", `interval better"`, `left:10.0%;width:26.7%`}},
		{report.Interval{Quantity: "accuracy", Estimate: -0.2, Low: -0.3, High: -0.1, Better: curves.Maximize, Level: 0.9},
			[]string{"90 % interval", "worse beyond chance", `interval worse"`}},
		{report.Interval{Quantity: "loss", Estimate: 0.1, Low: -0.1, High: 0.3, Better: curves.Minimize},
			[]string{"loss: +0.1000", "no difference that chance could not explain", `interval"`}},
		{report.Interval{Quantity: "size", Estimate: 1, Low: 0.5, High: 2}, []string{"different beyond chance"}},
	}
	for _, c := range cases {
		page := written(t, report.Report{Title: "t", Sections: []report.Section{{Title: "s", Parts: []report.Part{report.Card{Title: "c", Difference: c.d}}}}})
		page = html.UnescapeString(page)
		for _, want := range c.want {
			if !strings.Contains(page, want) {
				t.Errorf("%+v: the card lacks %q", c.d, want)
			}
		}
	}
}

func TestCards(t *testing.T) {
	page := written(t, coachReport())
	for _, want := range []string{">kept<", ">dropped<", "L2 penalty 0.001", ">before<", ">after<", "Each step was repeated", "Intervals are"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "uPlot=function") {
		t.Error("a page without curves carries the chart library")
	}
}
