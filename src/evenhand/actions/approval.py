"""Approval: that somebody other than the maker approved exactly what is about to be published.

What is approved is a digest: of the bytes of every table, the certificate, the policy and the maker. The day
is not in it, so that what was approved on one day can be published on another. Nor is the ledger's head as of
the review: an approval holds for that ledger as it grows, but not for what is withdrawn after the review.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from evenhand.engine.published import published_log
from evenhand.engine.workspace import Workspace, write_atomically
from evenhand.errors import UNPRINTABLE, Refused
from evenhand.ledger import log as ledger
from evenhand.ledger.heads import Head, read_head
from evenhand.ledger.lines import CERTIFICATE, canonical, digest
from evenhand.rules.partnership import DEFAULT_NAME, Partnership, partnership
from evenhand.rules.policy import Policy

REVIEW, APPROVAL = "review.json", "approval.json"
"""In the workspace's `review/`: what would be published, and who approved it."""
DATA = "data"
"""Where the tables that were reviewed lie; the certificate among them."""
APPROVE = "have somebody else run `evenhand approve --by NAME`"
BOTH = f"run `evenhand review`, then {APPROVE}"
AGAIN = f"run `evenhand review` again, then {APPROVE}"


@dataclass(frozen=True)
class Proposal:
    """What is about to be published, by the hashes of its files."""

    tables: tuple[tuple[str, str, str], ...]
    """Each measure with the SHA-256 of its CSV and of its JSON file, in order."""
    certificate: str
    """SHA-256 of the certificate; empty where nothing is hidden or rounded."""
    policy: str
    maker: str

    @property
    def digest(self) -> str:
        """SHA-256 over all of it, in lower-case hexadecimal."""
        return digest(canonical(asdict(self)))

    def to_bytes(self, on: date, head: Head) -> bytes:
        """The proposal as `review.json` has it, with its digest, the day and the ledger's head."""
        # The head is in no digest: whoever may write to this file could write an approval as well.
        return _json({"digest": self.digest, **asdict(self), "on": on.isoformat(), "head": str(head)})


@dataclass(frozen=True)
class Approval:
    """Who approved what."""

    digest: str
    by: str
    on: str
    """The day, as YYYY-MM-DD."""
    note: str
    head: str
    """The ledger's head when the figures were reviewed."""


def proposal(
    files: Mapping[str, tuple[bytes, bytes]], certificate: bytes | None, policy: Policy, maker: str
) -> Proposal:
    """What those tables would be as a publication; `files` are CSV and JSON by measure."""
    tables = sorted((name, digest(csv), digest(json)) for name, (csv, json) in files.items())
    return Proposal(tuple(tables), digest(certificate) if certificate else "", policy.label, maker)


def approve(workspace: Workspace, by: str, on: date, note: str = "") -> Approval:
    """Write down that somebody approved what was reviewed.

    Raises Refused where nothing was reviewed, the review or a table in it was altered, the ledger is another,
    or `by` is nobody, an organisation of the partnership or the maker.
    """
    with workspace.writing():
        reviewed, head = reviewed_of(workspace.review / REVIEW, published_log(workspace.root))
        _refuse_altered(workspace.review, reviewed)
        name = " ".join(by.split())
        mine = partnership(workspace.config())
        _refuse_nobody(name)
        if _is_organisation(name, mine):
            raise _nobody(name)
        for maker in (reviewed.maker, mine.site.maker):
            _refuse_maker(name, maker, "--by")
        made = Approval(reviewed.digest, name, on.isoformat(), " ".join(note.split()), head)
        write_atomically(workspace.review / APPROVAL, _json(asdict(made)))
    return made


def on_withdrawn(workspace: Workspace, held: Approval) -> tuple[str, ...]:
    """A sentence for each figure that is withdrawn: whether that approval is one of bringing it back."""
    size, log = read_head(held.head).size, published_log(workspace.root)
    return tuple(
        f"{line['title']} was withdrawn after this review, and stays so: to bring it back, {AGAIN}"
        if line["number"] > size
        else f"{line['title']} stays withdrawn: `evenhand correct {name}` brings it back"
        for name, line in ledger.withdrawn(log).items()
    )


def refuse_unapproved(workspace: Workspace, mine: Partnership, log: ledger.Log) -> None:
    """Refuse what nobody approved yet for that ledger, before minutes of measuring. Raises Refused."""
    if mine.policy.needs_approval:
        refuse_no_person(mine)
        approval_of(workspace.review / APPROVAL, mine.policy, log)


def refuse_no_person(mine: Partnership) -> None:
    """Refuse an organisation as maker where two people are needed: its own analyst could approve then."""
    maker = mine.site.maker
    if mine.policy.needs_approval and _is_organisation(maker, mine):
        raise Refused(
            f"the maker is {maker}, an organisation, and under policy {mine.policy.name} whoever made the "
            "figures may not approve them",
            where="evenhand.toml: maker",
            next_step="write there who makes them, or their post (Senior analyst)",
        )


def approved_by(
    workspace: Workspace, proposed: Proposal, policy: Policy, log: ledger.Log, gone: Collection[str]
) -> str:
    """Who approved exactly that; empty where the policy asks for nobody. Raises Refused where nobody did.

    `gone` are the measures that stay withdrawn. One that comes back was withdrawn before the review, so that
    whoever approved it read of it.
    """
    if not policy.needs_approval:
        return ""
    file = workspace.review / APPROVAL
    held = approval_of(file, policy, log)
    if held.digest != proposed.digest:
        raise Refused(
            f"the figures, policy or maker changed since {held.by} approved them on {held.on}",
            where="publish",
            next_step=f"{AGAIN}; for a correction or withdrawal review with --correct or --withdraw MEASURE",
        )
    size = read_head(held.head).size
    since = sorted(
        name for name, line in ledger.withdrawn(log).items() if name not in gone and line["number"] > size
    )
    if since:
        raise Refused(
            f"it was withdrawn after the review that {held.by} approved on {held.on}",
            where=since[0],
            next_step=AGAIN,
        )
    _refuse_nobody(held.by)
    _refuse_maker(held.by, proposed.maker, str(file))
    return held.by


def _refuse_altered(review: Path, reviewed: Proposal) -> None:
    """Raise Refused where a file of the review is not the one whose hash would be approved."""
    hashes = {CERTIFICATE: reviewed.certificate} if reviewed.certificate else {}
    for name, of_csv, of_json in reviewed.tables:
        hashes |= {f"{DATA}/{name}.csv": of_csv, f"{DATA}/{name}.json": of_json}
    for name, wanted in hashes.items():
        if not (review / name).is_file() or digest((review / name).read_bytes()) != wanted:
            raise Refused(
                "was altered since the review, so that nobody approves what was read",
                where=str(review / name),
                next_step="run `evenhand review` again, and read it",
            )


def _refuse_nobody(name: str) -> None:
    letters = _letters(name)
    if letters in ("", "name") or _letters(DEFAULT_NAME) in letters or UNPRINTABLE.search(name):
        raise _nobody(name)


def _nobody(name: str) -> Refused:
    return Refused(
        f"{name!r} names nobody",
        where="--by",
        next_step="give the name of whoever read the review and approves it",
    )


def _is_organisation(name: str, mine: Partnership) -> bool:
    """Whether it is the partnership, or one of its partners, however it is written."""
    return _letters(name) in map(_letters, (mine.name, *mine.partners))


def _refuse_maker(name: str, maker: str, where: str) -> None:
    """Raise Refused for the maker, in whatever order or with whatever more the name is written."""
    of_maker, of_name = _words(maker), _words(name)
    if _letters(name) == _letters(maker) or (len(of_maker) > 1 and of_maker <= of_name):
        raise Refused(
            f"{name} made these figures, and nobody approves their own", where=where, next_step=APPROVE
        )


def _words(name: str) -> set[str]:
    """The words of a name, as `_letters` has each."""
    return {letters for word in re.split(r"[\s.,;()]+", name) if (letters := _letters(word))}


def _letters(name: str) -> str:
    """The letters and digits of a name alone: without case, blanks, accents and points."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", name).casefold() if sign.isalnum())


def reviewed_of(file: Path, log: ledger.Log) -> tuple[Proposal, str]:
    """What was reviewed, and the ledger's head then.

    Raises Refused without it, or where it is not what its own digest says, or not of this ledger.
    """
    if not file.is_file():
        raise Refused(
            "there is no review to approve", where=str(file), next_step="run `evenhand review` first"
        )
    try:
        fields = _fields(file, {"digest": str, **_PROPOSAL, "on": str, "head": str})
        head = read_head(fields["head"])
    except (ValueError, TypeError):
        raise Refused(
            "is no review that can be read, or of another version of Evenhand",
            where=str(file),
            next_step="run `evenhand review` again, and read it",
        ) from None
    try:
        reviewed = _proposed(fields)
    except (ValueError, TypeError):
        raise Refused(
            "was altered: it is not what its own digest says",
            where=str(file),
            next_step="run `evenhand review` again, and read it",
        ) from None
    _refuse_other_ledger(file, head, log)
    return reviewed, fields["head"]


def _proposed(fields: dict[str, Any]) -> Proposal:
    """The proposal that the fields of a review hold. Raises ValueError where their digest is another."""
    tables = tuple((str(name), str(csv), str(json)) for name, csv, json in fields["tables"])
    held = Proposal(tables, fields["certificate"], fields["policy"], fields["maker"])
    if held.digest != fields["digest"]:
        raise ValueError("another digest")
    return held


def approval_of(file: Path, policy: Policy, log: ledger.Log) -> Approval:
    """The approval that was given. Raises Refused without one for this ledger."""
    if not file.is_file():
        raise Refused(
            "these figures need the approval of a second person before they are published",
            where=f"policy {policy.label}",
            next_step=BOTH,
        )
    try:
        held = Approval(**_fields(file, dict.fromkeys(("digest", "by", "on", "note", "head"), str)))
        _refuse_other_ledger(file, read_head(held.head), log)
    except ValueError:
        raise Refused("is no approval that can be read", where=str(file), next_step=BOTH) from None
    return held


def _refuse_other_ledger(file: Path, head: Head, log: ledger.Log) -> None:
    """Raise Refused where the ledger did not grow from the one that the figures were reviewed with."""
    if not log.grew_from(head):
        raise Refused(
            "is not of this ledger: the figures were reviewed with another", where=str(file), next_step=AGAIN
        )


_PROPOSAL: dict[str, type] = {"tables": list, "certificate": str, "policy": str, "maker": str}


def _fields(file: Path, wanted: Mapping[str, type]) -> dict[str, Any]:
    """The fields of a file, each of its type. Raises ValueError where it holds others."""
    fields: Any = json.loads(file.read_bytes())
    if not isinstance(fields, dict) or set(fields) != set(wanted):
        raise ValueError("other fields")
    if not all(isinstance(fields[name], kind) for name, kind in wanted.items()):
        raise ValueError("other types")
    return fields


def _json(fields: dict[str, Any]) -> bytes:
    return (json.dumps(fields, ensure_ascii=False, indent=1) + "\n").encode()
