#!/usr/bin/python3
"""Writes augmented.json: what jitter and mixup make of rows.

Run with /usr/bin/python3 in this folder. Random numbers are those of
../../testdata/draws.py; formulas are in numpy float64.
"""
import json
import sys

import numpy as np
import scipy

sys.path.append("../../testdata")
from draws import Source, derive, normals  # noqa: E402

rng = np.random.RandomState(5)
ROWS = 11
X = np.round(np.column_stack([rng.randn(ROWS) * 10, rng.randint(0, 2, ROWS), rng.rand(ROWS), np.full(ROWS, 3.0)]), 3)
CLASSES = rng.randint(0, 3, ROWS)
Y = np.eye(3)[CLASSES]
W = np.round(rng.rand(ROWS) + 0.5, 2)


def jitter(std, seed, epoch, absolute=False, columns=None):
    which = columns if columns is not None else [0, 2]
    scale = np.zeros(X.shape[1])
    scale[which] = std if absolute else std * X.std(0)[which]
    return X + scale * normals(derive(seed, 0x6a697474, 0), epoch, X.shape)


def mixup(alpha, seed, epoch, size):
    """Returns x, y and weights, batch by batch."""
    seed, x, y, w = derive(seed, 0x6d697875, epoch), X.copy(), Y.copy(), W.copy()
    for lo in range(0, ROWS, size):
        n = min(size, ROWS - lo)
        partner = Source(derive(seed, 0, lo)).permutation(n)
        for i in range(n):
            r = Source(derive(seed, 1, lo + i))
            a, b = r.gamma(alpha), r.gamma(alpha)
            share = 1 / (1 + np.exp(min(b - a, 700)))
            for out, data in (x, X), (y, Y), (w, W):
                out[lo + i] = share * data[lo + i] + (1 - share) * data[lo + partner[i]]
    return {"x": x.tolist(), "y": y.tolist(), "w": w.tolist()}


jitters = [dict(std=0.1, seed=1, epoch=0), dict(std=0.1, seed=1, epoch=3), dict(std=2.0, seed=1 << 50, epoch=1, absolute=True),
           dict(std=0.5, seed=8, epoch=2, columns=[1, 0])]
mixups = [dict(alpha=a, seed=s, epoch=e, size=z) for a, s, e, z in ((0.2, 1, 0, 4), (1.0, 1, 5, 11), (8.0, 77, 2, 3), (0.01, 3, 1, 5))]
json.dump({"made_by": {"script": "augmented.py", "python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__},
           "x": X.tolist(), "y": Y.tolist(), "w": W.tolist(),
           "jitter": [dict(c, rows=jitter(**c).tolist()) for c in jitters],
           "mixup": [dict(c, **mixup(**c)) for c in mixups]}, open("augmented.json", "w"), separators=(",", ":"))
