"""Waiting: whether a review waits for its approval, or for its publication, and the next step."""

from __future__ import annotations

from evenhand.actions.approval import APPROVAL, APPROVE, REVIEW, approval_of, reviewed_of
from evenhand.engine.workspace import Workspace
from evenhand.errors import Refused
from evenhand.ledger import log as ledger
from evenhand.rules.partnership import partnership


def waiting(workspace: Workspace, log: ledger.Log) -> str:
    """What the review waits for, in a sentence; empty where there is none, or all of it is published."""
    file = workspace.review / REVIEW
    policy = partnership(workspace.config()).policy if file.is_file() else None
    if policy is None or not policy.needs_approval:
        return ""
    try:
        reviewed, _head = reviewed_of(file, log)
    except Refused as refusal:
        return f"The review {refusal.what}: {refusal.next_step}."
    if all(_is_published(log, *table) for table in reviewed.tables):
        return ""
    if reviewed.policy != policy.label:
        return f"The review is under {reviewed.policy}, not {policy.label}: run `evenhand review` again."
    try:
        held = approval_of(workspace.review / APPROVAL, policy, log)
    except Refused:
        held = None
    if held is None or held.digest != reviewed.digest:
        return f"A review waits for approval: {APPROVE}."
    return f"Approved by {held.by} on {held.on}, not published yet: run `evenhand publish`."


def _is_published(log: ledger.Log, measure: str, csv: str, json: str) -> bool:
    line = ledger.latest(log, measure)
    return line is not None and (line["released"], line["json"]) == (csv, json)
