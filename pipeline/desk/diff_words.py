"""What the page of a change of rules is given, in the reader's language."""

from functools import partial
from typing import Any

from pipeline.report.diff_page import diff_parts
from pipeline.report.events import happened
from pipeline.wording import word
from pipeline.workflow.comparing import Compared


def diff_words(compared: Compared | None, language: str) -> dict[str, Any]:
    """The values of diff_parts.html; compared None: there is nothing to show yet."""
    return {
        **diff_parts(compared.verdicts if compared else None, language),
        "compared": compared,
        "verdict": lambda one: word(f"verdict.{one.value}", language),
        "happened": partial(happened, language=language),
    }
