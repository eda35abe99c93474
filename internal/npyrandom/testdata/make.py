#!/usr/bin/python3
"""Writes numpy.json: what numpy.random.RandomState draws.

Run with /usr/bin/python3 in this folder. JSON numbers read back exactly.
"""
import hashlib
import json

import numpy as np
from numpy.random import RandomState

SEEDS = [0, 1, 2, 5489, 20, 2**31 - 1, 2**31, 2**32 - 1]
ARRAYS = [[1], [0, 1], [123, 456, 789], [2**32 - 1, 2**32 - 1], list(range(700))]


def draws(seed):
    """A long mixed program; the test runs the same one."""
    r = RandomState(seed)
    out = {
        "uint32": [int(v) for v in r.randint(0, 2**32, size=5, dtype=np.uint64)],
        "double": [float(v) for v in r.random_sample(5)],
        "normal": [float(v) for v in r.standard_normal(5)],  # leaves a spare
        "uniform": [float(v) for v in r.uniform(-10.0, 10.0, size=5)],
        "scaled": [float(v) for v in r.normal(3.0, 0.5, size=4)],  # takes the spare first
        "below": [int(r.randint(0, n)) for n in (1, 2, 3, 10, 1000, 2**31, 2**32, 2**32 + 1, 2**62 + 1)],
        "perm": [int(v) for v in r.permutation(17)],
    }
    x = np.arange(9)
    r.shuffle(x)
    out["shuffle"] = [int(v) for v in x]
    r.randint(0, 2**32, size=100000, dtype=np.uint64)
    out["later"] = [float(v) for v in r.random_sample(3)]
    return out


def digest(a):
    return hashlib.sha256(np.ascontiguousarray(a).astype("<u8").tobytes()).hexdigest()


cases = [{"key": [s], "array": False, **draws(s)} for s in SEEDS]
cases += [{"key": a, "array": True, **draws(a)} for a in ARRAYS]

r = RandomState(7)
long = {
    "uint32": digest(r.randint(0, 2**32, size=200000, dtype=np.uint64)),
    "perm": digest(r.permutation(30000)),
    "double": digest(r.random_sample(50000).view(np.uint64)),
}
g = RandomState(8).standard_normal(200000)
gaussians = {"sum": float(np.sum(g)), "squares": float(np.sum(g * g)), "last": float(g[-1]),
             "every": 1999, "values": [float(v) for v in g[::1999]]}

with open("numpy.json", "w") as f:
    json.dump({"numpy": np.__version__, "cases": cases, "long": long, "gaussians": gaussians}, f)
    f.write("\n")
