"""A killed run leaves the old publication or the new one, and never half of either."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evenhand.engine.keys import signer
from evenhand.engine.publication import Outcome, begin
from evenhand.engine.published import recover
from evenhand.engine.signing import Signing
from evenhand.errors import Busy
from evenhand.ledger.entry import Input, Origin
from evenhand.ledger.log import parse
from evenhand.ledger.verify import verify

KILLED_AT_EVERY_STEP = Path(__file__).with_name("killed_at_every_step.py")
DAY = date(2026, 11, 23)
SIGNING = Signing("example.org/log", (signer("example.org/log", b"k" * 32),))
ORIGIN = Origin(
    measure="recorded_violence",
    title="Recorded violence",
    area_level="PFA",
    area_code="E23000007",
    police_forces=("Northumbria Police",),
    crime_types=(),
    period_from=date(2020, 5, 1),
    period_to=date(2023, 2, 28),
    inputs=(Input("police_uk", "street.csv", "a" * 64),),
    rules=("open-data 1",),
    definition="violence 1 (3f2a91c04b7d)",
    code="0.1.0 (5d41402abc4b)",
    maker="A. Analyst",
    made_on=DAY,
)


def publish(root: Path, count: int) -> Outcome:
    """One figure, signed: three lines of the ledger, and one for the key before the first."""
    with begin(root, SIGNING) as draft:
        draft.announce_key(DAY, "A. Analyst")
        draft.release(replace(ORIGIN), f"n\n{count}\n".encode(), b"[]")
        draft.write("site/index.html", f'<p data-ledger-head="{draft.head}">{count}</p>'.encode())
        return draft.seal(DAY, "A. Analyst")


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file's bytes and inode: equal only if nobody touched it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_ino) for path in files}


def beside(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


# --- recovery: each state that a killed run can leave -----------------------------------------------


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Two whole publications, the first and the one after it."""
    for name, counts in (("first", (1,)), ("second", (1, 2))):
        (tmp_path / name).mkdir()
        for count in counts:
            publish(tmp_path / name, count)
    return tmp_path / "first/published", tmp_path / "second/published"


def whole(source: Path, place: Path) -> None:
    shutil.copytree(source, place)


def half(source: Path, place: Path) -> None:
    whole(source, place)
    (place / "manifest.json").unlink()
    (place / "verify.py").unlink()


STATES = {
    "nothing": ({}, None),
    "as it should be": ({"published": ("first", whole)}, 1),
    "writing the first": ({"published.new": ("first", half)}, None),
    "first written, not swapped in": ({"published.new": ("first", whole)}, None),
    "writing the next": ({"published": ("first", whole), "published.new": ("second", half)}, 1),
    "next written": ({"published": ("first", whole), "published.new": ("second", whole)}, 1),
    "between the renames": ({"published.old": ("first", whole), "published.new": ("second", whole)}, 2),
    "between, new one not whole": ({"published.old": ("first", whole), "published.new": ("second", half)}, 1),
    "between, no new one at all": ({"published.old": ("first", whole)}, 1),
    "removing the old": ({"published": ("second", whole), "published.old": ("first", half)}, 2),
    "all three": (
        {"published": ("second", whole), "published.old": ("first", half), "published.new": ("second", half)},
        2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_recovery_leaves_old_or_new_and_nothing_beside(two: tuple[Path, Path], tmp_path: Path, state: str):
    places, expected = STATES[state]
    root = tmp_path / "workspace"
    root.mkdir()
    for name, (which, how) in places.items():
        how(two[0] if which == "first" else two[1], root / name)
    recover(root)
    assert ([] if expected is None else ["published"]) == beside(root)
    if expected is not None:
        source = two[expected - 1]
        assert {path: found[0] for path, found in snapshot(source).items()} == {
            path: found[0] for path, found in snapshot(root / "published").items()
        }


def test_everything_is_on_the_disk_before_the_first_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    publish(tmp_path, 1)
    steps: list[str] = []
    sync, rename = os.fsync, Path.rename

    def noted_sync(opened: int) -> None:
        steps.append(str(Path(f"/proc/self/fd/{opened}").readlink()))
        sync(opened)

    def noted_rename(path: Path, target: Path) -> Path:
        steps.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "rename", noted_rename)
    publish(tmp_path, 2)
    new = tmp_path / "published"
    written = {new, *new.rglob("*")}
    synced = {path.replace("published.new", "published") for path in steps[: steps.index("rename")]}
    assert {str(path) for path in written} == synced
    assert str(tmp_path) == steps[-1]


def test_a_folder_in_use_leaves_the_old_publication(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    publish(tmp_path, 1)
    before = snapshot(tmp_path / "published")
    rename = Path.rename

    def refuse_new(path: Path, target: Path) -> Path:
        if path.name == "published.new":
            raise PermissionError(13, "in use", str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse_new)
    with pytest.raises(Busy, match="in use"):
        publish(tmp_path, 2)
    assert before == snapshot(tmp_path / "published")
    assert beside(tmp_path) == ["published"]


# --- killed for real --------------------------------------------------------------------------------


def test_killed_at_every_step_on_the_file_system_leaves_old_or_new(tmp_path: Path):
    found = subprocess.run(
        [sys.executable, str(KILLED_AT_EVERY_STEP), str(tmp_path / "workspace")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stderr) == (0, "")
    old, new = found.stdout.count("1"), found.stdout.count("2")
    assert "1" * old + "2" * new == found.stdout
    assert old > 30
    assert new > 5


ENDLESS = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from test_publication_killed import publish
count = int(sys.argv[3])
while True:
    publish(Path(sys.argv[1]), count)
    print(count, flush=True)
    count += 1
"""


def test_killed_at_random_moments_the_history_goes_on(tmp_path: Path):
    chance, count = random.Random(20261123), 1
    for _ in range(8):
        arguments = [str(tmp_path), str(Path(__file__).parent), str(count)]
        child = subprocess.Popen([sys.executable, "-c", ENDLESS, *arguments], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.uniform(0, 0.05))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        recover(tmp_path)
        assert beside(tmp_path) == ["published"]
        assert verify(tmp_path / "published").holds
        count = int((tmp_path / "published/data/recorded_violence.csv").read_text().split()[1]) + 1
    figures = parse((tmp_path / "published/ledger.jsonl").read_bytes()).lines[1::3]
    assert count - 1 == len(figures)


RANDOM = """
import os, random, shutil, signal, sys, time
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from test_publication_killed import beside, publish, recover, snapshot, verify

root, first = Path(sys.argv[1]), Path(sys.argv[1] + " first")
first.mkdir()
publish(first, 1)
started = time.perf_counter()
publish(first, 2)
took = time.perf_counter() - started
shutil.rmtree(first)
first.mkdir()
publish(first, 1)
chance = random.Random(20261123)
for _ in range(200):
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(first, root)
    child = os.fork()
    if child == 0:
        publish(root, 2)
        os._exit(0)
    time.sleep(chance.uniform(0, 1.3 * took))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    recover(root)
    assert beside(root) == ["published"], beside(root)
    report = verify(root / "published")
    assert report.holds, report.line
    shown = (root / "published/data/recorded_violence.csv").read_text().split()[1]
    assert report.entries == 3 * int(shown) + 1, report.line
    publish(root, 2)
    assert verify(root / "published").entries == 7
    print(shown, end="", flush=True)
"""


def test_killed_at_200_random_moments_leaves_old_or_new_and_publishing_goes_on(tmp_path: Path):
    found = subprocess.run(
        [sys.executable, "-c", RANDOM, str(tmp_path / "workspace"), str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stderr, len(found.stdout)) == (0, "", 200)
    assert {"1", "2"} == set(found.stdout)
