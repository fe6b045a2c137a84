"""Places: which larger areas each LSOA lies in, and which of them lie wholly in the partnership's area."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

OTHER = {"LSOA11": "LSOA21", "LSOA21": "LSOA11"}
"""The other vintage of each."""
ACROSS = ("WD", "LAD", "ICB")
"""Levels that an LSOA's counterpart of the other vintage may place it in."""
_MIDDLE = {"LSOA11": "MSOA11", "LSOA21": "MSOA21"}


def assigned(area_link: Table, lsoa_level: str) -> Table:
    """Every LSOA of that level and every larger area it lies in: lsoa_code, area_level, area_code.

    Of several editions of a lookup the newest holds. Wards, local authorities and integrated care boards
    are also reached through the LSOA's other vintage where that gives a newer edition (an LSOA that was
    split goes with most of its parts); partnerships and police force areas through the local authority, and
    a board too where no LSOA of either vintage is linked to one. An LSOA has one area of each level at most.
    """
    linked = area_link.filter(_.child_level == lsoa_level).select(lsoa_code="child_code")
    known = linked.union(counterparts(area_link, lsoa_level).select("lsoa_code"), distinct=True)
    itself = known.select(lsoa_code="lsoa_code", area_level=ibis.literal(lsoa_level), area_code="lsoa_code")
    return itself.union(chosen(area_link, lsoa_level).drop("vintage"))


def chosen(area_link: Table, lsoa_level: str) -> Table:
    """`assigned` without the LSOA itself, and with the edition that holds: vintage."""
    base = area_link.filter(area_link.child_level == lsoa_level)
    direct = base.filter(_.parent_level.isin((_MIDDLE[lsoa_level], *ACROSS))).select(
        lsoa_code="child_code",
        area_level="parent_level",
        area_code="parent_code",
        vintage="parent_vintage",
    )
    first = _newest(direct.union(_through(area_link, lsoa_level)))
    authorities = first.filter(first.area_level == "LAD").rename(child_code="area_code")
    above = _newest(_above(authorities, area_link))
    have_icb = first.filter(first.area_level == "ICB")
    return first.union(above.anti_join(have_icb, ["lsoa_code", "area_level"]))


def counterparts(area_link: Table, lsoa_level: str) -> Table:
    """LSOAs of that vintage and those of the other that they became or were: lsoa_code, other_code.

    ONS's lookups link those of 2011 to those of 2021, which is read in both directions.
    """
    other = OTHER[lsoa_level]
    onward = area_link.filter(_.child_level == lsoa_level, _.parent_level == other)
    back = area_link.filter(_.child_level == other, _.parent_level == lsoa_level)
    return ibis.union(
        onward.select(lsoa_code="child_code", other_code="parent_code"),
        back.select(lsoa_code="parent_code", other_code="child_code"),
        distinct=True,
    )


def _through(area_link: Table, lsoa_level: str) -> Table:
    """LSOA to the larger areas of its counterparts of the other vintage."""
    onward = area_link.filter(_.child_level == OTHER[lsoa_level], _.parent_level.isin(ACROSS))
    steps = counterparts(area_link, lsoa_level)
    return steps.join(onward, [("other_code", "child_code")]).select(
        lsoa_code="lsoa_code", area_level="parent_level", area_code="parent_code", vintage="parent_vintage"
    )


def _above(authorities: Table, area_link: Table) -> Table:
    """LSOA to what its local authority lies in."""
    onward = area_link.filter(_.child_level == "LAD", _.parent_level.isin(("CSP", "PFA", "ICB")))
    found = authorities.select("lsoa_code", "child_code").join(onward, "child_code")
    return found.select(
        lsoa_code="lsoa_code", area_level="parent_level", area_code="parent_code", vintage="parent_vintage"
    )


def _newest(rows: Table) -> Table:
    """One area a level and LSOA: of the newest edition the one given most often, of equals the first code.

    For a local authority the newest edition that gives one answer: an LSOA whose boundary was redrawn
    across a district's (ONS change X) has two by its successors, and keeps the one it had.
    """
    edition = ["lsoa_code", "area_level", "vintage"]
    counted = rows.group_by(*edition, "area_code").agg(times=_.count())
    answers = counted.group_by(*edition).agg(answers=_.count())
    judged = counted.join(answers, edition).mutate(torn=(_.area_level == "LAD") & (_.answers > 1))
    order = ibis.window(
        group_by=["lsoa_code", "area_level"],
        order_by=[judged.torn, ibis.desc(judged.vintage), ibis.desc(judged.times), judged.area_code],
    )
    ranked = judged.mutate(behind=ibis.row_number().over(order))
    return ranked.filter(ranked.behind == 0).select("lsoa_code", "area_level", "area_code", "vintage")


def ends(area_link: Table) -> Table:
    """Both ends of every link as areas, as often as linked: area_level, area_code, area_name, vintage."""
    child, parent = (
        area_link.select(
            area_level=f"{end}_level",
            area_code=f"{end}_code",
            area_name=f"{end}_name",
            vintage=f"{end}_vintage",
        )
        for end in ("child", "parent")
    )
    return child.union(parent)


def area_name(area_link: Table) -> Table:
    """The newest name of every area: area_level, area_code, area_name."""
    named = ends(area_link).filter(_.area_name.notnull())
    order = ibis.window(group_by=["area_level", "area_code"], order_by=[ibis.desc("vintage"), "area_name"])
    ranked = named.mutate(behind=ibis.row_number().over(order))
    return ranked.filter(ranked.behind == 0).select("area_level", "area_code", "area_name")


def place(assigned: Table, names: Table, *, area_level: str, area_code: str) -> Table:
    """The places of one area: each of its LSOAs with each area that holds it and lies wholly inside.

    An area that reaches beyond (an integrated care board, say) is in no row: a figure for the part of
    it inside would look like a figure for it.
    """
    inside = assigned.filter(assigned.area_level == area_level, assigned.area_code == area_code)
    lsoas = inside.select("lsoa_code").distinct()
    within = assigned.semi_join(lsoas, "lsoa_code")
    whole = _sizes(assigned).join(_sizes(within), ["area_level", "area_code", "lsoas"])
    kept = within.semi_join(whole, ["area_level", "area_code"])
    return kept.left_join(names, ["area_level", "area_code"]).select(
        "lsoa_code", "area_level", "area_code", "area_name"
    )


def reaching_beyond(assigned: Table, names: Table, *, area_level: str, area_code: str) -> Table:
    """Areas that hold some LSOAs of the area and some outside it: area_level, area_code, area_name."""
    inside = assigned.filter(assigned.area_level == area_level, assigned.area_code == area_code)
    within = assigned.semi_join(inside.select("lsoa_code").distinct(), "lsoa_code")
    partly = (
        within.select("area_level", "area_code")
        .distinct()
        .join(_sizes(assigned), ["area_level", "area_code"])
    )
    cut = partly.anti_join(_sizes(within), ["area_level", "area_code", "lsoas"])
    return cut.left_join(names, ["area_level", "area_code"]).select("area_level", "area_code", "area_name")


def _sizes(rows: Table) -> Table:
    return rows.group_by("area_level", "area_code").agg(lsoas=rows.lsoa_code.nunique())
