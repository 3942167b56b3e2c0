"""What the names of recordings say of the calls, by patterns that people can write.

`{started:%Y%m%d_%H%M%S}_{agent}_{direction}_{customer_number}`: a field in braces takes what stands
up to the sign after it; a moment is written as clocks of computers are (%Y %m %d %H %M %S, or %s);
* stands for anything. An ending is not looked at; a slash reaches into the names of the folders.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.call import CallRecord
from pipeline.night.cells import Unfit, value_of
from pipeline.refusal import Refusal
from pipeline.speech.call_record import TYPES, brief, record_of
from pipeline.text.names import shown
from pipeline.text.pattern import compiled

SETTING = "night.name_patterns"
PIECE = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}|(.)", re.DOTALL)
ENDING = re.compile(r"\.(?:\w{1,5}|\*)$")
DIGITS = {"Y": 4, "y": 2, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2, "s": 10}
"""Parts of a moment, and how many digits each has; %s counts seconds since 1970."""
FORMS = "%Y %y %m %d %H %M %S %s"
STARTED = "started"
MORE = "more."
"""Before a field that call records do not have: {more.extension}."""


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A pattern as it is looked for. fields: what its groups are, in their order, each with the
    form of its moment; depth: how many folders it reaches up."""

    expression: Any
    fields: tuple[tuple[str, str], ...]
    depth: int

    def record(self, within: str) -> CallRecord | None:
        """What a path without its ending says; None where it does not fit.

        Refusal where it fits and a part of it is no such value."""
        found = self.expression.fullmatch(shown("/".join(within.split("/")[-self.depth - 1 :])))
        if not found:
            return None
        values: dict[str, Any] = {}
        moments: list[tuple[str, str]] = []
        for (field, form), text in zip(self.fields, found.groups(), strict=True):
            if field == STARTED and form:
                moments.append((text, form))
            else:
                values[field.removeprefix(MORE)] = _value(field, text, within)
        if moments:
            values[STARTED] = _moment(moments, within)
        return record_of(values, shown(within))


def name_patterns(patterns: Sequence[str]) -> tuple[NamePattern, ...]:
    """The patterns of the settings. Refusal, with the pattern, where one cannot be understood."""
    return tuple(_compiled(pattern) for pattern in patterns)


def _compiled(pattern: str) -> NamePattern:
    pieces = list(_pieces(pattern))
    fields: list[tuple[str, str]] = []
    parts: list[str] = []
    for at, (field, form, sign) in enumerate(pieces):
        if sign:
            parts.append("[^/]*" if sign == "*" else re.escape(sign))
            continue
        fields.append((field, form))
        parts.append(f"({_form(form, pattern) if form else _up_to(pieces[at + 1 :], pattern)})")
    if not fields:
        raise Refusal("night.name-no-field", SETTING, found=pattern)
    return NamePattern(compiled("".join(parts)), tuple(fields), pattern.count("/"))


def _pieces(pattern: str) -> Iterator[tuple[str, str, str]]:
    """Field and form, or a sign, one after the other."""
    for field, form, sign in PIECE.findall(ENDING.sub("", pattern.strip())):
        if sign and sign in "{}":
            raise Refusal("night.name-brace", SETTING, found=pattern)
        if not sign and not (field in TYPES or (field.startswith(MORE) and field != MORE)):
            raise Refusal("night.name-field", SETTING, found=field, allowed=fields_allowed())
        if form and field != STARTED:
            raise Refusal("night.name-form", SETTING, found=f"{{{field}:{form}}}")
        yield field, form, sign


def fields_allowed() -> str:
    """The fields that a name or a table may fill, for people."""
    return "、".join((*TYPES, f"{MORE}…"))


def _up_to(rest: Sequence[tuple[str, str, str]], pattern: str) -> str:
    """What a field takes: all up to the sign that follows it, or to the end."""
    sign = rest[0][2] if rest else "/"
    if not sign or sign == "*":
        raise Refusal("night.name-touch", SETTING, found=pattern)
    return f"[^/{re.escape(sign)}]+" if sign != "/" else "[^/]+"


def _form(form: str, pattern: str) -> str:
    """The digits and signs of a moment."""
    parts = re.split(r"%(.)", form)
    for directive in parts[1::2]:
        if directive not in DIGITS:
            raise Refusal("night.name-moment", SETTING, found=f"%{directive}", allowed=FORMS)
    if len(parts) == 1:
        raise Refusal("night.name-moment", SETTING, found=form, allowed=FORMS)
    return "".join(
        rf"\d{{{DIGITS[part]}}}" if at % 2 else re.escape(part) for at, part in enumerate(parts)
    )


def _moment(moments: Sequence[tuple[str, str]], within: str) -> str:
    """The parts of a moment, which may stand apart in a name, as ISO 8601."""
    text, form = (" ".join(parts) for parts in zip(*moments, strict=True))
    try:
        if "%s" in form:
            return datetime.fromtimestamp(int(re.sub(r"\D", "", text))).isoformat()
        return datetime.strptime(text, form).isoformat()
    except (ValueError, OverflowError):
        raise Refusal(
            "night.name-value", shown(within), what=STARTED, found=brief(text), allowed=form
        ) from None


def _value(field: str, text: str, within: str) -> object:
    if field.startswith(MORE):
        return text
    try:
        return value_of(field, text)
    except Unfit as unfit:
        raise Refusal(
            "night.name-value", shown(within), what=field, found=brief(text), allowed=unfit.allowed
        ) from None
