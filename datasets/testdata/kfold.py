#!/usr/bin/python3
"""Writes kfold.json: scikit-learn's folds without shuffling.

Run with /usr/bin/python3 in this folder.
"""
import json
import warnings

import numpy as np
import sklearn
from sklearn.model_selection import KFold, StratifiedKFold

warnings.simplefilter("error")  # a class with fewer rows than folds
rng = np.random.RandomState(4)


def folds(splitter, labels):
    x = np.zeros((len(labels), 1))
    return [[int(i) for i in test] for _, test in splitter.split(x, labels)]


cases = []
for n, k in [(2, 2), (10, 3), (11, 5), (23, 10), (7, 7)]:
    cases.append({"stratified": False, "k": k, "labels": [0] * n, "tests": folds(KFold(k), [0] * n)})
for n, k, classes in [(12, 3, 2), (40, 5, 3), (61, 4, 3), (100, 10, 2), (30, 2, 5)]:
    labels = [int(v) for v in np.concatenate([np.repeat(np.arange(classes), k), rng.randint(0, classes, size=n - k * classes)])]
    rng.shuffle(labels)
    labels = [int(v) for v in labels]
    cases.append({"stratified": True, "k": k, "labels": labels, "tests": folds(StratifiedKFold(k), labels)})

with open("kfold.json", "w") as f:
    text = json.dumps({"sklearn": sklearn.__version__, "cases": cases})
    f.write(text.replace('{"stratified"', '\n{"stratified"') + "\n")
