#!/usr/bin/python3
"""Writes regularize.json: six training steps with penalties, weight decay and learning
rates by group, and constraints, under each of the eight optimizers.

Run with /usr/bin/python3 in this folder. Gradients are PyTorch's, of the whole loss
with its penalties, in float64; updates are those of torch.optim with parameter groups,
whose epsilon is near 0 where Keras has it in another place, and for Nadam (which
PyTorch 1.13 computes otherwise) the formula of Keras. Constraints are applied to the
tensors after each step as Keras describes them: norms over the incoming weights.
"""
import json

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.RandomState(11)
f32 = lambda a: np.asarray(a, np.float32).astype(np.float64)
ROWS, STEPS = 5, 6
X = f32(rng.standard_normal((STEPS, ROWS, 3)))
Y = f32(rng.standard_normal((STEPS, ROWS, 2)))
START = [f32(rng.uniform(-1, 1, s)) for s in ((3, 4), (4,), (4, 2), (2,))]
TINY = 1e-30


class Nadam:
    """Dozat 2016 as in Keras: the momentum's factor is b1·(1 − ½·0.96^t)."""

    def __init__(self, groups, lr):
        self.groups, self.lr, self.t, self.product, self.s = groups, lr, 0, 1.0, {}

    def step(self):
        b1, b2, self.t = 0.9, 0.999, self.t + 1
        now, then = (b1 * (1 - 0.5 * 0.96**k) for k in (self.t, self.t + 1))
        self.product *= now
        for group in self.groups:
            for p in group["params"]:
                m, v = self.s.get(p, (0, 0))
                g = p.grad
                m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
                self.s[p] = m, v
                hat = then * m / (1 - self.product * then) + (1 - now) * g / (1 - self.product)
                p.data -= group.get("lr", self.lr) * hat / (torch.sqrt(v / (1 - b2**self.t)) + TINY)


# Description and how PyTorch makes it.
OPTIMIZERS = [
    ({"type": "SGD", "Rate": 0.1}, lambda g: torch.optim.SGD(g, 0.1)),
    ({"type": "SGD", "Rate": 0.05, "Momentum": 0.9, "Nesterov": True}, lambda g: torch.optim.SGD(g, 0.05, 0.9, nesterov=True)),
    ({"type": "RMSprop", "Rate": 0.02, "Epsilon": TINY}, lambda g: torch.optim.RMSprop(g, 0.02, 0.9, TINY)),
    ({"type": "Adagrad", "Rate": 0.1, "Epsilon": TINY}, lambda g: torch.optim.Adagrad(g, 0.1, initial_accumulator_value=0.1, eps=TINY)),
    ({"type": "Adadelta", "Rate": 1}, lambda g: torch.optim.Adadelta(g, 1.0, 0.95, 1e-7)),
    ({"type": "Adam", "Rate": 0.02, "Epsilon": TINY}, lambda g: torch.optim.Adam(g, 0.02, eps=TINY)),
    ({"type": "AdamW", "Rate": 0.02, "Epsilon": TINY, "Decay": 0}, lambda g: torch.optim.AdamW(g, 0.02, eps=TINY, weight_decay=0)),
    ({"type": "Adamax", "Rate": 0.02, "Epsilon": TINY}, lambda g: torch.optim.Adamax(g, 0.02, eps=TINY)),
    ({"type": "Nadam", "Rate": 0.02, "Epsilon": TINY}, lambda g: Nadam(g, 0.02)),
]

# L1 and L2 of weights and biases of the first layer, and of its outputs.
PENALTIES = {"Weights": [0.01, 0.02], "Biases": [0.03, 0.01], "Activity": [0.02, 0.05]}


def scale_columns(w, goal, axis):
    n = torch.sqrt((w * w).sum(axis, keepdim=True))
    return w * goal(n) / n


def clip_norm(lo, hi, rate=1.0):
    return lambda n: rate * n.clamp(lo, hi) + (1 - rate) * n


# For the first layer's weights, and as a function; axis 0 is over the incoming weights.
CONSTRAINTS = {
    "max_norm(0.8)": lambda w: scale_columns(w, clip_norm(0, 0.8), 0),
    "unit_norm": lambda w: scale_columns(w, clip_norm(1, 1), 0),
    "min_max_norm(0.9, 1.1, 0.5)": lambda w: scale_columns(w, clip_norm(0.9, 1.1, 0.5), 0),
    "rowwise max_norm(0.8)": lambda w: scale_columns(w, clip_norm(0, 0.8), 1),
    "non_negative": lambda w: w.clamp(min=0),
}


def train(make, penalties=None, batch_sum=False, groups=None, constraint=None):
    """The parameters after each step."""
    w1, b1, w2, b2 = params = [torch.tensor(p, requires_grad=True) for p in START]
    # Group k has the rate and the decay of groups[k]; decay is decoupled: before the step.
    parts = [{"params": [p]} for p in params]
    optimizer = make(parts)
    base = getattr(optimizer, "lr", None) or optimizer.defaults["lr"]
    decays = [0.0] * 4
    for k, (factor, decay) in enumerate(groups or []):
        (optimizer.groups if isinstance(optimizer, Nadam) else optimizer.param_groups)[k]["lr"] = base * factor
        decays[k] = base * factor * decay
    path = []
    for x, y in zip(X, Y):
        x, y = torch.tensor(x), torch.tensor(y)
        h = torch.tanh(x @ w1 + b1)
        loss = ((h @ w2 + b2 - y) ** 2).mean()
        if penalties:
            for value, (l1, l2), n in ((w1, penalties["Weights"], 1), (b1, penalties["Biases"], 1),
                                       (h, penalties["Activity"], 1 if batch_sum else ROWS)):
                loss = loss + (l1 * value.abs().sum() + l2 * (value * value).sum()) / n
        for p in params:
            p.grad = None
        loss.backward()
        with torch.no_grad():
            for p, d in zip(params, decays):
                p.mul_(1 - d)
            optimizer.step()
            if constraint:
                w1.copy_(CONSTRAINTS[constraint](w1))
        path.append([float(f"{v:.10g}") for p in params for v in p.detach().numpy().ravel()])
    return path


def cases():
    for o, make in OPTIMIZERS:
        for batch_sum in (False, True):
            yield {"Optimizer": o, "Penalties": PENALTIES, "BatchSum": batch_sum, "Path": train(make, PENALTIES, batch_sum)}
        # Rate and decay of kernel and bias of the first layer and of the second.
        groups = [[0.5, 0.3], [1, 0], [2, 0.1], [0.25, 0.2]]
        yield {"Optimizer": o, "Groups": groups, "Path": train(make, groups=groups)}
        for c in CONSTRAINTS:
            yield {"Optimizer": o, "Constraint": c, "Path": train(make, constraint=c)}


json.dump({"made_by": {"script": "regularize.py", "numpy": np.__version__, "torch": torch.__version__},
           "X": X.tolist(), "Y": Y.tolist(), "Start": [p.ravel().tolist() for p in START], "Cases": list(cases())},
          open("regularize.json", "w"), separators=(",", ":"))
