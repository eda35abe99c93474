package goodfit_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/optim"
)

// A model trained on a file that is streamed is the model trained on the file's
// rows in memory.
func TestFitOnAStreamedFileIsFitInMemory(t *testing.T) {
	var text strings.Builder
	text.WriteString("a,b,y\n")
	for i := range 3000 {
		fmt.Fprintf(&text, "%g,%s,%g\n", float64(i%17)/17, []string{"u", "v"}[i%2], float64(i%17)/10)
	}
	path := filepath.Join(t.TempDir(), "data.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	stream, err := datasets.CSVStream{Path: path, Target: "y"}.Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	table, err := datasets.ReadCSVFile(path, datasets.CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	memory, err := stream.Encoder().Apply(table)
	if err != nil {
		t.Fatal(err)
	}
	var predictions [2][]float64
	for k, data := range []datasets.Source{stream, memory} {
		m := goodfit.Sequential(data.Layout().Inputs[0].Shape, nn.Dense{Units: 1})
		if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 0.1}, Seed: 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Fit(context.Background(), data, goodfit.Plan{Epochs: 2, InOrder: true, Validation: stream}); err != nil {
			t.Fatal(err)
		}
		y, err := m.Predict(memory.X)
		if err != nil {
			t.Fatal(err)
		}
		predictions[k] = y.RawMatrix().Data
	}
	if !slices.Equal(predictions[0], predictions[1]) {
		t.Errorf("the first prediction is %g after training on the stream, %g in memory", predictions[0][0], predictions[1][0])
	}
}
