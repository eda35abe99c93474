package datasets

import (
	"fmt"
	"slices"
	"strings"
)

// defaultMaxLevels is the number of columns that one Category makes at most.
const defaultMaxLevels = 50

// Encode describes how the columns of a [Table] become the numbers of a
// [Dataset]. The zero value fills missing numbers with the median, codes
// categories one-hot with missing cells as a level of their own, and booleans as 0
// and 1; it leaves out the columns that cannot help a model.
type Encode struct {
	// Task is what is to be predicted. TaskAuto: see Table.InferTask.
	Task Task `json:"task,omitzero"`
	// Numbers and Categories fill missing cells. By default a missing category is
	// the level "(missing)", and a boolean column with missing training cells gets
	// a second column that tells them, "=(missing)". Cells that are missing only
	// later are an unseen level, and the most frequent boolean. Categories.Fill
	// also holds for booleans.
	Numbers    Impute `json:"numbers,omitzero"`
	Categories Impute `json:"categories,omitzero"`
	// Coding turns categories into numbers.
	Coding Coding `json:"coding,omitzero"`
	// Order lists the levels of a column in their order, as in "low", "medium",
	// "high". The column is coded as the place in its list, whatever Coding says;
	// a level of the training rows that is not in the list is an error of Fit.
	Order map[string][]string `json:"order,omitempty"`
	// DropFirst leaves out the first column of CodeOneHot, which the others imply;
	// a level not seen before is then coded as the first.
	DropFirst bool `json:"dropFirst,omitzero"`
	// MaxLevels is the number of columns that one Category makes at most under
	// CodeOneHot, a column for missing cells not counted: the most frequent levels,
	// earlier texts first among equals, and "(other)" for the rest. 0: 50. −1: all.
	MaxLevels int `json:"maxLevels,omitzero"`
	// Unseen is what happens to levels that the training rows did not have.
	Unseen Unseen `json:"unseen,omitzero"`
	// Drop names columns that are not features.
	Drop []string `json:"drop,omitempty"`
	// Keep names columns that are features although they seem useless: constants
	// and identifiers. A column without any value cannot be kept.
	Keep []string `json:"keep,omitempty"`
}

// Fit learns the encoding from the given rows of the table, nil meaning all, with
// the named column as the target. Only the classes of the target are taken from
// all rows, so that each part of a split has the same.
//
// It fails if the table has no such target or a column that the description
// names, if the description contradicts itself, if a classification has fewer
// than two classes, or if no feature remains.
func (e Encode) Fit(t *Table, target string, rows []int) (*Encoder, error) {
	if err := e.check(t, target); err != nil {
		return nil, err
	}
	if err := checkRows(t, rows); err != nil {
		return nil, err
	}
	g, err := newTarget(t, target, e.Task)
	if err != nil {
		return nil, err
	}
	out := &Encoder{encode: e, target: g}
	if err := out.learn(t, t.Schema(rows), rows); err != nil {
		return nil, err
	}
	if len(out.features) == 0 {
		return nil, t.fault("", "no column besides the target %q can be a feature%s", target, reasons(out.dropped))
	}
	if err := out.checkNames(); err != nil {
		return nil, t.fault("", "%v", err)
	}
	return out, nil
}

// learn sets the features, the dropped columns and the schema, the target last.
func (e *Encoder) learn(t *Table, learned Schema, rows []int) error {
	e.schema.Rows = learned.Rows
	var goal ColumnSchema
	for _, s := range learned.Columns {
		if s.Name == e.target.Name {
			goal = s
			continue
		}
		if reason := e.encode.uselessness(s); reason != "" {
			e.dropped = append(e.dropped, Dropped{Column: s.Name, Reason: reason})
			continue
		}
		f, err := e.encode.learn(t, s, rows)
		if err != nil {
			return err
		}
		e.features = append(e.features, f)
		e.schema.Columns = append(e.schema.Columns, s)
	}
	e.schema.Columns = append(e.schema.Columns, goal)
	return nil
}

// Dropped is a column that is not a feature, and why.
type Dropped struct {
	Column string `json:"column"`
	Reason string `json:"reason"`
}

// reasons says why the first few columns are no features.
func reasons(dropped []Dropped) string {
	const most = 3
	var b strings.Builder
	for k, d := range dropped {
		if k == most {
			fmt.Fprintf(&b, "; and %d more", len(dropped)-most)
			break
		}
		fmt.Fprintf(&b, "; %q: %s", d.Column, d.Reason)
	}
	return b.String()
}

// uselessness returns why a column is not a feature, or "".
func (e Encode) uselessness(s ColumnSchema) string {
	switch {
	case slices.Contains(e.Drop, s.Name):
		return "left out by choice"
	case s.Distinct == 0:
		return "every training cell is missing"
	case slices.Contains(e.Keep, s.Name):
		return ""
	case s.Identifier:
		return "names the rows: it has another value in each"
	case s.IsConstant():
		return "every training cell has the same value"
	}
	return ""
}
