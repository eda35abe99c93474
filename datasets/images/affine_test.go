package images_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets/images"
	"github.com/goodfit-ml/goodfit/tensor"
)

// fixture is what testdata/make_images.py writes.
type fixture struct {
	Motions []struct {
		Fill                 images.Fill
		Shape                tensor.Shape
		Turn, Zoom           float64
		Down, Right          float64
		Vertical, Horizontal bool
		In, Out              []float64
	}
	Resizes []struct {
		How           images.Resize
		Shape         tensor.Shape
		Height, Width int
		In, Out       []float64
	}
}

func readFixture(t *testing.T) (f fixture) {
	t.Helper()
	b, err := os.ReadFile("testdata/images.json")
	if err == nil {
		err = json.Unmarshal(b, &f)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func imageOf(x []float64, shape tensor.Shape) *tensor.Tensor {
	t := tensor.New(1, shape...)
	for i, v := range x {
		t.Data()[i] = float32(v)
	}
	return t
}

// near compares values of about 1; they are rounded to float32 once.
func near(t *testing.T, what string, got []float32, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	for i, w := range want {
		if !(math.Abs(float64(got[i])-w) <= 1e-7) {
			t.Errorf("%s: value %d is %g, want %g", what, i, got[i], w)
			return
		}
	}
}

// The edge between two pixels can fall to either side by rounding, where the fill
// is not continuous; no motion of the fixture puts a pixel there.
func TestMotionIsScipys(t *testing.T) {
	for _, c := range readFixture(t).Motions {
		m := images.Motion{Turn: c.Turn, Zoom: c.Zoom, Down: c.Down, Right: c.Right, MirrorVertical: c.Vertical, MirrorHorizontal: c.Horizontal}
		out, err := m.Of(imageOf(c.In, c.Shape), c.Fill, 0.25)
		if err != nil {
			t.Fatal(err)
		}
		near(t, fmt.Sprintf("%+v %v", m, c.Fill), out.Data(), c.Out)
	}
}

func TestMotionFails(t *testing.T) {
	x := tensor.New(1, 2, 2, 1)
	for _, m := range []images.Motion{{Zoom: -1}, {Turn: math.NaN()}, {Down: math.Inf(1)}} {
		if _, err := m.Of(x, images.FillNearest, 0); err == nil || !strings.Contains(err.Error(), "want finite numbers") {
			t.Errorf("%+v: %v", m, err)
		}
	}
	if _, err := (images.Motion{}).Of(tensor.New(1, 4), images.FillNearest, 0); err == nil {
		t.Error("a motion of rows that are no images succeeds")
	}
	if _, err := (images.Motion{}).Of(x, 9, 0); err == nil {
		t.Error("a fill without a name is taken")
	}
}

func TestResizeIsThatOfTheOracles(t *testing.T) {
	for _, c := range readFixture(t).Resizes {
		near(t, c.How.String()+" of "+c.Shape.String(), c.How.To(imageOf(c.In, c.Shape), c.Height, c.Width).Data(), c.Out)
	}
	x := imageOf([]float64{1, 2, 3, 4}, tensor.Shape{2, 2, 1})
	same := images.Area.To(x, 2, 2)
	same.Data()[0] = 9
	if x.Data()[0] != 1 || same.Data()[3] != 4 {
		t.Errorf("the same size gives %v, and shares memory: %v", same.Data(), x.Data())
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		value any
		text  string
	}{{images.Bilinear, `"bilinear"`}, {images.Area, `"area"`}, {images.FillReflect, `"reflect"`}, {images.FillWrap, `"wrap"`}} {
		if b, err := json.Marshal(c.value); err != nil || string(b) != c.text {
			t.Errorf("%v is written %s, %v, want %s", c.value, b, err, c.text)
		}
	}
	var f images.Fill
	if err := json.Unmarshal([]byte(`"mirror"`), &f); err == nil || !strings.Contains(err.Error(), "nearest, constant, reflect, wrap") {
		t.Errorf("error %v", err)
	}
	if _, err := json.Marshal(images.Resize(7)); err == nil {
		t.Error("a way to resize without a name is written")
	}
}
