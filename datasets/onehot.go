package datasets

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Labels returns the class index of each row, from a column of class indices or
// from one-hot columns. It fails without targets, and names the first row whose
// target is neither.
func (d *Dataset) Labels() ([]int, error) {
	if d.Y == nil || d.Y.IsEmpty() {
		return nil, fmt.Errorf("datasets: no targets")
	}
	rows, columns := d.Y.Dims()
	labels := make([]int, rows)
	for i := range rows {
		row := d.Y.RawRowView(i)
		var err error
		if columns == 1 {
			labels[i], err = classAt(i, row[0], d.classLimit())
		} else {
			labels[i], err = hotColumn(i, row)
		}
		if err != nil {
			return nil, err
		}
	}
	return labels, nil
}

// classLimit is the number of classes, or the most there can be.
func (d *Dataset) classLimit() int {
	if d.Classes != nil {
		return len(d.Classes)
	}
	return maxClasses
}

// hotColumn returns the column of the only 1 among zeros.
func hotColumn(i int, row []float64) (int, error) {
	hot := -1
	for j, v := range row {
		switch {
		case v == 1 && hot < 0:
			hot = j
		case v != 0:
			return 0, fmt.Errorf("datasets: row %d: the targets are %g, want one 1 and zeros", i, row)
		}
	}
	if hot < 0 {
		return 0, fmt.Errorf("datasets: row %d: the targets are %g, want one 1 and zeros", i, row)
	}
	return hot, nil
}

// OneHotTargets returns d with a column of Y for each class, 1 for the class of
// the row and 0 for the others. There are as many as d has class names, or else
// up to the greatest index. Features and weights are shared with d. It fails as
// [Dataset.Labels] does.
func (d *Dataset) OneHotTargets() (*Dataset, error) {
	indices, err := d.labelColumn()
	if err != nil {
		return nil, err
	}
	classes := len(d.Classes)
	if _, columns := d.Y.Dims(); classes == 0 && columns > 1 {
		classes = columns
	}
	out := *d
	out.TargetNames = d.Classes
	if out.Y, err = OneHot(indices, classes); err != nil {
		return nil, err
	}
	return &out, nil
}

// IndexTargets returns d with one column of Y, the class indices: the inverse of
// [Dataset.OneHotTargets]. Features and weights are shared with d. It fails as
// [Dataset.Labels] does.
func (d *Dataset) IndexTargets() (*Dataset, error) {
	indices, err := d.labelColumn()
	if err != nil {
		return nil, err
	}
	out := *d
	if _, columns := d.Y.Dims(); columns > 1 {
		out.TargetNames = nil
	}
	out.Y = mat.NewDense(len(indices), 1, indices)
	return &out, nil
}

func (d *Dataset) labelColumn() ([]float64, error) {
	labels, err := d.Labels()
	if err != nil {
		return nil, err
	}
	column := make([]float64, len(labels))
	for i, c := range labels {
		column[i] = float64(c)
	}
	return column, nil
}
