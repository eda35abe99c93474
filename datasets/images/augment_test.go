package images_test

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/datasets/images"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/tensor"
)

// noisy has n images of random values, each with its number as target.
func noisy(n, height, width, channels int) *datasets.Tensors {
	r := random.New(3)
	x, y := tensor.New(n, height, width, channels), tensor.New(n, 1)
	for i := range x.Data() {
		x.Data()[i] = float32(r.Float64())
	}
	for i := range n {
		y.Data()[i] = float32(i)
	}
	return &datasets.Tensors{Inputs: []datasets.Array{{Tensor: x}}, Targets: []datasets.Array{{Tensor: y}}}
}

// augmented returns the images of a pass in training, by number.
func augmented(t *testing.T, a images.Augment, data *datasets.Tensors, plan datasets.BatchPlan) map[int][]float32 {
	t.Helper()
	s, err := a.Of(data)
	if err != nil {
		t.Fatal(err)
	}
	plan.Training = true
	out := map[int][]float32{}
	for b, err := range s.Batches(context.Background(), plan) {
		if err != nil {
			t.Fatal(err)
		}
		for i, number := range b.Targets[0].Data() {
			out[int(number)] = slices.Clone(b.Inputs[0].Row(i))
		}
	}
	return out
}

var everything = images.Augment{FlipHorizontal: true, FlipVertical: true, ShiftRows: 0.2, ShiftCols: 0.3, Rotate: 30, Zoom: 0.2,
	Brightness: 0.1, Noise: 0.05, Fill: images.FillReflect}

// The changes depend on seed, epoch and place in the epoch, and on nothing else.
func TestAugmentIsDeterministic(t *testing.T) {
	data := noisy(37, 6, 5, 3)
	plan := datasets.BatchPlan{Size: 10, Seed: 1, Epoch: 2}
	want := augmented(t, everything, data, plan)
	same := func(got map[int][]float32) bool {
		for k, x := range got {
			if !slices.Equal(x, want[k]) {
				return false
			}
		}
		return true
	}
	other := plan
	other.Size = 4
	if !same(augmented(t, everything, data, other)) {
		t.Error("another batch size changes images")
	}
	for _, procs := range []int{1, 3} {
		before := runtime.GOMAXPROCS(procs)
		got := augmented(t, everything, data, plan)
		runtime.GOMAXPROCS(before)
		if !same(got) {
			t.Errorf("%d threads change images", procs)
		}
	}
	other = plan
	other.Skip = 2
	if got := augmented(t, everything, data, other); len(got) != 17 || !same(got) {
		t.Errorf("resuming after two batches gives %d images, or others", len(got))
	}
	for _, other := range []datasets.BatchPlan{{Size: 10, Seed: 2, Epoch: 2}, {Size: 10, Seed: 1, Epoch: 3}} {
		if same(augmented(t, everything, data, other)) {
			t.Errorf("%+v gives the images of %+v", other, plan)
		}
	}
	s, err := everything.Of(data)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := passes(t, s, plan), passes(t, data, plan); got != want {
		t.Error("evaluation sees changed images")
	}
}

// Each change alone does what it says, to its whole range.
func TestAugmentChanges(t *testing.T) {
	const n, height, width = 400, 4, 6
	data := noisy(n, height, width, 1)
	original := func(i int) *tensor.Tensor { return data.Inputs[0].Slice(i, i+1) }
	moved := func(i int, m images.Motion) []float32 {
		out, err := m.Of(original(i), images.FillNearest, 0)
		if err != nil {
			t.Fatal(err)
		}
		return out.Data()
	}
	for _, c := range []struct {
		name  string
		a     images.Augment
		mover images.Motion
	}{
		{"left and right", images.Augment{FlipHorizontal: true}, images.Motion{MirrorHorizontal: true}},
		{"top and bottom", images.Augment{FlipVertical: true}, images.Motion{MirrorVertical: true}},
	} {
		flipped := 0
		for i, x := range augmented(t, c.a, data, datasets.BatchPlan{}) {
			switch {
			case slices.Equal(x, moved(i, c.mover)):
				flipped++
			case !slices.Equal(x, original(i).Data()):
				t.Fatalf("%s: image %d is neither itself nor its mirror image", c.name, i)
			}
		}
		// 4.5 standard deviations of a fair coin.
		if math.Abs(float64(flipped)-n/2) > 4.5*math.Sqrt(n)/2 {
			t.Errorf("%s: %d of %d images are mirrored", c.name, flipped, n)
		}
	}
	low, high := math.Inf(1), math.Inf(-1)
	for i, x := range augmented(t, images.Augment{Brightness: 0.3}, data, datasets.BatchPlan{}) {
		d := float64(x[0] - original(i).Data()[0])
		low, high = min(low, d), max(high, d)
		for j, v := range original(i).Data() {
			if math.Abs(float64(x[j]-v)-d) > 1e-6 { // two roundings
				t.Fatalf("brightness adds %g to one value of image %d and %g to another", d, i, x[j]-v)
			}
		}
	}
	// Of 400 uniform numbers none in the last hundredth has probability 0.02.
	if low < -0.3 || low > -0.285 || high > 0.3 || high < 0.285 {
		t.Errorf("brightness adds %g to %g, want all of ±0.3", low, high)
	}
	var sum, square float64
	for i, x := range augmented(t, images.Augment{Noise: 0.5}, data, datasets.BatchPlan{}) {
		for j, v := range original(i).Data() {
			d := float64(x[j] - v)
			sum, square = sum+d, square+d*d
		}
	}
	const values = n * height * width
	if math.Abs(sum/values) > 4.5*0.5/math.Sqrt(values) || math.Abs(square/values-0.25) > 4.5*0.25*math.Sqrt(2.0/values) {
		t.Errorf("noise of mean %g and mean square %g, want 0 and 0.25", sum/values, square/values)
	}
	for i, x := range augmented(t, images.Augment{Brightness: 1, Clip: true}, data, datasets.BatchPlan{}) {
		if slices.Min(x) < 0 || slices.Max(x) > 1 {
			t.Fatalf("image %d has values from %g to %g", i, slices.Min(x), slices.Max(x))
		}
	}
	if got := augmented(t, images.Augment{}, data, datasets.BatchPlan{}); !slices.Equal(got[7], original(7).Data()) {
		t.Error("no augmentation changes an image")
	}
}

// A bright spot shows how far images are moved.
func TestAugmentMovesAsFarAsItSays(t *testing.T) {
	const n, size, middle = 400, 21, 10
	data := &datasets.Tensors{Inputs: []datasets.Array{{Tensor: tensor.New(n, size, size, 1)}}, Targets: []datasets.Array{{Tensor: tensor.New(n, 1)}}}
	for i := range n {
		for j := range size * size {
			y, x := float64(j/size-middle), float64(j%size-middle-3)
			data.Inputs[0].Row(i)[j] = float32(math.Exp(-(y*y + x*x) / 2))
		}
		data.Targets[0].Data()[i] = float32(i)
	}
	for _, c := range []struct {
		name  string
		a     images.Augment
		where func(y, x float64) float64 // of the spot, from the centre
		most  float64
	}{
		{"rows", images.Augment{ShiftRows: 0.2}, func(y, x float64) float64 { return y }, 0.2 * size},
		{"columns", images.Augment{ShiftCols: 0.1}, func(y, x float64) float64 { return x - 3 }, 0.1 * size},
		{"turn", images.Augment{Rotate: 90}, func(y, x float64) float64 { return math.Atan2(y, x) * 180 / math.Pi }, 90},
		{"zoom", images.Augment{Zoom: 0.5}, func(y, x float64) float64 { return math.Hypot(y, x)/3 - 1 }, 0.5},
	} {
		low, high := math.Inf(1), math.Inf(-1)
		for _, x := range augmented(t, c.a, data, datasets.BatchPlan{}) {
			var y, at, sum float64
			for i, v := range x {
				y, at, sum = y+float64(v)*float64(i/size), at+float64(v)*float64(i%size), sum+float64(v)
			}
			d := c.where(y/sum-middle, at/sum-middle)
			low, high = min(low, d), max(high, d)
		}
		// The spot's centre of gravity is that of some pixels: a tenth of one off.
		if margin := 0.06 * c.most; low < -c.most-margin || low > -0.9*c.most || high > c.most+margin || high < 0.9*c.most {
			t.Errorf("%s: from %g to %g, want all of ±%g", c.name, low, high, c.most)
		}
	}
}

func TestAugmentPartsAndFaults(t *testing.T) {
	s, err := everything.Of(noisy(10, 4, 4, 1))
	if err != nil {
		t.Fatal(err)
	}
	first, rest := s.(interface {
		Slices(at int) (first, rest datasets.Source)
	}).Slices(7)
	plan := datasets.BatchPlan{Training: true}
	if first.Layout().Rows != 7 || rest.Layout().Rows != 3 || passes(t, rest, plan) != passes(t, rest, datasets.BatchPlan{}) {
		t.Errorf("parts of %d and %d rows, or those to validate with are changed", first.Layout().Rows, rest.Layout().Rows)
	}
	table := &datasets.Dataset{X: mat.NewDense(1, 4, nil)}
	for want, a := range map[string]images.Augment{
		"Rotate is -1, want 0 to 360":                     {Rotate: -1},
		"ShiftRows is 2, want 0 to 1":                     {ShiftRows: 2},
		"Zoom is 1, want at least 0 and below 1":          {Zoom: 1},
		"Noise is NaN":                                    {Noise: math.NaN()},
		"no fill has the number 9":                        {Fill: 9},
		"Input is 1, and the data have 1 inputs":          {Input: 1},
		"FillValue is +Inf":                               {FillValue: math.Inf(1)},
		"rows have shape (4), want height×width×channels": {},
	} {
		var data datasets.Source = noisy(2, 2, 2, 1)
		if strings.HasPrefix(want, "rows") {
			data = table
		}
		if _, err := a.Of(data); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
	for range s.Batches(context.Background(), datasets.BatchPlan{Training: true, Size: 1}) {
		break // ends the work ahead
	}
}

func BenchmarkAugment(b *testing.B) {
	s, err := everything.Of(noisy(256, 28, 28, 1))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for _, err := range s.Batches(context.Background(), datasets.BatchPlan{Size: 32, Training: true}) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// Images in the folders cats and dogs, of one size and mirrored by chance in
// training.
func ExampleAugment() {
	dir, err := os.MkdirTemp("", "goodfit")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := drawPets(dir); err != nil {
		fmt.Println(err)
		return
	}
	pets, err := images.Reader{Height: 8, Width: 8, Gray: true, Resize: images.Area}.Folder(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	train, test, err := pets.Split(datasets.Holdout{Fraction: 0.25, Stratify: true, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := images.Augment{FlipHorizontal: true, ShiftCols: 0.1, Rotate: 15}.Of(train)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(pets.Classes(), pets.Shape())
	fmt.Println(data.Layout().Rows, test.Rows(), filepath.Base(pets.Path(0)))
	// Output:
	// [cats dogs] (8×8×1)
	// 6 2 0.png
}

// drawPets writes four small images of each class.
func drawPets(dir string) error {
	for c, class := range []string{"cats", "dogs"} {
		if err := os.Mkdir(filepath.Join(dir, class), 0o700); err != nil {
			return err
		}
		for i := range 4 {
			var b bytes.Buffer
			if err := png.Encode(&b, gray(16, slices.Repeat([]uint8{uint8(100*c + 20*i)}, 256)...)); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, class, fmt.Sprintf("%d.png", i)), b.Bytes(), 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}
