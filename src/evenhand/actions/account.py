"""Account: what a publication says of itself: files, methods, rules, entries, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import ibis

from evenhand.actions.changes import changes
from evenhand.actions.prepare import Prepared
from evenhand.disclosure.release import Release
from evenhand.engine import session
from evenhand.engine.code_identity import module_address
from evenhand.engine.publication import CHECK, Draft
from evenhand.engine.store import Supply, day
from evenhand.ledger import log as ledger
from evenhand.measure import Measure
from evenhand.needs import MEASURES, by_definition
from evenhand.needs import place as places
from evenhand.reports.about import (
    About,
    ColumnNote,
    DefinitionNote,
    EntryNote,
    LineNote,
    MeasureNote,
    NoticeNote,
    PolicyNote,
    SupplyNote,
)
from evenhand.sources import SOURCES
from evenhand.tables.incident import CRIME_TYPES
from evenhand.tables.schema import Role


def account_of(
    prepared: Prepared, draft: Draft, releases: Mapping[str, Release], published_on: date
) -> About:
    """Everything on the site that is not a figure."""
    mine = prepared.partnership
    return About(
        partnership=mine.name,
        area_name=prepared.area_name,
        area_code=prepared.area_code,
        contact=" ".join(part for part in (mine.site.contact_name, mine.site.contact_email) if part),
        site_title=mine.site.title,
        synthetic=mine.synthetic,
        maker=mine.site.maker,
        published_on=_published_on(draft, published_on),
        definition=DefinitionNote(
            mine.definition.name,
            mine.definition.version,
            mine.definition.identity,
            mine.definition.crime_types,
            mine.definition.words,
            tuple(kind for kind in CRIME_TYPES if kind not in mine.definition.crime_types),
        ),
        supplies=tuple(
            _supply_note(supply, counted=mine.policy.changes_nothing)
            for supply in prepared.catalogue.supplies
        ),
        measures=tuple(_measure_note(MEASURES[name]) for name in releases),
        policies=(PolicyNote(mine.policy.label, f"{mine.policy.effect} {mine.policy.reason}".strip()),),
        entries={name: _entry_note(draft, name) for name in releases if ledger.latest(draft.log, name)},
        head=draft.head,
        short_head=draft.log.shown_head.short,
        changes=changes(draft, prepared.catalogue),
        lines=_lines(draft),
        notices=_notices(draft),
        key=str(draft.log.key) if draft.log.key else "",
        checker_file="" if mine.policy.changes_nothing else f"../{CHECK}",
        missing_months=prepared.missing_months,
        left_out=prepared.left_out,
        other_forces=_other_forces(prepared),
        boundaries=_boundaries(prepared),
        within=_within(prepared),
        wards=_wards(prepared),
    )


def _published_on(draft: Draft, today: date) -> date:
    """The day the figures last changed or were spoken of, so that publishing the same changes no page."""
    days = [line["made_on"] for line in (*ledger.figures(draft.log), *ledger.notices(draft.log))]
    return date.fromisoformat(max(days)) if days else today


def _supply_note(supply: Supply, *, counted: bool) -> SupplyNote:
    """What is said of a supply. Its rows are a count that the gate never saw, so that they are not always."""
    source = SOURCES[supply.source]
    read, accepted, quarantined = supply.rows_read, supply.rows_accepted, supply.rows_quarantined
    return SupplyNote(
        title=source.title,
        publisher=supply.publisher,
        licence=supply.licence,
        address=source.address,
        file=supply.file,
        sha256=supply.sha256,
        rows_read=read if counted else None,
        accepted=accepted if counted else None,
        quarantined=quarantined if counted else None,
        period=_period(supply),
        cannot_say=source.cannot_say,
        period_from=day(supply.period_from),
        period_to=day(supply.period_to),
    )


def _period(supply: Supply) -> str:
    first, last = day(supply.period_from), day(supply.period_to)
    if first is None or last is None:
        return ""
    if SOURCES[supply.source].name == "ons_population":
        return f"mid-{first.year}"
    words = [f"{when:%B %Y}" for when in (first, last)]
    return words[0] if words[0] == words[1] else f"{words[0]} to {words[1]}"


def _measure_note(measure: Measure) -> MeasureNote:
    columns = tuple(
        ColumnNote(column.name, column.meaning, column.unit)
        for column in measure.result.columns
        if column.role is not Role.CONTRIBUTION
    )
    return MeasureNote(
        measure.name,
        measure.title,
        measure.question,
        measure.method,
        measure.limits,
        columns,
        module=f"src/evenhand/needs/{measure.name}.py",
        module_address=module_address(measure.name),
        by_definition=by_definition(measure),
    )


def _entry_note(draft: Draft, name: str) -> EntryNote:
    line = ledger.history(draft.log, name)[-1]
    inputs = tuple(each["sha256"] for each in line["inputs"])
    return EntryNote(
        line["number"],
        draft.log.hash_of(line["number"]),
        line["released"],
        inputs,
        line["code"],
        line["approved_by"],
    )


def _line_note(draft: Draft, line: dict[str, Any]) -> LineNote:
    note = LineNote(
        line["number"],
        line["entry"],
        draft.log.hash_of(line["number"]),
        date.fromisoformat(line["made_on"]),
        line.get("measure", ""),
        line.get("title", ""),
        reason=line.get("reason", ""),
        key=line.get("key", ""),
    )
    if line["entry"] != "figure":
        return note
    current = ledger.history(draft.log, line["measure"])[-1] is line
    return replace(note, table=draft.table_of(line), current=current)


def _notices(draft: Draft) -> tuple[NoticeNote, ...]:
    """Every correction and withdrawal, the latest first; each with where the figure before it is kept."""
    gone = [line["number"] for line in ledger.withdrawn(draft.log).values()]

    def released(number: int) -> str:
        return draft.log.lines[number - 1]["released"]

    return tuple(
        NoticeNote(
            number=line["number"],
            withdraws=line["entry"] == "withdrawal",
            measure=line["measure"],
            title=line["title"],
            reason=line["reason"],
            made_on=date.fromisoformat(line["made_on"]),
            was=line["was"],
            table_before=draft.table_of(draft.log.lines[line["was"] - 1]),
            now=line.get("now"),
            stands=line["number"] in gone,
            same="now" in line and released(line["now"]) == released(line["was"]),
        )
        for line in reversed(ledger.notices(draft.log))
    )


def _lines(draft: Draft) -> tuple[LineNote, ...]:
    """The ledger up to its head: lines after it seal the pages, and would change the pages they are on."""
    return tuple(_line_note(draft, line) for line in draft.log.lines[: draft.log.shown_head.size])


def _other_forces(prepared: Prepared) -> tuple[int | None, int]:
    """Rows of incidents that no force of the area reported, and under how many names: a slip makes one.

    None in place of the rows where the policy hides or rounds, since they are a count.
    """
    others = prepared.tables["incident"].filter(~ibis._.reported_by.isin(prepared.police_forces))
    names = session.rows(prepared.engine, others.group_by("reported_by").agg(rows=ibis._.count()))
    counted = prepared.partnership.policy.changes_nothing
    return sum(row["rows"] for row in names) if counted else None, len(names)


def _boundaries(prepared: Prepared) -> dict[str, tuple[int, ...]]:
    """By level, the years of the editions of the publication's areas, that of most LSOAs first."""
    mine = ibis.memtable(prepared.places.select(["lsoa_code"])).distinct()
    chosen = places.chosen(prepared.tables["area_link"], prepared.lsoa_level).semi_join(mine, "lsoa_code")
    counted = chosen.group_by("area_level", "vintage").agg(lsoas=ibis._.count())
    ordered = counted.order_by("area_level", ibis.desc("lsoas"), ibis.desc("vintage"))
    found: dict[str, tuple[int, ...]] = {}
    for row in session.rows(prepared.engine, ordered):
        found[row["area_level"]] = (*found.get(row["area_level"], ()), row["vintage"])
    return found


def _wards(prepared: Prepared) -> dict[str, str]:
    """The ward of each LSOA, by code."""
    rows = prepared.places.to_pylist()
    return {row["lsoa_code"]: row["area_code"] for row in rows if row["area_level"] == "WD"}


def _within(prepared: Prepared) -> dict[str, str]:
    """The local authority of each smaller area, by code: that of its LSOAs."""
    rows = prepared.places.to_pylist()
    authority = {row["lsoa_code"]: row["area_code"] for row in rows if row["area_level"] == "LAD"}
    small = (prepared.lsoa_level, "MSOA11", "MSOA21", "WD")
    return {
        row["area_code"]: authority[row["lsoa_code"]]
        for row in rows
        if row["area_level"] in small and row["lsoa_code"] in authority
    }
