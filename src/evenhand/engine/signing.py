"""Signing: which key signs the ledger, how one takes the place of another, the checkpoint's bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from evenhand.engine.keys import FOLDER, Signer
from evenhand.errors import BadConfig, NotThere
from evenhand.ledger import log as ledger
from evenhand.ledger.entry import NewKey, Vouched


@dataclass(frozen=True)
class Signing:
    """What a publication is signed with; without keys it is not signed, and says so."""

    origin: str = "evenhand/unnamed"
    """What a ledger without a key is called from its first publication on."""
    keys: tuple[Signer, ...] = ()
    """Every key of the workspace."""
    lost: str = ""
    """What became of the key in force, where it is lost: said in the ledger, for everyone."""


def waiting(log: ledger.Log, signing: Signing) -> list[Signer]:
    """Keys of the workspace that the ledger does not know yet."""
    known = {line["key"] for line in log.lines if line["entry"] == "key"}
    return [each for each in signing.keys if str(each.key) not in known]


def holder(log: ledger.Log, signing: Signing) -> Signer | None:
    """The key in force with its private half, None where the workspace has not got it."""
    return next((each for each in signing.keys if each.key == log.key), None)


def announced(log: ledger.Log, signing: Signing, made_on: date, maker: str) -> ledger.Log:
    """The log with a key that is waiting, and the word of the key before it, where there is one.

    Raises NotThere where the key in force is gone and nobody said so, BadConfig where it is not clear
    which key is meant.
    """
    new, old = waiting(log, signing), holder(log, signing)
    if log.key and not old and not (new and signing.lost):
        raise _gone(log)
    if signing.lost and (old or not log.key):
        raise BadConfig("no key of this ledger is lost", where="--key-lost", next_step="publish without it")
    if not new:
        return log
    _check_one(log, new)
    replaces = str(log.key) if log.key else None
    log = ledger.append(log, NewKey(str(new[0].key), replaces, signing.lost, maker, made_on))
    if old:
        word = old.note(ledger.checkpoint(log, signing.origin))
        log = ledger.append(log, Vouched(word, maker, made_on))
    return log


def _gone(log: ledger.Log) -> NotThere:
    key = log.key.short if log.key else ""
    return NotThere(
        f"the private key of {key}, which signs this ledger, is not there",
        where=f"{FOLDER}/",
        next_step="restore it from the copy you kept; if it is lost, make a new one with `evenhand key new` "
        "and publish with --key-lost REASON",
    )


def _check_one(log: ledger.Log, new: list[Signer]) -> None:
    if len(new) > 1:
        names = ", ".join(each.key.short for each in new)
        raise BadConfig(f"two new keys: {names}", where=f"{FOLDER}/", next_step="move one of them away")
    if log.origin and new[0].key.name != log.origin:
        raise BadConfig(
            f"the key is called {new[0].key.name}, and this ledger {log.origin}",
            where=f"{FOLDER}/",
            next_step="move it away, and make one with `evenhand key new`",
        )


def checkpoint_file(log: ledger.Log, signing: Signing) -> bytes:
    """The checkpoint as it is published: a signed note, or the bare three lines where there is no key."""
    found, signer = ledger.checkpoint(log, signing.origin), holder(log, signing)
    if log.key and not signer:
        raise _gone(log)
    return (signer.note(found) if signer else str(found)).encode()
