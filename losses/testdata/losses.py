#!/usr/bin/python3
"""Writes losses.json: the loss of each item and its gradient, for every loss.

Run with /usr/bin/python3 in this folder. Values come from formulas in numpy float64
with the semantics of Keras 3; gradients from PyTorch's autograd on the same formulas,
and must equal central differences of the numpy values away from kinks. Where
torch.nn.functional has the loss, it must agree.

Predictions and targets are float32 numbers. Descriptions are written as losses.Marshal
writes them; "raw" cases are what a fused activation receives.
"""
import json

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
rng = np.random.RandomState(11)
EPS = 1e-7
f32 = lambda a: np.asarray(a, np.float32).astype(np.float64)


class Np:
    """The operations of numpy that formulas use, under PyTorch's names."""
    abs, log, sqrt, sinh = np.abs, np.log, np.sqrt, np.sinh
    clamp = staticmethod(lambda x, lo, hi=np.inf: np.clip(x, lo, hi))
    relu = staticmethod(lambda x: np.maximum(x, 0))
    where = np.where
    log1p = np.log1p
    mean = staticmethod(lambda x: x.mean(-1))
    sum = staticmethod(lambda x: x.sum(-1, keepdims=True))
    max = staticmethod(lambda x: x.max(-1))
    softplus = staticmethod(lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))
    logsumexp = staticmethod(lambda x: x.max(-1) + np.log(np.exp(x - x.max(-1, keepdims=True)).sum(-1)))


class To:
    """The same in PyTorch."""
    abs, log, sqrt, sinh, relu, where, log1p = (torch.abs, torch.log, torch.sqrt, torch.sinh, torch.relu, torch.where,
                                                torch.log1p)
    clamp = staticmethod(lambda x, lo, hi=None: torch.clamp(x, lo, hi))
    mean = staticmethod(lambda x: x.mean(-1))
    sum = staticmethod(lambda x: x.sum(-1, keepdim=True))
    max = staticmethod(lambda x: x.max(-1).values)
    softplus = staticmethod(lambda x: torch.logaddexp(x, torch.zeros_like(x)))
    logsumexp = staticmethod(lambda x: torch.logsumexp(x, -1))


def huber(delta):
    def f(m, p, t):
        e = m.abs(p - t)
        return m.mean(m.where(e <= delta, e * e / 2, delta * e - delta * delta / 2))
    return f


def cosine(m, p, t):
    pp, tt = m.sum(p * p), m.sum(t * t)
    ok = (pp > 0) & (tt > 0)
    one = pp * 0 + 1
    cos = m.sum(p * t) / m.sqrt(m.where(ok, pp, one) * m.where(ok, tt, one))
    return -m.where(ok, cos, cos * 0)[:, 0]


def smooth(t, s, rest):
    return t * (1 - s) + s / rest


def categorical(s=0):
    def f(m, p, t):
        q = m.clamp(p / m.sum(p), EPS, 1 - EPS)
        return -m.sum(smooth(t, s, p.shape[-1]) * m.log(q))[:, 0]
    return f


def categorical_raw(s=0):
    def f(m, z, t):
        y = smooth(t, s, z.shape[-1])
        return m.sum(y)[:, 0] * m.logsumexp(z) - m.sum(y * z)[:, 0]
    return f


def binary(s=0):
    def f(m, p, t):
        y, q = smooth(t, s, 2), m.clamp(p, EPS, 1 - EPS)
        return -m.mean(y * m.log(q) + (1 - y) * m.log(1 - q))
    return f


def binary_raw(s=0):
    return lambda m, z, t: m.mean(m.softplus(z) - z * smooth(t, s, 2))


def kl(m, p, t):
    y = m.clamp(t, EPS, 1)
    return m.sum(y * m.log(y / m.clamp(p, EPS, 1)))[:, 0]


hinge = lambda m, p, t: m.mean(m.relu(1 - t * p))
squared_hinge = lambda m, p, t: m.mean(m.relu(1 - t * p) ** 2)
categorical_hinge = lambda m, p, t: m.relu(1 + m.max((1 - t) * p) - m.sum(t * p)[:, 0])
mse = lambda m, p, t: m.mean((p - t) ** 2)
mae = lambda m, p, t: m.mean(m.abs(p - t))
mape = lambda m, p, t: m.mean(100 * m.abs(p - t) / m.clamp(m.abs(t), EPS))
msle = lambda m, p, t: m.mean((m.log1p(m.clamp(p, EPS)) - m.log1p(m.clamp(t, EPS))) ** 2)


def log_cosh(m, p, t):
    """log(1 + 2 sinh²(e/2)) for small errors, where log(cosh e) loses digits, e − log 2 for huge ones."""
    e = m.abs(p - t)
    return m.mean(m.where(e < 20, m.log1p(2 * m.sinh(m.clamp(e, 0, 20) / 2) ** 2), e - np.log(2)))


poisson = lambda m, p, t: m.mean(p - t * m.log(p + EPS))

normal = lambda *s: f32(rng.standard_normal(s) * 2)
counts = lambda *s: rng.poisson(2, s).astype(float)
signs = lambda *s: rng.choice([-1.0, 1.0], s)
bits = lambda *s: rng.choice([0.0, 1.0], s)
shares = lambda *s: f32(rng.uniform(0, 1, s))
softmax = lambda z: f32(np.exp(z) / np.exp(z).sum(-1, keepdims=True))
onehot = lambda rows, n: np.eye(n)[rng.randint(0, n, rows)]


def spread(rows, n):
    """Distributions over n classes that sum to 1 but for rounding."""
    return softmax(rng.standard_normal((rows, n)) * 2)


# What errors of a wide range of sizes look like: 0, tiny, moderate, huge.
ERRORS = f32([[0], [1e-6], [3e-5], [-1e-4], [0.01], [-0.5], [1], [-1], [1.5], [-20], [1e4], [-1e10]])
EDGES = f32([[0, 1], [1e-8, 0.99999994], [2e-7, 0.9999], [0.5, 0.25], [1.5, -0.5]])  # probabilities in and out of the clip
LOGITS = f32([[0, 0, 0], [100, -100, 0], [-300, 5, 6], [88, 89, -88], [1e4, -1e4, 9999], [-1e-3, 2e-3, 1e-20]])
BINARY = f32([[0], [1e-9], [-20], [20], [-90], [90], [3e4], [-3e4]])
zero = lambda a: np.zeros_like(a)


def onto(rows, at):
    return np.eye(3)[[at] * rows]


def cases():
    """Yields description, formula, raw activation, predictions, targets, and F's twin of (p, t)."""
    one, many = (7, 1), (6, 5)
    none = dict(reduction="none")
    over = lambda f: lambda p, t: f(p, t).mean(-1)
    for shape in (one, many, (2, 21)):
        p, t = normal(*shape), normal(*shape)
        yield {"type": "MSE"}, mse, None, p, t, over(lambda p, t: F.mse_loss(p, t, **none))
        yield {"type": "MAE"}, mae, None, p, t, over(lambda p, t: F.l1_loss(p, t, **none))
        yield {"type": "MAPE"}, mape, None, p, t, None
        yield {"type": "Huber"}, huber(1), None, p, t, over(lambda p, t: F.huber_loss(p, t, **none))
        yield {"type": "Huber", "Delta": 0.3}, huber(0.3), None, p, t, over(lambda p, t: F.huber_loss(p, t, delta=0.3, **none))
        yield {"type": "LogCosh"}, log_cosh, None, p, t, None
        yield {"type": "CosineSimilarity"}, cosine, None, p, t, lambda p, t: -F.cosine_similarity(p, t, -1, 1e-300)
        yield {"type": "MSLE"}, msle, None, np.abs(p), np.abs(t), None
        n = counts(*shape)
        yield {"type": "Poisson"}, poisson, None, np.abs(p), n, over(
            lambda p, t: F.poisson_nll_loss(p, t, log_input=False, eps=EPS, **none))
        yield {"type": "Hinge"}, hinge, None, p, signs(*shape), None
        yield {"type": "SquaredHinge"}, squared_hinge, None, p, signs(*shape), None
        q, y = shares(*shape), bits(*shape)
        yield {"type": "BinaryCrossEntropy"}, binary(), None, q, y, over(lambda p, t: F.binary_cross_entropy(p, t, **none))
        yield {"type": "BinaryCrossEntropy", "LabelSmoothing": 0.1}, binary(0.1), None, q, y, None
        yield {"type": "BinaryCrossEntropy"}, binary(), None, q, shares(*shape), over(
            lambda p, t: F.binary_cross_entropy(p, t, **none))
        yield {"type": "BinaryCrossEntropy"}, binary_raw(), "sigmoid", p, y, over(
            lambda p, t: F.binary_cross_entropy_with_logits(p, t, **none))
        yield {"type": "BinaryCrossEntropy", "LabelSmoothing": 0.2}, binary_raw(0.2), "sigmoid", p, y, None
        yield {"type": "BinaryCrossEntropy"}, binary_raw(), "sigmoid", p, shares(*shape), over(
            lambda p, t: F.binary_cross_entropy_with_logits(p, t, **none))
        if shape == one:
            continue
        rows, n = shape
        for hot in (onehot(rows, n), spread(rows, n)):
            yield {"type": "CrossEntropy"}, categorical(), None, softmax(p), hot, None
            yield {"type": "CrossEntropy"}, categorical(), None, shares(*shape), hot, None  # sums that are not 1
            yield {"type": "CrossEntropy", "LabelSmoothing": 0.1}, categorical(0.1), None, softmax(p), hot, None
            yield {"type": "CrossEntropy"}, categorical_raw(), "softmax", p, hot, None
            yield {"type": "CrossEntropy", "LabelSmoothing": 0.1}, categorical_raw(0.1), "softmax", p, hot, lambda p, t: F.cross_entropy(
                p, t / t.sum(-1, keepdim=True), label_smoothing=0.1, **none)
        yield {"type": "CategoricalHinge"}, categorical_hinge, None, p, onehot(rows, n), None
        yield {"type": "KLDivergence"}, kl, None, softmax(p), spread(rows, n), lambda p, t: F.kl_div(p.log(), t, **none).sum(-1)
    for loss, f in (("MSE", mse), ("MAE", mae), ("LogCosh", log_cosh), ("MAPE", mape), ("Huber", huber(1))):
        yield {"type": loss}, f, None, ERRORS, zero(ERRORS), None
    for p, t in ((EDGES, bits(5, 2)), (EDGES, 1 - bits(5, 2)), (EDGES, zero(EDGES)), (EDGES, zero(EDGES) + 1)):
        yield {"type": "BinaryCrossEntropy"}, binary(), None, p, t, None
        yield {"type": "KLDivergence"}, kl, None, p, t, None
    yield {"type": "CrossEntropy"}, categorical(), None, f32([[1, 0, 0], [1e-9, 1, 1e-8], [1, 3e-7, 0]]), np.eye(3)[[0, 0, 1]], None
    for at in range(3):
        yield {"type": "CrossEntropy"}, categorical_raw(), "softmax", LOGITS, onto(6, at), lambda p, t: F.cross_entropy(p, t, **none)
        yield {"type": "CrossEntropy", "LabelSmoothing": 0.25}, categorical_raw(0.25), "softmax", LOGITS, onto(6, at), lambda p, t: F.cross_entropy(
            p, t, label_smoothing=0.25, **none)
    for t in (zero(BINARY), zero(BINARY) + 1):
        yield {"type": "BinaryCrossEntropy"}, binary_raw(), "sigmoid", BINARY, t, over(
            lambda p, t: F.binary_cross_entropy_with_logits(p, t, **none))
    yield {"type": "MSLE"}, msle, None, f32([[-1, 0, 1e-8, 2e-7, 1e6]]), f32([[0, 1e-8, 1, 0, 3]]), None
    yield {"type": "Poisson"}, poisson, None, f32([[0, 1e-8, 1e-3, 1e6]]), f32([[0, 1, 0, 20]]), None
    yield {"type": "CosineSimilarity"}, cosine, None, f32([[0, 0], [1, 2], [1, 2], [3e-3, -4e-3]]), f32([[1, 2], [0, 0], [2, 4], [-6, 8]]), None
    yield {"type": "CategoricalHinge"}, categorical_hinge, None, f32([[-1, -2, -3], [5, 1, 2], [0.5, 0.25, 0.1]]), np.eye(3)[[0, 0, 2]], None
    yield {"type": "Hinge"}, hinge, None, f32([[-2, -0.5, 0, 0.999, 1.001, 7]]), f32([[-1, -1, 1, 1, 1, -1]]), None


KINKED = ("MAE", "MAPE")  # at an error of 0


def gradient(f, p, t):
    x = torch.tensor(p, requires_grad=True)
    f(To, x, torch.tensor(t)).sum().backward()
    return x.grad.numpy()


def differences(f, p, t):
    out = np.zeros_like(p)
    for j in range(p.shape[1]):
        h = 1e-6 * np.maximum(1e-3, np.abs(p[:, j]))
        up, down = p.copy(), p.copy()
        up[:, j] += h
        down[:, j] -= h
        out[:, j] = (f(Np, up, t) - f(Np, down, t)) / (2 * h)
    return out


def smoothly(name, p, t):
    """Where central differences must hold: not at kinks, not where a clip begins."""
    ok = np.ones(p.shape, bool)
    if name in KINKED:
        ok &= p != t
    if name in ("BinaryCrossEntropy", "KLDivergence", "MSLE", "Poisson"):
        ok &= (p > 1e-3) | (p < 0)
        ok &= (np.abs(p - 1) > 1e-3) | (name in ("MSLE", "Poisson"))
    return ok


def build():
    for o, f, raw, p, t, twin in cases():
        loss, grad = f(Np, p, t), gradient(f, p, t)
        scale = f32(rng.uniform(0.1, 2, len(p)) * (rng.uniform(size=len(p)) > 0.2) / len(p))
        both = f(To, torch.tensor(p), torch.tensor(t)).numpy()
        assert np.allclose(loss, both, 1e-12, 1e-15), (o, loss, both)
        if twin is not None:
            x = torch.tensor(p, requires_grad=True)
            other = twin(x, torch.tensor(t))
            other.sum().backward()
            # Targets that sum to 1 but for rounding are the reason for 1e-7.
            assert np.allclose(loss, other.detach().numpy(), 1e-7, 1e-12), (o, loss - other.detach().numpy())
            assert np.allclose(grad, x.grad.numpy(), 1e-6, 1e-7), (o, grad - x.grad.numpy())
        if raw is None and np.abs(p).max() < 1e3 and not (o["type"] == "CrossEntropy" and (p < 1e-6).any()) and (p * p).sum(-1).all():
            ok = smoothly(o["type"], p, t)
            near = np.isclose(grad, differences(f, p, t), 1e-4, 1e-6)
            assert (near | ~ok).all(), (o, p, t, grad, differences(f, p, t))
        yield {"loss": o, "raw": raw or "", "size": p.shape[1], "pred": digits(p, 9), "target": digits(t, 9),
               "scale": digits(scale, 9), "losses": digits(loss), "gradients": digits(grad)}


def digits(a, n=10):
    return [float(f"{v:.{n}g}") for v in np.asarray(a).ravel()]


json.dump({"made_by": {"script": "losses.py", "numpy": np.__version__, "torch": torch.__version__}, "cases": list(build())},
          open("losses.json", "w"), separators=(",", ":"))
