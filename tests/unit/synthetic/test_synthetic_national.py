"""The national set has exactly the rows and files asked for, in the publisher's layout."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from evenhand.synthetic import write_national


def test_national_set_has_the_rows_and_files_asked_for(tmp_path: Path) -> None:
    made = write_national(tmp_path, rows=10_000, number_of_files=50, seed=3)
    sizes: dict[str, int] = {}
    kinds: Counter[str] = Counter()
    for path in tmp_path.glob("20??-??/*-street.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {path.name[:7]} == {row["Month"] for row in rows}
        assert all((row["Location"] == "No Location") == (row["LSOA code"] == "") for row in rows)
        sizes[path.relative_to(tmp_path).as_posix()] = len(rows)
        kinds.update(row["Crime type"] for row in rows)
    assert made.rows_by_file == sizes
    assert len(sizes) == 50
    assert sum(sizes.values()) == 10_000
    assert {kind: count for kind, count in made.rows_by_type.items() if count} == kinds


def test_national_set_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for folder, seed in (("a", 3), ("b", 3), ("c", 4)):
        write_national(tmp_path / folder, rows=500, number_of_files=5, seed=seed)
    one, again, other = (
        b"".join(path.read_bytes() for path in sorted((tmp_path / name).rglob("*.csv"))) for name in "abc"
    )
    assert one == again
    assert one != other
