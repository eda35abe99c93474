package modelfile

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/internal/atomicfile"
	"github.com/goodfit-ml/goodfit/internal/registry"
)

const (
	// metadataKey is the header's entry for texts.
	metadataKey = "__metadata__"
	// maxHeaderBytes bounds a header; a hundred thousand tensors fit.
	maxHeaderBytes = 16 << 20
	// chunkBytes is how much is converted at a time, a multiple of every size.
	chunkBytes = 64 << 10
)

// SaveTensors writes a safetensors file at path, whole or not at all, with
// optional texts as metadata. The header is in the order of names, the numbers
// in the order of their types' sizes, largest first, then of names; the same
// content makes the same bytes.
//
// It fails on doubled or empty names, on a shape that is not the data's, and on
// data of other types than [Tensor] lists.
func SaveTensors(path string, tensors []Tensor, metadata map[string]string) error {
	l, err := newLayout(tensors, metadata)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return atomicfile.WriteFile(path, l.write)
}

// WriteTensors writes what [SaveTensors] writes to out.
func WriteTensors(out io.Writer, tensors []Tensor, metadata map[string]string) error {
	l, err := newLayout(tensors, metadata)
	if err != nil {
		return err
	}
	return l.write(out)
}

// layout is a file to be written: the header, and the data in their order.
type layout struct {
	header []byte
	data   []any
}

// headerEntry is a tensor in the header.
type headerEntry struct {
	DType   DType    `json:"dtype"`
	Shape   []int    `json:"shape"`
	Offsets []uint64 `json:"data_offsets"`
}

func newLayout(tensors []Tensor, metadata map[string]string) (*layout, error) {
	infos, data, err := describe(tensors)
	if err != nil {
		return nil, err
	}
	l := &layout{}
	header := map[string]json.RawMessage{}
	if len(metadata) > 0 {
		if header[metadataKey], err = registry.Marshal(metadata); err != nil {
			return nil, fmt.Errorf("metadata: %w", err)
		}
	}
	offset := uint64(0)
	for _, info := range infos {
		entry := headerEntry{info.DType, append([]int{}, info.Shape...), []uint64{offset, offset}}
		offset += uint64(info.Len() * info.DType.size())
		entry.Offsets[1] = offset
		if header[info.Name], err = registry.Marshal(entry); err != nil {
			return nil, err
		}
		l.data = append(l.data, data[info.Name])
	}
	if l.header, err = registry.Marshal(header); err != nil {
		return nil, err
	}
	for len(l.header)%8 != 0 { // the numbers start at a multiple of 8
		l.header = append(l.header, ' ')
	}
	if len(l.header) > maxHeaderBytes {
		return nil, fmt.Errorf("the header has %d bytes, more than the limit of %d", len(l.header), maxHeaderBytes)
	}
	return l, nil
}

// describe checks tensors and returns their descriptions in the file's order
// and their data by name.
func describe(tensors []Tensor) ([]Info, map[string]any, error) {
	var infos []Info
	data := map[string]any{}
	for _, t := range tensors {
		dtype, n, err := dtypeOf(t.Data)
		if err != nil {
			return nil, nil, fmt.Errorf("tensor %q: %w", t.Name, err)
		}
		if t.Name == "" || t.Name == metadataKey {
			return nil, nil, fmt.Errorf("a tensor cannot be named %q", t.Name)
		}
		if _, ok := data[t.Name]; ok {
			return nil, nil, fmt.Errorf("two tensors are named %q", t.Name)
		}
		if want, err := elements(t.Shape, dtype.size(), math.MaxInt64); err != nil {
			return nil, nil, fmt.Errorf("tensor %q: %w", t.Name, err)
		} else if want != uint64(n) {
			return nil, nil, fmt.Errorf("tensor %q: %d numbers for shape %v, which has %d", t.Name, n, t.Shape, want)
		}
		data[t.Name] = t.Data
		infos = append(infos, Info{t.Name, dtype, t.Shape})
	}
	slices.SortFunc(infos, inFileOrder)
	return infos, data, nil
}

func (l *layout) write(out io.Writer) error {
	length := binary.LittleEndian.AppendUint64(nil, uint64(len(l.header)))
	if _, err := out.Write(append(length, l.header...)); err != nil {
		return err
	}
	buffer := make([]byte, 0, chunkBytes)
	for _, data := range l.data {
		if err := writeData(out, data, buffer); err != nil {
			return err
		}
	}
	return nil
}

func writeData(out io.Writer, data any, buffer []byte) error {
	switch s := data.(type) {
	case []float32:
		return writeChunks(out, s, buffer, 4, func(b []byte, x float32) []byte {
			return little.AppendUint32(b, math.Float32bits(x))
		})
	case []float64:
		return writeChunks(out, s, buffer, 8, func(b []byte, x float64) []byte {
			return little.AppendUint64(b, math.Float64bits(x))
		})
	case []int64:
		return writeChunks(out, s, buffer, 8, func(b []byte, x int64) []byte {
			return little.AppendUint64(b, uint64(x))
		})
	case []uint64:
		return writeChunks(out, s, buffer, 8, little.AppendUint64)
	}
	_, err := out.Write(data.([]uint8))
	return err
}

// writeChunks writes s a buffer at a time.
func writeChunks[E any](out io.Writer, s []E, buffer []byte, size int, put func([]byte, E) []byte) error {
	for chunk := range slices.Chunk(s, cap(buffer)/size) {
		buffer = buffer[:0]
		for _, x := range chunk {
			buffer = put(buffer, x)
		}
		if _, err := out.Write(buffer); err != nil {
			return err
		}
	}
	return nil
}
