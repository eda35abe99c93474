package ensembles

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// Snapshot trains one model in cycles, in each of which the learning rate falls
// from its height to nearly 0 along half a cosine and then starts anew, and
// averages the predictions of the models at the ends of the cycles, which lie in
// different minima (Huang et al. 2017, Snapshot ensembles: train 1, get M for free).
// Members are in the order from the last cycle back.
//
// In a cycle of which a share x is behind, the rate is
// Rate·((1−Floor)·(1+cos(π·x))/2 + Floor), from update to update.
type Snapshot struct {
	// Members is the number of models that are kept, those of the last cycles;
	// default 5.
	Members int
	// Cycles is the number of cycles that the plan's epochs are divided into;
	// default Members. Those before the last Members are not kept, which gives
	// better members.
	Cycles int
	// Rate is the height; 0: the rate with which the recipe's optimizer begins.
	Rate float64
	// Floor is the share of the rate at a cycle's end, from 0 to 1.
	Floor float64
	// Longer is how many times as long as the one before each cycle is (warm
	// restarts, Loshchilov and Hutter 2017), at least 1; default 1.
	Longer float64
	// PerEpoch changes the rate from epoch to epoch only.
	PerEpoch bool
	Seed     uint64
	Combiner Combiner // default Mean{}
}

// Fit implements [Method]. It fails before training if the recipe has fewer epochs
// than there are cycles.
func (s Snapshot) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	n, err := count("Snapshot.Members", s.Members, 5, 1)
	if err != nil {
		return nil, err
	}
	cycles, err := count("Snapshot.Cycles", s.Cycles, n, n)
	if err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	if err := checkCombiner("Snapshot", s.Combiner, n); err != nil {
		return nil, err
	}
	ends, err := cycleEnds(max(recipe.Plan.Epochs, 1), cycles, s.Longer)
	if err != nil {
		return nil, err
	}
	rate := annealing{ends: ends, rate: s.Rate, floor: s.Floor, perEpoch: s.PerEpoch}
	at := func(epoch int) bool { return slices.Contains(ends, epoch+1) }
	e, err := fitKeeping(ctx, recipe, train, s.Seed, keeper{most: n, at: at}, rate)
	return e.with(s.Combiner), err
}

func (s Snapshot) check() error {
	switch {
	case !(s.Rate >= 0) || math.IsInf(s.Rate, 0):
		return fmt.Errorf("ensembles: Snapshot.Rate is %g, want at least 0", s.Rate)
	case !(s.Floor >= 0 && s.Floor <= 1):
		return fmt.Errorf("ensembles: Snapshot.Floor is %g, want 0 to 1", s.Floor)
	case s.Longer != 0 && !(s.Longer >= 1) || math.IsInf(s.Longer, 0):
		return fmt.Errorf("ensembles: Snapshot.Longer is %g, want at least 1", s.Longer)
	}
	return nil
}

// cycleEnds returns after which epoch each cycle ends: the last after all of them.
func cycleEnds(epochs, cycles int, longer float64) ([]int, error) {
	longer = max(longer, 1)
	length, total := 1.0, 0.0
	sums := make([]float64, cycles)
	for i := range sums {
		total += length
		sums[i] = total
		length *= longer
	}
	ends := make([]int, cycles)
	for i, s := range sums {
		ends[i] = int(math.Floor(float64(float64(epochs)*(s/total)) + 0.5))
		if i > 0 && ends[i] == ends[i-1] || ends[i] == 0 {
			return nil, fmt.Errorf("ensembles: %d epochs are too few for %d cycles of Snapshot", epochs, cycles)
		}
	}
	return ends, nil
}

// annealing is a callback that sets the rate along the cosines of cycles.
type annealing struct {
	ends        []int
	rate, floor float64
	perEpoch    bool
}

// Start implements goodfit.Callback.
func (a annealing) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	if a.rate == 0 {
		a.rate = run.Rate()
	}
	return &cosines{annealing: a, first: run.Epoch}, nil
}

type cosines struct {
	annealing
	first int
}

// EpochBegin implements goodfit.EpochBeginner.
func (c *cosines) EpochBegin(run *goodfit.Run) error {
	c.set(run, 0)
	return nil
}

// BatchBegin implements goodfit.BatchBeginner.
func (c *cosines) BatchBegin(run *goodfit.Run) error {
	if !c.perEpoch && run.Batches > 0 {
		c.set(run, float64(run.Batch)/float64(run.Batches))
	}
	return nil
}

// set sets the rate at a share of the epoch under way.
func (c *cosines) set(run *goodfit.Run, share float64) {
	epoch, begin := run.Epoch-c.first, 0
	for _, end := range c.ends {
		if epoch < end {
			x := (float64(epoch-begin) + share) / float64(end-begin)
			half := (1 + fmath.Cos(math.Pi*x)) / 2
			run.SetRate(c.rate * (float64((1-c.floor)*half) + c.floor))
			return
		}
		begin = end
	}
}

func init() { Register("Snapshot", Snapshot{}) }
