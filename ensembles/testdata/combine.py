"""Makes combine.json: what numpy, scipy and scikit-learn make of members' predictions.

Run: /usr/bin/python3 combine.py > combine.json
The versions that made the file are in it.
"""
import json
import warnings
import sys

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize
from scipy.stats import mode
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, cohen_kappa_score, log_loss

# newton-cg goes on until rounding stops it, and then says that it did not converge.
warnings.filterwarnings("ignore", message="newton-cg failed")

rng = np.random.RandomState(3)
rows = 60
x = rng.randn(rows).astype(np.float32)
# members predict w*x + c; softmax members have three of each
binary = [(1.5, 0.2), (-0.4, 0.1), (2.5, -0.6)]
three = [[(1.0, 0.1), (-0.5, 0.3), (0.2, -0.2)], [(0.3, -0.4), (-2.0, 0.0), (1.1, 0.2)],
         [(2.0, 0.5), (0.1, 0.1), (-1.0, 0.4)], [(-0.2, 0.0), (0.4, 0.6), (0.3, -0.9)]]
linear = [(1.1, 0.3), (0.7, -0.5), (-0.2, 0.8), (1.6, 0.1)]


def scores(pairs):
    return np.stack([np.float32(w) * x + np.float32(c) for w, c in pairs], axis=1).astype(np.float64)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def simplex(a, b):
    """The weights with the least squared error, by SLSQP from several starts."""
    n = a.shape[1]
    best = None
    for start in [np.full(n, 1 / n)] + list(np.eye(n) * 0.9 + 0.1 / n):
        r = minimize(lambda w: np.sum((a @ w - b) ** 2), start / start.sum(), method="SLSQP",
                     jac=lambda w: 2 * a.T @ (a @ w - b), bounds=[(0, 1)] * n,
                     constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(n)},
                     options={"ftol": 1e-15, "maxiter": 1000})
        if best is None or r.fun < best.fun:
            best = r
    return best.x


def q_statistic(right_a, right_b):
    n11 = np.sum(right_a & right_b)
    n00 = np.sum(~right_a & ~right_b)
    n10 = np.sum(right_a & ~right_b)
    n01 = np.sum(~right_a & right_b)
    return (n11 * n00 - n01 * n10) / (n11 * n00 + n01 * n10)


def pairs_of(n, f):
    return [[float(f(i, j)) for j in range(n)] for i in range(n)]


out = {"versions": [np.__version__, scipy.__version__, sklearn.__version__, sys.version.split()[0]], "x": x.tolist()}

# regression
p = scores(linear)
y = (0.9 * x + 0.2 * rng.randn(rows)).astype(np.float32).astype(np.float64)
ols = LinearRegression().fit(p[:, :2], y)  # all members are lines: two have full rank
ridge = Ridge(alpha=0.5, solver="svd").fit(p, y)
errors = p - y[:, None]
w = simplex(p, y)
out["regression"] = {
    "members": linear, "y": y.tolist(),
    "mean": p.mean(axis=1).tolist(), "median": np.median(p, axis=1).tolist(), "std": p.std(axis=1, ddof=1).tolist(),
    "weights": w.tolist(), "squared": float(np.mean((p @ w - y) ** 2)),
    "ols": ols.predict(p[:, :2]).tolist(), "ridge": ridge.predict(p).tolist(),
    "correlation": np.corrcoef(errors.T).tolist(),
    "ambiguity": float(np.mean((p - p.mean(axis=1, keepdims=True)) ** 2)), "error": float(np.mean(errors ** 2)),
}

# two classes, one output
p = sigmoid(scores(binary))
y = (rng.rand(rows) < sigmoid(1.2 * x)).astype(int)
logistic = LogisticRegression(C=1, tol=1e-12, max_iter=10000, solver="newton-cg").fit(p, y)
votes = (p > 0.5).astype(int)
out["binary"] = {
    "members": binary, "y": y.tolist(),
    "vote": votes.mean(axis=1).tolist(), "mode": mode(votes, axis=1, keepdims=False)[0].tolist(),
    "logistic": logistic.predict_proba(p)[:, 1].tolist(),
    "accuracy": [accuracy_score(y, v) for v in votes.T], "log_loss": log_loss(y, p.mean(axis=1)),
}

# three classes
p = [softmax(scores(m)) for m in three]
mean = sum(p) / len(p)
y = np.array([rng.choice(3, p=row) for row in mean])
classes = [m.argmax(axis=1) for m in p]
right = [c == y for c in classes]
stacked = np.concatenate(p, axis=1)
logistic = LogisticRegression(C=2, tol=1e-12, max_iter=10000, solver="newton-cg").fit(stacked, y)
one_hot = np.eye(3)[y]
w = simplex(np.stack([m.ravel() for m in p], axis=1), one_hot.ravel())
best, best_weights = -1.0, None
grid = np.arange(6)
for v in np.stack(np.meshgrid(*[grid] * 4, indexing="ij"), axis=-1).reshape(-1, 4):
    if v.sum() == 0:
        continue
    acc = accuracy_score(y, np.tensordot(v / v.sum(), np.stack(p), axes=(0, 0)).argmax(axis=1))
    best = max(best, acc)


def nll(v):
    v = np.abs(v) / np.abs(v).sum()
    return log_loss(y, np.tensordot(v, np.stack(p), axes=(0, 0)))


de = scipy.optimize.differential_evolution(nll, [(0, 1)] * 4, seed=1, tol=1e-10, maxiter=2000)
out["three"] = {
    "members": three, "y": y.tolist(), "mean": mean.tolist(),
    "vote": [[float(np.mean([c[i] == k for c in classes])) for k in range(3)] for i in range(rows)],
    "mode": mode(np.stack(classes, axis=1), axis=1, keepdims=False)[0].tolist(),
    "logistic": logistic.predict_proba(stacked).tolist(), "weights": w.tolist(),
    "grid": best, "nll": float(de.fun),
    "disagreement": pairs_of(4, lambda i, j: np.mean(right[i] != right[j])),
    "q": pairs_of(4, lambda i, j: q_statistic(right[i], right[j])),
    "double_fault": pairs_of(4, lambda i, j: np.mean(~right[i] & ~right[j])),
    "kappa": pairs_of(4, lambda i, j: cohen_kappa_score(classes[i], classes[j])),
    "correlation": np.corrcoef(np.array(right).astype(float)).tolist(),
}
json.dump(out, sys.stdout)
print()
