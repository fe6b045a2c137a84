"""The page of the commands, from the command line itself."""

from __future__ import annotations

from typing import Any

import typer


def page(note: str) -> str:
    """Every command of `evenhand`, with its arguments and options."""
    from evenhand.cli.main import app

    top: Any = typer.main.get_command(app)
    names = sorted(name for name, command in top.commands.items() if not command.hidden)
    parts = [
        "# Commands\n\n" + _text(top.help),
        "\n".join(f"- [`evenhand {name}`](#evenhand-{name})" for name in names),
        *(_command(f"evenhand {name}", top.commands[name]) for name in names),
        note.format(source="src/evenhand/cli").strip(),
    ]
    return "\n\n".join(parts) + "\n"


def _command(name: str, command: Any) -> str:
    if hasattr(command, "commands"):
        inner = (_command(f"{name} {word}", one) for word, one in sorted(command.commands.items()))
        return "\n\n".join([f"## {name}\n\n{_text(command.help)}", *inner])
    shown = [one for one in command.params if not getattr(one, "hidden", False) and one.name != "help"]
    usage = " ".join([name, *(_usage(one) for one in shown if one.param_type_name == "argument")])
    options = [one for one in shown if one.param_type_name == "option"]
    usage += " [OPTIONS]" if options else ""
    rows = [f"| `{_names(one)}` | {_meaning(one)} |" for one in shown]
    table = "\n\n" + "\n".join(["| argument or option | meaning |", "| --- | --- |", *rows]) if rows else ""
    return f"## {name}\n\n{_text(command.help)}\n\n```text\n{usage}\n```{table}"


def _usage(argument: Any) -> str:
    word = argument.name.upper() + ("…" if argument.nargs != 1 else "")
    return word if argument.required else f"[{word}]"


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return parameter.name.upper()
    return ", ".join([*parameter.opts, *parameter.secondary_opts])


def _meaning(parameter: Any) -> str:
    choices = getattr(parameter.type, "choices", ())
    said = _text(getattr(parameter, "help", "") or "").replace("\n", " ").replace("|", "\\|")
    return said + (f" ({', '.join(str(getattr(one, 'value', one)) for one in choices)})" if choices else "")


def _text(help_text: str | None) -> str:
    """A docstring's text, without Typer's mark for the end of what `--help` shows."""
    return "\n".join(line.strip() for line in (help_text or "").partition("\f")[0].strip().splitlines())
