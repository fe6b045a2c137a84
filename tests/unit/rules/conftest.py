"""What the tests of `evenhand.toml` share."""

import tomllib
from collections.abc import Callable

import pytest

from evenhand.rules.partnership import Partnership, partnership

FILLED_IN = """
[partnership]
name = "Safer Exampleshire"
[area]
code = "E23000099"
[definition]
name = "violence"
version = "1"
crime_types = ["Robbery"]
words = "Robbery."
[disclosure]
"""


@pytest.fixture
def saying() -> Callable[[str], Partnership]:
    """The partnership of a file that says this of disclosure, and of what comes after."""
    return lambda rest: partnership(tomllib.loads(FILLED_IN + rest))
