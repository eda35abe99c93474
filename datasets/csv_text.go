package datasets

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf16"
	"unicode/utf8"
)

// sampleBytes is how much of a file is looked at to find its encoding and its
// separator.
const sampleBytes = 64 << 10

// maxRowBytes is the most bytes that one row may take. It bounds the memory that
// a file without line ends, or with a quote left open, can claim.
const maxRowBytes = 16 << 20

var (
	errEmpty   = errors.New("the file is empty")
	errLongRow = fmt.Errorf("a row longer than %d MiB; is a quote left open?", maxRowBytes>>20)
)

// signatures are the first bytes of files that people take for CSV.
var signatures = []struct{ bytes, what string }{
	{"PK\x03\x04", "a zip archive or an Excel workbook"},
	{"\xd0\xcf\x11\xe0", "an old Excel workbook"},
	{"\x1f\x8b", "a gzip archive"},
	{"BZh91AY&SY", "a bzip2 archive"},
	{"\xfd7zXZ", "an xz archive"},
	{"\x28\xb5\x2f\xfd", "a zstd archive"},
	{"PAR1\x15", "a Parquet file"},
	{"SQLite format 3\x00", "an SQLite database"},
	{"%PDF-1.", "a PDF document"},
	{"\x89PNG", "a PNG image"},
	{"\x89HDF", "an HDF5 file"},
	{"\x93NUMPY", "a numpy array"},
}

// openText returns the text of a file as UTF-8 without byte order mark, ready to
// be peeked at for sampleBytes. UTF-16 is recognized by its byte order mark, or
// by the zero bytes of Latin letters, and decoded.
func openText(r io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(r, sampleBytes)
	head, err := in.Peek(512)
	if len(head) == 0 {
		if err == io.EOF {
			return nil, errEmpty
		}
		return nil, err
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.bytes)) {
			return nil, fmt.Errorf("the file is %s, not CSV text", s.what)
		}
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		_, err = in.Discard(3)
		return in, err
	}
	if order := utf16Order(head); order != nil {
		return bufio.NewReaderSize(&utf16Reader{in: in, order: order}, sampleBytes), nil
	}
	return in, nil
}

// utf16Order returns the byte order if the text begins as UTF-16 does, else nil:
// with a byte order mark, or with zeros for a quarter of the high bytes and for
// next to none of the low bytes.
func utf16Order(head []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return binary.LittleEndian
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return binary.BigEndian
	}
	var zeros [2]int // at even and odd places
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	enough := max(4, len(head)/8)
	switch {
	case zeros[1] >= enough && zeros[1] > 8*zeros[0]:
		return binary.LittleEndian
	case zeros[0] >= enough && zeros[0] > 8*zeros[1]:
		return binary.BigEndian
	}
	return nil
}

// utf16Reader turns UTF-16 into UTF-8 and drops the byte order mark.
type utf16Reader struct {
	in    *bufio.Reader
	order binary.ByteOrder
	out   []byte // decoded and not yet read
	begun bool
	err   error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.fill()
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

// fill decodes some characters, or sets the error that ends the text.
func (u *utf16Reader) fill() {
	u.out = u.out[:0]
	for len(u.out) < 4096 {
		r, err := u.char()
		if err != nil {
			u.err = err
			return
		}
		if u.begun || r != '\ufeff' {
			u.out = utf8.AppendRune(u.out, r)
		}
		u.begun = true
	}
}

func (u *utf16Reader) char() (rune, error) {
	r, err := u.unit()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	low, err := u.unit()
	if err != nil && err != io.EOF {
		return 0, err
	}
	if r = utf16.DecodeRune(r, low); r == utf8.RuneError || err == io.EOF {
		return 0, errors.New("the file is broken UTF-16 text; save it as UTF-8")
	}
	return r, nil
}

func (u *utf16Reader) unit() (rune, error) {
	var b [2]byte
	_, err := io.ReadFull(u.in, b[:])
	if err == io.ErrUnexpectedEOF {
		return 0, errors.New("the file is UTF-16 text cut within a character; save it as UTF-8")
	}
	return rune(u.order.Uint16(b[:])), err
}

// guard passes text on and stops at a byte 0, which no text has, and at a row
// that is too long.
type guard struct {
	in    io.Reader
	read  int64
	limit int64 // of read; moved on after each row
}

func (g *guard) Read(p []byte) (int, error) {
	if g.read >= g.limit {
		return 0, errLongRow
	}
	n, err := g.in.Read(p)
	if i := bytes.IndexByte(p[:n], 0); i >= 0 {
		return 0, fmt.Errorf("the file is not text: its byte %d is 0", g.read+int64(i))
	}
	g.read += int64(n)
	return n, err
}

// sizeOf returns the number of bytes that a reader holds, 0 if it cannot be known.
func sizeOf(r io.Reader) int64 {
	switch r := r.(type) {
	case *os.File:
		if info, err := r.Stat(); err == nil && info.Mode().IsRegular() {
			return info.Size()
		}
	case interface{ Len() int }: // bytes.Reader and its like
		return int64(r.Len())
	}
	return 0
}

// bytesPerLine returns the mean length of the lines in the sample, their ends
// included; 0 if it does not hold a line.
func bytesPerLine(sample []byte) float64 {
	lines := bytes.Count(sample, []byte{'\n'})
	if lines == 0 {
		return 0
	}
	return float64(bytes.LastIndexByte(sample, '\n')+1) / float64(lines)
}
