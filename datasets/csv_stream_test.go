package datasets_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/random"
)

// writeFile writes a file of a test and returns its path.
func writeFile(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// shop is a table of n rows with every kind of column, missing cells, a code that
// shows late, a rare class and row labels.
func shop(n int) string {
	r := random.New(5)
	var b strings.Builder
	b.WriteString("id,price,size,member,code,colour,answer\n")
	for i := range n {
		price := fmt.Sprintf("%.3f", r.Normal())
		if r.IntN(9) == 0 {
			price = ""
		}
		code := fmt.Sprint(10 + r.IntN(3))
		if i == n-2 {
			code = "007"
		}
		answer := []string{"low", "high"}[r.IntN(2)]
		if i == n/2 {
			answer = "never"
		}
		fmt.Fprintf(&b, "r%d,%s,%d,%s,%s,%s,%s\n", i, price, r.IntN(50), []string{"yes", "no", ""}[r.IntN(3)], code,
			[]string{"red", "green", "blue", "NA"}[r.IntN(4)], answer)
	}
	return b.String()
}

func openStream(t *testing.T, s datasets.CSVStream) *datasets.CSVSource {
	t.Helper()
	c, err := s.Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// rowsOfSource returns every row of a pass, the target last, and the batches' sizes.
func rowsOfSource(t *testing.T, s datasets.Source, plan datasets.BatchPlan) (rows [][]float32, sizes []int) {
	t.Helper()
	for b, err := range s.Batches(context.Background(), plan) {
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, b.Rows())
		for i := range b.Rows() {
			rows = append(rows, append(slices.Clone(b.Inputs[0].Row(i)), b.Targets[0].Row(i)...))
		}
	}
	return rows, sizes
}

// A file that is streamed gives what it gives in memory: the kinds, the encoding,
// the scales and every number.
func TestCSVStreamIsTheTableInMemory(t *testing.T) {
	for _, c := range []struct {
		name, text, target string
		options            datasets.CSVOptions
		encode             datasets.Encode
	}{
		{"shop", shop(9000), "answer", datasets.CSVOptions{}, datasets.Encode{}},
		{"shop, strict", shop(300), "answer", datasets.CSVOptions{}, datasets.Encode{Unseen: datasets.UnseenError, DropFirst: true, Keep: []string{"id"}, MaxLevels: 5}},
		{"a regression", shop(5000), "size", datasets.CSVOptions{Kinds: map[string]datasets.Kind{"code": datasets.Category}}, datasets.Encode{Task: datasets.TaskRegression}},
		{"semicolons", "a;b;y\n0,5;x;1\n1,25;z;2\n\n2,5;x;1\n", "y", datasets.CSVOptions{}, datasets.Encode{}},
		{"a comma that may be of thousands", "a;y\n1,500;1\n2,250;2\n1,750;1\n", "y", datasets.CSVOptions{}, datasets.Encode{Keep: []string{"a"}}},
		{"no header", "1,f,0\n2,t,1\n3,f,1\n", "x3", datasets.CSVOptions{NoHeader: true}, datasets.Encode{}},
		{"words that turn to texts", "w,y\n" + strings.Repeat("yes,1\n", 5000) + "perhaps,2\n", "y", datasets.CSVOptions{}, datasets.Encode{}},
		{"numbers that turn to words", "w,y\n" + strings.Repeat("1,1\n", 4096) + "yes,2\nno,1\n", "y", datasets.CSVOptions{}, datasets.Encode{}},
		{"the first rows", shop(5000), "answer", datasets.CSVOptions{MaxRows: 4500}, datasets.Encode{}},
	} {
		path := writeFile(t, c.text)
		s := openStream(t, datasets.CSVStream{Path: path, Options: c.options, Target: c.target, Encode: c.encode})
		table, err := datasets.ReadCSVFile(path, c.options)
		if err != nil {
			t.Fatal(err)
		}
		encoder, err := c.encode.Fit(table, c.target, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, err := encoder.Apply(table)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := s.Encoder().Names(), encoder.Names(); !slices.Equal(got, want) || !slices.Equal(s.Encoder().Classes(), encoder.Classes()) {
			t.Errorf("%s: columns %q, classes %q, want %q and %q", c.name, got, s.Encoder().Classes(), want, encoder.Classes())
			continue
		}
		memory, sizes := rowsOfSource(t, want, datasets.BatchPlan{InOrder: true, Size: 100})
		rows, streamed := rowsOfSource(t, s, datasets.BatchPlan{InOrder: true, Size: 100})
		if !slices.Equal(sizes, streamed) || !slices.EqualFunc(rows, memory, slices.Equal) {
			t.Errorf("%s: the stream has other rows than the table: %d and %d", c.name, len(rows), len(memory))
		}
		if layout := s.Layout(); layout.Rows != want.Rows() || !layout.Inputs[0].Shape.Equal(want.InputShape()) || s.Rows() != want.Rows() {
			t.Errorf("%s: layout %+v, want %d rows of %v", c.name, layout, want.Rows(), want.InputShape())
		}
	}
}

func TestCSVStreamScales(t *testing.T) {
	path := writeFile(t, shop(500))
	s := openStream(t, datasets.CSVStream{Path: path, Target: "size", Encode: datasets.Encode{Task: datasets.TaskRegression},
		Scale: datasets.Standardize{}, ScaleTarget: datasets.MinMax{}})
	rows, _ := rowsOfSource(t, s, datasets.BatchPlan{Size: -1})
	for j, c := range s.Encoder().Columns() {
		var mean, square float64
		for _, row := range rows {
			mean += float64(row[j]) / float64(len(rows))
			square += float64(row[j]) * float64(row[j]) / float64(len(rows))
			if c.Binary && row[j] != 0 && row[j] != 1 {
				t.Fatalf("%s has %g, want 0 or 1", c.Name, row[j])
			}
		}
		if !c.Binary && (math.Abs(mean) > 1e-5 || math.Abs(square-1) > 1e-5) { // float32 sums
			t.Errorf("%s has mean %g and mean square %g, want 0 and 1", c.Name, mean, square)
		}
	}
	last := len(rows[0]) - 1
	low, high := float32(1), float32(0)
	for _, row := range rows {
		low, high = min(low, row[last]), max(high, row[last])
	}
	if low != 0 || high != 1 || s.Scaler() == nil || s.TargetScaler() == nil {
		t.Errorf("targets from %g to %g, want 0 to 1", low, high)
	}
}

// countingFile is a file whose rows have their number.
func countingFile(n int) string {
	var b strings.Builder
	b.WriteString("x,y\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,%d.5\n", i, i)
	}
	return b.String()
}

// firsts returns the first value of each row.
func firsts(rows [][]float32) (x []int) {
	for _, row := range rows {
		x = append(x, int(row[0]))
	}
	return x
}

func TestCSVStreamShuffles(t *testing.T) {
	const n = 5000
	path := writeFile(t, countingFile(n))
	for _, buffer := range []int{1, 700, 0} {
		s := openStream(t, datasets.CSVStream{Path: path, Target: "y", Buffer: buffer})
		plan := datasets.BatchPlan{Size: 64, Seed: 3, Epoch: 1}
		rows, sizes := rowsOfSource(t, s, plan)
		order := firsts(rows)
		sorted := slices.Sorted(slices.Values(order))
		if len(order) != n || sorted[0] != 0 || len(slices.Compact(sorted)) != n {
			t.Fatalf("buffer %d: %d rows, want each of %d once", buffer, len(order), n)
		}
		if moved := slices.IsSorted(order); moved != (buffer == 1) {
			t.Errorf("buffer %d: rows in order: %t", buffer, moved)
		}
		for i, x := range order {
			if buffer > 0 && x-i > buffer {
				t.Fatalf("buffer %d: row %d comes as number %d", buffer, x, i)
			}
		}
		again, _ := rowsOfSource(t, s, plan)
		if !slices.Equal(firsts(again), order) {
			t.Errorf("buffer %d: the same plan gives another order", buffer)
		}
		plan.Skip = 30
		rest, restSizes := rowsOfSource(t, s, plan)
		if !slices.Equal(firsts(rest), order[30*64:]) || !slices.Equal(restSizes, sizes[30:]) {
			t.Errorf("buffer %d: resuming after 30 batches gives other rows", buffer)
		}
		plan.Skip, plan.Epoch = 0, 2
		if other, _ := rowsOfSource(t, s, plan); buffer != 1 && slices.Equal(firsts(other), order) {
			t.Errorf("buffer %d: another epoch has the same order", buffer)
		}
	}
}

// The rows held out are others than those trained with, and nothing is learnt of them.
func TestCSVStreamHoldsOut(t *testing.T) {
	const n = 4000
	path := writeFile(t, countingFile(n)+"999999,0\n")
	s := openStream(t, datasets.CSVStream{Path: path, Target: "y", Holdout: 0.25, Seed: 2, Scale: datasets.MinMax{}})
	s.Scaler()
	train, _ := rowsOfSource(t, s, datasets.BatchPlan{InOrder: true})
	held, _ := rowsOfSource(t, s.Holdout(), datasets.BatchPlan{InOrder: true})
	if len(train) != s.Rows() || len(held) != s.Holdout().Rows() || len(train)+len(held) != n+1 {
		t.Errorf("%d and %d rows, want %d together", len(train), len(held), n+1)
	}
	// 4.5 standard deviations of a share of n.
	if share := float64(len(held)) / (n + 1); math.Abs(share-0.25) > 4.5*math.Sqrt(0.25*0.75/n) {
		t.Errorf("the share held out is %g, want 0.25", share)
	}
	targets := map[float32]bool{}
	for _, row := range slices.Concat(train, held) {
		if targets[row[1]] {
			t.Fatalf("the row of target %g is in both parts", row[1])
		}
		targets[row[1]] = true
	}
	largest := float32(0)
	for _, row := range train {
		largest = max(largest, row[0])
	}
	if largest != 1 {
		t.Errorf("the largest scaled number to train with is %g, want 1", largest)
	}
	if none := openStream(t, datasets.CSVStream{Path: path, Target: "y"}); none.Holdout() != nil {
		t.Error("rows are held out that were not asked for")
	}
}

// A small sample knows all classes, and learns about what the whole file would tell.
func TestCSVStreamSamples(t *testing.T) {
	path := writeFile(t, shop(6000))
	s := openStream(t, datasets.CSVStream{Path: path, Target: "answer", SampleRows: 500, Seed: 4, Scale: datasets.Standardize{}})
	if got := s.Encoder().Classes(); !slices.Equal(got, []string{"high", "low", "never"}) {
		t.Errorf("classes %q, want high, low and never, which has one row", got)
	}
	if got := s.Encoder().Schema().Rows; got != 500 {
		t.Errorf("learnt from %d rows, want 500", got)
	}
	at := slices.Index(s.Encoder().Names(), "price")
	// The price is standard normal; 450 of 500 have one. 4.5 standard errors.
	if mean, std := s.Scaler().Center[at], s.Scaler().Scale[at]; math.Abs(mean) > 4.5/math.Sqrt(450) || math.Abs(std-1) > 4.5/math.Sqrt(900)+0.06 {
		t.Errorf("price is learnt to have mean %g and deviation %g", mean, std)
	}
	if rows, _ := rowsOfSource(t, s, datasets.BatchPlan{}); len(rows) != 6000 {
		t.Errorf("%d rows, want 6000", len(rows))
	}
}

func TestCSVStreamFails(t *testing.T) {
	ctx := context.Background()
	good := writeFile(t, countingFile(50))
	for want, s := range map[string]datasets.CSVStream{
		`no column "z" to predict; the columns are "x", "y"`: {Path: good, Target: "z"},
		"a sample of -1 rows":                                {Path: good, Target: "y", SampleRows: -1},
		"a buffer of -1 rows":                                {Path: good, Target: "y", Buffer: -1},
		"a holdout of the part 1":                            {Path: good, Target: "y", Holdout: 1},
		"no such file":                                       {Path: good + "x", Target: "y"},
		"line 5002: 1 field, but the header has 2":           {Path: writeFile(t, countingFile(5000)+"7\n"), Target: "y"},
		`line 5002: column "x": the number is infinite`:      {Path: writeFile(t, countingFile(5000)+"inf,1\n"), Target: "y"},
		"no rows after the header":                           {Path: writeFile(t, "x,y\n"), Target: "y"},
		`line 52: column "y": the target is missing`:         {Path: writeFile(t, countingFile(50)+"7,\n"), Target: "y"},
		"the file is empty":                                  {Path: writeFile(t, ""), Target: "y"},
	} {
		if _, err := s.Open(ctx); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := (datasets.CSVStream{Path: good, Target: "y"}).Open(cancelled); err != context.Canceled {
		t.Errorf("error %v, want that of the context", err)
	}
}

// What goes wrong while a file is read is said with its line, and ends the pass.
func TestCSVStreamFailsInTraining(t *testing.T) {
	for want, c := range map[string]struct{ before, after string }{
		`line 3: column "x": "a" is not a number`: {countingFile(50), "x,y\n1,2\na,3\n"},
		"the file has 2 rows, but had 50":         {countingFile(50), countingFile(2)},
	} {
		path := writeFile(t, c.before)
		s := openStream(t, datasets.CSVStream{Path: path, Target: "y"})
		if err := os.WriteFile(path, []byte(c.after), 0o600); err != nil {
			t.Fatal(err)
		}
		var last error
		for _, err := range s.Batches(context.Background(), datasets.BatchPlan{InOrder: true}) {
			if last != nil {
				t.Error("the pass goes on after an error")
			}
			last = err
		}
		if last == nil || !strings.Contains(last.Error(), want) {
			t.Errorf("error %v, want %q in it", last, want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := openStream(t, datasets.CSVStream{Path: writeFile(t, countingFile(9000)), Target: "y"})
	batches := 0
	for _, err := range s.Batches(ctx, datasets.BatchPlan{InOrder: true, Size: 10}) {
		if batches++; err == context.Canceled {
			return
		}
		cancel()
	}
	t.Errorf("%d batches after the context ended, and no error", batches)
}

// A tenth of a file's rows is held out; each epoch reads it again.
func ExampleCSVStream() {
	path := filepath.Join(os.TempDir(), "goodfit-example.csv")
	text := "area,rooms,rent\n50,2,700\n80,3,1100\n35,1,600\n120,5,1900\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(path)
	s, err := datasets.CSVStream{Path: path, Target: "rent", Scale: datasets.MinMax{}}.Open(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	for b, err := range s.Batches(context.Background(), datasets.BatchPlan{Size: 3, InOrder: true}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(b.Rows(), b.Targets[0].Data())
	}
	// Output:
	// 3 [700 1100 600]
	// 1 [1900]
}
