package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/pipeline"
	"github.com/goodfit-ml/goodfit/report"
)

// columnText shows a column's values: the range of numbers, the first texts.
func columnText(c datasets.ColumnSchema) string {
	if c.Distinct == 0 {
		return "none"
	}
	if c.Kind == datasets.Number {
		n := c.Numbers
		return fmt.Sprintf("%s to %s, mean %s", report.FormatNumber(n.Min), report.FormatNumber(n.Max), report.FormatNumber(n.Mean))
	}
	const most = 6
	var texts []string
	for _, l := range c.Levels[:min(len(c.Levels), most)] {
		texts = append(texts, l.Text)
	}
	if len(c.Levels) > most {
		texts = append(texts, fmt.Sprintf("and %d more", len(c.Levels)-most))
	}
	return strings.Join(texts, ", ")
}

// classCounts counts the rows of each class in the parts.
func classCounts(r *pipeline.Result) []report.ClassCount {
	if r.Test.Confusion == nil {
		return nil
	}
	counts := make([]report.ClassCount, len(r.Test.Confusion.Classes))
	for k, name := range r.Test.Confusion.Classes {
		counts[k] = report.ClassCount{Name: name}
		for _, p := range r.Parts() {
			rows := 0
			for _, n := range p.Confusion.Counts[k] {
				rows += n
			}
			counts[k].Rows = append(counts[k].Rows, rows)
		}
	}
	return counts
}

// usage shows how to use the model, with commands and a program that work as they
// stand in the folder where fit ran.
func (j *fitJob) usage(r *pipeline.Result) []report.Code {
	model := filepath.ToSlash(j.file("model.goodfit"))
	shell := fmt.Sprintf("goodfit predict %[1]s new.csv -o predictions.csv\ngoodfit evaluate %[1]s labelled.csv\ngoodfit inspect %[1]s", shellWord(model))
	result := "Values"
	if r.Test.Confusion != nil {
		result = "Classes"
	}
	return []report.Code{
		{Caption: "From the shell", Text: shell},
		{Caption: "From Go", Text: fmt.Sprintf(usageInGo, model, result)},
	}
}

// shellWord quotes a path that a shell would take apart.
func shellWord(path string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+@%:", r)
	}
	if strings.IndexFunc(path, func(r rune) bool { return !plain(r) }) < 0 {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

const usageInGo = `package main

import (
	"fmt"
	"log"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/pipeline"
)

func main() {
	model, err := pipeline.Load(%q)
	check(err)
	table, err := datasets.ReadCSVFile("new.csv", datasets.CSVOptions{})
	check(err)
	predictions, err := model.Predict(table)
	check(err)
	fmt.Println(predictions.%s)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
`
