package datasets_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
)

// people is a table with every kind of column, useful and useless ones.
const people = `id,name,age,smoker,city,size,same,nothing,y
1,Ann,30,yes,Rome,S,7,,a
2,Bob,,no,Oslo,L,7,,b
3,Cid,50,,Rome,M,7,,a
4,Dan,40,yes,,S,7,,b
5,Eve,35,no,Bonn,L,7,,a
6,Fay,20,no,Rome,,7,,b
7,Gus,60,no,Oslo,M,7,,a
8,Hal,31,yes,Rome,S,7,,b
9,Ivy,32,no,Rome,S,7,,a
10,Jon,33,no,Oslo,S,7,,b
`

// rowsText prints a dataset as lines of numbers.
func rowsText(d *datasets.Dataset) string {
	var lines []string
	for i := range d.Rows() {
		line := fmt.Sprint(d.X.RawRowView(i))
		if d.Y != nil {
			line += " " + fmt.Sprint(d.Y.RawRowView(i))
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestEncode(t *testing.T) {
	table := mustRead(t, people, datasets.CSVOptions{})
	probe := mustRead(t, `nothing,city,extra,y,age,size,smoker
,Rome,1,b,,S,no
,Paris,2,a,70,,
,,3,a,1,XXL,true
`, datasets.CSVOptions{})
	for _, tt := range []struct {
		name   string
		encode datasets.Encode
		names  string
		rows   string
	}{
		{
			"defaults", datasets.Encode{},
			"age smoker smoker=(missing) city=Bonn city=Oslo city=Rome city=(missing) size=L size=M size=S size=(missing)",
			"[33 0 0 0 0 1 0 0 0 1 0] [1]\n" +
				"[70 0 1 0 0 0 0 0 0 0 1] [0]\n" +
				"[1 1 0 0 0 0 1 0 0 0 0] [0]",
		},
		{
			"fills and indicators", datasets.Encode{
				Numbers:    datasets.Impute{Fill: datasets.FillConstant, Value: -1, Indicator: true},
				Categories: datasets.Impute{Fill: datasets.FillMostFrequent, Indicator: true},
			},
			"age age=(missing) smoker smoker=(missing) city=Bonn city=Oslo city=Rome city=(missing) size=L size=M size=S size=(missing)",
			"[-1 1 0 0 0 0 1 0 0 0 1 0] [1]\n" +
				"[70 0 0 1 0 0 0 0 0 0 1 1] [0]\n" +
				"[1 0 1 0 0 0 1 1 0 0 0 0] [0]",
		},
		{
			"a constant level", datasets.Encode{
				Categories: datasets.Impute{Fill: datasets.FillConstant, Text: "no"}, Drop: []string{"age", "city"},
			},
			"smoker size=L size=M size=S size=no",
			"[0 0 0 1 0] [1]\n[0 0 0 0 1] [0]\n[1 0 0 0 0] [0]",
		},
		{
			"booleans filled with a constant", datasets.Encode{
				Categories: datasets.Impute{Fill: datasets.FillConstant, Text: "True"}, Drop: []string{"age", "city", "size"},
			},
			"smoker", "[0] [1]\n[1] [0]\n[1] [0]",
		},
		{
			"ordinal", datasets.Encode{Coding: datasets.CodeOrdinal, Order: map[string][]string{"size": {"S", "M", "L", "XXL"}}, Drop: []string{"age", "smoker"}},
			"city size",
			"[2 0] [1]\n[-1 4] [0]\n[3 3] [0]",
		},
		{
			"few levels and the first dropped", datasets.Encode{MaxLevels: 2, DropFirst: true, Drop: []string{"age", "smoker", "size"}},
			"city=(missing) city=(other)",
			"[0 0] [1]\n[0 1] [0]\n[1 0] [0]",
		},
		{
			"useless columns kept", datasets.Encode{Numbers: datasets.Impute{Indicator: true}, Keep: []string{"same", "id"}, Drop: []string{"age", "smoker", "size", "city"}},
			"id same", "",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			encoder, err := tt.encode.Fit(table, "y", nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(encoder.Names(), " "); got != tt.names {
				t.Errorf("names %s\n want %s", got, tt.names)
			}
			if tt.rows == "" {
				return
			}
			d, err := encoder.Apply(probe)
			if err != nil {
				t.Fatal(err)
			}
			if got := rowsText(d); got != tt.rows {
				t.Errorf("rows\n%s\nwant\n%s", got, tt.rows)
			}
			if !slices.Equal(d.Names, encoder.Names()) || !slices.Equal(d.Classes, []string{"a", "b"}) || !slices.Equal(d.TargetNames, []string{"y"}) {
				t.Errorf("names %q, classes %q, targets %q", d.Names, d.Classes, d.TargetNames)
			}
			if err := d.Check(); err != nil {
				t.Error(err)
			}
			checkJSON(t, encoder, probe, tt.rows)
		})
	}
}

// checkJSON verifies that an encoder read from JSON encodes alike.
func checkJSON(t *testing.T, encoder *datasets.Encoder, probe *datasets.Table, want string) {
	t.Helper()
	data, err := json.Marshal(encoder)
	if err != nil {
		t.Fatal(err)
	}
	var read datasets.Encoder
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	d, err := read.Apply(probe)
	if err != nil {
		t.Fatal(err)
	}
	if got := rowsText(d); got != want {
		t.Errorf("after JSON, rows\n%s\nwant\n%s", got, want)
	}
	again, err := json.Marshal(&read)
	if err != nil || string(again) != string(data) {
		t.Errorf("JSON changed on a second writing (%v):\n%s\n%s", err, data, again)
	}
}

// Missing cells count for the level that they take: with them p is the most
// frequent one and keeps its column.
func TestEncodeFillCounts(t *testing.T) {
	table := mustRead(t, "c,y\np,0\nq,1\nq,0\nr,1\nr,0\nNA,1\nNA,0\n", datasets.CSVOptions{})
	encoder, err := datasets.Encode{MaxLevels: 2, Categories: datasets.Impute{Fill: datasets.FillConstant, Text: "p"}}.Fit(table, "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := encoder.Names(), []string{"c=p", "c=(other)"}; !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
}

// What is learned comes from the given rows alone, except for the classes.
func TestEncodeLearnsFromRows(t *testing.T) {
	table := mustRead(t, "n,c,y\n1,p,u\n2,q,v\n3,p,u\n100,r,w\n", datasets.CSVOptions{})
	encoder, err := datasets.Encode{Numbers: datasets.Impute{Fill: datasets.FillMean}}.Fit(table, "y", []int{0, 1, 2})
	if err != nil {
		t.Fatal(err)
	}
	d, err := encoder.Apply(mustRead(t, "n,c,y\n,r,w\n", datasets.CSVOptions{}))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := rowsText(d), "[2 0 0] [2]"; got != want {
		t.Errorf("row %s, want %s", got, want)
	}
	s := encoder.Schema()
	if n, err := s.Column("n"); err != nil || s.Rows != 3 || n.Numbers.Max != 3 {
		t.Errorf("schema of %d rows, greatest n %v, error %v", s.Rows, n.Numbers.Max, err)
	}
	if y, err := s.Column("y"); err != nil || len(y.Levels) != 2 {
		t.Errorf("schema of y: %v, error %v", y, err)
	}
}

func TestEncodeDropped(t *testing.T) {
	table := mustRead(t, people, datasets.CSVOptions{})
	encoder, err := datasets.Encode{Drop: []string{"city"}}.Fit(table, "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := encoder.Encode(); !slices.Equal(got.Drop, []string{"city"}) {
		t.Errorf("the description is %+v", got)
	}
	want := []datasets.Dropped{
		{Column: "id", Reason: "names the rows: it has another value in each"},
		{Column: "name", Reason: "names the rows: it has another value in each"},
		{Column: "city", Reason: "left out by choice"},
		{Column: "same", Reason: "every training cell has the same value"},
		{Column: "nothing", Reason: "every training cell is missing"},
	}
	if got := encoder.Dropped(); !slices.Equal(got, want) {
		t.Errorf("dropped %v\n want %v", got, want)
	}
}

func TestEncodedColumns(t *testing.T) {
	table := mustRead(t, people, datasets.CSVOptions{})
	e := datasets.Encode{Order: map[string][]string{"size": {"S", "M", "L"}}, Numbers: datasets.Impute{Indicator: true}}
	encoder, err := e.Fit(table, "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range encoder.Columns() {
		got = append(got, fmt.Sprintf("%s<%s %v %v", c.Name, c.Source, c.Kind, c.Binary))
	}
	want := []string{
		"age<age number false", "age=(missing)<age number true",
		"smoker<smoker boolean true", "smoker=(missing)<smoker boolean true",
		"city=Bonn<city category true", "city=Oslo<city category true", "city=Rome<city category true", "city=(missing)<city category true",
		"size<size category false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("columns %q\n want %q", got, want)
	}
}

func TestEncodeUnseen(t *testing.T) {
	table := mustRead(t, people, datasets.CSVOptions{})
	probe := mustRead(t, "age,smoker,city,size\n1,no,Paris,S\n1,no,Rome,XS\n1,no,Paris,S\n1,no,Lima,S\n", datasets.CSVOptions{})
	encoder, err := datasets.Encode{}.Fit(table, "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := encoder.Unseen(probe)
	want := []datasets.UnseenLevel{{"city", "Lima", 1, 5}, {"city", "Paris", 2, 2}, {"size", "XS", 1, 3}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("unseen %v, error %v\n want %v", got, err, want)
	}
	for _, tt := range []struct{ text, want string }{
		{"age,smoker,city,size\n1,no,Oslo,S\n1,no,Paris,S\n", `csv: line 3: column "city": "Paris" is a level that the training rows did not have`},
		{"age,smoker,city,size\n,,,\n1,no,Bonn,S\n", ""}, // a blank row is none
		{"age,smoker,city,size\n1,,,\n", ""},             // missing cells were seen in training
	} {
		for _, most := range []int{0, 2} { // with 2, Oslo and Bonn share a column and are known
			strict, err := datasets.Encode{Unseen: datasets.UnseenError, MaxLevels: most}.Fit(table, "y", nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = strict.ApplyFeatures(mustRead(t, tt.text, datasets.CSVOptions{}))
			if text := fmt.Sprint(err); text != tt.want && (err != nil || tt.want != "") {
				t.Errorf("most %d: error %v\n want %v", most, err, tt.want)
			}
		}
	}
	strict, err := datasets.Encode{Unseen: datasets.UnseenError, MaxLevels: 2, Drop: []string{"age", "smoker", "size"}}.Fit(table, "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	rare, err := strict.ApplyFeatures(mustRead(t, "city,y\nRome,0\nOslo,0\nBonn,0\n,0\n", datasets.CSVOptions{}))
	if err != nil || rowsText(rare) != "[1 0 0]\n[0 0 1]\n[0 0 1]\n[0 1 0]" {
		t.Errorf("rare levels: %v, error %v", rare, err)
	}
	complete := mustRead(t, "c,y\np,0\nq,1\np,1\n", datasets.CSVOptions{})
	strict, err = datasets.Encode{Unseen: datasets.UnseenError}.Fit(complete, "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = strict.Apply(mustRead(t, "c,y\np,0\nNA,1\n", datasets.CSVOptions{}))
	if want := `csv: line 3: column "c": the cell is missing, but in the training rows none was`; err == nil || err.Error() != want {
		t.Errorf("error %v\n want %v", err, want)
	}
}

// A table from a file gets the kinds that its cells suggest; the encoder sees the
// texts as they were written.
func TestEncodeOtherKinds(t *testing.T) {
	train := mustRead(t, "size,ok,n,y\n38,yes,1,0\n40.0,no,2,1\nXL,no,3,0\nno,yes,4,1\n", datasets.CSVOptions{})
	encoder, err := datasets.Encode{}.Fit(train, "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ text, want string }{
		{"size,ok,n,y\n40.0,FALSE,5,0\n38,TRUE,6,1\n", "[0 1 0 0 0 5] [0]\n[1 0 0 0 1 6] [1]"}, // sizes are numbers here
		{"size,ok,n,y\nno,no,05,0\nno,no,6,1\n", "[0 0 0 1 0 5] [0]\n[0 0 0 1 0 6] [1]"},       // sizes are booleans, n codes
		{"size,ok,n,y\n38,,,0\n", "[1 0 0 0 0 2.5] [0]"},                                       // nothing but missing cells
	} {
		d, err := encoder.Apply(mustRead(t, tt.text, datasets.CSVOptions{}))
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if got := rowsText(d); got != tt.want {
			t.Errorf("%q: rows\n%s\nwant\n%s", tt.text, got, tt.want)
		}
	}
}

func TestEncodeFitErrors(t *testing.T) {
	table := mustRead(t, people, datasets.CSVOptions{Name: "p.csv"})
	for _, tt := range []struct {
		name   string
		encode datasets.Encode
		target string
		rows   []int
		want   string
	}{
		{"no target", datasets.Encode{}, "", nil, "p.csv: no target column is named"},
		{"other target", datasets.Encode{}, "z", nil, `p.csv: no column "z"; the columns are "id", "name", "age", "smoker", "city", "size", "same", "nothing", "y"`},
		{"target dropped", datasets.Encode{Drop: []string{"y"}}, "y", nil, `p.csv: column "y": the target cannot be dropped`},
		{"other column dropped", datasets.Encode{Drop: []string{"Age"}}, "y", nil, `p.csv: no column "Age"; the columns are "id", "name", "age", "smoker", "city", "size", "same", "nothing", "y"`},
		{"kept and dropped", datasets.Encode{Drop: []string{"age"}, Keep: []string{"age"}}, "y", nil, `p.csv: column "age": the column is both kept and dropped`},
		{"no rows", datasets.Encode{}, "y", []int{}, "p.csv: no rows to learn from"},
		{"row out of range", datasets.Encode{}, "y", []int{0, 10}, "p.csv: no row 10; the table has 10 rows"},
		{"no features", datasets.Encode{Drop: []string{"age", "smoker", "city", "size"}}, "y", nil, `p.csv: no column besides the target "y" can be a feature; "id": names the rows: it has another value in each; "name": names the rows: it has another value in each; "age": left out by choice; and 5 more`},
		{"task", datasets.Encode{Task: 7}, "y", nil, "datasets: encoding with task Task(7), coding one-hot, unseen levels none"},
		{"levels", datasets.Encode{MaxLevels: -2}, "y", nil, "datasets: at most -2 levels, want −1 for all, 0 for 50, or more"},
		{"mean of texts", datasets.Encode{Categories: datasets.Impute{Fill: datasets.FillMean}}, "y", nil, "datasets: categories have no mean"},
		{"number for texts", datasets.Encode{Categories: datasets.Impute{Fill: datasets.FillConstant, Value: 1}}, "y", nil, "datasets: the value 1 cannot fill categories; give a text"},
		{"no text", datasets.Encode{Categories: datasets.Impute{Fill: datasets.FillConstant}}, "y", nil, `datasets: categories are filled with constant and the text ""`},
		{"text for a boolean", datasets.Encode{Categories: datasets.Impute{Fill: datasets.FillConstant, Text: "none"}}, "y", nil, `p.csv: column "smoker": "none" cannot fill a column of booleans`},
		{"order of numbers", datasets.Encode{Order: map[string][]string{"age": {"1"}}}, "y", nil, `p.csv: column "age": an order is for the levels of a category, but this is a number`},
		{"empty order", datasets.Encode{Order: map[string][]string{"size": nil}}, "y", nil, `p.csv: column "size": the order has no levels`},
		{"order twice", datasets.Encode{Order: map[string][]string{"size": {"S", "M", "S"}}}, "y", nil, `p.csv: column "size": the order has the level "S" twice, or an empty one`},
		{"order lacks a level", datasets.Encode{Order: map[string][]string{"size": {"S", "M"}}}, "y", nil, `p.csv: line 3: column "size": "L" is not in the order "S", "M"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := tt.encode.Fit(table, tt.target, tt.rows); err == nil || err.Error() != tt.want {
				t.Errorf("error %v\n want %v", err, tt.want)
			}
		})
	}
	clash := mustRead(t, "c,c=p,y\np,1,0\nq,2,1\n", datasets.CSVOptions{})
	_, err := datasets.Encode{}.Fit(clash, "y", nil)
	if want := `csv: columns "c" and "c=p" would both be encoded as "c=p"; rename one`; err == nil || err.Error() != want {
		t.Errorf("error %v\n want %v", err, want)
	}
	single := mustRead(t, "c,y\np,0\np,1\n", datasets.CSVOptions{})
	_, err = datasets.Encode{Keep: []string{"c"}, DropFirst: true}.Fit(single, "y", nil)
	if want := "csv: no encoded columns"; err == nil || err.Error() != want {
		t.Errorf("error %v\n want %v", err, want)
	}
}

// An encoder reads only JSON that it could have written.
func TestEncoderJSONErrors(t *testing.T) {
	table := mustRead(t, people, datasets.CSVOptions{})
	encoder, err := datasets.Encode{Unseen: datasets.UnseenError, MaxLevels: 2}.Fit(table, "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(encoder)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ old, new string }{
		{`"task":"classification"`, `"task":"auto"`},
		{`"task":"classification"`, `"task":"ranking"`},
		{`"classes":["a","b"]`, `"classes":["a"]`},
		{`"classes":["a","b"]`, `"classes":["a","a"]`},
		{`"classes":["a","b"]`, `"classes":["a",""]`},
		{`"target":{"name":"y","task":"classification","kind":"category"`, `"target":{"name":"y","task":"classification","kind":"number"`},
		{`"target":{"name":"y"`, `"target":{"name":""`},
		{`"target":{"name":"y"`, `"target":{"name":"z"`},
		{`{"name":"age","kind":"number","fill":33}`, `{"name":"age","kind":"boolean","fill":33}`},
		{`{"name":"age","kind":"number","fill":33}`, `{"name":"age","kind":"number","levels":["x"]}`},
		{`{"name":"age","kind":"number","fill":33}`, `{"name":"other","kind":"number","fill":33}`},
		{`{"name":"age","kind":"number","fill":33},`, ``},
		{`"levels":["Rome"],"missingLevel":true`, `"levels":["Rome","Rome"],"missingLevel":true`},
		{`"levels":["Rome"],"missingLevel":true`, `"levels":[""],"missingLevel":true`},
		{`"levels":["Rome"],"missingLevel":true`, `"levels":["Rome"],"missingLevel":true,"fillLevel":"Rome"`},
		{`"levels":["Rome"],"missingLevel":true`, `"levels":["Rome"],"ordinal":true,"missingLevel":true`},
		{`"rare":["Bonn","Oslo"]`, `"rare":["Bonn","Rome"]`},
		{`"levels":["Rome"],"missingLevel":true,"other":true`, `"levels":["Rome"],"missingLevel":true`},
		{`"rows":10`, `"rows":-1`},
	} {
		if !strings.Contains(string(data), tt.old) {
			t.Fatalf("no %s in %s", tt.old, data)
		}
		var read datasets.Encoder
		if err := json.Unmarshal([]byte(strings.Replace(string(data), tt.old, tt.new, 1)), &read); err == nil {
			t.Errorf("%s instead of %s was read", tt.new, tt.old)
		}
	}
}
