package datasets

// cells holds one text per row in one piece of memory. A column has it where the
// text of a cell cannot be told from its value ("1.50", "+3", "YES").
type cells struct {
	text []byte
	ends []int
}

func (c *cells) add(cell string) {
	c.text = append(c.text, cell...)
	c.ends = append(c.ends, len(c.text))
}

func (c *cells) at(row int) string {
	start := 0
	if row > 0 {
		start = c.ends[row-1]
	}
	return string(c.text[start:c.ends[row]])
}

// trim gives back the room behind the last cell.
func (c *cells) trim() *cells {
	if c == nil {
		return nil
	}
	return &cells{text: trimmed(c.text), ends: trimmed(c.ends)}
}

func (c *cells) take(rows []int) *cells {
	if c == nil {
		return nil
	}
	out := &cells{ends: make([]int, 0, len(rows))}
	for _, row := range rows {
		out.add(c.at(row))
	}
	return out
}
