"""Scorecards on a terminal: a header per call, a line per item, its evidence, a sum at the end."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pipeline.call import Call
from pipeline.cli.prose import Prose
from pipeline.hit import Hit, Verdict
from pipeline.report.events import happened
from pipeline.report.view import GLYPHS, OPEN
from pipeline.scoring.risk import needs_eyes, people_judge, stake
from pipeline.scoring.scorecard import ItemResult, Scorecard
from pipeline.scoring.so_far import is_judged, marks, section_marks, share
from pipeline.text.phrase import readable
from pipeline.wording import clock, say, word

if TYPE_CHECKING:
    from pipeline.workflow.scoring import Scored

STYLES = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.UNSURE: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.CRASHED: "bold magenta",
}
SHOWN_EVIDENCE = 3
WORST = 3
QUOTE = 40
"""Characters of a quote; a table is no transcript."""


def call_view(result: "Scored", language: str, everything: bool) -> RenderableType:
    """One recording: its scorecards, or why there is none."""
    name = result.source.name
    if result.call is None:
        reason = say(result.refusal.reason, language) if result.refusal else ""
        said = word("cli.failed", language, name=name, reason=reason)
        return Text(said, style="red", overflow="fold")
    parts: list[RenderableType] = [_header(name, result, language)]
    parts += [_remark(say(remark, language)) for remark in result.call.remarks]
    if not result.cards:
        parts.append(_remark(word("cli.no-card", language)))
    parts += [_items(card, result.call, language, everything) for card in result.cards]
    return Group(*parts)


def sum_view(results: "Sequence[Scored]", language: str) -> RenderableType:
    """All recordings, a line each, and the sum."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(word("cli.column-call", language), overflow="fold")
    table.add_column(word("cli.column-length", language), justify="right")
    table.add_column(word("cli.column-score", language), justify="right")
    table.add_column(word("cli.column-failed", language), justify="right")
    table.add_column(word("cli.column-unsure", language), justify="right")
    table.add_column(word("cli.column-people", language), justify="right")
    table.add_column(word("cli.column-worst", language), overflow="fold")
    done = [(r, r.call) for r in results if r.call is not None]
    for result, call in done:
        for card in result.cards:
            table.add_row(*_sum_row(result.source.name, call, card, language))
    said = word(
        "cli.sum", language, total=len(results), done=len(done), failed=len(results) - len(done)
    )
    cards = [card for result, _ in done for card in result.cards]
    average = share(cards)
    if reused := sum(result.reused for result in results):
        said += " · " + word("cli.reused", language, count=reused)
    if average is not None:
        key = "cli.average-judged" if any(marks(card).waiting for card in cards) else "cli.average"
        said += " · " + word(key, language, percent=100 * average)
    failures = [call_view(r, language, False) for r in results if r.call is None]
    rows = [Padding(table, (1, 0))] if len(results) > 1 else []
    return Group(Rule(style="dim"), *rows, *failures, Text(said))


def score_text(card: Scorecard, language: str) -> str:
    """86 / 100, without what people have yet to answer; of demerits, how many."""
    if not is_judged(card):
        return word("report.not-judged", language)
    if card.max == 0:
        return word("cli.demerits", language, total=card.total)
    come = marks(card)
    said = word("cli.points", language, total=come.total, max=come.max)
    return said + _waiting(come.waiting, "cli.and-waiting", language)


def _waiting(points: float, key: str, language: str) -> str:
    return word(key, language, points=points) if points else ""


def moment(hit: Hit, language: str, call: Call | None = None) -> str:
    """1:05 坐席 “这个我不清楚”; without words 0:22 静音 12.3 秒."""
    who = word(f"cli.speaker-{hit.speaker.value}", language)
    if not hit.quote:
        return f"{clock(hit.start)} {happened(hit, language, call)}"
    quote = hit.quote if len(hit.quote) <= QUOTE else hit.quote[: QUOTE - 1] + "…"
    return f"{clock(hit.start)} {who} “{quote}”"


def _header(name: str, result: "Scored", language: str) -> RenderableType:
    call = result.call
    title = Text(name, style="bold")
    title.append(f"  {clock(call.duration if call else 0)}", style="dim")
    for card in result.cards:
        title.append(
            "  " + word("cli.template-line", language, title=card.title, version=card.version),
            style="dim",
        )
        title.append("  " + score_text(card, language), style="bold red" if card.fatal else "bold")
        if card.fatal:
            asks = "、".join(item.ask for item in card.items if item.id in card.fatal)
            title.append("  " + word("cli.fatal", language, items=asks), style="bold red")
        if points := stake(card):
            title.append("  " + word("cli.at-stake", language, points=points), style="yellow")
    return Group(Rule(style="dim"), title)


def _remark(text: str) -> RenderableType:
    return Padding(Text(f"! {text}", style="yellow"), (0, 0, 0, 2))


def _items(card: Scorecard, call: Call, language: str, everything: bool) -> RenderableType:
    """Section by section what needs eyes, then how many items do not; or everything."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column(width=1)
    table.add_column(min_width=16, ratio=3, overflow="fold")
    table.add_column(justify="right", min_width=4)
    table.add_column(ratio=7, overflow="fold")
    sections, come = {section.id: section for section in card.sections}, section_marks(card)
    for name, items in groupby(card.items, key=lambda item: item.section):
        if name in sections:
            part = come[name]
            points = f"{part.total:g}/{part.max:g}" if sections[name].max else f"{part.total:g}"
            waits = Text(_waiting(part.waiting, "cli.waiting", language), style="dim")
            title = Text(sections[name].title, style="bold")
            table.add_row("", title, Text(points, style="dim"), waits)
        for item in items:
            if everything or needs_eyes(item):
                table.add_row(*_item(item, call, language, everything))
    parts = [table] if everything else [table, _counted(card, language)]
    return Padding(Group(*parts), (0, 0, 1, 2))


def _counted(card: Scorecard, language: str) -> Text:
    """✓ 19 passed  – 3 not applicable  ? 8 for people to judge."""
    counts = (
        ("✓", "cli.passed", sum(item.verdict == Verdict.PASS for item in card.items)),
        ("–", "cli.not-applicable", sum(i.verdict == Verdict.NOT_APPLICABLE for i in card.items)),
        ("?", "cli.people", sum(people_judge(item) for item in card.items)),
    )
    said = [f"{glyph} {word(key, language, count=n)}" for glyph, key, n in counts if n]
    return Text("   ".join(said), style="dim")


def _item(
    item: ItemResult, call: Call, language: str, everything: bool
) -> tuple[RenderableType, ...]:
    glyph, style = GLYPHS[item.verdict], STYLES[item.verdict]
    points = ""
    if item.verdict == Verdict.FAIL:
        points = f"−{item.points_lost:g}"
    elif item.at_stake:
        points = f"(−{item.at_stake:g})"
    faint = "dim" if item.verdict == Verdict.NOT_APPLICABLE else ""
    lines = Prose.of(_said(item, call, language, everything))
    return Text(glyph, style=style), Text(item.ask, style=faint), Text(points, style=style), lines


def _said(item: ItemResult, call: Call, language: str, everything: bool) -> Iterator[Text]:
    """The reason where something is open, and the evidence; of what passed, the first."""
    is_open = item.verdict in OPEN
    if item.verdict != Verdict.PASS:
        yield Text(say(item.reason, language), style="" if is_open else "dim")
    many = len(item.evidence) if everything else SHOWN_EVIDENCE if is_open else 1
    for hit in item.evidence[:many]:
        yield Text(moment(hit, language, call), style="" if is_open else "dim")
    if is_open and len(item.evidence) > many:
        yield Text(word("cli.more-evidence", language, count=len(item.evidence) - many))
    if is_open and item.nearest:
        near = item.nearest
        values = {"quote": near.quote[:QUOTE], "phrase": readable(near.phrase)}
        yield Text(word("cli.nearest", language, at=near.start, **values), style="dim")
    for remark in item.remarks:
        yield Text(say(remark, language), style="dim")


def _sum_row(name: str, call: Call, card: Scorecard, language: str) -> tuple[str, ...]:
    failed = sorted(
        (item for item in card.items if item.verdict == Verdict.FAIL),
        key=lambda item: -item.points_lost,
    )
    unsure = sum(needs_eyes(item) and item.verdict != Verdict.FAIL for item in card.items)
    come = marks(card)
    people = str(sum(people_judge(item) for item in card.items))
    people += _waiting(come.waiting, "cli.waiting-in-brackets", language)
    score = f"{come.total:g}/{come.max:g}" if card.max else f"{card.total:g}"
    score = score if is_judged(card) else "–"
    worst = "、".join(item.ask for item in failed[:WORST])
    return name, clock(call.duration), score, str(len(failed)), str(unsure), people, worst


def crashed(results: "Sequence[Scored]") -> int:
    """Items whose detector failed."""
    cards = [card for result in results for card in result.cards]
    return sum(item.verdict == Verdict.CRASHED for card in cards for item in card.items)
