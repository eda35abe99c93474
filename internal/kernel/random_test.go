package kernel_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// TestPhiloxKnownAnswers has the vectors that Random123 publishes for
// philox4x32 with 10 rounds.
func TestPhiloxKnownAnswers(t *testing.T) {
	const ones = 0xffffffff
	tests := []struct {
		counter [4]uint32
		key     [2]uint32
		want    [4]uint32
	}{
		{want: [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{ones, ones, ones, ones}, [2]uint32{ones, ones}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	}
	for _, test := range tests {
		if got := kernel.Philox(test.counter, test.key); got != test.want {
			t.Errorf("Philox(%x, %x) = %x, want %x", test.counter, test.key, got, test.want)
		}
	}
}

// wordAt is the word of one element by the definition.
func wordAt(k kernel.Key, i uint64) uint32 {
	b := i / 4
	return kernel.Philox([4]uint32{uint32(b), uint32(b >> 32), uint32(k.Step), uint32(k.Step >> 32)},
		[2]uint32{uint32(k.Seed), uint32(k.Seed >> 32)})[i%4]
}

// TestWordsByElement compares runs of words with single elements: every length
// and offset, and across the places where a counter's low word wraps.
func TestWordsByElement(t *testing.T) {
	key := kernel.Key{Seed: 0x0123456789abcdef, Step: 0xfedcba9876543210}
	each(t, func(t *testing.T, _ kernel.Level) {
		check := func(first uint64, n int) {
			words := make([]uint32, n)
			kernel.Words(words, key, first)
			for i, w := range words {
				if want := wordAt(key, first+uint64(i)); w != want {
					t.Fatalf("word %d of %d from %#x: %#x, want %#x", i, n, first, w, want)
				}
			}
		}
		for n := range 300 {
			check(uint64(n*7), n)
		}
		for _, wrap := range []uint64{1 << 34, 1 << 35, 3 << 40} {
			for back := range uint64(24) {
				check(wrap-back*29, 600)
			}
		}
	})
}

// randomTwins are the kernels that draw, on y and x.
func randomTwins(first uint64) []twin {
	key := kernel.Key{Seed: 42, Step: 7}
	with := func(name string, f func(y, x []float32)) twin {
		return twin{name: name, slices: 2, call: func(s [][]float32) { f(s[0], s[1]) }, inPlace: [][2]int{{0, 1}}}
	}
	return []twin{
		with("Uniform", func(y, _ []float32) { kernel.Uniform(y, key, first) }),
		with("Normal", func(y, _ []float32) { kernel.Normal(y, key, first) }),
		with("Dropout", func(y, x []float32) { kernel.Dropout(y, x, key, first, 0.3) }),
		with("AddNormalNoise", func(y, x []float32) { kernel.AddNormalNoise(y, x, key, first, 0.1) }),
		with("MulNormalNoise", func(y, x []float32) { kernel.MulNormalNoise(y, x, key, first, 0.1) }),
	}
}

func TestRandomTwins(t *testing.T) {
	for _, first := range []uint64{0, 1, 1<<34 - 101, 5<<40 + 2} {
		testElementwise(t, randomTwins(first))
	}
}

// TestDrawsDoNotDependOnTheCut draws a run at once and in pieces.
func TestDrawsDoNotDependOnTheCut(t *testing.T) {
	key := kernel.Key{Seed: 3, Step: 9}
	whole, pieces := make([]float32, 1000), make([]float32, 1000)
	for name, draw := range map[string]func(dst []float32, k kernel.Key, first uint64){"Uniform": kernel.Uniform, "Normal": kernel.Normal} {
		draw(whole, key, 10)
		for lo, step := 0, 1; lo < len(pieces); step = step%37 + 1 {
			hi := min(lo+step, len(pieces))
			draw(pieces[lo:hi], key, 10+uint64(lo))
			lo = hi
		}
		if i := firstDifference(whole, pieces); i >= 0 {
			t.Errorf("%s: element %d is %x at once and %x in pieces", name, i, whole[i], pieces[i])
		}
	}
}

// moments returns mean, variance, skewness and kurtosis.
func moments(x []float32) (mean, variance, skewness, kurtosis float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += float64(v) / n
	}
	for _, v := range x {
		d := float64(v) - mean
		variance += d * d / n
		skewness += d * d * d / n
		kurtosis += d * d * d * d / n
	}
	return mean, variance, skewness / math.Pow(variance, 1.5), kurtosis / (variance * variance)
}

// near fails unless got is within five standard errors of want.
func near(t *testing.T, what string, got, want, standardError float64) {
	t.Helper()
	if math.Abs(got-want) > 5*standardError {
		t.Errorf("%s is %.6f, want %.6f ± %.6f", what, got, want, standardError)
	}
}

func TestMoments(t *testing.T) {
	const n = 1 << 18
	root := math.Sqrt(n)
	x := make([]float32, n)
	kernel.Uniform(x, kernel.Key{Seed: 1}, 0)
	mean, variance, _, kurtosis := moments(x)
	near(t, "mean of uniforms", mean, 0.5, math.Sqrt(1./12)/root)
	near(t, "variance of uniforms", variance, 1./12, math.Sqrt(1./180)/root)
	near(t, "kurtosis of uniforms", kurtosis, 1.8, 1/root)
	kernel.Normal(x, kernel.Key{Seed: 2}, 0)
	mean, variance, skewness, kurtosis := moments(x)
	near(t, "mean of normals", mean, 0, 1/root)
	near(t, "variance of normals", variance, 1, math.Sqrt2/root)
	near(t, "skewness of normals", skewness, 0, math.Sqrt(6)/root)
	near(t, "kurtosis of normals", kurtosis, 3, math.Sqrt(24)/root)
	correlation := 0.0
	for i := range x[1:] {
		correlation += float64(x[i]) * float64(x[i+1]) / n
	}
	near(t, "correlation of neighbours", correlation, 0, 1/root)
}

// TestNormalIsTheQuantile compares normals with the quantile of their word.
func TestNormalIsTheQuantile(t *testing.T) {
	const n = 1 << 16
	key := kernel.Key{Seed: 5}
	x, words := make([]float32, n), make([]uint32, n)
	each(t, func(t *testing.T, _ kernel.Level) {
		kernel.Normal(x, key, 0)
		kernel.Words(words, key, 0)
		worst := 0.0
		for i, w := range words {
			p := (float64(w&0x7fffffff) + 0.5) / (1 << 32)
			want := math.Sqrt2 * math.Erfcinv(2*p)
			if w>>31 == 1 {
				want = -want
			}
			worst = max(worst, math.Abs(float64(x[i])-want))
		}
		t.Logf("largest error: %.2g", worst)
		if worst > 2e-6 {
			t.Errorf("error of %g", worst)
		}
	})
}

func TestDropout(t *testing.T) {
	const n = 1 << 17
	x, y, back, u := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	kernel.Fill(x, 2)
	key := kernel.Key{Seed: 8, Step: 3}
	for _, rate := range []float32{0, 0.1, 0.5, 0.9} {
		kernel.Dropout(y, x, key, 5, rate)
		kernel.Dropout(back, x, key, 5, rate)
		kernel.Uniform(u, key, 5)
		kept := 0
		for i, v := range y {
			want := float32(0)
			if u[i] >= rate {
				want = 2 * (1 / (1 - rate))
				kept++
			}
			if v != want || back[i] != want {
				t.Fatalf("rate %v, element %d: %v and %v, want %v", rate, i, v, back[i], want)
			}
		}
		r := float64(rate)
		near(t, "kept share", float64(kept)/n, 1-r, math.Sqrt(r*(1-r)/n)+1e-12)
	}
}
