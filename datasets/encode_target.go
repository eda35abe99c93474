package datasets

import (
	"fmt"
	"math"
	"slices"
)

// target is what an Encoder knows of the column to predict.
type target struct {
	Name string `json:"name"`
	Task Task   `json:"task"`
	Kind Kind   `json:"kind"`
	// Classes are sorted as texts, or as numbers if the kind is Number.
	Classes []string `json:"classes,omitempty"`
}

// newTarget learns the target from all rows of the table, so that every part of a
// split has the same classes.
func newTarget(t *Table, name string, task Task) (target, error) {
	c, err := t.Column(name)
	if err != nil {
		return target{}, err
	}
	if task == TaskAuto {
		if task, err = t.InferTask(name); err != nil {
			return target{}, err
		}
	}
	g := target{Name: name, Task: task, Kind: c.kind}
	if task == TaskRegression {
		g.Kind = Number
		return g, nil
	}
	if g.Classes, err = classesOf(t, c); err != nil {
		return target{}, err
	}
	return g, nil
}

// classesOf returns the names of the classes in a column, at least two.
func classesOf(t *Table, c *Column) (classes []string, err error) {
	if c.kind == Number {
		if classes, err = numberClasses(t, c); err != nil {
			return nil, err
		}
	} else {
		counts, missing := c.counts(nil)
		for i, text := range c.levels {
			if counts[i] > 0 {
				classes = append(classes, text)
			}
		}
		if present := t.rows - missing; len(classes) == present && present >= fewestTexts {
			return nil, t.fault(c.name, "the target has another text in every row, but a class needs several rows")
		}
	}
	switch len(classes) {
	case 0:
		return nil, t.fault(c.name, "the target has no values")
	case 1:
		return nil, t.fault(c.name, "the target is %s in every row, but classification needs two classes", shown(classes[0]))
	}
	return classes, nil
}

// numberClasses returns the whole numbers of the column as texts, in the order of
// the numbers.
func numberClasses(t *Table, c *Column) ([]string, error) {
	values := c.present(nil)
	slices.Sort(values)
	var classes []string
	for _, x := range slices.Compact(values) {
		if x != math.Floor(x) {
			return nil, t.fault(c.name, "the target has the number %s, but a class is a text, a boolean or a whole number; choose regression, or read the column as a category", formatNumber(x))
		}
		classes = append(classes, formatNumber(x+0)) // +0 makes 0 of −0
	}
	return classes, nil
}

// schema returns what the target's column of a table has to be.
func (g target) schema() Schema {
	c := ColumnSchema{Name: g.Name, Kind: g.Kind}
	for _, text := range g.Classes {
		c.Levels = append(c.Levels, Level{Text: text})
	}
	return Schema{Columns: []ColumnSchema{c}}
}

// values returns the numbers to predict, or the indices of the classes.
func (g target) values(t *Table) ([]float64, error) {
	t, err := g.schema().Conform(t)
	if err != nil {
		return nil, err
	}
	c := t.columns[0]
	index := g.classIndex(c)
	y := make([]float64, t.rows)
	for row := range y {
		switch {
		case c.Missing(row):
			return nil, t.cellFault(row, g.Name, "the target is missing")
		case g.Task == TaskRegression:
			y[row] = c.numbers[row]
		default:
			class, known := index(row)
			if !known {
				return nil, t.cellFault(row, g.Name, "%s is none of the classes %s", shown(c.Text(row)), quotedList(g.Classes))
			}
			y[row] = float64(class)
		}
	}
	return y, nil
}

// classIndex returns a function from a row to its class.
func (g target) classIndex(c *Column) func(row int) (class int, known bool) {
	if c.kind == Number {
		classes := make(map[float64]int, len(g.Classes))
		for i, text := range g.Classes {
			classes[readNumber(text).value] = i
		}
		return func(row int) (int, bool) {
			class, known := classes[c.numbers[row]]
			return class, known
		}
	}
	classes := make([]int, len(c.levels))
	for i, text := range c.levels {
		classes[i] = slices.Index(g.Classes, text)
		if c.kind == Boolean {
			classes[i] = i // whatever its words are
		}
	}
	return func(row int) (int, bool) {
		class := classes[c.codes[row]]
		return class, class >= 0
	}
}

// check reports a target that newTarget cannot have made.
func (g target) check() error {
	switch {
	case g.Name == "":
		return fmt.Errorf("the target has no name")
	case g.Task == TaskRegression && g.Kind == Number && len(g.Classes) == 0:
		return nil
	case g.Task != TaskClassification, g.Kind < Number || g.Kind > Boolean, len(g.Classes) < 2, g.Kind == Boolean && len(g.Classes) != 2:
		return fmt.Errorf("no target has the task %s, the kind %s and %d classes", g.Task, g.Kind, len(g.Classes))
	}
	for i, text := range g.Classes {
		n := readNumber(text)
		switch {
		case text == "", slices.Index(g.Classes, text) != i:
			return fmt.Errorf("class %d is %s", i, shown(text))
		case g.Kind == Number && (n.spelling == spelledText || n.comma || n.value != math.Floor(n.value)):
			return fmt.Errorf("class %s is not a whole number", shown(text))
		}
	}
	return nil
}
