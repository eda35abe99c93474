package pipeline_test

import (
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/pipeline"
)

func TestPredictTakesColumnsInAnyOrder(t *testing.T) {
	r := train(t, readTable(t, shopCSV(80)), "size", pipeline.Options{Epochs: 3})
	want := predict(t, r.Pipeline, readTable(t, "customer,age,city,member,basket,buys,spent\na,30,Oslo,true,0.5,no,20\nb,60,Rome,false,-1,yes,45\n"))
	got := predict(t, r.Pipeline, readTable(t, "spent,more,member,basket,city,buys,age\n20,x,true,0.5,Oslo,no,30\n45,y,false,-1,Rome,yes,60\n"))
	samePredictions(t, got, want)
}

func TestPredictNeedsRows(t *testing.T) {
	r := train(t, shop(t, 80), "spent", pipeline.Options{Epochs: 1, Ensemble: ensembles.Average{Members: 2}})
	none := shop(t, 80).Take(nil)
	for name, do := range map[string]func() error{
		"Predict":          func() error { _, err := r.Pipeline.Predict(none); return err },
		"Evaluate":         func() error { _, err := r.Pipeline.Evaluate(none); return err },
		"PredictIntervals": func() error { _, err := r.Pipeline.PredictIntervals(none, 0.5); return err },
	} {
		if err := do(); err == nil || err.Error() != "shop.csv: no rows to predict" {
			t.Errorf("%s: error %v, want one with the table's name", name, err)
		}
	}
}

// A table of more rows than are encoded at once has the predictions and scores of its
// rows, and names the line of a fault in the last of them.
func TestLongTablesArePredictedInBlocks(t *testing.T) {
	const times = 1000 // of 80 rows: two whole blocks and a part
	csv := shopCSV(80)
	head, rows, _ := strings.Cut(csv, "\n")
	long := head + "\n" + strings.Repeat(rows, times)
	for _, target := range []string{"buys", "spent"} {
		r := train(t, readTable(t, csv), target, pipeline.Options{Epochs: 2, Hidden: []int{4}})
		once, all := predict(t, r.Pipeline, readTable(t, csv)), predict(t, r.Pipeline, readTable(t, long))
		if all.Rows() != 80*times {
			t.Fatalf("%s: %d predictions, want %d", target, all.Rows(), 80*times)
		}
		for i := range all.Rows() {
			if first(all, i) != first(once, i%80) {
				t.Fatalf("%s: row %d is predicted as %v, want %v as row %d of the short table", target, i, first(all, i), first(once, i%80), i%80)
			}
		}
		want, err := r.Pipeline.Evaluate(readTable(t, csv))
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Pipeline.Evaluate(readTable(t, long))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range got.Scores {
			near(t, target+": "+s.Name, s.Value, get(t, want.Scores, s.Name))
		}
		if target == "spent" {
			e := train(t, readTable(t, csv), target, pipeline.Options{Epochs: 1, Hidden: []int{4}, Ensemble: ensembles.Average{Members: 2}})
			short, err := e.Pipeline.PredictIntervals(readTable(t, csv), 0.5)
			if err != nil {
				t.Fatal(err)
			}
			v, err := e.Pipeline.PredictIntervals(readTable(t, long), 0.5)
			if err != nil || len(v.Values) != 80*times || len(v.Lower) != 80*times || v.Upper[80*times-1] != short.Upper[79] || v.Lower[40000] != short.Lower[0] {
				t.Errorf("intervals of the long table are others than those of its rows, or error %v", err)
			}
		}
		last := "x,old,Oslo,true,0.5,no,s,20\n"
		if _, err := r.Pipeline.Predict(readTable(t, long+last)); err == nil || !strings.Contains(err.Error(), `line 80002: column "age": "old" is not a number`) {
			t.Errorf("error %v, want one that names line 80002", err)
		}
	}
}

func TestPredictFillsGapsAndUnseenTexts(t *testing.T) {
	r := train(t, shop(t, 80), "spent", pipeline.Options{Epochs: 3})
	const head = "age,city,member,basket,buys,size\n"
	p := predict(t, r.Pipeline, readTable(t, head+",Oslo,true,0.5,no,s\n30,,true,0.5,no,s\n30,Elsewhere,true,0.5,no,s\n30,Oslo,,,no,s\n"))
	for i, v := range p.Values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("row %d: %v, want a number", i, v)
		}
	}
	unseen, err := r.Pipeline.Encoder.Unseen(readTable(t, head+"30,Elsewhere,true,0.5,no,s\n"))
	if err != nil || len(unseen) != 1 || unseen[0].Text != "Elsewhere" {
		t.Errorf("unseen %v, error %v; want Elsewhere", unseen, err)
	}
}

func TestPredictNamesWhatIsWrong(t *testing.T) {
	r := train(t, shop(t, 80), "size", pipeline.Options{Epochs: 1})
	for name, c := range map[string]struct{ csv, want string }{
		"a column is missing":     {"age,city,member,basket,buys\n30,Oslo,true,0.5,no\n", `"spent"`},
		"text for a number":       {"age,city,member,basket,buys,spent\n30,Oslo,true,0.5,no,20\nold,Oslo,true,0.5,no,20\n", `line 3: column "age": "old" is not a number`},
		"no word of a truth":      {"age,city,member,basket,buys,spent\n30,Oslo,maybe,0.5,no,20\n", `line 2: column "member"`},
		"the target is unknown":   {"age,city,member,basket,buys,spent,size\n30,Oslo,true,0.5,no,20,xxl\n", `line 2: column "size"`},
		"the target is missing":   {"age,city,member,basket,buys,spent,size\n30,Oslo,true,0.5,no,20,\n", `line 2: column "size"`},
		"the target is not there": {"age,city,member,basket,buys,spent\n30,Oslo,true,0.5,no,20\n", `"size"`},
	} {
		t.Run(name, func(t *testing.T) {
			table := readTable(t, c.csv)
			_, err := r.Pipeline.Evaluate(table)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "shop.csv") {
				t.Errorf("Evaluate: error %v, want one with %q", err, c.want)
			}
			_, err = r.Pipeline.Predict(table)
			if ofTarget := strings.HasPrefix(name, "the target"); ofTarget != (err == nil) {
				t.Errorf("Predict: error %v, and the fault is in the target: %v", err, ofTarget)
			}
		})
	}
}

func TestProbabilitiesAndNames(t *testing.T) {
	for target, classes := range map[string]int{"buys": 2, "size": 3} {
		r := train(t, shop(t, 80), target, pipeline.Options{Epochs: 3})
		p := predict(t, r.Pipeline, r.Test.Table)
		if len(p.ClassNames) != classes || p.Rows() != r.Test.Table.Rows() {
			t.Fatalf("%s: %d classes of %d rows", target, len(p.ClassNames), p.Rows())
		}
		for i := range p.Rows() {
			sum, best := 0.0, 0
			for j := range classes {
				sum += p.Probabilities.At(i, j)
				if p.Probabilities.At(i, j) > p.Probabilities.At(i, best) {
					best = j
				}
			}
			if math.Abs(sum-1) > 1e-6 { // float32 outputs
				t.Errorf("%s, row %d: probabilities add to %v", target, i, sum)
			}
			if p.Classes[i] != p.ClassNames[best] {
				t.Errorf("%s, row %d: %q, and the most probable is %q", target, i, p.Classes[i], p.ClassNames[best])
			}
		}
	}
}

// Predictions are in the target's own unit, whatever it is.
func TestPredictionsFollowTheTargetsUnit(t *testing.T) {
	table := shop(t, 80)
	spent, err := table.Column("spent")
	if err != nil {
		t.Fatal(err)
	}
	scaled := make([]float64, table.Rows())
	for i, v := range spent.Numbers() {
		scaled[i] = 1024*v + 2048
	}
	without, err := table.Without("spent")
	if err != nil {
		t.Fatal(err)
	}
	other, err := without.With(datasets.NumberColumn("spent", scaled))
	if err != nil {
		t.Fatal(err)
	}
	a := predict(t, train(t, table, "spent", pipeline.Options{Epochs: 5}).Pipeline, table)
	b := predict(t, train(t, other, "spent", pipeline.Options{Epochs: 5}).Pipeline, other)
	for i := range a.Values {
		// Scaling back differs by the rounding of mean and deviation, far below float32.
		if want := 1024*a.Values[i] + 2048; math.Abs(b.Values[i]-want) > 1e-3*math.Abs(want) {
			t.Fatalf("row %d: %v, want %v", i, b.Values[i], want)
		}
	}
}

func TestTableOfPredictions(t *testing.T) {
	r := train(t, shop(t, 80), "buys", pipeline.Options{Epochs: 1})
	input := readTable(t, "age,city,member,basket,size,spent,prediction,p(no)\n30,Oslo,true,0.5,s,20,x,1\n")
	table, err := predict(t, r.Pipeline, input).Table(input)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range table.Columns() {
		names = append(names, c.Name())
	}
	if got := strings.Join(names, " "); got != "_prediction _p(no) p(yes)" {
		t.Errorf("columns %s, want _prediction _p(no) p(yes)", got)
	}
	if _, err := input.With(table.Columns()...); err != nil {
		t.Errorf("the columns do not fit beside the input: %v", err)
	}
}

func TestPredictFromManyGoroutines(t *testing.T) {
	table := shop(t, 80)
	p := train(t, table, "size", pipeline.Options{Epochs: 2}).Pipeline
	want := predict(t, p, table)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, err := p.Predict(table)
			if err != nil {
				t.Error(err)
				return
			}
			for i := range want.Classes {
				if got.Classes[i] != want.Classes[i] {
					t.Errorf("row %d: %q, want %q", i, got.Classes[i], want.Classes[i])
				}
			}
		})
	}
	wg.Wait()
}
