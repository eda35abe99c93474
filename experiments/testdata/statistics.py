"""Makes statistics.json: summaries and corrected resampled t intervals.

Run with /usr/bin/python3 in this folder. The interval is written from the paper
(Nadeau and Bengio 2003), with numpy and scipy alone.
"""
import json
import platform

import numpy as np
import scipy
from scipy import stats

rng = np.random.RandomState(7)


def summary(x):
    x = np.array(x)
    return dict(values=x.tolist(), mean=x.mean(), sd=x.std(ddof=1), stderr=stats.sem(x),
                quantiles=[np.quantile(x, q) for q in (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)])


def corrected(a, b, q, level):
    d = np.array(b) - np.array(a)
    k = len(d)
    se = np.sqrt((1 / k + q) * d.var(ddof=1))
    half = stats.t.ppf(0.5 + level / 2, k - 1) * se
    t = d.mean() / se
    return dict(first=list(a), second=list(b), q=q, level=level, mean=d.mean(), stderr=se,
                low=d.mean() - half, high=d.mean() + half, t=t, p=2 * stats.t.sf(abs(t), k - 1))


comparisons = []
for k, q, level in [(2, 1.0, 0.95), (5, 0.25, 0.95), (10, 1 / 9, 0.9), (15, 0.25, 0.99), (100, 0.0, 0.95)]:
    a = rng.normal(0.8, 0.05, k)
    comparisons.append(corrected(a.tolist(), (a + rng.normal(0.01, 0.02, k)).tolist(), q, level))

out = dict(
    made_by=f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}",
    summaries=[summary(rng.normal(5, 2, n).tolist()) for n in (2, 3, 10, 31)],
    comparisons=comparisons,
)
with open("statistics.json", "w") as f:
    json.dump(out, f, indent=1)
    f.write("\n")
