"""What each publication changed, told from the ledger and the tables it released."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evenhand.actions.changes import changes, compared_columns
from evenhand.engine.publication import Draft, begin
from evenhand.engine.store import Catalogue, Part, Supply
from evenhand.ledger.entry import Input, Origin
from evenhand.needs import MEASURES, by_definition
from evenhand.reports.about import ChangeNote, LargestNote
from evenhand.reports.column_words import COLUMNS
from evenhand.reports.what_changed import headlines, short_lines

MAY, JUNE = date(2020, 5, 1), date(2020, 6, 1)
FILES = {name: Input("police_uk", f"{name}.csv", letter * 64) for name, letter in
         (("may", "a"), ("june", "b"), ("may again", "c"))}  # fmt: skip
ORIGIN = Origin(
    measure="",
    title="",
    area_level="PFA",
    area_code="E23000099",
    police_forces=("Exampleshire Police",),
    crime_types=(),
    period_from=MAY,
    period_to=date(2020, 6, 30),
    inputs=(FILES["may"],),
    rules=("open-data 1",),
    definition="violence 1 (a)",
    code="0.1.0 (a)",
    maker="A",
    made_on=date(2020, 8, 1),
)


def supply(name: str, number: int) -> Supply:
    sha256 = FILES[name].sha256
    return Supply(
        sha256[:16], number, sha256, f"{name}.csv", 1, "police_uk", "", "", "", None, None, 9, 9, 0, ""
    )


def part(name: str, number: int, rows: int, replaced_by: str | None = None) -> Part:
    month = "2020-06" if name == "june" else "2020-05"
    return Part(FILES[name].sha256[:16], f"Exampleshire Police {month}", number, rows, replaced_by)


CATALOGUE = Catalogue(
    [supply("may", 1), supply("june", 2), supply("may again", 3)],
    [part("may", 1, 10, "c" * 16), part("june", 2, 8), part("may again", 3, 12)],
)


def counts(may: object, june: object = None) -> bytes:
    rows = [f"PFA,E23000099,Exampleshire,month,2020-05-01,2020-05-31,{may}"]
    rows += [f"PFA,E23000099,Exampleshire,month,2020-06-01,2020-06-30,{june}"] if june is not None else []
    return "\n".join(
        ["area_level,area_code,area_name,period_kind,period_from,period_to,incidents", *rows, ""]
    ).encode()


def supplied(*months: str) -> bytes:
    rows = [f"month,{month}-01,{month}-28,true,9" for month in months]
    return "\n".join(["period_kind,period_from,period_to,supplied,incidents_supplied", *rows, ""]).encode()


FIRST = {"recorded_violence": counts(5), "coverage": supplied("2020-05")}
SECOND = {"recorded_violence": counts(7, 3), "coverage": supplied("2020-05", "2020-06")}


def release(draft: Draft, tables: dict[str, bytes], **said: object) -> None:
    for name, csv in tables.items():
        draft.release(replace(ORIGIN, measure=name, title=MEASURES[name].title, **said), csv, b"[]")
    draft.keep_earlier()


def publish(root: Path, tables: dict[str, bytes], **said: object) -> tuple[ChangeNote, ...]:
    with begin(root) as draft:
        release(draft, tables, **said)
        found = changes(draft, CATALOGUE)
        draft.seal(date(2020, 8, 1), "A")
    return found


def test_the_first_publication_has_months_and_nothing_to_compare(tmp_path: Path):
    (note,) = publish(tmp_path, FIRST)
    assert (note.first, note.months, note.published_on) == (True, (MAY,), date(2020, 8, 1))
    assert short_lines(note) == ("The first publication, with May 2020.",)


def test_a_month_added_and_a_file_supplied_again_say_what_moved_how_far_and_why(tmp_path: Path):
    publish(tmp_path, FIRST)
    later = {"inputs": (FILES["june"], FILES["may again"]), "made_on": date(2020, 9, 1)}
    note, first = publish(tmp_path, SECOND, **later)
    assert first.first
    assert note.tables[0].table_before.startswith("data/earlier/recorded_violence-")
    assert (note.tables[0].entry_before, note.tables[0].entry) == (1, 5)
    largest = note.tables[0].largest
    assert largest is not None
    assert replace(largest, meaning="") == LargestNote(
        "incidents", "5", "7", "Exampleshire", "month", date(2020, 5, 31)
    )
    assert short_lines(note) == (
        "June 2020 was added.",
        "The latest is now June 2020: 3 incidents (May 2020: 5).",
        "Exampleshire Police 2020-05 was supplied again: 12 rows, 10 before.",
        "2 files were added to those that the figures are made from.",
        "1 file is no longer among those that the figures are made from.",
        "Recorded violence: 1 of 1 older figures moved. "
        "The largest difference: incidents in Exampleshire, May 2020: 7, before 5.",
        "No older figure moved in 1 other table.",
    )


def test_figures_under_two_definitions_are_never_compared_and_coverage_is_of_none(tmp_path: Path):
    publish(tmp_path, FIRST)
    note, _ = publish(tmp_path, {**FIRST, "recorded_violence": counts(1)}, definition="violence 2 (b)")
    assert (note.tables[0].moved, note.tables[0].largest) == (0, None)
    assert short_lines(note) == (
        "The definition is now violence 2 (b); it was violence 1 (a). Figures under two are not compared.",
        "Not compared: 1 table, because the definition changed.",
        "No older figure moved in 1 other table.",
    )


def year(last: str, incidents: object) -> bytes:
    to = date.fromisoformat(last)
    first = date.fromordinal(to.replace(year=to.year - 1).toordinal() + 1)
    return (
        counts(5).removesuffix(b"\n")
        + (
            f"\nPFA,E23000099,Exampleshire,year,{first},{last},{incidents}\n"
            f"LAD,E06000091,Eastham,year,{first},{last},4\n"
        ).encode()
    )


def test_a_later_year_in_place_of_another_is_the_first_thing_said(tmp_path: Path):
    publish(tmp_path, FIRST | {"recorded_violence": year("2023-01-31", 60678)})
    note, _ = publish(tmp_path, FIRST | {"recorded_violence": year("2023-02-28", 60965)})
    said = "The latest year is now to February 2023: 60,965 incidents (the year to January 2023: 60,678)."
    assert short_lines(note)[:2] == (
        said,
        "All years in the tables now end in February. Those that end in January are in the tables before.",
    )
    assert headlines(note) == (said, "No older figure moved.")
    assert (note.tables[0].rows_added, note.tables[0].rows_gone) == (2, 2)


def test_a_year_that_is_corrected_says_what_it_was(tmp_path: Path):
    publish(tmp_path, FIRST | {"recorded_violence": year("2023-01-31", 60678)})
    note, _ = publish(tmp_path, FIRST | {"recorded_violence": year("2023-01-31", 60700)})
    assert headlines(note) == (
        "The figure of the year to January 2023 is now 60,700 incidents; it was 60,678.",
        "Older figures moved in 1 table.",
    )


def test_a_year_that_is_not_known_is_never_the_headline(tmp_path: Path):
    publish(tmp_path, FIRST | {"recorded_violence": year("2023-01-31", "[x]")})
    note, _ = publish(tmp_path, FIRST | {"recorded_violence": year("2023-02-28", "[x]")})
    assert headlines(note) == ("No older figure moved.",)


def chart(*months: tuple[str, int, float]) -> bytes:
    head = "area_level,area_code,area_name,period_kind,period_from,period_to,incidents,mean,points"
    rows = [
        f"PFA,E23000099,Exampleshire,month,{month}-01,{month}-28,{count},{mean},{len(months)}"
        for month, count, mean in months
    ]
    return "\n".join([head, *rows, ""]).encode()


def test_averages_that_move_with_every_month_are_told_apart_from_counts(tmp_path: Path):
    publish(tmp_path, {"violence_control_chart": chart(("2020-05", 5, 5.0))})
    later = {"violence_control_chart": chart(("2020-05", 5, 4.0), ("2020-06", 3, 4.0))}
    note, _ = publish(tmp_path, later)
    assert (note.tables[0].moved, note.tables[0].again, note.tables[0].largest) == (0, 2, None)
    again = "Month by month: averages, limits and marks rest on all months, and were worked out again."
    assert short_lines(note) == (f"{again} Its counts are as they were.",)
    assert headlines(note) == (
        "No older count or rate moved; averages and usual ranges were worked out again from all months.",
    )
    corrected = {"violence_control_chart": chart(("2020-05", 9, 6.0), ("2020-06", 3, 6.0))}
    note = publish(tmp_path, corrected)[0]
    assert short_lines(note) == (
        "Month by month: 1 of 2 older figures moved. "
        "The largest difference: incidents in Exampleshire, May 2020: 9, before 5.",
        again,
    )
    assert headlines(note) == ("Older figures moved in 1 table.",)


def tenths(first: int) -> bytes:
    head = "area_level,area_code,area_name,period_kind,period_from,period_to,decile,incidents"
    place = "LAD,E06000091,Eastham,year,2022-03-01,2023-02-28"
    return f"{head}\n{place},1,{first}\n{place},2,8\n".encode()


def test_the_largest_difference_names_the_tenth_it_is_in(tmp_path: Path):
    publish(tmp_path, {"violence_by_deprivation": tenths(10)})
    note, _ = publish(tmp_path, {"violence_by_deprivation": tenths(14)})
    said = "incidents in Eastham, tenth of deprivation 1, the year to February 2023: 14, before 10."
    assert short_lines(note)[0].endswith(said)


def test_every_column_that_can_move_has_words_for_the_public():
    names = {name for measure in MEASURES.values() for name in compared_columns(measure.result).compared}
    assert names <= COLUMNS.keys()


def test_which_measures_count_by_the_definition():
    assert [name for name, measure in MEASURES.items() if not by_definition(measure)] == ["coverage"]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"code": "0.2.0 (b)"}, "The program is now 0.2.0 (b); it was 0.1.0 (a)."),
        ({"rules": ("open-data 2",)}, "The rules applied are now open-data 2; they were open-data 1."),
        (
            {"police_forces": ("Other Police",)},
            "The police forces counted are now Other Police; they were Exampleshire Police.",
        ),
    ],
)
def test_what_else_figures_were_made_from_is_said_where_no_figure_moved(
    tmp_path: Path, said: dict[str, object], line: str
):
    publish(tmp_path, FIRST)
    note, _ = publish(tmp_path, FIRST, **said)
    assert short_lines(note) == (line, "No older figure moved.")


def test_publishing_the_same_again_says_the_same(tmp_path: Path):
    publish(tmp_path, FIRST)
    before = publish(tmp_path, SECOND, inputs=(FILES["june"], FILES["may again"]))
    assert before == publish(tmp_path, SECOND, inputs=(FILES["june"], FILES["may again"]))
    with begin(tmp_path) as draft:
        draft.write("site/contact.html", f'<p data-ledger-head="{draft.head}">'.encode())
        release(draft, SECOND, inputs=(FILES["june"], FILES["may again"]))
        draft.seal(date(2020, 8, 1), "A")
    assert before == publish(tmp_path, SECOND, inputs=(FILES["june"], FILES["may again"]))


def test_a_stray_file_that_never_held_was_not_supplied_again(tmp_path: Path):
    stray = Catalogue(
        CATALOGUE.supplies, [part("may", 1, 10), part("june", 2, 8), part("may again", 3, 1, "a" * 16)]
    )
    publish(tmp_path, FIRST)
    with begin(tmp_path) as draft:
        release(draft, FIRST, inputs=(FILES["may"], FILES["may again"]))
        assert changes(draft, stray)[0].supplied_again == ()


def test_publications_long_ago_are_told_without_comparing_their_tables(tmp_path: Path):
    for count in range(8):
        notes = publish(tmp_path, {**FIRST, "recorded_violence": counts(count)})
    moved = [note.tables[0].moved for note in notes]
    assert moved == [1, 1, 1, 1, 1, 1, 0, 0]
    assert "it is too long ago" in notes[6].tables[0].uncompared
    assert notes[7].first
