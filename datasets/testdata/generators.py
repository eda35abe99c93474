#!/usr/bin/python3
"""Writes generators.json: data sets drawn by scikit-learn.

Run with /usr/bin/python3 in this folder. Arguments are written under the names
of the Go fields. Small sets are kept whole; of large ones the sums and some
rows. JSON numbers read back exactly.
"""
import hashlib
import json

import numpy as np
import sklearn
from sklearn.datasets import make_blobs, make_circles, make_moons, make_regression

BIG = 2**32 - 1


def numbers(a):
    return [float(v) for v in np.asarray(a).ravel()]


def state(args):
    seed = args.get("Seed", 0)
    return seed if seed <= BIG else np.random.RandomState([seed & BIG, seed >> 32])


def blobs(a):
    x, y, centers = make_blobs(
        n_samples=a.get("Counts", a.get("Samples", 100)), n_features=a.get("Features", 2),
        centers=np.array(a["Locations"]) if "Locations" in a else a.get("Centers"),
        cluster_std=a.get("Stds", a.get("Std", 1.0)), center_box=(a.get("Low", -10.0), a.get("High", 10.0)),
        shuffle=not a.get("NoShuffle", False), random_state=state(a), return_centers=True)
    return x, y, centers


def circles(a):
    return *make_circles(
        n_samples=tuple(a["Counts"]) if "Counts" in a else a.get("Samples", 100), noise=a.get("Noise"),
        factor=a.get("Factor", 0.8), shuffle=not a.get("NoShuffle", False), random_state=state(a)), None


def moons(a):
    return *make_moons(
        n_samples=tuple(a["Counts"]) if "Counts" in a else a.get("Samples", 100), noise=a.get("Noise"),
        shuffle=not a.get("NoShuffle", False), random_state=state(a)), None


def regression(a):
    return make_regression(
        n_samples=a.get("Samples", 100), n_features=a.get("Features", 100), n_informative=a.get("Informative", 10),
        n_targets=a.get("Targets", 1), bias=a.get("Bias", 0.0), effective_rank=a.get("EffectiveRank"),
        tail_strength=a.get("TailStrength", 0.5), noise=a.get("Noise", 0.0), coef=True,
        shuffle=not a.get("NoShuffle", False), random_state=state(a))


CASES = [
    (blobs, {}),
    (blobs, {"Seed": 1}),
    (blobs, {"Samples": 1000, "Centers": 3, "Std": 2, "Seed": 2}),
    (blobs, {"Samples": 5000, "Centers": 20, "Features": 100, "Std": 2, "Seed": 2}),
    (blobs, {"Samples": 101, "Centers": 4, "Features": 3, "Std": 0.3, "Seed": BIG}),
    (blobs, {"Samples": 7, "Centers": 3, "NoShuffle": True, "Seed": 2**31}),
    (blobs, {"Samples": 2, "Centers": 5, "Seed": 3}),
    (blobs, {"Samples": 31, "Std": 0, "Seed": 4}),
    (blobs, {"Samples": 25, "Stds": [0.1, 1, 5], "Seed": 5}),
    (blobs, {"Counts": [3, 10, 1, 8], "Seed": 6}),
    (blobs, {"Counts": [5, 0, 4], "NoShuffle": True, "Features": 1, "Seed": 7}),
    (blobs, {"Samples": 17, "Locations": [[0, 0, 5], [-3, 2, 1e3]], "Std": 1.5, "Seed": 8, "Features": 3}),
    (blobs, {"Counts": [6, 7], "Locations": [[1, 1], [2, -2]], "Stds": [0.5, 0.25], "Seed": 9}),
    (blobs, {"Samples": 40, "Low": 0, "High": 1, "Std": 0.05, "Seed": 10}),
    (blobs, {"Samples": 40, "Low": 5, "High": -5, "Features": 4, "Seed": 11}),
    (blobs, {"Samples": 9, "Seed": 3 * 2**32 + 77}),
    (blobs, {"Samples": 100003, "Centers": 7, "Seed": 12}),
    (circles, {}),
    (circles, {"Samples": 1000, "Noise": 0.1, "Seed": 1}),
    (circles, {"Samples": 100, "Noise": 0.1, "Seed": 1}),
    (circles, {"Samples": 51, "Noise": 0, "Seed": BIG}),
    (circles, {"Samples": 50, "Factor": 0, "Noise": 0.3, "Seed": 3}),
    (circles, {"Samples": 50, "Factor": 0.99, "NoShuffle": True, "Seed": 3}),
    (circles, {"Counts": [13, 4], "Noise": 0.01, "Factor": 0.5, "Seed": 4}),
    (circles, {"Counts": [0, 6], "Seed": 4}),
    (circles, {"Samples": 1, "Seed": 5}),
    (circles, {"Samples": 20001, "Noise": 0.2, "Factor": 0.3, "Seed": 6}),
    (moons, {}),
    (moons, {"Samples": 100, "Noise": 0.2, "Seed": 1}),
    (moons, {"Samples": 33, "Noise": 0, "Seed": BIG}),
    (moons, {"Samples": 3, "NoShuffle": True, "Seed": 2}),
    (moons, {"Samples": 1, "Seed": 2}),
    (moons, {"Counts": [2, 21], "Noise": 0.05, "Seed": 3}),
    (moons, {"Samples": 4001, "Noise": 0.1, "NoShuffle": True, "Seed": 4}),
    (regression, {"Seed": 1}),
    (regression, {"Samples": 1000, "Features": 20, "Noise": 0.1, "Seed": 1}),
    (regression, {"Samples": 20, "Features": 3, "Informative": 2, "Seed": 2}),
    (regression, {"Samples": 20, "Features": 5, "Informative": 8, "Bias": -300, "Seed": BIG}),
    (regression, {"Samples": 15, "Features": 4, "Targets": 3, "Noise": 2, "Bias": 7.5, "Seed": 3}),
    (regression, {"Samples": 15, "Features": 4, "Targets": 2, "Noise": 2, "NoShuffle": True, "Seed": 4}),
    (regression, {"Samples": 21, "Features": 6, "EffectiveRank": 2, "Seed": 5}),
    (regression, {"Samples": 6, "Features": 21, "EffectiveRank": 3, "TailStrength": 0, "Noise": 0.5, "Seed": 6}),
    (regression, {"Samples": 8, "Features": 8, "EffectiveRank": 1, "TailStrength": 1, "Seed": 7}),
    (regression, {"Samples": 3000, "Features": 40, "EffectiveRank": 10, "Noise": 1, "Seed": 8}),
    (regression, {"Samples": 2500, "Features": 30, "Informative": 30, "Targets": 2, "Noise": 10, "Seed": 9}),
    (regression, {"Samples": 1, "Features": 2, "Seed": 10}),
]


def case(make, args):
    x, y, extra = make(args)
    rows = x.shape[0]
    y = np.asarray(y, dtype=float).reshape(rows, -1)
    out = {"generator": make.__name__, "args": args, "rows": rows, "columns": x.shape[1], "targets": y.shape[1]}
    step = 1 if x.size <= 120 else max(rows // 7, 1)
    out["every"] = step
    out["x"] = numbers(x[::step])
    out["y"] = numbers(y[::step])
    out["sumX"], out["sumAbsX"] = float(x.sum()), float(np.abs(x).sum())
    out["sumY"], out["sumAbsY"] = float(y.sum()), float(np.abs(y).sum())
    if make is not regression:
        out["labels"] = hashlib.sha256(y.astype(np.uint8).tobytes()).hexdigest()
    if extra is not None and np.size(extra) <= 120:
        out["extra"] = numbers(extra)
    return out


with open("generators.json", "w") as f:
    text = json.dumps({"sklearn": sklearn.__version__, "numpy": np.__version__,
                       "cases": [case(*c) for c in CASES]})
    f.write(text.replace('{"generator"', '\n{"generator"') + "\n")
