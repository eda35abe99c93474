package modelfile

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/goodfit-ml/goodfit/internal/atomicfile"
	"github.com/goodfit-ml/goodfit/internal/registry"
)

// Writer collects the parts of one file. It is not safe for concurrent use.
type Writer struct {
	PartWriter
	kind    Kind
	version string
}

// New returns a Writer for a file of the given kind. Version is goodfit's.
func New(kind Kind, version string) *Writer {
	return &Writer{PartWriter{parts: &partList{names: map[string]bool{}}}, kind, version}
}

// part is a part to be written.
type part struct {
	name  string
	write func(io.Writer) error
	// stored parts are not compressed.
	stored bool
}

type partList struct {
	list  []part
	names map[string]bool
}

// PartWriter adds parts to a file, or to a folder of it.
type PartWriter struct {
	parts  *partList
	prefix string // "" or "members/0/"
}

// Sub returns a PartWriter for the folder of that name, for a model inside
// another: Sub("members/0").
func (w PartWriter) Sub(folder string) PartWriter {
	return PartWriter{w.parts, w.prefix + folder + "/"}
}

// JSON adds the part of that name, ending in ".json", with v as
// [registry.Marshal] writes it, indented. It fails if v cannot be stored, takes
// more than 32 MiB, or the name is not valid or taken.
func (w PartWriter) JSON(name string, v any, tables ...registry.Nested) error {
	data, err := registry.Marshal(v, tables...)
	if err != nil {
		return fmt.Errorf("part %s: %w", w.prefix+name, err)
	}
	var text bytes.Buffer
	if err := json.Indent(&text, data, "", " "); err != nil {
		return fmt.Errorf("part %s: %w", w.prefix+name, err)
	}
	text.WriteByte('\n')
	if text.Len() > maxJSONBytes {
		return fmt.Errorf("part %s: its text has %d bytes, more than the limit of %d",
			w.prefix+name, text.Len(), maxJSONBytes)
	}
	return w.add(name, jsonSuffix, part{stored: tooDense(text.Bytes()), write: func(out io.Writer) error {
		_, err := out.Write(text.Bytes())
		return err
	}})
}

// Tensors adds the part of that name, ending in ".safetensors". The tensors'
// data are not copied: they must not change until the file is written.
func (w PartWriter) Tensors(name string, tensors []Tensor, metadata map[string]string) error {
	l, err := newLayout(tensors, metadata)
	if err != nil {
		return fmt.Errorf("part %s: %w", w.prefix+name, err)
	}
	return w.add(name, tensorsSuffix, part{stored: true, write: l.write})
}

func (w PartWriter) add(name, suffix string, p part) error {
	p.name = w.prefix + name
	if err := checkName(p.name); err != nil {
		return err
	}
	if !strings.HasSuffix(name, suffix) {
		return fmt.Errorf("the name of part %s does not end in %s", p.name, suffix)
	}
	if w.parts.names[p.name] {
		return fmt.Errorf("part %s is there already", p.name)
	}
	if len(w.parts.list) == maxParts {
		return fmt.Errorf("the file has more than %d parts", maxParts)
	}
	w.parts.names[p.name] = true
	w.parts.list = append(w.parts.list, p)
	return nil
}

// maxRatio is how much smaller compression may make a part. Text that is
// denser than that is stored as it is, and refused when it is read: it is how
// an archive of a few kilobytes unpacks to gigabytes.
const maxRatio = 100

// tooDense reports whether compression passes maxRatio.
func tooDense(data []byte) bool {
	var size byteCounter
	z, err := flate.NewWriter(&size, flate.DefaultCompression)
	if err != nil {
		panic("modelfile: " + err.Error())
	}
	z.Write(data) // a byteCounter does not fail
	z.Close()
	return int64(len(data)) > maxRatio*int64(size)
}

type byteCounter int64

func (c *byteCounter) Write(p []byte) (int, error) {
	*c += byteCounter(len(p))
	return len(p), nil
}

// Save writes the file at path, whole or not at all.
func (w *Writer) Save(path string) error { return atomicfile.WriteFile(path, w.Write) }

// Write writes the file to out: the parts in ascending order of their names,
// then the manifest.
func (w *Writer) Write(out io.Writer) error {
	m := manifest{Format: formatVersion, Kind: w.kind, Goodfit: w.version, Parts: []Part{}}
	archive := zip.NewWriter(out)
	slices.SortFunc(w.parts.list, func(a, b part) int { return strings.Compare(a.name, b.name) })
	for _, p := range w.parts.list {
		written, err := writePart(archive, p)
		if err != nil {
			return err
		}
		m.Parts = append(m.Parts, written)
	}
	data, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	if _, err := writePart(archive, part{name: manifestName, stored: tooDense(data), write: func(out io.Writer) error {
		_, err := out.Write(data)
		return err
	}}); err != nil {
		return err
	}
	return archive.Close()
}

// timestamp of every part: the first that zip can hold.
var timestamp = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func writePart(archive *zip.Writer, p part) (Part, error) {
	header := &zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: timestamp}
	if p.stored {
		header.Method = zip.Store
	}
	header.SetMode(0o644)
	out, err := archive.CreateHeader(header)
	if err != nil {
		return Part{}, err
	}
	sum, size := sha256.New(), byteCounter(0)
	if err := p.write(io.MultiWriter(out, sum, &size)); err != nil {
		return Part{}, err
	}
	return Part{p.name, int64(size), hex.EncodeToString(sum.Sum(nil))}, nil
}
