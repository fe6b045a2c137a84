"""Area: which area the partnership answers for, as the lookups have it, and whose records count there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ibis import _
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from evenhand.actions.near import did_you_mean
from evenhand.engine import session
from evenhand.errors import BadConfig, NotThere
from evenhand.rules.partnership import Area
from evenhand.rules.police_force import force_of
from evenhand.tables.area import LEVELS

AREA_LEVELS = ("PFA", "CSP", "LAD", "ICB")
"""Levels a partnership can answer for, in the order in which a name is looked up."""
_WHERE = "evenhand.toml [area]"


@dataclass(frozen=True)
class Chosen:
    """The area chosen, and those of other levels that bear its name."""

    level: str
    code: str
    name: str
    namesakes: tuple[tuple[str, str], ...] = ()
    """Level and code of each other area so named; none where the area was chosen by code."""

    @property
    def words(self) -> str:
        """Which area it is, and how to choose another of that name: sentences."""
        said = f"{self.name} is the {LEVELS[self.level]} {self.code}."
        if not self.namesakes:
            return said
        others = " and ".join(f"the {LEVELS[level]} {code}" for level, code in self.namesakes)
        return f"{said} {others[0].upper()}{others[1:]} has that name too: to choose it, write its code."


def chosen(engine: Backend, names: Table, area: Area) -> Chosen:
    """The area asked for. Raises NotThere without lookups, BadConfig for one that they do not have."""
    rows = session.rows(engine, names.filter(_["area_level"].isin(AREA_LEVELS)))
    if not rows:
        raise NotThere(
            "no lookup between areas has been ingested",
            where="store",
            next_step="put ONS's lookups (LSOA to local authority to police force area) into incoming/",
        )
    rows.sort(key=lambda row: (AREA_LEVELS.index(row["area_level"]), row["area_code"]))
    found = [row for row in rows if _is(area, row)]
    if not found:
        raise _unknown(area, rows)
    (level, code, name), *others = [(row["area_level"], row["area_code"], row["area_name"]) for row in found]
    return Chosen(level, code, name, tuple((other[0], other[1]) for other in others))


def _is(area: Area, row: dict[str, Any]) -> bool:
    if area.code:
        return area.code == row["area_code"]
    return area.name.casefold() == row["area_name"].casefold()


def _unknown(area: Area, rows: list[dict[str, Any]]) -> BadConfig:
    """The refusal of an area that no lookup has, with the names that are nearest to it."""
    near = "" if area.code else did_you_mean(area.name, [row["area_name"] for row in rows])
    step = "write the code or name of a police force area, CSP, local authority or ICB as ONS has it"
    return BadConfig(
        f"no lookup has the area {area.code or area.name!r}",
        where=_WHERE,
        next_step=near + step,
    )


def forces(engine: Backend, assigned: Table, area: Area, answers_for: Chosen) -> tuple[str, ...]:
    """The forces whose records count: as configured, else every force that polices a part of the area.

    `assigned` says where each LSOA lies, those of either vintage: which one counts is not known before the
    forces are.
    """
    named = area.police_forces or _policing(engine, assigned, answers_for)
    if not named:
        raise BadConfig(
            "police_forces is empty and the area's own force is not known",
            where=_WHERE,
            next_step='write police_forces = ["..."], as in the column Reported by',
        )
    return named


def refuse_other_forces(engine: Backend, assigned: Table, area: Chosen, forces: tuple[str, ...]) -> None:
    """Refuse an area of which another force polices a part: its part would show nothing as none."""
    left_out = [name for name in _policing(engine, assigned, area) if name not in forces]
    if left_out:
        raise BadConfig(
            f"police_forces lacks {left_out[0]}, which polices a part of the area",
            where=_WHERE,
            next_step="add it, and ingest its files; or choose an area that your forces police alone",
        )


def _policing(engine: Backend, assigned: Table, area: Chosen) -> tuple[str, ...]:
    """The forces that police the area's LSOAs, by the code of their police force area; known ones alone."""
    inside = assigned.filter(_["area_level"] == area.level, _["area_code"] == area.code).select("lsoa_code")
    policed = assigned.filter(_["area_level"] == "PFA").semi_join(inside, "lsoa_code")
    codes = [row["area_code"] for row in session.rows(engine, policed.select("area_code").distinct())]
    return tuple(found.reported_by for code in sorted(codes) if (found := force_of(code)))
