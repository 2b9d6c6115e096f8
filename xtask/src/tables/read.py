"""Reads the tables of a sweep and of a run as a notebook would: by pandas, polars and DuckDB.

All three have to see the same rows, columns and numbers, and each number has a unit and a version beside it.
"""

import datetime
import json
import math
import sys
from pathlib import Path

import duckdb
import pandas
import polars
import pyarrow.parquet
from prometheus_client.openmetrics.parser import text_string_to_metric_families


def same(a, b):
    """Whether two values are the same number, or both none."""
    nothing = [x is None or x is pandas.NA or (isinstance(x, float) and math.isnan(x)) for x in (a, b)]
    return all(nothing) if any(nothing) else a == b


def read(path):
    """The table by each of them, held against one another."""
    frame = pandas.read_parquet(path)
    polar = polars.read_parquet(path)
    ducks = duckdb.sql(f"SELECT * FROM read_parquet('{path}')")
    names = list(frame.columns)
    assert names == polar.columns == ducks.columns, f"{path}: columns differ"
    rows = ducks.fetchall()
    assert len(frame) == polar.height == len(rows) > 0, f"{path}: rows differ"
    for at, (one, other) in enumerate(zip(polar.iter_rows(), rows)):
        for name, a, b in zip(names, one, other):
            assert same(a, b), f"{path}: row {at}, {name}: {a!r} and {b!r}"
    for name in names:
        for at, (a, b) in enumerate(zip(frame[name].tolist(), polar[name].to_list())):
            assert same(a, b), f"{path}: row {at}, {name}: {a!r} and {b!r}"
    version = pyarrow.parquet.read_schema(path).metadata[b"brownout.version"]
    assert version, f"{path}: no version"
    return frame


def sweep(folder):
    """A number of each point is the mean of its runs, and every column is explained."""
    runs, points = read(folder / "runs.parquet"), read(folder / "points.parquet")
    metadata = pyarrow.parquet.read_schema(folder / "runs.parquet").metadata
    explained = json.loads(metadata[b"brownout.columns"])
    unexplained = [name for name in runs.columns if "." in name and name not in json.dumps(explained)]
    assert not unexplained, f"no unit: {unexplained[:3]}"
    rate = "web.get.success_rate"
    subject, metric = "web.get", "success_rate"
    means = runs.groupby("point")[rate].mean()
    told = points[(points.subject == subject) & (points.metric == metric)].set_index("point")["mean"]
    assert len(told) == len(means) > 1, f"{len(told)} points of {len(means)}"
    assert ((means - told).abs() < 1e-12).all(), "means of runs are not those of points"
    assert (points.unit.notna() | points.problem.notna()).all(), "a number without a unit"


def run(folder):
    """The long table of a run has a row for each replication, with its unit."""
    metrics, series = read(folder / "metrics.parquet"), read(folder / "series.parquet")
    assert metrics.unit.notna().all() and series.unit.notna().all(), "a number without a unit"
    rates = metrics[(metrics.metric == "success_rate") & (metrics.scope == "total")]
    by_variant = rates.groupby("variant")["replication"].nunique()
    assert (by_variant == by_variant.iloc[0]).all() and by_variant.iloc[0] > 1, by_variant
    openmetrics((folder / "series.openmetrics").read_text(), series)


def openmetrics(text, series):
    """The parser of Prometheus' own client takes it, with the numbers of the table."""
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert families["brownout_success_rate_ratio"].unit == "ratio", "a family without its unit"
    told = {
        (sample.labels["variant"], sample.labels["operation"], float(sample.timestamp)): sample.value
        for sample in families["brownout_success_rate_ratio"].samples
        if sample.labels["scope"] == "path" and sample.labels["band"] == "mean"
    }
    rows = series[(series.metric == "success_rate") & (series.scope == "path") & series["mean"].notna()]
    assert len(rows) == len(told) > 0, f"{len(told)} of {len(rows)} numbers"
    times = sorted({at for _, _, at in told})
    start = times[0] - rows["at"].min()
    assert start == datetime.datetime.fromisoformat("2026-03-02T06:00:00-08:00").timestamp(), start
    for row in rows.itertuples():
        value = told[row.variant, row.operation, round(start + row.at, 3)]
        assert value == row.mean, f"{row.variant} {row.operation} at {row.at}: {value} and {row.mean}"


sweep(Path(sys.argv[1]))
run(Path(sys.argv[2]))
