"""What the docs speak of is there: files, links, targets, commands, words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from evenhand.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda page: page.relative_to(ROOT).as_posix()
)
TOP = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} | {".ci"}
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.S)
COMMANDS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
# Made by a person or a run, not in the checkout.
NOT_KEPT = ("dist/", "demo/", "build/")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S)
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_named_exist(page):
    named = [
        word
        for code in CODE.findall(page.read_text("utf-8"))
        for word in re.findall(r"[\w./-]+/[\w./-]*", code)
    ]
    gone = [
        word
        for word in named
        if word.split("/")[0] in TOP and not word.startswith(NOT_KEPT) and "NAME" not in word
        if not (ROOT / word).exists()
    ]
    assert gone == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_named_exist(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = {
        word
        for code in CODE.findall(page.read_text("utf-8"))
        for word in re.findall(r"^[$`\s]*make ([a-z]+)", code, re.M)
    }
    assert named - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_named_exist(page):
    named = {
        word
        for code in CODE.findall(page.read_text("utf-8"))
        for word in re.findall(r"(?:^|bin/|[$`]\s?)evenhand ([a-z-]+)", code, re.M)
    }
    assert named - COMMANDS == set()


def commands(group, above=()):
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        yield from commands(command, (*above, name)) if inner else [((*above, name), command)]


def test_every_command_has_help_and_a_place_on_the_page():
    page = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
    for words, command in commands(typer.main.get_command(app)):
        name = " ".join(words)
        assert command.help, f"evenhand {name} has no help"
        assert f"## evenhand {name}\n" in page
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"evenhand {name}: {parameter.name} has no help"


def test_words_of_the_glossary_are_the_words_of_the_code():
    source = "\n".join(path.read_text("utf-8").lower() for path in (ROOT / "src").rglob("*.py"))
    text = (ROOT / "GLOSSARY.md").read_text("utf-8").partition("Reserved for")[0]
    words = [
        word.strip()
        for row in re.findall(r"^\| ([^|]+) \|", text, re.M)
        for word in re.split(r", | and ", row)
        if word.strip() not in ("word", "---")
    ]
    # Authorities and suppression are spoken of, and come into the code with the duties and the next gate.
    ahead = {
        "specified authority",
        "relevant authority",
        "local policing body",
        "secondary suppression",
    }
    assert len(words) > 30
    assert [word for word in words if word not in source and word not in ahead] == []
