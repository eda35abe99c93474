package generalization

import (
	"context"
	"math"
	"os"
	"path/filepath"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// earlyStoppings are the studies of chapter 18.
func earlyStoppings() []studies.Study {
	cases := []studies.Study{
		{
			Name:     "ch18-moons-scatter",
			Title:    "Two moons, and 70 rows to stop by",
			Question: "How far can 70 rows be trusted to say how good a network is?",
			Run:      trustOfRows,
		},
		{
			Name:     "ch18-moons-overfit-mlp",
			Title:    "When to stop, looked up afterwards",
			Question: "At which epoch should the training have been stopped, and is the way there smooth?",
			Run:      whenToStop,
		},
		{
			Name:     "ch18-moons-es-simple",
			Title:    "Early stopping at the first epoch that is no better",
			Question: "Does it stop at a good epoch?",
			Run:      stopSimply,
		},
		{
			Name:     "ch18-moons-es-patience",
			Title:    "Early stopping with patience",
			Question: "Does a patience of 200 epochs stop at a good epoch?",
			Run:      stopPatiently,
		},
		{
			Name:     "ch18-moons-es-checkpoint",
			Title:    "Early stopping with a checkpoint",
			Question: "Is the model with the best validation accuracy, kept in a file, better than the last one?",
			Run:      stopWithCheckpoint,
		},
	}
	return chapter(18, append(cases, earlyStoppingExtensions()...))
}

func trustOfRows(ctx context.Context, env *studies.Env) error {
	fresh := datasets.Moons{Samples: 7000, Noise: 0.2, Seed: 2}.Make()
	train, _ := moons()
	r := binary(hidden(), output())
	r.Plan.Epochs = 800
	m, _, err := r.Fit(ctx, train, nil, env.Seed(""))
	if err != nil {
		return err
	}
	var parts []float64
	for lo := 0; lo < fresh.Rows(); lo += 70 {
		_, rest := fresh.Split(lo)
		part, _ := rest.Split(70)
		scores, err := m.Evaluate(part)
		if err != nil {
			return err
		}
		accuracy, _ := scores.Get(metrics.Accuracy{})
		parts = append(parts, accuracy)
	}
	env.Record(studies.Measured("accuracy of one network on parts of 70 fresh rows", parts))
	p := studies.Mean(parts)
	env.Claim("One network scores from part to part as chance has it, with a standard deviation of √(p(1−p)/70), more than one row: differences of one or two rows say nothing",
		math.Abs(studies.SD(parts)/math.Sqrt(p*(1-p)/70)-1) < 0.25 && studies.SD(parts) > 1.0/70, "%.3f ± %.3f, by the formula %.3f", p, studies.SD(parts), math.Sqrt(p*(1-p)/70))
	return env.Figure("", "All rows, a colour for each class.", plots.Scatter{X: "feature 0", Y: "feature 1", Points: studies.Points(allMoons())})
}

// bumps counts the epochs before the least validation loss at which it rises.
func bumps(h *history) float64 {
	losses, _ := h.Get("val_loss")
	least, _ := h.Best("val_loss")
	n := 0.0
	for i := 1; i <= least; i++ {
		if losses[i] >= losses[i-1] {
			n++
		}
	}
	return n
}

func whenToStop(ctx context.Context, env *studies.Env) error {
	runs, err := single(moons, 1, 0.914, hidden(), output()).Measure(ctx, env)
	if err != nil {
		return err
	}
	epoch, least, final := turningPoints(runs)
	env.Record(studies.Measured("epoch of the least test loss", epoch).Beside(800), studies.Measured("epochs before it at which the test loss rises", studies.Each(runs, bumps)),
		studies.Measured("best test accuracy on the way", studies.Each(runs, bestAccuracy)))
	env.Claim("The epoch to stop at lies between 650 and 1,050 in every run", studies.Share(epoch, 650) == 1 && studies.Share(studies.Negated(epoch), -1050) == 1,
		"%.0f ± %.0f, as the book reads off its plot", studies.Mean(epoch), studies.SD(epoch))
	env.Claim("The way there has bumps that a trigger must survive: in at least 90 % of runs the test loss rises in ten epochs or more before its least",
		studies.Share(studies.Each(runs, bumps), 10) >= 0.9, "in %.0f ± %.0f epochs", studies.Mean(studies.Each(runs, bumps)), studies.SD(studies.Each(runs, bumps)))
	env.Claim("What training goes on for afterwards costs the test loss more than double", studies.Mean(final) > 2*studies.Mean(least), "%.3f to %.3f", studies.Mean(least), studies.Mean(final))
	return nil
}

// stopping is the book's case of the moons, with early stopping on the test rows.
func stopping(bookTrain, bookTest float64, stop callbacks.EarlyStopping, others ...goodfit.Callback) studies.Single {
	c := single(moons, bookTrain, bookTest, hidden(), output())
	c.Recipe.Plan.Callbacks = append([]goodfit.Callback{stop}, others...)
	return c
}

// lengths are the numbers of epochs of the runs.
func lengths(runs experiments.Runs) []float64 {
	return studies.Each(runs, func(h *history) float64 { return float64(h.Epochs()) })
}

// among is the share of values from lo to hi.
func among(values []float64, lo, hi float64) float64 {
	n := 0
	for _, v := range values {
		if v >= lo && v <= hi {
			n++
		}
	}
	return float64(n) / float64(len(values))
}

func stopSimply(ctx context.Context, env *studies.Env) error {
	runs, err := stopping(0.967, 0.814, callbacks.EarlyStopping{}).Measure(ctx, env)
	if err != nil {
		return err
	}
	stops, test := lengths(runs), runs.TestScore(metrics.Accuracy{})
	s := experiments.Summarize(stops)
	env.Record(studies.Measured("epoch of the stop", stops).Beside(219), studies.Exact("least epoch of the stop", s.Min), studies.Exact("median epoch of the stop", s.Median),
		studies.Exact("greatest epoch of the stop", s.Max))
	env.Claim("At least 80 % of runs stop between epochs 205 and 250, as the book's run at 219", among(stops, 205, 250) >= 0.8, "%.0f %%, median %.0f, from %.0f to %.0f",
		100*among(stops, 205, 250), s.Median, s.Min, s.Max)
	env.Claim("That is far too early: in at least 80 % of runs test accuracy is below 0.83, against 0.914 without early stopping", among(test, 0, 0.83) >= 0.8,
		"%.0f %%, mean %.3f", 100*among(test, 0, 0.83), studies.Mean(test))
	return nil
}

func stopPatiently(ctx context.Context, env *studies.Env) error {
	c := stopping(1, 0.943, callbacks.EarlyStopping{Patience: 200})
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	stops, test := lengths(runs), runs.TestScore(metrics.Accuracy{})
	s := experiments.Summarize(stops)
	env.Record(studies.Measured("epoch of the stop", stops).Beside(986), studies.Exact("least epoch of the stop", s.Min), studies.Exact("greatest epoch of the stop", s.Max))
	env.Claim("Every run stops between epochs 850 and 1,250, as the book's at 986", among(stops, 850, 1250) == 1, "%.0f ± %.0f, from %.0f to %.0f",
		s.Mean, s.SD, s.Min, s.Max)
	env.Claim("The model at the stop is better than that of 4,000 epochs, 0.943 against 0.914, in at least 90 % of runs", studies.Share(test, 0.942) >= 0.9,
		"%.0f %%, mean %.3f", 100*studies.Share(test, 0.942), studies.Mean(test))
	rise := studies.Each(runs, func(h *history) float64 {
		_, least := h.Best("val_loss")
		return h.Last("val_loss")/least - 1
	})
	env.Claim("It is not the best one: in every run the test loss has risen since its least, 200 epochs before", studies.Share(rise, 1e-9) == 1, "by %.1f %% on average", 100*studies.Mean(rise))
	return nil
}

// checkpointed is what a run with a checkpoint came to: the epochs of the stop and of
// the last save, the best validation accuracy, and the accuracies of the saved model.
type checkpointed struct {
	stop, saved, best, train, test, last float64
}

func stopWithCheckpoint(ctx context.Context, env *studies.Env) error {
	folder, err := os.MkdirTemp("", "goodfit-study-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	train, test := moons()
	seeds := env.Repeats("", 30)
	found := make([]checkpointed, seeds.Seeds)
	err = seeds.Each(ctx, func(ctx context.Context, i int, seed uint64) (err error) {
		path := filepath.Join(folder, "best"+string(rune('a'+i%26))+string(rune('a'+i/26)))
		found[i], err = checkpoint(ctx, train, test, path, seed)
		return err
	})
	if err != nil {
		return err
	}
	list := func(what func(checkpointed) float64) (values []float64) {
		for _, c := range found {
			values = append(values, what(c))
		}
		return values
	}
	stops, saved := list(func(c checkpointed) float64 { return c.stop }), list(func(c checkpointed) float64 { return c.saved })
	best, kept := list(func(c checkpointed) float64 { return c.best }), list(func(c checkpointed) float64 { return c.test })
	last := list(func(c checkpointed) float64 { return c.last })
	env.Record(studies.Measured("epoch of the stop", stops).Beside(1044), studies.Measured("epoch of the last save", saved).Beside(879),
		studies.Measured("best validation accuracy", best).Beside(0.94286),
		studies.Measured("train accuracy of the saved model", list(func(c checkpointed) float64 { return c.train })).Beside(1),
		studies.Measured("test accuracy of the saved model", kept).Beside(0.943), studies.Measured("test accuracy of the last model", last))
	same := 0
	for k := range kept {
		if math.Abs(kept[k]-best[k]) < 1e-9 {
			same++
		}
	}
	env.Claim("The file holds the model of the best epoch: loaded, it scores what was recorded at that epoch, in every run", same == len(kept), "%d of %d", same, len(kept))
	apart := differences(stops, saved)
	env.Claim("The two callbacks watch different measures: the stop is not 200 epochs after the last save in at least 90 % of runs", among(apart, 200, 200) <= 0.1,
		"%.0f ± %.0f epochs after it", studies.Mean(apart), studies.SD(apart))
	env.Claim("The checkpoint gains nothing over the last model by accuracy on the rows that chose it, less than one row", studies.Mean(differences(kept, last)) < 1.0/70,
		"%.3f against %.3f", studies.Mean(kept), studies.Mean(last))
	return nil
}

// checkpoint trains with early stopping on loss and a checkpoint by accuracy, and
// loads what was saved.
func checkpoint(ctx context.Context, train, test *datasets.Dataset, path string, seed uint64) (c checkpointed, err error) {
	r := stopping(0, 0, callbacks.EarlyStopping{Patience: 200}, callbacks.Checkpoint{Path: path, BestOnly: true, Monitor: "val_accuracy"}).Recipe
	m, h, err := r.Fit(ctx, train, test, seed)
	if err != nil {
		return c, err
	}
	saved, err := goodfit.Load(path)
	if err != nil {
		return c, err
	}
	for _, s := range []struct {
		model *goodfit.Model
		data  *datasets.Dataset
		into  *float64
	}{{saved, train, &c.train}, {saved, test, &c.test}, {m, test, &c.last}} {
		scores, err := s.model.Evaluate(s.data)
		if err != nil {
			return c, err
		}
		*s.into, _ = scores.Get(metrics.Accuracy{})
	}
	epoch, best := h.Best("val_accuracy")
	c.stop, c.saved, c.best = float64(h.Epochs()), float64(epoch+1), best
	return c, nil
}
