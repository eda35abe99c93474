package modelfile

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/goodfit-ml/goodfit/internal/registry"
)

// header is a file's header, checked against its size.
type header struct {
	infos    []Info // in the order of their data
	metadata map[string]string
}

var errNoTensors = errors.New("not a safetensors file")

func readHeader(r io.Reader, size int64) (header, error) {
	text, err := readHeaderText(r, size)
	if err != nil {
		return header{}, err
	}
	var raw map[string]json.RawMessage
	if err := registry.Unmarshal(text, &raw); err != nil {
		return header{}, fmt.Errorf("its header is faulty: %w", err)
	}
	var h header
	if text, ok := raw[metadataKey]; ok {
		if err := registry.Unmarshal(text, &h.metadata); err != nil {
			return header{}, fmt.Errorf("its metadata are faulty: %w", err)
		}
		delete(raw, metadataKey)
	}
	h.infos, err = placeTensors(raw, uint64(size)-8-uint64(len(text)))
	return h, err
}

// readHeaderText reads the length and the header after checking that it can
// be there.
func readHeaderText(r io.Reader, size int64) ([]byte, error) {
	var length [8]byte
	if size < int64(len(length)) {
		return nil, fmt.Errorf("%w: it has only %d bytes", errNoTensors, max(size, 0))
	}
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, readFailure(err)
	}
	n := binary.LittleEndian.Uint64(length[:])
	if n < 2 || n > maxHeaderBytes {
		return nil, fmt.Errorf("%w: its header would have %d bytes (from 2 to %d are possible)", errNoTensors, n, maxHeaderBytes)
	}
	if n > uint64(size)-8 {
		return nil, fmt.Errorf("its header has %d bytes, but the file only %d; %w", n, size, errTruncated)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, readFailure(err)
	}
	if text[0] != '{' {
		return nil, fmt.Errorf("%w: its header does not start with {", errNoTensors)
	}
	return text, nil
}

func readFailure(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errTruncated
	}
	return err
}

// placedInfo is a tensor and its place in the data.
type placedInfo struct {
	Info
	begin, end uint64
}

// placeTensors reads the header's entries and checks that they fill exactly
// the bytes that there are.
func placeTensors(entries map[string]json.RawMessage, bytes uint64) ([]Info, error) {
	var placed []placedInfo
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		p, err := readEntryOf(name, entries[name], bytes)
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		placed = append(placed, p)
	}
	slices.SortStableFunc(placed, func(a, b placedInfo) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	var infos []Info
	at := uint64(0)
	for _, p := range placed {
		if p.begin != at {
			return nil, fmt.Errorf("tensor %q starts at byte %d of the data, but %d is next: there is a gap or an overlap",
				p.Name, p.begin, at)
		}
		at = p.end
		infos = append(infos, p.Info)
	}
	if at < bytes {
		return nil, fmt.Errorf("%d bytes follow the last tensor", bytes-at)
	}
	return infos, nil
}

// readEntryOf reads the header's entry for one tensor, whose data must lie
// within the bytes that there are.
func readEntryOf(name string, text []byte, bytes uint64) (placedInfo, error) {
	var none placedInfo
	var e headerEntry
	if err := registry.Unmarshal(text, &e); err != nil {
		return none, err
	}
	size := e.DType.size()
	switch {
	case size == 0:
		return none, fmt.Errorf("numbers of type %.20q cannot be read", string(e.DType))
	case e.Shape == nil:
		return none, errors.New("it has no shape")
	case len(e.Offsets) != 2 || e.Offsets[0] > e.Offsets[1]:
		return none, fmt.Errorf("its data_offsets are %v", e.Offsets)
	case e.Offsets[1] > bytes:
		return none, fmt.Errorf("its data end at byte %d, but there are %d; %w", e.Offsets[1], bytes, errTruncated)
	}
	n, err := elements(e.Shape, size, bytes)
	if err != nil {
		return none, err
	}
	if has := e.Offsets[1] - e.Offsets[0]; has != n*uint64(size) {
		return none, fmt.Errorf("its data_offsets span %d bytes, but shape %v of %s takes %d", has, e.Shape, e.DType, n*uint64(size))
	}
	return placedInfo{Info{name, e.DType, e.Shape}, e.Offsets[0], e.Offsets[1]}, nil
}
