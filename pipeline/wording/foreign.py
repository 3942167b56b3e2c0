"""What the system and the libraries say, in Chinese: foreign.yaml holds their words beside ours."""

import re
import string
from collections.abc import Mapping

Words = Mapping[str, Mapping[str, str]]
Known = tuple[tuple[re.Pattern[str], str], ...]
"""Their texts as patterns, the most particular first, and ours."""


def known(words: Words) -> Known:
    """The words of the area foreign, by key and language."""
    ordered = sorted(words.values(), key=lambda said: _rank(said["en"]))
    return tuple((_pattern(said["en"]), said["zh"]) for said in ordered)


def told(text: str, known: Known) -> str:
    """Their text in Chinese; one that we have no words for as it is."""
    for pattern, ours in known:
        if found := pattern.fullmatch(text):
            parts = {name: told(part, known) for name, part in found.groupdict().items()}
            return ours.format(**parts)
    return _in_brackets(text, known)


def _in_brackets(text: str, known: Known) -> str:
    """What was written, and in brackets behind it what is said of it: 你好( (missing ): 你好()."""
    for at in (found.start() for found in re.finditer(r" \(", text) if text.endswith(")")):
        said = text[at + 2 : -1]
        if any(pattern.fullmatch(said) for pattern, _ in known):
            return f"{text[:at]}（{told(said, known)}）"
    return text


def _rank(template: str) -> tuple[bool, int]:
    """What stands around another text first, then what spells out most."""
    literals = (literal for literal, *_ in string.Formatter().parse(template))
    return not template.startswith("{said}"), -sum(map(len, literals))


def _pattern(template: str) -> re.Pattern[str]:
    parts = string.Formatter().parse(template)
    said = (re.escape(text) + (f"(?P<{name}>.+?)" if name else "") for text, name, *_ in parts)
    return re.compile("".join(said), re.DOTALL)
