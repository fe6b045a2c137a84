"""Commands for newcomers and developers: demo, fetch, scaffold."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from evenhand.actions.scaffold import Part
from evenhand.cli import figures
from evenhand.cli.printing import Folder, Json, print_json, reading_bar, say, steps, warn

_HERE = Path()
_DEMO_DAY = date(2026, 1, 31)
"""A fixed day, so that everybody's demo is the same to the byte."""

fetch_app = typer.Typer(
    help="Fetch files from their publishers into incoming/.", no_args_is_help=True, rich_markup_mode=None
)


def demo(
    folder: Annotated[
        Path, typer.Argument(help="Where to make the synthetic partnership.", metavar="[DIR]")
    ] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Another number draws another fictional area.")] = 1,
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the site at the end.")] = True,
    as_json: Json = False,
) -> None:
    """Make a fictional area, ingest, measure, gate, publish, verify and serve it."""
    from evenhand.actions import ingest, init, publish, verify
    from evenhand.engine.workspace import Workspace
    from evenhand.synthetic import county, partnership

    workspace = Workspace(folder)
    if not workspace.config_file.exists():
        if not as_json:
            say(f"Making a fictional police force area in {folder}/")
        partnership.write(workspace.incoming, seed, truth_file=folder / "truth.json")
        about = init.NewPartnership(
            name="Exampleshire Violence Reduction Partnership",
            area=county.FORCE_AREA[0],
            police_forces=(county.FORCE,),
            synthetic=True,
        )
        init.init(folder, about)
    with reading_bar(as_json) as progress:
        read = ingest.ingest(workspace, progress=progress)
    with steps(as_json) as words:
        published = publish.publish(workspace, _DEMO_DAY, words)
    report = verify.verify(workspace.published)
    if as_json:
        print_json({"ingest": read, "outcome": published.outcome, "verified": report.line})
    else:
        say(f"Read {sum(file.rows_read for file in read.files):,} rows from {len(read.files)} files.")
        say(f"Verified: {report.line}", whole=True)
    if serving:
        figures.serve(folder)
    elif not as_json:
        say(f"Open {(workspace.published / 'site' / 'index.html').resolve()}", whole=True)


@fetch_app.command("police-uk")
def fetch_police_uk(
    force: Annotated[
        list[str], typer.Option(help="Short name of a force, such as northumbria. May be repeated.")
    ],
    month_from: Annotated[str, typer.Option("--from", help="First month, YYYY-MM.")],
    month_to: Annotated[str, typer.Option("--to", help="Last month, YYYY-MM.")],
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
    name: Annotated[str, typer.Argument(help="Its name, in snake_case.", metavar="NAME")],
    root: Annotated[Path, typer.Option(help="The checkout of Evenhand.")] = _HERE,
    as_json: Json = False,
) -> None:
    """Write the file, test, golden folder and page of a new part, and say what is still missing from it."""
    from evenhand.actions import check
    from evenhand.actions import scaffold as action

    exists = all((root / path).exists() for path in action.paths(kind, name))
    written = [] if exists else action.scaffold(kind, name, root)
    missing = check.missing(kind, name, root)
    if as_json:
        print_json({"written": [str(path) for path in written], "missing": missing})
        return
    for path in written:
        say(f"wrote {path}")
    for line in missing:
        warn(f"missing: {line}")
    say("Nothing is missing." if not missing else f"{len(missing)} things are missing.")
