"""Key: the keys that sign the ledger: which there are, and making a new one.

A new key is announced by the next publication, with the word of the key before it; where that one is
lost, with the reason, for readers to ask in another way.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from evenhand.engine import keys, signing
from evenhand.engine.published import published_log
from evenhand.engine.workspace import Workspace
from evenhand.errors import BadConfig
from evenhand.ledger import log as ledger


class State(Enum):
    """What a key is to the ledger."""

    IN_FORCE = "signs the ledger"
    WAITING = "will sign from the next publication"
    RETIRED = "signed once; its private half may be destroyed"
    GONE = "signs the ledger, and its private half is not here"


@dataclass(frozen=True)
class Key:
    """One key of the ledger or of the workspace."""

    key: str
    """The verifier key, `name+id+key`: what partners are given."""
    state: State
    file: Path | None
    """The private half; None where it is not here."""


def shown(workspace: Workspace) -> list[Key]:
    """Every key of the ledger and the workspace, as they came to sign. Raises NotThere, BadConfig."""
    workspace.config()
    log, held = published_log(workspace.root), keys.held(workspace.root)
    files = {str(each.key): keys.path_of(workspace.root, each.key) for each in held}
    signed = [line["key"] for line in log.lines if line["entry"] == "key"]
    now = [Key(text, _state(text, log, files), files.get(text)) for text in signed]
    return now + [Key(text, State.WAITING, file) for text, file in files.items() if text not in signed]


def _state(text: str, log: ledger.Log, files: dict[str, Path]) -> State:
    if text != str(log.key):
        return State.RETIRED
    return State.IN_FORCE if text in files else State.GONE


def new(workspace: Workspace, name: str = "") -> Key:
    """Make a key that signs from the next publication on.

    It is called as the ledger is, or else `name`, or else by chance. Raises BadConfig where a key is
    waiting already, or the ledger is called otherwise.
    """
    with workspace.writing():
        log = published_log(workspace.root)
        found = signing.waiting(log, signing.Signing(keys=keys.held(workspace.root)))
        if found:
            where = str(keys.path_of(workspace.root, found[0].key))
            raise BadConfig(
                "a new key is waiting already", where=where, next_step="publish, or move it away first"
            )
        if name and log.origin not in ("", name):
            raise BadConfig(
                f"this ledger is called {log.origin}, for ever", where="--name", next_step="leave it out"
            )
        made = keys.make(workspace.root, log.origin or name or by_chance("ledger"))
    return Key(str(made.key), State.WAITING, keys.path_of(workspace.root, made.key))


def by_chance(words: str) -> str:
    """A name for a new ledger that no other has: what it is about, and eight digits of chance."""
    plain = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60] or "ledger"
    return f"evenhand/{plain}-{secrets.token_hex(4)}"
