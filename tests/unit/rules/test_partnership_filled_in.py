"""What `evenhand.toml` may say of whom to ask."""

import pytest

from evenhand.errors import BadConfig

ASKED = """policy = "nhs-subnational"
[site]
contact_email = "{email}"
"""


@pytest.mark.parametrize("email", ["", "vru@example.org", " o'neil+vru@xn--bcher-kva.example "])
def test_an_address_or_none_is_taken(saying, email):
    assert saying(ASKED.format(email=email)).site.contact_email == email.strip()


@pytest.mark.parametrize("email", ["notanemail", "@example.org", "vru@", "vru @example.org", "a@b@c"])
def test_what_is_no_address_is_refused_in_one_line(saying, email):
    with pytest.raises(BadConfig, match="is no e-mail address") as refusal:
        saying(ASKED.format(email=email))
    assert refusal.value.where == "evenhand.toml [site]"
    assert "\n" not in str(refusal.value)
