"""What is learnt of a file's bytes in passing: whether the fast reader's count of rows proves it sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.engine.delivered import Delivered, Digest


def told(content: bytes, chunk: int) -> Delivered:
    digest = Digest()
    for at in range(0, len(content), chunk):
        digest.add(content[at : at + chunk])
    return digest.delivered("a.csv", Path("a.csv"), (0, 0))


@pytest.mark.parametrize("chunk", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a,b\n1,2\n", True),
        (b"a,b\n1,2", True),
        (b"a,b\r\n1,2\r\n", True),
        (b"a,b\r\n1,2", True),
        ("a,b\n\u2028é,2\n".encode(), True),
        (b"a,b\n1,2\r3,4\n", False),
        (b"a,b\n1,2\r", False),
        (b"a,b\r\n1,2\r", False),
        (b"a,b\n1,2\r\r\n", False),
        (b"a,b\r\n1,2\n", False),
        (b"a,b\n\n1,2\n", False),
        (b"a,b\n1,2,\n", False),
        (b"a,b\n1\n", False),
        (b'a,b\n"1",2\n', False),
        (b"a,b\n\0,2\n", False),
        ("a,b\né,2\n".encode("latin-1"), False),
    ],
)
def test_a_grid_is_bare_text_with_its_lines_ended_alike_and_no_comma_too_many(content, expected, chunk):
    assert told(content, chunk).is_grid(2) is expected


@pytest.mark.parametrize("chunk", [1, 2, 3, 100])
def test_lines_are_counted_the_last_with_or_without_its_end(chunk):
    assert [told(text, chunk).lines for text in (b"", b"a", b"a\n", b"a\r\nb", b"a\n\nb\n")] == [
        0,
        1,
        1,
        2,
        3,
    ]
