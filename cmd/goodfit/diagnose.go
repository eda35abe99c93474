package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/internal/atomicfile"
	"github.com/goodfit-ml/goodfit/plots"
)

const diagnoseHelp = `Tell from learning curves what went wrong in a training, or that nothing did.

HISTORY is a file of goodfit or of another framework: CSV (Keras' CSVLogger,
Lightning, fastai, any with a header and a row per epoch) or JSON (Keras'
History.history, Hugging Face's log_history, scikit-learn's loss_curve_); "-" is
standard input.`

// diagnoseFlags are the options of diagnose.
type diagnoseFlags struct {
	series, png string
	baseline    float64
	stochastic  bool
	maximize    bool
	json        bool
}

func newDiagnoseCommand() *cobra.Command {
	f := &diagnoseFlags{}
	c := &cobra.Command{
		Use:   "diagnose HISTORY",
		Short: "Diagnose learning curves of any framework",
		Long:  diagnoseHelp,
		Args:  exactly("HISTORY"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(args[0], c.InOrStdin(), c.OutOrStdout())
		},
	}
	c.Flags().StringVar(&f.series, "series", "", "the training series to judge (default: loss)")
	c.Flags().BoolVar(&f.maximize, "maximize", false, "higher values of that series are better")
	c.Flags().Float64Var(&f.baseline, "baseline", 0, "its value for a predictor that knows nothing of the inputs (default: the first value)")
	c.Flags().BoolVar(&f.stochastic, "stochastic", false, "training ran with dropout, noise or augmentation, which validation is free of")
	c.Flags().StringVar(&f.png, "png", "", "draw the curves with what was found to this PNG file")
	c.Flags().BoolVar(&f.json, "json", false, "print one JSON object")
	return c
}

func (f *diagnoseFlags) run(path string, stdin io.Reader, stdout io.Writer) error {
	h, err := readHistory(path, stdin)
	if err != nil {
		return err
	}
	o, err := f.options(h)
	if err != nil {
		return err
	}
	d := curves.Diagnose(h, o)
	if f.png != "" {
		if err := f.draw(path, h, d); err != nil {
			return unwritten(err)
		}
	}
	if f.json {
		return printJSON(stdout, d)
	}
	_, err = fmt.Fprintln(stdout, d)
	return failed(err)
}

func readHistory(path string, stdin io.Reader) (*curves.History, error) {
	if path != "-" {
		return curves.ReadFile(path)
	}
	h, err := curves.Read(stdin)
	if err != nil {
		return nil, fmt.Errorf("standard input: %w", err)
	}
	return h, nil
}

// options returns what the flags mean for the history.
func (f *diagnoseFlags) options(h *curves.History) (curves.Options, error) {
	o := curves.Options{Series: f.series, Baseline: f.baseline, Stochastic: f.stochastic}
	if f.series != "" {
		if _, ok := h.Get(f.series); !ok {
			return o, fmt.Errorf("the history has no series %q; it has %q", f.series, h.Names())
		}
	}
	if f.maximize {
		if f.series == "" {
			return o, fmt.Errorf("--maximize needs --series")
		}
		o.Direction = curves.Maximize
	}
	return o, nil
}

func (f *diagnoseFlags) draw(path string, h *curves.History, d curves.Diagnosis) error {
	figure := plots.LearningCurve{Title: path, History: h, Marks: plots.DiagnosisMarks(d)}
	if path == "-" {
		figure.Title = "Learning curves"
	}
	return atomicfile.WriteFile(f.png, func(w io.Writer) error { return plots.WritePNG(w, figure) })
}
