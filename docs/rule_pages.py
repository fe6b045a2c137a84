"""The pages of the rules: disclosure policies, police forces and `evenhand.toml`."""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path
from typing import Any

from markdown import NOTE, grid, page

from evenhand.actions.init import NewPartnership, init
from evenhand.rules import police_force
from evenhand.rules.policy import policy_names

RULES = Path(__file__).resolve().parents[1] / "src" / "evenhand" / "rules"

CONFIGURATION = """# evenhand.toml

`evenhand init` writes this file into a new workspace. It says whose area it is, what counts as serious
violence in it, and how small numbers are protected. A key that is not one of these refuses."""


def pages() -> dict[str, str]:
    """Every page of the rules, by its path below docs."""
    return {
        "reference/evenhand-toml.md": _configuration(),
        "reference/rules/police-forces.md": _police_forces(),
        **{f"reference/rules/{name}.md": _policy(name) for name in policy_names()},
    }


def policy_titles() -> dict[str, str]:
    """Each policy's title, by name."""
    return {name: _policy_file(name)["title"] for name in policy_names()}


def _configuration() -> str:
    """What `evenhand init` writes, which explains every setting itself."""
    with tempfile.TemporaryDirectory() as folder:
        text = init(Path(folder), NewPartnership()).config_file.read_text("utf-8")
    source = "src/evenhand/actions/skeletons/evenhand.toml.txt"
    return page((NOTE.format(source=source), CONFIGURATION, f"```toml\n{text.strip()}\n```"))


def _police_forces() -> str:
    rows = [
        (force.police_force_area, force.reported_by, f"`{force.slug}`")
        for force in police_force.police_forces()
    ]
    return page(
        (
            NOTE.format(source="src/evenhand/rules/police_forces.csv"),
            "# Police forces\n\nThe name each force signs its records with, by police force area.",
            f"Authority: {police_force.AUTHORITY}.",
            grid(("police force area", "reported by", "in file names"), rows),
        )
    )


def _policy_file(name: str) -> dict[str, Any]:
    return tomllib.loads((RULES / "policies" / f"{name}.toml").read_text("utf-8"))


def _policy(name: str) -> str:
    """One disclosure policy, with each of its versions."""
    held = _policy_file(name)
    return page(
        (
            NOTE.format(source=f"src/evenhand/rules/policies/{name}.toml"),
            f"# Policy {name}: {held['title']}",
            *(_version(version) for version in held["version"]),
        )
    )


def _version(version: dict[str, Any]) -> str:
    parameters = [
        (f"`{name}`", about["kind"], about["meaning"], _default(about))
        for name, about in version.get("parameters", {}).items()
    ]
    noted = f"\n\n{version['note']}" if version.get("note") else ""
    taken = "\n\n" + grid(("parameter", "kind", "meaning", "default"), parameters) if parameters else ""
    return (
        f"## Version {version['version']}, in force from {version['in_force_from']}\n\n"
        f"{version['effect']} {_approval(version)}\n\n"
        f"Authority: [{version['authority']}]({version['source_url']})." + noted + taken
    )


def _default(about: dict[str, Any]) -> str:
    """What a parameter is where it is not given, as `evenhand.toml` would have it."""
    value = about.get("default", "must be given")
    return ("true" if value else "false") if isinstance(value, bool) else str(value) or "none"


def _approval(version: dict[str, Any]) -> str:
    """Whether a second person approves what is published under that version, in a sentence."""
    if version.get("needs_approval", False):
        return "A second person approves before anything is published."
    return "Nobody else has to approve before it is published."
