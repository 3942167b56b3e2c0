"""A field of a form or an address that cannot be taken: which one, and what it may be. Never what
was in it: that may be a password or a customer's number."""

import re

from fastapi.exceptions import RequestValidationError

from pipeline.text.names import shown
from pipeline.wording import word, words_of

AREA = "desk-field"
LONGEST_NAME = 40
KINDS = {
    "missing": "needed",
    "int_type": "whole",
    "int_parsing": "whole",
    "int_parsing_size": "whole",
    "int_from_float": "whole",
    "float_type": "number",
    "float_parsing": "number",
    "finite_number": "number",
    "greater_than_equal": "least",
    "less_than_equal": "most",
    "string_too_short": "needed",
    "string_too_long": "short",
    "too_long": "few",
    "date_parsing": "day",
    "date_type": "day",
    "date_from_datetime_parsing": "day",
    "enum": "one-of",
    "literal_error": "one-of",
    "bool_parsing": "yes-or-no",
    "extra_forbidden": "known",
}
"""What the framework calls it -> what is allowed, as the catalogue has it."""
CHOICE = re.compile("'([^']*)'")
"""One of those that may be chosen, as the framework lists them: 'good' or 'bad'."""
VALUES = {"ge": "least", "le": "most", "max_length": "most", "expected": "allowed"}


class Misfit(Exception):
    """field: as the form or the address has it; kind: what it may be, of the catalogue."""

    def __init__(self, field: str, kind: str, **values: str | float):
        self.field, self.kind, self.values = field, kind, values
        super().__init__(field, kind)


def misfit_of(error: RequestValidationError) -> Misfit:
    """The first field that the framework could not take; of one that may be of several kinds it
    names the kind too, in brackets."""
    first = error.errors()[0]
    names = [part for part in first["loc"][1:] if isinstance(part, str) and "[" not in part]
    kind = KINDS.get(first["type"], "other")
    told = {ours: first.get("ctx", {}).get(theirs) for theirs, ours in VALUES.items()}
    told["allowed"] = "、".join(CHOICE.findall(told["allowed"] or ""))
    values = {name: value for name, value in told.items() if isinstance(value, str | int | float)}
    return Misfit(names[-1] if names else "", kind, **values)


def said(misfit: Misfit, language: str) -> str:
    """“天数”不能这样写：应为整数."""
    allowed = word(f"{AREA}.may-{misfit.kind}", language, **misfit.values)
    if not misfit.field:
        return word(f"{AREA}.whole", language, allowed=allowed)
    return word(
        f"{AREA}.wrong", language, field=field_words(misfit.field, language), allowed=allowed
    )


def field_words(name: str, language: str) -> str:
    """What the page calls the field; one that no page has, as it was sent."""
    key = f"{AREA}.name-{name}"
    return word(key, language) if key in words_of(AREA) else shown(name)[:LONGEST_NAME]
