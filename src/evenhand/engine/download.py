"""Fetch from a publisher's server: politely, and again after trouble. `remote_file` reads parts of a file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx

from evenhand import __version__
from evenhand.errors import NoNetwork

Taken = TypeVar("Taken")
CANNOT_CONNECT_ATTEMPTS = 2
"""With no connection at all the reader learns it at once, not after a minute of waiting."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Manners:
    """How a server is treated, and the clock and the sleep that tests replace."""

    attempts: int = 6
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 300.0
    """A server that asks for a longer wait is taken at its word: the reader is told to come back later."""
    seconds_between: float = 0.1
    """Ten requests a second at most; data.police.uk allows fifteen."""
    timeout_seconds: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = _utc_now


class TryAgain(NoNetwork):
    """The server is busy or broken for now; `wait_seconds` is what it asked for, where it did.

    It does not leave this package: `take` waits, or raises the NoNetwork that a person reads.
    """

    def __init__(self, reason: str, wait_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.wait_seconds = wait_seconds


class Publisher:
    """One conversation with a publisher's server."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self._answered = False
        self._client = httpx.Client(
            timeout=manners.timeout_seconds,
            follow_redirects=True,
            # Without compression, so that positions and lengths are those of the file itself.
            headers={"User-Agent": f"evenhand/{__version__}", "Accept-Encoding": "identity"},
        )

    def close(self) -> None:
        """End the conversation."""
        self._client.close()

    def take(self, url: str, read: Callable[[httpx.Response], Taken], part: str = "") -> Taken:
        """What `read` makes of the answer to a request for `url`, or for a `part` of it ("0-99").

        Tries again, ever more slowly, while the server is busy, broken or breaks off. Raises
        NoNetwork where that does not help.
        """
        for attempt in range(1, self.manners.attempts + 1):
            try:
                with self._ask(url, part) as answer:
                    return read(answer)
            except (httpx.TransportError, TryAgain) as trouble:
                self._wait_or_give_up(url, trouble, attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")

    @contextmanager
    def _ask(self, url: str, part: str) -> Iterator[httpx.Response]:
        if self._answered:
            self.manners.sleep(self.manners.seconds_between)
        headers = {"Range": f"bytes={part}"} if part else {}
        with self._client.stream("GET", url, headers=headers) as answer:
            self._answered = True
            if url.startswith("https:") and answer.url.scheme != "https":
                raise no_network("it sends on to an address without encryption", url)
            if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
                raise TryAgain(f"it answers {answer.status_code}", self._wait_asked_for(answer))
            yield answer

    def _wait_asked_for(self, answer: httpx.Response) -> float | None:
        """Seconds that `Retry-After` asks for, which gives them as a number or as a date."""
        asked = answer.headers.get("retry-after", "").strip()
        if asked.isdecimal():
            return float(asked)
        try:
            until = parsedate_to_datetime(asked)
        except ValueError:
            return None
        # A date without a zone is UTC, as HTTP dates are.
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (until - self.manners.now()).total_seconds())

    def _wait_or_give_up(self, url: str, trouble: Exception, attempt: int) -> None:
        reason = str(trouble) or type(trouble).__name__
        never_met = isinstance(trouble, httpx.ConnectError | httpx.ConnectTimeout) and not self._answered
        if attempt >= (CANNOT_CONNECT_ATTEMPTS if never_met else self.manners.attempts):
            what = "cannot be reached" if never_met else f"no answer after {attempt} attempts"
            raise no_network(f"{what}: {reason}", url) from trouble
        wait = self.manners.first_wait_seconds * 2 ** (attempt - 1)
        if isinstance(trouble, TryAgain) and trouble.wait_seconds is not None:
            wait = trouble.wait_seconds
        if wait > self.manners.longest_wait_seconds:
            raise no_network(f"{reason} and asks to wait {wait:.0f} seconds", url) from trouble
        self.manners.sleep(wait)


def no_network(what: str, url: str) -> NoNetwork:
    """The error for a server that cannot be reached or does not answer as documented."""
    next_step = "check the connection and run the same command again; what has come so far is kept"
    return NoNetwork(what, where=url, next_step=next_step)


def unexpected(answer: httpx.Response) -> NoNetwork:
    """The error for an answer that is not what the publisher documents."""
    kind = answer.headers.get("content-type", "no type")
    return no_network(f"answered {answer.status_code} ({kind}), which is not as documented", str(answer.url))


def body(answer: httpx.Response, limit_bytes: int) -> bytes:
    """All of an answer. Raises NoNetwork as soon as it grows beyond `limit_bytes`."""
    return b"".join(chunks(answer, limit_bytes))


def chunks(answer: httpx.Response, limit_bytes: int) -> Iterator[bytes]:
    """The answer as it comes. Raises NoNetwork as soon as it grows beyond `limit_bytes`."""
    come = 0
    for chunk in answer.iter_bytes():
        come += len(chunk)
        if come > limit_bytes:
            raise no_network(f"more than the {limit_bytes:,} bytes expected", str(answer.url))
        yield chunk
