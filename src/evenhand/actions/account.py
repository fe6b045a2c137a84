"""Account: what a publication says of itself: files, methods, rules, entries, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from evenhand.actions.prepare import Prepared
from evenhand.disclosure.release import Release
from evenhand.engine.publication import Draft
from evenhand.engine.store import Supply, day
from evenhand.ledger import log as ledger
from evenhand.measure import Measure
from evenhand.needs import MEASURES
from evenhand.reports.about import (
    About,
    ColumnNote,
    DefinitionNote,
    EntryNote,
    MeasureNote,
    PolicyNote,
    SupplyNote,
)
from evenhand.sources import SOURCES


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
        ),
        supplies=tuple(_supply_note(supply) for supply in prepared.catalogue.supplies),
        measures=tuple(_measure_note(MEASURES[name]) for name in releases),
        policies=(PolicyNote(mine.policy.label, f"{mine.policy.effect} {mine.policy.reason}".strip()),),
        entries={name: _entry_note(draft, name) for name in releases},
        head=draft.head,
        changes=_changes(prepared, draft, releases),
        missing_months=prepared.missing_months,
        within=_within(prepared),
    )


def _published_on(draft: Draft, today: date) -> date:
    """The day the figures were last changed, so that publishing the same again changes no page."""
    days = [line["made_on"] for line in ledger.figures(draft.log)]
    return date.fromisoformat(max(days)) if days else today


def _supply_note(supply: Supply) -> SupplyNote:
    source = SOURCES[supply.source]
    return SupplyNote(
        title=source.title,
        publisher=supply.publisher,
        licence=supply.licence,
        address=source.address,
        file=supply.file,
        sha256=supply.sha256,
        rows_read=supply.rows_read,
        accepted=supply.rows_accepted,
        quarantined=supply.rows_quarantined,
        period=_period(supply),
        cannot_say=source.cannot_say,
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
    columns = tuple(ColumnNote(column.name, column.meaning, column.unit) for column in measure.result.columns)
    return MeasureNote(measure.name, measure.title, measure.question, measure.method, measure.limits, columns)


def _entry_note(draft: Draft, name: str) -> EntryNote:
    line = ledger.history(draft.log, name)[-1]
    inputs = tuple(each["sha256"] for each in line["inputs"])
    return EntryNote(line["number"], line["hash"], line["released"], inputs, line["code"])


def _changes(prepared: Prepared, draft: Draft, releases: Mapping[str, Release]) -> tuple[str, ...]:
    """What a reader of the last publication should know: other definition, other figures, months left out."""
    said = [
        f"{month:%B %Y} is left out and shown as not known: {why}."
        for month, why in sorted(prepared.left_out.items())
    ]
    said += _revisions(prepared)
    for name, release in releases.items():
        history = ledger.history(draft.log, name)
        if len(history) < 2:
            continue
        before, now = history[-2:]
        if before["definition"] != release.definition:
            said.append(
                f"{release.title}: counted by the definition {release.definition}; before "
                f"{now['made_on']} by {before['definition']}. The two cannot be compared."
            )
        elif before["released"] != now["released"]:
            said.append(
                f"{release.title}: figures changed on {now['made_on']} (entry {now['number']}); the earlier "
                f"ones are kept (entry {before['number']})."
            )
    return tuple(said)


def _revisions(prepared: Prepared) -> list[str]:
    """Months and editions that were supplied again."""
    held = {(part.supply, part.part): part for part in prepared.catalogue.parts}
    replaced = [
        (part, held[(part.replaced_by, part.part)]) for part in prepared.catalogue.parts if part.replaced_by
    ]
    return [
        f"{new.part} was supplied again: {new.rows:,} rows, {old.rows:,} before."
        for old, new in replaced
        if new.number > old.number
    ]


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
