package modelfile_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goodfit-ml/goodfit/internal/modelfile"
	"github.com/goodfit-ml/goodfit/internal/registry"
)

// Graph is a description with a field that needs a table.
type (
	Layer interface{ Build() }
	Dense struct{ Units int }
	Graph struct {
		Layers []Layer
		Names  []string
	}
)

func (Dense) Build() {}

func layers() *registry.Table[Layer] {
	t := registry.New[Layer]("layer").RegisteredBy("nn.Register")
	t.Register("Dense", Dense{})
	return t
}

var (
	graph   = Graph{[]Layer{Dense{3}, Dense{1}}, []string{"hidden", "output"}}
	weights = []tensor{{"hidden/kernel", []int{2, 3}, []float32{1, 2, 3, 4, 5, 6}}, {"step", nil, []uint64{7}}}
)

// addModel writes a model to a file or a folder of one.
func addModel(t testing.TB, w modelfile.PartWriter) {
	t.Helper()
	if err := w.JSON("graph.json", graph, layers()); err != nil {
		t.Fatal(err)
	}
	if err := w.Tensors("weights.safetensors", weights, map[string]string{"by": "test"}); err != nil {
		t.Fatal(err)
	}
}

func wantModel(t testing.TB, r modelfile.PartReader) {
	t.Helper()
	var got Graph
	if err := r.JSON("graph.json", &got, layers()); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, graph) {
		t.Errorf("graph %v, want %v", got, graph)
	}
	tensors, err := r.Tensors("weights.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	if m := tensors.Metadata(); m["by"] != "test" {
		t.Errorf("metadata %v", m)
	}
	all, err := tensors.All()
	if err != nil {
		t.Fatal(err)
	}
	wantTensors(t, all, []tensor{weights[1], weights[0]}) // uint64 before float32
}

func modelBytes(t testing.TB) []byte {
	t.Helper()
	w := modelfile.New(modelfile.Model, "0.1.0")
	addModel(t, w.PartWriter)
	return written(t, w)
}

func written(t testing.TB, w *modelfile.Writer) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := w.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(data []byte) (*modelfile.Reader, error) {
	return modelfile.NewReader("m.goodfit", bytes.NewReader(data), int64(len(data)))
}

func TestSaveAndOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.goodfit")
	w := modelfile.New(modelfile.Ensemble, "0.1.0")
	for i := range 3 {
		addModel(t, w.Sub("members").Sub(fmt.Sprint(i)))
	}
	addModel(t, w.PartWriter)
	if err := w.Save(path); err != nil {
		t.Fatal(err)
	}
	r, err := modelfile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if r.Kind() != modelfile.Ensemble || r.Version() != "0.1.0" {
		t.Errorf("kind %s, version %s", r.Kind(), r.Version())
	}
	wantModel(t, r.PartReader)
	for i := range 3 {
		wantModel(t, r.Sub(fmt.Sprintf("members/%d", i)))
	}
	if err := r.Verify(); err != nil {
		t.Error(err)
	}
}

func TestPartLists(t *testing.T) {
	w := modelfile.New(modelfile.Ensemble, "0.1.0")
	addModel(t, w.Sub("members/10"))
	addModel(t, w.Sub("members/1"))
	r, err := read(written(t, w))
	if err != nil {
		t.Fatal(err)
	}
	names := func(parts []modelfile.Part) (list []string) {
		for _, p := range parts {
			list = append(list, p.Name)
			if p.Bytes == 0 || len(p.SHA256) != 64 {
				t.Errorf("part %v has no size or checksum", p)
			}
		}
		return list
	}
	if got, want := fmt.Sprint(names(r.Parts())), "[members/1/graph.json members/1/weights.safetensors "+
		"members/10/graph.json members/10/weights.safetensors]"; got != want {
		t.Errorf("parts %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(names(r.Sub("members/1").Parts())), "[graph.json weights.safetensors]"; got != want {
		t.Errorf("parts %s, want %s", got, want)
	}
	if !r.Sub("members/10").Has("graph.json") || r.Has("graph.json") || r.Sub("members").Has("graph.json") {
		t.Error("Has is wrong about graph.json")
	}
}

// The file does not depend on the order of calls, the time, or the run.
func TestSameContentSameBytes(t *testing.T) {
	want := modelBytes(t)
	w := modelfile.New(modelfile.Model, "0.1.0")
	if err := w.Tensors("weights.safetensors", []tensor{weights[1], weights[0]}, map[string]string{"by": "test"}); err != nil {
		t.Fatal(err)
	}
	if err := w.JSON("graph.json", graph, layers()); err != nil {
		t.Fatal(err)
	}
	for range 2 { // a Writer can be written again
		if got := written(t, w); !bytes.Equal(got, want) {
			t.Errorf("%d bytes differ from %d", len(got), len(want))
		}
	}
}

// The archive as other programs see it: parts in order, the manifest last, no
// times, tensors not compressed.
func TestArchiveForm(t *testing.T) {
	data := modelBytes(t)
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range z.File {
		got = append(got, fmt.Sprintf("%s method %d %v %s", f.Name, f.Method, f.Mode(), f.Modified.UTC().Format(time.DateTime)))
	}
	want := []string{
		"graph.json method 8 -rw-r--r-- 1980-01-01 00:00:00",
		"weights.safetensors method 0 -rw-r--r-- 1980-01-01 00:00:00",
		"manifest.json method 8 -rw-r--r-- 1980-01-01 00:00:00",
	}
	if !slices.Equal(got, want) {
		t.Errorf("archive is %q\nwant %q", got, want)
	}
}

// A part that compresses as well as a hostile one does is read back all the same.
func TestRepetitivePart(t *testing.T) {
	want := Graph{Names: slices.Repeat([]string{"hidden"}, 100_000)}
	w := modelfile.New(modelfile.Model, "0.1.0")
	if err := w.JSON("graph.json", want, layers()); err != nil {
		t.Fatal(err)
	}
	r, err := read(written(t, w))
	if err != nil {
		t.Fatal(err)
	}
	var got Graph
	if err := r.JSON("graph.json", &got, layers()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%d names, %v", len(got.Names), err)
	}
}

// The parts are readable by people.
func TestPartsAreIndented(t *testing.T) {
	r, err := read(modelBytes(t))
	if err != nil {
		t.Fatal(err)
	}
	var raw json.RawMessage
	if err := r.JSON("graph.json", &raw); err != nil {
		t.Fatal(err)
	}
	want := "{\n \"Layers\": [\n  {\n   \"type\": \"Dense\",\n   \"Units\": 3\n  },"
	if !strings.HasPrefix(string(raw), want) {
		t.Errorf("graph.json is %s", raw)
	}
}

func TestReadsPythonArchive(t *testing.T) {
	r, err := modelfile.Open("testdata/example.goodfit")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.Expect(modelfile.Pipeline); err != nil {
		t.Error(err)
	}
	var pipeline struct{ Columns []string }
	if err := r.JSON("pipeline.json", &pipeline); err != nil || len(pipeline.Columns) != 200 || pipeline.Columns[199] != "x199" {
		t.Errorf("%d columns, %v", len(pipeline.Columns), err)
	}
	member := r.Sub("members/0")
	var g struct {
		Layers []string
		Units  int
	}
	if err := member.JSON("graph.json", &g); err != nil || g.Units != 3 || len(g.Layers) != 1 {
		t.Errorf("graph %v, %v", g, err)
	}
	w, err := member.Tensors("weights.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	dst := map[string][]float32{"w": make([]float32, 3)}
	if err := w.Into(dst); err != nil || dst["w"][2] != 3 {
		t.Errorf("weights %v, %v", dst, err)
	}
}

func TestExpect(t *testing.T) {
	for _, c := range []struct {
		has   modelfile.Kind
		wants []modelfile.Kind
		want  string
	}{
		{modelfile.Model, []modelfile.Kind{modelfile.Model}, "<nil>"},
		{modelfile.Model, []modelfile.Kind{modelfile.Ensemble, modelfile.Model}, "<nil>"},
		{modelfile.Pipeline, []modelfile.Kind{modelfile.Model}, "m.goodfit holds a pipeline, not a model; load it with pipeline.Load"},
		{modelfile.Ensemble, []modelfile.Kind{modelfile.Pipeline}, "m.goodfit holds an ensemble, not a pipeline; load it with ensembles.Load"},
		{modelfile.Model, []modelfile.Kind{modelfile.Ensemble, modelfile.Pipeline}, "m.goodfit holds a model, not an ensemble or a pipeline; load it with goodfit.Load"},
		{modelfile.Checkpoint, []modelfile.Kind{modelfile.Model}, "m.goodfit holds a checkpoint, not a model"},
	} {
		r, err := read(written(t, modelfile.New(c.has, "0.1.0")))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(r.Expect(c.wants...)); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestConcurrentReads(t *testing.T) {
	r, err := read(modelBytes(t))
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 20 {
				wantModel(t, r.PartReader)
			}
		})
	}
	group.Wait()
}

func TestWriterRefuses(t *testing.T) {
	w := modelfile.New(modelfile.Model, "0.1.0")
	addModel(t, w.PartWriter)
	type parts struct{ Parts []int }
	for _, c := range []struct{ got, want string }{
		{fmt.Sprint(w.JSON("graph.json", parts{})), "part graph.json is there already"},
		{fmt.Sprint(w.JSON("manifest.json", parts{})), "a part is named like the manifest"},
		{fmt.Sprint(w.JSON("graph.txt", parts{})), `part "graph.txt" is neither .json nor .safetensors`},
		{fmt.Sprint(w.JSON("a.safetensors", parts{})), "the name of part a.safetensors does not end in .json"},
		{fmt.Sprint(w.Tensors("a.json", nil, nil)), "the name of part a.json does not end in .safetensors"},
		{fmt.Sprint(w.JSON("../a.json", parts{})), `"../a.json" is not a valid part name`},
		{fmt.Sprint(w.Sub("..").JSON("a.json", parts{})), `"../a.json" is not a valid part name`},
		{fmt.Sprint(w.Sub("").JSON("a.json", parts{})), `"/a.json" is not a valid part name`},
		{fmt.Sprint(w.JSON("", parts{})), `"" is not a valid part name`},
		{fmt.Sprint(w.JSON(`a\b.json`, parts{})), `"a\\b.json" is not a valid part name`},
		{fmt.Sprint(w.JSON("c:a.json", parts{})), `"c:a.json" is not a valid part name`},
		{fmt.Sprint(w.JSON("é.json", parts{})), `"é.json" is not a valid part name`},
		{fmt.Sprint(w.JSON(strings.Repeat("a", 251)+".json", parts{})), `is not a valid part name`},
		{fmt.Sprint(w.JSON("a.json", graph)), "part a.json: modelfile_test.Graph cannot be stored: Layers[]: no table"},
		{fmt.Sprint(w.JSON("a.json", indentedFar(28))), "bytes, more than the limit of 33554432"},
		{fmt.Sprint(w.Sub("m").Tensors("a.safetensors", []tensor{{"x", nil, nil}}, nil)), `part m/a.safetensors: tensor "x": data of type`},
	} {
		if !strings.Contains(c.got, c.want) {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
	if got := written(t, w); !bytes.Equal(got, modelBytes(t)) {
		t.Error("a refused part has changed the file")
	}
}

// indented takes far more bytes indented than not.
type indented struct {
	In []indented
	N  []int
}

func indentedFar(levels int) indented {
	if levels == 0 {
		return indented{N: make([]int, 600_000)}
	}
	return indented{In: []indented{indentedFar(levels - 1)}}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ name, content, want string }{
		{"empty", "", "not a goodfit file: it is empty"},
		{"one.goodfit", "P", "the file is truncated"},
		{"text", "epoch,loss\n1,0.5\n", "not a goodfit file"},
		{"start", "PK\x03\x04 and no directory", "the file is truncated"},
	} {
		path := filepath.Join(dir, c.name)
		if err := os.WriteFile(path, []byte(c.content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := modelfile.Open(path); err == nil || err.Error() != path+": "+c.want {
			t.Errorf("error %v, want %s: %s", err, path, c.want)
		}
	}
	missing := filepath.Join(dir, "missing")
	if _, err := modelfile.Open(missing); err == nil || err.Error() != missing+": no such file or directory" {
		t.Errorf("error %v", err)
	}
}

func TestFailedSaveLeavesOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.goodfit")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := modelfile.New(modelfile.Model, "0.1.0").Save(path + "/x"); err == nil {
		t.Error("a file was taken for a directory")
	}
	if err := modelfile.New(modelfile.Model, "0.1.0").Save("/dev/full"); err == nil || err.Error() != "writing /dev/full: no space left on device" {
		t.Errorf("error %v", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "old" {
		t.Errorf("file holds %q, %v", got, err)
	}
}
