package modelfile

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// Reader is an open file whose directory and manifest have been checked. Its
// parts are checked as they are read. It is safe for concurrent use.
type Reader struct {
	PartReader
	kind    Kind
	version string
	closer  io.Closer
}

// Open opens the file at path. Close it after use.
func Open(path string) (*Reader, error) {
	f, size, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	r, err := NewReader(path, f, size)
	if err != nil {
		f.Close()
		return nil, err
	}
	r.closer = f
	return r, nil
}

// openRegular opens a regular file, which alone has a size to check against.
func openRegular(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		f.Close()
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	return f, info.Size(), nil
}

// NewReader reads the file of the given size in r. Name stands for it in
// messages.
func NewReader(name string, r io.ReaderAt, size int64) (*Reader, error) {
	entries, err := openArchive(r, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	m, err := readManifest(entries)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := matchParts(m, entries); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	parts := map[string]stored{}
	for _, p := range m.Parts {
		parts[p.Name] = stored{p, entries[p.Name]}
	}
	return &Reader{PartReader: PartReader{file: name, parts: parts}, kind: m.Kind, version: m.Goodfit}, nil
}

var (
	errForeign   = errors.New("not a goodfit file")
	errTruncated = errors.New("the file is truncated")
)

// openArchive reads the zip directory and checks every entry of it.
func openArchive(r io.ReaderAt, size int64) (map[string]*zip.File, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, notAnArchive(r, size, err)
	}
	if len(archive.File) > maxParts+1 {
		return nil, fmt.Errorf("it holds %d parts, more than the limit of %d", len(archive.File), maxParts)
	}
	entries := map[string]*zip.File{}
	total := uint64(0)
	for _, f := range archive.File {
		if entries[f.Name] != nil {
			return nil, fmt.Errorf("part %.80q is there twice", f.Name)
		}
		entries[f.Name] = f
		if f.CompressedSize64 > uint64(size) || f.CompressedSize64 > uint64(size)-total {
			return nil, fmt.Errorf("part %.80q claims more bytes than the file has; the file is truncated or altered", f.Name)
		}
		total += f.CompressedSize64
	}
	if entries[manifestName] == nil {
		return nil, errForeign
	}
	for _, f := range archive.File {
		if err := checkEntry(f); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// notAnArchive tells a truncated archive from something else.
func notAnArchive(r io.ReaderAt, size int64, cause error) error {
	start := make([]byte, min(size, 4))
	if n, err := r.ReadAt(start, 0); n < len(start) {
		return err
	}
	switch {
	case size == 0:
		return fmt.Errorf("%w: it is empty", errForeign)
	case !strings.HasPrefix("PK\x03\x04", string(start)):
		return errForeign
	case errors.Is(cause, zip.ErrFormat):
		return errTruncated
	}
	return fmt.Errorf("the file is truncated or altered: %w", cause)
}

// checkEntry fails on what goodfit does not write and what could harm.
func checkEntry(f *zip.File) error {
	if f.Name != manifestName {
		if err := checkName(f.Name); err != nil {
			return err
		}
	}
	switch {
	case f.Mode()&os.ModeType != 0:
		return fmt.Errorf("part %s is not a plain file", f.Name)
	case f.Flags&1 != 0:
		return fmt.Errorf("part %s is encrypted", f.Name)
	case f.Method == zip.Store:
		if f.CompressedSize64 != f.UncompressedSize64 {
			return fmt.Errorf("part %s has %d bytes but claims %d", f.Name, f.CompressedSize64, f.UncompressedSize64)
		}
	case f.Method != zip.Deflate:
		return fmt.Errorf("part %s is compressed by method %d, which goodfit does not use", f.Name, f.Method)
	case strings.HasSuffix(f.Name, tensorsSuffix):
		return fmt.Errorf("part %s is compressed; goodfit stores tensors as they are", f.Name)
	case f.UncompressedSize64/maxRatio > f.CompressedSize64:
		return fmt.Errorf("part %s claims to unpack from %d to %d bytes", f.Name, f.CompressedSize64, f.UncompressedSize64)
	}
	if strings.HasSuffix(f.Name, jsonSuffix) && f.UncompressedSize64 > maxJSONBytes {
		return fmt.Errorf("part %s has %d bytes, more than the limit of %d", f.Name, f.UncompressedSize64, maxJSONBytes)
	}
	return nil
}

func readManifest(entries map[string]*zip.File) (manifest, error) {
	data, err := readEntry(entries[manifestName])
	if err != nil {
		return manifest{}, alteredPart(manifestName, err)
	}
	return parseManifest(data)
}

// matchParts fails unless the manifest lists exactly the archive's parts.
func matchParts(m manifest, entries map[string]*zip.File) error {
	for _, p := range m.Parts {
		f := entries[p.Name]
		if f == nil {
			return fmt.Errorf("part %s is missing", p.Name)
		}
		if f.UncompressedSize64 != uint64(p.Bytes) {
			return fmt.Errorf("part %s was altered (it has %d bytes, its manifest says %d)",
				p.Name, f.UncompressedSize64, p.Bytes)
		}
	}
	if len(m.Parts)+1 == len(entries) {
		return nil
	}
	listed := map[string]bool{manifestName: true}
	for _, p := range m.Parts {
		listed[p.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if !listed[name] {
			return fmt.Errorf("part %s is not in the manifest", name)
		}
	}
	return nil
}

// Kind returns what the file holds.
func (r *Reader) Kind() Kind { return r.kind }

// Version returns the version of goodfit that wrote the file.
func (r *Reader) Version() string { return r.version }

// Expect fails unless the file is of one of the kinds, and tells what it is
// and how to load it.
func (r *Reader) Expect(kinds ...Kind) error {
	if slices.Contains(kinds, r.kind) {
		return nil
	}
	var wanted []string
	for _, k := range kinds {
		wanted = append(wanted, k.withArticle())
	}
	return fmt.Errorf("%s holds %s, not %s%s", r.file, r.kind.withArticle(), strings.Join(wanted, " or "), r.kind.remedy())
}

// Close closes what [Open] opened.
func (r *Reader) Close() error {
	if r.closer == nil {
		return nil
	}
	return r.closer.Close()
}
