"""Commands that make and fill a workspace: init, ingest, status."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli import ingested
from evenhand.cli.printing import (
    Folder,
    Json,
    add_row,
    how_many,
    print_json,
    print_table,
    reading_bar,
    say,
    table,
)
from evenhand.errors import BadData

_HERE = Path()


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make a workspace of.", metavar="DIR")],
    area: Annotated[str, typer.Option(help="ONS code or name of the area you answer for.")] = "",
    name: Annotated[str, typer.Option(help="What the partnership is called.")] = "",
    police_force: Annotated[
        list[str] | None,
        typer.Option(
            help="Force whose records count, as in the column 'Reported by'. The area's own, when not given. "
            "May be repeated.",
            metavar="NAME",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a workspace, with an evenhand.toml to fill in.

    It asks nothing and overwrites nothing.
    """
    from evenhand.actions import init as action

    about = action.NewPartnership(name or action.DEFAULT_NAME, area, (), tuple(police_force or ()))
    made = action.init(folder, about)
    if as_json:
        print_json({"workspace": made.root, "config": made.config_file, "incoming": made.incoming})
        return
    say(f"Made {made.config_file} and {made.incoming}/", whole=True)
    wanted = [*([] if area else ["your area"]), *([] if name else ["your partnership's name"]), "whom to ask"]
    say(f"1. Open evenhand.toml and fill in {_listed(wanted)}; every line there says what it is for.")
    say("2. Put the publishers' files into incoming/: docs/how-to/bring-a-file-in.md says which, from where.")
    say(f"3. evenhand ingest --workspace {folder}", whole=True)
    say("keys/ holds the key that signs what you publish: keep a copy where nobody else reads it.")
    if area and not action.is_code(area):
        say(f"{area!r} is looked up when ONS's lookups between areas are read; a slip is named then.")


def _listed(words: list[str]) -> str:
    """Words as a sentence lists them."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def ingest(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files or folders to copy into incoming/ first; without any, what is there.",
            metavar="FILE",
        ),
    ] = None,
    workspace: Folder = _HERE,
    each: Annotated[bool, typer.Option("--each", help="Name each file, however many.")] = False,
    as_json: Json = False,
) -> None:
    """Read what is new in incoming/.

    Files are recognised by their columns. Each row is accepted, or kept aside with its reason. Running it
    again changes nothing; killed, it carries on the next time.
    """
    from evenhand.actions import ingest as action
    from evenhand.engine.workspace import Workspace

    with reading_bar(as_json) as progress:
        report = action.ingest(Workspace(workspace), files or (), progress)
    if as_json:
        print_json(report)
    else:
        ingested.print_report(report, each)
    if report.refused:
        raise BadData(
            f"{how_many(len(report.refused))} could not be taken, each named with the reason",
            next_step="mend or remove, and run it again; everything else was taken",
        )


def status(
    workspace: Folder = _HERE,
    quarantine: Annotated[bool, typer.Option("--quarantine", help="List every row kept aside.")] = False,
    left: Annotated[
        bool, typer.Option("--left", help="List every file that was refused or not recognised.")
    ] = False,
    as_json: Json = False,
) -> None:
    """What the workspace holds, what is missing, what is published."""
    from evenhand.actions import status as action
    from evenhand.engine.workspace import Workspace

    place = Workspace(workspace)
    if quarantine:
        _print_list(action.quarantined(place), "No row is quarantined.", as_json)
        return
    found = action.status(place)
    if left:
        _print_list([*found.refused, *found.not_recognised], "No file was left.", as_json)
    elif as_json:
        print_json(found)
    else:
        _print_status(found)


def _print_list(lines: list[Any], none: str, as_json: bool) -> None:
    """Things one to a line, each whole; `none` says that there is not one."""
    if as_json:
        print_json(lines)
        return
    for line in lines or [none]:
        say(str(line), whole=True)


def _print_status(found: Any) -> None:
    made = table("In the store", "source", "#files", "#rows read", "#accepted", "#quarantined", ">period")
    for held in found.holdings:
        numbers = (held.files, held.rows_read, held.rows_accepted, held.rows_quarantined)
        days = [f"{day:%Y-%m}" for day in (held.period_from, held.period_to) if day]
        period = " to ".join(dict.fromkeys(days))
        add_row(made, held.title, *[f"{number:,}" for number in numbers], period)
    if found.holdings:
        print_table(made)
    else:
        say("The store is empty: put files into incoming/ and run `evenhand ingest`.")
    replaced = sum(held.replaced for held in found.holdings)
    if replaced:
        parts = "1 part was" if replaced == 1 else f"{replaced:,} parts were"
        say(f"{parts} replaced by later supplies.")
    ingested.print_missing(found)
    if found.new_files:
        say(f"New in incoming/: {how_many(found.new_files)}, not read yet: run `evenhand ingest`.")
    if found.refused:
        refused = how_many(len(found.refused))
        say(f"Refused: {refused}. `evenhand status --left` says why; mend or remove them.")
    if found.not_recognised:
        say(f"Of no format Evenhand reads: {how_many(len(found.not_recognised))}, listed by --left.")
    if found.waiting:
        say(found.waiting)
    for words in found.withdrawn:
        say(words)
    if found.entries:
        say(f"Published: {found.entries} entries in the ledger; head at the foot of its pages: {found.head}")
    else:
        say("Nothing is published yet.")
