"""The page of `zhiyin measure`: one file that opens without a server."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.call import Speaker
from pipeline.hit import Verdict
from pipeline.report.rendering import render, write_page
from pipeline.scoring.agreement import Share
from pipeline.scoring.misheard import ErrorRate
from pipeline.wording import say_refusal, word
from pipeline.workflow.measuring import Case, Compared, Measured

PAGE = "measure.html"


@dataclass(frozen=True, slots=True)
class Differing:
    """An item and the cases in which the machine decided, and otherwise than people did."""

    ask: str
    cases: tuple[Case, ...]


def write_measure_page(measured: Measured, target: Path, language: str) -> Path:
    """Write the page; into a folder under its usual name. The file; Refusal where it cannot be."""
    return write_page(target, PAGE, measure_page(measured, language))


def measure_page(measured: Measured, language: str) -> str:
    """The page as HTML."""
    return render(
        "measure.html",
        language,
        measured=measured,
        m=lambda key, **given: word(f"measure.{key}", language, **given),
        kind=kind,
        alike=alike,
        serious=serious(measured),
        settled=settled(measured),
        speakers={who: word(f"cli.speaker-{who.value}", language) for who in Speaker},
        verdicts={v: word(f"verdict.{v.value}", language) for v in Verdict},
        left_out=[say_refusal(refusal, language) for refusal in measured.unknown],
        percent=percent,
        span=span,
    )


def percent(figure: Share | ErrorRate) -> str:
    """92.3%; nothing to count is a dash."""
    return "–" if figure.rate is None else f"{100 * figure.rate:.1f}%"


def span(figure: Share | ErrorRate) -> str:
    """85.1–96.3, or nothing."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{100 * figure.low:.1f}–{100 * figure.high:.1f}"


def kind(case: Case) -> str:
    """What the difference is called: wrongly, missed, settled, other."""
    machine, person = case.result.verdict, case.person
    if machine == Verdict.UNSURE:
        return "settled"
    if machine == Verdict.FAIL:
        return "wrongly"
    return "missed" if person == Verdict.FAIL else "other"


def serious(measured: Measured) -> list[Differing]:
    """Where the machine said something else than people; most cases first."""
    found = [
        Differing(item.ask, tuple(case for case in item.differing if kind(case) != "settled"))
        for item in measured.items
    ]
    return sorted((one for one in found if one.cases), key=lambda one: -len(one.cases))


def settled(measured: Measured) -> Share:
    """What the machine put to people: those that they call a failure, of all."""
    return Share(measured.overall.rightly_asked, measured.overall.asked)


def alike(call: Compared) -> Share:
    """Of the items that people decided on and the machine too, those with the same verdict."""
    decided = [case for case in call.cases if case.result.verdict != Verdict.UNSURE]
    return Share(sum(case.result.verdict == case.person for case in decided), len(decided))


def document(measured: Measured, language: str) -> dict[str, Any]:
    """The figures as JSON (docs/measuring.md)."""
    return {
        "schema": 1,
        "calls": [_call(call) for call in measured.calls],
        "words": {
            "all": _rate(measured.words),
            **{who.value: _rate(rate) for who, rate in measured.by_speaker.items()},
        },
        "speakers": _share(measured.speakers),
        "misheard": [{"said": s, "heard": h, "times": n} for s, h, n in measured.swapped],
        "items": [
            {
                "id": item.id,
                "ask": item.ask,
                "checked": item.agreement.cases,
                "failures": item.agreement.failures,
                "charged": item.agreement.charged,
                "asked": item.agreement.asked,
                "precision": _share(item.agreement.precision),
                "recall": _share(item.agreement.recall),
                "recall_with_asked": _share(item.agreement.recall_with_asked),
                "differing": [_case(case) for case in item.differing],
            }
            for item in measured.items
        ],
        "left_out": [say_refusal(refusal, language) for refusal in measured.unknown],
    }


def _call(call: Compared) -> dict[str, Any]:
    errors = call.errors
    return {
        "recording": call.name,
        "characters": errors.said if errors else None,
        "wrong": errors.wrong if errors else None,
        "decided": len(call.cases),
    }


def _case(case: Case) -> dict[str, str]:
    return {
        "recording": case.call,
        "machine": case.result.verdict.value,
        "person": case.person.value,
    }


def _rate(rate: ErrorRate) -> dict[str, Any]:
    return {"wrong": rate.wrong, "characters": rate.said, **_ends(rate)}


def _share(share: Share) -> dict[str, Any]:
    return {"part": share.part, "whole": share.whole, **_ends(share)}


def _ends(figure: Share | ErrorRate) -> dict[str, float | None]:
    values = {"rate": figure.rate, "low": figure.low, "high": figure.high}
    return {name: None if value is None else round(value, 4) for name, value in values.items()}
