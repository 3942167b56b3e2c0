"""Regular expressions, by RE2: in linear time, whoever wrote them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

MAX_PROGRAM = 2_000
"""Instructions of RE2, which one character of a text may all cost: with so many, 10,000 characters
take 8 ms at worst; .{1,500}对.{1,500}吧 has 9,000 and takes 230."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that a template spells out; it is sought in normal forms."""

    text: str

    def spans(self, form: str) -> tuple[tuple[int, int], ...]:
        """Where it is found, one after the other; never an empty span."""
        found = (match.span() for match in compiled(self.text).finditer(form))
        return tuple((start, end) for start, end in found if start < end)


@cache
def compiled(text: str) -> Any:
    """The expression as RE2 has it."""
    import re2

    return re2.compile(text, _quiet())


def wrong_regex(text: str) -> tuple[str, str]:
    """What is wrong with an expression, a key of wording/, and what RE2 says of it; or nothing."""
    import re2

    try:
        pattern = re2.compile(text, _quiet())
    except re2.error as error:
        said = error.args[0] if error.args else str(error)
        return "bad-regex", f"{text} ({said.decode() if isinstance(said, bytes) else said})"
    if pattern.programsize > MAX_PROGRAM:
        return "regex-too-large", text
    return ("regex-matches-empty", text) if pattern.search("") else ("", "")


def _quiet() -> Any:
    """RE2's options, without its own talk on stderr."""
    import re2

    options = re2.Options()
    options.log_errors = False
    return options
