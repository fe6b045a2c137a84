"""Commands for newcomers and developers: demo, fetch, scaffold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evenhand.actions.scaffold import Part
from evenhand.cli import figures
from evenhand.cli.printing import Folder, Json, print_json, reading_bar, say, steps, warn

_HERE = Path()

fetch_app = typer.Typer(
    help="Fetch files from their publishers into incoming/.", no_args_is_help=True, rich_markup_mode=None
)


def demo(
    folder: Annotated[
        Path, typer.Argument(help="Where to make the synthetic partnership.", metavar="DIR")
    ] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Another number draws another fictional area.")] = 1,
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the site at the end.")] = True,
    as_json: Json = False,
) -> None:
    """Make a fictional area and publish it, start to end.

    It is drawn, ingested, measured, gated, published, verified and served, as a real one would be.
    """
    from evenhand.actions import demo as action

    if action.make(folder, seed) and not as_json:
        say(f"Made a fictional police force area in {folder}/")
    with reading_bar(as_json) as progress:
        read = action.read(folder, progress)
    with steps(as_json) as words:
        done = action.publish_and_verify(folder, words)
    if as_json:
        print_json({"ingest": read, "outcome": done.outcome, "verified": done.verified})
    else:
        rows = sum(file.rows_read for file in read.files)
        words_read = f"Read {rows:,} rows from {len(read.files)} files."
        say(words_read if read.files else "Everything in incoming/ was read before.")
        say(f"Verified: {done.verified}", whole=True)
    if serving:
        figures.serve(folder)
    elif not as_json:
        say(f"Open {done.site.resolve()}", whole=True)


@fetch_app.command("police-uk")
def fetch_police_uk(
    force: Annotated[
        list[str],
        typer.Option(help="Short name of a force, such as northumbria. May be repeated.", metavar="FORCE"),
    ],
    month_from: Annotated[str, typer.Option("--from", help="First month, YYYY-MM.", metavar="MONTH")],
    month_to: Annotated[str, typer.Option("--to", help="Last month, YYYY-MM.", metavar="MONTH")],
    workspace: Folder = _HERE,
    as_json: Json = False,
) -> None:
    """Fetch street, outcomes and stop-and-search files of forces from data.police.uk."""
    from evenhand.actions import fetch
    from evenhand.engine.workspace import Workspace

    place = Workspace(workspace)
    place.config()
    with steps(as_json) as words:
        report = fetch.fetch_police_uk(
            place.incoming,
            force,
            month_from,
            month_to,
            progress=lambda file, number, total: words(f"{number} of {total}: {file}"),
        )
    if as_json:
        print_json(report)
        return
    say(f"{len(report.fetched)} files fetched, {len(report.here_already)} were here already.")
    for missing in report.not_available:
        say(f"Not available from the publisher: {missing.month} {missing.force} {missing.kind}")


def scaffold(
    kind: Annotated[Part, typer.Argument(help="What to add.")],
    name: Annotated[str, typer.Argument(help="Its name, such as robbery_share.", metavar="NAME")],
    root: Annotated[Path, typer.Option(help="The checkout of Evenhand.")] = _HERE,
    as_json: Json = False,
) -> None:
    """Start a measure, source or rule; or see what it lacks.

    Writes the part's files, and says what is still missing. Run again, or for a part that is there, it says
    which of its files exist, and what is missing. It never writes over anything.
    """
    from evenhand.actions import check
    from evenhand.actions import scaffold as action

    there = action.there(kind, name, root)
    written = [] if there else action.scaffold(kind, name, root)
    missing = check.lacks(kind, name, root)
    if as_json:
        print_json({"there": there, "written": written, "missing": missing})
        return
    for path in there:
        say(f"there: {path}")
    for path in written:
        say(f"wrote {path}")
    for line in missing:
        warn(f"missing: {line}")
    number = len(missing)
    say(f"{number} thing{'s are' if number > 1 else ' is'} missing." if missing else "Nothing is missing.")
