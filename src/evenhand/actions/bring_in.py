"""Bring in: copy files named on the command line into incoming/, where an ingest finds them.

What lies in incoming/ is what was supplied, for good: a copy comes whole or not at all, and never takes
the place of what came earlier under its name.
"""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Iterable
from pathlib import Path

from evenhand.engine.workspace import CONFIG, Workspace
from evenhand.errors import BadConfig, BadData, NotThere


def refuse_workspaces(workspace: Workspace, given: Iterable[Path]) -> None:
    """Refuse a folder that is another workspace: it was meant as the one to work in. Raises BadConfig."""
    for path in given:
        if (path / CONFIG).is_file() and path.resolve() != workspace.root:
            raise BadConfig(
                "is a workspace, and no file to copy into one",
                where=str(path),
                next_step=f"did you mean --workspace {path}?",
            )


def bring_in(workspace: Workspace, given: Iterable[Path]) -> None:
    """Copy the files and folders `given` into incoming/; what lies there already is left.

    Raises NotThere for one that is not there, BadConfig for a folder that holds the workspace, BadData
    for a file that cannot be copied.
    """
    workspace.incoming.mkdir(exist_ok=True)
    incoming = workspace.incoming.resolve()
    for path in given:
        where = _there(path, incoming)
        if where.is_relative_to(incoming):
            continue
        target = incoming / (path.name if path.name not in ("", "..") else where.name)
        if where.is_file():
            _copy(where, target)
        for file in _files_of(where):
            _copy(file, target / file.relative_to(where))


def _there(path: Path, incoming: Path) -> Path:
    """Where the path leads: a file, or a folder that may be copied into `incoming`."""
    where = path.resolve()
    if not where.is_file() and not where.is_dir():
        raise NotThere("is not there", where=str(path), next_step="check its name")
    if incoming.is_relative_to(where) and where != incoming:
        raise BadConfig(
            "holds the workspace itself", where=str(path), next_step="name the files or folders to copy"
        )
    return where


def _files_of(folder: Path) -> list[Path]:
    """Every file of a folder, in order of path, also those that links lead to, but nothing hidden."""
    below = {path: path.relative_to(folder).parts for path in folder.rglob("*") if path.is_file()}
    return sorted(path for path, parts in below.items() if not any(part.startswith(".") for part in parts))


def _copy(file: Path, target: Path) -> None:
    """Copy in one step, unless the same bytes are there; what came earlier under the name stays as it was."""
    number, free = 1, target
    while free.exists() and not (free.is_file() and filecmp.cmp(file, free, shallow=False)):
        number += 1
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
    if not free.exists():
        free.parent.mkdir(parents=True, exist_ok=True)
        beside = free.with_name(f".{free.name}.new")
        try:
            shutil.copy2(file, beside)
        except OSError as trouble:
            raise BadData(
                f"cannot be copied into incoming/ ({trouble.strerror})",
                where=str(file),
                next_step="copy it yourself",
            ) from None
        beside.rename(free)
