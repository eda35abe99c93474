package ensembles

import (
	"context"
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/nn"
)

// Integrated trains members, and a network that combines them in one graph with
// them, in which the members are frozen: integrated stacking. The ensemble has one
// member, that graph, a model as any other.
//
// The network learns from recipe.Plan.Validation, or from a share of the rows that
// is held out. The members' outputs for these rows are computed once and not at
// each step.
type Integrated struct {
	// Base trains the members; default Average{Members, Seed}.
	Base    Method
	Members int            // of the default Base; default 5
	Head    NetworkLearner // the network; its PassThrough is not for graphs
	// Share of the training rows that is held out where the recipe has no
	// validation data; default 0.2.
	Share float64
	Seed  uint64 // draws the members' seeds and the rows held out
}

// Fit implements [Method].
func (g Integrated) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	base, err := baseOr("Integrated", g.Base, g.Members, g.Seed)
	if err != nil {
		return nil, err
	}
	recipe, rest, held, err := holdout(recipe, train, g.Share, g.Seed)
	if err != nil {
		return nil, err
	}
	e, err := base.Fit(ctx, recipe, rest)
	if err != nil {
		return e, err
	}
	m, h, err := e.Integrate(ctx, g.Head, held)
	if err != nil {
		return e, err
	}
	return &Ensemble{Members: []*goodfit.Model{m}, Combiner: Mean{}, Histories: []*curves.History{h}}, nil
}

// Integrate returns one model in which the members, frozen and named "member_1",
// "member_2" …, stand side by side before a network named "head", which is trained
// on data; and the history of that training. The model is compiled, as the members
// are. The ensemble's own combiner does not count.
func (e *Ensemble) Integrate(ctx context.Context, head NetworkLearner, data datasets.Source) (*goodfit.Model, *curves.History, error) {
	if head.PassThrough {
		return nil, nil, errors.New("ensembles: a graph's head takes the members' outputs alone; leave out PassThrough")
	}
	p, err := e.Predictions(data)
	if err != nil {
		return nil, nil, err
	}
	trained, history, err := head.train(ctx, p)
	if err != nil {
		return nil, history, err
	}
	m, err := e.graph(trained)
	if err != nil {
		return nil, history, fmt.Errorf("ensembles: %w", err)
	}
	return m, history, nil
}

// graph joins the members and a trained head.
func (e *Ensemble) graph(head *goodfit.Model) (*goodfit.Model, error) {
	first := e.Members[0]
	input, err := first.Layer(first.InputNames()[0])
	if err != nil {
		return nil, err
	}
	var g goodfit.Graph
	in := g.Input("input", input.Output...)
	var outputs []goodfit.Node
	for i, m := range e.Members {
		outputs = append(outputs, g.Add(nn.As(fmt.Sprintf("member_%d", i+1), goodfit.Frozen(m)), in))
	}
	at := outputs[0]
	if len(outputs) > 1 {
		at = g.Add(nn.As("members", nn.Concat{}), outputs...)
	}
	m := g.Model(g.Add(nn.As("head", goodfit.Nested(head)), at))
	c := head.Config()
	return m, m.Compile(c)
}

func init() { Register("Integrated", Integrated{}) }
