package goodfit

import (
	"bytes"
	"encoding/xml"
	"fmt"
)

// Measures of a drawing, in pixels.
const (
	svgLine     = 17  // from one line of text to the next
	svgPad      = 10  // inside a box, and around the drawing
	svgCharWide = 7.2 // room for a character
	svgRowGap   = 34  // between rows of boxes
	svgColGap   = 28  // between boxes of a row
)

// SVG returns a drawing of the model's graph: inputs on top, a row for each depth,
// boxes with what [Model.DOT] says, and lines from a layer to those that read it,
// led around the boxes between. It needs no other program and has no script, and
// its text is text. Equal models give equal bytes.
func (m *Model) SVG() []byte {
	boxes := m.boxes()
	d := newDrawing(boxes)
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" font-family="sans-serif" font-size="13">`+"\n",
		int(d.width+0.5), int(d.height+0.5))
	b.WriteString(`<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#5b6b7d"/></marker></defs>` + "\n")
	b.WriteString(`<rect width="100%" height="100%" fill="#ffffff"/>` + "\n")
	for _, e := range d.edges {
		d.writeEdge(&b, e)
	}
	for _, it := range d.items {
		if it.box >= 0 {
			d.writeBox(&b, it, boxes[it.box])
		}
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// writeEdge draws an edge: straight down beside the boxes of a row, curved between
// rows, with an arrow at its reader.
func (d *drawing) writeEdge(b *bytes.Buffer, edge []int) {
	from := d.items[edge[0]]
	x, y := from.x, d.middle(from)+from.height/2
	fmt.Fprintf(b, `<path d="M%.1f %.1f`, x, y)
	for k, i := range edge[1:] {
		it := d.items[i]
		last := k == len(edge)-2
		top, bottom := d.rowTop[it.row], d.rowTop[it.row]+d.rowHeight[it.row]
		if last {
			top = d.middle(it) - it.height/2
		}
		half := (y + top) / 2
		fmt.Fprintf(b, `C%.1f %.1f %.1f %.1f %.1f %.1f`, x, half, it.x, half, it.x, top)
		x, y = it.x, top
		if !last {
			fmt.Fprintf(b, `V%.1f`, bottom)
			y = bottom
		}
	}
	b.WriteString(`" fill="none" stroke="#5b6b7d" stroke-width="1.3" marker-end="url(#arrow)"/>` + "\n")
}

// middle returns the height at which an item's centre lies.
func (d *drawing) middle(it item) float64 { return d.rowTop[it.row] + d.rowHeight[it.row]/2 }

// writeBox draws a box and its lines of text, the name in bold.
func (d *drawing) writeBox(b *bytes.Buffer, it item, content box) {
	left, top := it.x-it.width/2, d.middle(it)-it.height/2
	fill := "#f4f7fb"
	if len(content.in) == 0 {
		fill = "#fdf3e3"
	}
	fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="6" fill="%s" stroke="#5b6b7d"/>`+"\n", left, top, it.width, it.height, fill)
	for k, line := range content.lines {
		style := ` fill="#44505e"`
		if k == 0 {
			style = ` fill="#1b242e" font-weight="bold"`
		}
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="middle"%s>`, it.x, top+svgPad/2+float64(k+1)*svgLine-4, style)
		xml.EscapeText(b, []byte(line)) // a bytes.Buffer takes everything
		b.WriteString("</text>\n")
	}
}
