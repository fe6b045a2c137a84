"""Definition: a versioned statement of which recorded crime counts as serious violence here."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Definition:
    """A local definition of serious violence, by the publisher's crime types.

    Section 13(6) of the Police, Crime, Sentencing and Courts Act 2022 asks each area to weigh maximum
    penalty, impact on victims, prevalence and impact on the community.
    """

    name: str
    version: str
    crime_types: tuple[str, ...]
    words: str
    """The definition as a reader is told it."""

    @property
    def identity(self) -> str:
        """Name, version and the first 12 digits of the hash of everything it says.

        Two figures compare only where their identities are equal.
        """
        content = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False).encode()
        return f"{self.name} {self.version} ({hashlib.sha256(content).hexdigest()[:12]})"
