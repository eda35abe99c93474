package datasets_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
)

func TestNewTable(t *testing.T) {
	number, text := datasets.NumberColumn, datasets.CategoryColumn
	for _, tt := range []struct {
		columns []*datasets.Column
		want    string
	}{
		{[]*datasets.Column{number("a", []float64{1, nan}), text("b", []string{"x", ""}), datasets.BooleanColumn("c", []bool{true, false})}, "<nil>"},
		{nil, "no columns"},
		{[]*datasets.Column{number("a", nil)}, "no rows"},
		{[]*datasets.Column{number("", []float64{1})}, "column 1 has no name"},
		{[]*datasets.Column{number("a", []float64{1}), text("a", []string{"x"})}, `columns 1 and 2 are both named "a"`},
		{[]*datasets.Column{number("a", []float64{1}), text("b", []string{"x", "y"})}, `column "b": 2 cells, but column "a" has 1`},
		{[]*datasets.Column{number("a", []float64{1, math.Inf(-1)})}, `row 1: column "a": the number is infinite (-Inf); leave the cell empty if it is unknown`},
	} {
		if _, err := datasets.NewTable(tt.columns...); fmt.Sprint(err) != tt.want {
			t.Errorf("error %v, want %v", err, tt.want)
		}
	}
}

func TestTableColumns(t *testing.T) {
	table, err := datasets.NewTable(datasets.NumberColumn("n", []float64{1e21, nan, 0.1}),
		datasets.CategoryColumn("c", []string{"z", "a", ""}), datasets.BooleanColumn("b", []bool{true, false, true}))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(cellsOf(table)), "[[1e+21 z true] [· a false] [0.1 · true]]"; got != want {
		t.Errorf("cells %s, want %s", got, want)
	}
	chosen := table.Take([]int{2, 0, 0})
	if got, want := fmt.Sprint(cellsOf(chosen)), "[[0.1 · true] [1e+21 z true] [1e+21 z true]]"; got != want {
		t.Errorf("chosen rows %s, want %s", got, want)
	}
	wider, err := table.With(datasets.CategoryColumn("prediction", []string{"p", "q", "r"}))
	if err != nil || len(wider.Columns()) != 4 || len(table.Columns()) != 3 {
		t.Errorf("with a column more: %d columns, error %v", len(wider.Columns()), err)
	}
	if _, err := table.With(datasets.NumberColumn("n", []float64{1, 2, 3})); err == nil {
		t.Error("a second column n")
	}
	if _, err := table.With(datasets.NumberColumn("x", []float64{1, 2, math.Inf(1)})); err == nil {
		t.Error("an infinite number more")
	}
	fewer, err := wider.Without("n", "prediction")
	if err != nil || header(fewer) != "c:category b:boolean" {
		t.Errorf("without two: %s, error %v", header(fewer), err)
	}
	if _, err := table.Without("x"); err == nil || err.Error() != `no column "x"; the columns are "n", "c", "b"` {
		t.Errorf("error %v", err)
	}
	if _, err := table.Without("n", "c", "b"); err == nil {
		t.Error("a table without columns")
	}
	if c, err := table.Column("c"); err != nil || c.Name() != "c" || c.Len() != 3 || c.Numbers() != nil {
		t.Errorf("column %v, error %v", c, err)
	}
}

// Chosen rows keep the texts of their cells, not only the values.
func TestTableTakeTexts(t *testing.T) {
	table := mustRead(t, "n,b,c\n1.50,YES,x\n+2,no,y\n,Yes,\n3,NO,z\n", datasets.CSVOptions{})
	got := fmt.Sprint(cellsOf(table.Take([]int{3, 0, 2, 0})))
	if want := "[[3 NO z] [1.50 YES x] [· Yes ·] [1.50 YES x]]"; got != want {
		t.Errorf("cells %s, want %s", got, want)
	}
}

// Long texts and many names are cut in errors.
func TestTableErrorIsShort(t *testing.T) {
	var columns []*datasets.Column
	for i := range 12 {
		columns = append(columns, datasets.CategoryColumn(fmt.Sprintf("c%d", i), []string{strings.Repeat("é", 50)}))
	}
	table, err := datasets.NewTable(columns...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = table.Column("x")
	if want := `no column "x"; the columns are "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", and 2 more`; err == nil || err.Error() != want {
		t.Errorf("error %v\n want %v", err, want)
	}
	number := datasets.Schema{Columns: []datasets.ColumnSchema{{Name: "c0", Kind: datasets.Number}}}
	_, err = number.Conform(table)
	if want := `row 0: column "c0": "` + strings.Repeat("é", 40) + `…" is not a number`; err == nil || err.Error() != want {
		t.Errorf("error %v\n want %v", err, want)
	}
}

func TestTableErrorFields(t *testing.T) {
	table := mustRead(t, "a,y\n1,0\nx,1\n", datasets.CSVOptions{Name: "f.csv"})
	schema := mustRead(t, "a,y\n1,0\n2,1\n", datasets.CSVOptions{}).Schema(nil)
	_, err := schema.Conform(table)
	var fault *datasets.TableError
	if !errors.As(err, &fault) {
		t.Fatalf("error %v", err)
	}
	if want := (datasets.TableError{File: "f.csv", Line: 3, Row: 1, Column: "a", Reason: `"x" is not a number`}); *fault != want {
		t.Errorf("fields %+v, want %+v", *fault, want)
	}
}

func TestDatasetTable(t *testing.T) {
	x := mat.NewDense(2, 2, []float64{1, 2, 3, nan})
	for _, tt := range []struct {
		data datasets.Dataset
		want string
	}{
		{datasets.Dataset{X: x}, "x1:number x2:number [[1 2] [3 ·]]"},
		{datasets.Dataset{X: mat.NewDense(1, 1, []float64{5})}, "x1:number [[5]]"},
		{datasets.Dataset{X: x, Y: mat.NewDense(2, 1, []float64{7, 8})}, "x1:number x2:number y:number [[1 2 7] [3 · 8]]"},
		{datasets.Dataset{X: x, Y: x}, "x1:number x2:number y1:number y2:number [[1 2 1 2] [3 · 3 ·]]"},
		{datasets.Dataset{X: x, Y: mat.NewDense(2, 1, []float64{1, 0}), Classes: []string{"no", "yes"}, Names: []string{"a", "b"}, TargetNames: []string{"c"}},
			"a:number b:number c:category [[1 2 yes] [3 · no]]"},
	} {
		table, err := tt.data.Table()
		if err != nil {
			t.Errorf("want %s: %v", tt.want, err)
			continue
		}
		if got := header(table) + " " + fmt.Sprint(cellsOf(table)); got != tt.want {
			t.Errorf("table %s, want %s", got, tt.want)
		}
	}
	for _, bad := range []datasets.Dataset{
		{}, {X: x, Names: []string{"a", "a"}},
		{X: x, Y: mat.NewDense(2, 1, []float64{0, 2}), Classes: []string{"no", "yes"}},
	} {
		if _, err := bad.Table(); err == nil {
			t.Errorf("a table of %v", bad)
		}
	}
}

func TestEnumNames(t *testing.T) {
	type enum interface {
		fmt.Stringer
		MarshalText() ([]byte, error)
	}
	for _, tt := range []struct {
		value enum
		want  string
	}{
		{datasets.Number, "number"}, {datasets.Category, "category"}, {datasets.Boolean, "boolean"},
		{datasets.FillDefault, "default"}, {datasets.FillMostFrequent, "most-frequent"},
		{datasets.CodeOneHot, "one-hot"}, {datasets.CodeOrdinal, "ordinal"},
		{datasets.UnseenNone, "none"}, {datasets.UnseenError, "error"},
		{datasets.TaskAuto, "auto"}, {datasets.TaskClassification, "classification"}, {datasets.TaskRegression, "regression"},
	} {
		text, err := tt.value.MarshalText()
		if err != nil || string(text) != tt.want || tt.value.String() != tt.want {
			t.Errorf("%v is written %s (%v), want %s", tt.value, text, err, tt.want)
		}
	}
	if got := datasets.Kind(0).String(); got != "Kind(0)" {
		t.Errorf("no kind is printed %s", got)
	}
	if _, err := datasets.Kind(0).MarshalText(); err == nil {
		t.Error("no kind has a name")
	}
	var task datasets.Task
	if err := task.UnmarshalText([]byte("ranking")); err == nil || err.Error() != `datasets: unknown task "ranking"; known: auto, classification, regression` {
		t.Errorf("error %v", err)
	}
	var kind datasets.Kind
	if err := kind.UnmarshalText(nil); err == nil {
		t.Error("an empty name is a kind")
	}
	if !slices.Contains(datasets.MissingTokens(), "NA") {
		t.Error("NA is not missing")
	}
}
