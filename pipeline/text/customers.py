"""A pseudonym for a customer: who calls again can be told, and nobody can tell who it is.

HMAC-SHA-256 of the number's digits under the home's secret key, cut to 96 bits. Without the key,
trying all numbers leads nowhere; with another key the same number is somebody else. A process has
no key until it is given one; then numbers get no pseudonym.
"""

import hmac
import re
from collections.abc import Callable

FEWEST_DIGITS = 7
"""Of a number that belongs to somebody; extensions and short codes are shared."""
COUNTRY = re.compile(r"^(?:00)?86(?=1[3-9]\d{9}$)")
LETTERS = 24
_makers: list[Callable[[], bytes]] = []
_keys: list[bytes] = []


def known_by(key: bytes | Callable[[], bytes]) -> None:
    """From now on pseudonyms are made with this key, or with what this gives when the key is first
    wanted; with none where it is empty."""
    _keys[:], _makers[:] = ([], [key]) if callable(key) else ([key], [])


def key() -> bytes:
    """What pseudonyms are made with; empty where none are."""
    for make in tuple(_makers):
        _keys[:] = [make()]
        _makers.clear()
    return _keys[0] if _keys else b""


def pseudonym(number: str) -> str | None:
    """The same for the same number, however it is written; None of a number that is masked or too
    short, or where no key is known."""
    digits = COUNTRY.sub("", "".join(filter(str.isdigit, number)))
    if "*" in number or len(digits) < FEWEST_DIGITS or not key():
        return None
    return hmac.digest(key(), f"customer {digits}".encode(), "sha256").hex()[:LETTERS]
