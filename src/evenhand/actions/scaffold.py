"""Scaffold: the files of a new measure, source or rule, for a developer to fill in.

Nothing scaffolded passes as done: `evenhand.actions.check.lacks` says what is still to write, and
the architecture tests ask it of everything there is.
"""

from __future__ import annotations

import keyword
import re
from enum import Enum
from importlib.resources import files
from pathlib import Path
from string import Template

from evenhand.errors import BadConfig, NotThere

_SKELETONS = files("evenhand.actions") / "skeletons"


class Part(Enum):
    """What can be scaffolded."""

    MEASURE = "measure"
    SOURCE = "source"
    RULE = "rule"


# What each part consists of: path below the checkout, and the skeleton it starts as.
LAYOUT: dict[Part, dict[str, str]] = {
    Part.MEASURE: {
        "src/evenhand/needs/$name.py": "measure.py.txt",
        "tests/golden/$name/case.md": "measure_case.md.txt",
        "tests/golden/$name/settings.toml": "measure_settings.toml.txt",
        "tests/golden/$name/incident.csv": "measure_incident.csv.txt",
        "tests/golden/$name/place.csv": "measure_place.csv.txt",
        "tests/golden/$name/month.csv": "measure_month.csv.txt",
        "tests/golden/$name/expected.csv": "measure_expected.csv.txt",
        "docs/reference/measures/$name.md": "measure_page.md.txt",
    },
    Part.SOURCE: {
        "src/evenhand/sources/$name.py": "source.py.txt",
        "tests/unit/sources/test_source_$name.py": "source_test.py.txt",
        "tests/unit/sources/samples/$name.csv": "source_sample.csv.txt",
        "docs/reference/sources/$name.md": "source_page.md.txt",
    },
    Part.RULE: {
        "src/evenhand/rules/policies/$file.toml": "rule.toml.txt",
        "tests/unit/rules/test_policy_$name.py": "rule_test.py.txt",
        "docs/reference/rules/$file.md": "rule_page.md.txt",
    },
}


def scaffold(kind: Part | str, name: str, root: Path) -> list[Path]:
    """Write the files of a new part below the checkout `root`; returns their paths, relative to it.

    Raises BadConfig for a name that cannot be one, or is taken, and NotThere where `root` is no checkout.
    """
    part = _part(kind)
    _check(part, name, root)
    made = contents(part, name)
    for path, text in made.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return [Path(path) for path in made]


def contents(part: Part, name: str) -> dict[str, str]:
    """What each file of a part starts as, by its path below the checkout."""
    words = _words(name)
    return {
        Template(path).substitute(words): Template((_SKELETONS / skeleton).read_text("utf-8")).substitute(
            words
        )
        for path, skeleton in LAYOUT[part].items()
    }


def there(kind: Part | str, name: str, root: Path) -> list[Path]:
    """The files of a part whose code is there, relative to the checkout; none where it is not."""
    part = _part(kind)
    code, *others = (Path(path) for path in paths(part, name))
    if not (root / code).exists():
        return []
    if part is Part.MEASURE:
        folder = root / "tests" / "golden" / name
        golden = sorted(path.relative_to(root) for path in folder.glob("*"))
        return [code, *golden, *(path for path in others[-1:] if (root / path).exists())]
    return [code, *(path for path in others if (root / path).exists())]


def paths(kind: Part, name: str) -> tuple[str, ...]:
    """Where the files of a part lie, below the checkout."""
    return tuple(Template(path).substitute(_words(name)) for path in LAYOUT[kind])


def _words(name: str) -> dict[str, str]:
    """The name as each file needs it: policies are named with hyphens, as people write them."""
    title = name.replace("_", " ").capitalize()
    return {"name": name, "NAME": name.upper(), "title": title, "file": name.replace("_", "-")}


def _part(kind: Part | str) -> Part:
    if isinstance(kind, Part):
        return kind
    if kind not in {part.value for part in Part}:
        known = ", ".join(part.value for part in Part)
        raise BadConfig(f"there is no {kind} to scaffold", next_step=f"choose one of {known}")
    return Part(kind)


def _check(part: Part, name: str, root: Path) -> None:
    if not (root / "src" / "evenhand" / "measure.py").exists():
        raise NotThere("no checkout of Evenhand", where=str(root), next_step="run this in its top folder")
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or keyword.iskeyword(name):
        raise BadConfig(
            f"{name!r} cannot name a {part.value}",
            next_step="use small letters, digits and single underscores, such as knife_crime_rate",
        )
    for path in paths(part, name):
        if (root / path).exists():
            raise BadConfig(
                f"there is a {part.value} {name} already", where=path, next_step="choose another name"
            )
