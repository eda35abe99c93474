package kernel

import "fmt"

// Window copies between images of rows×cols positions of the given channels and
// a part of larger images: padding and cropping.
type Window struct {
	Images, Channels int
	Rows, Cols       int // of the whole
	Top, Left        int // of the part
	Height, Width    int // of the part
}

// Cut writes part from whole.
func (w *Window) Cut(part, whole []float32) {
	w.check(part, whole)
	for k := range w.Images * w.Height {
		copy(w.partRow(part, k), w.wholeRow(whole, k))
	}
}

// Paste writes whole from part, with zeros around.
func (w *Window) Paste(whole, part []float32) {
	w.check(part, whole)
	clear(whole[:w.Images*w.Rows*w.Cols*w.Channels])
	for k := range w.Images * w.Height {
		copy(w.wholeRow(whole, k), w.partRow(part, k))
	}
}

func (w *Window) check(part, whole []float32) {
	if len(part) < w.Images*w.Height*w.Width*w.Channels || len(whole) < w.Images*w.Rows*w.Cols*w.Channels ||
		w.Top < 0 || w.Left < 0 || w.Top+w.Height > w.Rows || w.Left+w.Width > w.Cols {
		panic(fmt.Sprintf("kernel: Window of %+v: part has %d elements, whole %d", *w, len(part), len(whole)))
	}
}

// partRow returns row k of all images' parts.
func (w *Window) partRow(part []float32, k int) []float32 {
	n := w.Width * w.Channels
	return part[k*n : (k+1)*n]
}

// wholeRow returns what row k of the parts is of the whole.
func (w *Window) wholeRow(whole []float32, k int) []float32 {
	row := k/w.Height*w.Rows + w.Top + k%w.Height
	lo := (row*w.Cols + w.Left) * w.Channels
	return whole[lo : lo+w.Width*w.Channels]
}
