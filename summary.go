package goodfit

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// ParamCount counts a model's numbers.
type ParamCount struct {
	Trainable, Frozen, Statistics, Optimizer int
}

// Total returns the numbers of the model itself, without the optimizer's.
func (c ParamCount) Total() int { return c.Trainable + c.Frozen + c.Statistics }

// CountParams counts the model's numbers; all are 0 before Compile or Load.
func (m *Model) CountParams() (c ParamCount) {
	for _, info := range m.Layers() {
		if info.Shares != "" {
			continue
		}
		for _, p := range info.Params {
			switch {
			case !p.Trained:
				c.Statistics += p.Shape.Size()
			case info.Frozen:
				c.Frozen += p.Shape.Size()
			default:
				c.Trainable += p.Shape.Size()
			}
		}
	}
	if m.trainer != nil {
		c.Optimizer = c.Trainable * len(m.trainer.Stepper().State())
	}
	return c
}

// Summary returns a table of the layers: name and type, shape of the output,
// number of parameters, and the layers in front; then the totals. Shapes and
// numbers are there once the model is compiled or loaded.
func (m *Model) Summary() string {
	var table, b strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "Layer (type)\tOutput shape\tParams\tConnected to")
	for _, info := range m.Layers() {
		kind, count := "Input", 0
		if info.Layer != nil {
			kind = fmt.Sprintf("%T", info.Layer)
			kind = kind[strings.LastIndexByte(kind, '.')+1:]
		}
		for _, p := range info.Params {
			if info.Shares == "" {
				count += p.Shape.Size()
			}
		}
		if info.Shares != "" {
			kind += ", shares " + info.Shares
		}
		if info.Frozen {
			kind += ", frozen"
		}
		shape := "?"
		if info.Output != nil {
			shape = info.Output.String()
		}
		fmt.Fprintf(w, "%s (%s)\t%s\t%d\t%s\n", info.Name, kind, shape, count, strings.Join(info.Inputs, ", "))
	}
	w.Flush()
	for line := range strings.Lines(table.String()) {
		fmt.Fprintln(&b, strings.TrimRight(line, " \n"))
	}
	c := m.CountParams()
	fmt.Fprintf(&b, "Total params: %d (trainable %d, frozen %d, statistics %d); optimizer: %d\n",
		c.Total(), c.Trainable, c.Frozen, c.Statistics, c.Optimizer)
	return b.String()
}
