package nn

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Padding says what a convolution or a pooling does at the borders of its input.
// It prints, parses and is stored as text: valid, same, causal.
type Padding uint8

const (
	// Valid leaves the input as it is: the output is shorter, and what the last
	// stride cannot reach is not seen.
	Valid Padding = iota
	// Same pads with zeros so that the output has ⌈length/stride⌉ positions; of an
	// odd number of zeros the end gets one more, as in Keras.
	Same
	// Causal pads the start of a sequence, so that no output sees a later step.
	// The output has ⌈length/stride⌉ steps. Only for sequences.
	Causal
)

var paddingNames = []string{Valid: "valid", Same: "same", Causal: "causal"}

// String returns valid, same or causal.
func (p Padding) String() string { return nameOf(paddingNames, int(p)) }

// MarshalText writes the name; it fails on an unknown padding.
func (p Padding) MarshalText() ([]byte, error) { return []byte(p.String()), p.check(true) }

// UnmarshalText reads a name.
func (p *Padding) UnmarshalText(text []byte) error {
	for k, name := range paddingNames {
		if name == string(text) {
			*p = Padding(k)
			return nil
		}
	}
	return fmt.Errorf("unknown padding %q, want valid, same or causal", text)
}

// check fails on an unknown padding, and on Causal where there is no sequence.
func (p Padding) check(sequence bool) error {
	switch {
	case int(p) >= len(paddingNames):
		return fmt.Errorf("Padding is %v, want valid, same or causal", p)
	case p == Causal && !sequence:
		return fmt.Errorf("Padding is causal, which is for sequences; want valid or same")
	}
	return nil
}

// window is a kernel or a pool that moves along one axis.
type window struct{ size, stride, dilation int }

// reach is the number of positions from the first to the last that it sees.
func (w window) reach() int { return (w.size-1)*w.dilation + 1 }

// axis lays a window along an axis of n positions.
func (p Padding) axis(n int, w window, name string) (kernel.ConvAxis, error) {
	a := kernel.ConvAxis{Large: n, Kernel: w.size, Stride: w.stride, Dilation: w.dilation}
	reach := w.reach()
	a.Small = (n + w.stride - 1) / w.stride
	switch p {
	case Same:
		a.Before = max((a.Small-1)*w.stride+reach-n, 0) / 2
	case Causal:
		a.Before = reach - 1
	default:
		if reach > n {
			return a, fmt.Errorf("input has %d %s, want at least the %d that a window spans", n, name, reach)
		}
		a.Small = (n-reach)/w.stride + 1
	}
	return a, nil
}

// transposedAxis lays a window along the output of a transposed convolution with
// n positions of input: the output is the longest that a convolution makes n of
// with Same, and with Valid the shortest, though at least n·stride.
func (p Padding) transposedAxis(n int, w window) kernel.ConvAxis {
	a := kernel.ConvAxis{Small: n, Kernel: w.size, Stride: w.stride, Dilation: w.dilation}
	reach := w.reach()
	if p == Same {
		a.Large = n * w.stride
		a.Before = max((n-1)*w.stride+reach-a.Large, 0) / 2
		return a
	}
	a.Large = (n-1)*w.stride + max(reach, w.stride)
	return a
}

// longestWindow is the largest size, stride and dilation: it keeps the products
// of two in range, and files from asking for more than can be.
const longestWindow = 1 << 20

// wantLengths fails unless every length is in 1 to longestWindow.
func wantLengths(name string, lengths ...int) error {
	for _, n := range lengths {
		if n < 1 || n > longestWindow {
			return fmt.Errorf("%s is %d, want 1 to %d", name, n, longestWindow)
		}
	}
	return nil
}

// wantPlaces fails if an output's axis is longer than longestWindow.
func wantPlaces(rows, cols int) error {
	if max(rows, cols) > longestWindow {
		return fmt.Errorf("output would have %d×%d places, want at most %d along each axis", rows, cols, longestWindow)
	}
	return nil
}

// wantAxes fails unless there is one input, with the given axes.
func wantAxes(in []tensor.Shape, axes int, names string) error {
	if err := wantInputs(in, 1); err != nil {
		return err
	}
	if len(in[0]) != axes {
		return fmt.Errorf("input has shape %v, want %s", in[0], names)
	}
	return nil
}

// Names of the axes in errors.
const (
	imageAxes    = "rows×columns×channels"
	sequenceAxes = "steps×channels"
)
