package modelfile

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/goodfit-ml/goodfit/internal/registry"
)

// PartReader reads the parts of a file, or of a folder of it.
type PartReader struct {
	file   string // for messages
	parts  map[string]stored
	prefix string // "" or "members/0/"
}

// stored is a part and where it is.
type stored struct {
	Part
	entry *zip.File
}

// Sub returns a PartReader for the folder of that name: Sub("members/0").
func (r PartReader) Sub(folder string) PartReader {
	r.prefix += folder + "/"
	return r
}

// Parts lists the parts in ascending order of their names, which are relative
// to the folder.
func (r PartReader) Parts() []Part {
	var list []Part
	for _, name := range slices.Sorted(maps.Keys(r.parts)) {
		if rest, ok := strings.CutPrefix(name, r.prefix); ok {
			p := r.parts[name].Part
			p.Name = rest
			list = append(list, p)
		}
	}
	return list
}

// Has reports whether there is a part of that name.
func (r PartReader) Has(name string) bool {
	_, ok := r.parts[r.prefix+name]
	return ok
}

// JSON sets what v points to, to what [PartWriter.JSON] wrote, as
// [registry.Unmarshal] does. It fails if there is no such part, it was altered,
// or it does not fit.
func (r PartReader) JSON(name string, v any, tables ...registry.Nested) error {
	p, err := r.part(name)
	if err != nil {
		return err
	}
	data, err := readEntry(p.entry)
	if err != nil {
		return r.altered(p, err)
	}
	if sum := sha256.Sum256(data); !bytes.Equal(sum[:], p.hash()) {
		return r.altered(p, errChecksum)
	}
	if err := registry.Unmarshal(data, v, tables...); err != nil {
		return fmt.Errorf("%s: part %s: %w", r.file, p.Name, err)
	}
	return nil
}

// Tensors opens a part that [PartWriter.Tensors] wrote.
func (r PartReader) Tensors(name string) (*TensorReader, error) {
	p, err := r.part(name)
	if err != nil {
		return nil, err
	}
	data, err := p.entry.Open()
	if err != nil {
		return nil, r.altered(p, err)
	}
	sum := sha256.New()
	t, err := NewTensorReader(r.file+": part "+p.Name, io.TeeReader(data, sum), p.Bytes)
	if err != nil {
		if altered := r.checkSum(p, data, sum); altered != nil {
			err = altered
		}
		data.Close()
		return nil, err
	}
	t.verify = func() error { return r.checkSum(p, data, sum) }
	t.closer = data
	return t, nil
}

// checkSum reads what is left of a part and compares its checksum.
func (r PartReader) checkSum(p stored, data io.Reader, sum hash.Hash) error {
	if _, err := io.Copy(sum, data); err != nil {
		return r.altered(p, err)
	}
	if !bytes.Equal(sum.Sum(nil), p.hash()) {
		return r.altered(p, errChecksum)
	}
	return nil
}

// Verify reads all parts and fails if one was altered.
func (r PartReader) Verify() error {
	for _, part := range r.Parts() {
		p := r.parts[r.prefix+part.Name]
		data, err := p.entry.Open()
		if err != nil {
			return r.altered(p, err)
		}
		err = r.checkSum(p, data, sha256.New())
		data.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (r PartReader) part(name string) (stored, error) {
	p, ok := r.parts[r.prefix+name]
	if !ok {
		return stored{}, fmt.Errorf("%s: part %s is missing", r.file, r.prefix+name)
	}
	return p, nil
}

var errChecksum = errors.New("checksum differs")

func (r PartReader) altered(p stored, cause error) error {
	return fmt.Errorf("%s: %w", r.file, alteredPart(p.Name, cause))
}

// alteredPart tells what package zip found wrong with a part.
func alteredPart(name string, cause error) error {
	switch {
	case errors.Is(cause, zip.ErrChecksum):
		cause = errChecksum
	case errors.Is(cause, zip.ErrFormat):
		cause = errors.New("its header or length is wrong")
	case errors.Is(cause, io.ErrUnexpectedEOF):
		cause = errors.New("it ends too early")
	}
	return fmt.Errorf("part %s was altered (%w)", name, cause)
}

// readEntry unpacks a JSON part, whose declared size was checked. Package zip
// stops where the data are more than declared.
func readEntry(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
