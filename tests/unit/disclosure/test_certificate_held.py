"""Certificates that weaken themselves or were swapped: what lies beside them says otherwise."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from evenhand.actions.verify import as_text, verify
from evenhand.disclosure.check import CERTIFICATE, Unsafe, check
from evenhand.disclosure.checker.policies import check_policy
from evenhand.disclosure.checker.tables import hash_of
from evenhand.disclosure.gate import Judged
from evenhand.disclosure.partition import Partition
from evenhand.disclosure.proof import effect
from evenhand.errors import NotVerified
from evenhand.ledger import verify as verifier
from evenhand.ledger.limits import cannot_know
from evenhand.ledger.lines import earlier_name
from evenhand.needs import MEASURES
from evenhand.rules.policy import policy, policy_names

DAY = date(2026, 11, 23)
BELOW_5 = policy("counts", threshold=5)
LINKED = ("recorded_violence", "violence_rate", "violence_by_deprivation")
AREAS = Partition(("area_code",), ("T",), (("A",), ("B",), ("C",)))
MONTHS = (date(2022, 5, 1), date(2022, 5, 31)), (date(2022, 6, 1), date(2022, 6, 30))
OF_TWO_MONTHS = Partition(("period",), ((MONTHS[0][0], MONTHS[1][1]),), tuple((each,) for each in MONTHS))
Fields = dict[str, Any]


@pytest.fixture
def published(sealed, judged_of: Callable[..., Judged], tmp_path: Path) -> Path:
    """A publication of three linked tables, of which counts below 5 are hidden."""
    return sealed(tmp_path, judged_of(BELOW_5, LINKED))


def change(published: Path, changed: Callable[[Fields], object]) -> None:
    path = published / "data" / CERTIFICATE
    fields = json.loads(path.read_text("utf-8"))
    changed(fields)
    path.write_text(json.dumps(fields), encoding="utf-8")


def refused(published: Path) -> str:
    """What the checker says, which is one short line."""
    with pytest.raises(Unsafe) as refusal:
        check(published / "data")
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 200
    return str(refusal.value)


def test_what_was_published_is_held_by_all_that_lies_beside_it(published):
    found = check(published / "data")
    columns = (
        "area_name, edition, lsoas, months_in_period, months_supplied, period_to, population, population_year"
    )
    on_trust = (
        "which areas make up which (3 sums)",
        f"that 8 columns come from no count ({columns})",
        "from which counts 6 columns are worked out",
    )
    assert found.trusted == on_trust
    assert found.lines == (found.line, *(f"taken on trust: {each}" for each in on_trust))


# What the certificate leaves out


SUMS = {
    "none": (lambda each: not each, "does not add up the months of 2022"),
    "no areas": (lambda each: each["dimensions"] != ["area_code"], "LAD and no LSOA11 of smaller areas"),
    "no tenths": (lambda each: "decile" not in each["dimensions"], "the 2 small areas of T 1"),
    "not one tenth": (lambda each: each["whole"] != ["T", "2"], "the 1 small areas of T 2"),
    "no months": (lambda each: "period" not in each["dimensions"], "months of 2022-05-01/2022-06-30"),
}


@pytest.mark.parametrize("case", SUMS)
def test_a_certificate_without_the_sums_of_areas_or_months_is_refused(published, case):
    kept, said = SUMS[case]
    change(published, lambda fields: fields.update(partitions=[*filter(kept, fields["partitions"])]))
    assert said in refused(published)


@pytest.mark.parametrize("dimension", ["area_code", "period"])
def test_a_certificate_that_leaves_a_part_out_is_refused(published, dimension):
    def shorter(fields: Fields) -> None:
        del next(each for each in fields["partitions"] if each["dimensions"] == [dimension])["parts"][-1]

    change(published, shorter)
    said = "has C in no larger area" if dimension == "area_code" else "of other than its months"
    assert said in refused(published)


def test_a_certificate_that_counts_an_area_twice_is_refused(published):
    def twice(fields: Fields) -> None:
        fields["partitions"][0]["parts"][0] = ["C"]

    change(published, twice)
    assert "the certificate adds up T of a part twice" in refused(published)


def test_an_area_that_is_not_made_up_of_the_smallest_is_refused(published):
    def between(fields: Fields) -> None:
        fields["partitions"][0]["parts"] = [["M"]]
        fields["partitions"].append({"dimensions": ["area_code"], "whole": ["M"], "parts": [["A"]]})

    change(published, between)
    assert "does not make up T of the smallest areas" in refused(published)


def test_an_area_that_is_in_none_of_a_level_is_said(sealed, rows_of, judged_rows, tmp_path):
    """As where a lookup has no ward for it: whether that is so is for whoever knows the area."""
    rows = [*rows_of({"A": (2, 9), "B": (14, 7), "C": (20, 6)}, "LSOA11"), *rows_of({"T": (36, 22)}, "LAD")]
    rows += rows_of({"W": (16, 16)}, "WD")
    ward = Partition(("area_code",), ("W",), (("A",), ("B",)))
    made = sealed(tmp_path, judged_rows("recorded_violence", rows, BELOW_5, (AREAS, OF_TWO_MONTHS, ward)))
    assert "that 1 areas are in none of level WD" in check(made / "data").trusted


def test_an_area_in_two_of_a_level_is_refused(sealed, rows_of, judged_rows, tmp_path):
    rows = [*rows_of({"A": (2, 9), "B": (14, 7), "C": (20, 6)}, "LSOA11"), *rows_of({"T": (36, 22)}, "LAD")]
    rows += rows_of({"W": (16, 16), "V": (20, 6)}, "WD")
    wards = [
        Partition(("area_code",), ("W",), (("A",), ("B",))),
        Partition(("area_code",), ("V",), (("C",),)),
    ]
    made = sealed(tmp_path, judged_rows("recorded_violence", rows, BELOW_5, (AREAS, OF_TWO_MONTHS, *wards)))
    change(made, lambda fields: fields["partitions"][-1]["parts"].append(["B"]))
    assert refused(made) == "the certificate has an area in two of level WD"


# A weaker policy


def test_a_policy_that_hides_less_than_its_label_says_is_refused(published):
    change(published, lambda fields: fields["policy"].update(hide_to=2))
    assert "policy counts 1 (1 to 4 hidden) does not hide and round as the certificate" in refused(published)


def weaker(fields: Fields) -> None:
    fields["policy"].update(name="counts 1 (1 to 2 hidden)", hide_to=2)


def test_a_policy_that_the_tables_do_not_name_is_refused(published):
    change(published, weaker)
    assert "is under policy counts 1 (1 to 4 hidden), the certificate counts 1 (1 to 2" in refused(published)


def test_a_policy_that_the_ledger_does_not_name_is_refused(sealed, judged_of, tmp_path):
    made = sealed(tmp_path, judged_of(BELOW_5, LINKED), "counts 1 (1 to 5 hidden)")
    assert refused(made) == "entry 1 of the ledger is not under policy counts 1 (1 to 4 hidden)"


@pytest.mark.parametrize("name", policy_names())
def test_every_policy_is_known_by_its_label(name):
    given = {"counts": {"threshold": 5, "rounding": 5}, "open-data": {"reason": "it is open"}}.get(name, {})
    check_policy(effect(policy(name, **given)))


@pytest.mark.parametrize(
    "chosen",
    [
        policy("counts", threshold=0, rounding=5),
        policy("counts", threshold=8, rounding=5, hide_zeros=True, group=True),
        policy("acro", hide_zeros=False),
    ],
    ids=lambda chosen: chosen.label,
)
def test_a_policy_that_was_chosen_is_known_by_its_label(chosen):
    check_policy(effect(chosen))
    with pytest.raises(Unsafe, match="does not hide and round"):
        check_policy({**effect(chosen), "rounding_base": 7})


FIXED = ("ons-5", "nobody")
MORE = (" or so", ", never rounded", ", rounded to 0", ", rounded to 1")


@pytest.mark.parametrize(
    "label",
    [
        *("", "counts 1", "nobody 1"),
        *(f"{name} 1 (1 to 4 hidden)" for name in FIXED),
        *(f"counts 1 (1 to 4 hidden{more})" for more in MORE),
        "counts 1 (1 to 4 hidden) or so",
    ],
)
def test_a_policy_of_no_known_label_is_refused(label):
    with pytest.raises(Unsafe, match="does not hide and round"):
        check_policy({**effect(BELOW_5), "name": label})


# What the tables are said to hold


LAYOUTS: dict[str, Callable[[Fields], object]] = {
    "no counts": lambda table: table.update(counts=[]),
    "no kinds": lambda table: table.update(categories=[], adds_up_over=[]),
    "a count of something else": lambda table: table["counts"][0].update(of="something else"),
    "a sum of columns": lambda table: table["counts"][0].update(sum_of=["incidents"]),
    "another year": lambda table: table["counts"][0].update(years_before=1),
}


@pytest.mark.parametrize("case", LAYOUTS)
def test_a_table_said_to_hold_other_counts_than_it_says_itself_is_refused(published, case):
    change(published, lambda fields: LAYOUTS[case](fields["tables"][-1]))
    refused(published)


def test_a_table_said_to_hold_nothing_that_counts_is_refused_by_what_it_says_itself(published):
    change(published, lambda fields: fields["tables"][-1].update(counts=[], derived=[]))
    rows = published / "data/violence_by_deprivation.csv"
    rows.write_text(rows.read_text("utf-8").replace("[c]", "[x]"), encoding="utf-8")
    said = "the certificate says otherwise than violence_by_deprivation.json which columns are counted"
    assert refused(published) == said


@pytest.mark.parametrize(
    "forge",
    [
        lambda table: table.update(derived=[]),
        lambda table: table["derived"][0].update({"of_parts": True}),
    ],
    ids=["none", "of parts"],
)
def test_rates_that_a_table_says_are_worked_out_have_to_be(published, forge):
    path = published / "data/violence_rate.csv"
    path.write_text(path.read_text("utf-8").replace("[c]", "[x]"), encoding="utf-8")

    def changed(fields: Fields) -> None:
        table = next(each for each in fields["tables"] if each["measure"] == "violence_rate")
        forge(table)
        # Else the table would not be the one that the certificate speaks of.
        table["sha256"] = hash_of(path)

    change(published, changed)
    assert refused(published) == (
        "the certificate says otherwise than violence_rate.json which columns are worked out"
    )


def test_columns_that_a_table_says_add_up_have_to(sealed, judged_tables, tmp_path):
    rows = [("month", date(2022, 5, 1), date(2022, 5, 31), True, 40, 30, 3, 7)]
    names = [column.name for column in MEASURES["coverage"].result.columns]
    table = pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)})
    made = sealed(tmp_path, judged_tables({"coverage": table}, BELOW_5))
    assert check(made / "data").guarded >= 2
    change(made, lambda fields: fields["tables"][0]["counts"][0].update(sum_of=[]))
    assert refused(made) == "the certificate says otherwise than coverage.json which columns are counted"


def test_kinds_that_add_up_have_to(published):
    change(published, lambda fields: fields["tables"][-1].update(adds_up_over=[]))
    said = "the certificate does not add up violence_by_deprivation over every decile"
    assert refused(published) == said


def test_a_json_file_that_shows_more_than_the_table_is_refused(published):
    path = published / "data/recorded_violence.json"
    path.write_text(
        path.read_text("utf-8").replace('"incidents": "[c]"', '"incidents": 2', 1), encoding="utf-8"
    )
    assert refused(published) == "recorded_violence.json does not show the same as the CSV file"


def test_a_table_without_its_json_file_is_refused(published):
    (published / "data/recorded_violence.json").unlink()
    assert "recorded_violence is not as entry 1 of the ledger released it" in refused(published)


def test_an_entry_that_counts_the_same_is_not_set_aside(published):
    first = json.loads((published / "ledger.jsonl").read_text("utf-8").split("\n")[0])
    file = earlier_name(first["measure"], first["released"]).removeprefix("data/")
    aside = {"entry": 1, "file": file, "definition": "another"}
    change(published, lambda fields: fields["counts_something_else"].append(aside))
    assert refused(published) == "the certificate sets aside entry 1, which counts some of the same"


def test_an_earlier_table_is_read_as_today_and_is_what_its_entry_released(published):
    kept = json.loads((published / "data" / CERTIFICATE).read_text("utf-8"))
    policy_of = {name: kept["policy"][name] for name in ("name", "hide_from", "hide_to", "rounding_base")}
    earlier = {"entry": 2, "published": [4], "file": "earlier/x.csv", "policy": policy_of}
    earlier |= kept["tables"][0]
    change(published, lambda fields: fields["earlier"].append(earlier))
    assert refused(published) == "violence_rate is not as entry 2 of the ledger released it"
    change(published, lambda fields: fields["earlier"][0].update(adds_up_over=["decile"]))
    said = "the certificate reads earlier/x.csv otherwise than recorded_violence is read"
    assert refused(published) == said


def test_an_entry_that_the_certificate_is_silent_about_is_refused(published):
    ledger = published / "ledger.jsonl"
    first, rest = ledger.read_text("utf-8").split("\n", 1)
    entry = json.loads(first) | {"released": "0" * 64}
    ledger.write_text(f"{json.dumps(entry)}\n{first}\n{rest}", encoding="utf-8")
    assert refused(published) == "the certificate does not speak of entry 1 of the ledger"


def test_places_that_begin_otherwise_are_refused(published):
    change(published, lambda fields: fields["dimensions"].reverse())
    assert (
        refused(published) == "the certificate does not begin a place with what is counted, area and period"
    )


def test_a_table_that_is_said_to_be_an_earlier_one_is_refused(published):
    change(published, lambda fields: fields["tables"][0].update(sha256="0" * 64))
    assert "is not the table that the certificate speaks of" in refused(published)


def test_without_a_ledger_what_it_would_say_is_taken_on_trust(published):
    (published / "ledger.jsonl").unlink()
    assert check(published / "data").trusted[3:] == ("policy and tables: no ledger is beside them",)


# The certificate swapped


def another(published: Path) -> None:
    """One that holds as well: it goes back from the last world to the one before."""

    def longer(fields: Fields) -> None:
        cells, by = fields["steps"][-1]
        fields["steps"] += [[cells, [-each for each in by]]]

    change(published, longer)


SWAPPED: dict[str, Callable[[Path, bytes], object]] = {
    "another that holds": lambda folder, _older: another(folder),
    "an older one": lambda folder, older: (folder / "data" / CERTIFICATE).write_bytes(older),
    "emptied": lambda folder, _older: (folder / "data" / CERTIFICATE).write_bytes(b""),
    "removed": lambda folder, _older: (folder / "data" / CERTIFICATE).unlink(),
}


@pytest.mark.parametrize("case", SWAPPED)
def test_a_certificate_swapped_is_named_by_every_verifier(sealed, judged_of, tmp_path, case):
    older = sealed(tmp_path, judged_of(BELOW_5, LINKED[:2])) / "data" / CERTIFICATE
    content = older.read_bytes()
    made = sealed(tmp_path, judged_of(BELOW_5, LINKED))
    assert run(made / "verify.py").returncode == run(made / "check_hidden.py").returncode == 0
    SWAPPED[case](made, content)
    said = "data/certificate.json: this file was " + ("published and is" if case == "removed" else "changed")
    with pytest.raises(NotVerified, match=said):
        verify(tmp_path)
    alone = run(made / "verify.py")
    assert alone.returncode == 6
    assert alone.stdout.startswith(said)
    assert run(made / "check_hidden.py").returncode == 6


def run(program: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", "-S", str(program)], capture_output=True, text=True)


def test_another_certificate_that_holds_is_not_the_one_that_the_ledger_names(published):
    another(published)
    assert refused(published) == "certificate.json is not the one that the ledger names"
    (published / "ledger.jsonl").unlink()
    assert check(published / "data").guarded > 0


# What `evenhand verify` says


def test_verify_says_in_a_line_that_hidden_counts_stay_hidden(published):
    report = verify(published)
    said = check(published / "data").lines
    assert report.remarks[-len(said) :] == said
    assert as_text(report).split("\n\n") == ["\n".join([report.line, *said]), cannot_know(compared=False)]


def test_verify_does_not_hold_where_a_sealed_certificate_proves_nothing(judged_of, sealed, tmp_path):
    judged = judged_of(BELOW_5, LINKED)
    assert judged.proof is not None
    forged = replace(judged, proof=judged.proof.after({"steps": []}))
    made = sealed(tmp_path, forged)
    assert verifier.verify(made).holds
    said = r"^data/certificate\.json: hidden counts are not proved safe: [0-9]+ hidden counts are not proved"
    with pytest.raises(NotVerified, match=said):
        verify(tmp_path)


def test_verify_does_not_hold_where_a_policy_that_hides_was_sealed_without_certificate(
    judged_of, sealed, tmp_path
):
    judged = judged_of(BELOW_5, LINKED)
    sealed(tmp_path, replace(judged, proof=None))
    with pytest.raises(NotVerified, match=r"certificate\.json: is not there, though entry 1 hides or rounds"):
        verify(tmp_path)
