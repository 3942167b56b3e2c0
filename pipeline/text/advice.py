"""What a lexicon may say but hardly means: phrases that never match, or that another one finds."""

import re
from collections.abc import Iterator

from pipeline.call import Reason
from pipeline.hit import Kind
from pipeline.refusal import Advice
from pipeline.text.lexicon import Lexicon
from pipeline.text.match import find_all
from pipeline.text.normal import normal
from pipeline.text.phrase import Phrase

FILL = "一"
"""What stands in gaps when a phrase is tried: a character that excuses hardly hold."""
LITERAL = re.compile(r"\\[\s\S]|\(\?[^)]*|\{[\d,]*\}|\[[^\]]*\]|(?P<odd>[A-Z\s]|[^\x00-\x7f])")
"""Of a regex: what is no character to be found by itself, else one that may not occur."""


def advise(lexicon: Lexicon) -> Iterator[Advice]:
    """What is odd about its phrases, in their order."""
    for phrase in lexicon.phrases:
        if phrase.kind == Kind.REGEX:
            yield from _regex(lexicon, phrase)
        elif not _found_in(lexicon, phrase):
            yield _advice(lexicon, phrase, "never-found")
        elif (other := _finds_it_too(lexicon, phrase)) is not None:
            yield _advice(lexicon, phrase, "contained", other=other.text, other_line=other.line)


def said(phrase: Phrase, fill: str = "") -> str:
    """A phrase as it may be said, with so much in its gaps."""
    first, *rest = phrase.parts
    return first.text + "".join(fill[: part.gap] + part.text for part in rest)


def _advice(lexicon: Lexicon, phrase: Phrase, key: str, **values: str | float) -> Advice:
    reason = Reason(f"advice.{key}", {"found": phrase.text, **values})
    return Advice(reason, str(lexicon.path), phrase.line)


def _regex(lexicon: Lexicon, phrase: Phrase) -> Iterator[Advice]:
    """A character that the normal form never has: punctuation, a space, a capital."""
    letters = (match["odd"] for match in LITERAL.finditer(phrase.text))
    never = [letter for letter in letters if letter and normal(letter).text != letter]
    if never:
        yield _advice(lexicon, phrase, "never-in-form", letters="".join(dict.fromkeys(never)))


def _found_in(lexicon: Lexicon, phrase: Phrase) -> bool:
    """Whether it is found when it is said alone, with nothing or something in its gaps."""
    longest = max(part.gap for part in phrase.parts)
    tries = dict.fromkeys((said(phrase), said(phrase, FILL), said(phrase, FILL * longest)))
    return any(phrase.text in [m.phrase for m in find_all(lexicon, text)] for text in tries)


def _finds_it_too(lexicon: Lexicon, phrase: Phrase) -> Phrase | None:
    """Another phrase that is found wherever this one is; it is then only shown instead."""
    if len(phrase.parts) > 1:
        return None
    text = said(phrase)
    found = {m.phrase for m in find_all(lexicon, text) if m.kind is not Kind.SOUND}
    for other in lexicon.phrases:
        if other.text in found and other.text != phrase.text and _covers(other, phrase):
            return other
    return None


def _covers(other: Phrase, phrase: Phrase) -> bool:
    """Whether other is excused no more often, and sought by sound as well if this one is."""
    if other.kind == Kind.REGEX or len(other.parts) > 1:
        return False
    inside = other.kind == Kind.TEXT or other.parts == phrase.parts
    heard = other.sound or not phrase.sound
    return inside and heard and set(other.unless_within) <= set(phrase.unless_within)
