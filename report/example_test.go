package report_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/report"
)

func ExampleWrite() {
	dir, err := os.MkdirTemp("", "report")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	fit := report.Fit{
		Data:   report.Data{Source: "iris.csv", Target: "species", Rows: 150},
		Scores: []report.Score{{Name: "accuracy", Direction: curves.Maximize, Train: 0.98, Validation: math.NaN(), Test: 0.97, TestBaseline: 0.33}},
		Usage:  []report.Code{{Caption: "From the shell", Text: "goodfit predict model.goodfit new.csv"}},
		Seed:   1,
	}
	page := fit.Report()
	fmt.Println(page.Title)
	fmt.Println(page.Lead)
	fmt.Println(report.Write(filepath.Join(dir, "report.html"), page))
	// Output:
	// Predicting species from iris.csv
	// On rows that it has not seen, the model reaches accuracy 0.9700; the naive baseline reaches 0.3300.
	// <nil>
}

func ExampleReport() {
	err := report.WriteHTML(os.Stdout, report.Report{
		Title: "Scores",
		Sections: []report.Section{{Title: "All", Parts: []report.Part{
			report.Table{Caption: "Scores", Header: []string{"Score", "Test"}, Rows: [][]string{{"accuracy"}}},
		}}},
	})
	fmt.Println(err)
	// Output: report: section "All": table "Scores": row 1 has 1 cells under 2 headings
}
