package datasets

import (
	"fmt"
	"maps"
	"slices"
)

// check reports a description that contradicts itself or does not fit the table.
func (e Encode) check(t *Table, target string) error {
	switch {
	case target == "":
		return t.fault("", "no target column is named")
	case slices.Contains(e.Drop, target):
		return t.fault(target, "the target cannot be dropped")
	case e.Task > TaskRegression || e.Coding > CodeOrdinal || e.Unseen > UnseenError:
		return fmt.Errorf("datasets: encoding with task %v, coding %v, unseen levels %v", e.Task, e.Coding, e.Unseen)
	case e.MaxLevels < -1:
		return fmt.Errorf("datasets: at most %d levels, want −1 for all, 0 for %d, or more", e.MaxLevels, defaultMaxLevels)
	}
	if err := e.Numbers.check(Number); err != nil {
		return err
	}
	if err := e.Categories.check(Category); err != nil {
		return err
	}
	for _, name := range slices.Concat([]string{target}, e.Drop, e.Keep, slices.Sorted(maps.Keys(e.Order))) {
		if _, err := t.Column(name); err != nil {
			return err
		}
	}
	for _, name := range e.Keep {
		if slices.Contains(e.Drop, name) {
			return t.fault(name, "the column is both kept and dropped")
		}
	}
	return e.checkOrder(t)
}

// checkRows reports rows that the table does not have, and none at all.
func checkRows(t *Table, rows []int) error {
	if rows != nil && len(rows) == 0 {
		return t.fault("", "no rows to learn from")
	}
	for _, row := range rows {
		if row < 0 || row >= t.rows {
			return t.fault("", "no row %d; the table has %s", row, count(t.rows, "row"))
		}
	}
	return nil
}

func (e Encode) checkOrder(t *Table) error {
	for _, name := range slices.Sorted(maps.Keys(e.Order)) {
		if c := t.columns[t.index[name]]; c.kind != Category {
			return t.fault(name, "an order is for the levels of a category, but this is a %s", c.kind)
		}
		order := e.Order[name]
		if len(order) == 0 {
			return t.fault(name, "the order has no levels")
		}
		for i, level := range order {
			if level == "" || slices.Index(order, level) != i {
				return t.fault(name, "the order has the level %s twice, or an empty one", shown(level))
			}
		}
	}
	return nil
}
