package goodfit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/optim"
)

// Plan says how [Model.Fit] goes through the data.
type Plan struct {
	// Epochs is how often all rows are seen; 0 means 1.
	Epochs int
	// BatchSize is the number of rows per update; 0 means 32, negative all rows.
	BatchSize int
	// Validation are data to score after each epoch, or nil.
	Validation datasets.Source
	// ValidationFraction takes that share of the training rows for validation: the
	// last ones, before any shuffling. Only for data in memory.
	ValidationFraction float64
	// ValidateEvery is the number of epochs from one validation to the next; 0
	// means 1. Epochs without one have NaN in the history.
	ValidateEvery int
	// ClassWeights multiply the weights of rows by their class, in training only;
	// nil: all 1.
	ClassWeights []float64
	// InOrder leaves the rows in the order of the data instead of shuffling them
	// each epoch.
	InOrder bool
	// GoThroughNaN goes on when the loss is no longer a finite number. By default
	// the fit ends with a [DivergedError], and the weights of the last epoch that
	// was finite.
	GoThroughNaN bool
	// Callbacks watch the fit, in this order.
	Callbacks []Callback
}

// DivergedError is the error of a fit whose loss was no longer a finite number.
type DivergedError struct {
	Epoch, Batch int // both from 0
	Loss         float64
	Rate         float64
}

// Error says what happened and what to try.
func (e *DivergedError) Error() string {
	return fmt.Sprintf("goodfit: fit: the loss became %g in epoch %d, batch %d, at learning rate %.3g: "+
		"try a smaller learning rate, gradient clipping, or scaled inputs and targets", e.Loss, e.Epoch+1, e.Batch+1, e.Rate)
}

// fit is one call of [Model.Fit] under way.
type fit struct {
	model      *Model
	plan       Plan
	run        *Run
	train      datasets.Source
	validation datasets.Source
	history    *curves.History
	meters     meterSet
	evaluator  *evaluator
	values     []float64 // of the epoch, as the history's series
	lastGood   []float32 // weights, then statistics, at the last finite epoch
	updates    int       // per epoch, 0 where not known
	rate       float64   // of the last update
	// firstUpdate is the number of updates made before the fit.
	firstUpdate int
}

// Fit trains the model on data according to a plan and returns the history: loss
// and metrics in training, val_loss and the metrics' val_ values in validation,
// and the learning rate of each epoch's last update.
//
// Training values are means over the batches as they were trained on; validation
// runs at the end of the epoch as prediction does. Both losses include penalties.
//
// It fails before training if the model is not compiled or the data do not fit
// it. When ctx ends, a callback fails or the loss diverges it returns the history
// so far with the error, and the model can still be used.
func (m *Model) Fit(ctx context.Context, train datasets.Source, p Plan) (*curves.History, error) {
	if err := m.lock(); err != nil {
		return nil, err
	}
	defer m.unlock()
	f, err := m.newFit(ctx, train, p)
	if err != nil {
		return nil, fmt.Errorf("goodfit: fit: %w", err)
	}
	return f.history, f.do(ctx)
}

// newFit checks everything that can be checked before training.
func (m *Model) newFit(ctx context.Context, train datasets.Source, p Plan) (*fit, error) {
	if !m.compiled {
		return nil, errors.New("the model is not compiled")
	}
	if isNil(train) {
		return nil, errors.New("no training data")
	}
	if isNil(p.Validation) {
		p.Validation = nil
	}
	f := &fit{model: m, plan: p, train: train, validation: p.Validation, firstUpdate: m.trainer.Steps}
	if err := f.prepare(ctx); err != nil {
		return nil, err
	}
	f.run = &Run{ctx: ctx, model: m, plan: p, fit: f, first: m.epochs, Epoch: m.epochs, Epochs: m.epochs + max(p.Epochs, 1), Batches: -1}
	if f.updates > 0 {
		f.run.Batches = f.batches()
	}
	for k, c := range p.Callbacks {
		if c == nil {
			return nil, fmt.Errorf("Plan.Callbacks[%d] is nil", k)
		}
		w, err := c.Start(f.run)
		if err != nil {
			return nil, fmt.Errorf("callback %T: %w", c, err)
		}
		f.run.watchers.add(w)
	}
	return f, nil
}

// isNil reports whether a source is nil, or a nil pointer in an interface.
func isNil(s datasets.Source) bool {
	if s == nil {
		return true
	}
	v := reflect.ValueOf(s)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// prepare checks plan and data and sets up heads, meters and the history.
func (f *fit) prepare(ctx context.Context) error {
	if err := errors.Join(f.plan.check(), f.model.checkStatePlan(f.plan)); err != nil {
		return err
	}
	if err := f.splitValidation(); err != nil {
		return err
	}
	var err error
	if f.train, err = f.model.prepareSource("training data", f.train); err != nil {
		return err
	}
	heads, err := f.model.heads(f.train, f.plan.ClassWeights)
	if err != nil {
		return err
	}
	if f.meters, err = f.model.newMeters(heads); err != nil {
		return err
	}
	f.model.trainer.SetHeads(heads)
	f.model.trainer.SetRunner(pool.For(ctx))
	f.countUpdates()
	return f.prepareValidation(ctx)
}

// prepareValidation checks the validation data and makes the history.
func (f *fit) prepareValidation(ctx context.Context) (err error) {
	if f.validation != nil {
		if f.validation, err = f.model.prepareSource("validation data", f.validation); err != nil {
			return err
		}
		if f.evaluator, err = f.model.newEvaluator(f.validation, pool.For(ctx)); err != nil {
			return fmt.Errorf("validation data: %w", err)
		}
	}
	series := f.meters.series("")
	if f.evaluator != nil {
		series = append(series, f.evaluator.meters.series("val_")...)
	}
	series = append(series, curves.Series{Name: "rate"})
	f.history = curves.New(max(f.plan.Epochs, 1), series...)
	f.values = make([]float64, len(series))
	return nil
}

// check reports the first field out of range.
func (p Plan) check() error {
	switch {
	case p.Epochs < 0:
		return fmt.Errorf("Plan.Epochs is %d, want at least 1", p.Epochs)
	case p.ValidateEvery < 0:
		return fmt.Errorf("Plan.ValidateEvery is %d, want at least 1", p.ValidateEvery)
	case !(p.ValidationFraction >= 0 && p.ValidationFraction < 1):
		return fmt.Errorf("Plan.ValidationFraction is %g, want a share from 0 to below 1", p.ValidationFraction)
	case p.ValidationFraction > 0 && p.Validation != nil:
		return errors.New("Plan has both Validation and ValidationFraction; give one")
	}
	for class, w := range p.ClassWeights {
		if !(w >= 0) || math.IsInf(w, 0) {
			return fmt.Errorf("Plan.ClassWeights[%d] is %g, want a number of at least 0", class, w)
		}
	}
	return nil
}

// splitValidation takes the last rows for validation where a fraction is asked for.
func (f *fit) splitValidation() error {
	if f.plan.ValidationFraction == 0 {
		return nil
	}
	d, ok := f.train.(interface {
		Rows() int
		Slices(at int) (first, rest datasets.Source)
	})
	if !ok {
		return fmt.Errorf("Plan.ValidationFraction needs data in memory, and the source is a %T; give Validation", f.train)
	}
	rows := d.Rows()
	at := rows - int(float64(rows)*f.plan.ValidationFraction)
	if at == 0 || at == rows {
		return fmt.Errorf("Plan.ValidationFraction %g of %d rows leaves no rows for training or validation", f.plan.ValidationFraction, rows)
	}
	f.train, f.validation = d.Slices(at)
	return nil
}

// countUpdates works out the updates per epoch where the number of rows is known.
func (f *fit) countUpdates() {
	if f.train.Layout().Rows > 0 {
		k := max(f.model.config.Accumulate, 1)
		f.updates = (f.batches() + k - 1) / k
	}
}

// batches returns the number of batches per epoch.
func (f *fit) batches() int {
	rows := f.train.Layout().Rows
	size := datasets.BatchPlan{Size: f.plan.BatchSize}.SizeFor(rows)
	return (rows + size - 1) / size
}

// do trains and sees to it that the watchers learn of the end.
func (f *fit) do(ctx context.Context) error {
	r := f.run
	err := each(r.watchers.fitBegin, func(w FitBeginner) error { return w.FitBegin(r) })
	for r.Epoch = f.model.epochs; err == nil && r.Epoch < r.Epochs && r.stopped == ""; r.Epoch = f.model.epochs {
		err = f.epoch(ctx)
	}
	r.Epoch = max(f.model.epochs-1, 0)
	for _, w := range r.watchers.fitEnd { // all of them: one may restore weights, another write a file
		if end := w.FitEnd(r); err == nil {
			err = end
		}
	}
	return err
}

// epoch makes one epoch, of which nothing is recorded if it does not end.
func (f *fit) epoch(ctx context.Context) error {
	r := f.run
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := each(r.watchers.epochBegin, func(w EpochBeginner) error { return w.EpochBegin(r) }); err != nil {
		return err
	}
	if r.stopped != "" {
		return nil
	}
	f.remember()
	loss, err := f.batchesOf(ctx)
	if err != nil {
		return err
	}
	if err := f.record(ctx, loss); err != nil {
		return err
	}
	f.model.epochs++
	return each(r.watchers.epochEnd, func(w EpochEnder) error { return w.EpochEnd(r) })
}

// batchesOf trains on every batch of an epoch and returns the mean loss.
func (f *fit) batchesOf(ctx context.Context) (float64, error) {
	r, t := f.run, f.model.trainer
	f.meters.reset()
	f.model.resetState()
	var sum, rows float64
	r.Batch = 0
	order := datasets.BatchPlan{Size: f.plan.BatchSize, Seed: f.model.config.Seed, Epoch: f.model.epochs, InOrder: f.plan.InOrder, Training: true}
	for b, err := range f.train.Batches(ctx, order) {
		if err != nil {
			return 0, err
		}
		if err := each(r.watchers.batchBegin, func(w BatchBeginner) error { return w.BatchBegin(r) }); err != nil {
			return 0, err
		}
		if err := f.model.checkBatchRows(b.Rows()); err != nil {
			return 0, fmt.Errorf("goodfit: fit: %w", err)
		}
		f.rate = r.Rate()
		loss, p := t.Step(b, f.rate)
		f.meters.add(p, b)
		n := float64(b.Rows())
		sum += float64(n * loss)
		rows += n
		r.BatchLoss = loss
		if !f.plan.GoThroughNaN && (math.IsNaN(loss) || math.IsInf(loss, 0)) {
			f.recall()
			return 0, &DivergedError{Epoch: r.Epoch, Batch: r.Batch, Loss: loss, Rate: f.rate}
		}
		if err := each(r.watchers.batchEnd, func(w BatchEnder) error { return w.BatchEnd(r) }); err != nil {
			return 0, err
		}
		r.Batch++
		if r.stopped != "" {
			break
		}
	}
	if rows == 0 {
		return 0, errors.New("goodfit: fit: the training data have no rows")
	}
	t.Flush(f.rate)
	return sum / rows, nil
}

// remember keeps the weights, which are finite as far as is known.
func (f *fit) remember() {
	if f.plan.GoThroughNaN {
		return
	}
	n := f.model.net
	f.lastGood = append(append(f.lastGood[:0], n.Weights...), n.Stats...)
}

// recall puts the weights back that remember kept.
func (f *fit) recall() {
	n := f.model.net
	copy(n.Weights, f.lastGood)
	copy(n.Stats, f.lastGood[len(n.Weights):])
}

// record validates and appends the epoch's values to the history.
func (f *fit) record(ctx context.Context, loss float64) error {
	n := f.meters.values(f.values, loss)
	if e := f.evaluator; e != nil {
		every := max(f.plan.ValidateEvery, 1)
		last := f.run.Epoch+1 == f.run.Epochs
		if (f.run.Epoch+1)%every == 0 || last {
			val, err := e.evaluate(ctx)
			if err != nil {
				return err
			}
			n += e.meters.values(f.values[n:], val)
		} else {
			n += e.meters.missing(f.values[n:])
		}
	}
	f.values[n] = f.rate
	return f.history.Append(f.values...)
}

// time is the moment of the next update.
func (f *fit) time() optim.Time {
	return optim.Time{Update: f.model.trainer.Steps, Epoch: f.model.epochs, UpdatesPerEpoch: f.updates, Epochs: f.run.Epochs,
		FirstUpdate: f.firstUpdate, FirstEpoch: f.run.first}
}
