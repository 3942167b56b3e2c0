"""Phrases of others, held to what our lexicons take: what they refuse is named by its own line."""

from collections.abc import Iterable
from dataclasses import replace

from pipeline.adopting.adopted import Misfits, Wording
from pipeline.hit import Kind
from pipeline.text.lexicon import wrong_wording
from pipeline.text.pattern import wrong_regex
from pipeline.text.phrase import parts


def sound_wordings(
    wordings: Iterable[Wording], match: str, misfits: Misfits
) -> tuple[Wording, ...]:
    """Those that a lexicon takes, each once. match is the lexicon's own."""
    kept: dict[str, Wording] = {}
    for wording in wordings:
        regex = (wording.match or match) == Kind.REGEX.value
        problem, found = wrong_regex(wording.text) if regex else (wrong_wording(wording.text), "")
        form = wording.text if regex else str(parts(wording.text))
        if problem:
            values = {"found": found or wording.text, "allowed": "{5}"}
            misfits.lost(wording.line, wording.text, f"lexicon.{problem}", **values)
        elif form in kept:
            misfits.lost(wording.line, wording.text, "said-before", allowed=kept[form].line)
        else:
            kept[form] = _with_sound_excuses(wording, misfits)
    return tuple(kept.values())


def _with_sound_excuses(wording: Wording, misfits: Misfits) -> Wording:
    right = tuple(text for text in wording.unless_within if not wrong_wording(text))
    for text in wording.unless_within:
        if text not in right:
            misfits.lost(wording.line, text, "excuse")
    return replace(wording, unless_within=right)
