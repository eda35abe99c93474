package npyrandom

import (
	"math"
	"math/bits"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// Float64 returns a double in [0, 1), a multiple of 2⁻⁵³ (random_sample).
func (s *State) Float64() float64 {
	high := s.Uint32() >> 5 // 27 bits
	low := s.Uint32() >> 6  // 26 bits
	return float64(uint64(high)<<26|uint64(low)) * 0x1p-53
}

// Uniform returns low + (high−low)·Float64() (uniform).
func (s *State) Uniform(low, high float64) float64 {
	return low + float64((high-low)*s.Float64())
}

// Normal returns a standard Gaussian (standard_normal, randn).
func (s *State) Normal() float64 {
	if s.hasSpare {
		s.hasSpare = false
		return s.spare
	}
	var x, y, r2 float64
	for r2 >= 1 || r2 == 0 {
		x = float64(2*s.Float64()) - 1
		y = float64(2*s.Float64()) - 1
		r2 = float64(x*x) + float64(y*y)
	}
	f := math.Sqrt(-2 * fmath.Log(r2) / r2)
	s.spare, s.hasSpare = f*x, true
	return f * y
}

// FillNormal fills dst with loc + scale·Normal() in order (normal).
func (s *State) FillNormal(dst []float64, loc, scale float64) {
	for i := range dst {
		dst[i] = loc + float64(scale*s.Normal())
	}
}

// Below returns an integer in [0, n), by rejecting draws of as many low bits as
// n−1 has (randint(n)). For n = 1 nothing is drawn. It panics if n = 0.
func (s *State) Below(n uint64) uint64 {
	if n == 0 {
		panic("npyrandom: Below needs n > 0")
	}
	return s.interval(n - 1)
}

// interval returns an integer in [0, limit].
func (s *State) interval(limit uint64) uint64 {
	if limit == 0 {
		return 0
	}
	mask := uint64(1)<<bits.Len64(limit) - 1
	if limit <= math.MaxUint32 {
		mask32, limit32 := uint32(mask), uint32(limit)
		for {
			if v := s.Uint32() & mask32; v <= limit32 {
				return uint64(v)
			}
		}
	}
	for {
		if v := s.Uint64() & mask; v <= limit {
			return v
		}
	}
}

// Shuffle puts x into random order, exchanging from the end (shuffle).
func (s *State) Shuffle(x []int) {
	for i := len(x) - 1; i > 0; i-- {
		j := s.Below(uint64(i) + 1)
		x[i], x[j] = x[j], x[i]
	}
}

// Perm returns 0, 1, …, n−1 in random order (permutation).
func (s *State) Perm(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	s.Shuffle(p)
	return p
}
