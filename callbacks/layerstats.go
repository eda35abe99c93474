package callbacks

import (
	"context"
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
)

// LayerStats measures every layer on the first rows of some data at the end of an
// epoch, and puts it into the history: the norm of the gradient of its
// parameters, mean and standard deviation of its outputs, and the share of dead
// units. curves.Diagnose finds vanishing gradients and dead units in it. Training
// is not changed.
type LayerStats struct {
	Data  datasets.Source // usually the training data
	Rows  int             // how many rows to measure on; default 256
	Every int             // epochs from one measurement to the next; default 1
}

// Start implements goodfit.Callback. It fails without data, or if a number is
// below 0.
func (l LayerStats) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	if l.Data == nil {
		return nil, errors.New("LayerStats needs Data to measure on")
	}
	if l.Rows < 0 || l.Every < 0 {
		return nil, fmt.Errorf("Rows is %d and Every %d, want at least 1", l.Rows, l.Every)
	}
	if l.Rows == 0 {
		l.Rows = 256
	}
	return layerStats(l), nil
}

type layerStats LayerStats

// EpochEnd implements goodfit.EpochEnder.
func (l layerStats) EpochEnd(run *goodfit.Run) error {
	if (run.Epoch+1)%max(l.Every, 1) != 0 {
		return nil
	}
	batch, err := l.first(run.Context())
	if err != nil {
		return fmt.Errorf("callbacks: layer statistics: %w", err)
	}
	stats, err := run.LayerStats(batch)
	if err != nil {
		return err
	}
	return run.History().RecordLayers(stats...)
}

// first returns the first rows of the data.
func (l layerStats) first(ctx context.Context) (datasets.Batch, error) {
	for batch, err := range l.Data.Batches(ctx, datasets.BatchPlan{Size: l.Rows, InOrder: true}) {
		return batch, err
	}
	return datasets.Batch{}, errors.New("the data have no rows")
}
