"""The page of `zhiyin rescore --diff`: one file that opens without a server."""

from pathlib import Path
from typing import Any

from pipeline.hit import Verdict
from pipeline.report.measure_page import percent, span
from pipeline.report.rendering import render, write_page
from pipeline.wording import word
from pipeline.workflow.comparing import Compared
from pipeline.workflow.verdict_tally import ItemTally, Verdicts

PAGE = "diff.html"
SHOWN_CALLS = 200


def write_diff_page(compared: Compared, target: Path, language: str) -> Path:
    """Write the page; into a folder under its usual name. The file; Refusal where it cannot be."""
    return write_page(target, PAGE, diff_page(compared, language))


def diff_page(compared: Compared, language: str) -> str:
    """The page as HTML."""
    parts = diff_parts(compared.verdicts, language)
    return render("diff.html", language, compared=compared, **parts)


def diff_parts(verdicts: Verdicts | None, language: str) -> dict[str, Any]:
    """What diff_parts.html is given, besides compared."""
    return {
        "verdicts": verdicts,
        "items": items(verdicts) if verdicts else [],
        "agents": agents(verdicts) if verdicts else [],
        "shown": SHOWN_CALLS,
        "fail": Verdict.FAIL,
        "unsure": Verdict.UNSURE,
        "r": lambda key, **given: word(f"rules.{key}", language, **given),
        "speakers": lambda who: word(f"cli.speaker-{who.value}", language),
        "percent": percent,
        "span": span,
    }


def items(verdicts: Verdicts) -> list[ItemTally]:
    """Those that change, what agents lose most by first."""
    ordered = sorted(verdicts.items.items(), key=lambda pair: (pair[1].points, pair[0]))
    return [tally for _, tally in ordered]


def agents(verdicts: Verdicts) -> list[str]:
    """Those for whom something changes; none where the call records name nobody."""
    found = sorted(agent for agent, tally in verdicts.agents.items() if tally.worse or tally.better)
    return [] if found == [""] else found
