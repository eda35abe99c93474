// Package npyrandom draws the numbers that numpy.random.RandomState draws.
//
// For the same seed and the same calls in the same order it gives numpy's
// legacy stream: the Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998),
// doubles of 53 bits, Gaussians by Marsaglia's polar method with the second
// value of each pair kept for the next call, and integers by masked rejection.
// Integers, uniform doubles and permutations equal numpy's bit for bit; a
// Gaussian may differ in the last bit, because numpy takes the logarithm from
// the C library of its machine and this package from fmath. This package's own
// values are the same bits on every platform.
//
// It exists so that generated data sets equal scikit-learn's. Everything else
// in goodfit draws from internal/random.
package npyrandom
