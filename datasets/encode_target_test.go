package datasets_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
)

// targetTable is a table with a feature x and the given cells as target y.
func targetTable(t *testing.T, cells []string) *datasets.Table {
	t.Helper()
	var b strings.Builder
	b.WriteString("x,y\n")
	for i, cell := range cells {
		fmt.Fprintf(&b, "%d,%s\n", i%3, cell)
	}
	return mustRead(t, b.String(), datasets.CSVOptions{})
}

// numbered returns the numbers 0 to different−1 in turn, times each.
func numbered(different, times int) []string {
	var cells []string
	for i := range different * times {
		cells = append(cells, fmt.Sprint(i%different))
	}
	return cells
}

func TestInferTask(t *testing.T) {
	for _, tt := range []struct {
		name  string
		cells []string
		want  datasets.Task
	}{
		{"texts", []string{"a", "b"}, datasets.TaskClassification},
		{"booleans", []string{"yes", "no"}, datasets.TaskClassification},
		{"two numbers", []string{"0", "1"}, datasets.TaskClassification},
		{"two other numbers", []string{"-1", "1", "-1"}, datasets.TaskClassification},
		{"two fractions", []string{"0.5", "1", "0.5"}, datasets.TaskRegression},
		{"20 numbers of 5 rows", numbered(20, 5), datasets.TaskClassification},
		{"21 numbers", numbered(21, 50), datasets.TaskRegression},
		{"20 numbers of fewer rows", numbered(20, 5)[1:], datasets.TaskRegression},
		{"three numbers of 4 rows", numbered(3, 4), datasets.TaskRegression},
		{"fractions among few numbers", append(numbered(3, 9), "1.5"), datasets.TaskRegression},
		{"missing cells do not count", append(numbered(3, 5), "", "NA"), datasets.TaskClassification},
	} {
		got, err := targetTable(t, tt.cells).InferTask("y")
		if err != nil || got != tt.want {
			t.Errorf("%s: %v (%v), want %v", tt.name, got, err, tt.want)
		}
	}
	if _, err := targetTable(t, []string{"", "NA"}).InferTask("y"); err == nil || err.Error() != `csv: column "y": the target has no values` {
		t.Errorf("error %v", err)
	}
}

func TestEncodeTarget(t *testing.T) {
	for _, tt := range []struct {
		name    string
		task    datasets.Task
		train   []string
		test    []string
		classes []string
		y       []float64
	}{
		{"texts in sorted order", 0, []string{"b", "c", "a", "B"}, []string{"c", "a", "B"}, []string{"B", "a", "b", "c"}, []float64{3, 1, 0}},
		{"numbers in order of size", datasets.TaskClassification, []string{"10", "9", "-1", "10"}, []string{"9.0", "10", "-1"}, []string{"-1", "9", "10"}, []float64{1, 2, 0}},
		{"minus zero is zero", 0, []string{"-0", "1", "0"}, []string{"0", "-0.0"}, []string{"0", "1"}, []float64{0, 0}},
		{"booleans", 0, []string{"yes", "no"}, []string{"no", "yes", "yes"}, []string{"no", "yes"}, []float64{0, 1, 1}},
		{"booleans in other words", 0, []string{"yes", "no"}, []string{"FALSE", "TRUE"}, []string{"no", "yes"}, []float64{0, 1}},
		{"texts that look like numbers later", 0, []string{"1", "2", "x"}, []string{"2", "1"}, []string{"1", "2", "x"}, []float64{1, 0}},
		{"one class in the later table", 0, []string{"f", "m"}, []string{"f", "f"}, []string{"f", "m"}, []float64{0, 0}},
		{"numbers", 0, []string{"1.5", "2", "-3"}, []string{"7", "1e-3"}, nil, []float64{7, 0.001}},
		{"few numbers by choice", datasets.TaskRegression, []string{"0", "1"}, []string{"1", "0.5"}, nil, []float64{1, 0.5}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			encoder, err := datasets.Encode{Task: tt.task}.Fit(targetTable(t, tt.train), "y", nil)
			if err != nil {
				t.Fatal(err)
			}
			d, err := encoder.Apply(targetTable(t, tt.test))
			if err != nil {
				t.Fatal(err)
			}
			if got := d.Y.RawMatrix().Data; !slices.Equal(got, tt.y) || !slices.Equal(d.Classes, tt.classes) {
				t.Errorf("y %v of classes %q, want %v of %q", got, d.Classes, tt.y, tt.classes)
			}
			if want := map[bool]datasets.Task{true: datasets.TaskRegression, false: datasets.TaskClassification}[tt.classes == nil]; encoder.Task() != want || encoder.Target() != "y" {
				t.Errorf("task %v of %q, want %v", encoder.Task(), encoder.Target(), want)
			}
		})
	}
}

func TestEncodeTargetErrors(t *testing.T) {
	many := make([]string, 12)
	for i := range many {
		many[i] = fmt.Sprintf("t%d", i)
	}
	for _, tt := range []struct {
		name        string
		task        datasets.Task
		train, test []string
		want        string
	}{
		{"one class", 0, []string{"a", "a"}, nil, `csv: column "y": the target is "a" in every row, but classification needs two classes`},
		{"one boolean", 0, []string{"yes", "yes", ""}, nil, `csv: column "y": the target is "yes" in every row, but classification needs two classes`},
		{"one number", datasets.TaskClassification, []string{"3", "3"}, nil, `csv: column "y": the target is "3" in every row, but classification needs two classes`},
		{"no class", datasets.TaskClassification, []string{"", ""}, nil, `csv: column "y": the target has no values`},
		{"another text in every row", 0, many, nil, `csv: column "y": the target has another text in every row, but a class needs several rows`},
		{"fractions as classes", datasets.TaskClassification, []string{"1", "2.5"}, nil, `csv: column "y": the target has the number 2.5, but a class is a text, a boolean or a whole number; choose regression, or read the column as a category`},
		{"missing class", 0, []string{"a", "b"}, []string{"a", ""}, `csv: line 3: column "y": the target is missing`},
		{"unknown class", 0, []string{"a", "b"}, []string{"a", "c"}, `csv: line 3: column "y": "c" is none of the classes "a", "b"`},
		{"unknown number", 0, []string{"0", "1"}, []string{"1", "2"}, `csv: line 3: column "y": "2" is none of the classes "0", "1"`},
		{"text for a class number", 0, []string{"0", "1"}, []string{"1", "x"}, `csv: line 3: column "y": "x" is not a number`},
		{"text for a boolean", 0, []string{"no", "yes"}, []string{"x", "yes"}, `csv: line 2: column "y": "x" is not a boolean such as "no", "yes"`},
		{"missing number", 0, []string{"1.5", "2"}, []string{"1", "NA"}, `csv: line 3: column "y": the target is missing`},
		{"text for a number", 0, []string{"1.5", "2"}, []string{"1", "x"}, `csv: line 3: column "y": "x" is not a number`},
		{"texts by choice", datasets.TaskRegression, []string{"1.5", "x"}, []string{"1", "x"}, `csv: line 3: column "y": "x" is not a number`},
		{"booleans by choice", datasets.TaskRegression, []string{"yes", "no"}, []string{"yes"}, `csv: line 2: column "y": "yes" is not a number`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			encoder, err := datasets.Encode{Task: tt.task}.Fit(targetTable(t, tt.train), "y", nil)
			if err == nil && tt.test != nil {
				_, err = encoder.Apply(targetTable(t, tt.test))
			}
			if err == nil || err.Error() != tt.want {
				t.Errorf("error %v\n want %v", err, tt.want)
			}
		})
	}
	encoder, err := datasets.Encode{}.Fit(targetTable(t, []string{"a", "b"}), "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	features := mustRead(t, "x\n5\n", datasets.CSVOptions{})
	if _, err := encoder.Apply(features); err == nil || err.Error() != `csv: no column "y", which is needed; the columns are "x"` {
		t.Errorf("error %v", err)
	}
	if d, err := encoder.ApplyFeatures(features); err != nil || d.Y != nil || d.X.At(0, 0) != 5 {
		t.Errorf("features alone: %v, error %v", d, err)
	}
}

func TestTargetRows(t *testing.T) {
	for _, tt := range []struct {
		task  datasets.Task
		cells []string
		want  []int
	}{
		{datasets.TaskAuto, []string{"a", "", "b", "NA"}, []int{0, 2}},
		{datasets.TaskAuto, []string{"1.5", "", "2"}, []int{0, 2}},
		{datasets.TaskRegression, []string{"1.5", "n.a.", "2", "", "1e999", "007"}, []int{0, 2, 5}},
		{datasets.TaskRegression, []string{"x", "y"}, []int{}},
		{datasets.TaskClassification, []string{"1", "", "2.5"}, []int{0, 2}},
	} {
		table := targetTable(t, tt.cells)
		got, err := table.TargetRows("y", tt.task)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%v of %q: rows %v (%v), want %v", tt.task, tt.cells, got, err, tt.want)
		}
	}
	table := targetTable(t, []string{"1.5", "n.a.", "2", ""})
	rows, err := table.TargetRows("y", datasets.TaskRegression)
	if err != nil {
		t.Fatal(err)
	}
	encoder, err := datasets.Encode{Task: datasets.TaskRegression}.Fit(table.Take(rows), "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := encoder.Apply(table.Take(rows))
	if err != nil || !slices.Equal(d.Y.RawMatrix().Data, []float64{1.5, 2}) {
		t.Errorf("usable rows: %v, error %v", d, err)
	}
	if _, err := table.TargetRows("z", datasets.TaskRegression); err == nil {
		t.Error("rows of no target")
	}
}

func TestOneHotLabels(t *testing.T) {
	got, err := datasets.OneHot([]float64{0, 2, 1}, 0)
	want := mat.NewDense(3, 3, []float64{1, 0, 0, 0, 0, 1, 0, 1, 0})
	if err != nil || !mat.Equal(got, want) {
		t.Errorf("%v, error %v", got, err)
	}
	if indices := datasets.ClassIndices(got); !slices.Equal(indices, []float64{0, 2, 1}) {
		t.Errorf("indices %v", indices)
	}
	if wide, err := datasets.OneHot([]float64{0}, 4); err != nil || !mat.Equal(wide, mat.NewDense(1, 4, []float64{1, 0, 0, 0})) {
		t.Errorf("%v, error %v", wide, err)
	}
	names, err := datasets.ClassNames([]string{"no", "yes"}, []float64{1, 0, 1})
	if err != nil || !slices.Equal(names, []string{"yes", "no", "yes"}) {
		t.Errorf("names %q, error %v", names, err)
	}
	for _, tt := range []struct {
		indices []float64
		classes int
	}{{nil, 0}, {[]float64{-1}, 2}, {[]float64{2}, 2}, {[]float64{0.5}, 2}, {[]float64{nan}, 2}, {[]float64{nan}, 0}, {[]float64{1e300}, 0}, {[]float64{0}, -1}, {[]float64{0}, 1 << 30}} {
		if _, err := datasets.OneHot(tt.indices, tt.classes); err == nil {
			t.Errorf("OneHot(%v, %d) has no error", tt.indices, tt.classes)
		}
	}
	if _, err := datasets.ClassNames([]string{"a"}, []float64{1}); err == nil || err.Error() != "datasets: row 0: the class index is 1, want a whole number from 0 to 0" {
		t.Errorf("error %v", err)
	}
	ties := mat.NewDense(3, 2, []float64{0.5, 0.5, nan, 0.1, nan, nan})
	if got := datasets.ClassIndices(ties); !slices.Equal(got, []float64{0, 1, 0}) {
		t.Errorf("greatest of ties and NaN %v", got)
	}
}
