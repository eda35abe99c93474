package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/pipeline"
)

const predictHelp = `Predict the target of each row of a CSV file ("-" is standard input).

The file needs the columns that the model was trained on, in any order and among
others; the target may be absent. Output is CSV, a line for each row in order:
"prediction", and in a classification "p(CLASS)" for each class.

With --interval 0.9 an ensemble for numbers adds "lower" and "upper", between which
the target of a row lies with a probability of about 0.9: from the spread of its
members, and their errors on the validation rows.`

// predictFlags are the options of predict.
type predictFlags struct {
	table           tableFlags
	out             string
	interval        float64
	withInput, json bool
	flags           *pflag.FlagSet
}

func newPredictCommand() *cobra.Command {
	f := &predictFlags{}
	c := &cobra.Command{
		Use:     "predict MODEL DATA.csv",
		Short:   "Predict the rows of a table",
		Long:    predictHelp,
		Example: "  goodfit predict goodfit-out/model.goodfit new.csv -o predictions.csv",
		Args:    exactly("MODEL", "DATA.csv"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(args[0], args[1], c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	c.Flags().StringVarP(&f.out, "out", "o", "", "the file to write (default: standard output)")
	c.Flags().Float64Var(&f.interval, "interval", 0, "add intervals that hold this share of the targets, such as 0.9")
	f.flags = c.Flags()
	c.Flags().BoolVar(&f.withInput, "with-input", false, "put the columns of the input in front")
	c.Flags().BoolVar(&f.json, "json", false, "write a JSON list with an object for each row")
	f.table.add(c.Flags())
	return c
}

func (f *predictFlags) run(model, data string, stdin io.Reader, stdout, stderr io.Writer) error {
	p, err := pipeline.Load(model)
	if err != nil {
		return err
	}
	input, err := f.table.read(data, stdin)
	if err != nil {
		return err
	}
	predictions, err := f.predict(p, input)
	if err != nil {
		return err
	}
	if err := noteUnseen(p, input, stderr); err != nil {
		return err
	}
	noteEmpty(p, input, stderr)
	output, err := f.columns(predictions, input)
	if err != nil {
		return err
	}
	return writeTable(output, f.out, f.json, stdout)
}

// predict predicts with intervals if they were asked for.
func (f *predictFlags) predict(p *pipeline.Pipeline, input *datasets.Table) (*pipeline.Predictions, error) {
	if !f.flags.Changed("interval") {
		return p.Predict(input)
	}
	predictions, err := p.PredictIntervals(input, f.interval)
	if err != nil {
		return nil, fmt.Errorf("--interval: %w", err)
	}
	return predictions, nil
}

// columns returns the predictions, beside the input if that was asked for.
func (f *predictFlags) columns(p *pipeline.Predictions, input *datasets.Table) (*datasets.Table, error) {
	if !f.withInput {
		return p.Table(nil)
	}
	beside, err := p.Table(input)
	if err != nil {
		return nil, err
	}
	return input.With(beside.Columns()...)
}

// noteUnseen says which texts the model did not learn; their rows are predicted
// without them.
func noteUnseen(p *pipeline.Pipeline, t *datasets.Table, stderr io.Writer) error {
	unseen, err := p.Encoder.Unseen(t)
	if err != nil {
		return err
	}
	const most = 5
	for k, u := range unseen {
		if k == most {
			fmt.Fprintf(stderr, "note: and %d more texts that the model did not learn\n", len(unseen)-most)
			break
		}
		fmt.Fprintf(stderr, "note: the model did not learn %q in column %q: %d rows, first in line %d\n", u.Text, u.Column, u.Count, u.Line)
	}
	return nil
}

// noteEmpty says which columns have no cell in the table, but had all when the model was
// trained; their rows are predicted with what stands for a missing cell.
func noteEmpty(p *pipeline.Pipeline, t *datasets.Table, stderr io.Writer) {
	for _, learned := range p.Encoder.Schema().Columns {
		c, err := t.Column(learned.Name)
		if err != nil || learned.Missing > 0 || learned.Name == p.Encoder.Target() {
			continue
		}
		row := 0
		for row < t.Rows() && c.Missing(row) {
			row++
		}
		if row == t.Rows() && row > 1 {
			fmt.Fprintf(stderr, "warning: column %q is empty in all %d rows, and was full in the training\n", learned.Name, row)
		}
	}
}
