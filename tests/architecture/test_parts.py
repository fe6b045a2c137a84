"""Every measure, source, rule, column and error is whole. What is missing is said in words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from evenhand import errors
from evenhand.actions.check import lacks
from evenhand.actions.scaffold import Part
from evenhand.needs import MEASURES
from evenhand.rules.partnership import _SECTIONS
from evenhand.rules.policy import policy_names
from evenhand.tables import PREPARED, STORED
from evenhand.tables.schema import Handling, Kind, Role, Schema

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "evenhand"
NOT_FORMATS = {"__init__", "source", "police_uk"}
SCHEMAS = [*STORED.values(), *PREPARED.values(), *(measure.result for measure in MEASURES.values())]
NUMBERS = (Kind.INTEGER, Kind.NUMBER)


def named(schema: Schema) -> str:
    return schema.name


@pytest.mark.parametrize("name", MEASURES)
def test_measure_lacks_nothing(name):
    assert lacks(Part.MEASURE, name, ROOT) == []


@pytest.mark.parametrize("name", sorted(path.stem for path in (SOURCE / "sources").glob("*.py")))
def test_source_lacks_nothing(name):
    if name not in NOT_FORMATS:
        assert lacks(Part.SOURCE, name, ROOT) == []


@pytest.mark.parametrize("name", policy_names())
def test_rule_lacks_nothing(name):
    assert lacks(Part.RULE, name.replace("-", "_"), ROOT) == []


def test_every_measure_file_is_listed():
    written = {
        path.stem for path in (SOURCE / "needs").glob("*.py") if "\nMEASURE = " in path.read_text("utf-8")
    }
    assert written == set(MEASURES)


def test_measures_come_after_those_they_take():
    names = list(MEASURES)
    late = [
        f"{name} takes {table}"
        for name, measure in MEASURES.items()
        for table in measure.inputs
        if table in names and names.index(table) >= names.index(name)
    ]
    assert late == []


@pytest.mark.parametrize("name", MEASURES)
def test_inputs_of_a_measure_are_tables(name):
    assert set(MEASURES[name].inputs) <= {*STORED, *PREPARED, *MEASURES}


@pytest.mark.parametrize("schema", SCHEMAS, ids=named)
def test_schema_says_what_a_row_and_each_column_is(schema):
    assert schema.row.endswith("."), "say in a sentence what a row is"
    for column in schema.columns:
        assert column.meaning, f"{schema.name}.{column.name} has no meaning"
        assert isinstance(column.handling, Handling)
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name), column.name


@pytest.mark.parametrize("schema", SCHEMAS, ids=named)
def test_schema_has_each_column_once_and_its_key(schema):
    assert len(set(schema.names)) == len(schema.names)
    assert set(schema.key) <= set(schema.names)


@pytest.mark.parametrize("name", MEASURES)
def test_columns_of_a_result_are_fit_for_the_gate(name):
    for column in MEASURES[name].result.columns:
        assert column.role in Role, f"{name}.{column.name} has no role: the gate would refuse it"
        assert column.handling is not Handling.IDENTIFYING, f"{name}.{column.name} points at a person"
        if column.role in (Role.COUNT, Role.DERIVED) and column.kind in NUMBERS:
            assert column.unit, f"{name}.{column.name} has no unit"
        if column.role is Role.DERIVED:
            assert set(column.derived_from), f"{name}.{column.name}: derived from what?"


@pytest.mark.parametrize("name", policy_names())
def test_every_version_of_a_policy_has_its_own_number_and_day(name):
    versions = tomllib.loads((SOURCE / "rules" / "policies" / f"{name}.toml").read_text("utf-8"))["version"]
    for field in ("version", "in_force_from"):
        values = [version[field] for version in versions]
        assert len(set(values)) == len(values), field


def test_every_table_of_rules_names_its_authority():
    modules = [path.read_text("utf-8") for path in (SOURCE / "rules").glob("*.py")]
    for table in sorted((SOURCE / "rules").rglob("*.csv")):
        readers = [text for text in modules if table.name in text]
        assert readers, f"nothing reads {table.name}"
        assert any(re.search(r"^AUTHORITY = ", text, re.M) for text in readers), f"{table.name}: who says so?"


@pytest.mark.parametrize("section", _SECTIONS)
def test_every_setting_is_explained_where_it_is_made(section):
    template = (SOURCE / "actions" / "skeletons" / "evenhand.toml.txt").read_text("utf-8")
    told = template.partition(f"[{section}]\n")[2].partition("\n[")[0]
    settings = re.findall(r"^(?:# )?(\w+) =", told, re.M)
    assert sorted(settings) == sorted(_SECTIONS[section])
    if section != "partnership":
        assert told.lstrip().startswith("#") or "\n#" in told


def test_every_error_has_an_exit_code_of_its_own():
    codes = [kind.exit_code for kind in (errors.EvenhandError, *errors.family())]
    assert len(set(codes)) == len(codes)
    # 0 is success, 2 is how shells and Typer say a command was typed wrongly, 126 and above are the shell's.
    assert all(0 < code < 126 and code != 2 for code in codes)


def test_every_error_says_what_it_means_and_is_on_the_page():
    page = (ROOT / "docs" / "reference" / "errors.md").read_text("utf-8")
    for kind in errors.family():
        assert kind.meaning != errors.EvenhandError.meaning, f"{kind.__name__} has no meaning of its own"
        assert f"| {kind.exit_code} | `{kind.__name__}` |" in page


def test_errors_inherit_from_one_family():
    raised = {
        path.relative_to(SOURCE).as_posix(): found
        for path in SOURCE.rglob("*.py")
        if (
            found := re.findall(
                r"^class \w+\((?:Exception|ValueError|RuntimeError)\)", path.read_text("utf-8"), re.M
            )
        )
    }
    # The verifier and the checker of certificates stand alone, so they cannot know the family; a download's
    # retry never leaves its file.
    assert set(raised) <= {
        "errors.py",
        "ledger/lines.py",
        "engine/download.py",
        "disclosure/checker/policies.py",
    }
