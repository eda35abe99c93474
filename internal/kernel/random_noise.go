package kernel

// Dropout is y[i] = x[i]/(1−rate) where the uniform number of element first+i
// (see [Uniform]) is at least rate, else 0 (Srivastava et al. 2014, scaled in
// training). The quotient is x[i] times the float32 nearest to 1/(1−rate). The
// same call on gradients is the backward pass. rate is from 0 to below 1. y may
// be x. It panics unless the lengths are equal.
func Dropout(y, x []float32, k Key, first uint64, rate float32) {
	mustMatch("Dropout", len(y), len(x))
	scale := 1 / (1 - rate)
	for r := (wordReader{key: k, next: first, left: len(x)}); r.read(); {
		dropout(y, x[:len(r.words())], r.words(), rate, scale)
		x, y = x[len(r.words()):], y[len(r.words()):]
	}
}

func dropout(y, x []float32, words []uint32, rate, scale float32) {
	if !dropoutVector(y[:len(x)], x, words, rate, scale) {
		dropoutGeneric(y, x, words, rate, scale)
	}
}

func dropoutGeneric(y, x []float32, words []uint32, rate, scale float32) {
	for i, v := range x {
		if uniform1(words[i]) >= rate {
			y[i] = v * scale
		} else {
			y[i] = 0
		}
	}
}

// AddNormalNoise is y[i] = x[i] + std·n, fused, with the normal number n of
// element first+i (see [Normal]). y may be x. It panics unless the lengths are
// equal.
func AddNormalNoise(y, x []float32, k Key, first uint64, std float32) {
	mustMatch("AddNormalNoise", len(y), len(x))
	for r := (wordReader{key: k, next: first, left: len(x)}); r.read(); {
		addNormal(y, x[:len(r.words())], r.words(), std)
		x, y = x[len(r.words()):], y[len(r.words()):]
	}
}

func addNormal(y, x []float32, words []uint32, std float32) {
	if !addNormalVector(y[:len(x)], x, words, std) {
		addNormalGeneric(y, x, words, std)
	}
}

func addNormalGeneric(y, x []float32, words []uint32, std float32) {
	for i, v := range x {
		y[i] = FMA(std, normal1(words[i]), v)
	}
}

// MulNormalNoise is y[i] = x[i]·(1 + std·n), the factor fused, with the normal
// number n of element first+i (see [Normal]): Gaussian dropout. The same call on
// gradients is the backward pass. y may be x. It panics unless the lengths are
// equal.
func MulNormalNoise(y, x []float32, k Key, first uint64, std float32) {
	mustMatch("MulNormalNoise", len(y), len(x))
	for r := (wordReader{key: k, next: first, left: len(x)}); r.read(); {
		mulNormal(y, x[:len(r.words())], r.words(), std)
		x, y = x[len(r.words()):], y[len(r.words()):]
	}
}

func mulNormal(y, x []float32, words []uint32, std float32) {
	if !mulNormalVector(y[:len(x)], x, words, std) {
		mulNormalGeneric(y, x, words, std)
	}
}

func mulNormalGeneric(y, x []float32, words []uint32, std float32) {
	for i, v := range x {
		y[i] = v * FMA(std, normal1(words[i]), 1)
	}
}
