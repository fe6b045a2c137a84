"""Section: one section of `evenhand.toml`, asked for its values by their types."""

from __future__ import annotations

from typing import Any

from evenhand.errors import BadConfig

FILE = "evenhand.toml"


class Section:
    """One section of the file; every value is asked for by its type."""

    def __init__(self, config: dict[str, Any], name: str, within: str = "") -> None:
        self._name, self._held = f"{within}{name}", dict(config.get(name, {}))

    def holds(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._held

    def refusal(self, key: str, what: str, next_step: str) -> BadConfig:
        """The error for a key, in one line."""
        return BadConfig(f"{key} {what}", where=f"{FILE} [{self._name}]", next_step=next_step)

    def text(self, key: str, otherwise: str | None = None) -> str:
        """A text that is not empty, unless there is something to take otherwise."""
        value = self._held.get(key, otherwise)
        if not isinstance(value, str) or (not value.strip() and otherwise is None):
            raise self.refusal(key, "is missing or no text", f'write {key} = "..."')
        return value.strip()

    def texts(self, key: str, otherwise: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        value: Any = self._held.get(key, otherwise)
        if not isinstance(value, list | tuple):
            raise self.refusal(key, "is missing or no list", f'write {key} = ["...", "..."]')
        items: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        if not all(isinstance(item, str) for item in items):
            raise self.refusal(key, "is no list of texts", f'write {key} = ["...", "..."]')
        return tuple(items)

    def flag(self, key: str) -> bool:
        """True or false; false when it is not there."""
        value = self._held.get(key, False)
        if not isinstance(value, bool):
            raise self.refusal(key, "is neither true nor false", f"write {key} = true")
        return value

    def number(self, key: str) -> int | None:
        """A whole number, or None when it is not there."""
        value = self._held.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise self.refusal(key, "is no whole number", f"write {key} = 5")
        return value
