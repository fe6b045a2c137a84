"""What `evenhand.toml` may say of whom to ask."""

import tomllib

import pytest

from evenhand.errors import BadConfig
from evenhand.rules.partnership import partnership

CONFIG = """
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
policy = "nhs-subnational"
[site]
contact_email = "{email}"
"""


@pytest.mark.parametrize("email", ["", "vru@example.org", " o'neil+vru@xn--bcher-kva.example "])
def test_an_address_or_none_is_taken(email):
    assert partnership(tomllib.loads(CONFIG.format(email=email))).site.contact_email == email.strip()


@pytest.mark.parametrize("email", ["notanemail", "@example.org", "vru@", "vru @example.org", "a@b@c"])
def test_what_is_no_address_is_refused_in_one_line(email):
    with pytest.raises(BadConfig, match="is no e-mail address") as refusal:
        partnership(tomllib.loads(CONFIG.format(email=email)))
    assert refusal.value.where == "evenhand.toml [site]"
    assert "\n" not in str(refusal.value)
