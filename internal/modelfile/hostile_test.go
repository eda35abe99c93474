package modelfile_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/modelfile"
)

// entry is a part of an archive that goodfit would not write.
type entry struct {
	name   string
	data   string
	change func(*zip.FileHeader) // before it is written
	raw    bool                  // data are written as they are, under the header's sizes
}

// archive zips entries.
func archive(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name}
		h.SetMode(0o644)
		if e.change != nil {
			e.change(h)
		}
		create := z.CreateHeader
		if e.raw {
			create = z.CreateRaw
		}
		w, err := create(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// manifestOf lists the entries as they are; change may alter it.
func manifestOf(t testing.TB, change map[string]any, entries ...entry) entry {
	t.Helper()
	parts := []map[string]any{}
	for _, e := range entries {
		sum := sha256.Sum256([]byte(e.data))
		parts = append(parts, map[string]any{"name": e.name, "bytes": len(e.data), "sha256": hex.EncodeToString(sum[:])})
	}
	m := map[string]any{"format": 1, "kind": "model", "goodfit": "0.1.0", "parts": parts}
	maps.Copy(m, change)
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return entry{name: "manifest.json", data: string(data)}
}

// withManifest zips entries and their true manifest.
func withManifest(t testing.TB, entries ...entry) []byte {
	t.Helper()
	return archive(t, append(entries, manifestOf(t, nil, entries...))...)
}

const terabyte = 1 << 40

func TestRefusesHostileArchives(t *testing.T) {
	graph := entry{name: "graph.json", data: "{}\n"}
	manifest := manifestOf(t, nil, graph)
	named := func(name string) []byte { return withManifest(t, entry{name: name, data: "{}"}) }
	changed := func(change func(*zip.FileHeader)) []byte {
		g := graph
		g.change = change
		return archive(t, g, manifest)
	}
	declaring := func(method uint16, packed, unpacked uint64) []byte {
		return archive(t, entry{"a.json", "xx", func(h *zip.FileHeader) {
			h.Method, h.CompressedSize64, h.UncompressedSize64 = method, packed, unpacked
		}, true}, manifest)
	}
	half := func(name string) entry { // of the whole archive, or a little more
		return entry{name, "xx", func(h *zip.FileHeader) { h.CompressedSize64, h.UncompressedSize64 = 400, 400 }, true}
	}
	listing := func(change map[string]any) []byte { return archive(t, graph, manifestOf(t, change, graph)) }
	parts := func(p ...map[string]any) map[string]any { return map[string]any{"parts": p} }
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"other archive", archive(t, graph), "not a goodfit file"},
		{"empty archive", archive(t), "not a goodfit file"},
		{"doubled part", archive(t, graph, graph, manifest), `part "graph.json" is there twice`},
		{"doubled manifest", archive(t, graph, manifest, manifest), `part "manifest.json" is there twice`},
		{"path escape", named("../graph.json"), `"../graph.json" is not a valid part name`},
		{"inner escape", named("a/../../graph.json"), `"a/../../graph.json" is not a valid part name`},
		{"absolute path", named("/etc/graph.json"), `"/etc/graph.json" is not a valid part name`},
		{"backslash", named(`..\graph.json`), `"..\\graph.json" is not a valid part name`},
		{"drive", named(`C:graph.json`), `"C:graph.json" is not a valid part name`},
		{"control characters", named("\x1b[31m.json"), `"\x1b[31m.json" is not a valid part name`},
		{"directory", archive(t, entry{name: "members/"}, graph, manifest), `"members/" is not a valid part name`},
		{"program", named("run.sh"), `part "run.sh" is neither .json nor .safetensors`},
		{"symbolic link", changed(func(h *zip.FileHeader) { h.SetMode(fs.ModeSymlink | 0o777) }), "part graph.json is not a plain file"},
		{"device", changed(func(h *zip.FileHeader) { h.SetMode(fs.ModeDevice | 0o666) }), "part graph.json is not a plain file"},
		{"encrypted", changed(func(h *zip.FileHeader) { h.Flags |= 1 }), "part graph.json is encrypted"},
		{"unknown method", declaring(12, 2, 2), "part a.json is compressed by method 12, which goodfit does not use"},
		{"stored terabyte", declaring(zip.Store, terabyte, terabyte), `part "a.json" claims more bytes than the file has`},
		{"overflowing sizes", declaring(zip.Store, math.MaxUint64-1, 2), `part "a.json" claims more bytes than the file has`},
		{"overlapping parts", archive(t, half("a.json"), half("b.json"), manifest), `part "b.json" claims more bytes than the file has`},
		{"stored sizes differ", declaring(zip.Store, 2, terabyte), "part a.json has 2 bytes but claims 1099511627776"},
		{"deflated terabyte", declaring(zip.Deflate, 2, terabyte), "part a.json claims to unpack from 2 to 1099511627776 bytes"},
		{"deflated bomb", withManifest(t, entry{name: "a.json", data: strings.Repeat(" ", 20<<20),
			change: func(h *zip.FileHeader) { h.Method = zip.Deflate }}), "part a.json claims to unpack from"},
		{"large text", withManifest(t, entry{name: "a.json", data: strings.Repeat(" ", 33<<20)}), "part a.json has 34603008 bytes, more than the limit of 33554432"},
		{"deflated tensors", withManifest(t, entry{name: "w.safetensors", data: "xx",
			change: func(h *zip.FileHeader) { h.Method = zip.Deflate }}), "part w.safetensors is compressed; goodfit stores tensors as they are"},
		{"part not listed", archive(t, graph, entry{name: "x.json"}, manifest), "part x.json is not in the manifest"},
		{"part missing", archive(t, manifest), "part graph.json is missing"},
		{"part of another size", archive(t, entry{name: "graph.json", data: "{ }\n"}, manifest), "part graph.json was altered (it has 4 bytes, its manifest says 3)"},
		{"newer format", listing(map[string]any{"format": 2, "more": 1}), "it has format 2, but this goodfit reads format 1 only; update goodfit"},
		{"no format", listing(map[string]any{"format": 0}), "its manifest is faulty: its format is 0, not 1"},
		{"no kind", listing(map[string]any{"kind": ""}), `its manifest is faulty: its kind is ""`},
		{"strange kind", listing(map[string]any{"kind": "\x1b[2J"}), `its manifest is faulty: its kind is "\x1b[2J"`},
		{"unknown member", listing(map[string]any{"script": "rm"}), `its manifest is faulty: reading modelfile.manifest: unknown field "script"`},
		{"no text", archive(t, entry{name: "manifest.json", data: "PK"}), `its manifest is faulty: reading modelfile.manifest: invalid JSON`},
		{"escape in the manifest", listing(parts(map[string]any{"name": "../x.json", "bytes": 1, "sha256": strings.Repeat("0", 64)})), `its manifest is faulty: "../x.json" is not a valid part name`},
		{"doubled in the manifest", archive(t, graph, manifestOf(t, nil, graph, graph)), "its manifest is faulty: part graph.json is not in order"},
		{"checksum of another form", listing(parts(map[string]any{"name": "graph.json", "bytes": 3, "sha256": "00"})), "its manifest is faulty: part graph.json has no valid size and checksum"},
		{"negative size", listing(parts(map[string]any{"name": "graph.json", "bytes": -1, "sha256": strings.Repeat("0", 64)})), "its manifest is faulty: part graph.json has no valid size and checksum"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := read(c.data)
			if err == nil || !strings.HasPrefix(err.Error(), "m.goodfit: "+c.want) {
				t.Errorf("read %v, error %v\nwant m.goodfit: %s", r, err, c.want)
			}
		})
	}
}

// A part whose checksum is not the manifest's, in an archive that is sound.
func TestAlteredParts(t *testing.T) {
	weights := string(writeAll(t, []tensor{{"w", []int{2}, []float32{1, 2}}}, nil))
	parts := []entry{{name: "graph.json", data: `{"A":1}`}, {name: "w.safetensors", data: weights}}
	manifest := manifestOf(t, nil, parts...)
	parts[0].data = `{"A":2}`
	for name, altered := range map[string]string{
		"a number":             weights[:len(weights)-1] + "\x41",
		"the header":           strings.Replace(weights, "F32", "I32", 1),
		"the header to no use": strings.Replace(weights, "F32", "F33", 1),
	} {
		parts[1].data = altered
		r, err := read(archive(t, append(parts, manifest)...))
		if err != nil {
			t.Fatal(err)
		}
		var v struct{ A int }
		if err := r.JSON("graph.json", &v); err == nil || err.Error() != "m.goodfit: part graph.json was altered (checksum differs)" {
			t.Errorf("%s: %v, error %v", name, v, err)
		}
		want := "m.goodfit: part w.safetensors was altered (checksum differs)"
		tensors, err := r.Tensors("w.safetensors")
		if err == nil {
			_, err = tensors.All()
		}
		if err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", name, err, want)
		}
		if err := r.Sub("none").Verify(); err != nil {
			t.Errorf("%s: a folder without parts: %v", name, err)
		}
		if err := r.Verify(); err == nil || !strings.HasSuffix(err.Error(), "was altered (checksum differs)") {
			t.Errorf("%s: Verify: %v", name, err)
		}
	}
}

func TestMissingParts(t *testing.T) {
	r, err := read(modelBytes(t))
	if err != nil {
		t.Fatal(err)
	}
	var v Graph
	if err := r.Sub("members/0").JSON("graph.json", &v, layers()); err == nil || err.Error() != "m.goodfit: part members/0/graph.json is missing" {
		t.Errorf("error %v", err)
	}
	if _, err := r.Tensors("w.safetensors"); err == nil || err.Error() != "m.goodfit: part w.safetensors is missing" {
		t.Errorf("error %v", err)
	}
	if err := r.JSON("graph.json", &struct{ Layers []string }{}); err == nil ||
		!strings.HasPrefix(err.Error(), "m.goodfit: part graph.json: reading struct") {
		t.Errorf("error %v", err)
	}
}

// content reads everything that a file says.
func content(data []byte) (string, error) {
	r, err := read(data)
	if err != nil {
		return "", err
	}
	all := fmt.Sprint(r.Kind(), r.Version(), r.Parts())
	for _, p := range r.Parts() {
		text, err := partContent(r, p.Name)
		if err != nil {
			return "", err
		}
		all += text
	}
	return all, r.Verify()
}

func partContent(r *modelfile.Reader, name string) (string, error) {
	if strings.HasSuffix(name, ".json") {
		var raw json.RawMessage
		err := r.JSON(name, &raw)
		return string(raw), err
	}
	tensors, err := r.Tensors(name)
	if err != nil {
		return "", err
	}
	all, err := tensors.All()
	return fmt.Sprint(all, tensors.Metadata()), err
}

// Whatever byte changes, a file is refused or says the same.
func TestEveryAlteredByte(t *testing.T) {
	data := modelBytes(t)
	want, err := content(data)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for i := range data {
		for _, flip := range []byte{1, 0x80, 0xff} {
			altered := bytes.Clone(data)
			altered[i] ^= flip
			got, err := content(altered)
			if err == nil && got != want {
				t.Errorf("byte %d of %d changed by %#x: read %s\nwant %s", i, len(data), flip, got, want)
			}
			if err != nil {
				refused++
				checkSentence(t, err)
			}
		}
	}
	// What may change is the time of parts, local headers, and the like.
	if refused < 2*len(data) {
		t.Errorf("only %d of %d changes were refused", refused, 3*len(data))
	}
}

func TestEveryTruncation(t *testing.T) {
	data := modelBytes(t)
	for n := range data {
		got, err := content(data[:n])
		if err == nil {
			t.Fatalf("%d of %d bytes are read as %s", n, len(data), got)
		}
		checkSentence(t, err)
		if n > 0 && err.Error() != "m.goodfit: the file is truncated" {
			t.Errorf("%d of %d bytes: %v", n, len(data), err)
		}
	}
}

func checkSentence(t testing.TB, err error) {
	t.Helper()
	if text := err.Error(); !strings.HasPrefix(text, "m.goodfit: ") || strings.ContainsAny(text, "\n\x1b") {
		t.Errorf("error %q is not one clear line", text)
	}
}

// What small files may cost: buffers, but nothing that they only declare.
func TestMemoryIsBounded(t *testing.T) {
	const limit = 1 << 20
	header := fmt.Sprintf(`{"a":{"dtype":"F32","shape":[%d],"data_offsets":[0,%d]}}`, int64(terabyte/4), int64(terabyte))
	huge := binary.LittleEndian.AppendUint64(nil, terabyte)
	claims := func(method uint16, size uint64) []byte {
		return archive(t, entry{"a.safetensors", "xx", func(h *zip.FileHeader) {
			h.Method, h.CompressedSize64, h.UncompressedSize64 = method, size, terabyte
		}, true}, manifestOf(t, nil))
	}
	var deflated bytes.Buffer
	z, err := flate.NewWriter(&deflated, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(make([]byte, 50<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	understated := archive(t, entry{"manifest.json", deflated.String(), func(h *zip.FileHeader) {
		h.Method, h.CompressedSize64, h.UncompressedSize64 = zip.Deflate, uint64(deflated.Len()), 1000
	}, true})
	end := archive(t) // an end record that claims a terabyte of directory
	binary.LittleEndian.PutUint16(end[8:], math.MaxUint16)
	binary.LittleEndian.PutUint16(end[10:], math.MaxUint16)
	binary.LittleEndian.PutUint32(end[12:], math.MaxUint32-1)
	for name, do := range map[string]func() error{
		"header length": func() error { return secondOf(readAll(append(huge, make([]byte, 92)...))) },
		"shape":         func() error { return secondOf(readAll(file(header, 8))) },
		"stored part":   func() error { _, err := content(claims(zip.Store, terabyte)); return err },
		"deflated part": func() error { _, err := content(claims(zip.Deflate, 2)); return err },
		"understated":   func() error { _, err := content(understated); return err },
		"directory":     func() error { _, err := content(end); return err },
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := do()
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Error("no error")
			}
			if taken := after.TotalAlloc - before.TotalAlloc; taken > limit {
				t.Errorf("%d bytes were allocated", taken)
			}
		})
	}
}

func secondOf(_ []tensor, _ map[string]string, err error) error { return err }

func FuzzReader(f *testing.F) {
	f.Add(modelBytes(f))
	f.Add(readFixture(f, "example.goodfit"))
	f.Add(archive(f, manifestOf(f, nil)))
	f.Add(withManifest(f, entry{name: "../x.json", data: "{}"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := content(data); err != nil {
			checkSentence(t, err)
		}
	})
}
