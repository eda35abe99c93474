package modelfile_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/modelfile"
	"pgregory.net/rapid"
)

type (
	tensor = modelfile.Tensor
	info   = modelfile.Info
)

func readFixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// readAll reads a safetensors file from memory.
func readAll(data []byte) ([]tensor, map[string]string, error) {
	r, err := modelfile.NewTensorReader("w.safetensors", bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, nil, err
	}
	tensors, err := r.All()
	return tensors, r.Metadata(), err
}

func writeAll(t testing.TB, tensors []tensor, metadata map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := modelfile.WriteTensors(&out, tensors, metadata); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// bitsOf makes data comparable: NaNs by their bits, −0 apart from 0.
func bitsOf(data any) any {
	switch s := data.(type) {
	case []float32:
		bits := make([]uint32, len(s))
		for i, x := range s {
			bits[i] = math.Float32bits(x)
		}
		return bits
	case []float64:
		bits := make([]uint64, len(s))
		for i, x := range s {
			bits[i] = math.Float64bits(x)
		}
		return bits
	}
	return data
}

func wantTensors(t testing.TB, got, want []tensor) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d tensors, want %d", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if g.Name != w.Name || !slices.Equal(g.Shape, w.Shape) || !reflect.DeepEqual(bitsOf(g.Data), bitsOf(w.Data)) {
			t.Errorf("tensor %d is %q %v %T %v\nwant %q %v %T %v", i, g.Name, g.Shape, g.Data, g.Data, w.Name, w.Shape, w.Data, w.Data)
		}
	}
}

// The values that testdata/make.py writes, except the random kernel.
func fixtureTensors(kernel []float32) []tensor {
	negativeZero := float32(math.Copysign(0, -1))
	return []tensor{
		{"history", []int{4}, []float64{0.1, -1e300, 5e-324, math.Inf(1)}},
		{"state/step", []int{}, []int64{math.MinInt64}},
		{"state/words", []int{2, 2}, []uint64{math.MaxUint64, 0, 1, 1<<53 + 1}},
		{"dense/kernel", []int{3, 5}, kernel},
		{"empty", []int{0, 4}, []float32{}},
		{"grüße", []int{4}, []float32{negativeZero, 1e-45, math.MaxFloat32, float32(math.Inf(-1))}},
		{"order", []int{11}, []uint8{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
	}
}

var fixtureMetadata = map[string]string{"format": "pt", "goodfit": "0.1.0"}

func TestReadsPython(t *testing.T) {
	got, metadata, err := readAll(readFixture(t, "written.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	kernel := got[3].Data.([]float32)
	wantTensors(t, got, fixtureTensors(kernel))
	// The first draws of numpy.random.RandomState(7).standard_normal.
	if want := []float32{1.6905257, -0.46593738, 0.032820165}; !slices.Equal(kernel[:3], want) {
		t.Errorf("the kernel starts with %v, want %v", kernel[:3], want)
	}
	if !reflect.DeepEqual(metadata, fixtureMetadata) {
		t.Errorf("metadata %v, want %v", metadata, fixtureMetadata)
	}
}

// The bytes are those of an independent writer, in whatever order the tensors
// are given.
func TestWritesWhatPythonWrites(t *testing.T) {
	want := readFixture(t, "written.safetensors")
	tensors, _, err := readAll(want)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := writeAll(t, tensors, fixtureMetadata); !bytes.Equal(got, want) {
			t.Errorf("wrote %q\nwant %q", got, want)
		}
		slices.Reverse(tensors)
	}
	if got := writeAll(t, nil, nil); !bytes.Equal(got, readFixture(t, "none.safetensors")) {
		t.Errorf("wrote %q for no tensors", got)
	}
}

func TestReadsOtherTypes(t *testing.T) {
	got, metadata, err := readAll(readFixture(t, "read.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	negativeZero, inf := float32(math.Copysign(0, -1)), float32(math.Inf(1))
	wantTensors(t, got, []tensor{
		{"bf16", []int{7}, []float32{0, negativeZero, 1, -2.5, 3.3895313892515355e38, 9.183549615799121e-41, inf}},
		{"bool", []int{3}, []uint8{1, 0, 1}},
		{"f16", []int{10}, []float32{0, negativeZero, 1, -2.5, 65504, 0x1p-24, 0x1p-14, 0x1p-14 - 0x1p-24, inf, -inf}},
		{"i16", []int{3}, []int64{-32768, 32767, -1}},
		{"i32", []int{2}, []int64{math.MinInt32, math.MaxInt32}},
		{"i8", []int{2}, []int64{-128, 127}},
		{"u16", []int{2}, []uint64{65535, 1}},
		{"u32", []int{1}, []uint64{math.MaxUint32}},
	})
	if metadata != nil {
		t.Errorf("metadata %v, want none", metadata)
	}
}

// file makes a safetensors file of any header text and as many data bytes.
func file(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, data)...)
}

// Every half-precision number against its definition in float64:
// (−1)ˢ·2ᵉ⁻¹⁵·(1+f/1024), subnormal 2⁻¹⁴·f/1024 (IEEE 754-2019, 3.4).
func TestAllHalves(t *testing.T) {
	data := file(`{"h":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]}}`, 0)
	for h := range 1 << 16 {
		data = binary.LittleEndian.AppendUint16(data, uint16(h))
	}
	tensors, _, err := readAll(data)
	if err != nil {
		t.Fatal(err)
	}
	for h, got := range tensors[0].Data.([]float32) {
		e, f := h>>10&31, float64(h&1023)/1024
		want := math.Ldexp(1+f, e-15)
		switch {
		case e == 0:
			want = math.Ldexp(f, -14)
		case e == 31 && f == 0:
			want = math.Inf(1)
		case e == 31:
			want = math.NaN()
		}
		if h>>15 == 1 {
			want = math.Copysign(want, -1)
		}
		same := math.Float32bits(got) == math.Float32bits(float32(want))
		if isNaN := got != got; isNaN != math.IsNaN(want) || !isNaN && !same {
			t.Fatalf("%#04x is read as %v, want %v", h, got, want)
		}
	}
}

func TestRoundTripTensors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringN(1, 20, -1), 0, 6, rapid.ID).Draw(t, "names")
		var tensors []tensor
		for _, name := range names {
			if name == "__metadata__" {
				continue
			}
			shape := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 4).Draw(t, "shape")
			n := info{Shape: shape}.Len()
			tensors = append(tensors, tensor{name, shape, drawData(t, n)})
		}
		metadata := rapid.MapOfN(rapid.String(), rapid.String(), 1, 3).Draw(t, "metadata")
		var first bytes.Buffer
		if err := modelfile.WriteTensors(&first, tensors, metadata); err != nil {
			t.Fatal(err)
		}
		got, gotMetadata, err := readAll(first.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(gotMetadata, metadata) {
			t.Fatalf("metadata %q, want %q", gotMetadata, metadata)
		}
		byName := map[string]tensor{}
		for _, g := range got {
			byName[g.Name] = g
		}
		for _, w := range tensors {
			g := byName[w.Name]
			if !slices.Equal(g.Shape, w.Shape) || !reflect.DeepEqual(bitsOf(g.Data), bitsOf(w.Data)) {
				t.Fatalf("%q: read %v, want %v", w.Name, g, w)
			}
		}
		var second bytes.Buffer
		if err := modelfile.WriteTensors(&second, got, gotMetadata); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("writing again gives other bytes (%v)", err)
		}
	})
}

// drawData returns n numbers of any type that is written, of any bits.
func drawData(t *rapid.T, n int) any {
	words := rapid.SliceOfN(rapid.Uint64(), n, n).Draw(t, "words")
	switch rapid.IntRange(0, 4).Draw(t, "type") {
	case 0:
		return convert(words, func(w uint64) float32 { return math.Float32frombits(uint32(w)) })
	case 1:
		return convert(words, math.Float64frombits)
	case 2:
		return convert(words, func(w uint64) int64 { return int64(w) })
	case 3:
		return convert(words, func(w uint64) uint8 { return uint8(w) })
	}
	return words
}

func convert[E any](words []uint64, to func(uint64) E) []E {
	out := make([]E, len(words))
	for i, w := range words {
		out[i] = to(w)
	}
	return out
}

// More than one buffer of every type, and not a multiple of it.
func TestLargeTensors(t *testing.T) {
	const n = 40_001
	words := make([]uint64, n)
	for i := range words {
		words[i] = uint64(i) * 0x9e3779b97f4a7c15
	}
	tensors := []tensor{
		{"a", []int{n}, convert(words, math.Float64frombits)},
		{"b", []int{n}, convert(words, func(w uint64) int64 { return int64(w) })},
		{"c", []int{n}, words},
		{"d", []int{n}, convert(words, func(w uint64) float32 { return math.Float32frombits(uint32(w)) })},
		{"e", []int{n}, convert(words, func(w uint64) uint8 { return uint8(w >> 9) })},
	}
	got, _, err := readAll(writeAll(t, tensors, nil))
	if err != nil {
		t.Fatal(err)
	}
	wantTensors(t, got, tensors)
}

func TestWriteTensorsRefuses(t *testing.T) {
	f := []float32{1, 2}
	for _, c := range []struct {
		tensors  []tensor
		metadata map[string]string
		want     string
	}{
		{[]tensor{{"a", []int{2}, f}, {"b", []int{2}, f}, {"a", []int{2}, f}}, nil, `two tensors are named "a"`},
		{[]tensor{{"", []int{2}, f}}, nil, `a tensor cannot be named ""`},
		{[]tensor{{"__metadata__", []int{2}, f}}, nil, `a tensor cannot be named "__metadata__"`},
		{[]tensor{{"a\xff", []int{2}, f}}, nil, `"a\xff" cannot be stored; a text must be UTF-8`},
		{[]tensor{{"a", []int{3}, f}}, nil, `tensor "a": 2 numbers for shape [3], which has 3`},
		{[]tensor{{"a", nil, f}}, nil, `tensor "a": 2 numbers for shape [], which has 1`},
		{[]tensor{{"a", []int{-1, -2}, f}}, nil, `tensor "a": shape [-1 -2] has a negative axis`},
		{[]tensor{{"a", []int{math.MaxInt, math.MaxInt}, f}}, nil, `is too large`},
		{[]tensor{{"a", []int{math.MaxInt/2 + 1}, f}}, nil, `takes more than the`},
		{[]tensor{{"a", make([]int, 33), f}}, nil, `33 axes, more than the limit of 32`},
		{[]tensor{{"a", []int{2}, []int{1, 2}}}, nil, `tensor "a": data of type []int cannot be stored`},
		{[]tensor{{"a", []int{2}, nil}}, nil, `tensor "a": data of type <nil> cannot be stored`},
		{nil, map[string]string{"k": "\xff"}, `metadata: `},
		{nil, map[string]string{"k": strings.Repeat("x", 17<<20)}, `the header has 17825824 bytes, more than the limit of 16777216`},
	} {
		var out bytes.Buffer
		err := modelfile.WriteTensors(&out, c.tensors, c.metadata)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %s", err, c.want)
		}
		if out.Len() > 0 {
			t.Errorf("%s: %d bytes were written before the fault was found", c.want, out.Len())
		}
	}
}

func TestReadTensorsRefuses(t *testing.T) {
	const ab = `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":`
	one := func(dtype, shape, offsets string) string {
		return fmt.Sprintf(`{"a":{"dtype":%s,"shape":%s,"data_offsets":%s}}`, dtype, shape, offsets)
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "not a safetensors file: it has only 0 bytes"},
		{"seven bytes", make([]byte, 7), "not a safetensors file: it has only 7 bytes"},
		{"no header", make([]byte, 8), "not a safetensors file: its header would have 0 bytes"},
		{"text", []byte("epoch,loss,val_loss\n"), "not a safetensors file: its header would have"},
		{"huge header", file("{}", 0)[:8:8], "its header has 2 bytes, but the file only 8; the file is truncated"},
		{"list", file("[]", 0), "its header does not start with {"},
		{"leading space", file(" {}", 0), "its header does not start with {"},
		{"cut header", file(`{"a":`, 0), "its header is faulty: reading map[string]json.RawMessage: invalid JSON"},
		{"trailing text", file(`{} {}`, 0), "invalid JSON"},
		{"doubled tensor", file(ab+`[4,12]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 12), `member "a" is there twice`},
		{"doubled field", file(`{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), `member "dtype" is there twice`},
		{"unknown field", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}`, 4), `unknown field "x"`},
		{"metadata is a list", file(`{"__metadata__":[]}`, 0), "its metadata are faulty"},
		{"metadata has numbers", file(`{"__metadata__":{"a":1}}`, 0), "its metadata are faulty"},
		{"trailing bytes", file(ab+`[4,12]}}`, 13), "1 bytes follow the last tensor"},
		{"bytes without tensors", file(`{}`, 1), "1 bytes follow the last tensor"},
		{"truncated", file(ab+`[4,12]}}`, 11), `tensor "b": its data end at byte 12, but there are 11; the file is truncated`},
		{"gap", file(ab+`[5,13]}}`, 13), `tensor "b" starts at byte 5 of the data, but 4 is next: there is a gap or an overlap`},
		{"overlap", file(ab+`[0,8]}}`, 8), `tensor "b" starts at byte 0 of the data, but 4 is next`},
		{"gap at the start", file(one(`"F32"`, `[1]`, `[1,5]`), 5), `tensor "a" starts at byte 1 of the data, but 0 is next`},
		{"unknown type", file(one(`"F8_E4M3"`, `[4]`, `[0,4]`), 4), `tensor "a": numbers of type "F8_E4M3" cannot be read`},
		{"no type", file(`{"a":{"shape":[1],"data_offsets":[0,4]}}`, 4), `numbers of type "" cannot be read`},
		{"no shape", file(`{"a":{"dtype":"F32","data_offsets":[0,4]}}`, 4), `it has no shape`},
		{"no offsets", file(`{"a":{"dtype":"F32","shape":[0]}}`, 0), `its data_offsets are []`},
		{"three offsets", file(one(`"F32"`, `[1]`, `[0,4,4]`), 4), `its data_offsets are [0 4 4]`},
		{"offsets reversed", file(one(`"F32"`, `[1]`, `[4,0]`), 4), `its data_offsets are [4 0]`},
		{"negative offset", file(one(`"F32"`, `[1]`, `[-4,0]`), 4), `-4 where a value of type uint64 is wanted`},
		{"fractional shape", file(one(`"F32"`, `[1.0]`, `[0,4]`), 4), `1.0 where a value of type int is wanted`},
		{"negative shape", file(one(`"F32"`, `[-1]`, `[0,4]`), 4), `shape [-1] has a negative axis`},
		{"shape too small", file(one(`"F32"`, `[1]`, `[0,8]`), 8), `its data_offsets span 8 bytes, but shape [1] of F32 takes 4`},
		{"shape too large", file(one(`"F32"`, `[3]`, `[0,8]`), 8), `shape [3] takes more than the 8 bytes there are`},
		{"shape overflows", file(one(`"F32"`, `[4294967296,4294967297]`, `[0,4]`), 4), `is too large`},
		{"bytes overflow", file(one(`"F64"`, `[2305843009213693953]`, `[0,8]`), 8), `takes more than the 8 bytes`},
		{"many axes", file(one(`"F32"`, "["+strings.Repeat("1,", 32)+"1]", `[0,4]`), 4), "33 axes, more than the limit of 32"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tensors, _, err := readAll(c.data)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "w.safetensors: ") {
				t.Errorf("read %v, error %v\nwant w.safetensors: … %s", tensors, err, c.want)
			}
		})
	}
}

// A source that is shorter than the size it was announced with.
func TestShortSource(t *testing.T) {
	whole := readFixture(t, "written.safetensors")
	for n := range whole {
		r, err := modelfile.NewTensorReader("w.safetensors", bytes.NewReader(whole[:n]), int64(len(whole)))
		if err == nil {
			_, err = r.All()
		}
		if err == nil || !strings.HasSuffix(err.Error(), "the file is truncated") {
			t.Fatalf("%d of %d bytes: error %v", n, len(whole), err)
		}
	}
}

func TestInto(t *testing.T) {
	halves := file(`{"b":{"dtype":"BF16","shape":[1],"data_offsets":[2,4]},"h":{"dtype":"F16","shape":[],"data_offsets":[0,2]},`+
		`"d":{"dtype":"F64","shape":[1],"data_offsets":[4,12]}}`, 0)
	halves = binary.LittleEndian.AppendUint16(halves, 0x3e00) // 1.5
	halves = binary.LittleEndian.AppendUint16(halves, 0xc020) // −2.5
	halves = binary.LittleEndian.AppendUint64(halves, math.Float64bits(0.1))
	single := func(data any) []byte { return writeAll(t, []tensor{{"x", []int{2}, data}}, nil) }
	for _, c := range []struct {
		name string
		data []byte
		dst  map[string][]float32
		want string // the error, or the numbers after
	}{
		{"conversions", halves, map[string][]float32{"b": {0}, "h": {0}, "d": {0}}, "map[b:[-2.5] d:[0.1] h:[1.5]]"},
		{"float32", single([]float32{1, -2}), map[string][]float32{"x": {0, 0}}, "map[x:[1 -2]]"},
		{"infinite", single([]float64{math.Inf(1), math.NaN()}), map[string][]float32{"x": {0, 0}}, "map[x:[+Inf NaN]]"},
		{"beyond", single([]float64{1e39, 1}), map[string][]float32{"x": {0, 0}}, `w.safetensors: tensor "x": 1e+39 is beyond the range of float32`},
		{"integers", single([]int64{1, 2}), map[string][]float32{"x": {0, 0}}, `w.safetensors: tensor "x" holds numbers of type I64, want floating-point numbers`},
		{"no place", single([]float32{1, 2}), map[string][]float32{"y": {0, 0}}, `w.safetensors: there is no place for tensor "x"`},
		{"missing", single([]float32{1, 2}), map[string][]float32{"x": {0, 0}, "y": {}}, `w.safetensors: tensor "y" is missing`},
		{"length", single([]float32{1, 2}), map[string][]float32{"x": {0}}, `w.safetensors: tensor "x" has 2 numbers (shape [2]), want 1`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := modelfile.NewTensorReader("w.safetensors", bytes.NewReader(c.data), int64(len(c.data)))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := r.Into(c.dst); err != nil {
				got = err.Error()
			} else {
				got = fmt.Sprint(c.dst)
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestTensorsAreReadOnce(t *testing.T) {
	data := readFixture(t, "written.safetensors")
	r, err := modelfile.NewTensorReader("w.safetensors", bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.All(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.All(); err == nil || err.Error() != "w.safetensors: the tensors were read before" {
		t.Errorf("error %v of a second read", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestTensorFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "w.safetensors")
	want := []tensor{{"kernel", []int{2, 1}, []float32{1, 2}}}
	if err := modelfile.SaveTensors(path, want, nil); err != nil {
		t.Fatal(err)
	}
	r, err := modelfile.OpenTensors(path)
	if err != nil {
		t.Fatal(err)
	}
	if infos := r.Infos(); len(infos) != 1 || infos[0].DType != modelfile.F32 || infos[0].Len() != 2 {
		t.Errorf("infos %v", infos)
	}
	got, err := r.All()
	if err != nil {
		t.Fatal(err)
	}
	wantTensors(t, got, want)

	want[0].Shape = []int{3}
	if err := modelfile.SaveTensors(path, want, nil); err == nil || !strings.HasPrefix(err.Error(), "writing "+path+": tensor") {
		t.Errorf("error %v", err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "none"): "no such file or directory",
		dir:                        "not a regular file",
		"testdata/make.py":         "not a safetensors file: its header would have",
	} {
		if _, err := modelfile.OpenTensors(path); err == nil || !strings.HasPrefix(err.Error(), path+": "+want) {
			t.Errorf("error %v, want %s: %s", err, path, want)
		}
	}
}

func FuzzTensors(f *testing.F) {
	for _, name := range []string{"written.safetensors", "read.safetensors", "none.safetensors"} {
		f.Add(readFixture(f, name))
	}
	f.Add(file(`{"a":{"dtype":"F32","shape":[0,9223372036854775807],"data_offsets":[0,0]}}`, 0))
	f.Add(file(`{"__metadata__":null,"a":{"dtype":"BOOL","shape":[],"data_offsets":[0,1]}}   `, 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		tensors, metadata, err := readAll(data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "w.safetensors: ") || strings.Contains(err.Error(), io.EOF.Error()) {
				t.Fatalf("error %q", err)
			}
			return
		}
		var out bytes.Buffer
		if err := modelfile.WriteTensors(&out, tensors, metadata); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, _, err := readAll(out.Bytes())
		if err != nil || len(again) != len(tensors) {
			t.Fatalf("what was written cannot be read: %v", err)
		}
	})
}
