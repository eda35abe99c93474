package datasets

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Table returns the dataset's columns as a table of numbers, the targets last.
// Columns without names are x1, x2, …; targets without names are y, or y1, y2, ….
// A target of class indices becomes a category if the dataset names its classes.
// It fails without rows, or if two columns would have one name.
func (d *Dataset) Table() (*Table, error) {
	if d.Rows() == 0 {
		return nil, fmt.Errorf("datasets: no rows")
	}
	var columns []*Column
	_, width := d.X.Dims()
	for j := range width {
		columns = append(columns, NumberColumn(nameAt(d.Names, j, "x", width+1), mat.Col(nil, j, d.X)))
	}
	if d.Y == nil {
		return NewTable(columns...)
	}
	_, targets := d.Y.Dims()
	for j := range targets {
		c := NumberColumn(nameAt(d.TargetNames, j, "y", targets), mat.Col(nil, j, d.Y))
		if targets == 1 && d.Classes != nil {
			names, err := ClassNames(d.Classes, c.numbers)
			if err != nil {
				return nil, err
			}
			c = CategoryColumn(c.name, names)
		}
		columns = append(columns, c)
	}
	return NewTable(columns...)
}

// nameAt returns the j-th name, or prefix and number if there are no names; of
// one column the prefix alone.
func nameAt(names []string, j int, prefix string, columns int) string {
	if j < len(names) {
		return names[j]
	}
	if columns == 1 {
		return prefix
	}
	return fmt.Sprintf("%s%d", prefix, j+1)
}
