"""Publishing: what is carried over, what is refused, and that no killed run leaves half a publication."""

from __future__ import annotations

import re
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evenhand.engine.publication import Outcome, begin
from evenhand.engine.published import published_log
from evenhand.errors import BadData, NotVerified
from evenhand.ledger.entry import Input, Origin
from evenhand.ledger.heads import Head
from evenhand.ledger.verify import verify

DAY = date(2026, 11, 23)
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


def publish(root: Path, count: int, *, day: date = DAY, maker: str = "A. Analyst") -> Outcome:
    with begin(root) as draft:
        draft.release(replace(ORIGIN, made_on=day, maker=maker), f"n\n{count}\n".encode(), b"[]")
        draft.write("site/index.html", f'<p data-ledger-head="{draft.head}">{count}</p>'.encode())
        return draft.seal(day, maker)


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file's bytes and inode: equal only if nobody touched it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_ino) for path in files}


def beside(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


def test_first_publication_holds_what_the_layout_says(tmp_path: Path):
    outcome = publish(tmp_path, 1)
    expected = {
        "README.txt",
        "checkpoint",
        "data/recorded_violence.csv",
        "data/recorded_violence.json",
        "ledger.jsonl",
        "manifest.json",
        "offline-pack.zip",
        "site/index.html",
        "verify.py",
    }
    assert expected == set(snapshot(tmp_path / "published"))
    report = verify(tmp_path / "published")
    assert Outcome(True, 3, 6, report.head, report.checkpoint, "") == outcome
    assert beside(tmp_path) == ["published"]


def test_publishing_again_touches_nothing_though_day_and_maker_differ(tmp_path: Path):
    first = publish(tmp_path, 1)
    before = snapshot(tmp_path / "published")
    again = publish(tmp_path, 1, day=date(2027, 1, 1), maker="B. Analyst")
    assert before == snapshot(tmp_path / "published")
    assert replace(first, changed=False) == again
    assert beside(tmp_path) == ["published"]


def test_the_same_publication_elsewhere_has_the_same_bytes(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for count in (1, 2, 1):
            publish(tmp_path / name, count)
    one, two = (snapshot(tmp_path / name / "published") for name in ("one", "two"))
    assert {path: found[0] for path, found in one.items()} == {path: found[0] for path, found in two.items()}


def test_superseded_releases_stay_and_still_verify(tmp_path: Path):
    for count in (1, 2, 3):
        publish(tmp_path, count)
    kept = sorted((tmp_path / "published/data/earlier").iterdir())
    assert {b"n\n1\n", b"n\n2\n"} == {path.read_bytes() for path in kept}
    assert verify(tmp_path / "published").line.startswith("9 entries hold; 8 files as published")


def test_a_value_that_returns_verifies_and_so_does_the_one_between(tmp_path: Path):
    for count in (1, 2, 1, 2, 1):
        publish(tmp_path, count)
    assert verify(tmp_path / "published").entries == 15


def test_only_a_page_changing_adds_a_publication_and_no_figure(tmp_path: Path):
    first = publish(tmp_path, 1)
    with begin(tmp_path) as draft:
        draft.release(ORIGIN, b"n\n1\n", b"[]")
        draft.write("site/index.html", f'<p data-ledger-head="{draft.head}">new words</p>'.encode())
        second = draft.seal(DAY, "A. Analyst")
    assert (5, first.head) == (second.entries, second.head)
    assert first.checkpoint != second.checkpoint


def test_only_what_a_figure_was_made_from_changing_adds_both_lines(tmp_path: Path):
    with begin(tmp_path) as draft:
        draft.release(ORIGIN, b"n\n1\n", b"[]")
        draft.seal(DAY, "A. Analyst")
    with begin(tmp_path) as draft:
        line = draft.release(replace(ORIGIN, code="0.2.0 (5d41402abc4b)"), b"n\n1\n", b"[]")
        outcome = draft.seal(DAY, "A. Analyst")
    assert (line["number"], outcome.entries, outcome.head.split()[0]) == (4, 6, "4")


def test_a_measure_no_longer_released_keeps_its_table_among_the_earlier(tmp_path: Path):
    publish(tmp_path, 1)
    for _ in range(2):
        with begin(tmp_path) as draft:
            draft.seal(DAY, "A. Analyst")
    assert [path.read_bytes() for path in (tmp_path / "published/data/earlier").iterdir()] == [b"n\n1\n"]
    assert not (tmp_path / "published/data/recorded_violence.csv").exists()
    assert verify(tmp_path / "published").holds


def test_release_returns_the_line_that_pages_cite(tmp_path: Path):
    with begin(tmp_path) as draft:
        line = draft.release(ORIGIN, b"n\n1\n", b"[]")
        assert (1, str(Head(1, bytes.fromhex(draft.log.hash_of(1))))) == (line["number"], draft.head)


@pytest.mark.parametrize(
    "relative",
    [
        "",
        "site",
        "site/area",
        "site/area/index.html/x",
        "index.html",
        "data/x.csv",
        "ledger.jsonl",
        "/site/x",
        "site/../../x",
        "site/..",
        "site//x",
        "site/",
        "site\\x",
        "site/a b",
        "site/x\n",
        "site/\u00e9",
        "site/x.",
        "site/.hidden",
        "site/c:x",
        "site/" + "x" * 300,
    ],
)
def test_a_path_that_may_not_be_published_is_refused(tmp_path: Path, relative: str):
    with begin(tmp_path) as draft:
        draft.write("site/area/index.html", b"")
        with pytest.raises(BadData):
            draft.write(relative, b"x")
    assert beside(tmp_path) == []


def test_a_path_written_twice_is_refused_also_in_another_case(tmp_path: Path):
    with begin(tmp_path) as draft:
        draft.write("site/a.html", b"")
        with pytest.raises(BadData, match="written twice"):
            draft.write("site/A.html", b"")
        draft.release(ORIGIN, b"", b"")
        with pytest.raises(BadData, match="written twice"):
            draft.release(ORIGIN, b"", b"")


def test_a_measure_named_as_a_path_is_refused(tmp_path: Path):
    with begin(tmp_path) as draft, pytest.raises(BadData):
        draft.release(replace(ORIGIN, measure="../../x"), b"", b"")


def test_a_page_without_the_head_is_never_published(tmp_path: Path):
    publish(tmp_path, 1)
    before = snapshot(tmp_path / "published")
    with begin(tmp_path) as draft:
        draft.write("site/index.html", b"<p>")
        with pytest.raises(NotVerified, match=r"site/index\.html: the page shows no head"):
            draft.seal(DAY, "A. Analyst")
    assert before == snapshot(tmp_path / "published")
    assert beside(tmp_path) == ["published"]


def test_what_is_checked_last_has_all_files_and_may_refuse_them(tmp_path: Path):
    publish(tmp_path, 1)
    before = snapshot(tmp_path / "published")
    seen: list[str] = []

    def check(folder: Path) -> None:
        seen.append(verify(folder).line)
        raise BadData("it does not hold", where="data", next_step="nothing was published")

    with begin(tmp_path) as draft:
        draft.release(ORIGIN, b"n\n2\n", b"[]")
        with pytest.raises(BadData, match="it does not hold"):
            draft.seal(DAY, "A. Analyst", check)
    assert seen[0].startswith("6 entries hold; ")
    assert before == snapshot(tmp_path / "published")
    assert beside(tmp_path) == ["published"]


def test_a_draft_left_by_an_error_leaves_the_old_publication(tmp_path: Path):
    publish(tmp_path, 1)
    before = snapshot(tmp_path / "published")
    with pytest.raises(ZeroDivisionError), begin(tmp_path) as draft:
        draft.write("site/index.html", b"%d" % (1 // 0))
    assert before == snapshot(tmp_path / "published")
    assert beside(tmp_path) == ["published"]


@pytest.mark.parametrize(
    "damaged",
    [
        "site/index.html",
        "data/recorded_violence.csv",
        "data/earlier/{earlier}",
        "verify.py",
        "manifest.json",
        "offline-pack.zip",
    ],
)
@pytest.mark.parametrize("count", [2, 3])
def test_publishing_over_what_was_altered_is_refused_and_names_it(tmp_path: Path, damaged: str, count: int):
    publish(tmp_path, 1)
    publish(tmp_path, 2)
    earlier = next((tmp_path / "published/data/earlier").iterdir()).name
    relative = damaged.format(earlier=earlier)
    (tmp_path / "published" / relative).write_bytes(b"damaged")
    before = snapshot(tmp_path / "published")
    with pytest.raises(
        NotVerified, match=rf"{re.escape(relative)}: this file was changed.*restore published/"
    ):
        publish(tmp_path, count)
    assert before == snapshot(tmp_path / "published")
    assert beside(tmp_path) == ["published"]


def test_a_file_put_among_what_is_published_is_named_and_not_taken_away(tmp_path: Path):
    publish(tmp_path, 1)
    (tmp_path / "published/notes.txt").write_bytes(b"mine")
    with pytest.raises(NotVerified, match=r"notes\.txt: this file was added"):
        publish(tmp_path, 2)
    assert (tmp_path / "published/notes.txt").read_bytes() == b"mine"


def test_an_emptied_ledger_is_not_taken_for_none(tmp_path: Path):
    publish(tmp_path, 1)
    (tmp_path / "published/ledger.jsonl").write_bytes(b"")
    with pytest.raises(NotVerified, match=r"ledger\.jsonl: no publication seals its last entry"):
        begin(tmp_path)


def unpacked(root: Path) -> Path:
    with zipfile.ZipFile(root / "published/offline-pack.zip") as archive:
        archive.extractall(root / "unpacked")
    return root / "unpacked/offline-pack"


def test_the_offline_pack_holds_all_but_itself_and_verifies_by_itself(tmp_path: Path):
    publish(tmp_path, 1)
    publish(tmp_path, 2)
    pack = unpacked(tmp_path)
    whole = {path: found[0] for path, found in snapshot(tmp_path / "published").items()}
    inside = {path: found[0] for path, found in snapshot(pack).items()}
    ledger = whole.pop("ledger.jsonl")
    del whole["offline-pack.zip"]
    assert whole.pop("checkpoint") != inside.pop("checkpoint")
    assert inside.pop("ledger.jsonl") == b"".join(ledger.splitlines(keepends=True)[:-1])
    assert whole == inside
    assert verify(pack).line.startswith("5 entries hold; 6 files as published")
    assert verify(pack).head == verify(tmp_path / "published").head


def test_a_publication_restored_from_its_pack_goes_on_as_it_was(tmp_path: Path):
    publish(tmp_path, 1)
    publish(tmp_path, 2)
    lost = {path: found[0] for path, found in snapshot(tmp_path / "published").items()}
    pack = unpacked(tmp_path)
    shutil.rmtree(tmp_path / "published")
    pack.rename(tmp_path / "published")
    assert publish(tmp_path, 2, day=date(2027, 1, 1), maker="B. Analyst").changed
    restored = {path: found[0] for path, found in snapshot(tmp_path / "published").items()}
    assert lost == restored


def test_the_offline_pack_tells_neither_when_nor_by_whom_it_was_written(tmp_path: Path):
    publish(tmp_path, 1)
    with zipfile.ZipFile(tmp_path / "published/offline-pack.zip") as archive:
        members = archive.infolist()
    expected = {((1980, 1, 1, 0, 0, 0), 0o100644 << 16, b"")}
    assert expected == {(each.date_time, each.external_attr, each.extra) for each in members}


def test_a_ledger_that_does_not_hold_is_not_added_to(tmp_path: Path):
    publish(tmp_path, 1)
    ledger = tmp_path / "published/ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b"open-data 1", b"open-data 2"))
    with pytest.raises(NotVerified, match=r"entry 2: .* restore published/ from a copy"):
        begin(tmp_path)


def test_files_without_a_ledger_are_not_replaced(tmp_path: Path):
    (tmp_path / "published").mkdir()
    publish(tmp_path, 1)
    (tmp_path / "published/ledger.jsonl").unlink()
    with pytest.raises(NotVerified, match="published/ has files and no ledger"):
        begin(tmp_path)


@pytest.mark.parametrize("name", ["published", "published.new", "published.old"])
@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_link_or_file_where_a_folder_belongs_is_refused(tmp_path: Path, name: str, kind: str):
    if kind == "file":
        (tmp_path / name).write_bytes(b"")
    else:
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadData, match=name):
        begin(tmp_path)


def test_the_published_log_is_read_without_changing_anything(tmp_path: Path):
    assert published_log(tmp_path).lines == ()
    publish(tmp_path, 1)
    shutil.copytree(tmp_path / "published", tmp_path / "published.new")
    (tmp_path / "published.new/manifest.json").unlink()
    assert len(published_log(tmp_path).lines) == 3
    assert beside(tmp_path) == ["published", "published.new"]
