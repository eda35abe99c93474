package plan

import (
	"slices"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/optim"
)

// Trainer makes updates of a net's weights. It is used by one goroutine at a
// time, and while it runs no other plan of the net may.
type Trainer struct {
	// Steps counts the updates made, Micro the batches since the last of them
	// where several are accumulated.
	Steps, Micro int
	// Seed keys the random numbers of layers; it does not change.
	Seed uint64

	net        *Net
	heads      []Head
	runner     kernel.Runner
	settings   optim.Settings
	stepper    optim.Stepper
	accumulate int
	options    TrainerOptions
	update     *update
	noise      *noise // nil: none
	penalized  []*nn.Param
	grads, sum []float32
	plans      map[int]*Plan // by rows
	last       *Plan         // the one that was used last
	batches    int           // batches seen: the step of random numbers
}

// TrainerOptions are what a [Trainer] is made from.
type TrainerOptions struct {
	Optimizer  optim.Optimizer
	Accumulate int // batches per update; at least 1
	Noise      optim.Noise
	// Groups are those of parameters that do not take the optimizer's decay and rate.
	Groups map[*nn.Param]Group
	Seed   uint64
}

// NewTrainer returns a trainer at its first step.
func NewTrainer(net *Net, o TrainerOptions) *Trainer {
	t := &Trainer{net: net, options: o, settings: o.Optimizer.Settings(), accumulate: max(o.Accumulate, 1),
		Seed: o.Seed, stepper: o.Optimizer.Stepper(len(net.Weights)), grads: alignedSlice(len(net.Weights))}
	if t.accumulate > 1 {
		t.sum = alignedSlice(len(net.Weights))
	}
	t.Refresh()
	return t
}

// Refresh takes up which layers are frozen.
func (t *Trainer) Refresh() {
	t.plans, t.last = map[int]*Plan{}, nil
	t.noise = newNoise(t.net, t.options.Noise, t.Seed)
	t.update = newUpdate(t.net, t.stepper, t.settings, t.options.Groups, t.noise)
	t.penalized = t.net.penalized()
}

// SetHeads sets the losses.
func (t *Trainer) SetHeads(heads []Head) {
	if len(heads) > 0 && len(t.heads) == len(heads) && &t.heads[0] == &heads[0] {
		return
	}
	if !slices.EqualFunc(t.heads, heads, Head.equal) {
		t.heads, t.plans, t.last = heads, map[int]*Plan{}, nil
	}
}

// SetRunner sets the threads to use.
func (t *Trainer) SetRunner(r kernel.Runner) {
	if t.runner != r {
		t.runner, t.plans, t.last = r, map[int]*Plan{}, nil
	}
}

// Settings returns the optimizer's settings.
func (t *Trainer) Settings() optim.Settings { return t.settings }

// Stepper returns the optimizer at work.
func (t *Trainer) Stepper() optim.Stepper { return t.stepper }

// keptPlans is how many batch sizes a trainer keeps plans for.
const keptPlans = 4

// Plan returns the plan for batches of the given rows.
func (t *Trainer) Plan(rows int) *Plan {
	if t.last != nil && t.last.Rows() == rows {
		return t.last
	}
	t.last = t.newPlan(rows)
	return t.last
}

func (t *Trainer) newPlan(rows int) *Plan {
	if p := t.plans[rows]; p != nil {
		return p
	}
	if len(t.plans) >= keptPlans {
		clear(t.plans)
	}
	p := New(t.net, Options{Rows: rows, Mode: nn.Train, Gradients: true, Grads: t.grads, Heads: t.heads, Runner: t.runner, Seed: t.Seed})
	t.plans[rows] = p
	return p
}

// Step runs a batch forward and backward and, when enough batches are
// accumulated, makes an update at the given rate. It returns the loss over the
// batch with penalties, and the plan, whose outputs are those before the update.
func (t *Trainer) Step(b datasets.Batch, rate float64) (float64, *Plan) {
	p := t.Plan(b.Rows())
	p.BindBatch(b)
	p.SetStep(uint64(t.batches))
	penalty := t.penalty()
	t.noise.onWeights(t.batches, t.runner)
	t.batches++
	p.Forward()
	loss := p.ActivityLoss() + penalty
	for k := range p.heads {
		sum, items := p.Loss(k, b.Targets[k], b.Weights)
		loss += float64(p.heads[k].head.Weight) * sum / float64(max(items, 1))
	}
	p.Backward()
	t.noise.offWeights()
	t.apply(rate)
	return loss, p
}

// Probe runs a batch forward and backward without an update and returns the
// gradient, laid out as Net.Weights, and the plan with the outputs. Statistics
// that layers gather in training do change.
func (t *Trainer) Probe(b datasets.Batch) ([]float32, *Plan) {
	grads := alignedSlice(len(t.net.Weights))
	p := New(t.net, Options{Rows: b.Rows(), Mode: nn.Train, Gradients: true, Grads: grads, Heads: t.heads, Seed: t.Seed})
	p.BindBatch(b)
	p.SetStep(uint64(t.batches))
	p.Forward()
	for k := range p.heads {
		p.Loss(k, b.Targets[k], b.Weights)
	}
	p.Backward()
	return grads, p
}

func (t *Trainer) penalty() (sum float64) {
	for _, p := range t.penalized {
		sum += penaltyOf(p.Value, p.Penalty.L1, p.Penalty.L2)
	}
	return sum
}

// apply updates the weights, or adds the gradient to those waiting.
func (t *Trainer) apply(rate float64) {
	t.Micro++
	g := t.grads
	if t.sum != nil {
		if t.Micro == 1 {
			copy(t.sum, t.grads)
		} else {
			kernel.AddTo(t.sum, t.grads)
		}
		g = t.sum
	}
	if t.Micro < t.accumulate {
		return
	}
	t.Steps++
	t.update.apply(g, t.Steps, rate, 1/float32(t.Micro), t.runner)
	t.Micro = 0
}

// Flush makes an update from batches that wait for more to be accumulated, as at
// the end of an epoch.
func (t *Trainer) Flush(rate float64) {
	if t.Micro > 0 {
		t.Steps++
		t.update.apply(t.sum, t.Steps, rate, 1/float32(t.Micro), t.runner)
		t.Micro = 0
	}
}

// Batches returns the number of batches seen, on which the random numbers of
// layers depend.
func (t *Trainer) Batches() int { return t.batches }

// SetBatches restores the number of batches seen.
func (t *Trainer) SetBatches(n int) { t.batches = n }

// Waiting returns the sum of the gradients that wait for an update, nil where
// every batch makes one.
func (t *Trainer) Waiting() []float32 { return t.sum }

// Gradients returns the gradient of the last batch, laid out as Net.Weights.
func (t *Trainer) Gradients() []float32 { return t.grads }
