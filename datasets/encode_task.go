package datasets

import "math"

// Task is what a model is to predict from a row of a table.
type Task uint8

// The tasks.
const (
	// TaskAuto is the task that [Table.InferTask] finds.
	TaskAuto Task = iota
	// TaskClassification predicts one of several classes.
	TaskClassification
	// TaskRegression predicts a number.
	TaskRegression
)

var taskNames = []string{"auto", "classification", "regression"}

// String returns "auto", "classification" or "regression".
func (t Task) String() string { return enumString("Task", t, taskNames) }

// MarshalText returns the name of the task.
func (t Task) MarshalText() ([]byte, error) { return marshalEnum("task", t, taskNames) }

// UnmarshalText takes the name of a task; another text is an error.
func (t *Task) UnmarshalText(text []byte) (err error) {
	*t, err = parseEnum[Task]("task", text, taskNames)
	return err
}

// Numbers are classes to InferTask up to so many of them, and if each has so many
// rows on average.
const (
	mostNumberClasses   = 20
	fewestRowsPerNumber = 5
)

// InferTask returns the task that the target column suggests: TaskClassification if
// it is a Category or Boolean, or if its numbers are whole and either two, or at
// most 20 different ones with at least 5 rows each on average; else TaskRegression.
// It fails if there is no such column, or if it has no values.
func (t *Table) InferTask(target string) (Task, error) {
	c, err := t.Column(target)
	if err != nil {
		return TaskAuto, err
	}
	if c.isEmpty() {
		return TaskAuto, t.fault(target, "the target has no values")
	}
	if c.kind != Number {
		return TaskClassification, nil
	}
	values := c.present(nil)
	for _, x := range values {
		if x != math.Floor(x) {
			return TaskRegression, nil
		}
	}
	different := countDistinct(values)
	if different == 2 || different <= mostNumberClasses && len(values) >= fewestRowsPerNumber*different {
		return TaskClassification, nil
	}
	return TaskRegression, nil
}

// TargetRows returns the rows whose target a model can learn from: those where it
// is not missing and, for TaskRegression, is a number. With [Table.Take] they make a
// table without the others. It fails if there is no such column.
func (t *Table) TargetRows(target string, task Task) ([]int, error) {
	if task == TaskAuto {
		var err error
		if task, err = t.InferTask(target); err != nil {
			return nil, err
		}
	}
	c, err := t.Column(target)
	if err != nil {
		return nil, err
	}
	rows := []int{}
	for row := range t.rows {
		if c.Missing(row) || task == TaskRegression && !c.isNumberAt(row) {
			continue
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (c *Column) isNumberAt(row int) bool {
	if c.kind == Number {
		return true
	}
	n := readNumber(c.Text(row))
	return !n.comma && (n.spelling == spelledShort || n.spelling == spelledLong || n.spelling == spelledCode)
}
