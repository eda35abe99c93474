#!/usr/bin/python3
"""Writes scalers.json: matrices scaled by scikit-learn.

Run with /usr/bin/python3 in this folder. Arguments are written under the names
of the Go fields, NaN as null. JSON numbers read back exactly.
"""
import json
import warnings

import numpy as np
import sklearn
from sklearn.preprocessing import (MaxAbsScaler, MinMaxScaler, Normalizer, RobustScaler, StandardScaler)

warnings.simplefilter("ignore")
rng = np.random.RandomState(3)


def cells(a):
    return [[None if np.isnan(v) else float(v) for v in row] for row in a]


def data():
    plain = rng.standard_normal((20, 3)) * [1, 50, 1e-3] + [0, 900, 5]
    holes = rng.uniform(-5, 5, size=(15, 4))
    holes[rng.uniform(size=holes.shape) < 0.2] = np.nan
    holes[:, 3] = np.where(np.arange(15) == 6, 2.5, np.nan)  # one value left
    flat = np.tile([0.1, 0.0, -7e5, 1.0], (11, 1))
    flat[:, 3] += 1e-16 * np.arange(11)  # constant but for rounding
    flat[4, 2] += 1e-3
    small = np.array([[1.0, -2.0]])
    even = rng.randint(-3, 4, size=(8, 5)).astype(float)
    for train in (plain, holes, flat, small, even):
        test = np.vstack([train[:2], train[:1] * 3 - 1, rng.standard_normal((2, train.shape[1]))])
        yield train, test


SCALINGS = [
    ("MinMax", {}, MinMaxScaler()),
    ("MinMax", {"Low": -1, "High": 1}, MinMaxScaler((-1, 1))),
    ("MinMax", {"Low": 0, "High": 255, "Clip": True}, MinMaxScaler((0, 255), clip=True)),
    ("MinMax", {"Low": -3, "High": -0.5}, MinMaxScaler((-3, -0.5))),
    ("Standardize", {}, StandardScaler()),
    ("Standardize", {"NoCenter": True}, StandardScaler(with_mean=False)),
    ("Standardize", {"NoScale": True}, StandardScaler(with_std=False)),
    ("Standardize", {"NoCenter": True, "NoScale": True}, StandardScaler(with_mean=False, with_std=False)),
    ("Robust", {}, RobustScaler()),
    ("Robust", {"Low": 0.1, "High": 0.85}, RobustScaler(quantile_range=(10, 85))),
    ("Robust", {"Low": 0, "High": 1, "NoCenter": True}, RobustScaler(quantile_range=(0, 100), with_centering=False)),
    ("Robust", {"NoScale": True}, RobustScaler(with_scaling=False)),
    ("Robust", {"UnitVariance": True}, RobustScaler(unit_variance=True)),
    ("Robust", {"Low": 0.001, "High": 0.9, "UnitVariance": True}, RobustScaler(quantile_range=(0.1, 90), unit_variance=True)),
    ("MaxAbs", {}, MaxAbsScaler()),
]

sets, cases, norms = [], [], []
for train, test in data():
    sets.append({"train": cells(train), "test": cells(test)})
    for kind, args, scaler in SCALINGS:
        scaler.fit(train)
        scaled = scaler.transform(test)
        cases.append({"scaling": kind, "args": args, "set": len(sets) - 1, "trainScaled": cells(scaler.transform(train)),
                      "testScaled": cells(scaled), "inverted": cells(scaler.inverse_transform(scaled))})
    if not np.isnan(train).any():
        for norm in ("l2", "l1", "max"):
            norms.append({"norm": norm, "set": len(sets) - 1, "scaled": cells(Normalizer(norm).transform(train))})

with open("scalers.json", "w") as f:
    text = json.dumps({"sklearn": sklearn.__version__, "numpy": np.__version__, "sets": sets,
                       "cases": cases, "norms": norms})
    f.write(text.replace('{"scaling"', '\n{"scaling"') + "\n")
