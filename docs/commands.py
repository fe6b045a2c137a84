"""The page of the commands, from what each says of itself with `--help`."""

from __future__ import annotations

from typing import Any

import typer
from typer.testing import CliRunner

INTRO = """# Commands

`evenhand COMMAND --help` says the same. Every command that reports takes `--json`. Exit codes are on
[their own page](errors.md)."""


def page(note: str) -> str:
    """Every command of `evenhand`, with its arguments and options."""
    from evenhand.cli.main import app

    words = list(_commands(typer.main.get_command(app), ()))
    contents = "\n".join(f"- [`evenhand {' '.join(each)}`](#evenhand-{'-'.join(each)})" for each in words)
    sections = (f"## evenhand {' '.join(each)}\n\n```text\n{_help(app, each)}\n```" for each in words)
    return "\n\n".join([INTRO, contents, *sections, note.format(source="src/evenhand/cli").strip()]) + "\n"


def _commands(group: Any, above: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The words of every command below a group, in the order of its help."""
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        words = (*above, name)
        found += _commands(command, words) if hasattr(command, "commands") else [words]
    return found


def _help(app: typer.Typer, words: tuple[str, ...]) -> str:
    # A fixed width, whatever terminal this runs in.
    result = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "100"}, prog_name="evenhand")
    if result.exit_code != 0:
        raise RuntimeError(f"evenhand {' '.join(words)} --help failed: {result.output}")
    return "\n".join(line.rstrip() for line in result.output.strip().splitlines())
