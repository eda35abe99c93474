package datasets

import (
	"encoding/json"
	"fmt"
	"math"
)

// UnmarshalJSON reads a schema and checks it, since it may come from a file that
// somebody else wrote. It fails at names that are missing or given twice, unknown
// kinds, impossible counts and statistics, and levels out of order.
func (s *Schema) UnmarshalJSON(data []byte) error {
	type plain Schema
	var read plain
	if err := json.Unmarshal(data, &read); err != nil {
		return fmt.Errorf("datasets: schema: %w", err)
	}
	if err := Schema(read).check(); err != nil {
		return err
	}
	*s = Schema(read)
	return nil
}

func (s Schema) check() error {
	if s.Rows < 0 {
		return fmt.Errorf("datasets: schema of %d rows", s.Rows)
	}
	seen := make(map[string]bool, len(s.Columns))
	for i, c := range s.Columns {
		if c.Name == "" {
			return fmt.Errorf("datasets: schema: column %d has no name", i+1)
		}
		if seen[c.Name] {
			return fmt.Errorf("datasets: schema: two columns are named %s", shown(c.Name))
		}
		seen[c.Name] = true
		if err := c.check(s.Rows); err != nil {
			return fmt.Errorf("datasets: schema: column %s: %w", shown(c.Name), err)
		}
	}
	return nil
}

func (c ColumnSchema) check(rows int) error {
	switch {
	case c.Kind < Number || c.Kind > Boolean:
		return fmt.Errorf("it has no kind")
	case c.Missing < 0 || c.Missing > rows:
		return fmt.Errorf("%d missing cells in %d rows", c.Missing, rows)
	case c.Distinct < 0 || c.Distinct > rows-c.Missing:
		return fmt.Errorf("%d different values in %d rows", c.Distinct, rows-c.Missing)
	case c.Kind == Number && c.Distinct > 0:
		return c.Numbers.check()
	case c.Kind != Number:
		return c.checkLevels(rows - c.Missing)
	}
	return nil
}

func (n NumberStats) check() error {
	for _, x := range []float64{n.Min, n.Mean, n.Max, n.Std} {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("statistics that are not finite: %v", n)
		}
	}
	if n.Min > n.Mean || n.Mean > n.Max || n.Std < 0 {
		return fmt.Errorf("impossible statistics: least %v, mean %v, greatest %v, deviation %v", n.Min, n.Mean, n.Max, n.Std)
	}
	return nil
}

func (c ColumnSchema) checkLevels(present int) error {
	total := 0
	for i, level := range c.Levels {
		if level.Count < 0 || level.Count > present-total {
			return fmt.Errorf("level %s: %d rows of %d", shown(level.Text), level.Count, present)
		}
		total += level.Count
		if c.Kind == Category && (level.Text == "" || i > 0 && level.Text <= c.Levels[i-1].Text) {
			return fmt.Errorf("level %s is out of order", shown(level.Text))
		}
		if _, truth, ok := booleanWord(level.Text); c.Kind == Boolean && (!ok || truth != (i == 1)) {
			return fmt.Errorf("%s is not the word for %v", shown(level.Text), i == 1)
		}
	}
	if c.Kind == Boolean && len(c.Levels) != 2 {
		return fmt.Errorf("%d levels, want those for false and true", len(c.Levels))
	}
	return nil
}
