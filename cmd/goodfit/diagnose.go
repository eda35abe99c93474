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
Lightning, fastai, TensorBoard, any with a header and a row per epoch) or JSON
(Keras' History.history, Hugging Face's log_history, TensorBoard's,
scikit-learn's loss_curve_); "-" is standard input.

Several files are repeated runs of one configuration: what half of them share is
found, and whether they end far apart.`

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
		Use:   "diagnose HISTORY...",
		Short: "Diagnose learning curves of any framework",
		Long:  diagnoseHelp,
		Args:  atLeast("HISTORY"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(args, c.InOrStdin(), c.OutOrStdout())
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

func (f *diagnoseFlags) run(paths []string, stdin io.Reader, stdout io.Writer) error {
	var runs []*curves.History
	var o curves.Options
	for _, path := range paths {
		h, err := readHistory(path, stdin)
		if err != nil {
			return err
		}
		if o, err = f.options(path, h); err != nil {
			return err
		}
		runs = append(runs, h)
	}
	d := curves.DiagnoseRuns(runs, o)
	if f.png != "" {
		if err := f.draw(paths, runs, d); err != nil {
			return unwritten(err)
		}
	}
	if f.json {
		return printJSON(stdout, d)
	}
	_, err := fmt.Fprintln(stdout, d)
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
func (f *diagnoseFlags) options(path string, h *curves.History) (curves.Options, error) {
	o := curves.Options{Series: f.series, Baseline: f.baseline, Stochastic: f.stochastic}
	if f.series != "" {
		if _, ok := h.Get(f.series); !ok {
			return o, fmt.Errorf("the history %s has no series %q; it has %q", path, f.series, h.Names())
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

func (f *diagnoseFlags) draw(paths []string, runs []*curves.History, d curves.Diagnosis) error {
	figure := plots.LearningCurve{Title: paths[0], Marks: plots.DiagnosisMarks(d)}
	for _, h := range runs {
		figure.Runs = append(figure.Runs, plots.Run{History: h})
	}
	if len(runs) > 1 {
		figure.Title = fmt.Sprintf("%d runs", len(runs))
	} else if paths[0] == "-" {
		figure.Title = "Learning curves"
	}
	return atomicfile.WriteFile(f.png, func(w io.Writer) error { return plots.WritePNG(w, figure) })
}
