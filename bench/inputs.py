"""Inputs: workspaces with nothing but street files in incoming/, which every contender reads."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from evenhand.rules.partnership import DEFAULT_NAME

AREA = {"northumbria": "E23000007"}
POLICE = "police_uk/northumbria_2020_2023"
REFERENCE_FILES = (
    "geography/lookups/LAD16_CSP16_PFA16.csv",
    "geography/lookups/PoliceforceLSOA_2011.csv.gz",
    "geography/lookups/lookup_lsoa11_ltla21.csv.gz",
    "geography/lookups/lookup_lsoa11_msoa11.csv.gz",
    "geography/lookups/lookup_lsoa11_sicbl22_icb22_ltla22.csv.gz",
    "geography/lookups/lookup_lsoa11_ward17.csv.gz",
    "geography/lookups/lookup_ltla24_csp24_pfa24.csv",
    "geography/boundaries/northumbria_lsoa11.geojson",
    "geography/boundaries/northumbria_ltla24.geojson",
    "imd/imd2019_england_lsoa11.csv.gz",
    "population/population20_lsoa11.csv.gz",
)
NO_OPEN_DATA = "EVENHAND_OPEN_DATA names no folder with the publishers' files"


def open_data() -> Path | None:
    """The folder of the publishers' real files, where there is one."""
    folder = os.environ.get("EVENHAND_OPEN_DATA", "")
    return Path(folder) if folder and (Path(folder) / POLICE).is_dir() else None


def workspace(root: Path) -> Path:
    """A new workspace; nothing in it yet."""
    command = [Path(sys.executable).with_name("evenhand"), "init", root, "--area", AREA["northumbria"]]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    config = root / "evenhand.toml"
    # Nothing is published under the names that nobody filled in.
    config.write_text(config.read_text("utf-8").replace(DEFAULT_NAME, "Bench"), "utf-8")
    return root


def northumbria(root: Path, data: Path) -> Path:
    """The street files of one force area, three years, unpacked."""
    made = workspace(root)
    for archive in sorted((data / POLICE).glob("*.zip")):
        with zipfile.ZipFile(archive) as packed:
            streets = [name for name in packed.namelist() if name.endswith("-street.csv")]
            packed.extractall(made / "incoming", streets)
    return made


def national(root: Path, rows: int, files: int, seed: int) -> Path:
    """A generated national year. In a process of its own: it needs memory, and this one stays small."""
    made = workspace(root)
    script = (
        "import sys; from pathlib import Path; from evenhand.synthetic.national import write_national as w; "
        "w(Path(sys.argv[1]), *map(int, sys.argv[2:]))"
    )
    command = [sys.executable, "-c", script, made / "incoming", str(rows), str(files), str(seed)]
    subprocess.run(command, check=True)
    return made


def quoted(root: Path, rows: int, seed: int) -> Path:
    """A small generated year in which every other file has every field in quotes, blanks too."""
    made = national(root, rows, 12, seed)
    for path in sorted((made / "incoming").rglob("*.csv"))[::2]:
        with path.open(encoding="utf-8", newline="") as file:
            records = list(csv.reader(file))
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(records)
    return made


def whole_area(root: Path, data: Path) -> Path:
    """Everything a publication of the force area needs: police archive, lookups, people, deprivation, map."""
    made = workspace(root)
    for name in REFERENCE_FILES:
        shutil.copy(data / name, made / "incoming")
    shutil.copytree(data / POLICE, made / "incoming" / "police")
    return made


def rows_and_bytes(files: list[Path]) -> tuple[int, int]:
    """Lines below the headers, and bytes, of the files."""
    lines = 0
    for path in files:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                lines += chunk.count(b"\n")
        lines -= 1
    return lines, sum(path.stat().st_size for path in files)
