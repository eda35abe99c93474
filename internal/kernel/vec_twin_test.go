package kernel_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// twin is a kernel to be run at every level. Its bits must equal the Go twin's.
type twin struct {
	name   string
	slices int // how many it takes
	call   func(s [][]float32)
	// inPlace lists pairs of slices that may be the same.
	inPlace [][2]int
	// fill makes the elements of slice i; nil: extremes everywhere.
	fill func(rng *rand.Rand, i int) func() float32
}

// run calls the kernel on slices of the given lengths, filled from seed, and
// returns them. It fails if an element outside a slice changed.
func (k *twin) run(t *testing.T, lengths []int, seed uint64, same [2]int) [][]float32 {
	rng := rand.New(rand.NewPCG(seed, 2))
	s, all, offsets := make([][]float32, len(lengths)), make([][]float32, len(lengths)), make([]int, len(lengths))
	for i, n := range lengths {
		fill := extremes(rng)
		if k.fill != nil {
			fill = k.fill(rng, i)
		}
		offsets[i] = rng.IntN(17)
		s[i], all[i] = guarded(n, offsets[i], fill)
	}
	if same[0] != same[1] {
		s[same[0]], all[same[0]], offsets[same[0]] = s[same[1]], all[same[1]], offsets[same[1]]
	}
	k.call(s)
	for i := range s {
		if !intact(s[i], all[i], offsets[i]) {
			t.Fatalf("%s of %v: wrote outside slice %d", k.name, lengths, i)
		}
	}
	return s
}

// compare runs the kernel at the level in use and as the Go twin.
func (k *twin) compare(t *testing.T, lengths []int, seed uint64) {
	t.Helper()
	for _, same := range append([][2]int{{}}, k.inPlace...) {
		got := k.run(t, lengths, seed, same)
		restore := kernel.Use(kernel.Generic)
		want := k.run(t, lengths, seed, same)
		restore()
		for i := range want {
			if j := firstDifference(got[i], want[i]); j >= 0 {
				t.Fatalf("%s of %v, seed %d, in place %v: slice %d has %x at %d, the Go twin %x",
					k.name, lengths, seed, same, i, got[i][j], j, want[i][j])
			}
		}
	}
}

func firstDifference(a, b []float32) int {
	for i := range a {
		if !same(a[i], b[i]) {
			return i
		}
	}
	return -1
}

// lengths are 0 to 199, in short mode those around one to four vectors; long adds
// one that takes several assembly calls.
func lengths(long bool) (list []int) {
	for n := range 200 {
		if !testing.Short() || n < 36 || n%16 < 2 && n < 70 || n == 199 {
			list = append(list, n)
		}
	}
	if long && !testing.Short() {
		list = append(list, 1<<16+77)
	}
	return list
}

// testElementwise compares kernels whose slices all have n elements.
func testElementwise(t *testing.T, kernels []twin) {
	each(t, func(t *testing.T, level kernel.Level) {
		if level == kernel.Generic {
			return // the twin itself
		}
		for _, k := range kernels {
			t.Run(k.name, func(t *testing.T) {
				for _, n := range lengths(true) {
					k.compare(t, repeated(n, k.slices), uint64(n))
				}
			})
		}
	})
}

func repeated(n, times int) []int {
	list := make([]int, times)
	for i := range list {
		list[i] = n
	}
	return list
}

func TestVectorTwins(t *testing.T) {
	binary := func(name string, f func(dst, a, b []float32)) twin {
		return twin{name: name, slices: 3, call: func(s [][]float32) { f(s[0], s[1], s[2]) }, inPlace: [][2]int{{0, 1}, {0, 2}}}
	}
	unary := func(name string, f func(dst, x []float32)) twin {
		return twin{name: name, slices: 2, call: func(s [][]float32) { f(s[0], s[1]) }, inPlace: [][2]int{{0, 1}}}
	}
	testElementwise(t, []twin{
		binary("Add", kernel.Add), binary("Sub", kernel.Sub), binary("Mul", kernel.Mul), binary("Max", kernel.Max),
		binary("AddScaled", func(dst, a, b []float32) { kernel.AddScaled(dst, a, 0.3, b) }),
		binary("Lerp", func(dst, a, b []float32) { kernel.Lerp(dst, a, 0.01, b) }),
		unary("AddTo", kernel.AddTo),
		unary("Scale", func(dst, x []float32) { kernel.Scale(dst, x, 1.1) }),
		unary("Clip", func(dst, x []float32) { kernel.Clip(dst, x, -0.5, 0.25) }),
		unary("InvStd", func(dst, x []float32) { kernel.InvStd(dst, x, 1e-3) }),
		unary("Sqrt", kernel.Sqrt), unary("Exp", kernel.Exp), unary("Expm1", kernel.Expm1), unary("Log", kernel.Log),
		unary("Tanh", kernel.Tanh), unary("Sigmoid", kernel.Sigmoid), unary("Erf", kernel.Erf), unary("Softplus", kernel.Softplus),
	})
}

// TestFunctionTwinsOverRange compares the functions for numbers of every
// exponent, where the ranges of their formulas meet.
func TestFunctionTwinsOverRange(t *testing.T) {
	anywhere := func(rng *rand.Rand, _ int) func() float32 { return func() float32 { return anyFloat(rng) } }
	each(t, func(t *testing.T, level kernel.Level) {
		for name, f := range map[string]func(dst, x []float32){
			"Exp": kernel.Exp, "Expm1": kernel.Expm1, "Log": kernel.Log, "Tanh": kernel.Tanh,
			"Sigmoid": kernel.Sigmoid, "Erf": kernel.Erf, "Softplus": kernel.Softplus,
		} {
			k := twin{name: name, slices: 2, call: func(s [][]float32) { f(s[0], s[1]) }, fill: anywhere}
			n := 80000
			if testing.Short() {
				n = 2000
			}
			k.compare(t, repeated(n, 2), 1)
		}
	})
}

// anyFloat draws from all float32, half of them between 2⁻³⁰ and 2⁸.
func anyFloat(rng *rand.Rand) float32 {
	if rng.IntN(2) == 0 {
		return math.Float32frombits(rng.Uint32())
	}
	return math.Float32frombits(rng.Uint32()&0x807fffff | uint32(97+rng.IntN(38))<<23)
}
