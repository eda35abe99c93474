package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/atomicfile"
	"github.com/goodfit-ml/goodfit/pipeline"
)

const predictHelp = `Predict the target of each row of a CSV file.

The file needs the columns that the model was trained on, in any order and among
others; the target may be absent. Output is CSV, a line for each row in order:
"prediction", and in a classification "p(CLASS)" for each class.`

func newPredictCommand() *cobra.Command {
	var out string
	var withInput, asJSON bool
	c := &cobra.Command{
		Use:   "predict MODEL DATA.csv",
		Short: "Predict the rows of a table",
		Long:  predictHelp,
		Args:  exactly("MODEL", "DATA.csv"),
		RunE: func(c *cobra.Command, args []string) error {
			table, err := predict(args[0], args[1], withInput, c.ErrOrStderr())
			if err != nil {
				return err
			}
			return writeTable(table, out, asJSON, c.OutOrStdout())
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "", "the file to write (default: standard output)")
	c.Flags().BoolVar(&withInput, "with-input", false, "put the columns of the input in front")
	c.Flags().BoolVar(&asJSON, "json", false, "write a JSON list with an object for each row")
	return c
}

// predict returns the predictions for the rows of a file as a table.
func predict(model, path string, withInput bool, stderr io.Writer) (*datasets.Table, error) {
	p, err := pipeline.Load(model)
	if err != nil {
		return nil, err
	}
	table, err := datasets.ReadCSVFile(path, datasets.CSVOptions{})
	if err != nil {
		return nil, err
	}
	predictions, err := p.Predict(table)
	if err != nil {
		return nil, err
	}
	if err := warnUnseen(p, table, stderr); err != nil {
		return nil, err
	}
	if !withInput {
		return predictions.Table(nil)
	}
	beside, err := predictions.Table(table)
	if err != nil {
		return nil, err
	}
	return table.With(beside.Columns()...)
}

// warnUnseen says which texts the model did not learn.
func warnUnseen(p *pipeline.Pipeline, t *datasets.Table, stderr io.Writer) error {
	unseen, err := p.Encoder.Unseen(t)
	for _, u := range unseen {
		fmt.Fprintf(stderr, "note: column %q has %q in %d rows (first in line %d), which the model did not learn\n", u.Column, u.Text, u.Count, u.Line)
	}
	return err
}

// writeTable writes to a file, whole or not at all, or to standard output.
func writeTable(t *datasets.Table, path string, asJSON bool, stdout io.Writer) error {
	write := t.WriteCSV
	if asJSON {
		write = func(w io.Writer) error { return printJSON(w, rowsOf(t)) }
	}
	if path == "" {
		return failed(write(stdout))
	}
	return failed(atomicfile.WriteFile(path, write))
}

// rowsOf returns the rows as objects; missing cells are null.
func rowsOf(t *datasets.Table) []map[string]any {
	rows := make([]map[string]any, t.Rows())
	for i := range rows {
		rows[i] = map[string]any{}
		for _, c := range t.Columns() {
			switch {
			case c.Missing(i):
				rows[i][c.Name()] = nil
			case c.Kind() == datasets.Number:
				rows[i][c.Name()] = c.Numbers()[i]
			default:
				rows[i][c.Name()] = c.Text(i)
			}
		}
	}
	return rows
}
