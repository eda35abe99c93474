#!/usr/bin/python3
"""Trains the networks whose learning curves stand in real/, each with its label.

A label is given by construction and then checked by what a reader of the curve cannot see: a test
set of thousands of rows, the same run continued, a larger network, the full training set. A curve
whose check fails is reported and not written.

Every scenario is trained once for "tune". Every other one is trained again for "held", on other
data, from other weights, at another rate and length: the thresholds of Diagnose were chosen without
looking at those.

    /usr/bin/python3 make_curves.py            # writes real/*.txt and VERSIONS
    /usr/bin/python3 make_curves.py NAME...    # only these
"""
import os
import sys
from dataclasses import dataclass, replace

import numpy as np
import sklearn
import torch
from sklearn import datasets as sk

HERE = os.path.dirname(os.path.abspath(__file__))
torch.set_num_threads(1)
TEST = 3000


@dataclass(frozen=True)
class Spec:
    problem: str
    rows: int = 500            # training rows
    val: int = 500             # validation rows
    noise: float = 0.2
    flip: float = 0.0          # share of training labels replaced at random
    easy: float = 0.0          # keep this share of validation rows: those a reference net finds easiest
    features: int = 20
    hidden: tuple = (25,)
    act: str = "relu"
    opt: str = "adam"
    rate: float = 0.01
    batch: int = 32
    epochs: int = 100
    decay: float = 0.0         # L2
    drop: tuple = ()           # epochs at which the rate falls tenfold
    restart: int = 0           # length of a cosine cycle with warm restarts
    bias: float = 0.0          # starting bias of the hidden layers
    init: float = 0.0          # standard deviation of starting weights, 0: torch's own
    layers: bool = False       # record gradient norms and dead units
    only: tuple = ()           # the series to write, empty: all
    every: int = 1             # validate every so many epochs
    seed: int = 1


def table(s, rng):
    """All rows of the problem: x, y, task. Real sets are shuffled, generated ones as long as needed."""
    n = s.rows + s.val * (4 if s.easy else 1) + TEST
    if s.problem == "blobs":
        centers = rng.uniform(-6, 6, (3, 2))
        y = rng.integers(0, 3, n)
        return centers[y] + rng.normal(0, 10 * s.noise, (n, 2)), y, "class"
    if s.problem == "moons":
        x, y = sk.make_moons(n, noise=s.noise, random_state=s.seed)
        return x, y, "class"
    if s.problem == "circles":
        x, y = sk.make_circles(n, noise=s.noise, factor=0.5, random_state=s.seed)
        return x, y, "class"
    if s.problem == "regression":
        x, y = sk.make_regression(n, s.features, n_informative=s.features // 2,
                                  noise=100 * s.noise, random_state=s.seed)
        return x, y, "regression"
    if s.problem == "sine":
        x = rng.uniform(-3, 3, (n, 1))
        return x, np.sin(2 * x[:, 0]) + rng.normal(0, s.noise, n), "regression"
    x, y = getattr(sk, "load_" + s.problem)(return_X_y=True)
    order = rng.permutation(len(x))
    return x[order], y[order], "regression" if s.problem == "diabetes" else "class"


def split(s):
    rng = np.random.default_rng(s.seed)
    x, y, task = table(s, rng)
    tr = slice(0, s.rows)
    center, scale = x[tr].mean(0), x[tr].std(0)
    x = np.clip((x - center) / np.where(scale > 0.05 * x.std(0), scale, x.std(0) + 1e-9), -5, 5)
    if task == "regression":
        y = (y - y[tr].mean()) / y[tr].std()
    pool = s.val * (4 if s.easy else 1)
    va = np.arange(s.rows, min(s.rows + pool, len(x)))
    te = slice(s.rows + pool, None) if len(x) > s.rows + pool + 50 else slice(s.rows, None)
    if s.easy:
        va = easiest(x, y, task, te, va, s)
    y = y.copy()
    if s.flip:
        hit = np.flatnonzero(rng.random(s.rows) < s.flip)
        y[hit] = rng.permutation(y[hit])
    t = lambda a, kind: torch.tensor(a, dtype=kind)
    ykind = torch.float32 if task == "regression" else torch.int64
    parts = [(t(x[i], torch.float32), t(y[i], ykind)) for i in (tr, va, te)]
    return parts, task, 1 if task == "regression" else int(y.max()) + 1


def easiest(x, y, task, te, va, s):
    """The rows of va with the smallest loss under a linear or nearest-neighbour reference."""
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
    kind = KNeighborsRegressor if task == "regression" else KNeighborsClassifier
    ref = kind(15).fit(x[te], y[te])
    if task == "regression":
        loss = (ref.predict(x[va]) - y[va]) ** 2
    else:
        loss = -ref.predict_proba(x[va])[np.arange(len(va)), y[va]]
    return va[np.argsort(loss, kind="stable")[: int(len(va) * s.easy)]]


def network(s, inputs, outputs):
    acts = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh, "sigmoid": torch.nn.Sigmoid}
    layers, last = [], inputs
    for width in s.hidden:
        layers += [torch.nn.Linear(last, width), acts[s.act]()]
        last = width
    layers.append(torch.nn.Linear(last, outputs))
    for i, layer in enumerate(layers):
        if isinstance(layer, torch.nn.Linear):
            if s.init:
                torch.nn.init.normal_(layer.weight, 0, s.init)
            if i < len(layers) - 1 and s.bias:
                torch.nn.init.constant_(layer.bias, s.bias)
    return torch.nn.Sequential(*layers)


def rate_at(s, epoch):
    if s.restart:
        return s.rate / 2 * (1 + np.cos(np.pi * (epoch % s.restart) / s.restart))
    return s.rate * 0.1 ** sum(epoch >= e for e in s.drop)


def fit(s):
    """Series by name. "loss" is the running mean over the epoch's batches, as in Keras."""
    parts, task, outputs = split(s)
    torch.manual_seed(s.seed)
    (x, y), val, test = parts
    model = network(s, x.shape[1], outputs)
    if task == "regression":
        loss_of = lambda out, t: torch.nn.functional.mse_loss(out[:, 0], t)
    else:
        loss_of = torch.nn.functional.cross_entropy
    make = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD,
            "momentum": lambda p, **k: torch.optim.SGD(p, momentum=0.9, **k)}[s.opt]
    opt = make(model.parameters(), lr=s.rate, weight_decay=s.decay)
    out = {k: [] for k in ("loss", "val_loss", "test_loss")}
    if task == "class":
        out |= {"accuracy": [], "val_accuracy": []}
    if s.drop or s.restart:
        out["rate"] = []
    gen = torch.Generator().manual_seed(s.seed)
    for epoch in range(s.epochs):
        opt.param_groups[0]["lr"] = rate_at(s, epoch)
        total = right = 0.0
        for idx in torch.randperm(len(x), generator=gen).split(s.batch):
            opt.zero_grad()
            pred = model(x[idx])
            loss = loss_of(pred, y[idx])
            loss.backward()
            opt.step()
            total += loss.item() * len(idx)
            right += (pred.argmax(1) == y[idx]).sum().item() if task == "class" else 0
        out["loss"].append(total / len(x))
        with torch.no_grad():
            for name, (a, b) in (("val", val), ("test", test)):
                pred = model(a)
                out[name + "_loss"].append(loss_of(pred, b).item())
                if name == "val" and task == "class":
                    out["accuracy"].append(right / len(x))
                    out["val_accuracy"].append((pred.argmax(1) == b).float().mean().item())
        if "rate" in out:
            out["rate"].append(rate_at(s, epoch))
        if s.layers:
            record_layers(out, model, x, y, loss_of)
    return {k: np.array(v) for k, v in out.items()}


def record_layers(out, model, x, y, loss_of):
    model.zero_grad()
    loss_of(model(x), y).backward()
    h, number = x, 0
    for layer in model:
        h = layer(h)
        if isinstance(layer, torch.nn.Linear):
            number += 1
            norm = sum((p.grad ** 2).sum().item() for p in layer.parameters()) ** 0.5
            out.setdefault(f"dense_{number}/grad_norm", []).append(norm)
        elif isinstance(layer, torch.nn.ReLU):
            dead = (h == 0).all(0).float().mean().item()
            out.setdefault(f"dense_{number}/dead_fraction", []).append(dead)
    model.zero_grad()


def tail(a, share=0.1):
    return float(np.mean(a[-max(1, int(len(a) * share)):]))


def swing(a):
    """Noise of a series: from second differences over its last half."""
    a = np.asarray(a[len(a) // 2:])
    d = a[:-2] - 2 * a[1:-1] + a[2:]
    return float(np.median(np.abs(d)) * 1.4826 / 6 ** 0.5)


# Each check gets the spec and its run, and may train further networks. It returns "" or what is wrong.

def need(ok, why):
    return "" if ok else why


def check_overfit(s, r):
    test, best = r["test_loss"], int(np.argmin(r["test_loss"]))
    rise = tail(test) - test[best]
    gap = tail(r["val_loss"]) - tail(r["loss"])
    fell = r["loss"][0] - tail(r["loss"])
    return need(rise > 0.1 * test[best] and rise > 0.07 * fell and gap > 0
                and tail(r["loss"]) < 0.97 * r["loss"][best],
                f"test {test[best]:.3f} at {best}, {tail(test):.3f} at the end, gap {gap:.3f}")


def check_good(s, r):
    longer = fit(replace(s, epochs=2 * s.epochs))
    fell = r["loss"][0] - tail(r["loss"])
    more = (tail(r["loss"]) - tail(longer["loss"])) / fell
    gap = (tail(r["test_loss"]) - tail(r["loss"])) / fell
    rise = (tail(r["test_loss"]) - r["test_loss"].min()) / fell
    level = tail(r["loss"]) / r["loss"][0]
    return need(more < 0.08 and abs(gap) < 0.15 and rise < 0.05 and level < 0.7,
                f"more {more:.3f} gap {gap:.3f} rise {rise:.3f} level {level:.3f}")


def check_flat(s, r):
    ref = fit(replace(s, hidden=(64, 64), act="relu", opt="adam", rate=0.005, init=0.0, bias=0.0,
                      batch=32, epochs=100, decay=0.0, flip=0.0))
    fell = r["loss"][0] - tail(r["loss"])
    could = r["loss"][0] - tail(ref["loss"])
    return need(fell < 0.25 * r["loss"][0] and fell < 0.35 * could,
                f"fell {fell:.3f}, a larger net {could:.3f}")


def check_unfinished(s, r):
    longer = fit(replace(s, epochs=4 * s.epochs))
    fell = r["loss"][0] - tail(r["loss"])
    more = (r["loss"][-1] - tail(longer["loss"])) / fell
    test = (r["test_loss"][-1] - min(longer["test_loss"])) / fell
    return need(more > 0.25 and test > 0.15, f"train {more:.3f} and test {test:.3f} still to gain")


def check_train(s, r):
    full = fit(replace(s, rows=max(10 * s.rows, 1000))) if s.problem in GENERATED else None
    fell = max(r["loss"][0], r["test_loss"][0]) - tail(r["loss"])
    gap = (tail(r["test_loss"]) - tail(r["loss"])) / fell
    better = (r["test_loss"][0] - tail(r["test_loss"])) / r["test_loss"][0]
    rise = (tail(r["test_loss"]) - r["test_loss"].min()) / fell
    closes = True if full is None else tail(full["test_loss"]) - tail(full["loss"]) < 0.5 * gap * fell
    return need(gap > 0.25 and better > 0.15 and rise < 0.05 and closes,
                f"gap {gap:.3f} better {better:.3f} rise {rise:.3f} closes {closes}")


def check_validation(s, r):
    fell = r["loss"][0] - tail(r["loss"])
    small, large = swing(r["val_loss"]), swing(r["test_loss"])
    gap = np.median(r["val_loss"] - r["loss"])
    half = len(r["val_loss"]) // 2
    drift = np.median(r["val_loss"][half:]) - np.median(r["val_loss"][:half])
    return need(small > 2.5 * large and small > 0.06 * fell and abs(gap) < 3 * small and drift < 2 * small,
                f"swing {small / fell:.3f} of the fall, {small / large:.1f} times a large set's, "
                f"gap {gap / small:.1f} and drift {drift / small:.1f} swings")


def check_easy(s, r):
    fell = r["loss"][0] - tail(r["loss"])
    val, test = tail(r["val_loss"], 0.3), tail(r["test_loss"], 0.3)
    train = tail(r["loss"], 0.3)
    return need(train - val > 0.08 * fell and (test - val > 0.08 * fell or s.flip),
                f"train {train:.3f} val {val:.3f} test {test:.3f} fell {fell:.3f}")


def check_variance(s, r):
    calm = fit(replace(s, rate=s.rate / 20))
    fell = max(r["test_loss"][0], r["loss"][0]) - min(r["loss"])
    wild = swing(r["test_loss"])
    gap = np.median(r["test_loss"] - r["loss"])
    return need(wild > 0.06 * fell and gap > -1.5 * wild and tail(r["loss"]) < 0.75 * r["loss"][0] and wild > 2 * swing(calm["test_loss"])
                and np.isfinite(r["loss"]).all(),
                f"swing {wild / fell:.3f} of the fall, calm {swing(calm['test_loss']) / fell:.3f}")


def check_diverged(s, r):
    calm = fit(replace(s, rate=s.rate / 30))
    return need(not np.isfinite(r["loss"]).all() or tail(r["loss"]) > 2 * tail(calm["loss"])
                and tail(r["loss"]) > 1.3 * np.min(r["loss"]),
                f"ends at {tail(r['loss']):.3f}, calm at {tail(calm['loss']):.3f}")


def check_vanishing(s, r):
    modern = fit(replace(s, act="relu", init=0.0, opt="adam", rate=0.003, layers=False))
    first, last = r["dense_1/grad_norm"], r[f"dense_{len(s.hidden) + 1}/grad_norm"]
    ratio = np.median(first / last)
    return need(ratio < 1e-2 and tail(modern["loss"]) < 0.7 * tail(r["loss"]),
                f"ratio {ratio:.2g}, loss {tail(r['loss']):.3f}, relu {tail(modern['loss']):.3f}")


def check_dead(s, r):
    alive = fit(replace(s, bias=0.0, rate=0.005, opt="adam", init=0.0, layers=False))
    dead = max(tail(v) for k, v in r.items() if k.endswith("dead_fraction"))
    return need(dead > 0.6 and tail(alive["loss"]) < 0.8 * tail(r["loss"]),
                f"dead {dead:.2f}, loss {tail(r['loss']):.3f}, alive {tail(alive['loss']):.3f}")


GENERATED = ("blobs", "moons", "circles", "regression", "sine")
CHECKS = {
    "overfit": check_overfit, "good-fit": check_good, "underfit-flat": check_flat,
    "underfit-unfinished": check_unfinished, "unrepresentative-train": check_train,
    "unrepresentative-validation": check_validation, "easy-validation": check_easy,
    "high-variance": check_variance, "diverged": check_diverged,
    "vanishing-gradients": check_vanishing, "dead-units": check_dead,
}

S = Spec
CURVES = {
    "overfit": [
        S("moons", 30, noise=0.3, hidden=(500,), epochs=150),
        S("moons", 60, noise=0.4, hidden=(200,), epochs=150, seed=2),
        S("circles", 30, noise=0.2, hidden=(500,), epochs=200),
        S("circles", 80, noise=0.25, hidden=(128, 128), epochs=80, seed=4),
        S("blobs", 60, noise=0.5, hidden=(300, 300), epochs=80),
        S("breast_cancer", 100, 200, flip=0.4, hidden=(200,), epochs=80, rate=0.005),
        S("diabetes", 100, 150, hidden=(200, 200), rate=0.003, epochs=60),
        S("diabetes", 200, 150, hidden=(100,), epochs=150, seed=3),
        S("regression", 60, features=10, noise=2.0, hidden=(200, 200), rate=0.003, epochs=60),
        S("sine", 30, noise=0.6, hidden=(300, 300), epochs=200, rate=0.005),
        S("moons", 400, flip=0.4, noise=0.2, hidden=(256, 256), epochs=80, rate=0.005),
        S("digits", 300, 400, flip=0.4, hidden=(100,), epochs=60),
        S("wine", 60, 60, flip=0.5, hidden=(100,), epochs=100),
        S("moons", 60, noise=0.4, hidden=(200,), epochs=400, seed=5, every=5),
        S("circles", 60, noise=0.25, hidden=(256,), epochs=40, rate=0.03, batch=8, seed=16),
    ],
    "good-fit": [
        S("blobs", 1000, noise=0.1, hidden=(25,), epochs=60, rate=0.005),
        S("blobs", 1000, noise=0.15, hidden=(25,), opt="sgd", rate=0.05, epochs=100, seed=2),
        S("moons", 2000, noise=0.2, hidden=(50,), epochs=80, rate=0.005),
        S("moons", 2000, noise=0.1, hidden=(25,), opt="momentum", rate=0.02, epochs=60, seed=3),
        S("circles", 2000, noise=0.1, hidden=(50,), epochs=60, rate=0.01),
        S("circles", 2000, noise=0.1, hidden=(50,), act="tanh", opt="momentum", rate=0.05, epochs=100, seed=5),
        S("regression", 2000, noise=0.1, features=10, hidden=(25,), epochs=60),
        S("regression", 2000, noise=0.3, features=20, hidden=(20,), opt="sgd", rate=0.02, epochs=80, seed=2),
        S("sine", 2000, noise=0.3, hidden=(50,), epochs=80, rate=0.01),
        S("breast_cancer", 300, 150, hidden=(10,), epochs=40, rate=0.003, decay=0.01),
        S("iris", 75, 50, hidden=(10,), epochs=100, rate=0.01, decay=0.005),
        S("wine", 90, 60, hidden=(10,), epochs=60, rate=0.01, decay=0.02),
        S("digits", 1000, 400, hidden=(50,), epochs=40, rate=0.003, decay=0.01),
        S("moons", 2000, noise=0.2, hidden=(50,), opt="momentum", rate=0.05, drop=(40, 60), epochs=80, seed=7),
        S("blobs", 1500, noise=0.12, hidden=(25,), opt="sgd", rate=0.05, drop=(30,), epochs=60, seed=8),
        S("sine", 2000, noise=0.3, hidden=(50,), epochs=100, rate=0.01, restart=20, seed=9),
        S("moons", 2000, noise=0.2, hidden=(50,), epochs=300, rate=0.003, seed=10),
        S("circles", 3000, noise=0.08, hidden=(50,), epochs=25, rate=0.01, seed=11),
    ],
    "underfit-flat": [
        S("circles", hidden=(1,), epochs=80),
        S("circles", hidden=(2,), act="tanh", opt="sgd", rate=0.01, epochs=100, seed=3),
        S("circles", hidden=(), opt="sgd", rate=0.1, epochs=60, seed=4),
        S("circles", hidden=(), epochs=60, batch=4, seed=14),
        S("blobs", hidden=(25,), opt="sgd", rate=1e-5, epochs=60, seed=15),
        S("sine", noise=0.1, hidden=(25,), act="tanh", opt="sgd", rate=1e-5, epochs=80, seed=5),
        S("moons", hidden=(25,), opt="sgd", rate=1e-5, epochs=60),
        S("digits", 1000, 400, hidden=(50,), opt="sgd", rate=1e-5, epochs=40),
        S("regression", hidden=(25,), opt="sgd", rate=1e-6, epochs=50),
        S("circles", hidden=(25,), act="sigmoid", opt="sgd", rate=0.01, epochs=100, seed=6),
        S("circles", hidden=(5,), decay=0.3, epochs=60, seed=7),
        S("circles", 300, hidden=(), opt="sgd", rate=0.5, epochs=40, batch=2, seed=8, only=("loss",)),
        S("circles", hidden=(1,), epochs=60, seed=9, only=("loss",)),
    ],
    "underfit-unfinished": [
        S("blobs", 1000, noise=0.1, hidden=(25,), opt="sgd", rate=0.001, epochs=30),
        S("moons", 1000, noise=0.1, hidden=(50,), opt="sgd", rate=0.01, epochs=100),
        S("moons", 1000, noise=0.1, hidden=(50,), rate=0.0003, epochs=25, seed=3),
        S("circles", 1000, noise=0.05, hidden=(50,), rate=0.0005, epochs=25),
        S("circles", 1000, noise=0.05, hidden=(50,), opt="sgd", rate=0.03, epochs=30, seed=5),
        S("regression", 1000, noise=0.1, hidden=(25,), opt="sgd", rate=0.0005, epochs=50),
        S("regression", 1000, noise=0.1, hidden=(50,), rate=0.0003, epochs=20, seed=2),
        S("sine", 1000, noise=0.1, hidden=(50,), rate=0.001, epochs=20),
        S("digits", 1000, 400, hidden=(50,), opt="sgd", rate=0.01, epochs=15),
        S("digits", 1000, 400, hidden=(100,), rate=0.0002, epochs=10, seed=2),
        S("iris", 75, 50, hidden=(10,), rate=0.002, epochs=60),
        S("wine", 90, 60, hidden=(10,), opt="sgd", rate=0.005, epochs=50),
        S("breast_cancer", 300, 150, hidden=(10,), opt="sgd", rate=0.003, epochs=30),
        S("digits", 1000, 400, hidden=(50,), opt="sgd", rate=0.01, epochs=20, seed=4, only=("loss",)),
        S("moons", 1000, noise=0.1, hidden=(50,), rate=0.0003, epochs=30, seed=5, only=("loss",)),
    ],
    "unrepresentative-train": [
        S("digits", 40, 800, hidden=(50,), act="tanh", epochs=60, rate=0.005, decay=0.003),
        S("digits", 60, 800, hidden=(50,), act="tanh", opt="sgd", rate=0.1, epochs=100, seed=2),
        S("digits", 80, 800, hidden=(30,), act="tanh", opt="sgd", rate=0.05, epochs=80, seed=3),
        S("digits", 30, 800, hidden=(100,), act="tanh", opt="sgd", rate=0.05, epochs=80, seed=4),
        S("regression", 30, features=40, noise=0.1, hidden=(50,), opt="sgd", rate=0.01, epochs=100),
        S("regression", 40, features=40, noise=0.1, hidden=(50,), epochs=80, rate=0.003, seed=2),
        S("regression", 50, features=60, noise=0.1, hidden=(25,), opt="sgd", rate=0.02, epochs=80, seed=3),
        S("regression", 60, features=60, noise=0.1, hidden=(25,), epochs=60, rate=0.005, seed=4),
        S("digits", 50, 800, hidden=(50,), epochs=40, rate=0.003, decay=0.003, seed=5),
        S("digits", 40, 800, hidden=(100,), act="tanh", epochs=50, rate=0.002, decay=0.003, seed=6),
        S("regression", 40, features=30, noise=0.1, hidden=(20,), act="tanh", opt="sgd", rate=0.05, epochs=120, seed=7),
        S("digits", 25, 800, hidden=(30,), act="sigmoid", epochs=150, rate=0.01, seed=8),
    ],
    "unrepresentative-validation": [
        S("moons", 500, 5, noise=0.3, hidden=(50,), epochs=80, rate=0.02, batch=16, seed=21),
        S("moons", 500, 8, noise=0.3, hidden=(50,), epochs=80, rate=0.02, batch=16, seed=2),
        S("circles", 500, 5, noise=0.15, hidden=(50,), epochs=80, rate=0.02, batch=16, seed=3),
        S("circles", 500, 6, noise=0.15, hidden=(50,), epochs=60, rate=0.02, batch=16, seed=22),
        S("blobs", 600, 6, noise=0.3, hidden=(25,), epochs=80, rate=0.02, batch=16, seed=5),
        S("blobs", 600, 8, noise=0.3, hidden=(25,), epochs=60, rate=0.03, batch=16, seed=23),
        S("sine", 500, 5, noise=0.4, hidden=(50,), epochs=80, rate=0.02, batch=16, seed=7),
        S("diabetes", 300, 6, hidden=(10,), epochs=80, rate=0.02, batch=16, seed=8),
        S("regression", 600, 5, noise=0.8, features=10, hidden=(10,), epochs=60, rate=0.02, batch=8, seed=9),
        S("moons", 500, 6, noise=0.35, hidden=(25,), opt="sgd", rate=0.3, batch=4, epochs=60, seed=10),
        S("diabetes", 300, 5, hidden=(5,), epochs=60, rate=0.02, batch=8, seed=11),
        S("moons", 500, 5, noise=0.3, hidden=(50,), epochs=60, rate=0.03, batch=8, seed=12),
        S("diabetes", 300, 8, hidden=(10,), epochs=60, rate=0.02, batch=8, seed=13),
        S("circles", 500, 8, noise=0.2, hidden=(25,), epochs=60, rate=0.03, batch=8, seed=14),
        S("blobs", 600, 8, noise=0.3, hidden=(25,), epochs=60, rate=0.02, batch=8, seed=15),
        S("sine", 500, 6, noise=0.5, hidden=(25,), epochs=60, rate=0.03, batch=8, seed=16),
    ],
    "easy-validation": [
        S("moons", 800, 200, noise=0.3, easy=0.5, hidden=(50,), epochs=60, rate=0.005),
        S("moons", 800, 200, noise=0.35, easy=0.6, hidden=(25,), opt="sgd", rate=0.05, epochs=100, seed=2),
        S("circles", 800, 200, noise=0.2, easy=0.5, hidden=(50,), epochs=60, rate=0.005, seed=3),
        S("blobs", 800, 200, noise=0.3, easy=0.5, hidden=(25,), epochs=60, rate=0.005, seed=4),
        S("sine", 800, 200, noise=0.4, easy=0.6, hidden=(50,), epochs=60, rate=0.005, seed=5),
        S("diabetes", 250, 40, easy=0.5, hidden=(8,), epochs=60, rate=0.003, decay=0.01, seed=6),
        S("moons", 800, 300, flip=0.3, noise=0.2, hidden=(25,), epochs=60, rate=0.005, seed=7),
        S("digits", 1000, 300, flip=0.3, hidden=(20,), epochs=30, rate=0.002, decay=0.01, seed=8),
        S("blobs", 800, 200, flip=0.3, noise=0.15, hidden=(25,), opt="sgd", rate=0.05, epochs=60, seed=9),
        S("regression", 800, 200, noise=0.8, features=5, easy=0.5, hidden=(20,), epochs=60, rate=0.005, seed=10),
    ],
    "high-variance": [
        S("circles", 300, noise=0.15, hidden=(30,), rate=0.05, batch=4, epochs=50, seed=7),
        S("circles", 300, noise=0.15, hidden=(30,), rate=0.15, batch=4, epochs=50, seed=8),
        S("circles", 300, noise=0.15, hidden=(30,), opt="momentum", rate=0.1, batch=4, epochs=50, seed=9),
        S("circles", 300, noise=0.15, hidden=(30,), opt="sgd", rate=0.5, batch=4, epochs=50, seed=11),
        S("moons", 300, noise=0.3, hidden=(30,), opt="momentum", rate=0.1, batch=4, epochs=50, seed=3),
        S("moons", 300, noise=0.3, hidden=(30,), opt="momentum", rate=0.2, batch=4, epochs=60, seed=4),
        S("moons", 300, noise=0.3, hidden=(30,), opt="sgd", rate=0.5, batch=4, epochs=50, seed=5),
        S("sine", 300, noise=0.3, hidden=(30,), opt="sgd", rate=0.5, batch=4, epochs=50, seed=23),
        S("sine", 300, noise=0.3, hidden=(30,), rate=0.05, batch=4, epochs=50, seed=19),
        S("regression", 300, noise=0.3, features=10, hidden=(30,), rate=0.05, batch=4, epochs=50, seed=37),
        S("blobs", 300, noise=0.3, hidden=(30,), opt="momentum", rate=0.2, batch=4, epochs=50, seed=16),
        S("circles", 300, noise=0.15, hidden=(50, 50), rate=0.05, batch=4, epochs=60, seed=2),
    ],
    "diverged": [
        S("regression", opt="sgd", rate=1.5, epochs=30),
        S("regression", opt="sgd", rate=0.6, hidden=(100,), epochs=30, seed=2),
        S("regression", opt="momentum", rate=0.3, epochs=20, seed=3),
        S("diabetes", 300, 100, opt="sgd", rate=1.0, hidden=(100, 100), epochs=30),
        S("sine", opt="momentum", rate=0.5, hidden=(100, 100), epochs=40),
        S("regression", 500, features=20, hidden=(), opt="sgd", rate=0.75, batch=500, epochs=60, seed=8),
        S("regression", 500, features=20, hidden=(), opt="sgd", rate=0.85, batch=500, epochs=60, seed=9),
        S("diabetes", 300, 100, hidden=(), opt="sgd", rate=0.27, batch=300, epochs=60, seed=10),
        S("moons", opt="momentum", rate=5.0, hidden=(50, 50), epochs=60, batch=16),
        S("digits", 1000, 400, opt="momentum", rate=0.15, batch=8, hidden=(30,), epochs=40, seed=35),
        S("breast_cancer", 300, 200, opt="momentum", rate=0.3, batch=4, hidden=(30,), epochs=50, seed=46),
        S("wine", 90, 60, opt="momentum", rate=0.3, batch=4, hidden=(30,), epochs=50, seed=52),
        S("sine", 300, noise=0.3, opt="sgd", rate=1.5, batch=4, hidden=(30,), epochs=50, seed=24),
    ],
    "vanishing-gradients": [
        S("moons", hidden=(10,) * 8, act="sigmoid", opt="sgd", rate=0.05, epochs=40, layers=True),
        S("circles", hidden=(10,) * 6, act="sigmoid", opt="sgd", rate=0.1, epochs=40, layers=True, seed=2),
        S("circles", hidden=(10,) * 10, act="tanh", init=0.1, opt="sgd", rate=0.05, epochs=40, layers=True, seed=3),
        S("sine", noise=0.1, hidden=(8,) * 7, act="sigmoid", opt="sgd", rate=0.05, epochs=40, layers=True, seed=4),
        S("digits", 1000, 400, hidden=(20,) * 6, act="sigmoid", opt="sgd", rate=0.1, epochs=30, layers=True, seed=5),
        S("moons", hidden=(10,) * 6, act="tanh", init=0.05, opt="sgd", rate=0.05, epochs=40, layers=True, seed=6),
    ],
    "dead-units": [
        S("moons", hidden=(25,), bias=-8.0, opt="sgd", rate=0.05, epochs=40, layers=True),
        S("circles", hidden=(25, 25), bias=-4.0, opt="sgd", rate=0.05, epochs=40, layers=True, seed=2),
        S("sine", noise=0.1, hidden=(25,), bias=-5.0, opt="sgd", rate=0.02, epochs=40, layers=True, seed=3),
        S("digits", 1000, 400, hidden=(20, 20), opt="momentum", rate=1.0, epochs=30, layers=True, seed=4),
        S("regression", hidden=(25, 25), opt="adam", rate=3.0, epochs=40, layers=True, seed=5),
        S("circles", hidden=(25, 25), opt="momentum", rate=2.0, batch=8, epochs=40, layers=True, seed=6),
    ],
}


def describe(s):
    default = Spec(s.problem)
    shown = [f"{k}={v}" for k, v in vars(s).items()
             if k not in ("problem",) and v != getattr(default, k)]
    return s.problem + " " + " ".join(shown).replace(", ", ",")


def text(v):
    return "nan" if np.isnan(v) else "inf" if np.isinf(v) else f"{v:.5g}"


def write(path, label, part, s, r, accuracy):
    names = sorted(k for k in r if k != "test_loss" and "/" not in k and (accuracy or "accuracy" not in k))
    names += [k for k in r if "/" in k]
    if s.only:
        names = [k for k in names if k in s.only]
    with open(path, "w") as f:
        f.write(f"# {describe(s)}\nwant {label}\npart {part}\n----\n")
        f.write(",".join(["epoch"] + names) + "\n")
        for e in range(len(r["loss"])):
            row = [text(r[k][e]) for k in names]
            if s.every > 1 and (e + 1) % s.every:
                row = ["" if k.startswith("val_") else c for k, c in zip(names, row)]
            f.write(",".join([str(e)] + row) + "\n")


def held(s):
    """The scenario again, with other data, weights, rate and length."""
    scale = lambda epochs: tuple(int(e * 1.25) for e in epochs)
    return replace(s, seed=s.seed + 100, rate=s.rate * 0.85, epochs=int(s.epochs * 1.25), drop=scale(s.drop))


def scenarios():
    """Yields name, label, part and spec."""
    for label, specs in CURVES.items():
        for i, s in enumerate(specs):
            name = f"{label}-{i + 1:02d}-{s.problem.replace('_', '-')}"
            yield name, label, "tune", s
            if i % 2 == 0:
                yield name + "-held", label, "held", held(s)


def main(wanted):
    os.makedirs(os.path.join(HERE, "real"), exist_ok=True)
    written = {"tune": {}, "held": {}}
    for name, label, part, s in scenarios():
        if wanted and not any(w in name for w in wanted):
            continue
        r = fit(s)
        fault = CHECKS[label](s, r)
        if fault:
            print("NOT", name, fault)
            continue
        count = written[part][label] = written[part].get(label, 0) + 1
        write(os.path.join(HERE, "real", name + ".txt"), label, part, s, r, accuracy=count == 1)
    for part, counts in written.items():
        print(part, sum(counts.values()), counts)
    if not wanted:
        with open(os.path.join(HERE, "VERSIONS"), "w") as f:
            f.write(f"python {sys.version.split()[0]}\nnumpy {np.__version__}\n"
                    f"scikit-learn {sklearn.__version__}\ntorch {torch.__version__}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
