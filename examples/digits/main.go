// Digits compares ways against overfitting on small pictures: a convolutional
// network learns handwritten digits from a few hundred examples, as it is and with
// dropout of values, of whole maps, batch normalization and augmentation.
package main

import (
	"context"
	"fmt"
	"log"

	"gonum.org/v1/gonum/stat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/datasets/images"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
)

func main() {
	scores, err := compare(context.Background(), "examples/digits/digits.csv", techniques, 5)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("technique                training        test (mean ± sd of 5 seeds)")
	for i, t := range techniques {
		fmt.Printf("%-24s %.3f ± %.3f   %.3f ± %.3f\n", t.name, scores[i].train.mean, scores[i].train.sd, scores[i].test.mean, scores[i].test.sd)
	}
}

// epochs are enough for every technique to learn the training rows; the rate falls to 0.
const epochs = 100

// technique is what is put into the network, or done to its pictures.
type technique struct {
	name       string
	afterConv  []nn.Layer // behind each convolution, before its activation
	afterPool  []nn.Layer // behind each pooling
	afterDense []nn.Layer
	augment    images.Augment
}

var (
	moved  = images.Augment{ShiftRows: 0.06, ShiftCols: 0.125, Rotate: 10, Zoom: 0.1, Noise: 0.05}
	norm   = []nn.Layer{nn.BatchNorm{Momentum: opt.Of(0.9)}}
	little = []nn.Layer{nn.Dropout{Rate: 0.1}}
	half   = []nn.Layer{nn.Dropout{Rate: 0.5}}

	techniques = []technique{
		{name: "plain"},
		{name: "dropout", afterPool: little, afterDense: half},
		{name: "spatial dropout", afterPool: []nn.Layer{nn.SpatialDropout2D{Rate: 0.1}}, afterDense: half},
		{name: "batch norm", afterConv: norm},
		{name: "augmentation", augment: moved},
		{name: "dropout and augmentation", afterPool: little, afterDense: half, augment: moved},
	}
)

// layers is the network: two convolutions with pooling, and a dense layer.
func (t technique) layers() (all []nn.Layer) {
	for _, filters := range []int{16, 32} {
		all = append(all, nn.Conv2D{Filters: filters, Kernel: 3, Padding: nn.Same, Init: nn.HeUniform})
		all = append(all, t.afterConv...)
		all = append(all, nn.Activation{Func: act.ReLU}, nn.MaxPool2D{})
		all = append(all, t.afterPool...)
	}
	all = append(all, nn.Flatten{}, nn.Dense{Units: 64, Activation: act.ReLU, Init: nn.HeUniform})
	all = append(all, t.afterDense...)
	return append(all, nn.Dense{Units: 10, Activation: act.Softmax})
}

// spread is the mean and the standard deviation over seeds.
type spread struct{ mean, sd float64 }

// score is the accuracy of a technique.
type score struct{ train, test spread }

// compare trains every technique with as many seeds. The test rows are the last
// 600, by writers whom the 300 training rows do not have.
func compare(ctx context.Context, path string, ts []technique, seeds int) ([]score, error) {
	digits, err := read(path)
	if err != nil {
		return nil, err
	}
	train, rest := digits.Split(300)
	_, test := rest.Split(rest.Rows() - 600)
	scores := make([]score, len(ts))
	for i, t := range ts {
		source, err := t.augment.Of(train)
		if err != nil {
			return nil, err
		}
		rate := optim.Adam{Rate: 0.003, Schedule: optim.Cosine{}}
		recipe := goodfit.Recipe{Layers: t.layers(), Plan: goodfit.Plan{Epochs: epochs, BatchSize: 32},
			Config: goodfit.Config{Loss: losses.CrossEntropy{}, Optimizer: rate, Metrics: []metrics.Metric{metrics.Accuracy{}}}}
		runs, err := experiments.Repeated{Seeds: seeds, BaseSeed: 1}.Evaluate(ctx, recipe, source, test)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.name, err)
		}
		scores[i].train.mean, scores[i].train.sd = stat.MeanStdDev(runs.TrainScore(metrics.Accuracy{}), nil)
		scores[i].test.mean, scores[i].test.sd = stat.MeanStdDev(runs.TestScore(metrics.Accuracy{}), nil)
	}
	return scores, nil
}

// read returns the pictures with their digits, of 8×8 pixels from 0 to 1.
func read(path string) (*datasets.Dataset, error) {
	table, err := datasets.ReadCSVFile(path, datasets.CSVOptions{})
	if err != nil {
		return nil, err
	}
	var pixels []string // all of them, even those that are always empty
	for _, c := range table.Columns() {
		if c.Name() != "digit" {
			pixels = append(pixels, c.Name())
		}
	}
	encoder, err := datasets.Encode{Task: datasets.TaskClassification, Keep: pixels}.Fit(table, "digit", nil)
	if err != nil {
		return nil, err
	}
	rows, err := encoder.Apply(table)
	if err != nil {
		return nil, err
	}
	return images.Pixels{Height: 8, Width: 8, Max: 16}.Of(rows)
}
