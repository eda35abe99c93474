package modelfile

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

var little = binary.LittleEndian

// readData fills data, which newData made for type d.
func readData(r io.Reader, d DType, data any, scratch []byte) error {
	switch dst := data.(type) {
	case []float32:
		return readFloat32(r, d, dst, scratch)
	case []float64:
		return readChunks(r, dst, scratch, 8, func(b []byte) float64 { return math.Float64frombits(little.Uint64(b)) })
	case []int64:
		return readChunks(r, dst, scratch, d.size(), signed(d))
	case []uint64:
		return readChunks(r, dst, scratch, d.size(), unsigned(d))
	}
	_, err := io.ReadFull(r, data.([]uint8))
	return err
}

func signed(d DType) func([]byte) int64 {
	switch d {
	case I8:
		return func(b []byte) int64 { return int64(int8(b[0])) }
	case I16:
		return func(b []byte) int64 { return int64(int16(little.Uint16(b))) }
	case I32:
		return func(b []byte) int64 { return int64(int32(little.Uint32(b))) }
	}
	return func(b []byte) int64 { return int64(little.Uint64(b)) }
}

func unsigned(d DType) func([]byte) uint64 {
	switch d {
	case U16:
		return func(b []byte) uint64 { return uint64(little.Uint16(b)) }
	case U32:
		return func(b []byte) uint64 { return uint64(little.Uint32(b)) }
	}
	return little.Uint64
}

// readFloat32 fills dst from numbers of a floating-point type.
func readFloat32(r io.Reader, d DType, dst []float32, scratch []byte) error {
	switch d {
	case F16:
		return readChunks(r, dst, scratch, 2, func(b []byte) float32 { return fromHalf(little.Uint16(b)) })
	case BF16:
		return readChunks(r, dst, scratch, 2, func(b []byte) float32 { return fromBrain(little.Uint16(b)) })
	case F32:
		return readChunks(r, dst, scratch, 4, func(b []byte) float32 { return math.Float32frombits(little.Uint32(b)) })
	}
	var beyond float64
	err := readChunks(r, dst, scratch, 8, func(b []byte) float32 {
		x := math.Float64frombits(little.Uint64(b))
		if math.IsInf(float64(float32(x)), 0) && !math.IsInf(x, 0) {
			beyond = x
		}
		return float32(x)
	})
	if err == nil && beyond != 0 {
		return fmt.Errorf("%g is beyond the range of float32", beyond)
	}
	return err
}

// readChunks fills dst from elements of size bytes, a buffer at a time.
func readChunks[E any](r io.Reader, dst []E, scratch []byte, size int, get func([]byte) E) error {
	for len(dst) > 0 {
		n := min(len(dst), len(scratch)/size)
		chunk := scratch[:n*size]
		if _, err := io.ReadFull(r, chunk); err != nil {
			return err
		}
		for i := range n {
			dst[i] = get(chunk[i*size:])
		}
		dst = dst[n:]
	}
	return nil
}
