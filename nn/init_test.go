package nn_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// readFixture reads a file that a script in testdata wrote.
func readFixture(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func draw(t *testing.T, i nn.Init, shape tensor.Shape, seed uint64) []float32 {
	t.Helper()
	w := make([]float32, shape.Size())
	if err := i.Fill(w, shape, random.New(seed)); err != nil {
		t.Fatal(err)
	}
	return w
}

// The samples have scipy's mean, standard deviation, support and quantiles. The
// tolerances are 4.5 standard errors: one sample in 10⁵ would miss them.
func TestInitDistribution(t *testing.T) {
	var fixture struct {
		Cases []struct {
			Init              nn.Init
			Shape             tensor.Shape
			Mean, Std, Lo, Hi float64
			Quantiles         []float64
		}
	}
	readFixture(t, "init.json", &fixture)
	for k, c := range fixture.Cases {
		w := draw(t, c.Init, c.Shape, uint64(k))
		n := float64(len(w))
		mean, std := moments(w)
		if e := 4.5 * c.Std / math.Sqrt(n); math.Abs(mean-c.Mean) > e {
			t.Errorf("%v %v: mean %g, want %g±%.2g", c.Init, c.Shape, mean, c.Mean, e)
		}
		if e := 4.5 * c.Std / math.Sqrt(2*n); math.Abs(std-c.Std) > e { // kurtosis is at most the normal's
			t.Errorf("%v %v: standard deviation %g, want %g±%.2g", c.Init, c.Shape, std, c.Std, e)
		}
		if lo, hi := slices.Min(w), slices.Max(w); float64(lo) < c.Lo-1e-7*math.Abs(c.Lo) || float64(hi) > c.Hi+1e-7*math.Abs(c.Hi) {
			t.Errorf("%v %v: values in [%g, %g], want [%g, %g]", c.Init, c.Shape, lo, hi, c.Lo, c.Hi)
		}
		slices.Sort(w)
		for q, x := range c.Quantiles {
			below, _ := slices.BinarySearch(w, float32(x))
			p := float64(q+1) / 16
			if e := 4.5 * math.Sqrt(p*(1-p)/n); math.Abs(float64(below)/n-p) > e {
				t.Errorf("%v %v: %g of the values lie below %g, want %g±%.2g", c.Init, c.Shape, float64(below)/n, x, p, e)
			}
		}
	}
}

func moments(w []float32) (mean, std float64) {
	for _, v := range w {
		mean += float64(v)
	}
	mean /= float64(len(w))
	for _, v := range w {
		std += (float64(v) - mean) * (float64(v) - mean)
	}
	return mean, math.Sqrt(std / float64(len(w)))
}

func TestInitFixed(t *testing.T) {
	for _, c := range []struct {
		init  nn.Init
		shape tensor.Shape
		want  []float32
	}{
		{nn.Zeros, tensor.Shape{2, 2}, []float32{0, 0, 0, 0}},
		{nn.Ones, tensor.Shape{3}, []float32{1, 1, 1}},
		{nn.Constant(0.1), tensor.Shape{2}, []float32{0.1, 0.1}},
		{nn.Normal(0.1, 0), tensor.Shape{2}, []float32{0.1, 0.1}},
		{nn.Uniform(0.1, 0.1), tensor.Shape{2}, []float32{0.1, 0.1}},
		{nn.Identity(2), tensor.Shape{2, 2}, []float32{2, 0, 0, 2}},
		{nn.Identity(1), tensor.Shape{2, 3}, []float32{1, 0, 0, 0, 1, 0}},
		{nn.Identity(1), tensor.Shape{3, 2}, []float32{1, 0, 0, 1, 0, 0}},
	} {
		if got := draw(t, c.init, c.shape, 1); !slices.Equal(got, c.want) {
			t.Errorf("%v of shape %v is %v, want %v", c.init, c.shape, got, c.want)
		}
	}
}

// The first values of a seed are part of what the same seed promises.
func TestInitPinned(t *testing.T) {
	for _, c := range []struct {
		init nn.Init
		want [4]uint32
	}{
		{nn.Uniform(-1, 1), [4]uint32{0x3f1f8ba1, 0x3efd0905, 0xbf4cb905, 0x3efc2046}},
		{nn.Normal(0, 1), [4]uint32{0x3f3ff15b, 0x3f183556, 0xbeda7814, 0x3e868715}},
		{nn.TruncatedNormal(0, 1), [4]uint32{0x3f3ff15b, 0x3f183556, 0xbeda7814, 0x3e868715}},
		{nn.GlorotUniform, [4]uint32{0x3f436706, 0x3f1af3a9, 0xbf7abbae, 0x3f1a6523}},
		{nn.HeNormal, [4]uint32{0x3f5a35ab, 0x3f2d09a3, 0xbef85dae, 0x3e98effa}},
		{nn.Orthogonal(1), [4]uint32{0x3f5e7e3e, 0x3efd3dcd, 0xbefd3dcd, 0x3f5e7e3e}},
	} {
		w := draw(t, c.init, tensor.Shape{2, 2}, 1)
		for k, v := range w {
			if math.Float32bits(v) != c.want[k] {
				t.Errorf("%v: value %d is %#08x (%g), want %#08x", c.init, k, math.Float32bits(v), v, c.want[k])
			}
		}
	}
}

func TestInitOrthogonal(t *testing.T) {
	for _, shape := range []tensor.Shape{{6, 6}, {7, 3}, {3, 7}, {1, 4}, {4, 1}, {2, 3, 4, 5}, {1, 1, 2, 9}} {
		const gain = 1.5
		w := draw(t, nn.Orthogonal(gain), shape, 3)
		cols := shape.Last()
		rows := len(w) / cols
		at := func(vector, k int) float64 { return float64(w[k*cols+vector]) } // column vectors
		count, length := cols, rows
		if rows < cols {
			at = func(vector, k int) float64 { return float64(w[vector*cols+k]) }
			count, length = rows, cols
		}
		for a := range count {
			for b := range count {
				dot, want := 0.0, 0.0
				for k := range length {
					dot += at(a, k) * at(b, k)
				}
				if a == b {
					want = gain * gain
				}
				if math.Abs(dot-want) > 1e-6 { // 24 products of float32 numbers up to 1.5
					t.Errorf("shape %v: vectors %d and %d have product %g, want %g", shape, a, b, dot, want)
				}
			}
		}
	}
}

// An entry of a uniform 3×3 orthogonal matrix is uniform in [−1, 1], as any
// coordinate on the sphere is (Archimedes). Without the signs turned, the first
// column would always point away from the first number drawn.
func TestInitOrthogonalIsUniform(t *testing.T) {
	const n = 4000
	var entries [9][]float32
	for seed := range uint64(n) {
		for k, v := range draw(t, nn.Orthogonal(1), tensor.Shape{3, 3}, seed) {
			entries[k] = append(entries[k], v)
		}
	}
	for k, x := range entries {
		slices.Sort(x)
		distance := 0.0
		for i, v := range x {
			distance = max(distance, math.Abs((float64(v)+1)/2-(float64(i)+0.5)/n))
		}
		if limit := 2.1 / math.Sqrt(n); distance > limit { // Kolmogorov–Smirnov, p < 0.0003
			t.Errorf("entry %d: distance %.3g from the uniform distribution, want below %.3g", k, distance, limit)
		}
	}
}

func TestInitFails(t *testing.T) {
	r := random.New(1)
	for _, c := range []struct {
		init  nn.Init
		shape tensor.Shape
		want  string
	}{
		{nn.Init{}, tensor.Shape{2}, "no initializer for shape (2)"},
		{nn.Constant(math.NaN()), tensor.Shape{2}, "initializer constant(NaN): NaN is not a finite float32"},
		{nn.Constant(1e39), tensor.Shape{2}, "1e+39 is not a finite float32"},
		{nn.Uniform(1, -1), tensor.Shape{2}, "initializer uniform(1, -1): the range begins at 1, above its end -1"},
		{nn.Normal(0, -1), tensor.Shape{2}, "the standard deviation is -1, want at least 0"},
		{nn.TruncatedNormal(0, -2), tensor.Shape{2}, "the standard deviation is -2, want at least 0"},
		{nn.VarianceScaling(0, nn.FanIn, nn.DrawNormal), tensor.Shape{2}, "the scale is 0, want more than 0"},
		{nn.VarianceScaling(1, 9, nn.DrawNormal), tensor.Shape{2}, "variance_scaling(1, unknown(9), normal): unknown fan"},
		{nn.VarianceScaling(1, nn.FanIn, 7), tensor.Shape{2}, "unknown(7)): unknown fan or distribution"},
		{nn.Orthogonal(1), tensor.Shape{2}, "initializer orthogonal(1): shape (2), want at least two axes"},
		{nn.Identity(1), tensor.Shape{2}, "initializer identity(1): shape (2), want two axes"},
		{nn.Identity(1), tensor.Shape{2, 2, 2}, "shape (2×2×2), want two axes"},
	} {
		w := []float32{7, 7, 7, 7, 7, 7, 7, 7}[:c.shape.Size()]
		err := c.init.Fill(w, c.shape, r)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, want %q", c.init, err, c.want)
		}
		if slices.ContainsFunc(w, func(v float32) bool { return v != 7 }) {
			t.Errorf("%v failed and left %v", c.init, w)
		}
	}
	if err := nn.Zeros.Fill(make([]float32, 3), tensor.Shape{2}, r); err == nil || !strings.Contains(err.Error(), "3 values for shape (2), want 2") {
		t.Errorf("wrong size: error %v", err)
	}
}

func TestInitText(t *testing.T) {
	for _, c := range []struct {
		init nn.Init
		text string
	}{
		{nn.Init{}, "default"},
		{nn.Zeros, "zeros"},
		{nn.Ones, "ones"},
		{nn.Constant(-0.5), "constant(-0.5)"},
		{nn.Uniform(-0.05, 0.05), "uniform(-0.05, 0.05)"},
		{nn.Normal(0, 0.01), "normal(0, 0.01)"},
		{nn.TruncatedNormal(0, 1e-20), "truncated_normal(0, 1e-20)"},
		{nn.GlorotUniform, "glorot_uniform"},
		{nn.GlorotNormal, "glorot_normal"},
		{nn.HeUniform, "he_uniform"},
		{nn.HeNormal, "he_normal"},
		{nn.LeCunUniform, "lecun_uniform"},
		{nn.LeCunNormal, "lecun_normal"},
		{nn.VarianceScaling(2.5, nn.FanOut, nn.DrawNormal), "variance_scaling(2.5, fan_out, normal)"},
		{nn.Orthogonal(1), "orthogonal(1)"},
		{nn.Identity(0.1), "identity(0.1)"},
	} {
		if got := c.init.String(); got != c.text {
			t.Errorf("%#v prints as %q, want %q", c.init, got, c.text)
		}
		if got, err := nn.ParseInit(c.text); err != nil || got != c.init {
			t.Errorf("%q is read as %v, %v", c.text, got, err)
		}
		b, err := json.Marshal(c.init)
		var back nn.Init
		if err != nil || json.Unmarshal(b, &back) != nil || back != c.init {
			t.Errorf("%v comes back from %s as %v (%v)", c.init, b, back, err)
		}
	}
	if got, err := nn.ParseInit(" variance_scaling( 2,fan_in , truncated_normal )"); err != nil || got != nn.HeNormal {
		t.Errorf("got %v, %v, want he_normal", got, err)
	}
}

func TestParseInitFails(t *testing.T) {
	for text, want := range map[string]string{
		"he":                              `unknown initializer "he"; known are default, zeros, ones, glorot_uniform`,
		"":                                `unknown initializer ""`,
		"()":                              `unknown initializer "()"`,
		"zeros()":                         `unknown initializer "zeros()"`,
		"uniform(1, 2":                    `initializer "uniform(1, 2" lacks its closing bracket`,
		"uniform(1)":                      `initializer "uniform(1)" has 1 arguments, want 2`,
		"uniform":                         `initializer "uniform" has 0 arguments, want 2`,
		"uniform(1, x)":                   `initializer "uniform(1, x)": "x" is not a finite number`,
		"uniform(1, NaN)":                 `"NaN" is not a finite number`,
		"uniform(2, 1)":                   `the range begins at 2, above its end 1`,
		"variance_scaling(1, in, normal)": `want a fan of ["fan_in" "fan_out" "fan_avg"]`,
	} {
		if got, err := nn.ParseInit(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is read as %v, error %v, want %q", text, got, err, want)
		}
	}
	var i nn.Init
	if err := json.Unmarshal([]byte(`"unifrom(0, 1)"`), &i); err == nil {
		t.Errorf("a misspelt initializer was read as %v", i)
	}
	if b, err := json.Marshal(nn.Constant(math.Inf(1))); err == nil {
		t.Errorf("an infinite constant was stored as %s", b)
	}
}

func FuzzParseInit(f *testing.F) {
	for _, s := range []string{"he_normal", "uniform(-0.05, 0.05)", "variance_scaling(2, fan_in, normal)", "default"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		i, err := nn.ParseInit(s)
		if err != nil {
			return
		}
		if again, err := nn.ParseInit(i.String()); err != nil || again != i {
			t.Errorf("%q is read as %v, which is read as %v, %v", s, i, again, err)
		}
	})
}
