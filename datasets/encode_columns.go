package datasets

import "slices"

// EncodedColumn says where a column of the encoded X comes from.
type EncodedColumn struct {
	// Name is the source's name, "source=level", "source=(missing)" for the column
	// that tells missing cells, or "source=(other)" for the rare levels.
	Name string
	// Source is the column of the table.
	Source string
	// Kind is the kind of the source.
	Kind Kind
	// Binary says that the values are only 0 and 1. The others, numbers and places
	// of levels, are those to scale.
	Binary bool
}

// columns returns the columns that the feature makes.
func (f feature) columns() []EncodedColumn {
	var out []EncodedColumn
	add := func(suffix string, binary bool) {
		out = append(out, EncodedColumn{Name: f.Name + suffix, Source: f.Name, Kind: f.Kind, Binary: binary})
	}
	if f.Kind == Category && !f.Ordinal {
		for _, level := range f.Levels {
			add("="+level, true)
		}
		if f.MissingLevel {
			add(missingSuffix, true)
		}
		if f.Other {
			add(otherSuffix, true)
		}
		if f.DropFirst {
			out = slices.Delete(out, 0, 1)
		}
	} else {
		add("", f.Kind == Boolean)
	}
	if f.Indicator {
		add(missingSuffix, true)
	}
	return out
}

// width is the number of columns that the feature makes.
func (f feature) width() int {
	n := 1
	if f.Kind == Category && !f.Ordinal {
		n = len(f.Levels) + bit(f.MissingLevel) + bit(f.Other) - bit(f.DropFirst)
	}
	return n + bit(f.Indicator)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
