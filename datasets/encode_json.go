package datasets

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// encoderJSON is the JSON form of an Encoder.
type encoderJSON struct {
	Encode   Encode    `json:"encode"`
	Target   target    `json:"target"`
	Schema   Schema    `json:"schema"`
	Features []feature `json:"features"`
	Dropped  []Dropped `json:"dropped,omitempty"`
}

// MarshalJSON returns the description and what was learned.
func (e *Encoder) MarshalJSON() ([]byte, error) {
	return json.Marshal(encoderJSON{e.encode, e.target, e.schema, e.features, e.dropped})
}

// UnmarshalJSON reads what MarshalJSON wrote, and checks that its parts agree,
// since it may come from a file that somebody else wrote.
func (e *Encoder) UnmarshalJSON(data []byte) error {
	var read encoderJSON
	if err := json.Unmarshal(data, &read); err != nil {
		return fmt.Errorf("datasets: encoder: %w", err)
	}
	out := Encoder{read.Encode, read.Target, read.Schema, read.Features, read.Dropped}
	if err := out.check(); err != nil {
		return fmt.Errorf("datasets: encoder: %w", err)
	}
	*e = out
	return nil
}

func (e *Encoder) check() error {
	if err := e.target.check(); err != nil {
		return err
	}
	n := len(e.features)
	if len(e.schema.Columns) != n+1 {
		return fmt.Errorf("%d features and a schema of %d columns, want one more", n, len(e.schema.Columns))
	}
	if name := e.schema.Columns[n].Name; name != e.target.Name {
		return fmt.Errorf("the schema ends in %s, not in the target %s", shown(name), shown(e.target.Name))
	}
	for i, f := range e.features {
		if s := e.schema.Columns[i]; s.Name != f.Name || s.Kind != f.Kind {
			return fmt.Errorf("feature %s is a %s, but the schema has %s, a %s", shown(f.Name), f.Kind, shown(s.Name), s.Kind)
		}
		if err := f.check(); err != nil {
			return fmt.Errorf("feature %s: %w", shown(f.Name), err)
		}
	}
	return e.checkNames()
}

// checkNames reports two columns with one name, and an encoding without columns.
func (e *Encoder) checkNames() error {
	sources := map[string]string{}
	for _, c := range e.Columns() {
		if other, twice := sources[c.Name]; twice {
			return fmt.Errorf("columns %s and %s would both be encoded as %s; rename one", shown(other), shown(c.Source), shown(c.Name))
		}
		sources[c.Name] = c.Source
	}
	if len(sources) == 0 {
		return errors.New("no encoded columns")
	}
	return nil
}

// check reports a feature that learn cannot have made.
func (f feature) check() error {
	switch {
	case math.IsNaN(f.Fill) || math.IsInf(f.Fill, 0):
		return fmt.Errorf("it fills in %v", f.Fill)
	case f.Kind == Boolean && f.Fill != 0 && f.Fill != 1:
		return fmt.Errorf("it fills in %v for a boolean", f.Fill)
	case f.Kind == Category:
		return f.checkLevels()
	case f.Levels != nil || f.Rare != nil || f.FillLevel != "" || f.Ordinal || f.DropFirst || f.MissingLevel || f.Other || f.Strict:
		return fmt.Errorf("a %s has no levels", f.Kind)
	}
	return nil
}

func (f feature) checkLevels() error {
	switch {
	case f.Ordinal && (f.Other || f.DropFirst):
		return errors.New("an ordinal coding has one column")
	case f.MissingLevel && f.FillLevel != "":
		return errors.New("missing cells are both filled and a level")
	case f.Fill != 0:
		return errors.New("a category is filled with a number")
	case len(f.Levels) == 0 && !f.Other && !f.MissingLevel:
		return errors.New("no levels")
	case len(f.Rare) > 0 && !(f.Strict && f.Other):
		return errors.New("rare levels without a place")
	}
	seen := make(map[string]bool, len(f.Levels))
	for _, levels := range [][]string{f.Levels, f.Rare} {
		for _, text := range levels {
			if text == "" || seen[text] {
				return fmt.Errorf("level %s is empty or twice", shown(text))
			}
			seen[text] = true
		}
	}
	return nil
}
