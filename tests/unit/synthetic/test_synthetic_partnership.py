"""The files of the synthetic partnership hold what its truth says, counted here with the csv module alone."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from evenhand.synthetic import Truth, write
from evenhand.tables.incident import CRIME_TYPES

VIOLENCE = "Violence and sexual offences"
STREET = [
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    home = tmp_path_factory.mktemp("partnership")
    return home / "incoming", write(home / "incoming", seed=1, truth_file=home / "truth.json")


def police_files(folder: Path, kind: str) -> Iterator[tuple[str, str]]:
    """Name in the publisher's layout and text of every file of one kind, in the archive or loose."""
    for path in folder.glob(f"20??-??/*-{kind}.csv"):
        yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")
    with zipfile.ZipFile(folder / "police-uk-synthetic.zip") as archive:
        for name in archive.namelist():
            if name.endswith(f"-{kind}.csv"):
                yield name, archive.read(name).decode("utf-8")


def rows_of(folder: Path, kind: str) -> Iterator[dict[str, str]]:
    for _, text in police_files(folder, kind):
        yield from csv.DictReader(io.StringIO(text))


def good_street_rows(folder: Path, truth: Truth) -> list[dict[str, str]]:
    bad = {(row.file, row.line) for row in truth.bad_rows}
    return [
        row
        for name, text in police_files(folder, "street")
        for line, row in enumerate(csv.DictReader(io.StringIO(text)), 2)
        if (name, line) not in bad
    ]


def lookup(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "lookups-synthetic" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_street_files_hold_the_counts_of_the_truth(made: tuple[Path, Truth]) -> None:
    folder, truth = made
    rows = good_street_rows(folder, truth)
    found = Counter((row["Crime type"], row["LSOA code"], row["Month"]) for row in rows)
    expected = Counter(
        {
            (kind, code, month): count
            for kind, by_code in truth.counts.items()
            for code, counts in by_code.items()
            for month, count in zip(truth.months, counts, strict=True)
            if count
        }
    )
    inside = {key: count for key, count in found.items() if key[1] in truth.population}
    assert dict(expected) != {}
    # The few rows across the border and without LSOA are the only ones the counts leave out.
    assert dict(expected) == inside
    assert truth.rows_without_lsoa == sum(row["LSOA code"] == "" for row in rows) > 100
    outside = sum(row["LSOA code"] not in truth.population and row["LSOA code"] != "" for row in rows)
    assert truth.rows_outside_area == outside > 50
    assert truth.street_rows == len(rows)
    assert 150_000 < len(rows) < 250_000


def test_street_files_have_the_publishers_header_types_and_quirks(made: tuple[Path, Truth]) -> None:
    folder, truth = made
    rows = good_street_rows(folder, truth)
    assert list(rows[0]) == STREET
    assert set(CRIME_TYPES) == set(truth.counts) == {row["Crime type"] for row in rows}
    for row in rows:
        assert (row["Crime ID"] == "") == (row["Crime type"] == "Anti-social behaviour")
        assert (row["Location"] == "No Location") == (row["Longitude"] == "") == (row["LSOA code"] == "")
    identifiers = [row["Crime ID"] for row in rows if row["Crime ID"]]
    assert len(identifiers) == len(set(identifiers))
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in identifiers)
    assert any('"","2020-02"' in text for _, text in police_files(folder, "street"))


def test_one_month_in_the_middle_is_missing_from_every_kind(made: tuple[Path, Truth]) -> None:
    folder, truth = made
    for kind in ("street", "outcomes", "stop-and-search"):
        months = sorted(name[:7] for name, _ in police_files(folder, kind))
        assert list(truth.months) == months
    assert truth.missing_month not in truth.months
    assert truth.months[0] < truth.missing_month < truth.months[-1]


def test_outcomes_belong_to_crimes_and_come_no_earlier_than_them(made: tuple[Path, Truth]) -> None:
    folder, truth = made
    month_of = {row["Crime ID"]: row["Month"] for row in good_street_rows(folder, truth) if row["Crime ID"]}
    outcomes = list(rows_of(folder, "outcomes"))
    assert truth.outcome_rows == len(outcomes) > 50_000
    assert all(month_of[row["Crime ID"]] <= row["Month"] for row in outcomes)
    assert truth.stop_search_rows == sum(1 for _ in rows_of(folder, "stop-and-search")) > 5_000


def test_planted_rows_are_where_the_truth_says_and_are_bad(made: tuple[Path, Truth]) -> None:
    folder, truth = made
    lines = {name: list(csv.reader(io.StringIO(text))) for name, text in police_files(folder, "street")}
    assert len(truth.bad_rows) == 12
    for bad in truth.bad_rows:
        row = lines[bad.file][bad.line - 1]
        match bad.column:
            case "":
                assert len(row) < len(STREET)
            case "Month":
                assert row[1].endswith("-13")
            case "Crime type":
                assert row[9] not in CRIME_TYPES
            case column:
                with pytest.raises(ValueError, match="could not convert"):
                    float(row[STREET.index(column)])


def test_violence_grows_steps_and_gathers_as_the_truth_says(made: tuple[Path, Truth]) -> None:
    _, truth = made
    counts = truth.counts[VIOLENCE]

    def total(months: set[str], district: str | None = None, without: str | None = None) -> int:
        return sum(
            count
            for code, series in counts.items()
            for month, count in zip(truth.months, series, strict=True)
            if month in months
            and (district is None or truth.district_of_lsoa[code] == district)
            and truth.district_of_lsoa[code] != without
        )

    there = truth.step.district_code
    spring = {f"{month:02d}" for month in range(3, 7)}
    before, after = ({f"{year}-{month}" for month in spring} for year in (2021, 2022))
    # Away from the step, spring to spring, growth is 8% give or take sampling error (about 1.5%).
    assert truth.violence_growth_per_year == pytest.approx(
        total(after, without=there) / total(before, without=there) - 1, abs=0.05
    )
    stepped = total(after, there) / total(before, there)
    assert truth.step.factor * 1.08 == pytest.approx(stepped, rel=0.12)
    rate = {code: sum(series) / truth.population[code] for code, series in counts.items()}
    worst = sorted(rate, key=lambda code: -rate[code])[: len(truth.hot_spots)]
    assert sorted(truth.hot_spots) == sorted(worst)


def test_violence_rises_with_deprivation_outside_the_city(made: tuple[Path, Truth]) -> None:
    folder, truth = made
    with (folder / "deprivation-synthetic" / "synthetic-IoD2019-file-7.csv").open(newline="") as file:
        rank_of = {
            row["LSOA code (2011)"]: int(
                row["Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)"]
            )
            for row in csv.DictReader(file)
        }
    assert truth.population.keys() == rank_of.keys()
    assert len(set(rank_of.values())) == len(rank_of)
    country = [code for code, district in truth.district_of_lsoa.items() if district == "E06000902"]
    # The slope of the log rate on deprivation (0 least, 1 most) is the log of the ratio.
    points = [
        (1 - rank_of[code] / 32_844, math.log(sum(truth.counts[VIOLENCE][code]) / truth.population[code]))
        for code in country
    ]
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    assert math.log(truth.deprivation_ratio) == pytest.approx(slope, abs=0.2)


def test_lookups_place_every_lsoa_once_and_changes_follow_ons_codes(made: tuple[Path, Truth]) -> None:
    folder, truth = made
    codes = set(truth.population)
    for name in ("LSOA11_MSOA11_LAD22", "LSOA11_WD22_LAD22", "LSOA11_SICBL22_ICB22_LAD22"):
        rows = lookup(folder, name)
        assert sorted(codes) == sorted(row["LSOA11CD"] for row in rows)
        assert truth.district_of_lsoa == {row["LSOA11CD"]: row["LAD22CD"] for row in rows}
    changes = lookup(folder, "LSOA11_LSOA21_LAD22")
    assert truth.changed_lsoas == Counter(row["CHGIND"] for row in changes)
    assert set(truth.changed_lsoas) == {"U", "S", "M", "X"}
    assert codes == {row["LSOA11CD"] for row in changes}
    for row in changes:
        assert (row["CHGIND"] == "U") == (row["LSOA11CD"] == row["LSOA21CD"])
    later = {row["LSOA21CD"] for row in lookup(folder, "LSOA21_MSOA21_LAD22")}
    assert later == {row["LSOA21CD"] for row in changes}
    force_area = lookup(folder, "LAD22_CSP22_PFA22")
    assert truth.districts == {row["LAD22CD"]: row["LAD22NM"] for row in force_area}
    assert len({row["CSP22CD"] for row in force_area}) == 3
    assert {"Exampleshire (synthetic)"} == {row["PFA22NM"] for row in force_area}


def test_codes_are_of_onss_form_in_ranges_never_issued(made: tuple[Path, Truth]) -> None:
    folder, _ = made
    text = "".join(path.read_text(encoding="utf-8-sig") for path in folder.glob("lookups-synthetic/*.csv"))
    codes = set(re.findall(r"\b[EW]\d{8}\b", text))
    never_issued = "E01(90|95)|E0299|E059|E060009|E220009|E230009|E380009|E540009"
    assert not [code for code in codes if not re.match(never_issued, code)]
    assert len(codes) > 400


@pytest.mark.parametrize(
    ("layer", "key"), [("LSOA11", "LSOA11CD"), ("LSOA21", "LSOA21CD"), ("LAD22", "LAD22CD")]
)
def test_boundaries_are_closed_rings_in_the_sea_that_add_up(
    made: tuple[Path, Truth], layer: str, key: str
) -> None:
    folder, _ = made
    found = json.loads(
        (folder / f"boundaries-synthetic/{layer}_synthetic_Exampleshire_BGC.geojson").read_text()
    )
    whole = json.loads((folder / "boundaries-synthetic/LAD22_synthetic_Exampleshire_BGC.geojson").read_text())
    assert "synthetic" in found["name"]
    listed = (
        lookup(folder, "LSOA11_LSOA21_LAD22") if key != "LAD22CD" else lookup(folder, "LAD22_CSP22_PFA22")
    )
    assert {row[key] for row in listed} == {feature["properties"][key] for feature in found["features"]}
    for ring in rings(found):
        assert ring[0] == ring[-1]
        assert len(ring) >= 4
        assert all(-0.5 < x < 1.7 and 54.4 < y < 55.6 for x, y in ring)
    # A tessellation: the parts cover what the districts cover, without overlap.
    assert area(whole) == pytest.approx(area(found), rel=1e-9)


def rings(collection: dict) -> Iterator[list[list[float]]]:
    for feature in collection["features"]:
        geometry = feature["geometry"]
        polygons = (
            geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        )
        for polygon in polygons:
            yield from polygon


def area(collection: dict) -> float:
    """Square degrees; holes run the other way round and so subtract themselves."""
    return sum((a[0] * b[1] - b[0] * a[1]) / 2 for ring in rings(collection) for a, b in pairwise(ring))


def test_population_workbook_opens_and_adds_up(made: tuple[Path, Truth]) -> None:
    folder, truth = made
    path = folder / "population-synthetic" / "synthetic-mid-2020-lsoa-single-year-of-age.xlsx"
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["Notes", "Mid-2020 Persons"]
    header, *rows = book.get_sheet_by_name("Mid-2020 Persons").to_python()[4:]
    assert [header[i] for i in (0, 6, 7, -1)] == ["LSOA Code", "All Ages", "0", "90+"]
    assert truth.population == {row[0]: int(row[6]) for row in rows}
    assert all(row[6] == sum(row[7:]) for row in rows)


def test_same_seed_same_bytes_and_other_seed_other_bytes(tmp_path: Path) -> None:
    first = write(tmp_path / "a", seed=7, lsoas=40, truth_file=tmp_path / "a.json")
    again = write(tmp_path / "b", seed=7, lsoas=40, truth_file=tmp_path / "b.json")
    other = write(tmp_path / "c", seed=8, lsoas=40)
    assert first == again
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    # Headers, names and codes are the same for every seed; every file with figures or lines differs.
    one, two = bytes_of(tmp_path / "a"), bytes_of(tmp_path / "c")
    assert one.keys() == two.keys()
    assert {name for name in one if one[name] == two[name]} <= {"lookups-synthetic/LAD22_CSP22_PFA22.csv"}
    assert first.counts != other.counts


def test_truth_file_holds_the_truth(made: tuple[Path, Truth]) -> None:
    folder, truth = made
    written = json.loads((folder.parent / "truth.json").read_text(encoding="utf-8"))
    assert truth.street_rows == written["street_rows"]
    assert truth.step.month == written["step"]["month"]
    assert list(truth.hot_spots) == written["hot_spots"]
    assert not list(folder.rglob("truth*"))
