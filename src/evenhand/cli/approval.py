"""Commands of the second person: review, approve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.figures import day
from evenhand.cli.printing import Folder, Json, add_row, print_json, print_table, say, steps, table

_HERE = Path()
On = Annotated[str, typer.Option("--on", help="The day to write down, YYYY-MM-DD. Today, when not given.")]


def review(
    workspace: Folder = _HERE,
    correct: Annotated[str, typer.Option(help="The measure, for what evenhand correct would publish.")] = "",
    withdraw: Annotated[str, typer.Option(help="The same for evenhand withdraw.")] = "",
    on: On = "",
    as_json: Json = False,
) -> None:
    """Measure and gate everything, and write review/: what would be published, what is hidden and why.

    It publishes nothing. It is for the partnership alone, and for whoever approves to read.
    """
    from evenhand.actions import review as action
    from evenhand.actions.notices import Said
    from evenhand.engine.workspace import Workspace

    with steps(as_json) as progress:
        said = Said(withdraw or correct, "said when it is published", withdraws=bool(withdraw))
        reviewed = action.review(Workspace(workspace), day(on, "--on"), progress, said)
    if as_json:
        print_json(reviewed)
    else:
        _print_review(reviewed)


def _print_review(reviewed: Any) -> None:
    from evenhand.reports import review as words

    note = reviewed.note
    say(words.PRIVATE)
    made = table("Review before publication", "measure", *(f"#{name}" for name in words.SHORT))
    for tally in note.tallies:
        add_row(made, tally.title, *words.numbers(tally))
    print_table(made)
    say(f"Small, others: counts hidden because they are small, and to protect others. {words.KEY}")
    parts = {
        f"Policy {note.policy.name}.": (note.policy.words,),
        "What could be worked out.": words.attack(note),
        "What was gained.": words.gained(note),
        "What was lost.": words.lost(note),
        "What was withdrawn.": words.withdrawn(note),
        "To approve.": (words.to_approve(note),),
    }
    for title, lines in parts.items():
        if not lines:
            continue
        say()
        say(title)
        for line in lines:
            say(line)
    say()
    say(f"Digest {note.digest}", whole=True)
    say(f"Open {reviewed.page}", whole=True)


def approve(
    by: Annotated[str, typer.Option(help="Your name: you read the review, and did not make the figures.")],
    workspace: Folder = _HERE,
    note: Annotated[str, typer.Option(help="What to remember of it, for the partnership alone.")] = "",
    on: On = "",
    as_json: Json = False,
) -> None:
    """Approve what was reviewed, so that exactly it can be published. Never by who made it.

    Your name is in the ledger and on the site, at every figure.
    """
    from evenhand.actions import approval as action
    from evenhand.engine.workspace import Workspace

    its = Workspace(workspace)
    made = action.approve(its, by, day(on, "--on"), note)
    if as_json:
        print_json(made)
        return
    say(f"Approved by {made.by} on {made.on}: {made.digest}", whole=True)
    say(f"Next: evenhand publish --workspace {workspace}", whole=True)
    for line in action.on_withdrawn(its, made):
        say(line)
