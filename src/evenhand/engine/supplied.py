"""Files as supplied, as one table of text: the statement by which the engine reads them.

Names of files and of columns come from outside. Here, and nowhere else, they are made safe to stand in a
statement, and the reader is told to guess nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from evenhand.engine.reading import Ready
from evenhand.engine.session import as_pattern

_FILE = "__file"
_LINE_SIZE = 2 << 20
"""Room for a row; no row of a published table but an outline is near it."""
_BUFFER = 16 << 20


def supplied(engine: Backend, group: list[Ready]) -> Table:
    """The group's files as one table of text, with the supply of each row."""
    names = {str(file.path): file.delivered.supply for file in group}
    columns = dict.fromkeys(_safe_names(group[0].columns), "VARCHAR")
    longest = max(_LINE_SIZE, *(4 * file.plain.longest for file in group if file.plain), 0)
    reader = (
        f"read_csv({_list(map(as_pattern, names))}, columns={_struct(columns)}, header=true, "
        f"delim=',', quote='\"', escape='\"', compression='none', hive_partitioning=false, "
        f"filename='{_FILE}', auto_detect=false, ignore_errors=true, max_line_size={longest}, "
        f"buffer_size={max(_BUFFER, 2 * longest)})"
    )
    engine.raw_sql(
        f"CREATE OR REPLACE TEMP TABLE supplied AS SELECT unnest({_list(names)}) AS path, "
        f"unnest({_list(names.values())}) AS supply"
    )
    engine.raw_sql(
        f"CREATE OR REPLACE TEMP VIEW raw AS SELECT r.* EXCLUDE ({_FILE}), s.supply "  # noqa: S608  (quoted)
        f"FROM {reader} r JOIN supplied s ON r.{_FILE} = s.path"
    )
    return engine.table("raw")


def _safe_names(columns: tuple[str, ...]) -> list[str]:
    """Names the engine can keep apart: from one another, and from those it adds itself."""
    safe: dict[str, str] = dict.fromkeys(("supply", "problem", _FILE), "")
    for name in columns:
        free = name or "unnamed"
        while free.casefold() in safe:
            free += "_"
        safe[free.casefold()] = free
    return [name for name in safe.values() if name]


def _list(values: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(value) for value in values) + "]"


def _struct(columns: dict[str, str]) -> str:
    return "{" + ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in columns.items()) + "}"


def quoted(value: str) -> str:
    """The value as a literal of a statement."""
    return "'" + value.replace("'", "''") + "'"
