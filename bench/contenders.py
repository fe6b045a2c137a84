"""Contenders: each reads the same street files into the same counts, in a process of its own.

`python contenders.py NAME WORKSPACE [ANSWER]` runs one, and says how long it worked once its
libraries were imported. With ANSWER it also writes its counts there, for comparison.

The counts: rows by LSOA code, month and crime type, a blank being one group however it is written.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEY = ("LSOA code", "Month", "Crime type")
STREET = (
    *("Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location"),
    *("LSOA code", "LSOA name", "Crime type", "Last outcome category", "Context"),
)
GROUPED = '"LSOA code", "Month", "Crime type", count(*) AS n'
PARQUET = "made-by-a-peer.parquet"


@dataclass(frozen=True)
class Contender:
    """One way to the counts: what it is in words, the library to import, and the work."""

    words: str
    library: str
    work: Callable[[Path], Any]
    """From the workspace to an Arrow table of LSOA code, month, crime type and n."""


def street_files(workspace: Path) -> list[Path]:
    """The files every contender reads."""
    return sorted((workspace / "incoming").rglob("*-street.csv"))


def _glob(workspace: Path) -> str:
    return str(workspace / "incoming" / "**" / "*-street.csv")


def _ingest_and_count(workspace: Path) -> Any:
    from evenhand.actions.ingest import ingest
    from evenhand.engine.workspace import Workspace

    ingest(Workspace(workspace))
    return _count_from_store(workspace)


def _count_from_store(workspace: Path) -> Any:
    from evenhand.engine import session, store

    folder = workspace / "store"
    engine = session.begin(folder)
    table = session.stored(engine, folder, store.read(folder), "incident")
    counted = table.group_by("lsoa_code", "month", "crime_type").agg(n=table.count())
    counted = counted.mutate(month=counted.month.strftime("%Y-%m"))
    return engine.to_pyarrow(counted.select("lsoa_code", "month", "crime_type", "n"))


def _duckdb(query: str) -> Any:
    import duckdb

    return duckdb.sql(query).to_arrow_table()


def _duckdb_plain(workspace: Path) -> Any:
    return _duckdb(f"SELECT {GROUPED} FROM read_csv('{_glob(workspace)}') GROUP BY ALL")


def _typed(workspace: Path) -> str:
    """The reader told everything it would else find out by sniffing each file."""
    columns = dict.fromkeys(STREET, "VARCHAR")
    return (
        f"read_csv('{_glob(workspace)}', columns={columns}, auto_detect=false, header=true, "
        "delim=',', quote='\"', escape='\"', null_padding=false)"
    )


def _duckdb_tuned(workspace: Path) -> Any:
    import duckdb

    duckdb.sql("SET preserve_insertion_order = false")
    return _duckdb(f"SELECT {GROUPED} FROM {_typed(workspace)} GROUP BY ALL")


def _stored_and_counted(workspace: Path, reader: str) -> Any:
    import duckdb

    made = workspace / PARQUET
    duckdb.sql(f"COPY (SELECT * FROM {reader}) TO '{made}' (FORMAT parquet)")
    return _duckdb(f"SELECT {GROUPED} FROM '{made}' GROUP BY ALL")


def _duckdb_store(workspace: Path) -> Any:
    return _stored_and_counted(workspace, f"read_csv('{_glob(workspace)}')")


def _duckdb_store_tuned(workspace: Path) -> Any:
    import duckdb

    duckdb.sql("SET preserve_insertion_order = false")
    return _stored_and_counted(workspace, _typed(workspace))


def _polars_plain(workspace: Path) -> Any:
    import polars as pl

    return pl.scan_csv(_glob(workspace)).group_by(KEY).len("n").collect().to_arrow()


def _polars_tuned(workspace: Path) -> Any:
    import polars as pl

    schema = dict.fromkeys(STREET, pl.String)
    rows = pl.scan_csv(_glob(workspace), schema=schema, empty_string_is_null=False)
    return rows.group_by(KEY).len("n").collect(engine="streaming").to_arrow()


def _pandas(workspace: Path, **options: Any) -> Any:
    import pandas as pd
    import pyarrow as pa

    rows = pd.concat([pd.read_csv(file, **options) for file in street_files(workspace)], ignore_index=True)
    counted = rows.groupby(list(KEY), dropna=False, observed=True, sort=False).size().reset_index(name="n")
    return pa.Table.from_pandas(counted, preserve_index=False)


def _pandas_plain(workspace: Path) -> Any:
    return _pandas(workspace)


def _pandas_tuned(workspace: Path) -> Any:
    return _pandas(workspace, usecols=list(KEY), dtype="string[pyarrow]", keep_default_na=False)


def _pandas_pyarrow(workspace: Path) -> Any:
    return _pandas(workspace, usecols=list(KEY), engine="pyarrow", dtype_backend="pyarrow")


def _plain_python(workspace: Path) -> Any:
    """The answer the others are held to: Python's own reader and a dictionary."""
    import pyarrow as pa

    counts: Counter[tuple[str, ...]] = Counter()
    for path in street_files(workspace):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            header = next(rows)
            lsoa, month, kind = (header.index(name) for name in KEY)
            counts.update((row[lsoa], row[month], row[kind]) for row in rows if row)
    columns = zip(*counts, strict=True)
    return pa.table([*(pa.array(column) for column in columns), list(counts.values())], names=[*KEY, "n"])


CONTENDERS = {
    "evenhand": Contender(
        "Evenhand: ingest to the store, then count", "evenhand.actions.ingest", _ingest_and_count
    ),
    "evenhand_stored": Contender(
        "Evenhand: count from the store", "evenhand.engine.session", _count_from_store
    ),
    "duckdb_plain": Contender("DuckDB, defaults", "duckdb", _duckdb_plain),
    "duckdb_tuned": Contender("DuckDB, told columns and types", "duckdb", _duckdb_tuned),
    "duckdb_store": Contender("DuckDB, defaults: to Parquet, then count", "duckdb", _duckdb_store),
    "duckdb_store_tuned": Contender(
        "DuckDB, told all: to Parquet, then count", "duckdb", _duckdb_store_tuned
    ),
    "polars_plain": Contender("Polars, lazy, defaults", "polars", _polars_plain),
    "polars_tuned": Contender("Polars, streaming, told all", "polars", _polars_tuned),
    "pandas_plain": Contender("pandas, defaults", "pandas", _pandas_plain),
    "pandas_tuned": Contender("pandas, three columns as text", "pandas", _pandas_tuned),
    "pandas_pyarrow": Contender("pandas, three columns by PyArrow", "pandas", _pandas_pyarrow),
    "plain_python": Contender("Python's csv module", "csv", _plain_python),
}
BASE = "duckdb_plain"
"""The ratios are to this one."""
REFERENCE = "plain_python"


def clean(workspace: Path) -> None:
    """Remove what a contender that stores has made, so that the next begins with the files alone."""
    shutil.rmtree(workspace / "store", ignore_errors=True)
    (workspace / PARQUET).unlink(missing_ok=True)


def _main(name: str, workspace: Path, answer: Path | None) -> None:
    contender = CONTENDERS[name]
    __import__(contender.library)
    began = time.perf_counter()
    table = contender.work(workspace)
    print(json.dumps({"work": time.perf_counter() - began}))
    if answer:
        import pyarrow.parquet as pq

        pq.write_table(table.rename_columns([*KEY, "n"]), answer)


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
