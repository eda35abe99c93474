package coach

import (
	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// The nominal processor: one thread that makes so many multiplications and
// additions in a second, and needs so many seconds for a row, for an update and for
// the update of a weight besides. Real cores of 2020 and later do not fall far
// behind it, and several work at once.
const (
	nominalSpeed  = 8e9
	nominalRow    = 60e-9
	nominalUpdate = 2e-6
	nominalWeight = 0.5e-9
	nominalFit    = 1e-3 // encoding, building, scoring
)

// workOf returns the nominal seconds of a training: of so many weights, rows to
// train with and rows to validate with, and rows in a batch, over so many epochs.
func workOf(weights, rows, validation, batch, epochs int) float64 {
	if batch <= 0 || batch > rows {
		batch = max(rows, 1)
	}
	updates := float64((rows + batch - 1) / batch)
	products := float64(3*rows+validation) * float64(weights) / nominalSpeed
	others := float64(float64(rows+validation)*nominalRow) + float64(updates*(nominalUpdate+float64(nominalWeight*float64(weights))))
	return nominalFit + float64(float64(epochs)*(products+others))
}

// workOfTrained returns the nominal seconds that a pipeline took to train.
func workOfTrained(t *pipeline.Trained, r pipeline.Recipe, rows, validation int) float64 {
	weights := 0
	switch m := t.Model.(type) {
	case *goodfit.Model:
		if m != nil {
			weights = m.CountParams().Trainable
		}
	case *ensembles.Ensemble:
		weights = m.Members[0].CountParams().Trainable
	}
	batch := r.Train.Plan.BatchSize
	if batch == 0 {
		batch = 32
	}
	sum := 0.0
	for _, h := range t.Histories {
		sum += workOf(weights, rows, validation, batch, epochsOf(h))
	}
	return max(sum, nominalFit)
}

func epochsOf(h *curves.History) int {
	if h == nil {
		return 0
	}
	return h.Epochs()
}

// weightsIn returns about how many weights the Dense layers of a recipe have, on so
// many features.
func weightsIn(r pipeline.Recipe, features int) float64 {
	width, sum := float64(features), 0.0
	for _, l := range r.Train.Layers {
		if d, ok := unnamed(l).(nn.Dense); ok {
			sum += float64((width + 1) * float64(d.Units))
			width = float64(d.Units)
		}
	}
	return max(sum, 1)
}
