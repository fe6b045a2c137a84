"""A new part is scaffolded whole, and is not done until somebody has done it."""

from pathlib import Path

import pytest

from evenhand.actions.check import lacks
from evenhand.actions.scaffold import Part, scaffold, there
from evenhand.errors import BadConfig, NotThere

QUESTION = "How many knives were found?"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for package in ("needs", "sources"):
        (tmp_path / "src" / "evenhand" / package).mkdir(parents=True)
        (tmp_path / "src" / "evenhand" / package / "__init__.py").write_text("")
    (tmp_path / "src" / "evenhand" / "measure.py").write_text("")
    return tmp_path


@pytest.mark.parametrize("part", Part)
def test_scaffold_writes_every_file_it_names(checkout: Path, part: Part):
    written = scaffold(part, "knives_found", checkout)
    assert len(written) >= 3
    assert all((checkout / path).is_file() for path in written)


@pytest.mark.parametrize("part", Part)
def test_scaffolded_part_is_not_done(checkout: Path, part: Part):
    scaffold(part, "knives_found", checkout)
    assert len(lacks(part, "knives_found", checkout)) >= 3


@pytest.mark.parametrize("part", Part)
def test_scaffolded_python_compiles(checkout: Path, part: Part):
    python = [checkout / path for path in scaffold(part, "knives_found", checkout) if path.suffix == ".py"]
    assert python
    for path in python:
        compile(path.read_text("utf-8"), str(path), "exec")


def test_nothing_of_a_part_that_is_not_there_is_there(checkout: Path):
    assert (
        lacks(Part.MEASURE, "knives_found", checkout)[0]
        == "src/evenhand/needs/knives_found.py: write this file"
    )


def test_what_a_measure_lacks_shrinks_to_nothing_as_it_is_written(checkout: Path):
    name, folder = "knives_found", checkout / "tests" / "golden" / "knives_found"
    scaffold("measure", name, checkout)
    code = checkout / "src" / "evenhand" / "needs" / f"{name}.py"
    before = lacks("measure", name, checkout)
    assert any("question" in line for line in before)

    text = (
        code.read_text()
        .replace('""""""', f'"""{QUESTION}"""')
        .replace('question=""', f'question="{QUESTION}"')
    )
    code.write_text(text)
    asked = lacks("measure", name, checkout)
    assert len(asked) < len(before)
    assert not any("question" in line for line in asked)

    code.write_text(
        text.replace('method=""', 'method="Counted."')
        .replace('limits=""', 'limits="Not those that were not found."')
        .replace('row=""', 'row="One area and period."')
        .replace("columns=AREA_AND_PERIOD", "columns=(*AREA_AND_PERIOD, INCIDENTS)")
        .replace("import AREA_AND_PERIOD", "import AREA_AND_PERIOD, INCIDENTS")
        .replace(text[text.index("    raise Not") : text.index("\n\n\nMEASURE")], "    return incident")
    )
    for table in ("incident", "place", "month", "expected"):
        with (folder / f"{table}.csv").open("a") as file:
            file.write("one\n")
    (folder / "case.md").write_text("# Knives found\n\n" + "Two and two are four, by hand. " * 5)
    (checkout / "src" / "evenhand" / "needs" / "__init__.py").write_text(
        "from evenhand.needs import knives_found"
    )
    assert lacks("measure", name, checkout) == [
        f"docs/reference/measures/{name}.md: run `make docs`, which writes it"
    ]

    (checkout / "docs" / "reference" / "measures" / f"{name}.md").write_text("# Knives found\n")
    assert lacks("measure", name, checkout) == []


def test_scaffold_never_writes_over_anything(checkout: Path):
    scaffold("rule", "local_counts", checkout)
    policy = checkout / "src" / "evenhand" / "rules" / "policies" / "local-counts.toml"
    policy.write_text("mine")
    with pytest.raises(BadConfig, match="there is a rule local_counts already; choose another name"):
        scaffold("rule", "local_counts", checkout)
    assert policy.read_text() == "mine"


@pytest.mark.parametrize("name", ["", "Knives", "../up", "two words", "class", "x__y", "1st", "é", "a-b"])
def test_scaffold_refuses_a_name_that_cannot_be_one(checkout: Path, name: str):
    with pytest.raises(BadConfig, match="use small letters") as refusal:
        scaffold("measure", name, checkout)
    assert "\n" not in str(refusal.value)


def test_scaffold_refuses_an_unknown_kind(checkout: Path):
    with pytest.raises(BadConfig, match="choose one of measure, source, rule"):
        scaffold("page", "knives_found", checkout)


def test_scaffold_refuses_a_folder_that_is_no_checkout(tmp_path: Path):
    with pytest.raises(NotThere, match="run this in its top folder"):
        scaffold("measure", "knives_found", tmp_path)


ROOT = Path(__file__).resolve().parents[3]
EXISTING = [
    *((Part.MEASURE, path.parent.name) for path in sorted((ROOT / "tests" / "golden").glob("*/case.md"))),
    (Part.SOURCE, "police_uk_street"),
    (Part.RULE, "nhs_subnational"),
]


@pytest.mark.parametrize(("part", "name"), EXISTING, ids=lambda value: getattr(value, "value", value))
def test_of_a_part_that_exists_it_says_what_is_there_whatever_its_inputs(part: Part, name: str):
    found = there(part, name, ROOT)
    assert len(found) >= 2
    assert all((ROOT / path).is_file() for path in found)
    assert lacks(part, name, ROOT) == []


def test_of_a_part_that_is_not_there_nothing_is(checkout: Path):
    assert there(Part.MEASURE, "knives_found", checkout) == []
    scaffold(Part.MEASURE, "knives_found", checkout)
    assert set(there(Part.MEASURE, "knives_found", checkout)) == {
        path.relative_to(checkout) for path in checkout.rglob("*knives_found*") if path.is_file()
    } | {path.relative_to(checkout) for path in (checkout / "tests" / "golden" / "knives_found").iterdir()}


def test_an_input_more_and_a_setting_less_are_asked_of_the_case(checkout: Path):
    scaffold(Part.MEASURE, "knives_found", checkout)
    code = checkout / "src" / "evenhand" / "needs" / "knives_found.py"
    code.write_text(
        code.read_text()
        .replace('inputs=("incident", "place", "month")', 'inputs=("incident", "place", "population")')
        .replace('settings=("crime_types", "reported_by")', 'settings=("crime_types", "lsoa_level")')
    )
    said = "\n".join(lacks(Part.MEASURE, "knives_found", checkout))
    assert "knives_found/population.csv: write the case's rows of population" in said
    assert "knives_found/month.csv: remove it" in said
    assert "settings.toml: write lsoa_level" in said
    assert "settings.toml: remove reported_by" in said


def test_code_that_cannot_be_read_is_one_line(checkout: Path):
    scaffold(Part.MEASURE, "knives_found", checkout)
    (checkout / "src" / "evenhand" / "needs" / "knives_found.py").write_text("def half(")
    (line,) = lacks(Part.MEASURE, "knives_found", checkout)
    assert line.startswith("src/evenhand/needs/knives_found.py: mend it")
    assert "\n" not in line


def test_a_source_wants_a_test_a_sample_and_what_a_later_supply_replaces(checkout: Path):
    scaffold(Part.SOURCE, "knives_found", checkout)
    said = "\n".join(lacks(Part.SOURCE, "knives_found", checkout))
    assert "samples/knives_found.csv: put in the header and a few rows" in said
    assert "give knives_found part or latest_by" in said


@pytest.mark.parametrize(
    ("part", "file"),
    [
        (Part.SOURCE, "sources/test_source_knives_found.py"),
        (Part.RULE, "rules/test_policy_knives_found.py"),
    ],
)
def test_the_test_that_scaffold_wrote_counts_when_somebody_has_written_in_it(checkout, part, file):
    scaffold(part, "knives_found", checkout)
    test = checkout / "tests" / "unit" / file
    wanted = f"tests/unit/{file}: write a test of it: a "
    assert any(line.startswith(wanted) for line in lacks(part, "knives_found", checkout))
    test.write_text(test.read_text() + "\n\ndef test_more():\n    assert 1 + 1 == 2\n")
    assert not any(line.startswith(wanted) for line in lacks(part, "knives_found", checkout))
    test.unlink()
    assert any(line.startswith(wanted) for line in lacks(part, "knives_found", checkout))


def test_a_file_is_run_once_to_say_what_it_lacks(checkout: Path):
    scaffold(Part.MEASURE, "knives_found", checkout)
    code, runs = checkout / "src" / "evenhand" / "needs" / "knives_found.py", checkout / "runs"
    code.write_text(f"{code.read_text()}\nwith open({str(runs)!r}, 'a') as file:\n    file.write('x')\n")
    lacks(Part.MEASURE, "knives_found", checkout)
    assert runs.read_text() == "x"
