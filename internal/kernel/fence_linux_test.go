package kernel_test

import (
	"math/rand/v2"
	"runtime/debug"
	"syscall"
	"testing"
	"unsafe"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// A fence is memory that ends where a page begins that nobody may read, so that
// a kernel which reads behind its slice faults, however little it does with the
// value.
type fence struct{ floats []float32 }

// newFence makes a fence for slices of at most n elements.
func newFence(t *testing.T, n int) *fence {
	t.Helper()
	page := syscall.Getpagesize()
	size := (4*n + page - 1) / page * page
	mem, err := syscall.Mmap(-1, 0, size+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(mem) })
	if err := syscall.Mprotect(mem[size:], syscall.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	return &fence{unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(mem))), size/4)}
}

// hold copies x to the end of the fence and returns it there.
func (f *fence) hold(x []float32) []float32 {
	if x == nil {
		return nil
	}
	at := f.floats[len(f.floats)-len(x):]
	copy(at, x)
	return at
}

// TestGemmStaysInside runs products whose operands all end at a fence.
func TestGemmStaysInside(t *testing.T) {
	var fences [6]*fence
	for i := range fences {
		fences[i] = newFence(t, 1<<15)
	}
	each(t, func(t *testing.T, _ kernel.Level) {
		debug.SetPanicOnFault(true) // for this goroutine
		rng := rand.New(rand.NewPCG(8, 8))
		for i := range 900 {
			p := random(rng, 70)
			switch i % 3 {
			case 0:
				p.n = rng.IntN(5)
			case 1:
				p.m, p.n = rng.IntN(9), rng.IntN(300)
			}
			func() {
				defer func() {
					if f := recover(); f != nil {
						t.Fatalf("%+v: %v", p, f)
					}
				}()
				g := &p.build(normal(rng)).gemm
				for i, s := range []*[]float32{&g.A, &g.B, &g.C, &g.Bias, &g.Mask, &g.Sums} {
					*s = fences[i].hold(*s)
				}
				g.Run(nil)
			}()
		}
	})
}

// TestRowKernelsStayInside does the same for the kernels beside the product.
func TestRowKernelsStayInside(t *testing.T) {
	from, to := newFence(t, 70*70), newFence(t, 70*70)
	each(t, func(t *testing.T, _ kernel.Level) {
		debug.SetPanicOnFault(true) // for this goroutine
		for rows := range 40 {
			for cols := range 70 {
				x, y := make([]float32, rows*cols), make([]float32, rows*cols)
				kernel.Transpose(to.hold(y), from.hold(x), rows, cols)
				kernel.ColSum(to.hold(make([]float32, cols)), from.hold(x), rows, cols, cols%2 > 0)
			}
		}
	})
}
