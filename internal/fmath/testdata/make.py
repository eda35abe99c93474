#!/usr/bin/python3
"""Writes numpy.json: what numpy and scipy give for sums, quantiles and QR.

Run with /usr/bin/python3 in this folder. JSON numbers read back exactly.
"""
import json
from fractions import Fraction

import numpy as np
import scipy
from scipy import linalg, stats

rng = np.random.RandomState(20)


def numbers(a):
    return [float(v) for v in np.asarray(a).ravel()]


sums = []
for n in [0, 1, 7, 8, 9, 16, 127, 128, 129, 200, 256, 257, 1000]:
    x = rng.standard_normal(n) * 10.0 ** rng.randint(-3, 4, size=n)
    sums.append({"x": numbers(x), "sum": float(np.sum(x))})

quantiles = []
for n in [1, 2, 3, 10, 31]:
    x = np.sort(rng.standard_normal(n) * 5)
    for q in [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999, 1]:
        quantiles.append({"x": numbers(x), "q": q, "want": float(np.quantile(x, q)),
                          "median": float(np.median(x))})

variances = []  # exact, then rounded
for n, shift in [(2, 0), (3, 1e6), (50, -3), (200, 1e8), (150, 1e15)]:
    x = rng.standard_normal(n) + shift
    exact = [Fraction(float(v)) for v in x]
    mean = sum(exact) / n
    for free in [0, 1]:
        variances.append({"x": numbers(x), "free": free, "mean": float(mean),
                          "variance": float(sum((v - mean) ** 2 for v in exact) / (n - free))})

factors = []
for m, n in [(1, 1), (2, 2), (3, 3), (5, 2), (6, 1), (12, 12), (30, 7)]:
    a = rng.standard_normal((m, n))
    if (m, n) == (5, 2):
        a[1:, 0] = 0  # a column that is not reflected
    q, r = linalg.qr(a, mode="economic")
    factors.append({"m": m, "n": n, "a": numbers(a), "q": numbers(q), "r": numbers(r)})

normal = [{"p": p, "z": float(stats.norm.ppf(p))}
          for p in [1e-300, 1e-20, 1e-11, 1e-5, 0.001, 0.02, 0.075, 0.2, 0.25, 0.4999, 0.5, 0.6, 0.75, 0.9, 0.926, 0.99, 1 - 1e-9]]

with open("numpy.json", "w") as f:
    json.dump({"numpy": np.__version__, "scipy": scipy.__version__, "sums": sums,
               "quantiles": quantiles, "variances": variances, "factors": factors, "normal": normal}, f)
    f.write("\n")
