package learning

import (
	"context"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

var decays = []float64{0.1, 0.01, 0.001, 0.0001}

// rateAfter is the rate of 0.01 after a number of updates under time decay.
func rateAfter(decay float64, updates int) float64 {
	return optim.TimeDecay{Decay: decay}.Rate(0.01, optim.Time{Update: updates})
}

func decayCurve(_ context.Context, env *studies.Env) error {
	lines := plots.Lines{Title: "Learning rate under time decay", X: "update", Y: "learning rate"}
	for _, d := range decays {
		line := plots.Line{Name: fmt.Sprint("decay ", d)}
		for i := range 200 {
			line.X, line.Y = append(line.X, float64(i)), append(line.Y, rateAfter(d, i))
		}
		lines.Lines = append(lines.Lines, line)
	}
	env.Record(
		studies.Exact("rate at update 0", rateAfter(0.1, 0)).Beside(0.01),
		studies.Exact("decay 0.1: rate at update 49", rateAfter(0.1, 49)).Beside(0.002).
			Because("The book says below 0.002 within 50 epochs; its axis counts updates, and 0.002 is reached at update 40."),
		studies.Exact("decay 0.1: rate at update 199", rateAfter(0.1, 199)).Beside(0.0004).
			Because("It rounds to 0.0005, a factor of 21 below 0.01, not two orders of magnitude."),
		studies.Exact("updates in 200 epochs of 500 rows by 32", 200*16).Beside(3200),
		studies.Exact("decay 0.1: rate after 3200 updates", rateAfter(0.1, 3200)).Beside(3.1e-5),
		studies.Exact("decay 0.0001: rate after 3200 updates", rateAfter(0.0001, 3200)).Beside(0.0075).
			Because("It is 0.00758, which the book cuts."))
	env.Claim("Decay of 0.1 brings the rate below 0.002 within 50 updates", rateAfter(0.1, 49) < 0.002, "%.5f at update 49", rateAfter(0.1, 49))
	env.Claim("Decay of 0.0001 takes less than 2 % of the rate in 200 updates", rateAfter(0.0001, 199) > 0.0098, "%.5f at update 199", rateAfter(0.0001, 199))
	return env.Figure("", "The learning rate over 200 updates for four values of decay.", lines)
}

func decaySweep(ctx context.Context, env *studies.Env) error {
	var changes []experiments.Change
	for _, d := range decays {
		changes = append(changes, experiments.Change{Name: fmt.Sprint("decay ", d), Apply: func(r *goodfit.Recipe) error {
			r.Config.Optimizer = optim.SGD{Rate: 0.01, Schedule: optim.TimeDecay{Decay: d}}
			return nil
		}})
	}
	s, err := sweepBlobs(ctx, env, "Accuracy by decay", changes)
	if err != nil {
		return err
	}
	env.Record(studies.Exact("rate of the last update under decay 0.0001", s.points[3].Runs[0].History.Last("rate")).Beside(0.0075).
		Because("It is 0.00758, which the book cuts."))
	env.Claim("Decay of 0.1 and 0.01 stops training too soon: each at least 0.05 below 0.001", max(s.final[0], s.final[1]) < s.final[2]-0.05,
		"training accuracy for decay of 0.1 to 0.0001: %s", studies.Listed("%.3f", s.final))
	env.Claim("Less decay is better: accuracy rises from 0.1 to 0.0001", s.final[0] < s.final[1] && s.final[1] < s.final[2] && s.final[2] < s.final[3],
		"%s", studies.Listed("%.3f", s.final))
	return nil
}

func plateauSweep(ctx context.Context, env *studies.Env) error {
	patience := []int{2, 5, 10, 15}
	var changes []experiments.Change
	for _, p := range patience {
		changes = append(changes, experiments.Change{Name: fmt.Sprint("patience ", p), Apply: func(r *goodfit.Recipe) error {
			r.Plan.Callbacks = []goodfit.Callback{callbacks.ReduceOnPlateau{Patience: p, MinDelta: opt.Float(1e-7)}}
			return nil
		}})
	}
	s, err := sweepBlobs(ctx, env, "Accuracy by patience", changes)
	if err != nil {
		return err
	}
	drops := s.by(rateDrops)
	why := "The book reads single figures; patience 10 and 15 drop the rate at epochs that differ from run to run."
	env.Record(
		studies.Measured("epochs until the rate is below 1e-5, patience 2", studies.Each(s.points[0].Runs, studies.FirstBelow("rate", 1e-5))).Beside(25).Because(why),
		studies.Measured("drops of the rate, patience 15", studies.Each(s.points[3].Runs, rateDrops)).Beside(1).Because(why),
		studies.Measured("train accuracy in the curve, patience 2", studies.Each(s.points[0].Runs, studies.LateMean("accuracy", 10))).Beside(0.65),
		studies.Measured("train accuracy in the curve, patience 5", studies.Each(s.points[1].Runs, studies.LateMean("accuracy", 10))).Beside(0.75).
			Because("The book says less than 0.75."))
	env.Claim("Too little patience ends early at a poor model: 2 and 5 stay below 0.75 training accuracy on average", max(s.final[0], s.final[1]) < 0.75,
		"patience 2, 5, 10, 15: %s", studies.Listed("%.3f", s.final))
	env.Claim("More patience gives better models: 10 and 15 above 0.77", min(s.final[2], s.final[3]) > 0.77, "%s", studies.Listed("%.3f", s.final))
	env.Claim("Patience 2 lowers the rate over ten times as often as patience 15", drops[0] > 10*drops[3], "drops: %s", studies.Listed("%.1f", drops))
	calm := s.by(studies.LateSpread("accuracy", 20))
	env.Claim("At the end patience 10 is calmer than patience 15", calm[2] < calm[3], "standard deviation of training accuracy over the last 20 epochs: %s", studies.Listed("%.4f", calm))
	for _, quantity := range []string{"rate", "loss"} {
		grid := plots.Grid{Columns: 2, ShareX: true, ShareY: true}
		for _, p := range s.points {
			values, _ := p.Runs[0].History.Get(quantity)
			grid.Figures = append(grid.Figures, plots.Lines{Title: p.Name, X: "epoch", Y: names[quantity], LogY: quantity == "rate", Lines: []plots.Line{{Y: values}}})
		}
		if err := env.Figure(quantity, "The "+names[quantity]+" over the epochs by patience, one run each.", grid); err != nil {
			return err
		}
	}
	return nil
}

var names = map[string]string{"rate": "learning rate", "loss": "training loss"}

// rateDrops counts the epochs at which the rate was lowered.
func rateDrops(h *history) float64 {
	rate, _ := h.Get("rate")
	n := 0.0
	for i := 1; i < len(rate); i++ {
		if rate[i] < rate[i-1] {
			n++
		}
	}
	return n
}

func optimizerSweep(ctx context.Context, env *studies.Env) error {
	var changes []experiments.Change
	for _, o := range []struct {
		name string
		rule optim.Optimizer
	}{
		{"SGD", optim.SGD{Rate: 0.01}},
		{"RMSprop", optim.RMSprop{Rate: 0.001}},
		{"Adagrad", optim.Adagrad{Rate: 0.01, Accumulator: opt.Zero}},
		{"Adam", optim.Adam{Rate: 0.001}},
		{"Adagrad, rate 0.001", optim.Adagrad{}},
	} {
		changes = append(changes, experiments.Change{Name: o.name, Apply: func(r *goodfit.Recipe) error {
			r.Config.Optimizer = o.rule
			return nil
		}})
	}
	s, err := sweepBlobs(ctx, env, "Accuracy by optimizer", changes)
	if err != nil {
		return err
	}
	at50, spread := s.by(studies.At("val_accuracy", 50)), s.by(studies.LateSpread("val_accuracy", 100))
	env.Claim("RMSprop, Adagrad and Adam are ahead of plain gradient descent by 0.03 test accuracy at epoch 50", min(at50[1], at50[2], at50[3]) > at50[0]+0.03,
		"SGD, RMSprop, Adagrad, Adam: %s", studies.Listed("%.3f", at50[:4]))
	env.Claim("The three adaptive ones swing less than half as much over the last 100 epochs", 2*max(spread[1], spread[2], spread[3]) < spread[0],
		"standard deviation of test accuracy: %s", studies.Listed("%.4f", spread[:4]))
	env.Claim("With today's default rate of 0.001 Adagrad is behind plain gradient descent at epoch 50", at50[4] < at50[0],
		"test accuracy %.3f against %.3f", at50[4], at50[0])
	return nil
}
