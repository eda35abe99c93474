package goodfit

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/goodfit-ml/goodfit/nn/act"
)

// DOT returns the model's graph in the language of Graphviz: a box for each input
// and layer with its name, type, output shape and number of parameters, an edge for
// each input of a layer. Shapes and numbers are there once the model is compiled or
// loaded. Equal models give equal text.
func (m *Model) DOT() string {
	var b strings.Builder
	b.WriteString("digraph model {\n\trankdir=TB;\n\tnode [shape=box, style=\"rounded,filled\", fillcolor=\"#f4f7fb\", fontname=\"sans-serif\"];\n")
	boxes := m.boxes()
	for i, box := range boxes {
		fmt.Fprintf(&b, "\tn%d [label=\"%s\"];\n", i, dotLabel(box.lines))
	}
	for i, box := range boxes {
		for _, in := range box.in {
			fmt.Fprintf(&b, "\tn%d -> n%d;\n", in, i)
		}
	}
	b.WriteString("}\n")
	return b.String()
}

// dotLabel joins lines into the text of a quoted label.
func dotLabel(lines []string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ")
	escaped := make([]string, len(lines))
	for i, line := range lines {
		escaped[i] = escape.Replace(line)
	}
	return strings.Join(escaped, `\n`)
}

// box is what a drawing shows of an input or a layer.
type box struct {
	lines []string // the name, then what it is
	in    []int
}

// boxes describes the model's inputs and layers, in order, for drawings.
func (m *Model) boxes() []box {
	infos := m.Layers()
	boxes := make([]box, len(infos))
	for i, info := range infos {
		boxes[i] = box{lines: []string{info.Name, m.describe(i, info)}, in: m.nodes[i].in}
		if count := paramText(info); count != "" {
			boxes[i].lines = append(boxes[i].lines, count)
		}
		if s := m.nodes[i].shares; s >= 0 {
			boxes[i].lines[len(boxes[i].lines)-1] = "weights of " + m.nodes[s].name
		}
	}
	return boxes
}

// describe returns the type of a layer, its activation and the shape of its output.
func (m *Model) describe(i int, info LayerInfo) string {
	text := "Input"
	if info.Layer != nil {
		text = reflect.TypeOf(info.Layer).String()
		text = text[strings.LastIndexByte(text, '.')+1:]
		if f, ok := activationOf(info); ok {
			text += ", " + f.String()
		}
	}
	if info.Output != nil {
		text += " → " + info.Output.String()
	}
	return text
}

// activationOf returns the field Activation of a layer; false if it has none or is
// linear.
func activationOf(info LayerInfo) (act.Func, bool) {
	v := reflect.ValueOf(info.Layer)
	if v.Kind() != reflect.Struct {
		return act.Linear, false
	}
	field := v.FieldByName("Activation")
	if !field.IsValid() {
		return act.Linear, false
	}
	f, ok := field.Interface().(act.Func)
	return f, ok && f != act.Linear
}

// paramText counts the parameters of a layer; "" if it has none.
func paramText(info LayerInfo) string {
	count := 0
	for _, p := range info.Params {
		count += p.Shape.Size()
	}
	switch {
	case count == 0:
		return ""
	case info.Frozen:
		return fmt.Sprintf("%d parameters, frozen", count)
	case count == 1:
		return "1 parameter"
	}
	return fmt.Sprintf("%d parameters", count)
}
