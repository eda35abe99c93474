package kernel_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// TestSumsHaveSixteenLanes adds up by the words of the package comment.
func TestSumsHaveSixteenLanes(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		rng := rand.New(rand.NewPCG(4, 4))
		for n := range 100 {
			x := make([]float32, n)
			var lanes [16]float32
			for i := range x {
				x[i] = rng.Float32() - 0.3
				lanes[i%16] += x[i]
			}
			for half := 8; half >= 1; half /= 2 {
				for i := range half {
					lanes[i] += lanes[i+half]
				}
			}
			if got := kernel.Sum(x); got != lanes[0] {
				t.Errorf("Sum of %d numbers is %x, want %x", n, got, lanes[0])
			}
		}
	})
}

func TestReductionsFollowTheirFormulas(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	const n = 3001
	a, b := make([]float32, n), make([]float32, n)
	var sum, abs, squares, dot, most float64
	zeros := 0
	for i := range a {
		a[i], b[i] = float32(rng.NormFloat64()), float32(rng.NormFloat64())
		if i%5 == 0 {
			a[i] = float32(math.Copysign(0, float64(b[i])))
			zeros++
		}
		x, y := float64(a[i]), float64(b[i])
		sum += x
		abs += math.Abs(x)
		squares += x * x
		dot += x * y
		most = max(most, math.Abs(x))
	}
	each(t, func(t *testing.T, _ kernel.Level) {
		for _, c := range []struct {
			name      string
			got, want float64
			magnitude float64 // of what was added
		}{
			{"Sum", float64(kernel.Sum(a)), sum, abs}, {"SumAbs", float64(kernel.SumAbs(a)), abs, abs},
			{"SumSquares", float64(kernel.SumSquares(a)), squares, squares}, {"Dot", float64(kernel.Dot(a, b)), dot, abs},
			{"MaxAbs", float64(kernel.MaxAbs(a)), most, 0}, {"CountZero", float64(kernel.CountZero(a)), float64(zeros), 0},
			{"Sum64", kernel.Sum64(a), sum, 0}, {"DotSum64", kernel.DotSum64(a, b), dot, 0},
		} {
			// 188 roundings a lane, of partial sums below the magnitude over 16.
			if math.Abs(c.got-c.want) > 188./16*0x1p-24*c.magnitude {
				t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
			}
		}
	})
}

func TestFirstNonFinite(t *testing.T) {
	inf, nan := float32(math.Inf(-1)), float32(math.NaN())
	each(t, func(t *testing.T, _ kernel.Level) {
		x := make([]float32, 3000)
		kernel.Fill(x, -math.MaxFloat32)
		if i := kernel.FirstNonFinite(x); i != -1 || !kernel.AllFinite(x) {
			t.Errorf("of finite numbers: %d", i)
		}
		for _, at := range []int{0, 17, 1023, 1024, 2999} {
			for _, bad := range []float32{inf, nan} {
				x[at] = bad
				if i := kernel.FirstNonFinite(x); i != at || kernel.AllFinite(x) {
					t.Errorf("of %v at %d: %d", bad, at, i)
				}
				x[at] = 1
			}
		}
	})
}

// TestPanicsNameTheSizes calls kernels with operands that do not fit.
func TestPanicsNameTheSizes(t *testing.T) {
	x := func(n int) []float32 { return make([]float32, n) }
	u := &kernel.Update{GradScale: 1}
	for want, f := range map[string]func(){
		"Add of 3":            func() { kernel.Add(x(3), x(3), x(2)) },
		"Exp of 3":            func() { kernel.Exp(x(3), x(4)) },
		"ActForward of 3":     func() { kernel.ActForward(kernel.ActTanh, 0, 0, x(3), x(4)) },
		"ActBackward of 3":    func() { kernel.ActBackward(kernel.ActTanh, 0, 0, x(3), x(3), x(4)) },
		"AddRow by rows of 5": func() { kernel.AddRow(x(5), x(5), x(2)) },
		"Dot of 3":            func() { kernel.Dot(x(3), x(2)) },
		"Adam of 3":           func() { kernel.Adam(x(3), x(3), x(3), x(2), nil, u, 0.9, 0.999, 1e-7) },
		"RMSprop of 3":        func() { kernel.RMSprop(x(3), x(3), x(3), x(2), nil, u, 0.9, 1e-7, 0.9) },
		"Dropout of 3":        func() { kernel.Dropout(x(3), x(2), kernel.Key{}, 0, 0.5) },
		"SoftmaxRows of 2×3":  func() { kernel.SoftmaxRows(x(6), x(5), 2, 3) },
		"MSE of 2×3":          func() { kernel.MSE(x(2), nil, x(6), x(5), 2, 3, nil, 1) },
		"class 3 of row 1": func() {
			kernel.SoftmaxCE(x(6), nil, x(2), x(6), []float32{0, 3}, true, 2, 3, nil, 1, 0)
		},
		"BatchNormStats of 2×3": func() { kernel.BatchNormStats(x(3), x(3), x(5), 2, 3) },
	} {
		func() {
			defer func() {
				if got, ok := recover().(string); !ok || !strings.Contains(got, want) {
					t.Errorf("panic is %q, want %q in it", got, want)
				}
			}()
			f()
		}()
	}
}
