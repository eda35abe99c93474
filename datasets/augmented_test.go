package datasets_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/tensor"
)

// augmentedFixture is testdata/augmented.json.
type augmentedFixture struct {
	X, Y [][]float64
	W    []float64

	Jitter []struct {
		Std      float64
		Seed     uint64
		Epoch    int
		Absolute bool
		Columns  []int
		Rows     [][]float64
	}
	Mixup []struct {
		Alpha       float64
		Seed        uint64
		Epoch, Size int
		X, Y        [][]float64
		W           []float64
	}
}

func readAugmented(t *testing.T) (augmentedFixture, *datasets.Dataset) {
	t.Helper()
	var f augmentedFixture
	readJSON(t, "testdata/augmented.json", &f)
	d, err := datasets.FromSlices(f.X, f.W)
	if err != nil {
		t.Fatal(err)
	}
	d.Y = mat.NewDense(len(f.Y), len(f.Y[0]), slices.Concat(f.Y...))
	d.Weights = f.W
	return f, d
}

// epochOf collects an epoch's batches.
func epochOf(t *testing.T, s datasets.Source, p datasets.BatchPlan) (x, y, w []float32, sizes []int) {
	t.Helper()
	for b, err := range s.Batches(context.Background(), p) {
		if err != nil {
			t.Fatal(err)
		}
		x, y, w = append(x, b.Inputs[0].Data()...), append(y, b.Targets[0].Data()...), append(w, b.Weights...)
		sizes = append(sizes, b.Rows())
	}
	return x, y, w, sizes
}

// nearRows allows for float32, and 2e-6 in normal numbers times their deviations.
func nearRows(t *testing.T, what string, got []float32, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i, w := range want {
		if math.Abs(float64(got[i])-w) > 2e-5*max(1, math.Abs(w)) {
			t.Fatalf("%s: value %d is %v, want %v", what, i, got[i], w)
		}
	}
}

func TestJitterIsThatOfTheOracle(t *testing.T) {
	f, d := readAugmented(t)
	for k, c := range f.Jitter {
		s, err := datasets.Jitter{Std: c.Std, Absolute: c.Absolute, Columns: c.Columns}.Of(d)
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Concat(c.Rows...)
		if c.Absolute && c.Columns == nil {
			for i := range c.Rows { // by default columns of two values and constants stay
				want[4*i+1], want[4*i+3] = f.X[i][1], f.X[i][3]
			}
		}
		for _, size := range []int{1, 4, -1} {
			x, y, w, _ := epochOf(t, s, datasets.BatchPlan{Size: size, Seed: c.Seed, Epoch: c.Epoch, InOrder: true, Training: true})
			nearRows(t, "x", x, want)
			nearRows(t, "y", y, slices.Concat(f.Y...))
			nearRows(t, "weights", w, f.W)
			skipped, _, _, _ := epochOf(t, s, datasets.BatchPlan{Size: 4, Seed: c.Seed, Epoch: c.Epoch, InOrder: true, Training: true, Skip: 2})
			if !slices.Equal(skipped, x[8*4:]) {
				t.Errorf("case %d: after two batches skipped there are other rows", k)
			}
		}
		if x, _, _, _ := epochOf(t, s, datasets.BatchPlan{Seed: c.Seed, Epoch: c.Epoch, InOrder: true}); !slices.Equal(x, datasetX(d)) {
			t.Errorf("case %d: evaluation sees other rows than the data's", k)
		}
	}
}

func datasetX(d *datasets.Dataset) []float32 { return d.Tensors().Inputs[0].Data() }

func TestMixupIsThatOfTheOracle(t *testing.T) {
	f, d := readAugmented(t)
	for k, c := range f.Mixup {
		s, err := datasets.Mixup{Alpha: c.Alpha}.Of(d)
		if err != nil {
			t.Fatal(err)
		}
		p := datasets.BatchPlan{Size: c.Size, Seed: c.Seed, Epoch: c.Epoch, InOrder: true, Training: true}
		x, y, w, _ := epochOf(t, s, p)
		nearRows(t, "x", x, slices.Concat(c.X...))
		nearRows(t, "y", y, slices.Concat(c.Y...))
		nearRows(t, "weights", w, c.W)
		p.Skip = 1
		skipped, _, _, _ := epochOf(t, s, p)
		if !slices.Equal(skipped, x[min(c.Size, 11)*4:]) {
			t.Errorf("case %d: after a batch skipped there are other rows", k)
		}
		p.Training, p.Skip = false, 0
		if x, _, _, _ := epochOf(t, s, p); !slices.Equal(x, datasetX(d)) {
			t.Errorf("case %d: evaluation sees other rows than the data's", k)
		}
	}
}

// TestSharesOfMixup compares the moments of 20,000 shares with those of
// Beta(α, α): mean ½, variance 1/(4·(2α+1)), and the part below 0.1 with that of
// the arcsine law at α = ½. Limits are five standard errors.
func TestSharesOfMixup(t *testing.T) {
	const n = 20000
	for _, alpha := range []float64{0.5, 1, 4} {
		d := &datasets.Dataset{X: mat.NewDense(n, 1, nil), Y: mat.NewDense(n, 1, nil)}
		for i := range n {
			d.X.Set(i, 0, float64(i%2))
		}
		s, err := datasets.Mixup{Alpha: alpha}.Of(d)
		if err != nil {
			t.Fatal(err)
		}
		var sum, squares, low, count float64
		// Batches of two: where a row has the other one as its partner, it moves by 1−λ.
		x, _, _, _ := epochOf(t, s, datasets.BatchPlan{Size: 2, InOrder: true, Training: true})
		for i, v := range x {
			if share := math.Abs(float64(v) - float64(i%2)); share != 0 {
				sum, squares, count = sum+share, squares+share*share, count+1
				if share < 0.1 {
					low++
				}
			}
		}
		mean, variance := sum/count, squares/count-(sum/count)*(sum/count)
		want := 1 / (4 * (2*alpha + 1))
		if math.Abs(mean-0.5) > 5*math.Sqrt(want/count) || math.Abs(variance-want) > 5*math.Sqrt(0.08/count) {
			t.Errorf("α=%v: shares have mean %.4f and variance %.4f, want ½ and %.4f", alpha, mean, variance, want)
		}
		if below := 2 / math.Pi * math.Asin(math.Sqrt(0.1)); alpha == 0.5 && math.Abs(low/count-below) > 5*math.Sqrt(below/count) {
			t.Errorf("α=½: %.4f of the shares are below 0.1, want %.4f", low/count, below)
		}
	}
}

// TestAugmentedTwice mixes rows that have jitter, in the order of a shuffle: twice
// the same, in another epoch others.
func TestAugmentedTwice(t *testing.T) {
	_, d := readAugmented(t)
	jittered, err := datasets.Jitter{Std: 0.1}.Of(d)
	if err != nil {
		t.Fatal(err)
	}
	s, err := datasets.Mixup{}.Of(jittered)
	if err != nil {
		t.Fatal(err)
	}
	rows := func(epoch int) []float32 {
		x, _, _, _ := epochOf(t, s, datasets.BatchPlan{Size: 4, Seed: 3, Epoch: epoch, Training: true})
		return x
	}
	if first := rows(1); !slices.Equal(first, rows(1)) || slices.Equal(first, rows(2)) {
		t.Error("an epoch is not repeated, or repeated by the next")
	}
	if !slices.Equal(datasetX(d), d.Tensors().Inputs[0].Data()) {
		t.Error("the data were changed")
	}
	if !s.(interface{ MixesTargets() bool }).MixesTargets() || jittered.(interface{ MixesTargets() bool }).MixesTargets() {
		t.Error("mixup mixes targets, jitter does not")
	}
}

// TestPartsOfAugmented wants the part to validate with to be without noise, and the
// scale of the other to be its own.
func TestPartsOfAugmented(t *testing.T) {
	d, err := datasets.FromSlices([][]float64{{1}, {2}, {3}, {1000}}, []float64{0, 1, 0, 1})
	if err != nil {
		t.Fatal(err)
	}
	s, err := datasets.Jitter{Std: 1}.Of(d)
	if err != nil {
		t.Fatal(err)
	}
	parts := s.(interface {
		Rows() int
		Slices(at int) (first, rest datasets.Source)
	})
	first, rest := parts.Slices(3)
	p := datasets.BatchPlan{InOrder: true, Training: true}
	x, _, _, _ := epochOf(t, first, p)
	for i, v := range x {
		if moved := math.Abs(float64(v) - float64(i+1)); moved == 0 || moved > 6.4*0.82 {
			t.Errorf("row %d moved by %v, want noise of deviation 0.82", i, moved)
		}
	}
	if x, _, _, _ := epochOf(t, rest, p); parts.Rows() != 4 || len(x) != 1 || x[0] != 1000 {
		t.Errorf("%d rows, the rest is %v", parts.Rows(), x)
	}
}

// stream is a source that is not in memory.
type stream struct{ datasets.Source }

func TestAugmentedRefused(t *testing.T) {
	_, d := readAugmented(t)
	broken := *d
	broken.Weights = d.Weights[1:]
	bare := *d
	bare.Y = nil
	type augmentation interface {
		Of(datasets.Source) (datasets.Source, error)
	}
	for _, c := range []struct {
		a    augmentation
		s    datasets.Source
		want string
	}{
		{datasets.Jitter{Std: -1}, d, "Std is -1, want a number of at least 0"},
		{datasets.Jitter{Std: math.NaN()}, d, "Std is NaN"},
		{datasets.Jitter{Columns: []int{4}}, d, "column 4, and a row has 4"},
		{datasets.Jitter{Input: 1}, d, "Input is 1, and the data have 1 inputs"},
		{datasets.Jitter{Std: 1}, stream{d}, "set Absolute, or load the data"},
		{datasets.Jitter{}, &broken, "11 rows and 10 weights"},
		{datasets.Mixup{Alpha: -1}, d, "Alpha is -1, want a number above 0"},
		{datasets.Mixup{Alpha: math.Inf(1)}, d, "Alpha is +Inf"},
		{datasets.Mixup{}, &bare, "the data have no targets"},
	} {
		if _, err := c.a.Of(c.s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.a, err, c.want)
		}
	}
	if s, err := (datasets.Jitter{Std: 1, Absolute: true}).Of(stream{d}); err != nil || s.Layout().Rows != 11 {
		t.Errorf("jitter of a stream: %v", err)
	}
	padded := &datasets.Tensors{Inputs: []datasets.Array{{Tensor: tensor.New(2, 3, 1)}}, Targets: []datasets.Array{{Tensor: tensor.New(2, 1)}},
		Masks: []*tensor.Tensor{tensor.New(2, 3)}}
	s, err := datasets.Mixup{}.Of(padded)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range s.Batches(context.Background(), datasets.BatchPlan{Training: true}) {
		if err == nil || !strings.Contains(err.Error(), "padded sequences cannot be mixed") {
			t.Errorf("mixup of padded sequences: %v", err)
		}
	}
}
