"""Compares goodfit's default options with scikit-learn's on tables of scikit-learn.

Run from the top of the repository, with scikit-learn installed:

    go build -o goodfit ./cmd/goodfit
    python3 docs/defaults.py

goodfit fits each table with seeds 1 to 5, which draw the split too. scikit-learn's
models get five random splits of the same sizes and, having no use for a validation
part, its rows as training rows as well. Printed is the mean test score: accuracy, or
R² for the tables with a number to predict.
"""
import csv
import json
import subprocess
import tempfile
import warnings

import numpy as np
from sklearn import datasets
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

SEEDS = range(1, 6)


def mixed(rows=10000, number=False):
    """Numbers and texts with missing cells, a target with interactions and noise."""
    r = np.random.RandomState(0)
    age, income = r.randint(18, 80, rows).astype(float), np.exp(r.randn(rows) * 0.6 + 10)
    city, plan = r.randint(0, 7, rows), r.randint(0, 3, rows)
    calls, a, b = r.poisson(3, rows).astype(float), r.randn(rows), r.rand(rows)
    z = (0.03 * (age - 45) + 0.8 * (np.log(income) - 10) + np.array([.5, -.5, .8, -1, 0, 1.2, -.7])[city]
         + np.array([-.5, .2, .9])[plan] * np.sign(a) + 0.3 * calls * (b - 0.5) + np.sin(3 * a))
    columns = [age, income, np.array(list("BPRWOLN"))[city], np.array(["basic", "plus", "pro"])[plan], calls, a, b]
    columns = [c.astype(object) for c in columns]
    for c, share in zip(columns, [.05, .1, .08, 0, .2, 0, .03]):
        c[r.rand(rows) < share] = None
    y = 100 + 40 * z + 15 * r.randn(rows) if number else np.where(r.rand(rows) < 1 / (1 + np.exp(-1.5 * z)), "yes", "no")
    return np.stack(columns, 1), y


def tables():
    for name, load in [("iris", datasets.load_iris), ("wine", datasets.load_wine),
                       ("breast_cancer", datasets.load_breast_cancer), ("digits", datasets.load_digits)]:
        d = load()
        yield name, d.data.astype(object), d.target, False
    yield "diabetes", datasets.load_diabetes(scaled=False).data.astype(object), datasets.load_diabetes().target, True
    X, y = datasets.make_classification(40, 6, n_informative=4, n_redundant=0, class_sep=1.3, random_state=5)
    yield "40 rows", X.astype(object), y, False
    X, y = datasets.make_classification(3000, 20, n_informative=8, n_redundant=4, weights=[.95], class_sep=1.2, random_state=3)
    yield "5 % positive", X.astype(object), y, False
    X, y = datasets.make_friedman1(1000, 10, noise=1.0, random_state=1)
    yield "friedman1", X.astype(object), y, True
    yield "mixed, class", *mixed(), False
    yield "mixed, number", *mixed(number=True), True


def goodfit(X, y, number):
    scores, seconds = [], 0
    with tempfile.TemporaryDirectory() as dir:
        with open(dir + "/t.csv", "w", newline="") as f:
            w = csv.writer(f)
            w.writerow([f"x{j}" for j in range(X.shape[1])] + ["y"])
            w.writerows([["" if v is None else v for v in row] + [t] for row, t in zip(X, y)])
        for seed in SEEDS:
            out = subprocess.run(["./goodfit", "fit", dir + "/t.csv", "--target", "y", "--out", dir + "/out", "--seed", str(seed),
                                  "--json", "--task", "regression" if number else "classification"], capture_output=True, check=True)
            found = json.loads(out.stdout)
            scores.append(found["scores"]["test"]["r2" if number else "accuracy"])
            seconds += found["seconds"] / len(SEEDS)
    return np.mean(scores), seconds


def sklearn(X, y, number):
    text = [j for j in range(X.shape[1]) if any(isinstance(v, str) for v in X[:, j])]
    numbers = [j for j in range(X.shape[1]) if j not in text]
    X = X.copy()
    X[:, numbers] = X[:, numbers].astype(float)
    scores = []
    for seed in SEEDS:
        train, test, ytrain, ytest = train_test_split(X, y, test_size=0.2, random_state=seed, stratify=None if number else y)
        models = ([RidgeCV(), MLPRegressor(max_iter=500, random_state=seed), RandomForestRegressor(random_state=seed)] if number else
                  [LogisticRegression(max_iter=2000), MLPClassifier(max_iter=500, random_state=seed), RandomForestClassifier(random_state=seed)])
        row = []
        for model in models:
            prepare = make_column_transformer(
                (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
                (make_pipeline(SimpleImputer(missing_values=None, strategy="constant", fill_value="?"), OneHotEncoder(handle_unknown="ignore")), text))
            row.append(make_pipeline(prepare, model).fit(train, ytrain).score(test, ytest))
        scores.append(row)
    return np.mean(scores, 0)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")  # networks that do not converge in 500 epochs
    print("| table | rows × columns | goodfit | linear | MLP | forest | goodfit, seconds |\n|---|---|---|---|---|---|---|")
    for name, X, y, number in tables():
        score, seconds = goodfit(X, y, number)
        linear, mlp, forest = sklearn(X, y, number)
        print(f"| {name} | {X.shape[0]} × {X.shape[1]} | {score:.3f} | {linear:.3f} | {mlp:.3f} | {forest:.3f} | {seconds:.1f} |", flush=True)
