"""Counts, intervals and the page of `benchmarks/evidence.py`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from pipeline.scoring.agreement import Share

PAGE = Path(__file__).parent.parent / "docs" / "evidence.md"
HEAD = """# Evidence

What the product finds in synthetic calls whose truth is known by construction
(`sample_audio/README.md`). Made by `benchmarks/evidence.py`; intervals are Wilson's, 95 %. It says
nothing about people's speech: that depends on the recogniser that a centre chooses.
"""
TITLES = {
    "words": "Perfect transcripts into scoring",
    "samples": "The committed samples, from file to scorecard",
    "unseen": "Generated calls, from file to scorecard",
    "mono": "Both sides on one channel",
}


@dataclass(slots=True)
class Tally:
    """All that was counted in one part."""

    calls: int = 0
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    items: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    replies: list[float | None] = field(default_factory=list)
    silences: list[float | None] = field(default_factory=list)
    roles: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)

    def count(self, expect: str, *verdicts: str) -> int:
        """Items of an expectation with any of the verdicts; all of them without verdicts."""
        return sum(
            n
            for (wanted, verdict), n in self.verdicts.items()
            if expect in (wanted, "any") and (not verdicts or verdict in verdicts)
        )


def tally(results: Iterable[dict[str, Any]]) -> Tally:
    """Add up what every call came to."""
    total = Tally()
    for result in results:
        total.calls += 1
        total.replies += result["replies"]
        total.silences += result["silences"]
        total.roles.update(result["roles"])
        for item in result["items"]:
            expect, verdict = item["expect"], item["verdict"]
            total.verdicts[expect, verdict] += 1
            if (expect == "fail" and verdict != "fail") or (
                expect == "clean" and verdict not in ("pass", "not_applicable")
            ):
                total.items[item["item"], expect, verdict] += 1
                total.disagreements.append(
                    f"{result['name']} {item['item']}: {expect}, but {verdict} {item['quotes']}"
                )
    return total


def share(part: int, whole: int) -> str:
    """A share with Wilson's 95 % interval."""
    found = Share(part, whole)
    if not whole:
        return "–"
    return f"{part}/{whole} = {found.rate:.1%} ({found.low:.1%}–{found.high:.1%})"


def rows(part: str, total: Tally) -> list[tuple[str, str, str]]:
    """(what, figure, target) of a part's table."""
    planted, clean, items = total.count("fail"), total.count("clean"), total.count("any")
    found = [
        ("calls", str(total.calls), ""),
        (
            "planted: FAIL or UNSURE",
            share(total.count("fail", "fail", "unsure"), planted),
            {"mono": "", "unseen": "≥ 97 %"}.get(part, "100 %"),
        ),
        (
            "planted: FAIL",
            share(total.count("fail", "fail"), planted),
            {"words": "100 %", "unseen": "≥ 85 %"}.get(part, ""),
        ),
        (
            "clean items: FAIL",
            share(total.count("clean", "fail", "crashed"), clean),
            {"mono": "", "unseen": "≤ 0.5 %"}.get(part, "0"),
        ),
        (
            "items: UNSURE",
            share(total.count("any", "unsure"), items),
            "" if part == "mono" else "≤ 5 %",
        ),
    ]
    if part == "words":
        return found
    found += [
        _off("replies", total.replies, "≤ 0.10 s"),
        _off("silences", total.silences, "≤ 0.20 s"),
    ]
    right = total.roles["right"]
    target = "≥ 90 %" if part == "mono" else ""
    found.append(("turns with the right speaker", share(right, total.roles.total()), target))
    return found


def _off(what: str, errors: list[float | None], target: str) -> tuple[str, str, str]:
    known = [error for error in errors if error is not None]
    figure = f"{fmean(known):.3f} s of {len(known)}" if known else "–"
    lost = len(errors) - len(known)
    return (f"{what}: off on average", figure + (f", {lost} not found" if lost else ""), target)


def write_section(part: str, engine: str, seed: int, total: Tally) -> None:
    """Print the part's table and put it into docs/evidence.md, which keeps the other parts.

    engine: what heard the calls; "truth" is only printed: it is no evidence of the whole product.
    """
    title = f"## {TITLES[part]}"
    how = [f"Seed {seed}."] if part != "samples" else []
    how += [f"Heard by {engine}."] if part != "words" else []
    lines = [title, "", " ".join(how), "", "| | figure | target |", "|---|---|---|"]
    lines += [f"| {what} | {figure} | {target} |" for what, figure, target in rows(part, total)]
    worst = [f"{item} {e}→{v}: {n}" for (item, e, v), n in total.items.most_common(12)]
    lines += ["", "Disagreements: " + ("; ".join(worst) or "none") + "."]
    section = "\n".join(lines) + "\n"
    print(section)
    if part == "words" or engine != "truth":
        put_section(TITLES[part], section)


def put_section(title: str, section: str) -> None:
    """Put a section into docs/evidence.md, which keeps the others."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else HEAD
    others = [s for s in re.split(r"(?m)^(?=## )", page)[1:] if not s.startswith(f"## {title}\n")]
    order = sorted([*others, section], key=_place)
    PAGE.write_text(HEAD + "\n" + "\n".join(s.strip() + "\n" for s in order), encoding="utf-8")


def _place(section: str) -> int:
    titles = list(TITLES.values())
    return next((i for i, title in enumerate(titles) if title in section), len(titles))
