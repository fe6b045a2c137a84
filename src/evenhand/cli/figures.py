"""Commands about a publication: publish, verify, serve."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.printing import Folder, Json, add_row, print_json, print_table, say, steps, table
from evenhand.errors import BadConfig

_HERE = Path()


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
        lines = list(published.what_changed)
        print_json({"outcome": outcome, "measures": list(published.releases), "what_changed": lines})
        return
    made = table(
        "Published" if outcome.changed else "Unchanged", "measure", "#rows", "#hidden", "#not known", "policy"
    )
    for line in action.summary(published):
        add_row(made, line.title, f"{line.rows:,}", f"{line.hidden:,}", f"{line.not_known:,}", line.policy)
    print_table(made)
    say("Hidden and not known are counted in cells, and a row has several.")
    say()
    if outcome.changed and not published.what_changed:
        say("The figures are the same; pages changed.")
    for words in published.what_changed:
        say(words)
    say(f"{outcome.entries} entries, {outcome.files} files. Head {outcome.head}")
    say(f"Open {(workspace / 'published' / 'site' / 'index.html').resolve()}", whole=True)


def _day(text: str) -> date:
    if not text:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadConfig(f"{text!r} is no day", where="--made-on", next_step="write YYYY-MM-DD") from None


def verify(
    folder: Annotated[
        Path | None, typer.Argument(help="A published folder, or a workspace.", metavar="DIR")
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
