"""One family of errors. Each says what, where and what next, in one line, and has an exit code.

The exit code tells a script the kind of trouble; the line tells a person what to do about it.
"""

from __future__ import annotations

import re

UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal acts on or cannot show: controls, marks that turn the direction of text, surrogates."""


def printable(text: str) -> str:
    """The text with a replacement character for each that a terminal would act on.

    Names of files and what is in them come from outside; an escape in one could clear the screen it is
    named on, or write a line that Evenhand never said.
    """
    return UNPRINTABLE.sub("\ufffd", text)


class EvenhandError(Exception):
    """Anything Evenhand refuses to go on with.

    `what` is the trouble, `where` the file (and line and column) it is in, `next_step` what the
    reader can do. `str()` joins them in one printable line, whatever the parts hold.
    """

    exit_code = 1
    meaning = "Evenhand could not go on"

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        self.what, self.where, self.next_step = what, where, next_step
        super().__init__(self._line())

    def _line(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        if self.next_step:
            line = f"{line.rstrip('.;')}; {self.next_step}"
        return printable(" ".join(line.split()))


class BadData(EvenhandError):
    """A file is not what its publisher describes."""

    exit_code = 3
    meaning = "a file supplied cannot be read as what it claims to be"


class BadConfig(EvenhandError):
    """`evenhand.toml` does not say what is needed."""

    exit_code = 4
    meaning = "evenhand.toml is missing something or says something that cannot be"


class Refused(EvenhandError):
    """The disclosure gate refused, or a second person has not approved; nothing was published."""

    exit_code = 5
    meaning = "the disclosure gate refused, or a second person has not approved, and nothing was published"


class NotVerified(EvenhandError):
    """What is published is not what the ledger says was published."""

    exit_code = 6
    meaning = "a publication does not match its ledger"


class NotThere(EvenhandError):
    """Something asked for is not there: a workspace, a measure, an area, a table."""

    exit_code = 7
    meaning = "something asked for is not there"


class NoNetwork(EvenhandError):
    """A publisher's server could not be reached, or did not answer as documented."""

    exit_code = 8
    meaning = "a publisher's server could not be reached or did not answer as documented"


class Busy(EvenhandError):
    """The workspace cannot be written in: another process is at it, or this user may not."""

    exit_code = 9
    meaning = "the workspace cannot be written in: another process is at it, or this user may not"


class NotSetUp(EvenhandError):
    """A part that the set-up builds or an extra installs is missing."""

    exit_code = 10
    meaning = "a part that the set-up builds, or an optional part, is missing"


def family() -> tuple[type[EvenhandError], ...]:
    """Every kind of error, by exit code: the reference page and the tests read this."""
    return tuple(sorted(EvenhandError.__subclasses__(), key=lambda kind: kind.exit_code))
