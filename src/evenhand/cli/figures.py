"""Commands about figures: publish, show, verify, serve."""

from __future__ import annotations

import csv
import sys
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.printing import Folder, Json, add_row, print_json, print_table, say, steps, table
from evenhand.errors import BadConfig

_HERE = Path()
_MOST_ROWS = 40
_PLACE_AND_TIME = ("area_level", "area_code", "area_name", "period_kind", "period_from", "period_to")


class Format(Enum):
    """How `show` prints."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def publish(
    workspace: Folder = _HERE,
    made_on: Annotated[
        str, typer.Option(help="The day to write into the ledger, YYYY-MM-DD. Today, when not given.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Measure, gate, and publish everything, with its ledger. Publishing the same again changes nothing."""
    from evenhand.actions import publish as action
    from evenhand.engine.workspace import Workspace

    with steps(as_json) as progress:
        published = action.publish(Workspace(workspace), _day(made_on), progress)
    outcome = published.outcome
    if as_json:
        print_json({"outcome": outcome, "measures": list(published.releases)})
        return
    made = table(
        "Published" if outcome.changed else "Unchanged", "measure", "#rows", "#hidden", "#not known", "policy"
    )
    for line in action.summary(published):
        add_row(made, line.title, f"{line.rows:,}", f"{line.hidden:,}", f"{line.not_known:,}", line.policy)
    print_table(made)
    say()
    say(f"{outcome.entries} entries, {outcome.files} files. Head {outcome.head}")
    say(f"Open {(workspace / 'published' / 'site' / 'index.html').resolve()}", whole=True)


def _day(text: str) -> date:
    if not text:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadConfig(f"{text!r} is no day", where="--made-on", next_step="write YYYY-MM-DD") from None


def show(
    measure: Annotated[str, typer.Argument(help="Name of a measure, such as recorded_violence.")],
    area: Annotated[
        list[str] | None, typer.Option(help="A code (E08000021), a name or a level (LAD). May be repeated.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
    workspace: Folder = _HERE,
    as_json: Json = False,
) -> None:
    """Show one measure's figures, after the gate: [x] not known, [z] cannot be worked out, [c] withheld."""
    from evenhand.actions import show as action
    from evenhand.engine.workspace import Workspace

    release, rows = action.show(Workspace(workspace), measure, tuple(area or ()))
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
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(rows.column_names)
        writer.writerows(zip(*[column.to_pylist() for column in rows.columns], strict=True))
    else:
        _print_rows(release, rows)


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


def verify(
    folder: Annotated[
        Path | None, typer.Argument(help="A published folder, or a workspace.", metavar="[DIR]")
    ] = None,
    workspace: Folder = _HERE,
    head: Annotated[str, typer.Option(help="A head you kept elsewhere, to find in the ledger.")] = "",
    as_json: Json = False,
) -> None:
    """Check that what is published is what the ledger says: every file, every entry, every page's head."""
    from evenhand.actions import verify as action

    report = action.verify(folder or workspace, head)
    if as_json:
        print_json(report)
    else:
        say(report.line, whole=True)


def serve(
    workspace: Folder = _HERE,
    port: Annotated[
        int | None, typer.Option(help="The port; without it, the first free one from 8000.")
    ] = None,
) -> None:
    """Serve what is published on this machine alone (127.0.0.1). Ctrl-C ends it."""
    from evenhand.actions import serve as action

    with action.server(workspace / "published", port) as server:
        say(f"The site is at {action.address(server)}")
        say("Ctrl-C ends it.")
        server.serve_forever()
