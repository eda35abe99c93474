package datasets

import "fmt"

// Schema says what the columns of a [Table] are: what [Table.Schema] learned from
// some rows, and what another table has to match to be encoded the same way. It
// is plain data with a JSON form.
type Schema struct {
	Rows    int            `json:"rows"` // rows that it was learned from
	Columns []ColumnSchema `json:"columns"`
}

// ColumnSchema describes one column.
type ColumnSchema struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	// Missing is the number of missing cells.
	Missing int `json:"missing"`
	// Distinct is the number of different values, missing cells apart. Different
	// numbers are counted up to [MostDistinct], which then means that many or more.
	Distinct int `json:"distinct"`
	// Numbers are statistics of a Number column that has values.
	Numbers NumberStats `json:"numbers,omitzero"`
	// Levels are the texts of a Category column in sorted order, or those for
	// false and true of a Boolean column. An identifier has none here: its texts
	// say nothing and are not to be spread with a model.
	Levels []Level `json:"levels,omitempty"`
	// Identifier says that the column seems to name the rows: a Category with
	// another text in every row, of at least 10, or a Number of different whole
	// numbers that is called index, row, or id (alone or as the last word).
	Identifier bool `json:"identifier,omitempty"`
	// Note says what the reader of the file could not decide; mostly empty.
	Note string `json:"note,omitempty"`
}

// MostDistinct is where the counting of different numbers ends.
const MostDistinct = 1000

// NumberStats are statistics of the numbers in a column, missing cells apart.
type NumberStats struct {
	Min  float64 `json:"min"`
	Mean float64 `json:"mean"`
	Max  float64 `json:"max"`
	// Std is the standard deviation with the number of values as divisor.
	Std float64 `json:"std"`
	// Whole says that all values are whole numbers.
	Whole bool `json:"whole"`
}

// Level is one text of a Category column.
type Level struct {
	Text  string `json:"text"`
	Count int    `json:"count"` // of the rows with this text
}

// Column returns the description of the named column, or an error.
func (s Schema) Column(name string) (ColumnSchema, error) {
	for _, c := range s.Columns {
		if c.Name == name {
			return c, nil
		}
	}
	return ColumnSchema{}, fmt.Errorf("datasets: the schema has no column %q", name)
}

// IsConstant reports whether the column has one value, and so tells nothing: one
// number or level and no missing cell, or no values at all.
func (c ColumnSchema) IsConstant() bool {
	return c.Distinct == 0 || c.Distinct == 1 && c.Missing == 0
}

// texts returns the levels without counts.
func (c ColumnSchema) texts() []string {
	texts := make([]string, len(c.Levels))
	for i, level := range c.Levels {
		texts[i] = level.Text
	}
	return texts
}
