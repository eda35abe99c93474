package images_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/datasets/images"
)

// writePNG writes a PNG file and the folders it is in.
func writePNG(t testing.TB, path string, m image.Image) {
	t.Helper()
	var b bytes.Buffer
	err := png.Encode(&b, m)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err == nil {
		err = os.WriteFile(path, b.Bytes(), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// gray returns an image of bytes, w in a row.
func gray(w int, bytes ...uint8) *image.Gray {
	return &image.Gray{Pix: bytes, Stride: w, Rect: image.Rect(0, 0, w, len(bytes)/w)}
}

// pictures makes folders of n images of one pixel each, image i of class c having
// the brightness 10·c+i.
func pictures(t testing.TB, n int, classes ...string) string {
	t.Helper()
	dir := t.TempDir()
	for c, name := range classes {
		for i := range n {
			writePNG(t, filepath.Join(dir, name, fmt.Sprintf("%d.png", i)), gray(1, uint8(10*c+i)))
		}
	}
	return dir
}

func TestDecode(t *testing.T) {
	colours := image.NewNRGBA(image.Rect(3, 5, 5, 6)) // does not begin at 0
	colours.Set(3, 5, color.NRGBA{R: 255, A: 255})
	colours.Set(4, 5, color.NRGBA{R: 10, G: 200, B: 51, A: 255})
	deep := image.NewGray16(image.Rect(0, 0, 1, 2))
	deep.Set(0, 1, color.Gray16{Y: 0x1234})
	clear := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	clear.Set(0, 0, color.NRGBA{R: 255, G: 255, B: 255})
	for _, c := range []struct {
		name   string
		reader images.Reader
		image  image.Image
		shape  string
		want   []float64
	}{
		{"grey", images.Reader{Gray: true}, gray(2, 0, 51, 255, 102), "(2×2×1)", []float64{0, 0.2, 1, 0.4}},
		{"grey as colour", images.Reader{}, gray(1, 51), "(1×1×3)", []float64{0.2, 0.2, 0.2}},
		{"colour", images.Reader{}, colours, "(1×2×3)", []float64{1, 0, 0, 10. / 255, 200. / 255, 0.2}},
		{"colour as grey", images.Reader{Gray: true}, colours, "(1×2×1)", []float64{0.299, 0.299*10/255 + 0.587*200/255 + 0.114*0.2}},
		{"16 bits", images.Reader{Gray: true}, deep, "(2×1×1)", []float64{0, float64(0x1234) / 0xffff}},
		{"transparent", images.Reader{Gray: true}, clear, "(1×1×1)", []float64{0}},
		{"resized", images.Reader{Gray: true, Height: 1, Width: 2, Resize: images.Area}, gray(2, 0, 51, 255, 102), "(1×2×1)", []float64{0.5, 0.3}},
	} {
		var b bytes.Buffer
		if err := png.Encode(&b, c.image); err != nil {
			t.Fatal(err)
		}
		got, err := c.reader.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		if got.Shape().String() != c.shape {
			t.Errorf("%s: shape %v, want %s", c.name, got.Shape(), c.shape)
		}
		near(t, c.name, got.Data(), c.want)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, gray(8, slices.Repeat([]uint8{128}, 64)...), nil); err != nil {
		t.Fatal(err)
	}
	if got, err := (images.Reader{Gray: true}).Decode(&b); err != nil || got.Data()[20] != float32(128)/255 {
		t.Errorf("a JPEG of one grey: %v, %v", got, err)
	}
}

func TestDecodeFails(t *testing.T) {
	var small bytes.Buffer
	if err := png.Encode(&small, gray(1, 7)); err != nil {
		t.Fatal(err)
	}
	wide := slices.Clone(small.Bytes())
	copy(wide[16:], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // width and height
	binary.BigEndian.PutUint32(wide[29:], crc32.ChecksumIEEE(wide[12:29]))
	for want, c := range map[string]struct {
		reader images.Reader
		bytes  []byte
	}{
		"it is neither PNG nor JPEG":    {images.Reader{}, []byte("GIF89a")},
		"unexpected EOF":                {images.Reader{}, small.Bytes()[:40]},
		"a size of 3×0, want both":      {images.Reader{Height: 3}, small.Bytes()},
		"a size of 100000×100000":       {images.Reader{Height: 100000, Width: 100000}, small.Bytes()},
		"no way to resize":              {images.Reader{Resize: 5}, small.Bytes()},
		"65536×65536 pixels, want 1 to": {images.Reader{}, wide},
	} {
		if _, err := c.reader.Decode(bytes.NewReader(c.bytes)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}

func TestFolder(t *testing.T) {
	dir := pictures(t, 4, "cat", "dog", "owl")
	writePNG(t, filepath.Join(dir, "cat", "deeper", "x.PNG"), gray(1, 200))
	writePNG(t, filepath.Join(dir, "dog", ".hidden", "x.png"), gray(1, 201))
	writePNG(t, filepath.Join(dir, ".thumbs", "x.png"), gray(1, 202))
	for _, name := range []string{"dog/notes.txt", "readme.md", "dog/.x.png"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := images.Reader{Gray: true}.Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(f.Classes(), f.Rows(), f.Shape(), f.Class(0), f.Class(12)); got != "[cat dog owl] 13 (1×1×1) 0 2" {
		t.Errorf("the folder is %s", got)
	}
	all, err := f.Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range all.Inputs[0].Data() {
		want := float32(200)
		if i != 4 {
			at := i - min(i/5, 1) // without the deeper file
			want = float32(10*(at/4) + at%4)
		}
		if v != want/255 || all.Targets[0].Data()[i] != float32(f.Class(i)) {
			t.Errorf("image %d, %s, is %g of class %g, want %g", i, f.Path(i), v*255, all.Targets[0].Data()[i], want)
		}
	}
	// Files come in the order in which the images in memory come.
	for _, plan := range []datasets.BatchPlan{{Size: 4, Seed: 1}, {Size: 5, Seed: 1, Epoch: 3, Skip: 1}, {InOrder: true, Size: 3}, {}} {
		if got, want := passes(t, f, plan), passes(t, all, plan); got != want {
			t.Errorf("%+v: from files %s, from memory %s", plan, got, want)
		}
	}
}

// passes prints all batches of a pass.
func passes(t *testing.T, s datasets.Source, plan datasets.BatchPlan) string {
	t.Helper()
	var b strings.Builder
	for batch, err := range s.Batches(context.Background(), plan) {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(&b, batch.Inputs[0].Data(), batch.Targets[0].Data(), batch.Weights)
	}
	return b.String()
}

func TestFolderSplits(t *testing.T) {
	f, err := images.Reader{}.Folder(pictures(t, 10, "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	train, test, err := f.Split(datasets.Holdout{Fraction: 0.2, Stratify: true})
	if err != nil {
		t.Fatal(err)
	}
	classes := 0
	paths := map[string]bool{}
	for i := range train.Rows() {
		paths[train.Path(i)] = true
	}
	for i := range test.Rows() {
		classes += test.Class(i)
		if paths[test.Path(i)] {
			t.Errorf("%s is in both parts", test.Path(i))
		}
	}
	if train.Rows() != 16 || test.Rows() != 4 || classes != 2 {
		t.Errorf("%d and %d images, %d of them of the second class, want 16, 4 and 2", train.Rows(), test.Rows(), classes)
	}
	if _, _, err := f.Split(datasets.Holdout{Rows: 20}); err == nil {
		t.Error("a split that leaves nothing succeeds")
	}
}

func TestFolderFails(t *testing.T) {
	empty := pictures(t, 1, "a", "b")
	if err := os.Mkdir(filepath.Join(empty, "c"), 0o700); err != nil {
		t.Fatal(err)
	}
	broken := pictures(t, 2, "a", "b")
	if err := os.WriteFile(filepath.Join(broken, "a", "0.png"), []byte("no image"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, dir := range map[string]string{
		"has no PNG or JPEG files":          empty,
		"has 1 folders of images":           pictures(t, 1, "a"),
		"no such file":                      filepath.Join(empty, "nothing"),
		"0.png: it is neither PNG nor JPEG": broken,
	} {
		if _, err := (images.Reader{}).Folder(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}

// A file that is not as the first is named when its batch comes.
func TestFolderFailsInTraining(t *testing.T) {
	dir := pictures(t, 2, "a", "b")
	f, err := images.Reader{}.Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	writePNG(t, filepath.Join(dir, "b", "1.png"), gray(2, 1, 2))
	want := filepath.Join("b", "1.png") + ": the image has 1×2 pixels, the first has 1×1"
	var last error
	for _, err := range f.Batches(context.Background(), datasets.BatchPlan{Size: 1, InOrder: true}) {
		last = err
	}
	if last == nil || !strings.Contains(last.Error(), want) {
		t.Errorf("error %v, want %q", last, want)
	}
	if _, err := f.Load(context.Background()); err == nil {
		t.Error("Load of a folder with a fault succeeds")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range f.Batches(ctx, datasets.BatchPlan{}) {
		if err != context.Canceled {
			t.Errorf("error %v, want that of the context", err)
		}
	}
}

func TestPixels(t *testing.T) {
	d := &datasets.Dataset{X: mat.NewDense(1, 4, []float64{0, 51, 255, 102}), Classes: []string{"a"}}
	out, err := images.Pixels{Height: 2, Width: 1, Channels: 2}.Of(d)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(out.InputShape(), out.X.RawRowView(0), out.Classes, d.X.At(0, 1)); got != "(2×1×2) [0 0.2 1 0.4] [a] 51" {
		t.Errorf("the image is %s", got)
	}
	for want, p := range map[string]images.Pixels{
		"rows of 4 columns, but images of (2×3×1) have 6 values": {Height: 2, Width: 3},
		"pixels of 0×2×0":                          {Width: 2},
		"row 0 has 255 in column 2, want 0 to 100": {Height: 2, Width: 2, Max: 100},
		"Max is -1": {Height: 2, Width: 2, Max: -1},
	} {
		if _, err := p.Of(d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
	if _, err := (images.Pixels{Height: 1, Width: 1}).Of(&datasets.Dataset{}); err == nil {
		t.Error("pixels of no rows succeed")
	}
}

// Any bytes give an image of finite values or an error of one line.
func FuzzDecode(f *testing.F) {
	var p, j bytes.Buffer
	if err := png.Encode(&p, gray(2, 1, 2, 3, 4)); err != nil {
		f.Fatal(err)
	}
	if err := jpeg.Encode(&j, gray(2, 1, 2, 3, 4), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(p.Bytes(), true)
	f.Add(j.Bytes(), false)
	f.Add([]byte("\x89PNG\r\n\x1a\n"), false)
	f.Fuzz(func(t *testing.T, data []byte, grey bool) {
		if len(data) > 1<<14 {
			return
		}
		m, err := images.Reader{Gray: grey, Height: 3, Width: 2, Resize: images.Area}.Decode(bytes.NewReader(data))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q", err)
			}
			return
		}
		for _, v := range m.Data() {
			if !(v >= 0 && v <= 1.000001) {
				t.Fatalf("value %g", v)
			}
		}
	})
}
