package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/pipeline"
)

func newEvaluateCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "evaluate MODEL DATA.csv",
		Short: "Score a model on a table that has the target",
		Args:  exactly("MODEL", "DATA.csv"),
		RunE: func(c *cobra.Command, args []string) error {
			return evaluate(args[0], args[1], asJSON, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

// evaluateJSON is what evaluate --json prints.
type evaluateJSON struct {
	Task      string             `json:"task"`
	Target    string             `json:"target"`
	Rows      int                `json:"rows"`
	Scores    map[string]float64 `json:"scores"`
	Confusion *metrics.Confusion `json:"confusion,omitempty"`
}

func evaluate(model, path string, asJSON bool, stdout, stderr io.Writer) error {
	p, err := pipeline.Load(model)
	if err != nil {
		return err
	}
	table, err := datasets.ReadCSVFile(path, datasets.CSVOptions{})
	if err != nil {
		return err
	}
	e, err := p.Evaluate(table)
	if err != nil {
		return err
	}
	if err := warnUnseen(p, table, stderr); err != nil {
		return err
	}
	if asJSON {
		return printJSON(stdout, evaluateJSON{p.Encoder.Task().String(), p.Encoder.Target(), table.Rows(), finite(e.Scores.Map()), e.Confusion})
	}
	fmt.Fprintf(stdout, "%d rows\n", table.Rows())
	for _, s := range e.Scores {
		fmt.Fprintf(stdout, "%-10s %.4f\n", s.Name, s.Value)
	}
	if e.Confusion != nil {
		fmt.Fprintf(stdout, "\nRows by class, a row for each actual class:\n%v\n", e.Confusion)
	}
	return nil
}
