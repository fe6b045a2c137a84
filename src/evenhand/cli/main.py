"""The command line. Heavy parts are imported inside the command that needs them, so help is instant."""

from __future__ import annotations

import sys

import typer

from evenhand import __version__
from evenhand.cli import approval, develop, figures, keys, workspace
from evenhand.cli.printing import warn
from evenhand.cli.show import show
from evenhand.errors import EvenhandError

app = typer.Typer(
    name="evenhand",
    help=(
        "One even-handed record for the Serious Violence Duty: from a folder of published files to "
        "figures anyone can check."
    ),
    epilog="New here? evenhand demo. With files of your own: init, ingest, publish, verify, in that order.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"evenhand {__version__}")
        raise typer.Exit


@app.callback()
def evenhand(
    _version_wanted: bool = typer.Option(
        False, "--version", help="Print the version.", callback=_version, is_eager=True
    ),
) -> None:
    """One even-handed record for the Serious Violence Duty."""


for command in (workspace.init, workspace.ingest, workspace.status):
    app.command()(command)
for command in (approval.review, approval.approve):
    app.command()(command)
for command in (figures.publish, figures.correct, figures.withdraw, show, figures.verify, figures.serve):
    app.command()(command)
app.command()(develop.demo)
app.command()(develop.scaffold)
app.add_typer(keys.key_app, name="key")
app.add_typer(develop.fetch_app, name="fetch")


def run() -> None:
    """Run the command line; an error of Evenhand's own family ends it with one line and its exit code."""
    try:
        app()
    except EvenhandError as error:
        warn(f"evenhand: {error}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        warn("evenhand: stopped; what was finished is kept, and the next run carries on")
        sys.exit(130)
