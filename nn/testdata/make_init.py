"""Writes init.json: what scipy says of the distributions of the initializers.

Run with python3 (scipy, numpy) in this directory. For each initializer and shape
it gives mean, standard deviation, support and the quantiles at 1/16 … 15/16,
from the formulas of the papers (Glorot and Bengio 2010, He et al. 2015, LeCun et
al. 1998) and, for truncated normals, scipy.stats.truncnorm.
"""

import json
import platform

import numpy as np
import scipy
from scipy import stats

LEVELS = np.arange(1, 16) / 16


def fans(shape):
    if len(shape) == 1:
        return shape[0], shape[0]
    field = int(np.prod(shape[:-2]))
    return field * shape[-2], field * shape[-1]


def truncated(mean, std, corrected):
    unit = stats.truncnorm(-2, 2)
    scale = std / unit.std() if corrected else std
    return stats.truncnorm(-2, 2, loc=mean, scale=scale)


def symmetric(variance):
    limit = np.sqrt(3 * variance)
    return stats.uniform(-limit, 2 * limit)


def scaling(scale, fan, draw):
    def make(shape):
        i, o = fans(shape)
        variance = scale / {"fan_in": i, "fan_out": o, "fan_avg": (i + o) / 2}[fan]
        if draw == "uniform":
            return symmetric(variance)
        if draw == "normal":
            return stats.norm(0, np.sqrt(variance))
        return truncated(0, np.sqrt(variance), True)

    return make


INITS = {
    "uniform(-0.05, 0.05)": lambda _: stats.uniform(-0.05, 0.1),
    "uniform(1, 3)": lambda _: stats.uniform(1, 2),
    "normal(0, 0.05)": lambda _: stats.norm(0, 0.05),
    "normal(2, 0.5)": lambda _: stats.norm(2, 0.5),
    "truncated_normal(0, 0.05)": lambda _: truncated(0, 0.05, False),
    "truncated_normal(-1, 0.5)": lambda _: truncated(-1, 0.5, False),
    "glorot_uniform": scaling(1, "fan_avg", "uniform"),
    "glorot_normal": scaling(1, "fan_avg", "truncated_normal"),
    "he_uniform": scaling(2, "fan_in", "uniform"),
    "he_normal": scaling(2, "fan_in", "truncated_normal"),
    "lecun_uniform": scaling(1, "fan_in", "uniform"),
    "lecun_normal": scaling(1, "fan_in", "truncated_normal"),
    "variance_scaling(3, fan_out, normal)": scaling(3, "fan_out", "normal"),
    "variance_scaling(0.5, fan_avg, uniform)": scaling(0.5, "fan_avg", "uniform"),
}
SHAPES = [[100, 160], [3, 5, 20, 40], [9000]]


def main():
    cases = []
    for name, make in INITS.items():
        for shape in SHAPES:
            d = make(shape)
            lo, hi = d.support()
            cases.append({
                "init": name, "shape": shape, "mean": d.mean(), "std": d.std(),
                "lo": max(lo, -1e300), "hi": min(hi, 1e300), "quantiles": list(d.ppf(LEVELS)),
            })
    versions = {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__}
    with open("init.json", "w") as f:
        f.write('{"versions": ' + json.dumps(versions) + ',\n "cases": [\n')
        f.write(",\n".join(json.dumps(c) for c in cases) + "]}\n")


main()
