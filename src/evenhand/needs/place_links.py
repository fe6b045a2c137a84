"""Place links: which links between areas say where a place's LSOAs lie, and what its areas are called."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

from evenhand.needs.place import ACROSS, OTHER, area_name, chosen, counterparts, ends

_AREA = ["area_level", "area_code"]


def links_used(area_link: Table, place: Table, lsoa_level: str) -> Table:
    """The rows of `area_link` behind `place`: those that put its LSOAs somewhere, or name its areas.

    A link of an older edition than the one that holds says nothing, and is not among them; nor is one
    that only names what a link already named.
    """
    placing = _placing(area_link, place, lsoa_level)
    names = area_name(area_link).semi_join(place, _AREA)
    unnamed = names.anti_join(ends(placing), [*_AREA, "area_name"])
    return placing.union(_naming(area_link, unnamed)).distinct()


def _placing(area_link: Table, place: Table, lsoa_level: str) -> Table:
    """Links from an LSOA, from its counterpart of the other vintage, and from its local authority."""
    held = chosen(area_link, lsoa_level).semi_join(place, "lsoa_code")
    straight = _reaching(area_link, held.mutate(child_level=ibis.literal(lsoa_level), child_code=_.lsoa_code))
    authority = held.filter(_.area_level == "LAD").select(
        "lsoa_code", child_level="area_level", child_code="area_code"
    )
    above = _reaching(area_link, held.join(authority, "lsoa_code"))
    steps = counterparts(area_link, lsoa_level).semi_join(held, "lsoa_code")
    counterpart = steps.select(
        lsoa_code="lsoa_code", child_level=ibis.literal(OTHER[lsoa_level]), child_code="other_code"
    )
    onward = held.filter(_.area_level.isin(ACROSS)).join(counterpart, "lsoa_code")
    across = _reaching(area_link, onward)
    crossed = _crossing(area_link, steps.semi_join(across, [("other_code", "child_code")]))
    return straight.union(above).union(across).union(crossed)


def _crossing(area_link: Table, steps: Table) -> Table:
    """Links between LSOAs and their counterparts, whichever of the two the lookup has first."""
    between = area_link.filter(_.child_level.isin(tuple(OTHER)), _.parent_level.isin(tuple(OTHER)))
    onward = between.semi_join(steps, [("child_code", "lsoa_code"), ("parent_code", "other_code")])
    return onward.union(
        between.semi_join(steps, [("child_code", "other_code"), ("parent_code", "lsoa_code")])
    )


def _reaching(area_link: Table, held: Table) -> Table:
    """Links from those children to the areas and editions that hold."""
    child = ["child_level", "child_code"]
    wanted = held.select(*child, parent_level="area_level", parent_code="area_code", parent_vintage="vintage")
    return area_link.semi_join(wanted, [*child, "parent_level", "parent_code", "parent_vintage"])


def _naming(area_link: Table, names: Table) -> Table:
    """Links with those names, of the newest edition that has a name for the area."""
    of_them = ends(area_link).semi_join(names, _AREA).filter(_.area_name.notnull())
    newest = of_them.group_by(*_AREA).agg(vintage=_.vintage.max()).join(names, _AREA)
    found = [
        area_link.semi_join(
            newest,
            [
                (f"{end}_level", "area_level"),
                (f"{end}_code", "area_code"),
                (f"{end}_vintage", "vintage"),
                (f"{end}_name", "area_name"),
            ],
        )
        for end in ("child", "parent")
    ]
    return found[0].union(found[1])
