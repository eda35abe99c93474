package callbacks_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// moons returns a compiled model and its data.
func moons() (m *goodfit.Model, train, test *datasets.Dataset) {
	train, test = datasets.Moons{Samples: 200, Noise: 0.3, Seed: 1}.Make().Split(100)
	m = goodfit.Sequential(tensor.Shape{2}, nn.Dense{Units: 50, Activation: act.ReLU}, nn.Dense{Units: 1, Activation: act.Sigmoid})
	err := m.Compile(goodfit.Config{Loss: losses.BinaryCrossEntropy{}, Optimizer: optim.Adam{Rate: 0.03},
		Metrics: []metrics.Metric{metrics.Accuracy{}}})
	if err != nil {
		panic(err)
	}
	return m, train, test
}

// A net that learns its training data by heart is stopped, and has the weights of
// its best epoch at the end.
func ExampleEarlyStopping() {
	m, train, test := moons()
	h, err := m.Fit(context.Background(), train, goodfit.Plan{Epochs: 4000, Validation: test, Callbacks: []goodfit.Callback{
		callbacks.EarlyStopping{Patience: 20, RestoreBest: true},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	scores, err := m.Evaluate(test)
	if err != nil {
		fmt.Println(err)
		return
	}
	losses, _ := h.Get("val_loss")
	best := losses[len(losses)-21]
	fmt.Println("stopped early:", h.Epochs() < 4000, "best put back:", scores.Loss == best)
	// Output: stopped early: true best put back: true
}

// A rate that falls after five epochs, and an end of one's own.
func ExampleHooks() {
	m, train, _ := moons()
	_, err := m.Fit(context.Background(), train, goodfit.Plan{Epochs: 100, Callbacks: []goodfit.Callback{
		callbacks.Hooks{
			OnEpochBegin: func(run *goodfit.Run) error {
				if run.Epoch == 5 {
					run.SetRate(run.Rate() / 10)
				}
				return nil
			},
			OnEpochEnd: func(run *goodfit.Run) error {
				if accuracy, _ := run.Value("accuracy"); accuracy > 0.8 && run.Epoch >= 5 {
					run.Stop("accurate enough")
				}
				return nil
			},
			OnFitEnd: func(run *goodfit.Run) error {
				fmt.Printf("rate %.3g, %s\n", run.Rate(), run.Stopped())
				return nil
			},
		},
	}})
	if err != nil {
		fmt.Println(err)
	}
	// Output: rate 0.003, accurate enough
}

// The three best models so far are kept, and a fit that was interrupted goes on
// where it was.
func ExampleCheckpoint() {
	folder, err := os.MkdirTemp("", "checkpoints")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	m, train, test := moons()
	_, err = m.Fit(context.Background(), train, goodfit.Plan{Epochs: 30, Validation: test, Callbacks: []goodfit.Callback{
		callbacks.ReduceOnPlateau{Patience: 5},
		callbacks.CSVLog{Path: filepath.Join(folder, "history.csv")},
		callbacks.Checkpoint{Path: filepath.Join(folder, "best-{epoch:03}-{val_loss:.3}.goodfit"), BestOnly: true, KeepLast: 3},
		callbacks.Backup{Path: filepath.Join(folder, "state")},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	best, err := filepath.Glob(filepath.Join(folder, "best-*.goodfit"))
	fmt.Println(len(best), "models", err)
	// Output: 3 models <nil>
}
