#!/usr/bin/python3
"""Writes callbacks.json: what early stopping and rate reduction do on given series.

Run with /usr/bin/python3 in this folder. The rules are those of Keras 3, written out
from its documentation and behaviour; the cases of Keras's own tests are among them.
Series are random walks with plateaus, in both directions.
"""
import json
import sys

import numpy as np

rng = np.random.RandomState(3)


def improves(value, than, direction, delta):
    if than is None:
        return True
    return value - delta > than if direction == "max" else value + delta < than


def early_stopping(values, direction, patience=0, min_delta=0, baseline=None, start_from=0):
    """Returns the number of epochs that are trained and the epoch whose weights are the best."""
    best, best_epoch, wait = None, None, 0
    for epoch, value in enumerate(values):
        if epoch < start_from:
            continue
        wait += 1
        if improves(value, best, direction, min_delta):
            best, best_epoch = value, epoch
            if baseline is None or improves(value, baseline, direction, min_delta):
                wait = 0
            continue
        if wait >= patience and epoch > 0:
            return epoch + 1, best_epoch
    return len(values), best_epoch


def averaged(values, window=0, smoothing=0):
    """Returns the means of the last values, or of all before with weights that decay."""
    if window > 1:
        return [float(np.mean(values[max(0, i - window + 1):i + 1])) for i in range(len(values))]
    return [float(np.average(values[:i + 1], weights=np.power(smoothing, np.arange(i, -1, -1.0)))) for i in range(len(values))]


def reduce_on_plateau(values, direction, rate, factor=0.1, patience=10, min_delta=1e-4, cooldown=0, min_rate=0):
    """Returns the rate of each epoch."""
    best, wait, cooling, rates = None, 0, 0, []
    for value in values:
        rates.append(rate)
        if cooling > 0:
            cooling, wait = cooling - 1, 0
        if improves(value, best, direction, min_delta):
            best, wait = value, 0
        elif cooling == 0:
            wait += 1
            if wait >= patience and rate > min_rate:
                rate, cooling, wait = max(rate * factor, min_rate), cooldown, 0
    return rates


def series(n):
    """A walk that falls or rises, with values that repeat."""
    steps = rng.choice([0, 0, -1, -1, 1, -2, 3], n) * rng.choice([0.01, 0.1, 1])
    return [float(v) for v in np.round(5 + np.cumsum(steps), 3)]


stopping, plateaus = [], []


def stop(values, direction, **o):
    epochs, best = early_stopping(values, direction, **o)
    stopping.append({"values": values, "direction": direction, **o, "epochs": epochs, "best": best})


def reduce(values, direction, rate, **o):
    plateaus.append({"values": values, "direction": direction, "rate": rate, **o,
                     "rates": reduce_on_plateau(values, direction, rate, **o)})


for patience in range(4):
    stop([10.0, 9.0, 8.0, 9.0, 8.9, 8.8, 8.7, 8.6, 8.5], "min", patience=patience)
stop([0.2, 0.15, 0.1, 0.11, 0.12], "min", patience=2)
stop([0.9, 0.8, 0.7, 0.71, 0.72, 0.73], "min", patience=5, baseline=0.5)
stop([0.5, 0.5, 0.5], "min", patience=0)
stop([0.5, 0.4, 0.3], "min", patience=0)
stop([0.1, 0.2, 0.3, 0.3, 0.3], "max", patience=1)
stop([3.0, 2.95, 2.9, 2.85, 2.7], "min", patience=2, min_delta=0.2)
stop([9.0, 1.0, 5.0, 4.0, 3.0, 3.5, 3.6], "min", patience=2, start_from=2)
for k in range(60):
    o = {"patience": int(rng.randint(0, 5))}
    if k % 3 == 0:
        o["min_delta"] = float(rng.choice([0.005, 0.1, 1]))
    if k % 4 == 1:
        o["baseline"] = float(rng.choice([4.5, 5, 5.5]))
    if k % 5 == 2:
        o["start_from"] = int(rng.randint(1, 5))
    stop(series(14), "min" if k % 2 else "max", **o)
    o = {"patience": int(rng.randint(1, 4)), "factor": float(rng.choice([0.1, 0.5, 0.9]))}
    if k % 2:
        o["cooldown"] = int(rng.randint(0, 4))
    if k % 3 == 1:
        o["min_rate"] = float(rng.choice([0.01, 0.03]))
    if k % 4 == 2:
        o["min_delta"] = float(rng.choice([1e-9, 0.05, 0.5]))
    reduce(series(25), "min" if k % 2 else "max", 0.1, **o)
reduce([1.0] * 25, "min", 0.5)
reduce([1 - 5e-5 * k for k in range(25)], "min", 0.5, patience=2)  # falls by less than counts by default

smoothed = []
for k in range(40):
    values, direction = series(20), "min" if k % 2 else "max"
    how = {"window": int(rng.randint(2, 7))} if k % 4 < 2 else {"smoothing": float(rng.choice([0.3, 0.6, 0.9]))}
    o = {"patience": int(rng.randint(0, 4)), "min_delta": 1e-9}  # what equals the best but for rounding is no improvement
    if k % 5 == 3:
        o["baseline"] = 5.0
    if k % 5 == 4:
        o["start_from"] = int(rng.randint(1, 5))
    start = o.get("start_from", 0)
    epochs, best = early_stopping([0.0] * start + averaged(values[start:], **how), direction, **o)
    smoothed.append({"values": values, "direction": direction, **how, **o, "epochs": epochs, "best": best})

json.dump({"made_by": {"script": "callbacks.py", "python": sys.version.split()[0], "numpy": np.__version__},
           "early_stopping": stopping, "smoothed": smoothed, "reduce_on_plateau": plateaus}, open("callbacks.json", "w"), separators=(",", ":"))
