"""Writes digits.csv: the first 1,600 rows of scikit-learn's load_digits.

Run with scikit-learn 1.2.1; the data have not changed since its first versions."""

import csv
import pathlib

from sklearn.datasets import load_digits

digits = load_digits()
path = pathlib.Path(__file__).with_name("digits.csv")
with path.open("w", newline="") as f:
    out = csv.writer(f, lineterminator="\n")
    out.writerow([f"p{r}{c}" for r in range(8) for c in range(8)] + ["digit"])
    for pixels, digit in zip(digits.data[:1600].astype(int), digits.target):
        out.writerow([*pixels, digit])
