#!/usr/bin/python3
"""Writes optim.json: ten updates of every optimizer, and schedules at many times.

Run with /usr/bin/python3 in this folder. The rules are written out here in numpy
float64 with the semantics of Keras 3 (epsilon inside the root for RMSprop, Adagrad
and Adadelta; "epsilon hat" for Adam; momentum of steps, not of gradients). Where
PyTorch means the same, its optimizer runs beside and must agree: with an epsilon
near 0 where it only stands in another place.

Descriptions are written as optim.Marshal writes them.
"""
import json
import math

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.RandomState(7)
N, STEPS = 8, 10
f32 = lambda a: np.asarray(a, np.float32).astype(np.float64)
START = f32(rng.uniform(-1, 1, N))
# Sizes from 1e-3 to 10, one weight without gradient, one whose gradient comes late, one that changes sign.
GRADS = f32(rng.standard_normal((STEPS, N)) * [1e-3, 1e-2, 0.1, 1, 10, 0, 1, 2])
GRADS[:4, 6] = 0
GRADS[:, 7] = f32(1.5 * (-1.0) ** np.arange(STEPS))


class Rule:
    """A rule at work: self.step(w, g, t, rate) returns the new weights."""

    def __init__(self, o):
        self.o, self.s = o, {}

    def get(self, name, default=None):
        return self.o.get(name, default)

    def state(self, name, first=0.0):
        return self.s.setdefault(name, np.full(N, first))


class SGD(Rule):
    rate = 0.01

    def step(self, w, g, t, rate):
        m = self.get("Momentum", 0)
        if m == 0:
            return w - rate * g
        v = self.s["v"] = m * self.state("v") - rate * g
        return w + (m * v - rate * g if self.get("Nesterov") else v)


class RMSprop(Rule):
    rate = 0.001

    def step(self, w, g, t, rate):
        rho, eps, m = self.get("Rho", 0.9), self.get("Epsilon", 1e-7), self.get("Momentum", 0)
        s = self.s["s"] = rho * self.state("s") + (1 - rho) * g * g
        if self.get("Centered"):
            mean = self.s["mean"] = rho * self.state("mean") + (1 - rho) * g
            s = s - mean * mean
        step = rate * g / np.sqrt(s + eps)
        if m == 0:
            return w - step
        v = self.s["v"] = m * self.state("v") + step
        return w - v


class Adagrad(Rule):
    rate = 0.001

    def step(self, w, g, t, rate):
        s = self.s["s"] = self.state("s", self.get("Accumulator", 0.1)) + g * g
        return w - rate * g / np.sqrt(s + self.get("Epsilon", 1e-7))


class Adadelta(Rule):
    rate = 0.001

    def step(self, w, g, t, rate):
        rho, eps = self.get("Rho", 0.95), self.get("Epsilon", 1e-7)
        s = self.s["s"] = rho * self.state("s") + (1 - rho) * g * g
        x = g * np.sqrt(self.state("d") + eps) / np.sqrt(s + eps)
        self.s["d"] = rho * self.state("d") + (1 - rho) * x * x
        return w - rate * x


class Adam(Rule):
    rate, decay = 0.001, 0

    def step(self, w, g, t, rate):
        b1, b2, eps = self.get("Beta1", 0.9), self.get("Beta2", 0.999), self.get("Epsilon", 1e-7)
        m = self.s["m"] = b1 * self.state("m") + (1 - b1) * g
        v = self.s["v"] = b2 * self.state("v") + (1 - b2) * g * g
        if self.get("AMSGrad"):
            v = self.s["top"] = np.maximum(self.state("top"), v)
        return w - rate * math.sqrt(1 - b2**t) / (1 - b1**t) * m / (np.sqrt(v) + eps)


class AdamW(Adam):
    decay = 0.004


class Adamax(Rule):
    rate = 0.001

    def step(self, w, g, t, rate):
        b1, b2, eps = self.get("Beta1", 0.9), self.get("Beta2", 0.999), self.get("Epsilon", 1e-7)
        m = self.s["m"] = b1 * self.state("m") + (1 - b1) * g
        u = self.s["u"] = np.maximum(b2 * self.state("u"), np.abs(g))
        return w - rate / (1 - b1**t) * m / (u + eps)


class Nadam(Rule):
    rate = 0.001

    def step(self, w, g, t, rate):
        b1, b2, eps = self.get("Beta1", 0.9), self.get("Beta2", 0.999), self.get("Epsilon", 1e-7)
        mu = lambda k: b1 * (1 - 0.5 * 0.96**k)
        product = np.prod([mu(k) for k in range(1, t + 1)])
        m = self.s["m"] = b1 * self.state("m") + (1 - b1) * g
        v = self.s["v"] = b2 * self.state("v") + (1 - b2) * g * g
        following = product * mu(t + 1) * (mu(t) if self.get("AsPyTorch1.13") else 1)
        hat = mu(t + 1) * m / (1 - following) + (1 - mu(t)) * g / (1 - product)
        return w - rate * hat / (np.sqrt(v / (1 - b2**t)) + eps)


RULES = {c.__name__: c for c in (SGD, RMSprop, Adagrad, Adadelta, Adam, AdamW, Adamax, Nadam)}


def settings(o):
    rule = RULES[o["type"]](o)
    return rule, o.get("Rate", rule.rate), o.get("Decay", getattr(rule, "decay", 0))


def adjusted(w, g, a, rate):
    """What optim.Adjust says happens to gradient and weights."""
    g = g * a.get("Scale", 1) + a.get("L1", 0) * np.sign(w) + 2 * a.get("L2", 0) * w
    if a.get("ClipValue", 0):
        g = np.clip(g, -a["ClipValue"], a["ClipValue"])
    return w * (1 - rate * a.get("Decay", 0)), g


def path(o, adjust, rates=None):
    rule, rate, _ = settings(o)
    w, out = START.copy(), []
    for t in range(1, STEPS + 1):
        r = rate if rates is None else rates[t - 1]
        w, g = adjusted(w, GRADS[t - 1], adjust, r)
        w = rule.step(w, g, t, r)
        out.append(w)
    return np.array(out)


def torch_path(make):
    w = torch.nn.Parameter(torch.tensor(START))
    o, out = make([w]), []
    for g in GRADS:
        w.grad = torch.tensor(g)
        o.step()
        out.append(w.detach().numpy().copy())
    return np.array(out)


TINY = 1e-150  # an epsilon that does not matter, except that 0/0 is 0

# Description, adjustment, and PyTorch's twin where there is one: the optimizer, and
# whether it means the same as it stands or only when epsilon is TINY on both sides.
CASES = [
    ({"type": "SGD"}, {}, lambda p: torch.optim.SGD(p, 0.01), None),
    ({"type": "SGD", "Rate": 0.1, "Momentum": 0.9}, {}, lambda p: torch.optim.SGD(p, 0.1, momentum=0.9), None),
    ({"type": "SGD", "Rate": 0.05, "Momentum": 0.8, "Nesterov": True}, {},
     lambda p: torch.optim.SGD(p, 0.05, momentum=0.8, nesterov=True), None),
    ({"type": "SGD", "Rate": 0.1, "Momentum": 0.9, "Decay": 0.05}, {"Decay": 0.05}, None, None),
    ({"type": "SGD", "Rate": 0.1}, {"L1": 0.01, "L2": 0.03, "Scale": 0.25, "ClipValue": 0.2},
     None, None),
    ({"type": "SGD", "Rate": 0.1, "Momentum": 0.5, "Nesterov": True},
     {"L2": 0.1, "Scale": 1, "ClipValue": 1, "Decay": 0.01}, None, None),
    ({"type": "RMSprop"}, {}, lambda p: torch.optim.RMSprop(p, 0.001, 0.9, TINY), TINY),
    ({"type": "RMSprop", "Rate": 0.01, "Rho": 0.99, "Epsilon": 1e-3}, {}, None, None),
    ({"type": "RMSprop", "Rate": 0.01, "Rho": 0.8, "Momentum": 0.9}, {},
     lambda p: torch.optim.RMSprop(p, 0.01, 0.8, TINY, momentum=0.9), TINY),
    ({"type": "RMSprop", "Rate": 0.01, "Centered": True}, {}, None, None),
    ({"type": "RMSprop", "Rate": 0.01, "Centered": True, "Momentum": 0.5}, {}, None, None),
    ({"type": "Adagrad"}, {},
     lambda p: torch.optim.Adagrad(p, 0.001, initial_accumulator_value=0.1, eps=TINY), TINY),
    ({"type": "Adagrad", "Rate": 0.01, "Accumulator": 0}, {}, lambda p: torch.optim.Adagrad(p, 0.01, eps=TINY), TINY),
    ({"type": "Adagrad", "Rate": 0.1, "Accumulator": 2, "Epsilon": 0.01}, {}, None, None),
    ({"type": "Adadelta"}, {}, lambda p: torch.optim.Adadelta(p, 0.001, 0.95, 1e-7), None),
    ({"type": "Adadelta", "Rate": 1, "Rho": 0.9, "Epsilon": 1e-6}, {},
     lambda p: torch.optim.Adadelta(p, 1, 0.9, 1e-6), None),
    ({"type": "Adam"}, {}, lambda p: torch.optim.Adam(p, 0.001, eps=TINY), TINY),
    ({"type": "Adam", "Rate": 0.1, "Beta1": 0.5, "Beta2": 0.9, "Epsilon": 1e-3}, {}, None, None),
    ({"type": "Adam", "Rate": 0.01, "Beta1": 0}, {}, lambda p: torch.optim.Adam(p, 0.01, (0, 0.999), TINY), TINY),
    ({"type": "Adam", "Rate": 0.01, "Beta2": 0.8, "AMSGrad": True}, {}, None, None),
    ({"type": "Adam"}, {"L1": 0.01, "L2": 0.02, "Scale": 0.5, "ClipValue": 0.3}, None, None),
    ({"type": "AdamW"}, {"Decay": 0.004}, lambda p: torch.optim.AdamW(p, 0.001, eps=TINY, weight_decay=0.004), TINY),
    ({"type": "AdamW", "Rate": 0.05, "Decay": 0.5}, {"Decay": 0.5},
     lambda p: torch.optim.AdamW(p, 0.05, eps=TINY, weight_decay=0.5), TINY),
    ({"type": "AdamW", "Rate": 0.01, "Decay": 0, "AMSGrad": True}, {}, None, None),
    ({"type": "AdamW", "Rate": 0.01, "Decay": 0.1, "AMSGrad": True}, {"Decay": 0.1}, None, None),
    ({"type": "Adamax"}, {}, lambda p: torch.optim.Adamax(p, 0.001, eps=TINY), TINY),
    ({"type": "Adamax", "Rate": 0.02, "Beta1": 0.8, "Beta2": 0.7, "Epsilon": 0.01}, {"Decay": 0.1}, None, None),
    ({"type": "Nadam"}, {}, lambda p: torch.optim.NAdam(p, 0.001, eps=1e-7, momentum_decay=1), None),
    ({"type": "Nadam", "Rate": 0.02, "Beta1": 0.95, "Beta2": 0.99}, {},
     lambda p: torch.optim.NAdam(p, 0.02, (0.95, 0.99), 1e-7, momentum_decay=1), None),
    ({"type": "Nadam", "Rate": 0.02, "Epsilon": 1e-3}, {"Decay": 0.1}, None, None),
]


def compare(o, make, eps):
    """Fails unless PyTorch's path is the same as ours.

    PyTorch 1.13 takes a factor twice in Nadam's next product (later versions do not);
    with that in our rule too, all the rest is compared.
    """
    other = {"AsPyTorch1.13": True} if o["type"] == "Nadam" else {}
    ours = path({**o, **other, **({"Epsilon": eps} if eps else {})}, {"Decay": settings(o)[2]})
    worst = np.abs(ours - torch_path(make)).max()
    assert worst < 1e-12, (o, worst)


def optimizers():
    for o, adjust, make, eps in CASES:
        if make is not None:
            compare(o, make, eps)
        # The path with a rate that changes from update to update as well.
        rates = None
        if not adjust:
            rates = [settings(o)[1] * (0.5 + 0.25 * (k % 4)) for k in range(STEPS)]
        yield {"optimizer": o, "adjust": adjust, "torch": make is not None,
               "path": digits(path(o, adjust)),
               "rates": rates, "last_with_rates": None if rates is None else digits(path(o, {}, rates)[-1])}


# Whole training steps on two dense layers: clipping by norms, penalties, decay of
# kernels alone, gradient accumulation, schedules.
X = f32(rng.standard_normal((STEPS, 5, 3)))
Y = f32(rng.standard_normal((STEPS, 5, 2)) * 3)
PARAMS = [f32(rng.standard_normal(s) * 0.7) for s in ((3, 4), (4,), (4, 2), (2,))]
L1, L2 = 0.01, 0.02  # on both kernels; L2 on the first bias too
TRAINING = [
    ({"type": "SGD", "Rate": 0.1}, False, 1, lambda k: 1),
    ({"type": "SGD", "Rate": 0.1, "Momentum": 0.9}, True, 1, lambda k: 1),
    ({"type": "SGD", "Rate": 0.1, "Clip": {"Value": 0.1}}, True, 1, lambda k: 1),
    ({"type": "SGD", "Rate": 0.1, "Clip": {"Norm": 0.3}}, True, 1, lambda k: 1),
    ({"type": "SGD", "Rate": 0.1, "Momentum": 0.9, "Clip": {"GlobalNorm": 1}}, True, 1, lambda k: 1),
    ({"type": "Adam", "Rate": 0.02, "Clip": {"Value": 0.15, "Norm": 0.5, "GlobalNorm": 0.7}}, True, 1, lambda k: 1),
    ({"type": "SGD", "Rate": 0.1, "Decay": 0.3, "Momentum": 0.5}, False, 1, lambda k: 1),
    ({"type": "AdamW", "Rate": 0.01, "Decay": 2}, True, 1, lambda k: 1),
    ({"type": "SGD", "Rate": 0.1}, False, 2, lambda k: 1),
    ({"type": "SGD", "Rate": 0.1}, True, 2, lambda k: 1),
    ({"type": "SGD", "Rate": 0.1, "Clip": {"GlobalNorm": 0.5}}, True, 5, lambda k: 1),
    ({"type": "SGD", "Rate": 0.1, "Momentum": 0.9, "Schedule": {"type": "TimeDecay", "Decay": 0.3}}, False, 1,
     lambda k: 1 / (1 + 0.3 * k)),
    ({"type": "Nadam", "Rate": 0.05, "Schedule": {"type": "WarmUp", "Over": 3, "Then": {"type": "Cosine", "Over": 5, "Floor": 0.1}}},
     False, 1, lambda k: (k + 1) / 4 if k < 3 else 0.9 * (1 + math.cos(math.pi * min((k - 3) / 5, 1))) / 2 + 0.1),
]


def gradients(params, x, y):
    p = [torch.tensor(v, requires_grad=True) for v in params]
    out = torch.tanh(torch.tensor(x) @ p[0] + p[1]) @ p[2] + p[3]
    torch.nn.functional.mse_loss(out, torch.tensor(y)).backward()
    return [v.grad.numpy() for v in p]


def train(o, penalties, accumulate, factor):
    params, rules, k, waiting = [v.copy() for v in PARAMS], [], 0, None
    for v in params:
        rule, rate, decay = settings(o)
        rule.state = lambda name, first=0.0, s=rule.s, shape=v.shape: s.setdefault(name, np.full(shape, first))
        rules.append(rule)
    for step in range(STEPS):
        g = gradients(params, X[step], Y[step])
        waiting = g if waiting is None else [a + b for a, b in zip(waiting, g)]
        if (step + 1) % accumulate:
            continue
        g, waiting = [a / accumulate for a in waiting], None
        if penalties:
            for i, v in enumerate(params):
                g[i] = g[i] + (L1 * np.sign(v) if i in (0, 2) else 0) + (2 * L2 * v if i < 3 else 0)
        g = clip(g, o.get("Clip", {}))
        for i, v in enumerate(params):
            r = rate * factor(k)
            if v.ndim > 1:
                v = v * (1 - r * decay)
            params[i] = rules[i].step(v, g[i], k + 1, r)
        k += 1
    return params


def clip(g, c):
    if "Norm" in c:
        g = [v * min(1, c["Norm"] / np.linalg.norm(v)) for v in g]
    if "GlobalNorm" in c:
        norm = math.sqrt(sum((v * v).sum() for v in g))
        g = [v * min(1, c["GlobalNorm"] / norm) for v in g]
    if "Value" in c:
        g = [np.clip(v, -c["Value"], c["Value"]) for v in g]
    return g


def schedules():
    """Every schedule as a formula of s, the updates or epochs before."""
    cos = lambda x: (1 + math.cos(math.pi * x)) / 2
    floor = lambda x, f: (1 - f) * x + f

    def restarts(s, first, longer, shrink, f):
        starts = [0]
        while starts[-1] <= s:
            starts.append(starts[-1] + first * longer ** (len(starts) - 1))
        c = len(starts) - 2
        return floor(shrink**c * cos((s - starts[c]) / (starts[c + 1] - starts[c])), f)

    def triangle(s, top, half, shrink):
        cycle = math.floor(1 + s / (2 * half))  # Smith 2017, section 3
        x = abs(s / half - 2 * cycle + 1)
        return 1 + (top - 1) * max(0, 1 - x) * shrink ** (cycle - 1)

    def one_cycle(x, up, start, end):
        if x < up:
            return floor(1 - cos(x / up), 1 / start)
        return floor(cos((x - up) / (1 - up)) if up < 1 else 1, 1 / start / end)

    warm = lambda s, over, then: (s + 1) / (over + 1) if s < over else then(s - over)
    # Description, the formula of (s, the length of the fit), whether s counts epochs.
    table = [
        ({"type": "TimeDecay", "Decay": 0.1}, lambda s, n: 1 / (1 + 0.1 * s)),
        ({"type": "TimeDecay"}, lambda s, n: 1),
        ({"type": "Steps", "Every": 7}, lambda s, n: 0.5 ** (s // 7)),
        ({"type": "Steps", "Factor": 0.1, "Every": 3, "PerEpoch": True}, lambda s, n: 0.1 ** (s // 3)),
        ({"type": "Exponential"}, lambda s, n: 0.96**s),
        ({"type": "Exponential", "Factor": 0.5, "Every": 10}, lambda s, n: 0.5 ** (s / 10)),
        ({"type": "Linear"}, lambda s, n: 1 - min(s / n, 1)),
        ({"type": "Linear", "Floor": 0.01, "Over": 20}, lambda s, n: floor(1 - min(s / 20, 1), 0.01)),
        ({"type": "Linear", "Floor": 0.5, "Over": 4, "PerEpoch": True}, lambda s, n: floor(1 - min(s / 4, 1), 0.5)),
        ({"type": "Polynomial", "Power": 2, "Floor": 0.1}, lambda s, n: floor((1 - min(s / n, 1)) ** 2, 0.1)),
        ({"type": "Polynomial", "Power": 0.5, "Over": 30}, lambda s, n: (1 - min(s / 30, 1)) ** 0.5),
        ({"type": "Cosine"}, lambda s, n: cos(min(s / n, 1))),
        ({"type": "Cosine", "Floor": 0.2, "Over": 25}, lambda s, n: floor(cos(min(s / 25, 1)), 0.2)),
        ({"type": "Cosine", "PerEpoch": True}, lambda s, n: cos(min(s / n, 1))),
        ({"type": "CosineRestarts", "First": 8}, lambda s, n: restarts(s, 8, 1, 1, 0)),
        ({"type": "CosineRestarts", "First": 5, "Longer": 2, "Shrink": 0.5, "Floor": 0.1}, lambda s, n: restarts(s, 5, 2, 0.5, 0.1)),
        ({"type": "CosineRestarts", "First": 3, "Longer": 1.5, "Shrink": 0.9}, lambda s, n: restarts(s, 3, 1.5, 0.9, 0)),
        ({"type": "CosineRestarts", "First": 2, "Shrink": 0.7, "PerEpoch": True}, lambda s, n: restarts(s, 2, 1, 0.7, 0)),
        ({"type": "Cyclic", "Top": 10, "Half": 6}, lambda s, n: triangle(s, 10, 6, 1)),
        ({"type": "Cyclic", "Top": 4, "Half": 5, "Shrink": 0.5}, lambda s, n: triangle(s, 4, 5, 0.5)),
        ({"type": "Cyclic", "Top": 2, "Half": 1, "PerEpoch": True}, lambda s, n: triangle(s, 2, 1, 1)),
        ({"type": "OneCycle"}, lambda s, n: one_cycle(min(s / n, 1), 0.3, 25, 1e4)),
        ({"type": "OneCycle", "Over": 30, "Up": 0.5, "Start": 10, "End": 100},
         lambda s, n: one_cycle(min(s / 30, 1), 0.5, 10, 100)),
        ({"type": "OneCycle", "Up": 0, "PerEpoch": True}, lambda s, n: one_cycle(min(s / n, 1), 0, 25, 1e4)),
        ({"type": "OneCycle", "Up": 1, "Over": 20}, lambda s, n: one_cycle(min(s / 20, 1), 1, 25, 1e4)),
        ({"type": "WarmUp", "Over": 6}, lambda s, n: warm(s, 6, lambda s: 1)),
        # 40 updates, 6 of which warm up: the cosine has 34, though 6 is no whole number of epochs.
        ({"type": "WarmUp", "Over": 6, "Then": {"type": "Cosine"}},
         lambda s, n: warm(s, 6, lambda s: cos(min(s / (n - 6), 1)))),
        ({"type": "WarmUp", "Over": 3, "Then": {"type": "WarmUp", "Over": 7, "Then": {"type": "Linear"}}},
         lambda s, n: warm(s, 3, lambda s: warm(s, 7, lambda s: 1 - min(s / (n - 10), 1)))),
        ({"type": "WarmUp", "Over": 2, "PerEpoch": True, "Then": {"type": "Linear", "PerEpoch": True}},
         lambda s, n: warm(s, 2, lambda s: 1 - min(s / (n - 2), 1))),
        # Ways of counting mixed: 2 epochs of 4 updates, then updates.
        ({"type": "WarmUp", "Over": 8, "Then": {"type": "Linear", "PerEpoch": True}},
         lambda s, n: warm(s, 8, lambda s: 1 - min((s // 4) / (n // 4 - 2), 1))),
    ]
    base, per_epoch, epochs = 0.3, 4, 10
    for o, f in table:
        rates = []
        for update in range(per_epoch * epochs + 9):
            by_epoch = o.get("PerEpoch", False)
            s = update // per_epoch if by_epoch else update
            rates.append(base * f(s, epochs if by_epoch else per_epoch * epochs))
        yield {"schedule": o, "rates": rates}


def digits(a):
    """Ten significant digits: float32 has seven."""
    return np.vectorize(lambda v: float(f"{v:.10g}"))(a).tolist()


json.dump({
    "made_by": {"script": "optim.py", "numpy": np.__version__, "torch": torch.__version__},
    "start": START.tolist(), "gradients": GRADS.tolist(),
    "optimizers": list(optimizers()),
    "training": {"x": X.tolist(), "y": Y.tolist(), "params": [p.ravel().tolist() for p in PARAMS], "l1": L1, "l2": L2,
                 "cases": [{"optimizer": o, "penalties": p, "accumulate": k,
                            "params": [digits(v.ravel()) for v in train(o, p, k, f)]} for o, p, k, f in TRAINING]},
    "schedules": {"base": 0.3, "updates_per_epoch": 4, "epochs": 10, "cases": list(schedules())},
}, open("optim.json", "w"), separators=(",", ":"))
