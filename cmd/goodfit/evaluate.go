package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/pipeline"
)

const evaluateHelp = `Score a model on a CSV file that has the target ("-" is standard input).

Scores are in the target's unit. "loss" is the model's own: with penalties, and of
the scaled target.`

// evaluateFlags are the options of evaluate.
type evaluateFlags struct {
	table tableFlags
	json  bool
}

func newEvaluateCommand() *cobra.Command {
	f := &evaluateFlags{}
	c := &cobra.Command{
		Use:     "evaluate MODEL DATA.csv",
		Short:   "Score a model on a table that has the target",
		Long:    evaluateHelp,
		Example: "  goodfit evaluate goodfit-out/model.goodfit labelled.csv",
		Args:    exactly("MODEL", "DATA.csv"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(args[0], args[1], c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	c.Flags().BoolVar(&f.json, "json", false, "print one JSON object")
	f.table.add(c.Flags())
	return c
}

// evaluateJSON is what evaluate --json prints.
type evaluateJSON struct {
	Task      string             `json:"task"`
	Target    string             `json:"target"`
	Rows      int                `json:"rows"`
	Scores    map[string]float64 `json:"scores"`
	Confusion *confusionJSON     `json:"confusion,omitempty"`
}

// confusionJSON has counts[i][j] rows of class i that were predicted as class j.
type confusionJSON struct {
	Classes []string `json:"classes"`
	Counts  [][]int  `json:"counts"`
}

func (f *evaluateFlags) run(model, data string, stdin io.Reader, stdout, stderr io.Writer) error {
	p, err := pipeline.Load(model)
	if err != nil {
		return err
	}
	table, err := f.table.read(data, stdin)
	if err != nil {
		return err
	}
	e, err := p.Evaluate(table)
	if err != nil {
		return err
	}
	if err := noteUnseen(p, table, stderr); err != nil {
		return err
	}
	if !f.json {
		return printEvaluation(stdout, table.Rows(), e)
	}
	out := evaluateJSON{Task: p.Encoder.Task().String(), Target: p.Encoder.Target(), Rows: table.Rows(), Scores: finite(e.Scores.Map())}
	if e.Confusion != nil {
		out.Confusion = &confusionJSON{e.Confusion.Classes, e.Confusion.Counts}
	}
	return printJSON(stdout, out)
}

func printEvaluation(w io.Writer, rows int, e *pipeline.Evaluation) error {
	var b strings.Builder
	fmt.Fprintln(&b, counted(rows, "row"))
	for _, s := range e.Scores {
		fmt.Fprintf(&b, "%-10s %.4f\n", s.Name, s.Value)
	}
	if e.Confusion != nil {
		fmt.Fprintf(&b, "\nRows, a line for each actual class:\n%v\n\n%s", e.Confusion, classTable(e.Confusion))
	}
	_, err := io.WriteString(w, b.String())
	return failed(err)
}

// counted names a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// classTable lists how well each class is recognized.
func classTable(c *metrics.Confusion) string {
	var b strings.Builder
	width := len("class")
	for _, s := range c.PerClass() {
		width = max(width, len([]rune(s.Class)))
	}
	fmt.Fprintf(&b, "%-*s  precision  recall      f1    rows\n", width, "class")
	for _, s := range c.PerClass() {
		fmt.Fprintf(&b, "%-*s  %9.4f  %6.4f  %6.4f  %6d\n", width, s.Class, s.Precision, s.Recall, s.F1, s.Support)
	}
	return b.String()
}
