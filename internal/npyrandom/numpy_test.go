package npyrandom_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/npyrandom"
)

type numpyCase struct {
	Key                                    []uint32
	Array                                  bool
	Uint32                                 []uint32
	Double, Normal, Uniform, Scaled, Later []float64
	Below                                  []uint64
	Perm, Shuffle                          []int
}

type numpyFixture struct {
	Cases []numpyCase
	Long  struct{ Uint32, Perm, Double string }

	Gaussians struct {
		Sum, Squares, Last float64
		Every              int
		Values             []float64
	}
}

func readFixture(t *testing.T) (f numpyFixture) {
	t.Helper()
	text, err := os.ReadFile("testdata/numpy.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func repeat[T any](n int, draw func() T) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = draw()
	}
	return out
}

// near compares Gaussians: the last bits of numpy's depend on its C library's
// logarithm, which the root halves and the products round: three units.
func near(got, want []float64) bool {
	return slices.EqualFunc(got, want, func(g, w float64) bool {
		return math.Abs(g-w) <= 3*0x1p-52*math.Max(math.Abs(w), 1)
	})
}

// TestDrawsAreNumpys runs the program of testdata/make.py.
func TestDrawsAreNumpys(t *testing.T) {
	for _, c := range readFixture(t).Cases {
		t.Run(fmt.Sprintf("seed %.20v array %v", c.Key[:min(3, len(c.Key))], c.Array), func(t *testing.T) {
			s := npyrandom.New(uint64(c.Key[0]))
			if c.Array {
				s = npyrandom.NewFromArray(c.Key)
			}
			check(t, "Uint32", slices.Equal(repeat(5, s.Uint32), c.Uint32))
			check(t, "Float64", slices.Equal(repeat(5, s.Float64), c.Double))
			check(t, "Normal", near(repeat(5, s.Normal), c.Normal))
			check(t, "Uniform", slices.Equal(repeat(5, func() float64 { return s.Uniform(-10, 10) }), c.Uniform))
			scaled := make([]float64, 4)
			s.FillNormal(scaled, 3, 0.5)
			check(t, "FillNormal", near(scaled, c.Scaled))
			var below []uint64
			for _, n := range []uint64{1, 2, 3, 10, 1000, 1 << 31, 1 << 32, 1<<32 + 1, 1<<62 + 1} {
				below = append(below, s.Below(n))
			}
			check(t, "Below", slices.Equal(below, c.Below))
			check(t, "Perm", slices.Equal(s.Perm(17), c.Perm))
			x := []int{0, 1, 2, 3, 4, 5, 6, 7, 8}
			s.Shuffle(x)
			check(t, "Shuffle", slices.Equal(x, c.Shuffle))
			for range 100000 {
				s.Uint32()
			}
			check(t, "Float64 later", slices.Equal(repeat(3, s.Float64), c.Later))
		})
	}
}

func check(t *testing.T, what string, ok bool) {
	t.Helper()
	if !ok {
		t.Errorf("%s differs from numpy's", what)
	}
}

func TestLongStreamsAreNumpys(t *testing.T) {
	want := readFixture(t).Long
	s := npyrandom.New(7)
	check(t, "Uint32", digest(repeat(200000, func() uint64 { return uint64(s.Uint32()) })) == want.Uint32)
	var perm []uint64
	for _, v := range s.Perm(30000) {
		perm = append(perm, uint64(v))
	}
	check(t, "Perm", digest(perm) == want.Perm)
	check(t, "Float64", digest(repeat(50000, func() uint64 { return math.Float64bits(s.Float64()) })) == want.Double)
}

func digest(words []uint64) string {
	h := sha256.New()
	for _, w := range words {
		h.Write(binary.LittleEndian.AppendUint64(nil, w))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// The sums differ by as much as the order of 200,000 additions makes them.
func TestManyGaussiansAreNumpys(t *testing.T) {
	want := readFixture(t).Gaussians
	g := repeat(200000, npyrandom.New(8).Normal)
	sum, squares, every := 0.0, 0.0, []float64(nil)
	for i, v := range g {
		sum += v
		squares += v * v
		if i%want.Every == 0 {
			every = append(every, v)
		}
	}
	check(t, "every 1999th Gaussian", near(every, want.Values))
	check(t, "last Gaussian", near(g[len(g)-1:], []float64{want.Last}))
	check(t, "sum", math.Abs(sum-want.Sum) < 1e-9)
	check(t, "sum of squares", math.Abs(squares-want.Squares) < 1e-7)
}

// A seed of more than 32 bits is numpy's array of its two halves.
func TestWideSeed(t *testing.T) {
	a := npyrandom.New(5<<32 | 9)
	b := npyrandom.NewFromArray([]uint32{9, 5})
	for range 1000 {
		if a.Uint32() != b.Uint32() {
			t.Fatal("the streams differ")
		}
	}
	if npyrandom.New(1<<32).Uint64() == npyrandom.New(0).Uint64() {
		t.Error("the high half of a seed has no effect")
	}
}

func TestMisusePanics(t *testing.T) {
	for name, f := range map[string]func(){
		"empty seed array": func() { npyrandom.NewFromArray(nil) },
		"Below(0)":         func() { npyrandom.New(1).Below(0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s does not panic", name)
				}
			}()
			f()
		}()
	}
}

func BenchmarkNormal(b *testing.B) {
	s := npyrandom.New(1)
	for b.Loop() {
		s.Normal()
	}
}

func BenchmarkPerm(b *testing.B) {
	s := npyrandom.New(1)
	for b.Loop() {
		s.Perm(1000000)
	}
}
