#!/usr/bin/python3
"""Writes table_sklearn.json: what scikit-learn's imputers and encoders, Python's
csv module and Python's float make of small tables, as the oracle of the tests of
the same name. Run it here; the versions used are in the file it writes."""

import csv
import io
import json
import random
import sys

import numpy as np
import sklearn
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

rng = np.random.RandomState(7)


def plain(a):
    return [[None if isinstance(x, float) and np.isnan(x) else float(x) for x in row] for row in a]


def imputers():
    train = np.round(rng.normal(3, 10, (40, 4)), 1)
    train[:, 2] = rng.randint(0, 5, 40)
    test = np.round(rng.normal(3, 10, (9, 4)), 1)
    train[rng.uniform(size=train.shape) < 0.2] = np.nan
    test[rng.uniform(size=test.shape) < 0.3] = np.nan
    train[:, 3] = np.round(rng.normal(0, 1, 40), 2)  # complete: no indicator
    out = []
    for strategy in ["mean", "median", "most_frequent", "constant"]:
        for indicator in [False, True]:
            imputer = SimpleImputer(strategy=strategy, add_indicator=indicator,
                                    fill_value=-7.5 if strategy == "constant" else None)
            imputer.fit(train)
            out.append({
                "strategy": strategy, "indicator": indicator,
                "statistics": [float(x) for x in imputer.statistics_],
                "test": plain(imputer.transform(test)),
            })
    return {"train": plain(train), "test": plain(test), "cases": out}


def encoders():
    colors = ["red", "green", "blue", "rose", "Red", "ünder", "a b"]
    train = [[c] for c, n in zip(colors, [30, 22, 14, 9, 6, 4, 2]) for _ in range(n)]
    rng.shuffle(train)
    test = [[c] for c in colors + ["violet", "", "zebra"]]
    out = []
    for drop, most, missing in [(None, None, False), ("first", None, False), (None, 4, False), (None, 2, False), (None, None, True)]:
        rows = [list(r) for r in train]
        probe = [list(r) for r in test]
        if missing:
            for i in range(0, len(rows), 9):
                rows[i] = [np.nan]
            probe[colors.index("blue")] = [np.nan]
        encoder = OneHotEncoder(drop=drop, max_categories=most, sparse_output=False,
                                handle_unknown="infrequent_if_exist" if most else "ignore")
        encoder.fit(np.array(rows, dtype=object))
        out.append({
            "dropFirst": drop == "first", "most": most or 0, "missing": missing,
            "train": [None if isinstance(r[0], float) else r[0] for r in rows],
            "test": [None if isinstance(r[0], float) else r[0] for r in probe],
            "encoded": plain(encoder.transform(np.array(probe, dtype=object))),
            "names": [str(n) for n in encoder.get_feature_names_out(["color"])],
        })
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    ordinal.fit(np.array(train, dtype=object))
    placed = OrdinalEncoder(categories=[colors], handle_unknown="use_encoded_value", unknown_value=-1)
    placed.fit(np.array(train, dtype=object))
    return {
        "oneHot": out,
        "ordinal": {"train": [r[0] for r in train], "test": [r[0] for r in test],
                    "encoded": plain(ordinal.transform(np.array(test, dtype=object))),
                    "order": colors,
                    "ordered": plain(placed.transform(np.array(test, dtype=object)))},
    }


def csv_texts():
    """Tables of nasty cells as Python's writer puts them in a file."""
    pick = random.Random(11)
    parts = ["a", "é", " b", '"', '""', ",", ";", "|", "\t", "\n", "'", "x y", "0", "NAN!", "日本"]
    tables = []
    for delimiter in ",;|\t":
        for quoting in [csv.QUOTE_MINIMAL, csv.QUOTE_ALL]:
            rows = [["k" + "".join(pick.choices(parts, k=pick.randint(0, 4))) + "."
                     for _ in range(3)] for _ in range(12)]
            text = io.StringIO()
            csv.writer(text, delimiter=delimiter, quoting=quoting).writerows([["one", "two", "three"]] + rows)
            tables.append({"text": text.getvalue(), "rows": rows})
    return tables


def numbers():
    """Texts of numbers with the float64 that Python reads, and its shortest text."""
    pick = random.Random(5)
    texts = ["0", "-0", "0.0", "-0.0", "1", "12", "123456789012345", "1234567890123456", "9007199254740993",
             "0.1", "0.3", "-2.5", "5.", ".5", "-.5", "+3", "1e5", "1E5", "1e+5", "1e-5", "-1.5e-300", "5e-324",
             "1.7976931348623157e308", "2.2250738585072014e-308", "0.000001", "0.0000001", "0.00000123",
             "123456.789012345", "1e22", "1e21", "1e20", "100000000000000000000", "999999999999999", "0.999999999999999",
             "00.5", "0012.50", "4.35", "0.000001234", "179769313486231570000000000000000000000"]
    for _ in range(300):
        digits = "".join(pick.choices("0123456789", k=pick.randint(1, 18))).lstrip("0") or "0"
        cut = pick.randint(0, len(digits))
        text = digits[:cut].lstrip("0") or "0"
        if digits[cut:]:
            text += "." + digits[cut:]
        if pick.random() < 0.2:
            text += "e%d" % pick.randint(-20, 20)
        texts.append(pick.choice(["", "-"]) + text)
    return [{"text": t, "bits": np.float64(float(t)).view(np.uint64).item().__format__("016x"), "repr": repr(float(t))} for t in texts]


out = {
    "versions": {"python": sys.version.split()[0], "numpy": np.__version__, "scikit-learn": sklearn.__version__},
    "imputers": imputers(), "encoders": encoders(), "csv": csv_texts(), "numbers": numbers(),
}
with open("table_sklearn.json", "w") as f:
    json.dump(out, f, ensure_ascii=False, separators=(",", ":"))
    f.write("\n")
