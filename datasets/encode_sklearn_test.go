package datasets_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
)

// colors makes a table of a category "color" and a target "y"; nil is missing.
func colors(t *testing.T, texts []*string) *datasets.Table {
	t.Helper()
	var cells []string
	y := make([]float64, len(texts))
	for i, text := range texts {
		y[i] = float64(i % 2)
		if text == nil {
			cells = append(cells, "")
			continue
		}
		cells = append(cells, *text)
	}
	table, err := datasets.NewTable(datasets.CategoryColumn("color", cells), datasets.NumberColumn("y", y))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func pointers(texts []string) (out []*string) {
	for _, text := range texts {
		out = append(out, &text)
	}
	return out
}

func matrix(rows [][]float64) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		m.SetRow(i, row)
	}
	return m
}

// encode learns from one table and encodes another.
func encode(t *testing.T, e datasets.Encode, train, test *datasets.Table) *datasets.Dataset {
	t.Helper()
	encoder, err := e.Fit(train, "y", nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := encoder.Apply(test)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// One-hot codes are scikit-learn's: the order of the columns, what happens to
// missing and unseen texts, and which levels share a column. The names are ours.
func TestOneHotAgainstSklearn(t *testing.T) {
	for _, tt := range fixture(t).Encoders.OneHot {
		name := fmt.Sprintf("drop first %v, most %d, missing %v", tt.DropFirst, tt.Most, tt.Missing)
		e := datasets.Encode{DropFirst: tt.DropFirst, MaxLevels: tt.Most, Keep: []string{"color"}}
		var test []*string // an empty text is a missing cell here, and a level there
		var want [][]float64
		for i, text := range tt.Test {
			if text == nil || *text != "" {
				test = append(test, text)
				want = append(want, tt.Encoded[i])
			}
		}
		d := encode(t, e, colors(t, tt.Train), colors(t, test))
		if !mat.Equal(d.X, matrix(want)) {
			t.Errorf("%s: encoded\n%v\nwant\n%v", name, mat.Formatted(d.X), mat.Formatted(matrix(want)))
		}
		var names []string
		for _, name := range tt.Names {
			name = strings.Replace(name, "color_", "color=", 1)
			name = strings.Replace(name, "=infrequent_sklearn", "=(other)", 1)
			names = append(names, strings.Replace(name, "=nan", "=(missing)", 1))
		}
		if !slices.Equal(d.Names, names) {
			t.Errorf("%s: names %q, want %q", name, d.Names, names)
		}
	}
}

func TestOrdinalAgainstSklearn(t *testing.T) {
	f := fixture(t).Encoders.Ordinal
	train := colors(t, pointers(f.Train))
	var test []string
	var sorted, ordered [][]float64
	for i, text := range f.Test {
		if text != "" {
			test, sorted, ordered = append(test, text), append(sorted, f.Encoded[i]), append(ordered, f.Ordered[i])
		}
	}
	for _, tt := range []struct {
		encode datasets.Encode
		want   [][]float64
	}{
		{datasets.Encode{Coding: datasets.CodeOrdinal}, sorted},
		{datasets.Encode{Order: map[string][]string{"color": f.Order}}, ordered},
	} {
		d := encode(t, tt.encode, train, colors(t, pointers(test)))
		if !mat.Equal(d.X, matrix(tt.want)) {
			t.Errorf("%v: encoded\n%v\nwant\n%v", tt.encode, mat.Formatted(d.X.T()), mat.Formatted(matrix(tt.want).T()))
		}
		if !slices.Equal(d.Names, []string{"color"}) {
			t.Errorf("names %q", d.Names)
		}
	}
}
