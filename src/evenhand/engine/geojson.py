"""GeoJSON made plain: a row a feature, its outline as text, within what memory holds.

Boundaries are published as GeoJSON, which is read whole; so its size and its points are counted first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evenhand.engine.plain import Plain, write
from evenhand.errors import BadData

_LARGEST = 256 << 20
_MOST_POINTS = 5_000_000


def from_geojson(path: Path, label: str, target: Path) -> Plain:
    """One row a feature: its properties as text, and its geometry as GeoJSON text."""
    features = _features(path, label)
    names: dict[str, None] = {}
    for feature in features:
        names.update(dict.fromkeys(feature.get("properties") or {}))
    plain = Plain(target, (*names, "geometry"), rows=len(features))
    write(plain, ((number, _feature(feature, names)) for number, feature in enumerate(features, 1)))
    return plain


def _feature(feature: dict[str, Any], names: Iterable[str]) -> list[str]:
    properties = feature.get("properties") or {}
    values = ["" if properties.get(name) is None else str(properties[name]) for name in names]
    geometry = feature.get("geometry")
    return [*values, json.dumps(geometry) if geometry else ""]


def _features(path: Path, label: str) -> list[dict[str, Any]]:
    if path.stat().st_size > _LARGEST:
        raise BadData(
            f"is GeoJSON of more than {_LARGEST >> 20} MB",
            where=label,
            next_step="use the publisher's generalised boundaries, or your area's alone",
        )
    try:
        document = json.loads(_bounded(path.read_bytes(), label))
    except (ValueError, RecursionError) as trouble:
        raise BadData(f"is not valid JSON ({trouble})", where=label, next_step="download it again") from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(map(_is_feature, features)):
        raise BadData(
            "is JSON but no GeoJSON FeatureCollection", where=label, next_step="check what was sent"
        )
    projected = str(document.get("crs", "")).find("27700") >= 0
    if projected:
        raise BadData(
            "is in British National Grid",
            where=label,
            next_step="download it in WGS 84 (longitude, latitude)",
        )
    return features


def _bounded(content: bytes, label: str) -> bytes:
    """The content, if it does not unfold beyond memory: a point of 24 bytes takes 150 when read."""
    if content.count(b"[") + content.count(b"{") + content.count(b",") > 3 * _MOST_POINTS:
        raise BadData(
            f"is GeoJSON of more than {_MOST_POINTS:,} points",
            where=label,
            next_step="use the publisher's generalised boundaries, or your area's alone",
        )
    return content


def _is_feature(feature: object) -> bool:
    return isinstance(feature, dict) and isinstance(feature.get("properties") or {}, dict)
