#!/usr/bin/python3
"""Writes noise.json: trainings with noise on weights and gradients, update by update.

Run with /usr/bin/python3 in this folder. The network is 2 inputs, 3 tanh units, 1
linear output under the mean squared error, on 10 rows in order by batches of 4.
Gradients are PyTorch's, in float64; the update rules are written out. The normal
numbers are scipy's, of the words of Philox4x32-10 in draws.py, keyed as package
optim says: by seed, layer, parameter and step.
"""
import json
import sys

import numpy as np
import scipy
import torch

from draws import derive, normals

torch.set_default_dtype(torch.float64)
noise = lambda *a: torch.tensor(normals(*a))
rng = np.random.RandomState(7)
X = np.round(rng.randn(10, 2), 3)
Y = np.round(np.sin(2 * X[:, :1]) + X[:, 1:] ** 2, 3)
SHAPES = [(2, 3), (3,), (3, 1), (1,)]
LAYER = [2, 2, 3, 3]  # the input is node 1
INDEX = [0, 1, 0, 1]
START = [np.round(rng.uniform(-1, 1, s), 3) for s in SHAPES]


def train(seed, epochs, rate, momentum=0.0, adam=False, weights=0.0, gradients=0.0, annealing=0.55, accumulate=1,
          l2=0.0, global_norm=0.0, frozen=False):
    """Returns the weights after every epoch."""
    w = [torch.tensor(s) for s in START]
    first = [torch.zeros(s) for s in SHAPES]
    second = [torch.zeros(s) for s in SHAPES]
    trained = [k for k in range(4) if not (frozen and LAYER[k] == 2)]
    key = [derive(seed, LAYER[k], INDEX[k]) for k in range(4)]
    batches, step, path = 0, 0, []

    def update(sums, count):
        nonlocal step
        step += 1
        g = {k: sums[k] / count + (2 * l2 * w[k] if k == 0 else 0) for k in trained}
        total = float(sum((v ** 2).sum() for v in g.values())) ** 0.5
        if global_norm and total > global_norm:
            g = {k: v * global_norm / total for k, v in g.items()}
        std = (gradients / step ** annealing) ** 0.5
        for k in trained:
            d = g[k] + (std * noise(derive(key[k], 2), step, SHAPES[k]) if gradients else 0)
            if adam:
                first[k] = 0.9 * first[k] + 0.1 * d
                second[k] = 0.999 * second[k] + 0.001 * d * d
                w[k] = w[k] - rate * (1 - 0.999 ** step) ** 0.5 / (1 - 0.9 ** step) * first[k] / (second[k].sqrt() + 1e-7)
            else:
                first[k] = momentum * first[k] - rate * d
                w[k] = w[k] + first[k]

    for _ in range(epochs):
        waiting, count = None, 0
        for lo in range(0, len(X), 4):
            x, y = torch.tensor(X[lo:lo + 4]), torch.tensor(Y[lo:lo + 4])
            v = [w[k] + weights * noise(derive(key[k], 1), batches, SHAPES[k]) if weights and k in trained and len(SHAPES[k]) > 1
                 else w[k] for k in range(4)]
            v = [p.clone().requires_grad_() for p in v]
            batches += 1
            loss = ((torch.tanh(x @ v[0] + v[1]) @ v[2] + v[3] - y) ** 2).mean()
            g = torch.autograd.grad(loss, v)
            waiting = list(g) if waiting is None else [a + b for a, b in zip(waiting, g)]
            count += 1
            if count == accumulate:
                update(waiting, count)
                waiting, count = None, 0
        if count:
            update(waiting, count)
        path.append([p.flatten().tolist() for p in w])
    return path


cases = [
    dict(seed=3, epochs=4, rate=0.1, weights=0.2),
    dict(seed=3, epochs=4, rate=0.1, gradients=0.3),
    dict(seed=9, epochs=6, rate=0.05, momentum=0.9, weights=0.05, gradients=0.01, annealing=0.0, l2=0.01),
    dict(seed=1 << 40, epochs=6, rate=0.05, adam=True, weights=0.1, gradients=1.0, annealing=1.0, accumulate=2, l2=0.02, global_norm=0.3),
    dict(seed=4, epochs=3, rate=0.1, weights=0.1, gradients=0.1, frozen=True),
]
json.dump({"made_by": {"script": "noise.py", "python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__,
                       "torch": torch.__version__},
           "x": X.tolist(), "y": Y.flatten().tolist(), "start": [s.flatten().tolist() for s in START],
           "cases": [dict(c, path=train(**c)) for c in cases]}, open("noise.json", "w"), separators=(",", ":"))
