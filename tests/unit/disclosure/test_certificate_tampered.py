"""Certificates that were tampered with, and tables: the checker says in a line what does not hold."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evenhand.disclosure import check as checker
from evenhand.disclosure.check import CERTIFICATE, Unsafe, check
from evenhand.engine.standalone import checker_file
from evenhand.rules.policy import policy

TABLE = "recorded_violence.csv"
TRUTH = (36, 22, 58, 2, 9, 11, 14, 7, 21, 20, 6, 26)
"""May, June and both of the local authority and of its three LSOAs, as the rows are."""
BELOW_5 = policy("counts", threshold=5)
BY_3 = policy("counts", threshold=3, rounding=3)
TO_5 = policy("counts", threshold=0, rounding=5)
NHS = policy("nhs-subnational")


@pytest.fixture
def published(judged_of, written, tmp_path: Path) -> Path:
    """The data folder of three linked tables, of which counts below 5 are hidden."""
    return written(tmp_path / "data", judged_of(BELOW_5))


@pytest.fixture
def alone(judged_of, written, tmp_path: Path) -> Path:
    """The data folder of one table."""
    return written(tmp_path / "data", judged_of(BELOW_5, ("recorded_violence",)))


Fields = dict[str, Any]


def _change(folder: Path, change: Callable[[Fields], object]) -> None:
    fields = json.loads((folder / CERTIFICATE).read_text("utf-8"))
    change(fields)
    (folder / CERTIFICATE).write_text(json.dumps(fields), encoding="utf-8")


def _shown(folder: Path) -> list[str]:
    with (folder / TABLE).open(encoding="utf-8", newline="") as lines:
        return [row["incidents"] for row in csv.DictReader(lines)]


def _rewrite(path: Path, row: int, count: str) -> None:
    """Put another count in a row of a table."""
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    assert rows[row]["incidents"] != count
    rows[row]["incidents"] = count
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _refused(folder: Path) -> str:
    """What the checker says, which is one short line."""
    with pytest.raises(Unsafe) as refusal:
        check(folder)
    said = str(refusal.value)
    assert "\n" not in said
    assert 0 < len(said) < 200
    return said


def test_a_shown_count_changed_in_one_table_is_refused(published):
    _rewrite(published / TABLE, 0, "37")
    assert _refused(published) == "incidents T 2022-05-01/2022-05-31 is 37 in one table and 36 in another"


@pytest.mark.parametrize("row", range(len(TRUTH)))
def test_any_count_changed_is_refused(alone, row):
    shown = _shown(alone)[row]
    _rewrite(alone / TABLE, row, "9" if shown == "[c]" else str(int(shown) + 1))
    _refused(alone)


def test_a_sign_in_place_of_a_shown_count_is_refused(alone):
    for row, shown in enumerate(_shown(alone)):
        if shown != "[c]":
            _rewrite(alone / TABLE, row, "[c]")
            _refused(alone)
            _rewrite(alone / TABLE, row, shown)
    assert check(alone).guarded > 0


def test_the_true_number_in_place_of_a_sign_is_refused(alone):
    hidden = [row for row, shown in enumerate(_shown(alone)) if shown == "[c]"]
    assert len(hidden) >= 4
    for row in hidden:
        _rewrite(alone / TABLE, row, str(TRUTH[row]))
        _refused(alone)
        _rewrite(alone / TABLE, row, "[c]")


def test_text_in_place_of_a_count_is_refused(alone):
    _rewrite(alone / TABLE, 0, "many")
    assert _refused(alone) == "certificate.json is no certificate of these tables (ValueError)"


def test_a_count_that_the_policy_would_not_show_is_refused(alone):
    _rewrite(alone / TABLE, 0, "3")
    assert "the policy would show no count as 3" in _refused(alone)


def test_a_hidden_count_that_no_world_moves_is_refused(published):
    _change(published, lambda fields: fields.update(steps=[]))
    assert " hidden counts are not proved safe, the first incidents " in _refused(published)


def test_a_hidden_count_that_no_world_moves_far_enough_is_refused(published):
    def slow(fields: Fields) -> None:
        cells, change = next(step for step in fields["steps"] if not any(by % 2 for by in step[1]))
        fields["steps"] = [[cells, [by // 2 for by in change]]]

    _change(published, slow)
    assert "not proved safe" in _refused(published)


def test_a_step_removed_is_refused(judged_of, written, tmp_path):
    folder = written(tmp_path, judged_of(TO_5))
    steps = json.loads((folder / CERTIFICATE).read_text("utf-8"))["steps"]
    assert len(steps) > 1
    for number in range(len(steps)):
        _change(
            folder, lambda fields, number=number: fields.update(steps=steps[:number] + steps[number + 1 :])
        )
        _refused(folder)


def test_a_first_world_that_does_not_add_up_is_refused(published):
    def one_more(fields: Fields) -> None:
        fields["first"][0] += 1

    _change(published, one_more)
    assert _refused(published) == "the first world does not add up"


def test_a_world_that_does_not_add_up_is_refused(published):
    def one_more(fields: Fields) -> None:
        fields["steps"][0][1][0] += 1

    _change(published, one_more)
    assert _refused(published) == "world 2 does not add up"


def test_a_count_out_of_its_range_is_refused(published):
    def far(fields: Fields) -> None:
        cells, change = fields["steps"][0]
        fields["steps"] = [[cells, [-1_000 * by for by in change]]]

    _change(published, far)
    assert "which would not have looked as published" in _refused(published)


def test_a_world_in_which_a_hidden_count_is_0_is_refused(published):
    """Zeros are shown, so a hidden count is none."""

    def to_0(fields: Fields) -> None:
        hidden = next(number for number, count in enumerate(fields["first"]) if count > 0)
        fields["first"][hidden] = 0

    _change(published, to_0)
    assert " has 0 for incidents " in _refused(published)


@pytest.mark.parametrize("value", [1.5, 3.0, True, None, "3", [3], float("nan")])
def test_a_count_that_is_no_whole_number_is_refused(published, value):
    def odd(fields: Fields) -> None:
        fields["first"][0] = value

    _change(published, odd)
    _refused(published)


@pytest.mark.parametrize("cell", [-1, 10_000, 0.0, True, "0", None])
def test_a_step_of_a_cell_that_is_not_there_is_refused(published, cell):
    # By -1 Python means the last: a step there would be put to none of its sums.
    def odd(fields: Fields) -> None:
        fields["steps"].append([[cell], [2]])

    _change(published, odd)
    _refused(published)


def test_worlds_that_move_each_hidden_count_alone_are_refused(published):
    def forged(fields: Fields) -> None:
        count = len(fields["cells"])
        fields["steps"] = [[[number - count], [30]] for number in range(count)]

    _change(published, forged)
    _refused(published)


def test_a_step_with_more_cells_than_changes_is_refused(published):
    _change(published, lambda fields: fields["steps"].append([[0, 1], [1]]))
    _refused(published)


def test_a_cell_given_twice_is_refused(published):
    def twice(fields: Fields) -> None:
        fields["cells"].append(fields["cells"][0])
        fields["first"].append(fields["first"][0])

    _change(published, twice)
    assert "one count for each of its cells" in _refused(published)


def test_a_cell_left_out_is_refused(published):
    def without(fields: Fields) -> None:
        fields["steps"] = []
        del fields["cells"][0], fields["first"][0]

    _change(published, without)
    _refused(published)


def test_a_table_that_the_certificate_does_not_speak_of_is_refused(published):
    (published / "extra.csv").write_text("area_code,incidents\nA,2\n", encoding="utf-8")
    assert _refused(published) == "extra.csv is published and the certificate does not speak of it"


def test_a_table_taken_out_of_the_certificate_is_refused(published):
    _change(published, lambda fields: fields["tables"].pop())
    assert _refused(published).endswith("is published and the certificate does not speak of it")


def test_a_table_that_was_withdrawn_takes_nothing_from_the_others(published):
    guarded = check(published).guarded
    table = published / "violence_by_deprivation.csv"
    hashed = hashlib.sha256(table.read_bytes()).hexdigest()
    _change(published, lambda it: it["tables"][-1].update(sha256=hashed))
    table.rename(published / f"earlier/{table.stem}-{hashed[:12]}.csv")
    assert check(published).guarded == guarded


def test_a_table_that_was_taken_away_is_missed(published):
    (published / "violence_by_deprivation.csv").unlink()
    assert _refused(published).endswith("speaks of violence_by_deprivation.csv, and it is not there")


@pytest.mark.parametrize(
    "other",
    [
        {"A": (2, 9), "B": (15, 7), "C": (20, 6)},
        {"A": (14, 9), "B": (2, 7), "C": (20, 6)},
        {"A": (90, 80), "B": (70, 60), "C": (50, 40)},
    ],
    ids=str,
)
def test_the_certificate_of_another_publication_is_refused(published, other, judged_of, written, tmp_path):
    another = written(tmp_path / "other", judged_of(BELOW_5, counts=other))
    (published / CERTIFICATE).write_bytes((another / CERTIFICATE).read_bytes())
    _refused(published)


def test_the_certificate_of_another_policy_is_refused(published, judged_of, written, tmp_path):
    for number, chosen in enumerate((BY_3, TO_5, NHS)):
        another = written(tmp_path / str(number), judged_of(chosen))
        (published / CERTIFICATE).write_bytes((another / CERTIFICATE).read_bytes())
        _refused(published)


@pytest.mark.parametrize(
    "rubbish",
    [
        b"",
        b"{",
        b"{}",
        b"[]",
        b"null",
        b"3",
        b'"certificate"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"certificate": 1, "dimensions": 3, "policy": [], "tables": {}}',
        b'{"certificate": 1, "dimensions": ["counted", "area_code", "period"], "policy": {}, "tables": []}',
    ],
    ids=lambda rubbish: repr(rubbish[:40]),
)
def test_rubbish_is_refused(published, rubbish):
    (published / CERTIFICATE).write_bytes(rubbish)
    _refused(published)


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_a_certificate_of_another_version_is_refused(published, version):
    _change(published, lambda fields: fields.update(certificate=version))
    assert _refused(published) == "certificate.json is of a version that this program does not check"


FIELDS = ("certificate", "policy", "dimensions", "tables", "partitions", "cells", "first", "steps")


@pytest.mark.parametrize("rubbish", [None, 3, "x", [3], [[3]], [None]], ids=str)
@pytest.mark.parametrize("field", FIELDS)
def test_a_certificate_with_rubbish_in_a_field_is_refused(published, field, rubbish):
    _change(published, lambda fields: fields.update({field: rubbish}))
    _refused(published)


@pytest.mark.parametrize("field", FIELDS)
def test_a_certificate_without_a_field_is_refused(published, field):
    _change(published, lambda fields: fields.pop(field))
    _refused(published)


def test_a_folder_without_certificate_is_refused(published, capsys):
    (published / CERTIFICATE).unlink()
    assert checker.main([str(published)]) == checker.FAILED
    assert "has no certificate.json" in capsys.readouterr().out


def test_an_older_python_is_told_and_calls_no_certificate_unsafe(published, monkeypatch, capsys):
    monkeypatch.setattr(checker, "OLDEST", (99, 0))
    assert checker.main([str(published)]) == checker.FAILED
    assert capsys.readouterr().out == "Not checked: this needs Python 99.0 or later\n"


def test_the_program_checks_beside_a_publication_with_python_alone(published):
    program = published.parent / "check_hidden.py"
    program.write_bytes(checker_file())
    run = [sys.executable, "-I", "-S", str(program)]
    done = subprocess.run(run, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "\n".join(check(published).lines) + "\n"
    _change(published, lambda fields: fields.update(steps=[]))
    done = subprocess.run([*run, str(published)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (checker.FAILED, "")
    assert done.stdout.startswith("Not proved safe: ")
