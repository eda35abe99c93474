package modelfile

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// TensorReader reads the tensors of a safetensors file, once, with [All] or
// [Into]. It is not safe for concurrent use.
//
// [All]: TensorReader.All
// [Into]: TensorReader.Into
type TensorReader struct {
	name     string // for messages
	source   io.Reader
	infos    []Info // in the order of their data
	metadata map[string]string
	verify   func() error // checks the source when all tensors have been read
	closer   io.Closer
	used     bool
}

// OpenTensors opens the safetensors file at path and reads its header. Read
// the tensors or Close it.
func OpenTensors(path string) (*TensorReader, error) {
	f, size, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	t, err := NewTensorReader(path, f, size)
	if err != nil {
		f.Close()
		return nil, err
	}
	t.closer = f
	return t, nil
}

// NewTensorReader reads the header of a safetensors file of the given size,
// which the header must account for to the last byte. Name stands for it in
// messages.
func NewTensorReader(name string, r io.Reader, size int64) (*TensorReader, error) {
	h, err := readHeader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &TensorReader{
		name: name, source: r, infos: h.infos, metadata: h.metadata,
		verify: func() error { return nil },
		closer: io.NopCloser(r),
	}, nil
}

// Infos describes the tensors, in the order of their data.
func (t *TensorReader) Infos() []Info { return t.infos }

// Metadata returns the texts of the header, nil if it has none.
func (t *TensorReader) Metadata() map[string]string { return t.metadata }

// All reads the tensors, in the order of their data, and closes the reader.
// It fails if the file is shorter than its header says, or was altered.
func (t *TensorReader) All() ([]Tensor, error) {
	var tensors []Tensor
	err := t.each(func(i Info, scratch []byte) error {
		data := newData(i.DType, i.Len())
		tensors = append(tensors, Tensor{i.Name, i.Shape, data})
		return readData(t.source, i.DType, data, scratch)
	})
	if err != nil {
		return nil, err
	}
	return tensors, nil
}

// Into reads the tensors into the slices of their names, converting other
// floating-point types to float32, and closes the reader. Dst must have exactly
// the file's names and lengths; this is checked before anything is written.
//
// It also fails on integers, on float64 numbers beyond float32, and if the file
// is shorter than its header says or was altered; then dst may have changed.
func (t *TensorReader) Into(dst map[string][]float32) error {
	if err := t.checkInto(dst); err != nil {
		return errors.Join(err, t.Close())
	}
	return t.each(func(i Info, scratch []byte) error {
		return readFloat32(t.source, i.DType, dst[i.Name], scratch)
	})
}

func (t *TensorReader) checkInto(dst map[string][]float32) error {
	for _, i := range t.infos {
		to, ok := dst[i.Name]
		switch {
		case !ok:
			return fmt.Errorf("%s: there is no place for tensor %q", t.name, i.Name)
		case len(to) != i.Len():
			return fmt.Errorf("%s: tensor %q has %d numbers (shape %v), want %d", t.name, i.Name, i.Len(), i.Shape, len(to))
		case !i.DType.isFloat():
			return fmt.Errorf("%s: tensor %q holds numbers of type %s, want floating-point numbers", t.name, i.Name, i.DType)
		}
	}
	if len(dst) == len(t.infos) {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(dst)) {
		if !slices.ContainsFunc(t.infos, func(i Info) bool { return i.Name == name }) {
			return fmt.Errorf("%s: tensor %q is missing", t.name, name)
		}
	}
	return nil
}

// each has read called for every tensor, checks the source and closes it.
func (t *TensorReader) each(read func(i Info, scratch []byte) error) error {
	if t.used {
		return fmt.Errorf("%s: the tensors were read before", t.name)
	}
	t.used = true
	defer t.closer.Close()
	scratch := make([]byte, chunkBytes)
	for _, i := range t.infos {
		err := read(i, scratch)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%s: tensor %q: %w", t.name, i.Name, errTruncated)
		}
		if err != nil {
			return fmt.Errorf("%s: tensor %q: %w", t.name, i.Name, err)
		}
	}
	return t.verify()
}

// Close closes a reader that is not read to its end. It may be called again.
func (t *TensorReader) Close() error {
	if t.used {
		return nil
	}
	t.used = true
	return t.closer.Close()
}
