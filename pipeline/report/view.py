"""What the pages show, made of calls and scorecards; templates only lay it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from pipeline.call import Call, CallRecord
from pipeline.hit import Verdict
from pipeline.report.transcript import TONES, Found, Row, rows
from pipeline.scoring.risk import needs_eyes, people_judge, stake
from pipeline.scoring.scorecard import ItemResult, Scorecard
from pipeline.scoring.so_far import Marks, is_judged, marks, section_marks
from pipeline.text import rate, timing
from pipeline.text.timing import Share

OPEN = (Verdict.FAIL, Verdict.CRASHED, Verdict.UNSURE)
GLYPHS = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.UNSURE: "?",
    Verdict.NOT_APPLICABLE: "–",
    Verdict.CRASHED: "!",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a card with its evidence, numbered for the whole page."""

    item: ItemResult
    glyph: str
    tone: str
    evidence: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class CardView:
    """A scorecard in parts: what needs eyes, the gravest first; what only people judge; what is
    well; what does not apply. stake: points that what needs eyes may still cost; parts: what each
    section has come to."""

    card: Scorecard
    marks: Marks
    parts: Mapping[str, Marks]
    stake: float
    open: tuple[Line, ...]
    people: tuple[Line, ...]
    passed: tuple[Line, ...]
    not_applicable: tuple[Line, ...]
    sections: Mapping[str, str]
    tone: str
    judged: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """How the talk went, in numbers; None where the call has no times of voice."""

    first_reply: float | None
    mean_reply: float | None
    longest_reply: float | None
    longest_silence: float | None
    overlap: float | None
    agent_rate: float | None
    customer_rate: float | None
    share: Share | None


@dataclass(frozen=True, slots=True)
class CallView:
    """All that a call's page shows."""

    name: str
    call: Call
    cards: tuple[CardView, ...]
    rows: tuple[Row, ...]
    findings: tuple[Found, ...]
    """All evidence, by time; the open first looked at."""
    figures: Figures
    facts: tuple[tuple[str, str], ...]
    """Word key and value of what the call record knows."""


def call_view(name: str, call: Call, cards: tuple[Scorecard, ...]) -> CallView:
    """The view of one call."""
    findings: list[Found] = []
    views = tuple(_card(card, findings) for card in cards)
    return CallView(
        name=name,
        call=call,
        cards=views,
        rows=rows(call, findings),
        findings=tuple(sorted(findings, key=lambda found: (found.hit.start, found.hit.end))),
        figures=figures(call),
        facts=facts(call.about),
    )


def figures(call: Call) -> Figures:
    """Of the formulas in text/timing."""
    from pipeline.call import Speaker

    replies = timing.reply_latencies(call)
    silences, overlaps = timing.silences(call), timing.overlaps(call)
    return Figures(
        first_reply=timing.first_reply(call),
        mean_reply=fmean(reply.seconds for reply in replies) if replies else None,
        longest_reply=max((reply.seconds for reply in replies or ()), default=None),
        longest_silence=max((gap.seconds for gap in silences or ()), default=None),
        overlap=None if overlaps is None else sum(o.end - o.start for o in overlaps),
        agent_rate=rate.characters_per_minute(call, Speaker.AGENT),
        customer_rate=rate.characters_per_minute(call, Speaker.CUSTOMER),
        share=timing.talk_share(call),
    )


def facts(about: CallRecord) -> tuple[tuple[str, str], ...]:
    """What the call record says of the call, without what is empty."""
    listed = (
        ("report.fact-started", (about.started or "").replace("T", " ")),
        ("report.fact-agent", about.agent),
        ("report.fact-team", about.team),
        ("report.fact-queue", about.queue),
        ("report.fact-customer", about.customer_number),
        ("report.fact-business", about.business_type),
    )
    return tuple((key, str(value)) for key, value in listed if value)


def tone(card: Scorecard) -> str:
    """Of the whole card: fatal or failing, open, well; none where nothing applied."""
    if not is_judged(card):
        return "none"
    verdicts = {item.verdict for item in card.items if needs_eyes(item)}
    if card.fatal or Verdict.FAIL in verdicts:
        return "fail"
    return "unsure" if verdicts else "pass"


def _card(card: Scorecard, findings: list[Found]) -> CardView:
    lines = []
    for item in card.items:
        shade = TONES[item.verdict]
        evidence = tuple(
            Found(len(findings) + i, hit, item.id, shade) for i, hit in enumerate(item.evidence)
        )
        findings += evidence
        lines.append(Line(item, GLYPHS[item.verdict], shade, evidence))
    raised = [line for line in lines if needs_eyes(line.item)]
    return CardView(
        card=card,
        marks=marks(card),
        parts=section_marks(card),
        stake=stake(card),
        open=tuple(sorted(raised, key=lambda line: OPEN.index(line.item.verdict))),
        people=tuple(line for line in lines if people_judge(line.item)),
        passed=tuple(line for line in lines if line.item.verdict == Verdict.PASS),
        not_applicable=tuple(line for line in lines if line.item.verdict == Verdict.NOT_APPLICABLE),
        sections={section.id: section.title for section in card.sections},
        tone=tone(card),
        judged=is_judged(card),
    )
