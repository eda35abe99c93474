package report

import "fmt"

// Data describes the table that was learned from.
type Data struct {
	// Source is the file's name, Target the predicted column, Task what is predicted, such as
	// "classification into 3 classes".
	Source, Target, Task string
	Rows                 int
	// Parts are the parts that the rows were split into.
	Parts   []DataPart
	Columns []Column
	// Classes are the rows per class, for classifiers.
	Classes []ClassCount
	// Notes are sentences about what was noticed or done, such as columns left out.
	Notes []string
}

// DataPart is a part of the rows, such as "train".
type DataPart struct {
	Name string
	Rows int
}

// Column describes one column of the table.
type Column struct {
	Name string
	// Type is how the values were read, such as "number"; Role what they are for: "feature",
	// "target" or why the column was left out.
	Type, Role string
	// Missing and Distinct count the cells without a value and the different values.
	Missing, Distinct int
	// Summary shows the values, such as "4.3 to 7.9, mean 5.843".
	Summary string
}

// FeatureRole is the Role of columns that the model reads.
const FeatureRole = "feature"

// ClassCount is the number of rows of a class in every part, in the order of Data.Parts.
type ClassCount struct {
	Name string
	Rows []int
}

func (d Data) features() int {
	n := 0
	for _, c := range d.Columns {
		if c.Role == FeatureRole {
			n++
		}
	}
	return n
}

func (d Data) section() Section {
	s := Section{Title: "Data"}
	if facts := d.facts(); len(facts) > 0 {
		s.Parts = append(s.Parts, facts)
	}
	for _, note := range d.Notes {
		s.Parts = append(s.Parts, Text(note))
	}
	if len(d.Columns) > 0 {
		s.Parts = append(s.Parts, d.columnTable())
	}
	if len(d.Classes) > 0 {
		s.Parts = append(s.Parts, d.classTable())
	}
	return s
}

func (d Data) facts() Facts {
	var facts Facts
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, Fact{name, value})
		}
	}
	add("source", d.Source)
	add("target", d.Target)
	add("task", d.Task)
	if d.Rows > 0 {
		add("rows", FormatCount(d.Rows))
	}
	for _, p := range d.Parts {
		add(p.Name+" rows", fmt.Sprintf("%s (%s)", FormatCount(p.Rows), FormatShare(float64(p.Rows)/float64(max(d.Rows, 1)))))
	}
	return facts
}

func (d Data) columnTable() Table {
	t := Table{Caption: "Columns", Header: []string{"Column", "Role", "Type", "Missing", "Distinct", "Values"}}
	for _, c := range d.Columns {
		t.Rows = append(t.Rows, []string{c.Name, c.Role, c.Type, FormatCount(c.Missing), FormatCount(c.Distinct), c.Summary})
	}
	return t
}

// classTable shows rows and share per class and part. A class without a count for a part has 0.
func (d Data) classTable() Table {
	t := Table{Caption: "Rows per class", Header: []string{"Class"}}
	totals := make([]int, len(d.Parts))
	for j, p := range d.Parts {
		t.Header = append(t.Header, p.Name, "share")
		for _, c := range d.Classes {
			totals[j] += c.in(j)
		}
	}
	for _, c := range d.Classes {
		row := []string{c.Name}
		for j := range d.Parts {
			row = append(row, FormatCount(c.in(j)), FormatShare(float64(c.in(j))/float64(max(totals[j], 1))))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (c ClassCount) in(part int) int {
	if part < len(c.Rows) {
		return c.Rows[part]
	}
	return 0
}

// Network describes the model.
type Network struct {
	Layers []LayerRow
	// Trainable and Frozen count parameters that training changes and does not change.
	Trainable, Frozen int
	// Facts are further properties, such as loss and optimizer.
	Facts []Fact
	// Graph is an SVG picture of the layers; may be empty.
	Graph []byte
}

// LayerRow is a line of the model's summary.
type LayerRow struct {
	Name, Type, Output string
	Parameters         int
	// Inputs names the layers that this one reads, where that is not just the one above.
	Inputs string
}

func (n Network) section() Section {
	s := Section{Title: "Network"}
	if len(n.Layers) > 0 {
		s.Parts = append(s.Parts, n.layerTable())
	}
	facts := append(Facts{}, n.Facts...)
	if n.Trainable+n.Frozen > 0 {
		facts = append(facts, Fact{"trainable parameters", FormatCount(n.Trainable)}, Fact{"other parameters", FormatCount(n.Frozen)})
	}
	if len(facts) > 0 {
		s.Parts = append(s.Parts, facts)
	}
	if len(n.Graph) > 0 {
		s.Parts = append(s.Parts, Drawing{Caption: "The layers of the network", SVG: n.Graph})
	}
	return s
}

func (n Network) layerTable() Table {
	t := Table{Caption: "Layers", Header: []string{"Layer", "Type", "Output shape", "Parameters"}}
	connected := false
	for _, l := range n.Layers {
		connected = connected || l.Inputs != ""
	}
	if connected {
		t.Header = append(t.Header, "Connected to")
	}
	for _, l := range n.Layers {
		row := []string{l.Name, l.Type, l.Output, FormatCount(l.Parameters)}
		if connected {
			row = append(row, l.Inputs)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
