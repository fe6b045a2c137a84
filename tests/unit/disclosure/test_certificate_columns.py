"""Columns that are no counts: the checker refuses a figure beside a hidden count, and sums that others tell.

A rate over a published population gives its count away: 1.33 for each 1,000 of 1,500 residents is 2.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evenhand.disclosure.check import CERTIFICATE, Unsafe, check
from evenhand.engine.released import as_text
from evenhand.ledger.lines import digest, earlier_name
from evenhand.reports.data import csv_bytes
from evenhand.rules.policy import policy

BELOW_5 = policy("counts", threshold=5)
TO_5 = policy("counts", threshold=0, rounding=5)
OPEN = policy("open-data", reason="Published under the Open Government Licence")
RATES, CHART, HALF = "violence_rate", "violence_control_chart", "violence_concentration"
Row = dict[str, str]
Fields = dict[str, Any]


@pytest.fixture
def folder(rows_of, table_of, judged_tables, written, tmp_path: Path) -> Callable[..., Path]:
    """The data folder of rates, a control chart of months, and of how many LSOAs hold half, of A, B, C and T.

    A has 2 incidents in May; so has nobody else fewer than 5.
    """
    of_three = {"A": (2, 9), "B": (14, 7), "C": (20, 6)}
    charted = {"mean": 9.5, "signal": "none", "side": "below", "points": 2, "limits_status": "trial"}

    def made(chosen=BELOW_5, names=(RATES, CHART, HALF), small=of_three, total=(36, 22)) -> Path:
        rows = [*rows_of(small, "LSOA11"), *rows_of({"T": total}, "LAD")]
        months = [row | charted for row in rows if row["period_kind"] == "month"]
        larger = [row | {"lsoas": 3, "lsoas_holding_half": 1, "share_percent": 33.3} for row in rows[-3:]]
        tables = {
            RATES: table_of(RATES, rows),
            CHART: table_of(CHART, months),
            HALF: table_of(HALF, larger),
        }
        return written(tmp_path / "data", judged_tables({name: tables[name] for name in names}, chosen))

    return made


def rewrite(
    folder: Path, measure: str, change: Callable[[Row], object], chosen: Callable[[Row], bool]
) -> Row:
    """Change the first row of a table that is so; gives that row as it was."""
    path = folder / f"{measure}.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    row = next(each for each in rows if chosen(each))
    was = dict(row)
    change(row)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return was


def change(folder: Path, changed: Callable[[Fields], object]) -> None:
    fields = json.loads((folder / CERTIFICATE).read_text("utf-8"))
    changed(fields)
    (folder / CERTIFICATE).write_text(json.dumps(fields), encoding="utf-8")


def refused(folder: Path) -> str:
    """What the checker says, which is one short line."""
    with pytest.raises(Unsafe) as refusal:
        check(folder)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 200
    return str(refusal.value)


# Figures of the same row


def test_what_the_gate_made_is_accepted(folder):
    assert check(folder()).guarded > 0


@pytest.mark.parametrize("column", ["per_1000", "lower_95", "upper_95"])
@pytest.mark.parametrize("shown", ["1.333333", "0", "[x]", "[z]"])
def test_a_rate_beside_a_hidden_count_is_refused_whatever_stands_there(folder, column, shown):
    data = folder()
    was = rewrite(data, RATES, lambda row: row.update({column: shown}), lambda row: row["incidents"] == "[c]")
    assert was[column] == "[c]"
    where = " ".join(was[name] for name in ("area_level", "area_code", "period_kind", "period_from"))
    assert refused(data) == f"violence_rate shows {column} of {where}, and not what it is made of"


def test_a_rate_beside_a_rounded_count_is_refused(folder):
    data = folder(TO_5, (RATES,))
    rewrite(data, RATES, lambda row: row.update(per_1000="1.5"), lambda row: row["incidents"] == "15")
    assert refused(data).startswith("violence_rate shows per_1000 of ")


def test_a_rate_that_is_hidden_though_its_count_is_shown_is_no_leak(folder):
    data = folder()
    shown = lambda row: row["incidents"] != "[c]"  # noqa: E731
    rewrite(data, RATES, lambda row: row.update(per_1000="[c]"), shown)
    assert check(data).guarded > 0


def test_a_column_that_hides_and_that_nothing_says_the_kind_of_is_refused(folder):
    data = folder()
    rewrite(data, RATES, lambda row: row.update(population="[c]"), lambda _row: True)
    assert refused(data) == "violence_rate hides population, and the certificate does not say what it is"


# Figures of several rows


@pytest.mark.parametrize("month", ["2022-05-01", "2022-06-01"])
@pytest.mark.parametrize("column", ["mean", "upper_limit", "signal"])
def test_a_mean_of_months_of_which_one_is_hidden_is_refused_in_every_month(folder, column, month):
    data = folder()
    mine = lambda row: (row["area_code"], row["period_from"]) == ("A", month)  # noqa: E731
    was = rewrite(data, CHART, lambda row: row.update({column: "9.5"}), mine)
    assert was[column] == "[c]"
    assert refused(data) == f"{CHART} shows {column} of LSOA11 A month {month}, and not what it is made of"


def test_a_mean_of_months_of_which_all_are_shown_is_accepted(folder):
    data = folder()
    rows = csv.DictReader(io.StringIO((data / f"{CHART}.csv").read_text("utf-8")))
    assert {row["mean"] for row in rows if row["area_code"] == "T"} == {"9.5"}
    assert check(data).guarded > 0


def test_a_mean_is_refused_in_a_month_of_which_the_count_itself_is_shown(folder):
    """C has 20 in May and 6 in June, hidden with the 3 of B: its mean, beside the 20, would tell the 6."""
    data = folder(small={"A": (2, 30), "B": (14, 3), "C": (20, 6)}, total=(36, 39))
    shown = lambda row: row["incidents"] not in ("[c]", "[x]") and row["mean"] == "[c]"  # noqa: E731
    was = rewrite(data, CHART, lambda row: row.update(mean="13"), shown)
    assert f"{CHART} shows mean of" in refused(data)
    assert was["incidents"] == "20"


# Counts that one table hides and another says are not known


def test_a_rate_beside_a_count_that_another_table_hides_is_refused(folder):
    data = folder()
    mine = lambda row: row["incidents"] == "[c]" and row["period_kind"] == "month"  # noqa: E731
    rewrite(data, RATES, lambda row: row.update(incidents="[x]", per_1000="1.333333"), mine)
    assert refused(data).endswith(", and what it is made of is not known")


def test_a_mean_of_a_month_that_another_table_hides_is_refused(folder):
    data = folder()
    for _each in range(2):
        hidden = lambda row: row["area_code"] == "A" and row["incidents"] == "[c]"  # noqa: E731
        rewrite(data, CHART, lambda row: row.update(incidents="[x]"), hidden)
    for month in ("2022-05-01", "2022-06-01"):
        here = lambda row, m=month: (row["area_code"], row["period_from"]) == ("A", m)  # noqa: E731
        rewrite(data, CHART, lambda row: row.update(mean="5.5"), here)
        if refused(data).endswith(", and another table hides what it is made of"):
            return
    raise AssertionError(refused(data))


# Files that say a thing twice


def test_a_hidden_count_under_a_name_that_is_there_twice_is_refused(folder):
    data = folder()
    path = data / f"{RATES}.csv"
    names, *rows = path.read_text("utf-8").splitlines()
    lines = [f"{names},incidents", *(f"{row},2" for row in rows), ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert refused(data) == f"{RATES}.csv has two columns of one name"


def test_a_row_of_more_columns_than_names_is_refused(folder):
    data = folder()
    path = data / f"{RATES}.csv"
    path.write_text(path.read_text("utf-8").rstrip() + ",2\n", encoding="utf-8")
    assert refused(data) == f"{RATES}.csv has a row of more or fewer columns than it has names"


def test_a_certificate_that_says_a_thing_twice_is_refused(folder):
    data = folder()
    path = data / CERTIFICATE
    path.write_text(path.read_text("utf-8").replace("{", '{"steps": [],', 1), encoding="utf-8")
    assert refused(data) == "a JSON file says one thing twice"


def test_a_rate_that_is_said_to_be_of_the_key_is_refused(folder):
    data = folder()

    def forge(fields: Fields) -> None:
        table = fields["tables"][0]
        table["key"].append(table["derived"].pop()["column"])

    change(data, forge)
    assert refused(data) == (
        "the certificate takes other columns for the key of violence_rate than for its places"
    )


# Figures of smaller areas


@pytest.mark.parametrize("column", ["lsoas_holding_half", "share_percent"])
def test_how_many_small_areas_hold_half_is_refused_where_one_of_them_is_hidden(folder, column):
    data = folder()
    may = lambda row: (row["period_kind"], row["period_from"]) == ("month", "2022-05-01")  # noqa: E731
    was = rewrite(data, HALF, lambda row: row.update({column: "1"}), may)
    assert was[column] == "[c]"
    said = "of incidents T 2022-05-01/2022-05-31 is shown, and not all smaller counts that it is made of"
    assert refused(data) == f"{column} {said}"


def test_how_many_small_areas_hold_half_is_refused_where_no_table_has_them(folder):
    data = folder(names=(HALF,), chosen=BELOW_5)
    rewrite(data, HALF, lambda row: row.update(share_percent="33.3"), lambda _row: True)
    assert "is shown, and not all smaller counts" in refused(data)


# Figures of earlier tables


@pytest.fixture
def twice(rows_of, judged_rows, published, written, tmp_path: Path) -> Callable[..., Path]:
    """The data folder of rates published twice; `forge` changes the first one's bytes, and their hash."""

    def made(forge: Callable[[bytes], bytes] = lambda content: content) -> Path:
        months = [
            *rows_of({"A": (2, 9), "B": (14, 7), "C": (20, 6)}, "LSOA11"),
            *rows_of({"T": (36, 22)}, "LAD"),
        ]
        of_may = [row for row in months if row["period_to"].month == 5]
        first = judged_rows(RATES, of_may, BELOW_5)
        content = forge(csv_bytes(first.releases[RATES]))
        earlier = replace(
            published(first, 1, RATES),
            file=earlier_name(RATES, digest(content)).removeprefix("data/"),
            sha256=digest(content),
            table=as_text(content),
        )
        return written(
            tmp_path / "data", judged_rows(RATES, months, BELOW_5, earlier=[earlier]), [(earlier, content)]
        )

    return made


def test_a_rate_beside_a_hidden_count_of_an_earlier_table_is_refused(twice):
    said = "violence_rate shows per_1000 of LSOA11 A month 2022-05-01, and not what it is made of"

    def forge(content: bytes) -> bytes:
        hidden = b"LSOA11,A,[x],month,2022-05-01,2022-05-31,[c],1500,2020,[c],"
        assert content.count(hidden) == 1
        return content.replace(hidden, hidden.removesuffix(b"[c],") + b"1.333333,")

    assert refused(twice(forge)) == said


def test_an_earlier_table_whose_rates_are_said_to_be_made_otherwise_is_refused(twice):
    data = twice()
    assert check(data).earlier == 1
    change(data, lambda fields: fields["earlier"][0]["derived"][0].update(over=["period_from"]))
    assert re.fullmatch(
        r"the certificate reads earlier/.*\.csv otherwise than violence_rate is read", refused(data)
    )


# What the certificate leaves out


@pytest.mark.parametrize("measure", [RATES, CHART, HALF])
@pytest.mark.parametrize(
    "leave_out",
    [
        lambda table: table.update(derived=[]),
        lambda table: table["derived"][0].update({"from": []}),
        lambda table: table["derived"][0].update({"from": ["population"]}),
    ],
    ids=["none", "from nothing", "from no count"],
)
def test_a_certificate_that_does_not_say_what_is_worked_out_is_refused(folder, measure, leave_out):
    data = folder()
    change(data, lambda fields: leave_out(next(t for t in fields["tables"] if t["measure"] == measure)))
    said = "does not say from which counts|hides [a-z0-9_]+, and the certificate does not say what it is"
    assert re.search(said, refused(data))
