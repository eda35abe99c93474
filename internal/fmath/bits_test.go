package fmath_test

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// TestBits holds every function to one hash of its results, on any processor
// and with any compiler flags: a fused or reordered operation changes it.
func TestBits(t *testing.T) {
	const want = 0x80e2b1b149e5f6f1
	h := fnv.New64a()
	put := func(values ...float64) {
		for _, v := range values {
			b := math.Float64bits(v)
			if v != v {
				b = 1<<64 - 1
			}
			var text [8]byte
			for i := range text {
				text[i] = byte(b >> (8 * i))
			}
			h.Write(text[:])
		}
	}
	r := rand.New(rand.NewPCG(7, 8))
	for _, c := range accuracyCases {
		for range 3000 {
			put(c.f(c.draw(r)))
		}
	}
	x := make([]float64, 700)
	for i := range x {
		x[i] = anyScale(-20, 20)(r)
		put(fmath.Pow(math.Abs(x[i]), x[(i+1)/2]))
	}
	mean, variance := fmath.Variance(x, 1)
	put(mean, variance, fmath.Dot(x[:350], x[350:]), fmath.Norm2(x), fmath.NormalQuantile(0.3), fmath.NormalQuantile(1e-9))
	q, triangle := fmath.QR(x, 70, 10)
	put(q...)
	put(triangle...)
	put(fmath.Quantile(triangle[:5], 0.3))
	if got := h.Sum64(); got != want {
		t.Errorf("the results' hash is %#x, want %#x", got, uint64(want))
	}
}
