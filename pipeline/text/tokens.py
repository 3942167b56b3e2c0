"""What an index keeps of a turn: its characters, its adjacent pairs, and the same of its syllables.

Tokens name turns in which a phrase may be said; whether it is, its text tells (finding.py). A token
is made of letters, digits and a few signs: nothing in it means anything to a database.
"""

from collections.abc import Sequence
from itertools import pairwise

from pipeline.text.query import Said
from pipeline.text.sound import sounds, spelled

HEARD = "§"
"""Begins what sounds; no normal form holds it."""
MOST = 8
"""So many pairs of a long phrase are asked for: more of them name hardly fewer turns."""


def syllables_of(form: str) -> tuple[str, ...]:
    """Of a normal form, in the same places."""
    return spelled(sounds(form))


def tokens(form: str, syllables: Sequence[str]) -> list[str]:
    """Of a turn: its normal form and how that sounds, each token once."""
    written = {*form, *(one + other for one, other in pairwise(form))}
    heard = {HEARD + one for one in syllables}
    heard |= {HEARD + one + HEARD + other for one, other in pairwise(syllables)}
    return sorted(written | heard)


def wanted(phrase: Said) -> tuple[tuple[str, ...], ...]:
    """For each of its readings, the tokens of every turn in which it is said."""
    if not phrase.sound:
        return (_some([one + other for one, other in pairwise(phrase.form)] or [phrase.form]),)
    return tuple(_heard(spelled(reading)) for reading in phrase.heard)


def _heard(syllables: Sequence[str]) -> tuple[str, ...]:
    pairs = [HEARD + one + HEARD + other for one, other in pairwise(syllables)]
    return _some(pairs or [HEARD + syllables[0]])


def _some(found: Sequence[str]) -> tuple[str, ...]:
    """Spread over the phrase, the first and the last among them."""
    last = len(found) - 1
    if last < MOST:
        return tuple(dict.fromkeys(found))
    return tuple(dict.fromkeys(found[round(i * last / (MOST - 1))] for i in range(MOST)))
