"""Writes time.json: windows by numpy, splits by time by scikit-learn.

Run with python3 (numpy, scikit-learn) in this directory.
"""

import json
import platform

import numpy as np
import sklearn
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.model_selection import TimeSeriesSplit

SERIES = np.random.default_rng(3).normal(size=(19, 3)).round(6)  # two features and what is to be predicted


def windows(length, horizon, gap, stride):
    x = sliding_window_view(SERIES[:, :2], length, axis=0).transpose(0, 2, 1)
    y = sliding_window_view(SERIES[:, 2], horizon)[length + gap :]
    n = len(y)
    x, y = x[:n][::stride], y[::stride]
    return {"length": length, "horizon": horizon, "gap": gap, "stride": stride,
            "x": x.reshape(len(x), -1).tolist(), "y": y.tolist()}


def split(n, k, test, gap, most):
    s = TimeSeriesSplit(n_splits=k, test_size=test, gap=gap, max_train_size=most)
    folds = [{"train": a.tolist(), "test": b.tolist()} for a, b in s.split(np.zeros((n, 1)))]
    return {"rows": n, "k": k, "testRows": test or 0, "gap": gap, "maxTrain": most or 0, "folds": folds}


def main():
    out = {
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "sklearn": sklearn.__version__},
        "series": SERIES.tolist(),
        "windows": [windows(4, 1, 0, 1), windows(1, 1, 0, 1), windows(3, 2, 1, 2), windows(5, 4, 0, 3), windows(15, 2, 2, 1)],
        "splits": [split(20, 5, None, 0, None), split(23, 3, None, 0, None), split(30, 4, 5, 2, 8), split(9, 2, 3, 1, None)],
    }
    with open("time.json", "w") as f:
        json.dump(out, f)
        f.write("\n")


main()
