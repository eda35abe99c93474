package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/internal/atomicfile"
	"github.com/goodfit-ml/goodfit/internal/modelfile"
	"github.com/goodfit-ml/goodfit/pipeline"
)

const inspectHelp = `Show what a file of goodfit holds: its kind, the columns that it was trained on,
the classes, the layers with their shapes and parameters, and how it was trained.

MODEL is a pipeline (as fit writes), a plain model or ensemble, or a checkpoint of a
fit under way, which holds weights without their layers. Of an ensemble the layers
are those of its first member; other members may have others.`

// inspectFlags are the options of inspect.
type inspectFlags struct {
	json, dot bool
	svg       string
}

func newInspectCommand() *cobra.Command {
	f := &inspectFlags{}
	c := &cobra.Command{
		Use:   "inspect MODEL",
		Short: "Show what a model file holds",
		Long:  inspectHelp,
		Args:  exactly("MODEL"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(args[0], c.OutOrStdout())
		},
	}
	c.Flags().BoolVar(&f.json, "json", false, "print one JSON object")
	c.Flags().BoolVar(&f.dot, "dot", false, "print the graph of the layers in the language of Graphviz")
	c.Flags().StringVar(&f.svg, "svg", "", "draw the graph of the layers to this SVG file")
	c.MarkFlagsMutuallyExclusive("json", "dot")
	return c
}

func (f *inspectFlags) run(path string, stdout io.Writer) error {
	found, err := inspect(path)
	if err != nil {
		return err
	}
	if (f.dot || f.svg != "") && found.model == nil {
		return fmt.Errorf("%s: a %s has no layers to draw", path, found.Kind)
	}
	if f.svg != "" {
		draw := func(w io.Writer) error {
			_, err := w.Write(found.model.SVG())
			return err
		}
		if err := atomicfile.WriteFile(f.svg, draw); err != nil {
			return unwritten(err)
		}
	}
	switch {
	case f.dot:
		_, err = io.WriteString(stdout, found.model.DOT())
	case f.json:
		return printJSON(stdout, found)
	default:
		err = found.print(stdout)
	}
	return failed(err)
}

// inspect reads a file of any kind. The whole file is checked, also the parts
// that are not shown.
func inspect(path string) (*inspection, error) {
	r, err := modelfile.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if err := r.Verify(); err != nil {
		return nil, err
	}
	found := &inspection{File: path, Kind: string(r.Kind()), Version: r.Version(), Parts: r.Parts()}
	if info, err := os.Stat(path); err == nil {
		found.Bytes = info.Size()
	}
	switch r.Kind() {
	case modelfile.Pipeline:
		err = found.readPipeline(path, r)
	case modelfile.Model:
		var m *goodfit.Model
		if m, err = goodfit.Load(path); err == nil {
			found.describe(m)
		}
	case modelfile.Ensemble:
		var e *ensembles.Ensemble
		if e, err = ensembles.Load(path); err == nil {
			err = found.describeEnsemble(e, r.PartReader)
		}
	case modelfile.Checkpoint:
		err = found.readCheckpoint(r)
	}
	return found, err
}

func (i *inspection) readPipeline(path string, r *modelfile.Reader) error {
	p, err := pipeline.Load(path)
	if err != nil {
		return err
	}
	e := p.Encoder
	schema := e.Schema()
	i.Task, i.Target, i.Classes, i.Schema, i.Columns = e.Task().String(), e.Target(), e.Classes(), &schema, e.Names()
	switch m := p.Model.(type) {
	case *goodfit.Model:
		i.describe(m)
	case *ensembles.Ensemble:
		return i.describeEnsemble(m, r.Sub("ensemble"))
	}
	return nil
}
