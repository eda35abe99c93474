package datasets_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
)

// readExample reads one of the examples' files.
func readExample(t *testing.T, path string) *datasets.Table {
	t.Helper()
	table, err := datasets.ReadCSVFile("../examples/"+path, datasets.CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// The statistics are those that scikit-learn's documentation gives for iris
// (minimum, maximum, mean, to two digits behind the point).
func TestIris(t *testing.T) {
	table := readExample(t, "iris/iris.csv")
	want := map[string][3]float64{
		"sepal_length": {4.3, 7.9, 5.84}, "sepal_width": {2.0, 4.4, 3.06},
		"petal_length": {1.0, 6.9, 3.76}, "petal_width": {0.1, 2.5, 1.20},
	}
	schema := table.Schema(nil)
	for name, w := range want {
		c, err := schema.Column(name)
		if err != nil || c.Numbers.Min != w[0] || c.Numbers.Max != w[1] || math.Abs(c.Numbers.Mean-w[2]) > 0.005 || c.Missing != 0 {
			t.Errorf("%s: %+v (%v), want %v", name, c, err, w)
		}
	}
	if warnings := schema.Warnings(); len(warnings) != 0 {
		t.Errorf("warnings %v", warnings)
	}
	encoder, err := datasets.Encode{}.Fit(table, "species", nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := encoder.Apply(table)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(d.Classes, []string{"setosa", "versicolor", "virginica"}) || encoder.Task() != datasets.TaskClassification {
		t.Errorf("%v of the classes %q", encoder.Task(), d.Classes)
	}
	for i := range 150 {
		if d.Y.At(i, 0) != float64(i/50) {
			t.Fatalf("row %d is of class %v", i, d.Y.At(i, 0))
		}
	}
	if got, want := d.X.RawRowView(149), []float64{5.9, 3.0, 5.1, 1.8}; !slices.Equal(got, want) {
		t.Errorf("the last row is %v, want %v", got, want)
	}
}

func TestDiabetes(t *testing.T) {
	table := readExample(t, "diabetes/diabetes.csv")
	encoder, err := datasets.Encode{}.Fit(table, "progression", nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := encoder.Apply(table)
	if err != nil {
		t.Fatal(err)
	}
	if rows, columns := d.X.Dims(); rows != 442 || columns != 10 || encoder.Task() != datasets.TaskRegression {
		t.Errorf("%d×%d, %v", rows, columns, encoder.Task())
	}
	y := d.Y.RawMatrix().Data
	if slices.Min(y) != 25 || slices.Max(y) != 346 { // as the data set is described
		t.Errorf("the target is from %v to %v", slices.Min(y), slices.Max(y))
	}
}

// What a dataset becomes in a file encodes to the same dataset.
func TestDatasetThroughFile(t *testing.T) {
	want := datasets.Blobs{Samples: 60, Centers: 3, Features: 3, Seed: 4}.Make()
	var b strings.Builder
	if err := want.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	table := mustRead(t, b.String(), datasets.CSVOptions{})
	encoder, err := datasets.Encode{}.Fit(table, "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := encoder.Apply(table)
	if err != nil {
		t.Fatal(err)
	}
	if !mat.Equal(got.X, want.X) || !mat.Equal(got.Y, want.Y) || !slices.Equal(got.Classes, []string{"0", "1", "2"}) {
		t.Error("other data than before")
	}
}

// Several goroutines may read one table and use one encoder; the race detector
// sees to the rest.
func TestEncoderConcurrently(t *testing.T) {
	table := mustRead(t, people, datasets.CSVOptions{})
	encoder, err := datasets.Encode{Unseen: datasets.UnseenError, MaxLevels: 2}.Fit(table, "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := encoder.Apply(table)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			d, err := encoder.Apply(table.Take([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}))
			if err != nil || !mat.Equal(d.X, want.X) {
				t.Errorf("other data in parallel: %v", err)
			}
			if got := table.Schema(nil).Summary(); !strings.HasPrefix(got, "10 rows, 9 columns") {
				t.Errorf("summary %s", got)
			}
		})
	}
	group.Wait()
}

// What a caller does with the lists that an encoder returns does not change it.
func TestEncoderOwnsItsLists(t *testing.T) {
	table := mustRead(t, people, datasets.CSVOptions{})
	encoder, err := datasets.Encode{}.Fit(table, "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	before := fmt.Sprint(encoder.Classes(), encoder.Names(), encoder.Dropped(), encoder.Schema())
	encoder.Classes()[0] = "changed"
	encoder.Names()[0] = "changed"
	encoder.Columns()[0].Name = "changed"
	encoder.Dropped()[0].Column = "changed"
	encoder.Schema().Columns[0].Name = "changed"
	d, err := encoder.Apply(table)
	if err != nil {
		t.Fatal(err)
	}
	d.Classes[0], d.Names[0] = "changed", "changed"
	if after := fmt.Sprint(encoder.Classes(), encoder.Names(), encoder.Dropped(), encoder.Schema()); after != before {
		t.Errorf("the encoder is now\n%s\nand was\n%s", after, before)
	}
}

// Learning twice from the same rows gives the same bytes, whatever the order of
// Go's maps.
func TestEncoderIsDeterministic(t *testing.T) {
	table := mustRead(t, people, datasets.CSVOptions{})
	e := datasets.Encode{Order: map[string][]string{"size": {"S", "M", "L"}, "city": {"Bonn", "Oslo", "Rome"}}, Unseen: datasets.UnseenError}
	first := ""
	for range 20 {
		encoder, err := e.Fit(table, "y", nil)
		if err != nil {
			t.Fatal(err)
		}
		data, err := encoder.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(data)
		}
		if string(data) != first {
			t.Fatalf("%s\nand before\n%s", data, first)
		}
	}
}
