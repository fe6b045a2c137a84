"""Fetching from a stub on this machine that serves the archive in the publisher's format, and misbehaves."""

from __future__ import annotations

import hashlib
import io
import json
import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from evenhand.actions.fetch import FetchReport, NotAvailable, fetch_police_uk
from evenhand.engine.download import Manners
from evenhand.errors import BadData, EvenhandError, NoNetwork, NotThere

KINDS = ("street", "outcomes", "stop-and-search")
NOW = datetime(2024, 6, 1, 12, 0, tzinfo=UTC)


@cache
def content(name: str, revision: str = "") -> bytes:
    """Some tens of kilobytes that do not compress to nothing."""
    lines = (hashlib.sha256(f"{name} {revision} {i}".encode()).hexdigest() for i in range(600))
    return ("Crime ID,Context\n" + ",\n".join(lines) + ",\n").encode()


@cache
def archive(names: tuple[str, ...], revision: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name in names:
            out.writestr(name, content(name, revision))
    return packed.getvalue()


def member(month: str, force: str = "northshire", kind: str = "street") -> str:
    return f"{month}/{month}-{force}-{kind}.csv"


def months_to(last: str, number: int = 36) -> list[str]:
    end = int(last[:4]) * 12 + int(last[5:]) - 1
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in range(end - number + 1, end + 1)]


@dataclass
class Stub:
    """What the server holds, how it behaves, and what it was asked."""

    address: str = ""
    dates: bytes = b""
    archives: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    edition: str = '"first"'
    web_page: bool = False
    troubles: list[Callable[[Handler], None] | None] = field(default_factory=list)
    """Done instead of answering, one a request for an archive, first to last; None answers."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    sent: int = 0

    def publish(self, newest: str, archives: dict[str, bytes]) -> None:
        dates = [{"date": month, "stop-and-search": ["northshire"]} for month in reversed(months_to(newest))]
        self.dates, self.archives = json.dumps(dates).encode(), archives


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        stub: Stub = self.server.stub  # type: ignore[attr-defined]
        stub.asked.append((self.path, self.headers.get("Range", "")))
        if self.path == "/api/crimes-street-dates":
            self.answer(200, {"Content-Type": "application/json"}, stub.dates)
            return
        if stub.troubles and (trouble := stub.troubles.pop(0)):
            trouble(self)
            return
        if stub.web_page:
            self.answer(200, {"Content-Type": "text/html"}, b"<html>Please log in to the wifi</html>")
        elif self.path.startswith("/data/archive/"):
            # As the publisher does: its own address sends on to the store that has the file.
            self.answer(302, {"Location": self.path.replace("/data/archive", "/store")}, b"")
        else:
            self.from_store(stub)

    def from_store(self, stub: Stub, half: bool = False) -> None:
        whole = stub.archives.get(self.path.removeprefix("/store/").removesuffix(".zip"))
        if whole is None:
            self.answer(403, {"Content-Type": "application/xml"}, b"<Error>AccessDenied</Error>")
            return
        headers = {"Content-Type": "application/zip", "ETag": stub.edition}
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if wanted and stub.ranges:
            start, end = int(wanted[1]), min(int(wanted[2]), len(whole) - 1)
            headers["Content-Range"] = f"bytes {start}-{end}/{len(whole)}"
            self.answer(206, headers, whole[start : end + 1], half)
        else:
            self.answer(200, headers, whole, half)

    def answer(self, status: int, headers: dict[str, str], content: bytes, half: bool = False) -> None:
        stub: Stub = self.server.stub  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(content[: len(content) // 2] if half else content)
            stub.sent += len(content)
        except ConnectionError:
            # The client looked at the headers and hung up: it may.
            self.close_connection = True


def broken_off(handler: Handler) -> None:
    """Promise all, send half, and hang up."""
    handler.from_store(handler.server.stub, half=True)  # type: ignore[attr-defined]
    handler.close_connection = True


def status(code: int, **headers: str) -> Callable[[Handler], None]:
    def answer(handler: Handler) -> None:
        handler.answer(code, {name.replace("_", "-"): value for name, value in headers.items()}, b"")

    return answer


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Stub(address=f"http://127.0.0.1:{server.server_port}")
    server.stub = found  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def fetch(stub: Stub, waits: list[float], tmp_path: Path) -> Callable[..., FetchReport]:
    manners = Manners(seconds_between=0, timeout_seconds=5, sleep=waits.append, now=lambda: NOW)

    def run(month_from: str, month_to: str, *forces: str, **options: object) -> FetchReport:
        return fetch_police_uk(
            tmp_path / "incoming",
            forces or ("northshire",),
            month_from,
            month_to,
            base_url=stub.address,
            manners=manners,
            **options,
        )

    return run


def standard(stub: Stub, newest: str = "2024-04") -> None:
    """One archive of 36 months of two forces, one of them without stop and search in the last month."""
    names = [member(m, f, k) for m in months_to(newest) for f in ("northshire", "southshire") for k in KINDS]
    names.remove(member(newest, "northshire", "stop-and-search"))
    names.append("2024-04/README.txt")
    stub.publish(newest, {newest: archive(tuple(names))})


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def waited(waits: list[float]) -> list[float]:
    return [seconds for seconds in waits if seconds > 0]


def test_fetch_takes_the_files_asked_for_and_little_more(
    stub: Stub, fetch: Callable[..., FetchReport], tmp_path: Path
) -> None:
    standard(stub)
    steps: list[tuple[str, int, int]] = []
    report = fetch("2024-03", "2024-04", progress=lambda *step: steps.append(step))
    expected = {
        f"police-uk-2024-04/{name}": content(name)
        for name in (member(m, "northshire", k) for m in ("2024-03", "2024-04") for k in KINDS)
        if name != member("2024-04", "northshire", "stop-and-search")
    }
    assert files_in(tmp_path / "incoming") == expected
    assert report.fetched == tuple(sorted(expected))
    assert report.archives == ("2024-04",)
    assert report.not_available == (NotAvailable("2024-04", "northshire", "stop-and-search"),)
    assert report.bytes_fetched == sum(map(len, expected.values()))
    assert [(place, of) for _, place, of in steps] == [(i, 5) for i in range(1, 6)]
    # Of an archive of 215 files and several megabytes, a part was read.
    assert stub.sent < len(stub.archives["2024-04"]) / 2


def test_fetch_again_fetches_nothing_and_changes_nothing(
    stub: Stub, fetch: Callable[..., FetchReport], tmp_path: Path
) -> None:
    standard(stub)
    first = fetch("2024-01", "2024-02")
    before = files_in(tmp_path / "incoming")
    again = fetch("2024-01", "2024-02")
    assert (again.fetched, again.here_already) == ((), first.fetched)
    assert files_in(tmp_path / "incoming") == before


def test_fetch_goes_on_after_an_interruption(
    stub: Stub, fetch: Callable[..., FetchReport], tmp_path: Path
) -> None:
    standard(stub)

    def pull_the_plug(_: str, place: int, __: int) -> None:
        if place == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("2024-01", "2024-02", progress=pull_the_plug)
    whole = files_in(tmp_path / "incoming")
    assert len(whole) == 3
    assert all(text == content(name.removeprefix("police-uk-2024-04/")) for name, text in whole.items())
    report = fetch("2024-01", "2024-02")
    assert len(report.fetched) == 3
    assert report.here_already == tuple(sorted(whole))


def test_fetch_puts_a_revised_month_beside_the_old_one(
    stub: Stub, fetch: Callable[..., FetchReport], tmp_path: Path
) -> None:
    standard(stub)
    fetch("2024-02", "2024-02")
    before = files_in(tmp_path / "incoming")
    names = [member("2024-02", "northshire", kind) for kind in KINDS]
    stub.publish("2024-05", {"2024-05": archive(tuple(names), "revised")})
    report = fetch("2024-02", "2024-02")
    after = files_in(tmp_path / "incoming")
    assert report.fetched == tuple(sorted(f"police-uk-2024-05/{name}" for name in names))
    assert after.items() > before.items()


def test_fetch_reads_older_months_from_older_archives(
    stub: Stub, fetch: Callable[..., FetchReport], tmp_path: Path
) -> None:
    def edition(last: str) -> bytes:
        return archive(tuple(member(month) for month in months_to(last)), last)

    # 2020-12 to 2024-04: the newest reaches back to 2021-05; 2023-11 would be next, but 2023-09 is there.
    stub.publish("2024-04", {last: edition(last) for last in ("2024-04", "2023-09", "2022-01")})
    report = fetch("2020-12", "2024-04")
    assert report.archives == ("2023-09", "2024-04")
    months = [name.split("/")[1] for name in report.fetched]
    assert sorted(months) == months_to("2024-04", 41)
    assert "police-uk-2023-09/2020-12/2020-12-northshire-street.csv" in report.fetched
    assert (tmp_path / "incoming/police-uk-2024-04/2023-10/2023-10-northshire-street.csv").exists()


def test_fetch_says_which_months_are_not_published(stub: Stub, fetch: Callable[..., FetchReport]) -> None:
    names = [member(month) for month in months_to("2024-04") if month != "2024-02"]
    stub.publish("2024-04", {"2024-04": archive(tuple(names))})
    report = fetch("2024-01", "2024-06")
    missing = {found.month for found in report.not_available if found.kind == "street"}
    assert missing == {"2024-02", "2024-05", "2024-06"}
    assert len(report.fetched) == 3


def test_fetch_takes_the_whole_archive_from_a_server_without_ranges(
    stub: Stub, fetch: Callable[..., FetchReport], tmp_path: Path
) -> None:
    standard(stub)
    stub.ranges = False
    report = fetch("2024-01", "2024-01")
    assert len(report.fetched) == 3
    # Nothing but the files: the archive itself is not kept.
    assert sorted(files_in(tmp_path / "incoming")) == list(report.fetched)


@pytest.mark.parametrize("ranges", [True, False])
def test_fetch_tries_again_after_trouble(
    stub: Stub, fetch: Callable[..., FetchReport], waits: list[float], ranges: bool
) -> None:
    standard(stub)
    stub.ranges = ranges
    # The first requests go through; then the line drops, and the server fails twice.
    stub.troubles = [None, None, None, None, broken_off, status(500), status(503)]
    report = fetch("2024-01", "2024-01")
    assert len(report.fetched) == 3
    assert waited(waits) == [1, 2, 4]


@pytest.mark.parametrize("asked", ["7", "Sat, 01 Jun 2024 12:00:07 GMT"])
def test_fetch_waits_as_long_as_a_busy_server_asks(
    stub: Stub, fetch: Callable[..., FetchReport], waits: list[float], asked: str
) -> None:
    standard(stub)
    stub.troubles = [status(429, Retry_After=asked)]
    assert len(fetch("2024-01", "2024-01").fetched) == 3
    assert waited(waits) == [7]


def test_fetch_gives_up_on_a_server_that_asks_for_an_hour(
    stub: Stub, fetch: Callable[..., FetchReport], waits: list[float]
) -> None:
    standard(stub)
    stub.troubles = [status(429, Retry_After="3600")]
    with pytest.raises(NoNetwork, match="asks to wait 3600 seconds"):
        fetch("2024-01", "2024-01")
    assert waited(waits) == []


def test_fetch_gives_up_after_six_attempts(
    stub: Stub, fetch: Callable[..., FetchReport], waits: list[float]
) -> None:
    standard(stub)
    stub.troubles = [status(500)] * 6
    with pytest.raises(NoNetwork, match="no answer after 6 attempts: it answers 500"):
        fetch("2024-01", "2024-01")
    assert waited(waits) == [1, 2, 4, 8, 16]


def test_fetch_refuses_a_web_page_in_place_of_the_archive(
    stub: Stub, fetch: Callable[..., FetchReport], tmp_path: Path
) -> None:
    standard(stub)
    stub.web_page = True
    with pytest.raises(NoNetwork, match=r"answered 200 \(text/html\), which is not as documented"):
        fetch("2024-01", "2024-01")
    assert not (tmp_path / "incoming").exists()


@pytest.mark.parametrize(
    "dates", [b"<html>Please log in</html>", b"[]", b'{"date": "2024-01"}', b'[{"day": 1}]', b"[1]"]
)
def test_fetch_refuses_an_answer_without_months(
    stub: Stub, fetch: Callable[..., FetchReport], dates: bytes
) -> None:
    stub.dates = dates
    with pytest.raises(NoNetwork, match="crimes-street-dates: "):
        fetch("2024-01", "2024-01")


@pytest.mark.parametrize("ranges", [True, False])
def test_fetch_refuses_a_truncated_archive(
    stub: Stub, fetch: Callable[..., FetchReport], tmp_path: Path, ranges: bool
) -> None:
    standard(stub)
    stub.ranges = ranges
    stub.archives["2024-04"] = stub.archives["2024-04"][:-5000]
    with pytest.raises(BadData, match="not a whole zip archive"):
        fetch("2024-01", "2024-01")
    assert not list(tmp_path.rglob("*.csv"))


def test_fetch_refuses_a_file_whose_checksum_fails(
    stub: Stub, fetch: Callable[..., FetchReport], tmp_path: Path
) -> None:
    standard(stub)
    damaged = bytearray(stub.archives["2024-04"])
    with zipfile.ZipFile(io.BytesIO(damaged)) as whole:
        at = whole.getinfo(member("2024-01", "northshire", "outcomes")).header_offset
    damaged[at + 2000 : at + 2100] = bytes(100)
    stub.archives["2024-04"] = bytes(damaged)
    with pytest.raises(BadData, match=r"2024-01-northshire-outcomes.csv cannot be unpacked"):
        fetch("2024-01", "2024-01")
    assert not list(tmp_path.rglob("*outcomes*"))
    # The file before it in the archive is whole, and stays.
    assert len(list(tmp_path.rglob("*street.csv"))) == 1


def test_fetch_refuses_an_archive_replaced_while_it_is_read(
    stub: Stub, fetch: Callable[..., FetchReport]
) -> None:
    standard(stub)

    def replaced(*_: object) -> None:
        stub.edition = '"second"'

    with pytest.raises(NoNetwork, match="replaced while it was being read"):
        fetch("2021-05", "2024-04", progress=replaced)


def test_fetch_refuses_a_file_that_claims_to_be_huge(
    stub: Stub, fetch: Callable[..., FetchReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    standard(stub)
    monkeypatch.setattr("evenhand.engine.police_uk_archive.FILE_LIMIT_BYTES", 1000)
    with pytest.raises(BadData, match="more than the 1,000 expected"):
        fetch("2024-01", "2024-01")


def test_fetch_leaves_members_with_other_names_where_they_are(
    stub: Stub, fetch: Callable[..., FetchReport], tmp_path: Path
) -> None:
    odd = ["../../2024-04-northshire-street.csv", "2024-04/2024-03-northshire-street.csv", "/etc/passwd"]
    stub.publish("2024-04", {"2024-04": archive((*odd, member("2024-04")))})
    report = fetch("2024-04", "2024-04")
    assert report.fetched == (f"police-uk-2024-04/{member('2024-04')}",)
    assert list(files_in(tmp_path)) == [f"incoming/{report.fetched[0]}"]


def test_fetch_says_when_every_archive_is_blocked(stub: Stub, fetch: Callable[..., FetchReport]) -> None:
    stub.publish("2024-04", {})
    with pytest.raises(NoNetwork, match="though those months are published"):
        fetch("2024-01", "2024-01")


def test_fetch_names_forces_near_to_one_it_does_not_know(
    stub: Stub, fetch: Callable[..., FetchReport], tmp_path: Path
) -> None:
    standard(stub)
    with pytest.raises(NotThere, match="no force 'nothshire'; it has northshire, southshire"):
        fetch("2024-01", "2024-01", "northshire", "nothshire")
    assert not list(tmp_path.rglob("*.csv"))


@pytest.mark.parametrize(
    ("month_from", "month_to", "force", "said"),
    [
        ("2024-13", "2024-01", "northshire", "'2024-13' is no month"),
        ("2024-02", "2024-01", "northshire", "2024-01 comes before 2024-02"),
        ("2024-01", "2024-01", "../etc", "'../etc' is no force"),
    ],
)
def test_fetch_refuses_what_cannot_be_before_asking_anything(
    stub: Stub, fetch: Callable[..., FetchReport], month_from: str, month_to: str, force: str, said: str
) -> None:
    with pytest.raises(EvenhandError, match=re.escape(said)):
        fetch(month_from, month_to, force)
    assert stub.asked == []


def test_fetch_says_at_once_that_there_is_no_network(tmp_path: Path) -> None:
    waits: list[float] = []
    # Port 9 (discard) has no server here: the connection is refused, as with the cable pulled.
    with pytest.raises(NoNetwork, match="cannot be reached") as caught:
        fetch_police_uk(
            tmp_path,
            ["northshire"],
            "2024-01",
            "2024-01",
            base_url="http://127.0.0.1:9",
            manners=Manners(sleep=waits.append),
        )
    assert waits == [1]
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith("run the same command again; what has come so far is kept")


def test_fetch_keeps_a_whole_archive_for_the_next_run_after_an_interruption(
    stub: Stub, fetch: Callable[..., FetchReport]
) -> None:
    standard(stub)
    stub.ranges = False

    def pull_the_plug(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("2024-01", "2024-01", progress=pull_the_plug)
    assert len(fetch("2024-01", "2024-01").fetched) == 3
    assert [path for path, part in stub.asked if not part and path.startswith("/store")] == [
        "/store/2024-04.zip"
    ]
