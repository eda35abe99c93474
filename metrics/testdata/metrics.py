#!/usr/bin/python3
"""Writes metrics.json: scores of predictions by scikit-learn.

Run with /usr/bin/python3 in this folder. Predictions, targets and weights are float32
numbers. Descriptions are written as metrics.Marshal writes them.
"""
import json
import warnings

import numpy as np
import sklearn
from sklearn import metrics as sk

warnings.simplefilter("ignore")
rng = np.random.RandomState(5)
f32 = lambda a: np.asarray(a, np.float32).astype(float)
onehot = lambda c, n: np.eye(n)[c]


def softmax(z):
    e = np.exp(z)
    return f32(e / e.sum(1, keepdims=True))


def weights(rows):
    """Weights with zeros, for masked rows, among them."""
    return f32(rng.uniform(0.1, 3, rows) * (rng.uniform(size=rows) > 0.25))


sets, out = [], []


def singles(a):
    """Float32 numbers, in the nine digits that tell them apart."""
    return None if a is None else [float(f"{v:.9g}") for v in np.ravel(a)]


def add(metric, pred, target, value, w=None, signed=False, **fields):
    """One score; what it is of is written once."""
    pred, target = np.asarray(pred, float), np.asarray(target, float)
    pred, target = pred.reshape(len(pred), -1), target.reshape(len(target), -1)
    of = {"outputs": pred.shape[1], "targets": target.shape[1], "signed": signed,
          "pred": singles(pred), "target": singles(target), "weights": singles(w)}
    if of not in sets:
        sets.append(of)
    out.append({"metric": {"type": metric, **fields}, "set": sets.index(of), "value": float(value)})


AVERAGES = {"macro": {}, "micro": {"Average": "micro"}, "weighted": {"Average": "weighted"}}
RATIOS = {"Precision": sk.precision_score, "Recall": sk.recall_score, "F1": sk.f1_score}


def positive(w, rows):
    """The rows that count: scikit-learn takes classes of rows of weight 0 for ones that occur."""
    return np.ones(rows, bool) if w is None else w > 0


def binary(rows, w, ties):
    y = rng.randint(0, 2, rows)
    p = f32(np.clip(y * 0.3 + rng.uniform(0, 0.7, rows), 0, 1))
    if ties:
        p = f32(np.round(p * 8) / 8)  # 0.5 among them, which is not above 0.5
    add("Accuracy", p, y, sk.accuracy_score(y, p > 0.5, sample_weight=w), w)
    add("BinaryAccuracy", p, y, sk.accuracy_score(y, p > 0.5, sample_weight=w), w)
    add("BinaryAccuracy", p, y, sk.accuracy_score(y, p > 0.25, sample_weight=w), w, Threshold=0.25)
    add("BinaryAccuracy", p, y, sk.accuracy_score(y, p > 0, sample_weight=w), w, Threshold=0)
    add("AUC", p, y, sk.roc_auc_score(y, p, sample_weight=w), w)
    add("LogLoss", p, y, sk.log_loss(y, p, eps=1e-7, sample_weight=w), w)
    for name, f in RATIOS.items():
        for fields in AVERAGES.values():
            add(name, p, y, f(y, p > 0.5, sample_weight=w), w, **fields)
        add(name, p, y, f(y, p > 0.75, sample_weight=w), w, Threshold=0.75)
    s = 2 * y - 1
    q = f32(2 * p - 1)
    for name in ("Accuracy", "SignAccuracy"):
        add(name, q, s, sk.accuracy_score(s, np.where(q > 0, 1, -1), sample_weight=w), w, signed=True)
    for name, f in RATIOS.items():
        add(name, q, s, f(s, np.where(q > 0, 1, -1), sample_weight=w), w, signed=True)


def classes(rows, n, w, missing=()):
    """Classes of which some neither occur nor are predicted, or only one of both."""
    there = [c for c in range(n) if c not in missing]
    y = rng.choice(there, rows)
    z = rng.standard_normal((rows, n)) + 1.5 * onehot(y, n)
    z[:, list(missing)[1:]] = -50
    p, k = softmax(z), positive(w, rows)
    said = p.argmax(1)
    for t in (y, onehot(y, n)):
        add("Accuracy", p, t, sk.accuracy_score(y, said, sample_weight=w), w)
        for top in (1, 2, n):
            add("TopK", p, t, sk.top_k_accuracy_score(y, p, k=top, sample_weight=w, labels=range(n)) if top < n else 1, w, K=top)
        logs = -np.log(np.clip(p[np.arange(rows), y], 1e-7, 1 - 1e-7))
        value = np.average(logs, weights=w)
        assert abs(value - sk.log_loss(y, p, eps=1e-7, labels=range(n), sample_weight=w)) < 1e-5  # it divides by sums
        add("LogLoss", p, t, value, w)
        areas = [sk.roc_auc_score(y == c, p[:, c], sample_weight=w) for c in range(n) if 0 < (y[k] == c).sum() < k.sum()]
        if not missing and w is None:
            assert abs(np.mean(areas) - sk.roc_auc_score(y, p, multi_class="ovr")) < 1e-14
        add("AUC", p, t, np.mean(areas), w)
        for name, f in RATIOS.items():
            for average, fields in AVERAGES.items():
                kept = None if w is None else w[k]
                add(name, p, t, f(y[k], said[k], average=average, sample_weight=kept), w, **fields)


def questions(rows, n, w):
    """Yes-or-no outputs, several of which may be right."""
    y = rng.randint(0, 2, (rows, n))
    y[:, -1] = 0  # no item answers yes to the last
    p = f32(np.clip(y * 0.4 + rng.uniform(0, 0.7, (rows, n)), 0, 1) * ([1] * (n - 1) + [0.5]))  # nor is it ever said
    per_item = ((p > 0.5) == y).mean(1)
    add("BinaryAccuracy", p, y, np.average(per_item, weights=w), w)
    add("AUC", p, y, np.mean([sk.roc_auc_score(y[:, c], p[:, c], sample_weight=w) for c in range(n - 1)]), w)
    for name, f in RATIOS.items():
        for average, fields in AVERAGES.items():
            add(name, p, y, f(y, p > 0.5, average=average, sample_weight=w, zero_division=0), w, Threshold=0.5, **fields)


def numbers(rows, n, w):
    t = f32(rng.standard_normal((rows, n)) * 10 + 1000)
    p = f32(t + rng.standard_normal((rows, n)) * 3)
    for t, p in ((t, p), (t, f32(t[::-1])), (t, t)):
        mse = sk.mean_squared_error(t, p, sample_weight=w)
        add("MSE", p, t, mse, w)
        add("RMSE", p, t, np.sqrt(mse), w)
        add("MAE", p, t, sk.mean_absolute_error(t, p, sample_weight=w), w)
        add("R2", p, t, sk.r2_score(t, p, sample_weight=w), w)
    flat = f32(np.full((rows, n), 0.25))
    add("R2", flat, flat, 1, w)
    add("R2", f32(flat + 1), flat, sk.r2_score(flat, f32(flat + 1), sample_weight=w), w)


for w in (None, weights(30)):
    binary(30, w, False)
    binary(30, w, True)
    classes(30, 4, w)
    classes(30, 5, w, missing=(1, 3))
    questions(30, 3, w)
    numbers(30, 1, w)
    numbers(30, 3, w)
add("LogLoss", [0, 1, 1, 1e-9], [1, 1, 0, 0], np.mean([-np.log(1e-7), -np.log(1 - 1e-7), -np.log(1e-7), -np.log(1 - 1e-7)]))
add("TopK", [[0.5, 0.5, 0], [0.5, 0, 0.5]], [0, 0], 1, K=1)  # the first of equal ones
p = np.arange(70).reshape(7, 10) % 7
add("TopK", p, range(7), np.mean([sum(v > row[c] or v == row[c] and j < c for j, v in enumerate(row)) < 5 for c, row in enumerate(p)]))
add("Accuracy", [[0.5, 0.5, 0], [0, 0.5, 0.5]], [0, 1], 1)
add("SignAccuracy", [[0.1, 0.9], [0.3, -0.2], [-1, -2]], [[-1, 1], [-1, 1], [1, -1]], 2 / 3, signed=True)


confusions = []
for n, rows in ((1, 30), (3, 60)):
    y = rng.randint(0, max(n, 2), rows)
    p = f32(rng.uniform(0, 1, (rows, 1)) if n == 1 else softmax(rng.standard_normal((rows, n)) + onehot(y, n)))
    said = (p[:, 0] > 0.4).astype(int) if n == 1 else p.argmax(1)
    each = sk.precision_recall_fscore_support(y, said)
    confusions.append({"outputs": n, "threshold": 0.4, "pred": singles(p), "target": y.tolist(),
                       "counts": sk.confusion_matrix(y, said).tolist(), "accuracy": sk.accuracy_score(y, said),
                       "precision": each[0].tolist(), "recall": each[1].tolist(), "f1": each[2].tolist(), "support": each[3].tolist()})

json.dump({"made_by": {"script": "metrics.py", "numpy": np.__version__, "scikit-learn": sklearn.__version__},
           "sets": sets, "cases": out, "confusions": confusions}, open("metrics.json", "w"), separators=(",", ":"))
