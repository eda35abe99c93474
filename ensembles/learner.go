package ensembles

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/registry"
	"github.com/goodfit-ml/goodfit/internal/solve"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/optim"
)

// Learner learns how to combine members: the second level of stacking, or
// meta-learner. It is a plain value, such as LogisticRegression{}. A learner of
// one's own implements Learner and is named by [RegisterLearner].
//
// What it learns from are the members' predictions for a row side by side, member
// after member: rows that the members were not trained on, lest it trust most the
// member that overfits most.
type Learner interface {
	// Learn returns a combiner for the members whose predictions it was shown.
	Learn(ctx context.Context, p *Predictions) (Combiner, error)
}

// learners is the table of named learners.
var learners = registry.New[Learner]("meta-learner",
	registry.Of(nn.MarshalLayer, nn.UnmarshalLayer), registry.Of(optim.Marshal, optim.Unmarshal)).RegisteredBy("ensembles.RegisterLearner")

// RegisterLearner names a learner type, so that files can hold it: zero is a value
// of the type. It panics if the name is taken by another type.
func RegisterLearner(name string, zero Learner) { learners.Register(name, zero) }

// Stack returns the ensemble of the same members, combined by what the learner
// learns from data.
func (e *Ensemble) Stack(ctx context.Context, l Learner, data datasets.Source) (*Ensemble, error) {
	p, err := e.Predictions(data)
	if err != nil {
		return nil, err
	}
	return e.stack(ctx, l, p)
}

func (e *Ensemble) stack(ctx context.Context, l Learner, p *Predictions) (*Ensemble, error) {
	c, err := l.Learn(ctx, p)
	if err != nil {
		return nil, err
	}
	out := *e
	out.Combiner = c
	return &out, nil
}

// LogisticRegression learns the classes' probabilities from the members' by
// logistic regression: softmax for several outputs, one sigmoid for one. For
// classifications whose outputs are probabilities.
type LogisticRegression struct {
	// C weighs the data against the penalty ½·‖w‖²; above 0; default 1.
	C float64
	// PassThrough gives the features of the row to the learner too.
	PassThrough bool
}

// LinearRegression learns the targets from the members' predictions by least
// squares. For regressions; in a classification its outputs are scores, the largest
// of which is the class, and not probabilities.
type LinearRegression struct {
	// Alpha is the penalty Alpha·‖w‖² (ridge), at least 0. Members that predict
	// nearly the same are combined more reliably with some.
	Alpha float64
	// PassThrough gives the features of the row to the learner too.
	PassThrough bool
}

// Learn implements [Learner].
func (l LogisticRegression) Learn(ctx context.Context, p *Predictions) (Combiner, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	classes, labels, err := p.labels()
	if err != nil {
		return nil, err
	}
	if l.C < 0 {
		return nil, fmt.Errorf("ensembles: LogisticRegression.C is %g, want more than 0", l.C)
	}
	if p.scorer.weights != nil {
		return nil, fmt.Errorf("ensembles: LogisticRegression does not weigh rows; use a NetworkLearner, or leave out Weights")
	}
	x := sideBySide(p.x, p.Members, l.PassThrough)
	m, err := solve.Logistic{C: l.C}.Fit(x, labels, classes)
	if err != nil {
		return nil, fmt.Errorf("ensembles: %w", err)
	}
	link := SoftmaxLink
	if p.scorer.spec.Outputs == 1 {
		link = SigmoidLink
	}
	out := Linear{Coefficients: m.Coefficients, Intercepts: m.Intercepts, Link: link, PassThrough: l.PassThrough}
	if len(out.Intercepts) == 1 && link == SoftmaxLink { // two outputs have one score
		out.Coefficients = [][]float64{make([]float64, len(m.Coefficients[0])), m.Coefficients[0]}
		out.Intercepts = []float64{0, m.Intercepts[0]}
	}
	return out, nil
}

// Learn implements [Learner].
func (l LinearRegression) Learn(ctx context.Context, p *Predictions) (Combiner, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	target, err := p.targets()
	if err != nil {
		return nil, err
	}
	if !(l.Alpha >= 0) {
		return nil, fmt.Errorf("ensembles: LinearRegression.Alpha is %g, want at least 0", l.Alpha)
	}
	if p.scorer.weights != nil {
		return nil, fmt.Errorf("ensembles: LinearRegression does not weigh rows; use a NetworkLearner, or leave out Weights")
	}
	x := sideBySide(p.x, p.Members, l.PassThrough)
	m, err := solve.Ridge{Alpha: l.Alpha}.Fit(x, mat.NewDense(p.Rows(), p.scorer.spec.Outputs, target))
	if err != nil {
		return nil, fmt.Errorf("ensembles: %w", err)
	}
	return Linear{Coefficients: m.Coefficients, Intercepts: m.Intercepts, PassThrough: l.PassThrough}, nil
}

// labels returns the number of classes and the class of each row.
func (p *Predictions) labels() (classes int, labels []int, err error) {
	s := p.scorer.spec
	if s.Signed {
		return 0, nil, fmt.Errorf("ensembles: LogisticRegression gives probabilities, and the members have the classes −1 and +1")
	}
	if s.Outputs > 1 {
		target, err := p.targets()
		if err != nil {
			return 0, nil, err
		}
		for i := range p.Rows() {
			labels = append(labels, largest(target[i*s.Outputs:(i+1)*s.Outputs]))
		}
		return s.Outputs, labels, nil
	}
	for i, t := range p.scorer.target {
		if t != 0 && t != 1 || s.Targets != 1 {
			return 0, nil, fmt.Errorf("ensembles: row %d has target %g, want class 0 or 1 for LogisticRegression", i, t)
		}
		labels = append(labels, int(t))
	}
	return 2, labels, nil
}

// sideBySide returns the members' predictions for a row one after the other, and
// the features behind them where asked for.
func sideBySide(x *mat.Dense, members []*mat.Dense, features bool) *mat.Dense {
	rows, outputs := members[0].Dims()
	width, extra := len(members)*outputs, 0
	if features {
		_, extra = x.Dims()
	}
	out := mat.NewDense(rows, width+extra, nil)
	for i := range rows {
		row := out.RawRowView(i)
		for k, m := range members {
			copy(row[k*outputs:], m.RawRowView(i))
		}
		if features {
			copy(row[width:], x.RawRowView(i))
		}
	}
	return out
}

func init() {
	RegisterLearner("LogisticRegression", LogisticRegression{})
	RegisterLearner("LinearRegression", LinearRegression{})
	RegisterLearner("NetworkLearner", NetworkLearner{})
}
