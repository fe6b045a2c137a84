"""Init: make a workspace, with an `evenhand.toml` that a person can fill in."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from evenhand.actions.key import by_chance
from evenhand.engine import keys
from evenhand.engine.workspace import Workspace, write_atomically
from evenhand.errors import BadConfig
from evenhand.rules.partnership import DEFAULT_NAME as DEFAULT_NAME
from evenhand.rules.partnership import partnership

_TEMPLATE = files("evenhand.actions") / "skeletons" / "evenhand.toml.txt"


@dataclass(frozen=True)
class NewPartnership:
    """What `init` can be told; anything left empty is for the person to fill in."""

    name: str = DEFAULT_NAME
    area: str = ""
    """An ONS code or a name."""
    partners: tuple[str, ...] = ()
    police_forces: tuple[str, ...] = ()
    synthetic: bool = False
    demonstration: bool = False
    """Sign with a key that anyone can make, so that everybody's demonstration is the same to the byte."""


def init(folder: Path, about: NewPartnership) -> Workspace:
    """Make the folder a workspace, with a key. Nothing is overwritten, nor made of what cannot be read back.

    Raises BadConfig where it is a workspace already, or the area is given by a code that is none.
    """
    workspace = Workspace(folder)
    if workspace.config_file.exists():
        raise BadConfig(
            "is there already", where=str(workspace.config_file), next_step="edit it, or give another folder"
        )
    text = _filled_in(about)
    if about.area:
        partnership(tomllib.loads(text))
    workspace.incoming.mkdir(parents=True, exist_ok=True)
    if not keys.held(workspace.root):
        _make_key(workspace, about)
    write_atomically(workspace.config_file, text.encode())
    return workspace


def _make_key(workspace: Workspace, about: NewPartnership) -> None:
    if about.demonstration:
        keys.make(workspace.root, "evenhand/demonstration", sha256(b"evenhand demonstration").digest())
    else:
        words = about.area if about.name == DEFAULT_NAME else about.name
        keys.make(workspace.root, by_chance(words))


def is_code(area: str) -> bool:
    """Is the area given by its code? No area of ONS has a digit in its name."""
    return bool(re.search("[0-9]", area))


def _filled_in(about: NewPartnership) -> str:
    by_code = is_code(about.area)
    return _TEMPLATE.read_text(encoding="utf-8").format(
        name=_toml(about.name),
        partners=_toml(list(about.partners)),
        synthetic=_toml(about.synthetic),
        code=_toml(about.area if by_code else ""),
        area=_toml("" if by_code else about.area),
        forces=_toml(list(about.police_forces)),
        title=_toml(f"Serious violence: {about.name}"),
    )


def _toml(value: object) -> str:
    """A text, list of texts or flag in TOML: in these, JSON's form is TOML's too."""
    return json.dumps(value, ensure_ascii=False)


def first_reason() -> str:
    """The reason for its policy that a new `evenhand.toml` has, which speaks of open data."""
    return tomllib.loads(_filled_in(NewPartnership()))["disclosure"]["reason"]
