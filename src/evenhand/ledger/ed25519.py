"""Ed25519: does a signature hold? RFC 8032, section 5.1.7, in plain integers. Pure.

It only checks, with public values, so how long a step takes tells nobody anything. Signing is done
elsewhere, by a library made for it.
"""

from __future__ import annotations

import hashlib

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)

Point = tuple[int, int, int, int]
"""x and y over z, and x times y over z: extended coordinates (RFC 8032, section 5.1.4)."""

_NEUTRAL: Point = (0, 1, 1, 0)


def _add(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % _P
    b = (one[1] + one[0]) * (two[1] + two[0]) % _P
    c = 2 * one[3] * two[3] * _D % _P
    d = 2 * one[2] * two[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(number: int, point: Point) -> Point:
    found = _NEUTRAL
    while number:
        if number & 1:
            found = _add(found, point)
        point, number = _add(point, point), number >> 1
    return found


def _x(y: int, odd: int) -> int | None:
    """The x of the point with that y, None where there is none (RFC 8032, section 5.1.3)."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    found = pow(square, (_P + 3) // 8, _P)
    if found * found % _P != square:
        found = found * _ROOT_OF_MINUS_1 % _P
    if found * found % _P != square or (found == 0 and odd):
        return None
    return _P - found if found & 1 != odd else found


def _point(encoded: bytes) -> Point | None:
    number = int.from_bytes(encoded, "little")
    y = number & ((1 << 255) - 1)
    x = _x(y, number >> 255) if y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


def _encoded(point: Point) -> bytes:
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE_Y = 4 * pow(5, -1, _P) % _P
_BASE = _point(_BASE_Y.to_bytes(32, "little")) or _NEUTRAL


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Is it that public key's signature of that message?"""
    point = _point(public) if len(public) == 32 and len(signature) == 64 else None
    scalar = int.from_bytes(signature[32:], "little")
    if point is None or scalar >= _ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little")
    minus = (_P - point[0], point[1], point[2], _P - point[3])
    return _encoded(_add(_times(scalar, _BASE), _times(challenge % _ORDER, minus))) == signature[:32]
