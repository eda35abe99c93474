package datasets_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
)

const flowers = `width,color,wild,note,empty,plot_id
1.5,red,yes,a,,11
2,blue,no,b,,12
,red,yes,c,,10
-4,,,d,,15
1,red,no,e,,13
1,blue,no,f,,16
1,red,no,g,,17
1,red,no,h,,18
1,red,no,i,,19
1,red,no,j,,20
`

func TestSchema(t *testing.T) {
	table := mustRead(t, flowers, datasets.CSVOptions{})
	got := table.Schema(nil)
	want := datasets.Schema{Rows: 10, Columns: []datasets.ColumnSchema{
		// The deviation is that of numpy.std([1.5, 2, -4, 1, 1, 1, 1, 1, 1]).
		{Name: "width", Kind: datasets.Number, Missing: 1, Distinct: 4, Numbers: datasets.NumberStats{Min: -4, Mean: 5.5 / 9, Max: 2, Std: 1.6629588386}},
		{Name: "color", Kind: datasets.Category, Missing: 1, Distinct: 2, Levels: []datasets.Level{{"blue", 2}, {"red", 7}}},
		{Name: "wild", Kind: datasets.Boolean, Missing: 1, Distinct: 2, Levels: []datasets.Level{{"no", 7}, {"yes", 2}}},
		{Name: "note", Kind: datasets.Category, Distinct: 10, Identifier: true},
		{Name: "empty", Kind: datasets.Number, Missing: 10},
		{Name: "plot_id", Kind: datasets.Number, Distinct: 10, Identifier: true, Numbers: datasets.NumberStats{Min: 10, Mean: 15.1, Max: 20, Std: 3.3000000000, Whole: true}},
	}}
	for i := range got.Columns {
		// The deviations above have ten decimals.
		got.Columns[i].Numbers.Std = math.Round(got.Columns[i].Numbers.Std*1e10) / 1e10
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("schema\n%+v\nwant\n%+v", got, want)
	}
	few := table.Schema([]int{0, 2, 2})
	if c := few.Columns[1]; few.Rows != 3 || c.Missing != 0 || !slices.Equal(c.Levels, []datasets.Level{{"red", 3}}) {
		t.Errorf("of three rows: %+v", c)
	}
	if c := few.Columns[5]; c.Identifier || c.Distinct != 2 {
		t.Errorf("of a row taken twice: %+v", c)
	}
}

func TestSchemaIdentifiers(t *testing.T) {
	texts := func(n int) (cells []string) {
		for i := range n {
			cells = append(cells, fmt.Sprintf("t%d", i))
		}
		return cells
	}
	numbers := func(x ...float64) []float64 { return x }
	for _, tt := range []struct {
		column *datasets.Column
		want   bool
	}{
		{datasets.CategoryColumn("name", texts(10)), true},
		{datasets.CategoryColumn("name", texts(9)), false},
		{datasets.CategoryColumn("name", append(texts(10), "t0")), false},
		{datasets.CategoryColumn("name", append(texts(10), "", "")), true},
		{datasets.NumberColumn("id", numbers(1, 2, 3)), true},
		{datasets.NumberColumn("ID", numbers(7, 3, 5)), true},
		{datasets.NumberColumn("user_id", numbers(1, 2)), true},
		{datasets.NumberColumn("userId", numbers(1, 2)), true},
		{datasets.NumberColumn("PassengerID", numbers(1, 2)), true},
		{datasets.NumberColumn("Index", numbers(0, 1)), true},
		{datasets.NumberColumn("Unnamed: 0", numbers(0, 1)), true},
		{datasets.NumberColumn("id", numbers(1, 2, 2)), false},
		{datasets.NumberColumn("id", numbers(1.5, 2)), false},
		{datasets.NumberColumn("id", numbers(1)), false},
		{datasets.NumberColumn("paid", numbers(1, 2, 3)), false},
		{datasets.NumberColumn("COVID", numbers(1, 2, 3)), false},
		{datasets.NumberColumn("year", numbers(2001, 2002, 2003)), false},
	} {
		table, err := datasets.NewTable(tt.column)
		if err != nil {
			t.Fatal(err)
		}
		if got := table.Schema(nil).Columns[0].Identifier; got != tt.want {
			t.Errorf("%q of %d cells: identifier %v", tt.column.Name(), tt.column.Len(), got)
		}
	}
}

func TestSchemaDistinctStops(t *testing.T) {
	values := make([]float64, 5000)
	for i := range values {
		values[i] = float64(i) / 2
	}
	table, err := datasets.NewTable(datasets.NumberColumn("x", values))
	if err != nil {
		t.Fatal(err)
	}
	if got := table.Schema(nil).Columns[0].Distinct; got != datasets.MostDistinct {
		t.Errorf("%d different numbers, want the limit %d", got, datasets.MostDistinct)
	}
}

// Statistics of numbers whose squares or sums are beyond float64 are finite.
func TestSchemaExtremeNumbers(t *testing.T) {
	huge := math.MaxFloat64
	for _, tt := range []struct {
		values []float64
		want   datasets.NumberStats
	}{
		{[]float64{huge, huge}, datasets.NumberStats{Min: huge, Mean: huge, Max: huge, Whole: true}},
		{[]float64{huge, -huge}, datasets.NumberStats{Min: -huge, Mean: 0, Max: huge, Std: huge, Whole: true}},
		{[]float64{1e200, 3e200}, datasets.NumberStats{Min: 1e200, Mean: 2e200, Max: 3e200, Std: 1e200, Whole: true}},
		{[]float64{5e-324}, datasets.NumberStats{Min: 5e-324, Mean: 5e-324, Max: 5e-324}},
		{[]float64{1, 1 + 0x1p-52}, datasets.NumberStats{Min: 1, Mean: 1, Max: 1 + 0x1p-52, Std: 0x1p-52 / math.Sqrt2}},
	} {
		table, err := datasets.NewTable(datasets.NumberColumn("x", tt.values))
		if err != nil {
			t.Fatal(err)
		}
		got := table.Schema(nil).Columns[0].Numbers
		// Scaled by 1e200 a deviation is rounded twice, so that its last bits may differ.
		if math.Abs(got.Std-tt.want.Std) <= 1e-15*tt.want.Std {
			got.Std = tt.want.Std
		}
		if got != tt.want {
			t.Errorf("%v: %+v, want %+v", tt.values, got, tt.want)
		}
	}
}

func TestSchemaWarnings(t *testing.T) {
	var cells []string
	for i := range 120 {
		cells = append(cells, fmt.Sprintf("t%d", i/2))
	}
	gaps := make([]float64, 120)
	for i := range gaps {
		gaps[i] = float64(i)
		if i%2 == 0 {
			gaps[i] = nan
		}
	}
	wide, err := datasets.NewTable(datasets.CategoryColumn("many", cells), datasets.NumberColumn("gaps", gaps),
		datasets.NumberColumn("same", make([]float64, 120)))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		table *datasets.Table
		want  []string
	}{
		{mustRead(t, flowers, datasets.CSVOptions{}), []string{
			`identifier: column "note": names the rows: it has another value in each`,
			`empty: column "empty": every cell is missing`,
			`identifier: column "plot_id": names the rows: it has another value in each`,
		}},
		{wide, []string{
			`many-levels: column "many": has 60 different texts in 120 rows`,
			`mostly-missing: column "gaps": 60 of 120 cells are missing`,
			`constant: column "same": every cell has the same value`,
		}},
		{mustRead(t, "share,price,plan,date\n12.5%,\"$1,200.50\",5%,2020-01-02\n-3%,40 €,a,2020-01-03\n12.5%,,5%,2020-01-02\n", datasets.CSVOptions{}), []string{
			`units: column "share": holds texts as "-3%", whose size is not seen; write plain numbers`,
			`units: column "price": holds texts as "$1,200.50", whose size is not seen; write plain numbers`,
		}},
	} {
		var got []string
		for _, w := range tt.table.Schema(nil).Warnings() {
			got = append(got, w.Code+": "+w.String())
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("warnings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
		}
	}
}

func TestSchemaConform(t *testing.T) {
	schema := mustRead(t, "n,c,b\n1,x,yes\n2,y,no\n", datasets.CSVOptions{}).Schema(nil)
	for _, tt := range []struct{ text, cells, want string }{
		{"b,n,more,c\nno,5,1,z\n", "[[5 z no]]", ""},
		{"n,c,b\n1,,\n,y,\n", "[[1 · ·] [· y ·]]", ""},
		{"n,c,b\n,,TRUE\n,,f\n", "[[· · TRUE] [· · f]]", ""},
		{"n,c,b\n007,1.50,y\n", "[[7 1.50 y]]", ""},
		{"n,c,b\n1,true,\n2,TRUE,n\n", "[[1 true ·] [2 TRUE n]]", ""},
		{"n,b\n1,yes\n", "", `csv: no column "c", which is needed; the columns are "n", "b"`},
		{"b\nyes\n", "", `csv: no columns "n", "c", which are needed; the columns are "b"`},
		{"n,c,b\n1,x,yes\nabc,x,no\n", "", `csv: line 3: column "n": "abc" is not a number`},
		{"n,c,b\n\"1,5\",x,yes\n", "", `csv: line 2: column "n": "1,5" is not a number`},
		{"n,c,b\nyes,x,yes\n", "", `csv: line 2: column "n": "yes" is not a number`},
		{"n,c,b\nx,x,yes\n", "", `csv: line 2: column "n": "x" is not a number`},
		{"n,c,b\ninf,x,yes\nz,x,yes\n", "", `csv: line 2: column "n": the number is infinite (inf); leave the cell empty if it is unknown`},
		{"n,c,b\n1,x,no\n\n2,x,1\n", "", `csv: line 4: column "b": "1" is not a boolean such as "no", "yes"`},
		{"n,c,b\n1,x,1\n", "", `csv: line 2: column "b": "1" is not a boolean such as "no", "yes"`},
	} {
		got, err := schema.Conform(mustRead(t, tt.text, datasets.CSVOptions{}))
		if tt.want != "" {
			if err == nil || err.Error() != tt.want {
				t.Errorf("%q: error %v\n want %v", tt.text, err, tt.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if cells := fmt.Sprint(cellsOf(got)); cells != tt.cells || header(got) != "n:number c:category b:boolean" {
			t.Errorf("%q: %s of %s, want %s", tt.text, cells, header(got), tt.cells)
		}
	}
	empty, err := datasets.NewTable(datasets.CategoryColumn("n", []string{"", ""}), datasets.NumberColumn("c", []float64{nan, nan}),
		datasets.CategoryColumn("b", []string{"", ""}))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := schema.Conform(empty); err != nil || fmt.Sprint(cellsOf(got))+header(got) != "[[· · ·] [· · ·]]n:number c:category b:boolean" {
		t.Errorf("missing cells of other kinds: %v, error %v", got, err)
	}
	if _, err := (datasets.Schema{}).Conform(mustRead(t, "a\n1\n", datasets.CSVOptions{})); err == nil {
		t.Error("a schema without columns takes any table")
	}
}

func TestSchemaSummary(t *testing.T) {
	got := mustRead(t, flowers, datasets.CSVOptions{}).Schema(nil).Summary()
	want := `10 rows, 6 columns, 13 missing cells
column   kind      missing    values
width    number    1 (10%)    -4 to 2, mean 0.6111, std 1.663
color    category  1 (10%)    2 levels: red 7, blue 2
wild     boolean   1 (10%)    2 levels: no 7, yes 2
note     category  0          10 levels; names the rows
empty    number    10 (100%)  none
plot_id  number    0          10 to 20, mean 15.1, std 3.3; names the rows
`
	if got != want {
		t.Errorf("summary\n%s\nwant\n%s", got, want)
	}
	odd := mustRead(t, "\"a\tb\nc\",k\n1,é\n1,"+strings.Repeat("long ", 10)+"\n1,q\n1,w\n1,e\n1,r\n1,t\n", datasets.CSVOptions{}).Schema(nil).Summary()
	want = `7 rows, 2 columns, no missing cells
column  kind      missing  values
a b c   number    0        only 1
k       category  0        7 levels: e 1, long long long long long long…, q 1, r 1, t 1, w 1, …
`
	if strings.Replace(odd, " 1, q 1", ", q 1", 1) != want {
		t.Errorf("summary\n%s\nwant\n%s", odd, want)
	}
}

func TestSchemaJSON(t *testing.T) {
	for _, text := range []string{flowers, people, "a;b\n1;1,234\n"} {
		want := mustRead(t, text, datasets.CSVOptions{}).Schema(nil)
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got datasets.Schema
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatalf("%v in %s", err, data)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("read back %+v\nwant %+v", got, want)
		}
	}
	for _, bad := range []string{
		`[]`, `{"rows":-1}`,
		`{"rows":1,"columns":[{"name":"","kind":"number"}]}`,
		`{"rows":1,"columns":[{"name":"a"}]}`,
		`{"rows":1,"columns":[{"name":"a","kind":"date"}]}`,
		`{"rows":1,"columns":[{"name":"a","kind":"number"},{"name":"a","kind":"number"}]}`,
		`{"rows":1,"columns":[{"name":"a","kind":"number","missing":2}]}`,
		`{"rows":1,"columns":[{"name":"a","kind":"number","missing":-1}]}`,
		`{"rows":3,"columns":[{"name":"a","kind":"number","missing":1,"distinct":3}]}`,
		`{"rows":3,"columns":[{"name":"a","kind":"number","distinct":1,"numbers":{"min":2,"mean":1,"max":2,"std":0,"whole":true}}]}`,
		`{"rows":3,"columns":[{"name":"a","kind":"number","distinct":1,"numbers":{"min":2,"mean":2,"max":2,"std":-1,"whole":true}}]}`,
		`{"rows":3,"columns":[{"name":"a","kind":"category","distinct":2,"levels":[{"text":"b","count":1},{"text":"a","count":2}]}]}`,
		`{"rows":3,"columns":[{"name":"a","kind":"category","distinct":2,"levels":[{"text":"a","count":1},{"text":"a","count":2}]}]}`,
		`{"rows":3,"columns":[{"name":"a","kind":"category","distinct":2,"levels":[{"text":"a","count":1},{"text":"b","count":3}]}]}`,
		`{"rows":3,"columns":[{"name":"a","kind":"category","distinct":2,"levels":[{"text":"a","count":-1},{"text":"b","count":3}]}]}`,
		`{"rows":3,"columns":[{"name":"a","kind":"boolean","distinct":1,"levels":[{"text":"no","count":3}]}]}`,
		`{"rows":3,"columns":[{"name":"a","kind":"boolean","distinct":2,"levels":[{"text":"yes","count":1},{"text":"no","count":1}]}]}`,
	} {
		var s datasets.Schema
		if err := json.Unmarshal([]byte(bad), &s); err == nil {
			t.Errorf("%s was read as a schema", bad)
		}
	}
	if _, err := (datasets.Schema{}).Column("a"); err == nil {
		t.Error("a column of an empty schema")
	}
}
