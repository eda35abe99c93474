package prediction

import (
	"context"
	"fmt"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// stackingExtensions are the experiments that chapter 25 proposes.
func stackingExtensions() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch25-extension-meta-learners",
			Title:    "Other meta-learners",
			Chapter:  25,
			Question: "Which meta-learner gains most on rows that it did not learn from?",
			Cases:    []string{"ch25-extension-meta-learners"},
			Run:      metaLearners,
		},
		{
			Name:     "ch25-extension-one-member",
			Title:    "Stacking on one network",
			Chapter:  25,
			Question: "Can a meta-learner correct a single network?",
			Cases:    []string{"ch25-extension-one-member"},
			Run:      stackOfOne,
		},
		{
			Name:     "ch25-extension-members",
			Title:    "Test accuracy against the number of submodels",
			Chapter:  25,
			Question: "How many networks should be stacked?",
			Cases:    []string{"ch25-extension-members"},
			Run:      stacksBySize,
		},
		{
			Name:     "ch25-extension-out-of-fold",
			Title:    "Predictions out of fold",
			Chapter:  25,
			Question: "What is stacking worth when 100 rows are all there are?",
			Cases:    []string{"ch25-extension-out-of-fold"},
			Run:      stackedOutOfFold,
		},
		{
			Name:     "ch25-extension-raw-input",
			Title:    "The inputs beside the probabilities",
			Chapter:  25,
			Question: "Does a meta-learner gain from seeing the inputs too?",
			Cases:    []string{"ch25-extension-raw-input"},
			Run:      rawInput,
		},
	}
}

// level is a second level with its name.
type level struct {
	name  string
	learn secondLevel
}

// gains trains so many members, lets each level learn from one half of the test
// rows and scores it on the other: its gain over the members' average, by level and
// repeat.
func gains(ctx context.Context, env *studies.Env, full, members int, levels ...level) ([][]float64, error) {
	recipe, train, test := scarce()
	here, elsewhere := halves(test)
	gain := make([][]float64, len(levels))
	for k := range levels {
		gain[k] = make([]float64, env.Count(full))
	}
	err := env.Repeats("", full).Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		e, err := ensembles.Average{Members: members, Seed: seed}.Fit(ctx, recipe, train)
		if err != nil {
			return err
		}
		average, err := ofEnsemble(e)(elsewhere)
		if err != nil {
			return err
		}
		for k, l := range levels {
			of, err := l.learn(ctx, e, here, seed)
			if err != nil {
				return fmt.Errorf("%s: %w", l.name, err)
			}
			accuracy, err := of(elsewhere)
			if err != nil {
				return err
			}
			gain[k][i] = accuracy - average
		}
		return nil
	})
	return gain, err
}

// recordGains records and draws what levels gain on rows that they did not learn
// from.
func recordGains(env *studies.Env, levels []level, gain [][]float64) error {
	box := plots.Box{Y: "gain in accuracy"}
	for k, l := range levels {
		env.Record(studies.Measured("gain over the average on other rows, "+l.name, gain[k]))
		box.Samples = append(box.Samples, plots.Sample{Name: l.name, Values: gain[k]})
	}
	return env.Figure("", "Gain over the average of the members on rows that were not learnt from.", box)
}

// network learns for 100 epochs with 10 hidden units.
func network(passThrough bool) secondLevel {
	return func(ctx context.Context, e *ensembles.Ensemble, rows *datasets.Dataset, seed uint64) (accuracyOn, error) {
		return by(ensembles.NetworkLearner{Seed: seed, PassThrough: passThrough})(ctx, e, rows, seed)
	}
}

func leastSquares(ctx context.Context, e *ensembles.Ensemble, rows *datasets.Dataset, _ uint64) (accuracyOn, error) {
	weighed, err := e.Weigh(ctx, ensembles.LeastSquares{}, nil, rows)
	return ofEnsemble(weighed), err
}

func metaLearners(ctx context.Context, env *studies.Env) error {
	levels := []level{
		{"logistic", by(ensembles.LogisticRegression{})},
		{"logistic, C = 0.01", by(ensembles.LogisticRegression{C: 0.01})},
		{"linear", by(ensembles.LinearRegression{})},
		{"network", network(false)},
		{"weights", leastSquares},
	}
	gain, err := gains(ctx, env, 30, 5, levels...)
	if err != nil {
		return err
	}
	m := means(gain)
	evidence := "logistic, with C = 0.01, linear, network, weights: " + studies.Listed("%+.4f", m)
	env.Claim("Linear regression gains nearly as much as logistic: to 0.01", m[0]-m[2] < 0.01 && m[2]-m[0] < 0.01, "%s", evidence)
	env.Claim("A network gains no more than logistic regression, to 0.005", m[3] < m[0]+0.005, "%s", evidence)
	env.Claim("One weight for each member, which cannot treat classes differently, gains less than half of logistic regression", m[4] < m[0]/2, "%s", evidence)
	return recordGains(env, levels, gain)
}

func stackOfOne(ctx context.Context, env *studies.Env) error {
	levels := []level{{"logistic", by(ensembles.LogisticRegression{})}, {"network", network(false)}}
	one, err := gains(ctx, env, 30, 1, levels...)
	if err != nil {
		return err
	}
	five, err := gains(ctx, env, 30, 5, levels[:1]...)
	if err != nil {
		return err
	}
	env.Record(studies.Measured("gain of five stacked by logistic regression over their average", five[0]))
	env.Claim("A logistic regression of one network's three probabilities corrects it: accuracy rises on other rows, by more than 0.005", studies.Mean(one[0]) > 0.005, "%+.4f ± %.4f", studies.Mean(one[0]), studies.SD(one[0]))
	env.Claim("That is more than half of what it gains from five networks", studies.Mean(one[0]) > studies.Mean(five[0])/2, "%+.4f against %+.4f", studies.Mean(one[0]), studies.Mean(five[0]))
	return recordGains(env, levels, one)
}

func stacksBySize(ctx context.Context, env *studies.Env) error {
	const most = 10
	recipe, train, test := scarce()
	here, elsewhere := halves(test)
	n := env.Count(30)
	averaged, stacked := make([][]float64, n), make([][]float64, n)
	err := env.Repeats("", 30).Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		e, err := ensembles.Average{Members: most, Seed: seed}.Fit(ctx, recipe, train)
		if err != nil {
			return err
		}
		if averaged[i], err = nested(e, elsewhere); err != nil {
			return err
		}
		for k := range most {
			of, err := by(ensembles.LogisticRegression{})(ctx, ensembles.New(nil, e.Members[:k+1]...), here, seed)
			if err != nil {
				return err
			}
			accuracy, err := of(elsewhere)
			if err != nil {
				return err
			}
			stacked[i] = append(stacked[i], accuracy)
		}
		return nil
	})
	if err != nil {
		return err
	}
	s := sweep{averaged, stacked}
	for _, k := range []int{1, 2, 5, 10} {
		env.Record(studies.Measured(fmt.Sprintf("test accuracy of %d stacked", k), s.size(k)), studies.Measured(fmt.Sprintf("test accuracy of %d averaged", k), s.position(k)))
	}
	two, more := minus(s.size(2), s.size(1)), minus(s.size(10), s.size(5))
	env.Claim("From 5 to 10 members the stack gains less than 0.003", studies.Mean(more) < 0.003, "%+.4f, and %+.4f from 1 to 2", studies.Mean(more), studies.Mean(two))
	ahead := minus(s.size(1), s.position(10))
	env.Claim("One network stacked is ahead of ten averaged", studies.Mean(ahead) > 0, "by %+.4f ± %.4f", studies.Mean(ahead), studies.SD(ahead))
	lines := s.lines("average", "stack")
	lines[0].DotsOnly = false
	return env.Figure("", "The first 1 to 10 networks by logistic regression learnt on half of the test rows, with its spread, and their average; the other half scores.",
		plots.Lines{X: "members", Y: "test accuracy", Lines: lines})
}

// onTrainingRows stacks five members by the rows that they were trained with: what
// separate rows are to prevent.
func onTrainingRows(ctx context.Context, seed uint64) (*ensembles.Ensemble, error) {
	recipe, train, _ := scarce()
	e, err := ensembles.Average{Members: 5, Seed: seed}.Fit(ctx, recipe, train)
	if err != nil {
		return nil, err
	}
	return e.Stack(ctx, ensembles.LogisticRegression{}, train)
}

func stackedOutOfFold(ctx context.Context, env *studies.Env) error {
	recipe, train, test := scarce()
	ways := []struct {
		name string
		fit  func(ctx context.Context, seed uint64) (*ensembles.Ensemble, error)
	}{
		{"average", func(ctx context.Context, seed uint64) (*ensembles.Ensemble, error) {
			return ensembles.Average{Members: 5, Seed: seed}.Fit(ctx, recipe, train)
		}},
		{"same rows", onTrainingRows},
		{"rows held out", func(ctx context.Context, seed uint64) (*ensembles.Ensemble, error) {
			return ensembles.Stacking{Members: 5, Blend: true, Share: 0.3, Seed: seed}.Fit(ctx, recipe, train)
		}},
		{"out of fold", func(ctx context.Context, seed uint64) (*ensembles.Ensemble, error) {
			return ensembles.Stacking{Members: 5, Folds: 5, Seed: seed}.Fit(ctx, recipe, train)
		}},
	}
	scores, box := make([][]float64, len(ways)), plots.Box{Y: "test accuracy"}
	for k, w := range ways {
		values, err := env.Repeats("", 20).Values(ctx, func(ctx context.Context, seed uint64) (float64, error) {
			e, err := w.fit(ctx, seed)
			if err != nil {
				return 0, err
			}
			return ofEnsemble(e)(test)
		})
		if err != nil {
			return err
		}
		scores[k] = values
		box.Samples = append(box.Samples, plots.Sample{Name: w.name, Values: values})
		env.Record(studies.Measured("test accuracy of five by 100 rows, "+w.name, values))
	}
	m := means(scores)
	evidence := "average, same rows, held out, out of fold: " + studies.Listed("%.4f", m)
	env.Claim("Out of fold gives the better meta-learner than 30 rows held out", m[3] > m[2], "%s", evidence)
	env.Claim("Without rows of its own stacking gains no more than 0.01 over the average", m[3] < m[0]+0.01, "%s", evidence)
	return env.Figure("", "Test accuracy of five networks, averaged or stacked by logistic regression. All ways have the same 100 rows.", box)
}

func rawInput(ctx context.Context, env *studies.Env) error {
	levels := []level{
		{"logistic", by(ensembles.LogisticRegression{})},
		{"with inputs", by(ensembles.LogisticRegression{PassThrough: true})},
		{"network", network(false)},
		{"network, inputs", network(true)},
	}
	gain, err := gains(ctx, env, 30, 5, levels...)
	if err != nil {
		return err
	}
	logistic, net := minus(gain[1], gain[0]), minus(gain[3], gain[2])
	env.Claim("Logistic regression gains from the two inputs", studies.Mean(logistic) > 0, "%+.4f ± %.4f", studies.Mean(logistic), studies.SD(logistic))
	env.Claim("A network does not, to 0.004", studies.Mean(net) < 0.004, "%+.4f ± %.4f", studies.Mean(net), studies.SD(net))
	return recordGains(env, levels, gain)
}
