package images

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // decoders of the files that Reader takes
	_ "image/png"
	"io"
	"os"

	"github.com/goodfit-ml/goodfit/tensor"
)

// Reader describes how image files become numbers.
type Reader struct {
	// Height and Width are the size that every image is brought to; 0 for both: the
	// size of the first image, which all must have.
	Height, Width int
	// Gray makes one channel of brightness, 0.299·red + 0.587·green + 0.114·blue
	// (ITU-R BT.601), of images in colour; otherwise images have three channels.
	// What is transparent is black.
	Gray bool
	// Resize is how sizes change; default Bilinear.
	Resize Resize
	// exact refuses images of another size instead of resizing them.
	exact bool
}

// maxPixels is the most pixels that an image may have; more are refused before
// memory is taken.
const maxPixels = 1 << 26

func (r Reader) check() error {
	switch {
	case r.Height < 0 || r.Width < 0 || (r.Height == 0) != (r.Width == 0):
		return fmt.Errorf("images: a size of %d×%d, want both at least 1, or 0 for the first image's", r.Height, r.Width)
	case r.Height > 0 && r.Width > maxPixels/r.Height:
		return fmt.Errorf("images: a size of %d×%d, want at most %d pixels", r.Height, r.Width, maxPixels)
	case r.Resize > Area:
		return fmt.Errorf("images: no way to resize has the number %d", r.Resize)
	}
	return nil
}

func (r Reader) channels() int {
	if r.Gray {
		return 1
	}
	return 3
}

// File reads a PNG or JPEG file and returns it as one row. It fails, naming the
// file, on other files and on images of more than 2²⁶ pixels.
func (r Reader) File(path string) (*tensor.Tensor, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("images: %w", err)
	}
	defer f.Close()
	t, err := r.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("images: %s: %w", path, err)
	}
	return t, nil
}

// Decode reads a PNG or JPEG image and returns it as one row. It fails as File does.
func (r Reader) Decode(in io.Reader) (*tensor.Tensor, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	head := &prefix{in: in}
	size, _, err := image.DecodeConfig(head)
	if err == nil && (size.Width < 1 || size.Height < 1 || size.Width > maxPixels/size.Height) {
		err = fmt.Errorf("the image has %d×%d pixels, want 1 to %d", size.Height, size.Width, maxPixels)
	}
	if err != nil {
		return nil, decodeError(err)
	}
	m, _, err := image.Decode(bufio.NewReader(io.MultiReader(&head.seen, in)))
	if err != nil {
		return nil, decodeError(err)
	}
	t := r.values(m)
	if s := t.Shape(); r.exact && (s[0] != r.Height || s[1] != r.Width) {
		return nil, fmt.Errorf("the image has %d×%d pixels, the first has %d×%d; set Height and Width to resize", s[0], s[1], r.Height, r.Width)
	}
	if r.Height > 0 {
		t = r.Resize.To(t, r.Height, r.Width)
	}
	return t, nil
}

func decodeError(err error) error {
	if errors.Is(err, image.ErrFormat) {
		return errors.New("it is neither PNG nor JPEG")
	}
	return err
}

// prefix remembers what was read.
type prefix struct {
	in   io.Reader
	seen buffer
}

func (p *prefix) Read(b []byte) (int, error) {
	n, err := p.in.Read(b)
	p.seen = append(p.seen, b[:n]...)
	return n, err
}

// buffer is bytes to read again.
type buffer []byte

func (b *buffer) Read(to []byte) (int, error) {
	if len(*b) == 0 {
		return 0, io.EOF
	}
	n := copy(to, *b)
	*b = (*b)[n:]
	return n, nil
}

// values returns the pixels from 0 to 1.
func (r Reader) values(m image.Image) *tensor.Tensor {
	b := m.Bounds()
	t := tensor.New(1, b.Dy(), b.Dx(), r.channels())
	x := t.Data()
	i := 0
	for row := b.Min.Y; row < b.Max.Y; row++ {
		for col := b.Min.X; col < b.Max.X; col++ {
			i += r.pixel(x[i:], m.At(col, row))
		}
	}
	return t
}

// pixel writes a pixel's channels and returns their number.
func (r Reader) pixel(to []float32, c color.Color) int {
	red, green, blue, _ := c.RGBA()
	if red == green && green == blue {
		v := float32(red) / 0xffff
		for k := range r.channels() {
			to[k] = v
		}
		return r.channels()
	}
	if r.Gray {
		to[0] = float32((299*uint64(red) + 587*uint64(green) + 114*uint64(blue))) / (1000 * 0xffff)
		return 1
	}
	to[0], to[1], to[2] = float32(red)/0xffff, float32(green)/0xffff, float32(blue)/0xffff
	return 3
}
