"""The command that shows a measure's figures, or lists the measures."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.printing import Folder, Json, add_row, print_json, print_table, say, table, warn

_HERE = Path()
_MOST_ROWS = 40
_PLACE_AND_TIME = ("area_level", "area_code", "area_name", "period_kind", "period_from", "period_to")


class Format(Enum):
    """How `show` prints."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def show(
    measure: Annotated[
        str, typer.Argument(help="Name of a measure; without one, all are listed.", metavar="MEASURE")
    ] = "",
    area: Annotated[
        list[str] | None,
        typer.Option(help="A code (E08000021), a name or a level (LAD). May be repeated.", metavar="AREA"),
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
    workspace: Folder = _HERE,
    as_json: Json = False,
) -> None:
    """Show one measure's figures, or list the measures.

    Figures are those that pass the gate: [x] not known, [z] cannot be worked out, [c] withheld.
    """
    from evenhand.actions import show as action
    from evenhand.engine.workspace import Workspace

    if not measure:
        _print_measures(action.measures(), as_json or output is Format.JSON)
        return
    found = action.show(Workspace(workspace), measure, tuple(area or ()))
    release, rows = found.release, found.rows
    for remark in found.remarks:
        warn(remark)
    if as_json or output is Format.JSON:
        print_json(
            {
                "measure": measure,
                "policy": release.policy,
                "definition": release.definition,
                "rows": rows.to_pylist(),
            }
        )
    elif output is Format.CSV:
        sys.stdout.write(action.as_csv(found))
    else:
        _print_rows(release, rows)


def _print_measures(questions: dict[str, str], as_json: bool) -> None:
    if as_json:
        print_json([{"measure": name, "question": question} for name, question in questions.items()])
        return
    made = table("Measures", "name", "question")
    for name, question in questions.items():
        add_row(made, name, question)
    print_table(made)
    say("`evenhand show NAME` shows the figures of one.")


def _print_rows(release: Any, rows: Any) -> None:
    """The latest rows, an area and a period a line, with numbers as short as a reader wants them."""
    shown = [name for name in rows.column_names if name not in _PLACE_AND_TIME]
    made = table(release.title, *_lead(rows.column_names), *[f"#{_heading(name)}" for name in shown])
    for row in rows.slice(max(rows.num_rows - _MOST_ROWS, 0)).to_pylist():
        lead = [_area_of(row)] if "area_code" in row else []
        add_row(made, *lead, _period_of(row), *[_short(row[name]) for name in shown])
    print_table(made, whole=True)
    if rows.num_rows > _MOST_ROWS:
        say(f"The last {_MOST_ROWS} of {rows.num_rows:,} rows; --format csv prints them all.")
    say(f"Definition: {release.definition}. Policy: {release.policy}.")


def _heading(name: str) -> str:
    return name.replace("_", " ")


def _lead(names: list[str]) -> list[str]:
    return ["area", "period"] if "area_code" in names else ["period"]


def _area_of(row: dict[str, str]) -> str:
    return f"{row['area_name'] or row['area_code']} ({row['area_level']})"


def _period_of(row: dict[str, str]) -> str:
    return f"year to {row['period_to'][:7]}" if row["period_kind"] == "year" else row["period_from"][:7]


def _short(text: str) -> str:
    whole, point, _ = text.partition(".")
    return f"{float(text):.1f}" if point and whole.lstrip("-").isdigit() else text
