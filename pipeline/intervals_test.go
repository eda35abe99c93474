package pipeline_test

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// spenders trains an ensemble for numbers on the first rows of a table.
func spenders(t *testing.T, rows int) *pipeline.Result {
	t.Helper()
	return train(t, shop(t, rows), "spent", pipeline.Options{Seed: 2, Epochs: 30, Hidden: []int{8}, Ensemble: ensembles.Bagging{Members: 4, Seed: 2}})
}

// memberSpread returns what each row's members predict on average, and their standard
// deviation, from each member in a pipeline of its own.
func memberSpread(t *testing.T, p *pipeline.Pipeline, table *datasets.Table) (mean, sd []float64) {
	t.Helper()
	members := p.Model.(*ensembles.Ensemble).Members
	mean, sd = make([]float64, table.Rows()), make([]float64, table.Rows())
	var all [][]float64
	for _, m := range members {
		alone := *p
		alone.Model = m
		all = append(all, predict(t, &alone, table).Values)
	}
	for i := range mean {
		for _, v := range all {
			mean[i] += v[i] / float64(len(all))
		}
		for _, v := range all {
			sd[i] += (v[i] - mean[i]) * (v[i] - mean[i]) / float64(len(all)-1)
		}
		sd[i] = math.Sqrt(sd[i])
	}
	return mean, sd
}

// TestIntervalsByTheirFormula works the intervals out from the members' predictions
// and the validation rows, in the target's unit: only rounding differs.
func TestIntervalsByTheirFormula(t *testing.T) {
	r := spenders(t, 160)
	mean, sd := memberSpread(t, r.Pipeline, r.Validation.Table)
	column, err := r.Validation.Table.Column("spent")
	if err != nil {
		t.Fatal(err)
	}
	floor := 0.0
	for _, s := range sd {
		floor += s / float64(len(sd)) / 100
	}
	var errs []float64
	for i, y := range column.Numbers() {
		errs = append(errs, math.Abs(y-mean[i])/(sd[i]+floor))
	}
	slices.Sort(errs)
	table := shop(t, 200)
	mean, sd = memberSpread(t, r.Pipeline, table)
	for _, level := range []float64{0.5, 0.8, 0.95} {
		factor := errs[int(math.Ceil(float64(len(errs)+1)*level))-1]
		p, err := r.Pipeline.PredictIntervals(table, level)
		if err != nil {
			t.Fatal(err)
		}
		for i := range mean {
			half := factor * (sd[i] + floor)
			for _, pair := range [][2]float64{{p.Values[i], mean[i]}, {p.Lower[i], mean[i] - half}, {p.Upper[i], mean[i] + half}} {
				if math.Abs(pair[0]-pair[1]) > 1e-9*math.Max(1, math.Abs(pair[1])) {
					t.Fatalf("level %g, row %d: %g, want %g", level, i, pair[0], pair[1])
				}
			}
		}
		if plain := predict(t, r.Pipeline, table); !slices.Equal(plain.Values, p.Values) {
			t.Error("with intervals other numbers are predicted")
		}
	}
}

// TestIntervalsHoldTheirShare predicts rows that the training has not seen. 160 rows
// calibrate: the share within varies by √(0.8·0.2/160) = 0.03, and the margin is three
// times that.
func TestIntervalsHoldTheirShare(t *testing.T) {
	whole := shop(t, 1600)
	rows := make([]int, 800)
	for i := range rows {
		rows[i] = i
	}
	r := train(t, whole.Take(rows), "spent", pipeline.Options{Seed: 2, Epochs: 30, Hidden: []int{8}, Ensemble: ensembles.Bagging{Members: 4, Seed: 2}})
	for i := range rows {
		rows[i] += 800
	}
	fresh := whole.Take(rows)
	p, err := r.Pipeline.PredictIntervals(fresh, 0.8)
	if err != nil {
		t.Fatal(err)
	}
	column, err := fresh.Column("spent")
	if err != nil {
		t.Fatal(err)
	}
	within := 0.0
	for i, y := range column.Numbers() {
		if p.Lower[i] <= y && y <= p.Upper[i] {
			within += 1.0 / 800
		}
	}
	if math.Abs(within-0.8) > 0.09 {
		t.Errorf("intervals for 0.8 hold %.3f of new rows", within)
	}
	p, err = r.Pipeline.PredictIntervals(r.Test.Table, 0.9)
	if err != nil {
		t.Fatal(err)
	}
	if column, err = r.Test.Table.Column("spent"); err != nil {
		t.Fatal(err)
	}
	n, coverage, length := float64(p.Rows()), 0.0, 0.0
	for i, y := range column.Numbers() {
		length += (p.Upper[i] - p.Lower[i]) / n
		if p.Lower[i] <= y && y <= p.Upper[i] {
			coverage += 1 / n
		}
	}
	if v := r.Intervals; v == nil || v.Level != 0.9 || math.Abs(v.Coverage-coverage) > 1e-9 || math.Abs(v.MeanLength-length) > 1e-9*length {
		t.Errorf("on the test rows: %+v, want coverage %g and length %g", v, coverage, length)
	}
}

func TestSavedIntervalsAreTheSameBits(t *testing.T) {
	r := spenders(t, 160)
	path := filepath.Join(t.TempDir(), "m.goodfit")
	if err := r.Pipeline.Save(path); err != nil {
		t.Fatal(err)
	}
	loaded, err := pipeline.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := r.Pipeline.PredictIntervals(r.Test.Table, 0.9)
	if err != nil {
		t.Fatal(err)
	}
	got, err := loaded.PredictIntervals(r.Test.Table, 0.9)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Lower, want.Lower) || !slices.Equal(got.Upper, want.Upper) || !slices.Equal(got.Values, want.Values) {
		t.Error("a loaded ensemble has other intervals")
	}
	table, err := got.Table(nil)
	if err != nil {
		t.Fatal(err)
	}
	if names := fmt.Sprint(table.Columns()[0].Name(), table.Columns()[1].Name(), table.Columns()[2].Name()); names != "predictionlowerupper" {
		t.Errorf("columns %s", names)
	}
}

func TestIntervalsAreRefused(t *testing.T) {
	table := shop(t, 80)
	r := spenders(t, 80) // 16 rows to validate
	numbers := r.Pipeline
	single := train(t, table, "spent", pipeline.Options{Epochs: 1}).Pipeline
	classes := train(t, table, "size", pipeline.Options{Epochs: 1, Ensemble: ensembles.Average{Members: 2}}).Pipeline
	one := train(t, table, "spent", pipeline.Options{Epochs: 1, Ensemble: ensembles.Average{Members: 1}})
	if one.Intervals != nil || one.Diversity != nil || one.Gains() != nil {
		t.Error("an ensemble of one has intervals, diversity or gains")
	}
	for _, c := range []struct {
		p     *pipeline.Pipeline
		level float64
		want  string
	}{
		{numbers, 0, "the level of the intervals is 0, want a share above 0 and below 1"},
		{numbers, math.NaN(), "the level of the intervals is NaN"},
		{numbers, 0.99, "the model knows the errors of 16 rows, too few for intervals of level 0.99, which need 99"},
		{single, 0.5, "intervals need the members of an ensemble"},
		{one.Pipeline, 0.5, "intervals need the members of an ensemble"},
		{classes, 0.5, "intervals are for numbers, and the model predicts classes"},
	} {
		if _, err := c.p.PredictIntervals(table, c.level); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("level %g: error %v, want %s", c.level, err, c.want)
		}
	}
}

// TestLoadRefusesABadCalibration saves calibrations that no training makes.
func TestLoadRefusesABadCalibration(t *testing.T) {
	p := *spenders(t, 80).Pipeline
	good := *p.Calibration
	path := filepath.Join(t.TempDir(), "m.goodfit")
	for _, c := range []pipeline.Calibration{
		{Floor: good.Floor}, {Errors: good.Errors}, {Errors: good.Errors, Floor: -1},
		{Errors: []float64{2, 1}, Floor: 1}, {Errors: []float64{-1, 1}, Floor: 1},
	} {
		p.Calibration = &c
		if err := p.Save(path); err != nil {
			t.Fatal(err)
		}
		if _, err := pipeline.Load(path); err == nil || !strings.Contains(err.Error(), "calibration.json: the calibration of the intervals has") {
			t.Errorf("%+v: error %v", c, err)
		}
	}
}
