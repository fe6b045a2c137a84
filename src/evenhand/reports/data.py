"""Data files of a release: CSV for spreadsheets, JSON for programs. The same release gives the same bytes.

Both write a value in one way only, whatever machine, locale or library:

- counts as plain digits; other numbers rounded to 6 decimals (halves to even), without trailing zeros;
- dates as YYYY-MM-DD, instants as YYYY-MM-DDTHH:MM:SSZ, flags as true and false;
- `[c]` for a hidden cell (confidential), `[x]` for one that is not known (not available), `[z]` for one that
  cannot be worked out though all behind it is known (not applicable): the shorthand of the Government
  Analysis Function for tables;
- rows in key order, as the gate leaves them, with LF at the end of each, in UTF-8.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from evenhand.disclosure.layout import of_column
from evenhand.disclosure.release import SHORTHAND, Cell, Release
from evenhand.errors import BadData
from evenhand.tables.schema import Column, Role, Schema

pc: Any = pyarrow.compute
"""PyArrow makes these functions as it is imported, so no type checker knows them."""

DECIMALS = 6
"""Of a number that is not a count: a thousandth of the last digit that any page shows."""

_MEANING = {
    Cell.HIDDEN: "confidential: withheld by the policy",
    Cell.NOT_KNOWN: "not available: something it comes from was not supplied, or was left out",
    Cell.NOT_APPLICABLE: "not applicable: it cannot be worked out, as a change in per cent of 0",
}

_SAYS: dict[Role | None, str] = {
    Role.COUNT: "counted",
    Role.MAGNITUDE: "summed",
    Role.DERIVED: "worked_out",
}
"""The name under which a column says more of itself, by its role."""

_FORMULA = r"^'*\s*[=+\-@\t\r＝＋－＠]"
"""What a spreadsheet runs as a formula when it opens a CSV (OWASP, CSV injection); and what begins with an
apostrophe before that, so that no text reads like another one with the apostrophe put before it."""


def csv_bytes(release: Release) -> bytes:
    """The release as CSV with a header, with a sign where there is no value.

    A text that a spreadsheet would run as a formula has an apostrophe put before it, which spreadsheets
    take to mean text; `neutralised` says in which columns, and the JSON file has the text as it is.
    """
    return rows_csv(release, shown(release))


def rows_csv(release: Release, rows: pa.Table) -> bytes:
    """Some of the rows that `shown` gives of the release, as `csv_bytes` writes them all."""
    columns = [
        _csv_text(rows[name].combine_chunks())
        if _is_text(release.table[name])
        else rows[name].combine_chunks()
        for name in rows.column_names
    ]
    return _lines([",".join(rows.column_names)], _beside(columns, ","))


def json_bytes(release: Release) -> bytes:
    """The release as JSON: what it is, the meaning and unit of each column, and its rows as `records`.

    A value is a number, text, true or false, or one of the signs that `shorthand` explains.
    """
    head = json.dumps(_description(release), ensure_ascii=False, indent=2).removesuffix("\n}")
    fields = [
        _prefixed(json.dumps(name) + ": ", _json_value(values, words))
        for name, (values, words) in zip(release.table.column_names, _written(release), strict=True)
    ]
    records = _prefixed("    {", _beside(fields, ", "))
    body = ("},\n".join(records.to_pylist()) + "}\n") if len(records) else ""
    return f'{head},\n  "records": [\n{body}  ]\n}}\n'.encode()


def data_files(releases: Mapping[str, Release]) -> dict[str, tuple[bytes, bytes]]:
    """The CSV and the JSON of each release, by measure."""
    return {name: (csv_bytes(made), json_bytes(made)) for name, made in releases.items()}


def shown(release: Release) -> pa.Table:
    """The release as text, column by column, as the CSV has it but for quotes and apostrophes."""
    words = [column_words for _, column_words in _written(release)]
    return pa.table(dict(zip(release.table.column_names, words, strict=True)))


def neutralised(release: Release) -> tuple[str, ...]:
    """The columns in which the CSV file puts an apostrophe before some text, in order."""
    table = release.table
    return tuple(name for name in table.column_names if _is_text(table[name]) and _runs(table[name]))


def _runs(values: pa.ChunkedArray) -> bool:
    return bool(pc.any(pc.match_substring_regex(values, _FORMULA), min_count=0).as_py())


def _is_text(values: pa.ChunkedArray) -> bool:
    return pa.types.is_string(values.type) or pa.types.is_large_string(values.type)


def _written(release: Release) -> list[tuple[pa.ChunkedArray, pa.Array]]:
    """Each column as it is, and in words: text unquoted, signs where there is no value."""
    table = release.table.combine_chunks()
    written: list[tuple[pa.ChunkedArray, pa.Array]] = []
    for name in table.column_names:
        words = _words(name, table[name])
        signs: dict[Cell, str] = SHORTHAND if name in release.cells else {}
        for cell, sign in signs.items():
            words = pc.if_else(pc.equal(release.cells[name], cell.value), sign, words)
        written.append((table[name], pc.fill_null(words, SHORTHAND[Cell.NOT_KNOWN])))
    return written


def _words(name: str, values: pa.ChunkedArray) -> pa.Array:
    """A column in words, null where it is null. Raises BadData for a type that no schema has."""
    kind = values.type
    whole = values.combine_chunks()
    if pa.types.is_floating(kind):
        return _decimals(whole)
    if pa.types.is_timestamp(kind):
        return pc.strftime(whole.cast(pa.timestamp("s"), safe=False), format="%Y-%m-%dT%H:%M:%SZ")
    if _is_text(values) or pa.types.is_integer(kind) or pa.types.is_date(kind) or pa.types.is_boolean(kind):
        return whole.cast(pa.string())
    if pa.types.is_null(kind):
        return whole.cast(pa.string())
    raise BadData(f"has values of type {kind}", where=name, next_step="use a kind that schemas have")


def _decimals(values: pa.Array) -> pa.Array:
    """Numbers rounded to DECIMALS, in digits: no exponent, no trailing zeros, no minus before 0."""
    numbers = np.asarray(values.fill_null(0.0), dtype=np.float64)
    digits = pa.array(np.char.mod(f"%.{DECIMALS}f", numbers), pa.string())
    short = pc.utf8_rtrim(pc.utf8_rtrim(digits, "0"), ".")
    unsigned = pc.if_else(pc.equal(short, "-0"), "0", short)
    return pc.if_else(pc.is_valid(values), unsigned, pa.scalar(None, pa.string()))


def _csv_text(words: pa.Array) -> pa.Array:
    safe = pc.if_else(pc.match_substring_regex(words, _FORMULA), _prefixed("'", words), words)
    quoted = pc.replace_substring(safe, '"', '""')
    quoted = pc.binary_join_element_wise('"', quoted, '"', "")
    return pc.if_else(pc.match_substring_regex(safe, '[",\r\n]'), quoted, safe)


def _json_value(values: pa.ChunkedArray, words: pa.Array) -> pa.Array:
    """Words as JSON: quoted, but for numbers and flags that are there."""
    plain = pa.types.is_integer(values.type) or pa.types.is_floating(values.type)
    if plain or pa.types.is_boolean(values.type):
        return pc.if_else(pc.is_valid(values.combine_chunks()), words, _quoted(words))
    return _quoted(words)


def _quoted(words: pa.Array) -> pa.Array:
    # Few different words, many rows: each is quoted once.
    coded = words.dictionary_encode()
    different = [json.dumps(word, ensure_ascii=False) for word in coded.dictionary.to_pylist()]
    return pa.array(different, pa.string()).take(coded.indices)


def _prefixed(prefix: str, words: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(prefix, words, "")


def _beside(columns: list[pa.Array], separator: str) -> pa.Array:
    return pc.binary_join_element_wise(*columns, separator)


def _lines(head: list[str], rows: pa.Array) -> bytes:
    return ("\n".join([*head, *rows.to_pylist()]) + "\n").encode()


def _column(column: Column, schema: Schema) -> dict[str, Any]:
    """A column; with what it counts, sums or is worked out from, where it does."""
    said = {"name": column.name, "kind": column.kind.value, "unit": column.unit, "meaning": column.meaning}
    more = of_column(column, schema)
    return said | ({_SAYS[column.role]: more} if column.role in _SAYS and more else {})


def _description(release: Release) -> dict[str, Any]:
    return {
        "measure": release.measure,
        "title": release.title,
        "row": release.schema.row,
        "key": list(release.schema.key),
        "policy": release.policy,
        "definition": release.definition,
        "columns": [_column(column, release.schema) for column in release.schema.columns],
        "shorthand": {sign: _MEANING[cell] for cell, sign in SHORTHAND.items()},
        "decimals": DECIMALS,
        "apostrophes_in_csv": list(neutralised(release)),
    }
