"""goodfit's random numbers written out anew, for the scripts that make fixtures."""
import math

import numpy as np
from scipy.stats import norm

M64 = (1 << 64) - 1
M32 = (1 << 32) - 1


def mix(z):
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9 & M64
    z = (z ^ z >> 27) * 0x94d049bb133111eb & M64
    return z ^ z >> 31


def derive(seed, *index):
    for i in index:
        seed = mix(mix(seed + 0x9e3779b97f4a7c15 & M64) ^ (i * 0xd6e8feb86659fd93 + 0x632be59bd9b4e019 & M64))
    return seed


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = c[0] * 0xd2511f53, c[2] * 0xcd9e8d57
        c = [b >> 32 ^ c[1] ^ k[0], b & M32, a >> 32 ^ c[3] ^ k[1], a & M32]
        k = [k[0] + 0x9e3779b9 & M32, k[1] + 0xbb67ae85 & M32]
    return c


def normals(seed, step, shape):
    """Standard normal numbers of the stream (seed, step), from its first element on."""
    n = int(np.prod(shape))
    words = []
    for block in range((n + 3) // 4):
        words += philox((block & M32, block >> 32, step & M32, step >> 32), (seed & M32, seed >> 32))
    x = [norm.isf(((w & 0x7fffffff) + 0.5) * 2.0 ** -32) * (-1 if w >> 31 else 1) for w in words[:n]]
    return np.reshape(x, shape)


class Source:
    """xoshiro256++, filled by SplitMix64."""

    def __init__(self, seed):
        self.s, self.spare = [], None
        for _ in range(4):
            seed = seed + 0x9e3779b97f4a7c15 & M64
            self.s.append(mix(seed))

    def bits(self):
        s = self.s
        turn = lambda x, k: (x << k | x >> 64 - k) & M64
        out = turn(s[0] + s[3] & M64, 23) + s[0] & M64
        t = s[1] << 17 & M64
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = turn(s[3], 45)
        return out

    def uniform(self):
        return (self.bits() >> 11) * 2.0 ** -53

    def below(self, n):
        while True:
            x = self.bits() * n
            if x & M64 >= (1 << 64) % n:
                return x >> 64

    def permutation(self, n):
        p = list(range(n))
        for i in range(n - 1, 0, -1):
            j = self.below(i + 1)
            p[i], p[j] = p[j], p[i]
        return p

    def normal(self):
        if self.spare is not None:
            x, self.spare = self.spare, None
            return x
        while True:
            u, v = 2 * self.uniform() - 1, 2 * self.uniform() - 1
            q = u * u + v * v
            if 0 < q < 1:
                f = math.sqrt(-2 * math.log(q) / q)
                self.spare = v * f
                return u * f

    def gamma(self, alpha):
        """Logarithm of a Gamma(alpha) number, by way of Gamma(alpha+1)."""
        d = alpha + 1 - 1 / 3
        while True:
            x = self.normal()
            v = (1 + x / math.sqrt(9 * d)) ** 3
            if v > 0 and math.log(1 - self.uniform()) < x * x / 2 + d - d * v + d * math.log(v):
                return math.log(d * v) + math.log(1 - self.uniform()) / alpha
