"""Answers: `python answers.py EXPECTED FOUND` says in words how two tables of counts differ, or nothing.

A blank may be null or an empty text, but it must be one group: two groups for one place, month and
type is a wrong count of each.
"""

from __future__ import annotations

import sys

import duckdb

_SAME_WORDS = """
    SELECT coalesce("LSOA code"::VARCHAR, '') AS lsoa, coalesce("Month"::VARCHAR, '') AS month,
        coalesce("Crime type"::VARCHAR, '') AS type, n::BIGINT AS n
    FROM read_parquet(?)
"""


def difference(expected: str, found: str) -> str:
    """How the counts differ, in a line; empty where they do not."""
    engine = duckdb.connect()
    engine.execute(f"CREATE TABLE expected AS {_SAME_WORDS}", [expected])
    engine.execute(f"CREATE TABLE found AS {_SAME_WORDS}", [found])
    groups, rows = _numbers(engine, "expected")
    other_groups, other_rows = _numbers(engine, "found")
    wrong = engine.sql("SELECT count(*) FROM (FROM found EXCEPT ALL FROM expected)").fetchall()[0][0]
    if (groups, rows, 0) == (other_groups, other_rows, wrong):
        return ""
    return (
        f"{other_rows:,} rows in {other_groups:,} groups, not {rows:,} in {groups:,}; "
        f"{wrong:,} groups with another count"
    )


def _numbers(engine: duckdb.DuckDBPyConnection, table: str) -> tuple[int, int]:
    return engine.sql(f"SELECT count(*), coalesce(sum(n), 0)::BIGINT FROM {table}").fetchall()[0]


if __name__ == "__main__":
    print(difference(sys.argv[1], sys.argv[2]))
