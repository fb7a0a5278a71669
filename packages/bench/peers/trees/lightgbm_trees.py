"""lightgbm_trees.py SET FILE: writes the set to FILE for whoever trains beside, trains LightGBM on one thread, prints AUC and processor time as JSON."""

import json
import sys
import time

import lightgbm
import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from tree_sets import load, splits_of

PARAMETERS = {"objective": "binary", "num_threads": 1, "verbose": -1, "seed": 1}
TREES = 100
ROUNDS = 20


def main():
    name, file = sys.argv[1:]
    rows, label = load(name)
    splits = splits_of(len(rows))
    with open(file, "w") as out:
        json.dump({"columns": [column_of(rows[c], c) for c in rows.columns], "label": label.tolist(), "splits": [s.tolist() for s in splits]}, out)
    for column in rows.columns:
        if rows[column].dtype == object:
            rows[column] = rows[column].astype("category")
    aucs, seconds = [], []
    for split in splits:
        parts = [(rows[split == part].reset_index(drop=True), label[split == part]) for part in range(3)]
        start = time.process_time()
        model = train(parts)
        seconds.append(time.process_time() - start)
        test, answers = parts[2]
        aucs.append(roc_auc_score(answers, model.predict(test)))
    print(json.dumps({"version": lightgbm.__version__, "auc": aucs, "seconds": seconds}))


def train(parts):
    (rows, label), (validation, answers), _ = parts
    data = lightgbm.Dataset(rows, label)
    stop = lightgbm.early_stopping(ROUNDS, verbose=False)
    return lightgbm.train(PARAMETERS, data, TREES, valid_sets=[lightgbm.Dataset(validation, answers, reference=data)], callbacks=[stop])


def column_of(column, name):
    if column.dtype == object:
        return {"name": name, "type": "string", "values": [None if pd.isna(v) else str(v) for v in column]}
    return {"name": name, "type": "double", "values": [None if np.isnan(v) else float(v) for v in column.astype(float)]}


main()
