"""The project's own files: what is installed, what is pinned, what must never be in them."""

from __future__ import annotations

import re
import subprocess
import tokenize
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
# Written in two halves, so that this file does not hold what it looks for.
REGISTRIES = tuple(
    "".join(halves)
    for halves in (("pypi", ".org"), ("pythonhosted", ".org"), ("npmjs", ".org"), ("deb.debian", ".org"))
)
MACHINE_PATHS = re.compile("|".join(("/wo" + "rk/", "/ro" + r"ot\b", "/ho" + r"me/\w", "/Us" + r"ers/\w")))
BINARY = {".png", ".parquet", ".zip", ".gz", ".xlsx", ".ico", ".woff2"}
SOFT_LIMIT = 500
NO_CODE = {
    *(tokenize.ENCODING, tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def text_files() -> list[tuple[str, str]]:
    return [
        (p.relative_to(ROOT).as_posix(), p.read_text("utf-8")) for p in tracked() if p.suffix not in BINARY
    ]


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_no_file_names_a_registry_or_a_folder_of_one_machine():
    found = [
        f"{name}: {word}"
        for name, text in text_files()
        for word in (*(host for host in REGISTRIES if host in text), *MACHINE_PATHS.findall(text))
    ]
    assert found == []


def test_no_file_is_half_written():
    marks = ("TO" + "DO", "FIX" + "ME", "X" * 3 + " ")
    found = [f"{name}: {mark}" for name, text in text_files() for mark in marks if mark in text]
    assert found == []


def test_locks_pin_every_package_by_hash():
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        blocks = re.split(r"\n(?=[a-z0-9])", lock.read_text("utf-8"))
        packages = [block for block in blocks if not block.startswith("#")]
        assert packages
        for block in packages:
            assert "==" in block.splitlines()[0], f"{lock.name}: {block.splitlines()[0]}"
            assert "--hash=sha256:" in block, f"{lock.name}: {block.splitlines()[0]}"


@pytest.mark.parametrize("layer", ["base", "test", "bench"])
def test_lock_holds_what_the_project_asks_for(layer):
    asked = [
        *project()["project"]["dependencies"],
        *project()["project"]["optional-dependencies"].get(layer, []),
    ]
    locked = (ROOT / "requirements" / f"{layer}.txt").read_text("utf-8")
    for requirement in map(Requirement, asked):
        versions = re.findall(rf"^{re.escape(requirement.name)}==([^ ;\\]+)", locked, re.M)
        assert versions, f"{requirement.name} is not locked; run `make lock`"
        assert all(version in requirement.specifier for version in versions), (
            f"{requirement}: run `make lock`"
        )


def test_install_stays_lean():
    locked = (ROOT / "requirements" / "base.txt").read_text("utf-8")
    assert len(set(re.findall(r"^([a-z0-9][\w.-]*)==", locked, re.M))) < 60
    assert len(project()["project"]["dependencies"]) < 30


def test_every_dependency_says_what_it_is_for():
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    extras = [one for several in project()["project"]["optional-dependencies"].values() for one in several]
    for dependency in (*project()["project"]["dependencies"], *extras):
        place = next(
            number for number, line in enumerate(lines) if line.strip().startswith(f'"{dependency}"')
        )
        # A comment may stand for two neighbours: the runner and its plugin, two peers.
        assert any(line.strip().startswith("#") for line in lines[place - 2 : place]), dependency


def test_source_files_stay_small_enough_to_read():
    # A soft limit, far above what we aim at: past it, a file holds two things.
    long = {
        path.relative_to(ROOT).as_posix(): length
        for path in tracked()
        if path.suffix == ".py" and (length := len(path.read_text("utf-8").splitlines())) > SOFT_LIMIT
    }
    assert long == {}


def test_the_checker_is_as_long_as_its_decision_says():
    """Without comments, docstrings and blank lines: ADR 13 says about how many lines, and why so many."""
    folder = ROOT / "src" / "evenhand" / "disclosure"
    files = [folder / "check.py", *sorted((folder / "checker").glob("*.py"))]
    said = (ROOT / "docs/adr/0013-let-the-checker-check-all-and-be-longer.md").read_text("utf-8")
    lines = sum(map(_lines_of_code, files))
    about = 50 * round(lines / 50)
    assert f"about {about:,} lines of code" in said, f"{lines:,} lines, to be read through"


def _lines_of_code(file: Path) -> int:
    found: set[int] = set()
    begins = True
    with file.open("rb") as lines:
        for token in tokenize.tokenize(lines.readline):
            if token.type == tokenize.NEWLINE:
                begins = True
            elif token.type not in NO_CODE:
                if not (begins and token.type == tokenize.STRING):
                    found.update(range(token.start[0], token.end[0] + 1))
                begins = False
    return len(found)


def test_command_help_is_in_every_target():
    targets = re.findall(r"^([a-z]+):(.*)$", (ROOT / "Makefile").read_text("utf-8"), re.M)
    silent = [name for name, rest in targets if "##" not in rest and name != "testing"]
    assert silent == []


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "GLOSSARY.md", "LICENSE"]
)
def test_a_newcomer_finds(name):
    assert len((ROOT / name).read_text("utf-8")) > 400
