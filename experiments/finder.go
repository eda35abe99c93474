package experiments

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/plots"
)

// RateFinder trains a fresh model for a few hundred updates while the learning
// rate grows by the same factor at each, and looks at which rates the loss falls:
// the range test of Smith (2017), with growth in place of a straight line. The
// recipe's schedule and callbacks are left out.
type RateFinder struct {
	// From and To are the first and the last rate; 0 means 1e-6 and 10.
	From, To float64
	// Updates is the number of updates, 0 means 300.
	Updates int
	// Smoothing is the weight of the past in the average of the losses, from 0 to
	// below 1; 0 means 0.95, negative none.
	Smoothing float64
	// StopAt ends the test when the average exceeds that many times its least value
	// so far; 0 means 4.
	StopAt float64
}

// RateTest is what a [RateFinder] saw, update by update.
type RateTest struct {
	Rates []float64
	// Losses are those of the batches, Smoothed their exponential averages without
	// the pull to the first values.
	Losses, Smoothed []float64
	// Limit is the rate at the least average, from where on learning gets worse, and
	// Suggestion a tenth of it: a rate to begin with. Both are NaN if the loss
	// never fell a hundredth below its mean over the first tenth of the test.
	Suggestion, Limit float64
}

// Run makes the test with the model that the recipe and the seed give. It fails
// on fields out of range, as the recipe's fit does, and not if the loss diverges
// at high rates, which is what the test is for.
func (f RateFinder) Run(ctx context.Context, recipe goodfit.Recipe, train datasets.Source, seed uint64) (*RateTest, error) {
	f, err := f.filled()
	if err != nil {
		return nil, err
	}
	return f.run(ctx, recipe, train, seed)
}

func (f RateFinder) filled() (RateFinder, error) {
	if f.From == 0 {
		f.From = 1e-6
	}
	if f.To == 0 {
		f.To = 10
	}
	if f.Updates == 0 {
		f.Updates = 300
	}
	if f.Smoothing == 0 {
		f.Smoothing = 0.95
	}
	f.Smoothing = max(f.Smoothing, 0)
	if f.StopAt == 0 {
		f.StopAt = 4
	}
	switch {
	case !(f.From > 0 && f.To > f.From) || math.IsInf(f.To, 0):
		return f, fmt.Errorf("experiments: rate finder: rates from %v to %v, want 0 < From < To", f.From, f.To)
	case f.Updates < 10:
		return f, fmt.Errorf("experiments: rate finder: Updates is %d, want at least 10", f.Updates)
	case !(f.Smoothing < 1):
		return f, fmt.Errorf("experiments: rate finder: Smoothing is %v, want below 1", f.Smoothing)
	case !(f.StopAt > 1):
		return f, fmt.Errorf("experiments: rate finder: StopAt is %v, want above 1", f.StopAt)
	}
	return f, nil
}

func (f RateFinder) run(ctx context.Context, recipe goodfit.Recipe, train datasets.Source, seed uint64) (*RateTest, error) {
	test := &RateTest{}
	recipe.Plan.Validation, recipe.Plan.ValidationFraction = nil, 0
	recipe.Plan.Epochs = f.Updates // at least one update each
	recipe.Plan.GoThroughNaN = true
	growth := fmath.Log(f.To/f.From) / float64(f.Updates-1)
	average, least := 0.0, math.Inf(1)
	recipe.Plan.Callbacks = []goodfit.Callback{callbacks.Hooks{
		OnBatchBegin: func(run *goodfit.Run) error {
			run.SetRate(f.From * fmath.Exp(growth*float64(len(test.Rates))))
			return nil
		},
		OnBatchEnd: func(run *goodfit.Run) error {
			n, loss := len(test.Rates)+1, run.BatchLoss
			average = float64(f.Smoothing*average) + float64((1-f.Smoothing)*loss)
			smooth := average / (1 - fmath.Pow(f.Smoothing, float64(n)))
			if math.IsNaN(smooth) || smooth > f.StopAt*least && n > 10 {
				run.Stop("the loss has grown")
				return nil
			}
			least = min(least, smooth)
			test.Rates = append(test.Rates, run.Rate())
			test.Losses, test.Smoothed = append(test.Losses, loss), append(test.Smoothed, smooth)
			if n == f.Updates {
				run.Stop("all rates were tried")
			}
			return nil
		},
	}}
	if _, _, err := recipe.Fit(ctx, train, nil, seed); err != nil {
		return nil, err
	}
	if len(test.Rates) < 3 {
		return nil, errors.New("experiments: rate finder: the loss is not finite at the lowest rates; scale the data or lower From")
	}
	test.suggest()
	return test, nil
}

// suggest finds the least average.
func (t *RateTest) suggest() {
	t.Suggestion, t.Limit = nan, nan
	least := 0
	for i, v := range t.Smoothed {
		if v < t.Smoothed[least] {
			least = i
		}
	}
	start := max(len(t.Losses)/10, 1)
	if least >= start && t.Smoothed[least] < 0.99*fmath.Mean(t.Losses[:start]) {
		t.Limit, t.Suggestion = t.Rates[least], t.Rates[least]/10
	}
}

// Figure draws the losses over the rate, with the suggestion and the limit.
func (t *RateTest) Figure() plots.Figure {
	f := plots.Lines{X: "learning rate", Y: "loss", LogX: true, LogY: true, Lines: []plots.Line{
		{Name: "smoothed", X: t.Rates, Y: t.Smoothed},
		{Name: "batch", X: t.Rates, Y: t.Losses, DotsOnly: true},
	}}
	if !math.IsNaN(t.Suggestion) {
		f.Marks = []plots.Mark{{Name: "suggestion", X: t.Suggestion}, {Name: "limit", X: t.Limit}}
	}
	return f
}
