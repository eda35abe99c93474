package pipeline

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
)

// Pipeline predicts from raw rows. It does not change; several goroutines may
// use it at once.
type Pipeline struct {
	// Encoder turns tables into numbers, and knows the schema and the classes.
	Encoder *datasets.Encoder
	// Features scales the encoded columns, Target the target of a regression, whose
	// predictions are scaled back. Nil: as they are.
	Features, Target *datasets.Scaler
	// Model predicts from scaled numbers: a model or an ensemble.
	Model goodfit.Predictor
	// Calibration is what PredictIntervals needs; nil without intervals.
	Calibration *Calibration
}

// Predict says what the target of each row is. The table needs the columns that
// the pipeline learned from, in any order and among others, and not the target. It
// fails if one is missing or holds text where a number was learned, and names the
// line. Missing cells and texts that were not learned are encoded as
// [datasets.Encode] says.
func (p *Pipeline) Predict(t *datasets.Table) (*Predictions, error) {
	if err := someRows(t); err != nil {
		return nil, err
	}
	all := mat.NewDense(t.Rows(), p.outputCount(), nil)
	for from, block := range blocks(t) {
		d, err := p.Encoder.ApplyFeatures(block)
		if err != nil {
			return nil, err
		}
		out, err := p.outputs(d.X)
		if err != nil {
			return nil, err
		}
		setRows(all, from, out)
	}
	return p.predictions(all)
}

// outputs returns what the model gives for encoded rows, in the target's unit.
func (p *Pipeline) outputs(x *mat.Dense) (*mat.Dense, error) {
	if p.Features != nil {
		x = p.Features.ApplyMatrix(x)
	}
	out, err := p.Model.Predict(x)
	if err != nil {
		return nil, err
	}
	if _, cols := out.Dims(); cols != p.outputCount() {
		return nil, fmt.Errorf("pipeline: the model has %d outputs, want %d", cols, p.outputCount())
	}
	if p.Target != nil {
		out = p.Target.InvertMatrix(out)
	}
	return out, nil
}

// outputCount returns the outputs that the task needs: one for a number or for two
// classes, else one for each class.
func (p *Pipeline) outputCount() int {
	if n := len(p.Encoder.Classes()); n > 2 {
		return n
	}
	return 1
}

// classification reports whether the pipeline predicts classes.
func (p *Pipeline) classification() bool {
	return p.Encoder.Task() == datasets.TaskClassification
}

// scaled returns encoded rows, and their targets if they have any, as the model
// takes them.
func (p *Pipeline) scaled(d *datasets.Dataset) *datasets.Dataset {
	if p.Features != nil {
		d = p.Features.Apply(d)
	}
	if p.Target != nil && d.Y != nil {
		d = p.Target.ApplyTarget(d)
	}
	return d
}
