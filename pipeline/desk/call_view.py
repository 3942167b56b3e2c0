"""What the call page shows, made of a card and its call; the template only lays it out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.call import Call, Reason
from pipeline.desk.call_rows import Line, moments, rows
from pipeline.hit import Verdict
from pipeline.report.transcript import Found
from pipeline.report.view import CallView, CardView, call_view
from pipeline.report.waveform import BINS, Lane, lanes, ticks
from pipeline.scoring.points import OPEN
from pipeline.scoring.reckoning import Reviewed, claims
from pipeline.scoring.review import View
from pipeline.scoring.risk import PEOPLE, people_judge
from pipeline.scoring.scorecard import ItemResult, Scorecard
from pipeline.scoring.so_far import marks
from pipeline.scoring.template import Rule, Template
from pipeline.scoring.whose import judged
from pipeline.text import timing
from pipeline.text.sound import initials
from pipeline.wording import word

SILENCE_SECONDS = 3.0
"""Shorter pauses are part of talking, and would only stripe the picture."""
WIDTH = 10_000
LEAST_WIDTH = 0.35
"""Percent: narrower than that, nobody would see a band."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A stop of the page: a hit of an item that was raised, or such an item without one. number:
    counts them on the page. at, width: percent of the picture."""

    number: int
    item: str
    hit: int | None
    tone: str
    sure: bool
    start: float | None
    end: float | None
    turn: int | None
    found: Found | None
    at: float = 0.0
    width: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A card laid out: view and part as reports have them, its claims, its transcript."""

    view: CallView
    part: CardView
    claims: tuple[Claim, ...]
    rows: tuple[Line, ...]

    @property
    def claims_of(self) -> Mapping[str, list[Claim]]:
        """Item -> its claims."""
        found: dict[str, list[Claim]] = {}
        for claim in self.claims:
            found.setdefault(claim.item, []).append(claim)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What call_wave.html draws."""

    lanes: tuple[Lane, ...]
    bands: tuple[Claim, ...]
    ticks: Sequence[Any]
    stretches: tuple[tuple[str, str], ...]
    bins: int = BINS


def shown(name: str, call: Call, card: Scorecard, language: str) -> Shown:
    """The page of a card."""
    view = call_view(name, call, (card,))
    part = view.cards[0]
    listed = tuple(_claims(call, part))
    numbers = {claim.found.number: claim.number for claim in listed if claim.found}
    return Shown(view=view, part=part, claims=listed, rows=tuple(rows(view, numbers, language)))


def picture(call: Call, listed: Sequence[Claim], peaks: Sequence[Sequence[float]]) -> Picture:
    """The picture of its sound."""
    return Picture(
        lanes=lanes(call, peaks),
        bands=tuple(claim for claim in listed if claim.width),
        ticks=ticks(call.duration),
        stretches=_stretches(call),
    )


def as_decided(card: Scorecard, reviewed: Reviewed) -> Scorecard:
    """The card as people left it, without what the machine thought: what its agent reads."""
    points, come = reviewed.points, marks(card, reviewed)
    return replace(
        card,
        total=come.total,
        max=come.max,
        at_stake=0.0,
        fatal=points.fatal,
        sections=points.sections,
        items=tuple(_as_decided(item, reviewed) for item in card.items),
    )


def _as_decided(item: ItemResult, reviewed: Reviewed) -> ItemResult:
    verdict = reviewed.rulings[item.id].verdict
    answers = [reviewed.answers.get((item.id, hit)) for hit in range(len(item.evidence))]
    evidence = tuple(
        hit
        for hit, mark in zip(item.evidence, answers, strict=True)
        if mark is None or mark.says == View.UPHELD
    )
    machine = verdict == item.verdict or verdict == Verdict.FAIL
    return replace(
        item,
        verdict=Verdict.NOT_APPLICABLE if verdict in OPEN else verdict,
        points_lost=reviewed.points.items[item.id].lost,
        at_stake=0.0,
        reason=Reason(PEOPLE),
        evidence=evidence if machine and verdict not in OPEN else (),
        nearest=None,
        remarks=(),
    )


def _claims(call: Call, part: CardView) -> Iterator[Claim]:
    number = 0
    lines = {line.item.id: line for line in (*part.open, *part.people, *part.passed)}
    for item in part.card.items:
        for hit in claims(item):
            found = None if hit is None else lines[item.id].evidence[hit]
            near = item.nearest
            start = found.hit.start if found else near.start if near else None
            yield Claim(
                number=number,
                item=item.id,
                hit=hit,
                tone=lines[item.id].tone,
                sure=item.verdict == Verdict.FAIL,
                start=start,
                end=found.hit.end if found else near.end if near else None,
                turn=found.hit.turn if found else near.turn if near else None,
                found=found,
                **_band(call, found),
            )
            number += 1


def _band(call: Call, found: Found | None) -> dict[str, float]:
    if found is None or not call.duration:
        return {}
    hit, share = found.hit, 100 / call.duration
    if hit.end - hit.start > call.duration / 2:  # a figure of the whole call has no place in it
        return {}
    width = max(LEAST_WIDTH, share * (hit.end - hit.start))
    return {"at": round(share * hit.start, 3), "width": round(width, 3)}


def _stretches(call: Call) -> tuple[tuple[str, str], ...]:
    """Silences and talk-over, one path each."""
    share = WIDTH / call.duration if call.duration else 0.0
    silences = [(one.start, one.end) for one in timing.silences(call, SILENCE_SECONDS) or ()]
    overlaps = [(one.start, one.end) for one in timing.overlaps(call) or ()]
    return tuple(
        (kind, "".join(_box(share * start, share * end) for start, end in found))
        for kind, found in (("silence", silences), ("both", overlaps))
        if found
    )


def _box(start: float, end: float) -> str:
    wide = max(1.0, end - start)
    return f"M{start:.0f} 0h{wide:.0f}v1h-{wide:.0f}z"


def for_script(listed: Shown, template: Template, language: str) -> dict[str, Any]:
    """What the page's script needs of the card itself; template: that it was drafted by."""
    call = listed.view.call
    rules = {item.id: item.rule for item in template.items}
    return {
        "duration": call.duration,
        "turns": [[round(t.start, 2), round(t.end, 2), moments(t)] for t in call.turns],
        "claims": [
            {
                "number": claim.number,
                "item": claim.item,
                "hit": claim.hit,
                "start": claim.start,
                "end": claim.end,
                "sure": claim.sure,
                "turn": -1 if claim.turn is None else claim.turn,
            }
            for claim in listed.claims
        ],
        "items": [_item(item, rules[item.id], language) for item in listed.part.card.items],
    }


def _item(item: ItemResult, rule: Rule | None, language: str) -> dict[str, Any]:
    whose = sorted(judged(rule))
    return {
        "id": item.id,
        "ask": item.ask,
        "section": item.section,
        "machine": item.verdict.value,
        "people": people_judge(item),
        "initials": initials(item.ask),
        "judges": {who.value: word(f"report.speaker-{who.value}", language) for who in whose},
    }
