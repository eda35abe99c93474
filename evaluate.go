package goodfit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/internal/plan"
	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
)

// Scores are a model's loss and metrics on some data.
type Scores struct {
	// Loss is the loss with penalties.
	Loss float64
	// Metrics are in the order of Config.Metrics; with several outputs their names
	// begin with the output's.
	Metrics []metrics.Score
}

// Get returns the score of the given metric at the model's only output.
func (s Scores) Get(m metrics.Metric) (float64, bool) { return s.Named(m.Name()) }

// Named returns the score of the given name.
func (s Scores) Named(name string) (float64, bool) {
	for _, score := range s.Metrics {
		if score.Name == name {
			return score.Value, true
		}
	}
	if name == "loss" {
		return s.Loss, true
	}
	return 0, false
}

// String returns the scores on one line, with four decimals.
func (s Scores) String() string {
	parts := []string{fmt.Sprintf("loss: %.4f", s.Loss)}
	for _, m := range s.Metrics {
		parts = append(parts, m.String())
	}
	return strings.Join(parts, " - ")
}

// Evaluate scores the model on data, as prediction runs. It may run beside other
// calls of Evaluate and Predict. It fails while the model is being trained, if
// the model is not compiled, or if the data do not fit it.
func (m *Model) Evaluate(data datasets.Source) (Scores, error) {
	return m.EvaluateContext(context.Background(), data)
}

// EvaluateContext is [Model.Evaluate] that stops when ctx ends.
func (m *Model) EvaluateContext(ctx context.Context, data datasets.Source) (Scores, error) {
	if _, err := m.enter(); err != nil {
		return Scores{}, err
	}
	defer m.leave()
	s, err := m.evaluate(ctx, data)
	if err != nil {
		return Scores{}, fmt.Errorf("goodfit: evaluate: %w", err)
	}
	return s, nil
}

func (m *Model) evaluate(ctx context.Context, data datasets.Source) (Scores, error) {
	if !m.compiled {
		return Scores{}, errors.New("the model is not compiled")
	}
	if isNil(data) {
		return Scores{}, errors.New("no data")
	}
	source, err := m.prepareSource("data", data)
	if err != nil {
		return Scores{}, err
	}
	e, err := m.newEvaluator(source, pool.For(ctx))
	if err != nil {
		return Scores{}, err
	}
	loss, err := e.evaluate(ctx)
	if err != nil {
		return Scores{}, err
	}
	return e.meters.scores(loss), nil
}

// evaluator scores a model on data again and again.
type evaluator struct {
	model  *Model
	source datasets.Source
	heads  []plan.Head
	meters meterSet
	plans  map[int]*plan.Plan
	runner kernel.Runner
	sums   []headSum
}

// headSum is the loss at one output, summed over items.
type headSum struct {
	sum   float64
	items int
}

func (m *Model) newEvaluator(source datasets.Source, r kernel.Runner) (*evaluator, error) {
	heads, err := m.heads(source, nil)
	if err != nil {
		return nil, err
	}
	meters, err := m.newMeters(heads)
	if err != nil {
		return nil, err
	}
	return &evaluator{model: m, source: source, heads: heads, meters: meters,
		plans: map[int]*plan.Plan{}, runner: r, sums: make([]headSum, len(heads))}, nil
}

// chunkRows is the most rows that are computed at once in prediction: enough to
// use a weight many times once it is in the cache, few enough that the outputs of
// a layer stay there too.
const chunkRows = 128

// chunkSize returns how many rows to compute at once of the given number: all
// chunks of the same size, or nearly.
func chunkSize(rows int) int {
	if rows <= 0 {
		return chunkRows
	}
	chunks := (rows + chunkRows - 1) / chunkRows
	return (rows + chunks - 1) / chunks
}

// evaluate returns the loss with penalties; the meters hold the metrics.
func (e *evaluator) evaluate(ctx context.Context) (float64, error) {
	e.meters.reset()
	clear(e.sums)
	var activity, rows float64
	defer e.model.putAside()()
	order := datasets.BatchPlan{Size: e.model.chunk(e.source.Layout().Rows), InOrder: true}
	for b, err := range e.source.Batches(ctx, order) {
		if err != nil {
			return 0, err
		}
		if err := e.model.checkBatchRows(b.Rows()); err != nil {
			return 0, err
		}
		p := e.plan(b.Rows())
		p.BindBatch(b)
		p.Forward()
		for k := range e.heads {
			sum, items := p.Loss(k, b.Targets[k], b.Weights)
			e.sums[k].sum += sum
			e.sums[k].items += items
		}
		activity += float64(float64(b.Rows()) * p.ActivityLoss())
		rows += float64(b.Rows())
		e.meters.add(p, b)
	}
	if rows == 0 {
		return 0, errors.New("the data have no rows")
	}
	loss := activity/rows + e.model.net.Penalty()
	for k, s := range e.sums {
		loss += float64(float64(e.heads[k].Weight) * (s.sum / float64(max(s.items, 1))))
	}
	return loss, nil
}

func (e *evaluator) plan(rows int) *plan.Plan {
	p := e.plans[rows]
	if p == nil {
		if len(e.plans) > 8 {
			clear(e.plans)
		}
		p = plan.New(e.model.net, plan.Options{Rows: rows, Mode: nn.Infer, Heads: e.heads, Runner: e.runner})
		e.plans[rows] = p
	}
	return p
}
