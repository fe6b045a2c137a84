"""Commands about the keys that sign the ledger: key show, key new."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.printing import Folder, Json, print_json, say

_HERE = Path()

key_app = typer.Typer(
    name="key", help="The keys that sign the ledger: show them, make a new one.", no_args_is_help=True
)


@key_app.command("show")
def show(workspace: Folder = _HERE, as_json: Json = False) -> None:
    """The ledger's keys, each as partners are given it, and what it is to the ledger."""
    from evenhand.actions import key as action
    from evenhand.engine.workspace import Workspace

    found = action.shown(Workspace(workspace))
    if as_json:
        print_json(found)
        return
    for each in found:
        say(f"{each.key}  {each.state.value}", whole=True)
    if not found:
        say("No key: what is published is not signed. `evenhand key new` makes one.")


@key_app.command("new")
def new(
    workspace: Folder = _HERE,
    name: Annotated[
        str, typer.Option(help="What the ledger is called for ever, such as example.org/violence.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Make a key that signs from the next publication on, in place of the present one if there is one.

    The present key signs for the new one. Where it is lost, publish with --key-lost.
    """
    from evenhand.actions import key as action
    from evenhand.engine.workspace import Workspace

    made = action.new(Workspace(workspace), name)
    if as_json:
        print_json(made)
        return
    say(f"Made {made.file}: keep a copy where nobody else reads it.", whole=True)
    say(f"Give your partners its public half, in another way than the site: {made.key}", whole=True)
    say("It signs from the next `evenhand publish` on.")
