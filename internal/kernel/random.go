package kernel

import "math"

// Key names a stream of random numbers. Different keys give unrelated streams.
type Key struct {
	Seed uint64 // already mixed from the seed of the whole and the stream's id
	Step uint64 // as the training step
}

// The multipliers and key increments of Philox4x32.
const (
	philoxM0, philoxM1 = 0xd2511f53, 0xcd9e8d57
	philoxW0, philoxW1 = 0x9e3779b9, 0xbb67ae85
)

// Philox is Philox4x32-10 (Salmon et al. 2011): four random words for each
// counter and key.
func Philox(counter [4]uint32, key [2]uint32) [4]uint32 {
	c, k := counter, key
	for range 10 {
		a, b := uint64(c[0])*philoxM0, uint64(c[2])*philoxM1
		c = [4]uint32{uint32(b>>32) ^ c[1] ^ k[0], uint32(b), uint32(a>>32) ^ c[3] ^ k[1], uint32(a)}
		k[0] += philoxW0
		k[1] += philoxW1
	}
	return c
}

// block returns the words of elements 4b to 4b+3.
func (k Key) block(b uint64) [4]uint32 {
	return Philox([4]uint32{uint32(b), uint32(b >> 32), uint32(k.Step), uint32(k.Step >> 32)},
		[2]uint32{uint32(k.Seed), uint32(k.Seed >> 32)})
}

// wordChunk is how many words are drawn at a time, a multiple of every level's step.
const wordChunk = 256

// wordReader draws the words of a run of elements, chunk by chunk.
type wordReader struct {
	key    Key
	next   uint64 // element of the next chunk
	left   int
	lo, hi int // the current chunk's words in buffer
	buffer [wordChunk]uint32
}

// words returns the current chunk. (A field for it would put the reader on the heap.)
func (r *wordReader) words() []uint32 { return r.buffer[r.lo:r.hi] }

// read draws the next chunk; false at the end.
func (r *wordReader) read() bool {
	if r.left == 0 {
		return false
	}
	r.lo = int(r.next % 4)
	n := min(r.left, wordChunk-r.lo)
	r.hi = r.lo + n
	philoxWords(&r.buffer, r.key, r.next/4, (r.hi+3)/4)
	r.next += uint64(n)
	r.left -= n
	return true
}

// philoxWords writes the words of the given blocks to dst, and may write more.
func philoxWords(dst *[wordChunk]uint32, k Key, first uint64, blocks int) {
	low, high := uint32(first), uint32(first>>32)
	if low > math.MaxUint32-wordChunk { // the counter's low word would wrap
		philoxGeneric(dst, k, first, blocks)
		return
	}
	var keys [20]uint32
	k0, k1 := uint32(k.Seed), uint32(k.Seed>>32)
	for i := 0; i < len(keys); i += 2 {
		keys[i], keys[i+1] = k0, k1
		k0 += philoxW0
		k1 += philoxW1
	}
	if !philoxVector(dst[:], keys[:], blocks, low, high, uint32(k.Step), uint32(k.Step>>32)) {
		philoxGeneric(dst, k, first, blocks)
	}
}

func philoxGeneric(dst *[wordChunk]uint32, k Key, first uint64, blocks int) {
	for i := range blocks {
		w := k.block(first + uint64(i))
		copy(dst[4*i:4*i+4], w[:])
	}
}

// Words fills dst with the stream's random words from element first on. Element i
// has word i mod 4 of [Philox] with counter (i/4, Step) and key Seed, each 64-bit
// number as two words, the low one first.
func Words(dst []uint32, k Key, first uint64) {
	for r := (wordReader{key: k, next: first, left: len(dst)}); r.read(); {
		dst = dst[copy(dst, r.words()):]
	}
}

// Uniform fills dst with numbers in [0, 1), multiples of 2⁻²⁴, from the stream's
// words (see [Words]) from element first on: the word's upper 24 bits.
func Uniform(dst []float32, k Key, first uint64) {
	for r := (wordReader{key: k, next: first, left: len(dst)}); r.read(); {
		uniform(dst, r.words())
		dst = dst[len(r.words()):]
	}
}

func uniform(dst []float32, words []uint32) {
	if !uniformVector(dst[:len(words)], words) {
		uniformGeneric(dst, words)
	}
}

func uniformGeneric(dst []float32, words []uint32) {
	for i, w := range words {
		dst[i] = uniform1(w)
	}
}

func uniform1(w uint32) float32 { return float32(float32(w>>8) * 0x1p-24) }

// Normal fills dst with standard normal numbers from the stream's words (see
// [Words]) from element first on. A word's highest bit is the sign; the other 31,
// as the number v, give |x| with P(X > |x|) = (v+½)·2⁻³², by a polynomial whose
// error is below 2e-6. So |x| is at most 6.34.
func Normal(dst []float32, k Key, first uint64) {
	for r := (wordReader{key: k, next: first, left: len(dst)}); r.read(); {
		normal(dst, r.words())
		dst = dst[len(r.words()):]
	}
}

func normal(dst []float32, words []uint32) {
	if !normalVector(dst[:len(words)], words) {
		normalGeneric(dst, words)
	}
}

func normalGeneric(dst []float32, words []uint32) {
	for i, w := range words {
		dst[i] = normal1(w)
	}
}

// normalP has |x|−r in 1/(r+1.5) for r = √(−2·log P), P from 2⁻³³ to ½.
var normalP = [8]float32{-0x1.d43730p-6, -0x1.00ec2ep+2, 0x1.4580a8p+3, -0x1.7e7638p+5,
	0x1.216056p+7, -0x1.277534p+8, 0x1.5bfadap+8, -0x1.7785c2p+7}

func normal1(w uint32) float32 {
	p := FMA(float32(int32(w&^(1<<31))), 0x1p-32, 0x1p-33)
	r := sqrt1(float32(-2 * log1(p)))
	x := r + poly(normalP[:], 1/(r+1.5))
	return math.Float32frombits(math.Float32bits(x) ^ w&(1<<31))
}
