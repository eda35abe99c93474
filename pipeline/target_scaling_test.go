package pipeline_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// skewed is a table with y = exp(1.5·x) and noise.
func skewed(t testing.TB, rows int) *datasets.Table {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	b.WriteString("x,y\n")
	for range rows {
		x := r.NormFloat64()
		fmt.Fprintf(&b, "%g,%g\n", x, math.Exp(1.5*x+0.3*r.NormFloat64()))
	}
	table, err := datasets.ReadCSV(strings.NewReader(b.String()), datasets.CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func column(t testing.TB, table *datasets.Table, name string) []float64 {
	t.Helper()
	c, err := table.Column(name)
	if err != nil {
		t.Fatal(err)
	}
	return c.Numbers()
}

// TestSkewedTarget works out, from the scaler's own numbers, what a pipeline says in the
// target's unit: predictions, intervals, scores, and the loss of the baseline.
func TestSkewedTarget(t *testing.T) {
	table := skewed(t, 200)
	r := train(t, table, "y", pipeline.Options{Seed: 2, Epochs: 40, Hidden: []int{8}, TargetScaling: datasets.YeoJohnson{}, Ensemble: ensembles.Bagging{Members: 4, Seed: 2}})
	s := r.Pipeline.Target
	power, center, scale := s.Power[0], s.Center[0], s.Scale[0]
	transform := func(y float64) float64 { return ((math.Pow(1+y, power)-1)/power - center) / scale } // y > 0
	train, test := column(t, r.Train.Table, "y"), column(t, r.Test.Table, "y")
	mean := 0.0
	for _, y := range train {
		mean += y / float64(len(train))
	}
	loss := 0.0
	for _, y := range test {
		loss += math.Pow(transform(y)-transform(mean), 2) / float64(len(test))
	}
	if got, _ := r.Baseline.Get("loss"); math.Abs(got-loss) > 1e-9*loss {
		t.Errorf("the baseline's loss is %g, want %g", got, loss)
	}
	p, err := r.Pipeline.PredictIntervals(r.Test.Table, 0.9)
	if err != nil {
		t.Fatal(err)
	}
	square := 0.0
	for i, v := range p.Values {
		square += (v - test[i]) * (v - test[i]) / float64(len(test))
		if !(p.Lower[i] < v && v < p.Upper[i]) {
			t.Errorf("row %d: the interval from %g to %g does not hold %g", i, p.Lower[i], p.Upper[i], v)
		}
		if v < 0.1 || v > 30 || math.IsNaN(transform(v)) {
			continue // near the limits the interval is cut
		}
		if down, up := transform(v)-transform(p.Lower[i]), transform(p.Upper[i])-transform(v); p.Lower[i] > 0 && p.Upper[i] < s.Greatest[0] && math.Abs(down-up) > 1e-6*up {
			t.Errorf("row %d: the interval reaches %g down and %g up in scaled units", i, down, up)
		}
	}
	// Scores are in the target's unit, and all members of BySize are the ensemble: one
	// counts in float32.
	if rmse, _ := r.Test.Scores.Get("rmse"); math.Abs(rmse-math.Sqrt(square)) > 1e-6*rmse || math.Abs(r.BySize[3].Mean-rmse) > 1e-4*rmse {
		t.Errorf("rmse %g, of all members %g, want %g", rmse, r.BySize[3].Mean, math.Sqrt(square))
	}
}

// A saved pipeline with a bent target predicts the same bits; so does a training by its
// recipe.
func TestSkewedTargetInFiles(t *testing.T) {
	table := skewed(t, 120)
	o := pipeline.Options{Seed: 3, Epochs: 5, Hidden: []int{4}, TargetScaling: datasets.YeoJohnson{}}
	r := train(t, table, "y", o)
	want := predict(t, r.Pipeline, table).Values
	path := filepath.Join(t.TempDir(), "m.goodfit")
	if err := r.Pipeline.Save(path); err != nil {
		t.Fatal(err)
	}
	back, err := pipeline.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := predict(t, back, table).Values; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Error("the saved pipeline predicts other values")
	}
	recipe, err := o.TableRecipe(datasets.TaskRegression, 0, r.Train.Table.Rows())
	if err != nil {
		t.Fatal(err)
	}
	text, err := recipe.MarshalJSON()
	if err != nil || !bytes.Contains(text, []byte("YeoJohnson")) {
		t.Fatalf("the recipe is %s, %v", text, err)
	}
	var read pipeline.Recipe
	if err := read.UnmarshalJSON(text); err != nil {
		t.Fatal(err)
	}
	again, err := pipeline.PrepareRecipe(table, "y", read, 3)
	if err != nil {
		t.Fatal(err)
	}
	rows := mat.NewDense(1, 1, []float64{2.5})
	if a, b := again.Pipeline.Target.ApplyMatrix(rows).At(0, 0), r.Pipeline.Target.ApplyMatrix(rows).At(0, 0); a != b || again.Pipeline.Target.Power == nil {
		t.Errorf("the recipe scales 2.5 to %g, the options to %g", a, b)
	}
}

func TestTargetSkewness(t *testing.T) {
	training, err := pipeline.Prepare(skewed(t, 200), "y", pipeline.Options{})
	if err != nil {
		t.Fatal(err)
	}
	y := column(t, training.Train.Table, "y")
	var mean, m2, m3 float64
	for _, v := range y {
		mean += v / float64(len(y))
	}
	for _, v := range y {
		m2 += (v - mean) * (v - mean) / float64(len(y))
		m3 += (v - mean) * (v - mean) * (v - mean) / float64(len(y))
	}
	if got, want := training.TargetSkewness(), m3/math.Pow(m2, 1.5); !(want > 2) || math.Abs(got-want) > 1e-10*want {
		t.Errorf("the skewness is %g, want %g", got, want)
	}
	if training, err = pipeline.Prepare(shop(t, 100), "buys", pipeline.Options{}); err == nil && training.TargetSkewness() != 0 {
		t.Error("classes have a skewness")
	}
}
