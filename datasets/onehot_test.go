package datasets_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
)

func TestOneHotTargetsAndBack(t *testing.T) {
	d := labelledRows(2, 0, 1, 2)
	hot, err := d.OneHotTargets()
	if err != nil {
		t.Fatal(err)
	}
	want := mat.NewDense(4, 3, []float64{0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1})
	if !mat.Equal(hot.Y, want) || hot.X != d.X {
		t.Errorf("got %v, want %v", mat.Formatted(hot.Y), mat.Formatted(want))
	}
	again, err := hot.OneHotTargets()
	if err != nil || !mat.Equal(again.Y, want) {
		t.Errorf("one-hot targets do not stay as they are: %v", err)
	}
	back, err := hot.IndexTargets()
	if err != nil || !mat.Equal(back.Y, d.Y) {
		t.Errorf("the indices come back as %v, %v", back, err)
	}
	labels, err := hot.Labels()
	if err != nil || !slices.Equal(labels, []int{2, 0, 1, 2}) {
		t.Errorf("the labels are %v, %v", labels, err)
	}
}

// A class without rows has its column if it has a name, or if it has one already.
func TestOneHotTargetsKeepsAbsentClasses(t *testing.T) {
	d := labelledRows(0, 1)
	d.Classes = []string{"a", "b", "c"}
	d.TargetNames = []string{"letter"}
	hot, err := d.OneHotTargets()
	if err != nil {
		t.Fatal(err)
	}
	if _, columns := hot.Y.Dims(); columns != 3 || !slices.Equal(hot.TargetNames, d.Classes) {
		t.Errorf("%d columns named %v, want 3 with the names of the classes", columns, hot.TargetNames)
	}
	part, err := (&datasets.Dataset{X: d.X, Y: hot.Y}).Take([]int{0}).OneHotTargets()
	if err != nil {
		t.Fatal(err)
	}
	if _, columns := part.Y.Dims(); columns != 3 {
		t.Errorf("%d columns after taking a row, want 3", columns)
	}
}

func TestLabelsErrors(t *testing.T) {
	named := labelledRows(0, 2)
	named.Classes = []string{"a", "b"}
	for want, d := range map[string]*datasets.Dataset{
		"no targets": numberedRows(2),
		"row 1: the class index is 0.5, want a whole number":           labelledRows(0, 0.5),
		"row 0: the class index is -1":                                 labelledRows(-1),
		"row 0: the class index is NaN":                                labelledRows(math.NaN()),
		"row 1: the class index is 2, want a whole number from 0 to 1": named,
		"row 1: the targets are [1 1], want one 1 and zeros":           {X: mat.NewDense(2, 1, nil), Y: mat.NewDense(2, 2, []float64{1, 0, 1, 1})},
		"row 0: the targets are [0 0]":                                 {X: mat.NewDense(1, 1, nil), Y: mat.NewDense(1, 2, nil)},
		"row 0: the targets are [0.5 0.5]":                             {X: mat.NewDense(1, 1, nil), Y: mat.NewDense(1, 2, []float64{0.5, 0.5})},
	} {
		_, labelsErr := d.Labels()
		_, hotErr := d.OneHotTargets()
		_, indexErr := d.IndexTargets()
		for _, err := range []error{labelsErr, hotErr, indexErr} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got error %v, want %q", err, want)
			}
		}
	}
}
