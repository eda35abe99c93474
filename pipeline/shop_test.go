package pipeline_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// shopCSV returns a table with numbers, categories, booleans and missing cells, and
// three targets that depend on them: buys (yes or no), size (s, m, l), spent.
func shopCSV(rows int) string {
	var b strings.Builder
	b.WriteString("customer,age,city,member,basket,buys,size,spent\n")
	r := random.New(7)
	cities := []string{"Oslo", "Rome", "Wien"}
	for i := range rows {
		age, city, member, basket := 18+60*r.Float64(), r.IntN(3), r.IntN(2) == 1, r.Normal()
		spent := age/2 + 10*float64(city) + 5*basket + r.Normal()
		buys, size := "no", "s"
		if spent > 35 {
			buys = "yes"
		}
		switch {
		case spent > 40:
			size = "l"
		case spent > 28:
			size = "m"
		}
		cell := func(missing int, text string) string {
			if i%missing == missing-1 {
				return ""
			}
			return text
		}
		fmt.Fprintf(&b, "id%04d,%s,%s,%t,%.4f,%s,%s,%.4f\n", i, cell(11, fmt.Sprintf("%.1f", age)),
			cell(13, cities[city]), member, basket, buys, size, spent)
	}
	return b.String()
}

func shop(t *testing.T, rows int) *datasets.Table {
	t.Helper()
	return readTable(t, shopCSV(rows))
}

func readTable(t *testing.T, csv string) *datasets.Table {
	t.Helper()
	table, err := datasets.ReadCSV(strings.NewReader(csv), datasets.CSVOptions{Name: "shop.csv"})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// train trains on a table and fails the test on an error.
func train(t *testing.T, table *datasets.Table, target string, o pipeline.Options) *pipeline.Result {
	t.Helper()
	r, err := pipeline.Train(context.Background(), table, target, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
