"""Writes optima.json: optima of scipy and scikit-learn that the tests compare with.

Run: /usr/bin/python3 make_fixtures.py
"""
import json
import warnings
import numpy as np, scipy, sklearn
from scipy.optimize import differential_evolution, minimize, nnls, rosen
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge

# newton-cg goes on until rounding stops it, and then says that it did not converge.
warnings.filterwarnings("ignore", message="newton-cg failed")

rng = np.random.default_rng(6)
out = {"versions": f"numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}"}


def rows(a):
    return np.asarray(a, float).tolist()


def system(m, n, noise):
    a = rng.normal(size=(m, n))
    return a, a @ rng.normal(size=n) + noise * rng.normal(size=m)


# Members' predictions of one target: nearly the same column again and again.
def predictions(m, n):
    t = rng.normal(size=m)
    return t[:, None] * rng.uniform(0.7, 1.1, n) + rng.normal(size=(m, n)) * rng.uniform(0.2, 0.9, n), t


systems = [system(30, 5, 1.0), system(8, 8, 0.5), system(6, 10, 0.0), predictions(200, 6), predictions(40, 12)]
a, b = system(20, 3, 0.3)
systems.append((np.hstack([a, a[:, :1] + a[:, 1:2]]), b))  # of rank 3, with 4 columns
out["systems"] = []
for a, b in systems:
    m, n = a.shape
    case = {"a": rows(a), "b": rows(b), "lstsq": rows(np.linalg.lstsq(a, b, rcond=None)[0])}
    case["nnls"], case["nnls_norm"] = nnls(a, b)
    case["nnls"] = rows(case["nnls"])
    y = np.stack([b, b ** 2 - a[:, 0]], axis=1)
    case["y"] = rows(y)
    case["linear"] = {}
    for name, model in [("ols", LinearRegression()), ("ridge", Ridge(alpha=0.7, solver="svd")),
                        ("ridge_through_0", Ridge(alpha=3, solver="svd", fit_intercept=False))]:
        model.fit(a, y)
        case["linear"][name] = {"coef": rows(model.coef_), "intercept": rows(np.broadcast_to(model.intercept_, 2))}
    gram, ab = a.T @ a, a.T @ b
    best = None
    for start in [np.full(n, 1 / n)] + list(np.eye(n)):
        r = minimize(lambda w: w @ gram @ w - 2 * ab @ w, start, jac=lambda w: 2 * (gram @ w - ab), method="SLSQP",
                     bounds=[(0, 1)] * n, constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(n)},
                     options={"ftol": 1e-15, "maxiter": 1000})
        if best is None or r.fun < best.fun:
            best = r
    w = np.clip(best.x, 0, None)
    w /= w.sum()
    case["simplex"], case["simplex_norm"] = rows(w), float(np.linalg.norm(a @ w - b))
    out["systems"].append(case)

out["logistic"] = []
for n, p, classes, c, spread in [(60, 2, 2, 1.0, 1.0), (100, 3, 3, 1.0, 1.0), (80, 4, 4, 0.01, 1.0),
                                 (120, 6, 3, 100.0, 1.0), (90, 5, 2, 1.0, 50.0)]:
    centers = rng.normal(size=(classes, p)) * 1.5
    y = np.arange(n) % classes
    x = centers[y] + rng.normal(size=(n, p))
    x *= spread ** rng.uniform(-1, 1, p)
    model = LogisticRegression(C=c, tol=1e-9, max_iter=10000, solver="newton-cg",
                               multi_class="multinomial" if classes > 2 else "ovr")
    model.fit(x, y)
    out["logistic"].append({"x": rows(x), "y": y.tolist(), "classes": classes, "c": c, "coef": rows(model.coef_),
                            "intercept": rows(model.intercept_), "proba": rows(model.predict_proba(x))})


def ackley(x):
    return -20 * np.exp(-0.2 * np.sqrt(np.mean(x ** 2))) - np.exp(np.mean(np.cos(2 * np.pi * x))) + 20 + np.e


def rastrigin(x):
    return 10 * len(x) + np.sum(x ** 2 - 10 * np.cos(2 * np.pi * x))


# A weighted average of predictions, as an ensemble searches it: negative weights
# are not, and the sum is made 1.
a, b = systems[3]


def mixture(w):
    return np.mean((a @ (w / np.abs(w).sum()) - b) ** 2) if np.abs(w).sum() > 0 else 1e9


out["evolution"] = []
for name, f, bounds in [("rosenbrock", rosen, [(0, 2)] * 3), ("ackley", ackley, [(-5, 5)] * 2), ("rastrigin", rastrigin, [(-5.12, 5.12)] * 2),
                        ("edge", lambda x: (x[0] - 3) ** 2 + (x[1] + x[0] - 1) ** 2, [(-1, 2), (0, 4)]), ("mixture", mixture, [(0, 1)] * 6)]:
    r = differential_evolution(f, bounds, seed=1, tol=1e-8, polish=True, maxiter=3000)
    x = r.x / r.x.sum() if name == "mixture" else r.x
    out["evolution"].append({"name": name, "bounds": bounds, "x": rows(x), "fun": float(r.fun)})

with open("optima.json", "w") as f:
    json.dump(out, f)
    f.write("\n")
