package report_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/report"
)

// evil is a name as a stranger's CSV may have it.
const evil = `</script><script>alert(1)</script><img src=x onerror="alert(2)">'"&`

func history(epochs int, rise float64) *curves.History {
	h := curves.New(epochs,
		curves.Series{Name: "loss", Direction: curves.Minimize}, curves.Series{Name: "accuracy", Direction: curves.Maximize},
		curves.Series{Name: "val_loss", Direction: curves.Minimize}, curves.Series{Name: "val_accuracy", Direction: curves.Maximize},
		curves.Series{Name: "rate"})
	r := rand.New(rand.NewPCG(3, 4))
	for e := range epochs {
		t := float64(e) / float64(epochs) * 5
		loss := 1.1*math.Exp(-t) + 0.05 + 0.004*r.NormFloat64()
		val := 1.1*math.Exp(-t) + 0.25 + rise*math.Max(0, t-1.5) + 0.01*r.NormFloat64()
		if e == epochs/3 {
			val = math.NaN()
		}
		if err := h.Append(loss, 1-loss/2.4, val, 1-val/2.4, 0.01*math.Pow(0.5, float64(4*e/epochs))); err != nil {
			panic(err)
		}
	}
	return h
}

// irisFit is a classifier's report with a name that attacks the page.
func irisFit() report.Fit {
	h := history(300, 0.08)
	nan := math.NaN()
	columns := []report.Column{}
	for _, name := range []string{"sepal_length", "sepal_width", "petal_length", "petal_width"} {
		columns = append(columns, report.Column{Name: name, Type: "number", Role: report.FeatureRole, Missing: 2, Distinct: 35, Summary: "4.3 to 7.9, mean 5.843"})
	}
	columns = append(columns,
		report.Column{Name: evil, Type: "category", Role: report.FeatureRole, Distinct: 2, Summary: evil},
		report.Column{Name: "species", Type: "category", Role: "target", Distinct: 3, Summary: "setosa, versicolor, virginica"})
	return report.Fit{
		Data: report.Data{
			Source: "iris.csv", Target: "species", Task: "classification into 3 classes", Rows: 150,
			Parts:   []report.DataPart{{Name: "train", Rows: 90}, {Name: "validation", Rows: 30}, {Name: "test", Rows: 30}},
			Columns: columns,
			Classes: []report.ClassCount{{Name: "setosa", Rows: []int{30, 10, 10}}, {Name: "versicolor", Rows: []int{30, 10, 10}}, {Name: evil, Rows: []int{30, 10, 10}}},
			Notes:   []string{"Two cells of sepal_length were missing; they got the median of the training rows."},
		},
		Network: report.Network{
			Layers: []report.LayerRow{
				{Name: "hidden", Type: "Dense", Output: "(25)", Parameters: 150},
				{Name: "batch_norm", Type: "BatchNorm", Output: "(25)", Parameters: 100},
				{Name: "output", Type: "Dense", Output: "(3)", Parameters: 78},
			},
			Trainable: 278, Frozen: 50,
			Facts: []report.Fact{{Name: "loss", Value: "cross-entropy"}, {Name: "optimizer", Value: "Adam{Rate: 0.001}"}},
			Graph: []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40" width="120" height="40"><rect width="120" height="40" fill="#eee"/><text x="10" y="25">hidden → output</text></svg>`),
		},
		History: h, Diagnosis: curves.Diagnose(h),
		Scores: []report.Score{
			{Name: "accuracy", Direction: curves.Maximize, Train: 0.9778, Validation: 0.9333, Test: 0.9667, TestBaseline: 0.3333},
			{Name: "loss", Direction: curves.Minimize, Train: 0.0731, Validation: 0.2116, Test: 0.1512, TestBaseline: 1.0986},
			{Name: "top-2 accuracy", Direction: curves.Maximize, Train: 1, Validation: 1, Test: 1, TestBaseline: nan},
		},
		Baseline: "the most frequent class of the training rows",
		Classes: []report.ClassScore{
			{Name: "setosa", Precision: 1, Recall: 1, F1: 1, Rows: 10}, {Name: "versicolor", Precision: 0.9091, Recall: 1, F1: 0.9524, Rows: 10},
			{Name: evil, Precision: 1, Recall: 0.9, F1: 0.9474, Rows: 10},
		},
		Confusion: report.Confusion{Classes: []string{"setosa", "versicolor", evil}, Counts: [][]int{{10, 0, 0}, {0, 10, 0}, {0, 1, 9}}},
		Importance: []report.Importance{
			{Column: "petal_length", Mean: 0.61, SD: 0.05}, {Column: "petal_width", Mean: 0.4, SD: 0.04}, {Column: evil, Mean: -0.002, SD: 0.004},
		},
		Usage: []report.Code{
			{Caption: "From the shell", Text: "goodfit predict fit/model.goodfit new.csv -o predictions.csv\ngoodfit evaluate fit/model.goodfit labelled.csv"},
			{Caption: "From Go", Text: "p, err := pipeline.Load(\"fit/model.goodfit\")\nif err != nil {\n\tlog.Fatal(err)\n}\npredictions, err := p.PredictCSV(ctx, \"new.csv\")\nif err != nil {\n\tlog.Fatal(err)\n}\nfmt.Println(predictions.Classes)"},
		},
		Settings: []report.Fact{{Name: "epochs", Value: "300"}, {Name: "batch size", Value: "32"}, {Name: "patience", Value: "20"}},
		Seed:     7, Version: "goodfit 0.1.0",
	}
}

// diabetesFit is a regression's report with many columns.
func diabetesFit() report.Fit {
	f := irisFit()
	r := rand.New(rand.NewPCG(1, 2))
	part := func(name string, n int) plots.Part {
		p := plots.Part{Name: name}
		for range n {
			y := 150 + 70*r.NormFloat64()
			p.Actual, p.Predicted = append(p.Actual, y), append(p.Predicted, 150+0.6*(y-150)+30*r.NormFloat64())
		}
		return p
	}
	f.Data.Source, f.Data.Target, f.Data.Task, f.Data.Classes = "diabetes.csv", "progression", "regression", nil
	f.Data.Columns = nil
	for i := range 60 {
		f.Data.Columns = append(f.Data.Columns, report.Column{Name: fmt.Sprintf("s%d", i+1), Type: "number", Role: report.FeatureRole, Distinct: 302, Summary: "42 to 346, mean 189.1"})
	}
	f.Classes, f.Confusion = nil, report.Confusion{}
	f.Parts = []plots.Part{part("train", 250), part("test", 90)}
	f.Scores = []report.Score{{Name: "RMSE", Direction: curves.Minimize, Train: 50.1, Validation: 55.2, Test: 54.35, TestBaseline: 77.02}}
	f.Baseline = "the mean of the training rows"
	return f
}

// coachReport has the cards of a coach.
func coachReport() report.Report {
	before, after := history(200, 0.12), history(200, 0.01)
	return report.Report{
		Title: "Improving iris.csv", Lead: "Two of three steps were kept.",
		Verdict: report.Verdict{Text: "good fit", Severity: report.Good},
		Sections: []report.Section{{Title: "Steps", Text: "Each step was repeated 10 times.\n\nIntervals are of the mean difference.", Parts: []report.Part{
			report.Card{Title: "Weight decay", Why: "overfit: validation loss turns at epoch 61", What: "L2 penalty 0.001 on every layer",
				Before: before, After: after, Kept: true, Decision: "kept: the whole interval is below 0",
				Difference: report.Interval{Quantity: "validation loss", Estimate: -0.21, Low: -0.27, High: -0.15, Better: curves.Minimize}},
			report.Card{Title: "Dropout", Why: "overfit", What: "Dropout 0.4 after each hidden layer", Decision: "dropped: no gain beyond chance",
				Difference: report.Interval{Quantity: "validation loss", Estimate: 0.01, Low: -0.02, High: 0.04, Level: 0.9, Better: curves.Minimize}},
			report.Card{Title: evil, Why: evil, What: evil, Decision: evil},
		}}},
	}
}
