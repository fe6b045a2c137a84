"""Area link: which larger area a smaller one lies in, as ONS's lookup files say."""

from evenhand.tables.area import LEVELS
from evenhand.tables.schema import Column, Handling, Kind, Schema


def _end(end: str, words: str) -> tuple[Column, ...]:
    return (
        Column(f"{end}_level", Kind.TEXT, f"The {words} area's level", Handling.OPEN, choices=tuple(LEVELS)),
        Column(f"{end}_code", Kind.TEXT, f"The {words} area's ONS code", Handling.OPEN),
        Column(f"{end}_name", Kind.TEXT, f"The {words} area's name", Handling.OPEN, nullable=True),
        Column(f"{end}_vintage", Kind.INTEGER, f"Edition of the {words} area", Handling.OPEN, unit="year"),
    )


AREA_LINK = Schema(
    name="area_link",
    row="One smaller area and one larger area that it is assigned to in one lookup file.",
    columns=(*_end("child", "smaller"), *_end("parent", "larger")),
    key=("child_level", "child_code", "child_vintage", "parent_level", "parent_code", "parent_vintage"),
)
