#!/usr/bin/python3
"""Writes yeojohnson.json: columns transformed by scikit-learn's PowerTransformer.

Run with /usr/bin/python3 in this folder. NaN is null. The inverse is scikit-learn's,
but on the side where the transform has a bound it is limited to the range of the
training values, which also stands for the NaN of what has no inverse.
"""
import json
import warnings

import numpy as np
import sklearn
from sklearn.preprocessing import PowerTransformer

warnings.simplefilter("ignore")
rng = np.random.RandomState(11)


def cells(a):
    return [None if np.isnan(v) else float(v) for v in a]


def columns():
    yield "lognormal", rng.lognormal(0, 1.5, 60)
    yield "long tail below", -rng.lognormal(0, 1.2, 60)
    yield "gaussian", rng.standard_normal(50)
    yield "both signs", rng.standard_normal(50) ** 3
    yield "holes", np.where(rng.uniform(size=40) < 0.25, np.nan, rng.exponential(4, 40))
    yield "prices", 50000 * rng.pareto(3, 80) + 10000
    yield "counts with zeros", rng.poisson(1.2, 40).astype(float)
    yield "heavy tail", rng.pareto(0.7, 50)


cases = []
for name, train in columns():
    t = PowerTransformer(method="yeo-johnson", standardize=True).fit(train[:, None])
    low, high = np.nanmin(train), np.nanmax(train)
    test = np.concatenate([rng.uniform(low, high, 6), [0.0, 1e-9, -1e-9, low - (high - low) / 2, high + (high - low) / 2]])
    scaled = np.concatenate([np.linspace(-6, 6, 25), [0.0]])
    inverse = t.inverse_transform(scaled[:, None])[:, 0]
    power = float(t.lambdas_[0])
    raw = scaled * np.sqrt(t._scaler.var_[0]) + t._scaler.mean_[0]
    if power < 0:
        inverse = np.where((raw >= 0) & ~(inverse < high), high, inverse)
    if power > 2:
        inverse = np.where((raw < 0) & ~(inverse > low), low, inverse)
    cases.append({"name": name, "power": power, "train": cells(train), "test": cells(test),
                  "trainScaled": cells(t.transform(train[:, None])[:, 0]), "testScaled": cells(t.transform(test[:, None])[:, 0]),
                  "scaled": cells(scaled), "inverted": cells(inverse)})

with open("yeojohnson.json", "w") as f:
    text = json.dumps({"sklearn": sklearn.__version__, "numpy": np.__version__, "cases": cases})
    f.write(text.replace('{"name"', '\n{"name"') + "\n")
