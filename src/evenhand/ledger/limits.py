"""Limits: what a publication that holds leaves open, in words. Pure."""

from __future__ import annotations

CANNOT_KNOW = """\
What this cannot know: whether the whole folder, ledger included, was written anew or put back to an earlier
publication. To rule that out, compare with what somebody kept elsewhere: a page saved or printed earlier, a
checkpoint, an e-mail or minutes with the head in them.
    python3 verify.py FOLDER --against FILE      a file that was kept
    python3 verify.py FOLDER --head HEAD         a head copied or typed from paper
says whether the ledger grew from there."""
SINCE_KEPT = """\
What this cannot know: whether what came after the head you kept was written anew. Keep today's as well."""
ALWAYS = """\
Use a copy of verify.py from somewhere you trust. Nor can it know whether figures and days are right: it shows
from which inputs, by which rules and code they were made."""
HIDDEN = (
    "Whether hidden counts stay hidden, check_hidden.py says, which lies beside a publication that has any."
)


def cannot_know(*, compared: bool) -> str:
    """What a check cannot know: less where the ledger was compared with a head that somebody kept."""
    return f"{SINCE_KEPT if compared else CANNOT_KNOW}\n{ALWAYS}"
