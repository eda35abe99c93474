// Package random is goodfit's generator for everything that is drawn in order:
// initial weights, shuffles, splits. It gives the same bits on every machine.
//
// There is no global state: a [Source] is made from a seed, and seeds of parts
// are derived from the seed of the whole by [Derive]. Noise inside layers is
// drawn from internal/kernel's counter-based generator instead.
package random

import (
	"math"
	"math/bits"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// Source is the xoshiro256++ generator (Blackman and Vigna 2019).
// It is not safe for concurrent use.
type Source struct {
	s      [4]uint64
	spare  float64
	spared bool
}

// New returns a source whose state is filled from seed by SplitMix64.
func New(seed uint64) *Source {
	r := &Source{}
	for i := range r.s {
		seed += 0x9e3779b97f4a7c15
		r.s[i] = mix(seed)
	}
	return r
}

// mix is the finalizer of SplitMix64, a bijection of 64-bit words.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Derive returns the seed of part index of the whole that has the given seed.
// Different parts get unrelated seeds.
func Derive(seed uint64, index ...uint64) uint64 {
	for _, i := range index {
		seed = mix(mix(seed+0x9e3779b97f4a7c15) ^ (i*0xd6e8feb86659fd93 + 0x632be59bd9b4e019))
	}
	return seed
}

// Uint64 returns 64 random bits.
func (r *Source) Uint64() uint64 {
	s := &r.s
	out := bits.RotateLeft64(s[0]+s[3], 23) + s[0]
	t := s[1] << 17
	s[2] ^= s[0]
	s[3] ^= s[1]
	s[1] ^= s[2]
	s[0] ^= s[3]
	s[2] ^= t
	s[3] = bits.RotateLeft64(s[3], 45)
	return out
}

// Float64 returns a number in [0, 1) with 53 random bits.
func (r *Source) Float64() float64 { return float64(r.Uint64()>>11) * 0x1p-53 }

// IntN returns a number in [0, n), each equally likely (Lemire 2019). It panics
// if n ≤ 0.
func (r *Source) IntN(n int) int {
	if n <= 0 {
		panic("random: IntN needs a positive range")
	}
	hi, lo := bits.Mul64(r.Uint64(), uint64(n))
	if lo < uint64(n) {
		for floor := -uint64(n) % uint64(n); lo < floor; {
			hi, lo = bits.Mul64(r.Uint64(), uint64(n))
		}
	}
	return int(hi)
}

// Normal returns a standard normal number by the polar method (Marsaglia 1964).
func (r *Source) Normal() float64 {
	if r.spared {
		r.spared = false
		return r.spare
	}
	for {
		u, v := 2*r.Float64()-1, 2*r.Float64()-1
		q := float64(u*u) + float64(v*v)
		if q > 0 && q < 1 {
			f := math.Sqrt(-2 * fmath.Log(q) / q)
			r.spare, r.spared = v*f, true
			return u * f
		}
	}
}

// Perm returns the numbers 0 to n-1 in random order.
func (r *Source) Perm(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	r.Shuffle(p)
	return p
}

// Shuffle puts p in random order (Fisher and Yates; Durstenfeld 1964).
func (r *Source) Shuffle(p []int) {
	for i := len(p) - 1; i > 0; i-- {
		j := r.IntN(i + 1)
		p[i], p[j] = p[j], p[i]
	}
}
