"""Commands about a publication: publish, correct, withdraw, verify, serve."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.printing import Folder, Json, add_row, print_json, print_table, say, steps, table
from evenhand.errors import BadConfig

_HERE = Path()


MadeOn = Annotated[
    str, typer.Option(help="The day to write into the ledger, YYYY-MM-DD. Today, when not given.")
]
Measure = Annotated[str, typer.Argument(help="Name of the measure.", metavar="MEASURE")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence: everyone reads it at the figure.")]


def publish(
    workspace: Folder = _HERE,
    made_on: MadeOn = "",
    key_lost: Annotated[
        str, typer.Option(help="What became of the ledger's key, where it is lost and a new one was made.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Measure, gate, and publish everything, with its ledger. Publishing the same again changes nothing."""
    _publish(workspace, made_on, as_json, key_lost=key_lost)


def correct(
    measure: Measure, reason: Reason, workspace: Folder = _HERE, made_on: MadeOn = "", as_json: Json = False
) -> None:
    """Publish, and say that a figure was wrong before and why. It also brings back a withdrawn one.

    The figure before it stays as a file, for anyone to check.
    """
    _publish(workspace, made_on, as_json, corrects=(measure, reason))


def withdraw(
    measure: Measure, reason: Reason, workspace: Folder = _HERE, made_on: MadeOn = "", as_json: Json = False
) -> None:
    """Publish without a figure, and say why it was taken back; what is worked out from it goes with it.

    The ledger keeps its entry and its file, for anyone to check: what was read cannot be unread.
    """
    _publish(workspace, made_on, as_json, withdraws=(measure, reason))


def _publish(
    workspace: Path,
    made_on: str,
    as_json: bool,
    *,
    corrects: tuple[str, str] | None = None,
    withdraws: tuple[str, str] | None = None,
    key_lost: str = "",
) -> None:
    from evenhand.actions import notices
    from evenhand.actions import publish as action
    from evenhand.engine.workspace import Workspace

    said = notices.Said(*(corrects or withdraws or ("", "")), withdraws=withdraws is not None)
    with steps(as_json) as progress:
        published = action.publish(Workspace(workspace), day(made_on, "--made-on"), progress, said, key_lost)
    if as_json:
        measures, lines = list(published.releases), list(published.what_changed)
        found = {"measures": measures, "what_changed": lines, "withdrawn": list(published.withdrawn)}
        print_json({"outcome": published.outcome, **found})
    else:
        _print_published(published, action.summary(published), workspace)


def _print_published(published: Any, lines: Any, workspace: Path) -> None:
    outcome = published.outcome
    made = table(
        "Published" if outcome.changed else "Unchanged", "measure", "#rows", "#hidden", "#not known", "policy"
    )
    for line in lines:
        add_row(made, line.title, f"{line.rows:,}", f"{line.hidden:,}", f"{line.not_known:,}", line.policy)
    print_table(made)
    say("Hidden and not known are counted in cells, and a row has several.")
    say()
    if outcome.changed and not published.what_changed:
        say("The figures are the same; pages changed.")
    for words in (*published.what_changed, *published.withdrawn):
        say(words)
    say(
        f"{outcome.entries} entries, {outcome.files} files. Head at the foot of its pages: {outcome.head}",
        whole=True,
    )
    if outcome.signed_by:
        say(f"Signed: {outcome.signed_by}", whole=True)
    else:
        say("NOT SIGNED: there is no key. `evenhand key new` makes one, and the next publication is signed.")
    say(f"Open {(workspace / 'published' / 'site' / 'index.html').resolve()}", whole=True)


def day(text: str, option: str) -> date:
    """The day that an option gives, today without one. Raises BadConfig, naming the option."""
    if not text:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadConfig(f"{text!r} is no day", where=option, next_step="write YYYY-MM-DD") from None


def verify(
    folder: Annotated[
        Path | None, typer.Argument(help="A published folder, or a workspace.", metavar="DIR")
    ] = None,
    workspace: Folder = _HERE,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            help="A file that was kept elsewhere, with a checkpoint or the foot of a page in it. "
            "May be repeated.",
            metavar="FILE",
        ),
    ] = None,
    head: Annotated[str, typer.Option(help="A head you kept elsewhere, long or short.")] = "",
    key: Annotated[str, typer.Option(help="The publisher's key, as you were given it: name+id+key.")] = "",
    figure: Annotated[
        str, typer.Option(help="A data file or the number of an entry, to prove in the ledger.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Check that what is published is what the ledger says, and that it grew from what was kept of it.

    Every file, every entry, every page's head, the checkpoint's signature; and that hidden counts stay so.
    """
    from evenhand.actions import verify as action

    files = tuple(str(path) for path in against or ())
    report = action.verify(folder or workspace, action.Asked(files, head, key, figure))
    if as_json:
        print_json(report)
    else:
        for line in action.as_text(report).split("\n"):
            say(line, whole=True)


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
