"""What a publication says about itself: who made it, from which files, by which methods, in which entries.

Nothing here is a figure about an area: those come from releases alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class DefinitionNote:
    """The local definition of serious violence, as attached to every figure."""

    name: str
    version: str
    identity: str
    """As in every release, such as `violence 1 (3f2a91c04b7d)`."""
    crime_types: tuple[str, ...]
    words: str
    """The definition in plain words, one or two sentences."""
    not_counted: tuple[str, ...] = ()
    """The publisher's other crime types."""


@dataclass(frozen=True)
class SupplyNote:
    """One file that was read, from its row in the supply table and its source."""

    title: str
    publisher: str
    licence: str
    address: str
    file: str
    sha256: str
    rows_read: int | None
    """Rows of the file; these three are None where the policy hides or rounds, since they are counts."""
    accepted: int | None
    quarantined: int | None
    period: str
    """In words, such as `May 2020` or `2019`; empty where the file has none."""
    cannot_say: str
    period_from: date | None = None
    period_to: date | None = None
    """First and last day the file tells of."""


@dataclass(frozen=True)
class ColumnNote:
    """One column of a measure's data file."""

    name: str
    meaning: str
    unit: str


@dataclass(frozen=True)
class MeasureNote:
    """One measure: its question, method and limits are Markdown, as in its file."""

    name: str
    title: str
    question: str
    method: str
    limits: str
    columns: tuple[ColumnNote, ...]
    module: str = ""
    """The file that works it out, from the root of the project's source."""
    module_address: str = ""
    """Where that file is on the web; empty where the project has no address."""
    by_definition: bool = True
    """Does it count by the local definition? Otherwise it counts every crime type."""


@dataclass(frozen=True)
class PolicyNote:
    """One disclosure policy that was applied, named as in the releases."""

    name: str
    words: str


@dataclass(frozen=True)
class EntryNote:
    """One measure's entry in the ledger."""

    number: int
    hash: str
    data_sha256: str = ""
    """SHA-256 of the released data file that the entry seals."""
    inputs: tuple[str, ...] = ()
    """SHA-256 of each file the figures were counted from: those of `About.supplies`."""
    code: str = ""
    """Version of the program."""
    approved_by: str = ""
    """Who approved the figures besides their maker; empty where the policy asks for nobody."""


@dataclass(frozen=True)
class LineNote:
    """One line of the ledger, of this publication or an earlier one."""

    number: int
    kind: str
    """`figure`, `correction`, `withdrawal`, `key`, `checkpoint`, `publication` or `pack`."""
    hash: str
    """Of the line as a leaf of the ledger's tree."""
    made_on: date
    measure: str = ""
    title: str = ""
    """Of a figure: its measure's."""
    table: str = ""
    """Of a figure: where its table is, from the root of the publication."""
    current: bool = False
    """Is it the line of a figure that is on the site now?"""
    reason: str = ""
    """Of a correction, a withdrawal or a key that took the place of a lost one: why."""
    key: str = ""
    """Of a key: as a verifier is given it."""


@dataclass(frozen=True)
class NoticeNote:
    """One correction or withdrawal of a figure, with the reason given for it."""

    number: int
    """Its entry in the ledger."""
    withdraws: bool
    measure: str
    title: str
    reason: str
    made_on: date
    was: int
    """The entry of the figure that was wrong or taken back."""
    table_before: str
    """Where that figure's table is, from the root of the publication."""
    now: int | None = None
    """Of a correction: the entry of the figure in its place."""
    stands: bool = False
    """Of a withdrawal: is there still no figure in its place?"""
    same: bool = False
    """Of a correction: is it the figure that was withdrawn, released again as it was?"""

    @property
    def what(self) -> str:
        """What was done, in a word or two."""
        if self.withdraws:
            return "Withdrawn"
        return "Released again" if self.same else "Corrected"


@dataclass(frozen=True)
class LargestNote:
    """The largest difference between two releases of a table, as both were published."""

    column: str
    before: str
    after: str
    area: str
    """Name or code, and what else of the key tells the row from others; empty where there is neither."""
    period_kind: str
    period_to: date
    meaning: str = ""
    """Of the column, for one that the pages have no words for."""


@dataclass(frozen=True)
class LatestNote:
    """The count of the whole area that the pages speak of: of the latest year known, else of a month."""

    period_kind: str
    period_to: date
    incidents: str
    """As published."""


@dataclass(frozen=True)
class TableChange:
    """What became of one measure's table in a publication that made it anew."""

    measure: str
    title: str
    entry: int
    entry_before: int | None
    """None where the measure is new."""
    table_before: str = ""
    """Where the earlier table is, from the root of the publication."""
    same: bool = False
    """Is the new table the earlier one, byte for byte?"""
    uncompared: str = ""
    """Why the two were not compared, as the end of a sentence; empty where they were."""
    compared: int = 0
    """Cells of the rows that both tables have."""
    moved: int = 0
    """Those that differ."""
    again: int = 0
    """Cells that differ and are worked out from all months: averages, limits, marks. None is in `moved`."""
    rows_added: int = 0
    rows_gone: int = 0
    largest: LargestNote | None = None
    """Of the first column in which numbers differ; None where none do."""


@dataclass(frozen=True)
class ChangeNote:
    """What one publication changed, from its lines of the ledger and the tables they released."""

    published_on: date
    months: tuple[date, ...]
    """Months with figures since then."""
    months_added: tuple[date, ...]
    months_gone: tuple[date, ...]
    supplied_again: tuple[str, ...]
    """A sentence each."""
    files_added: tuple[str, ...]
    files_gone: tuple[str, ...]
    reasons: tuple[str, ...]
    """What else differs in what the figures were made from (definition, rules, program): a sentence each."""
    tables: tuple[TableChange, ...]
    first: bool = False
    latest: LatestNote | None = None
    latest_before: LatestNote | None = None
    """Both None where the two are not to be compared, or are too long ago to be looked up."""


@dataclass(frozen=True)
class About:
    """Everything on the site that is not a figure."""

    partnership: str
    area_name: str
    area_code: str
    """ONS code of the whole area; the releases hold its figures under this code."""
    contact: str
    site_title: str
    synthetic: bool
    maker: str
    published_on: date
    definition: DefinitionNote
    supplies: tuple[SupplyNote, ...]
    measures: tuple[MeasureNote, ...]
    policies: tuple[PolicyNote, ...]
    entries: Mapping[str, EntryNote]
    """By measure name."""
    head: str
    """The ledger's head: how many entries these pages are made from, and the root over them."""
    short_head: str = ""
    """The head with the start of its root alone, to write down or print."""
    changes: tuple[ChangeNote, ...] = ()
    """What each publication of figures changed, the latest first."""
    lines: tuple[LineNote, ...] = ()
    """The ledger up to its head: what comes after seals the pages, and cannot be on them."""
    notices: tuple[NoticeNote, ...] = ()
    """Every correction and withdrawal, the latest first."""
    key: str = ""
    """The verifier key that the ledger is signed with; empty where it is not signed."""
    missing_months: tuple[date, ...] = ()
    """First day of each month of the period without figures: not supplied, or left out."""
    left_out: Mapping[date, str] = field(default_factory=dict)
    """First day of each month that was supplied and left out, with the reason as the end of a sentence."""
    other_forces: tuple[int | None, int] = (0, 0)
    """Rows of street-level crime that other forces reported, as they sign, and how many such forces: in no
    figure."""
    boundaries: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """By area level: the years of the editions its areas are of, that of most small areas first."""
    wards: Mapping[str, str] = field(default_factory=dict)
    """Code of each LSOA: code of the ward that it is counted in."""
    within: Mapping[str, str] = field(default_factory=dict)
    """Code of each smaller area (LSOA, MSOA, ward): code of the local authority that holds it."""
    ledger_file: str = "../ledger.jsonl"
    """Where the ledger is, from the site's first page."""
    verifier_file: str = "../verify.py"
    """Where the one-file verifier is, from the site's first page."""
    checker_file: str = ""
    """Where the checker of hidden counts is, from there; empty where nothing is hidden or rounded."""
    checkpoint_file: str = "../checkpoint"
    """Where the ledger's checkpoint is, from the site's first page."""
    pack_file: str = "../offline-pack.zip"
    """Where the offline pack is, from the site's first page."""
