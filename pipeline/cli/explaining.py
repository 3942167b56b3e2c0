"""zhiyin explain."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipeline.call import Interval
from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin, show
from pipeline.cli.table import STYLES, moment, score_text
from pipeline.report.view import GLYPHS
from pipeline.scoring.condition import Look
from pipeline.wording import clock, say
from pipeline.workflow.explaining import Explained
from pipeline.workflow.explaining import explain_item as explain_stored

Row = tuple[str, str]


def explain_item(recording: str, item: str, home: Path | None, flags: Mapping[str, object]) -> int:
    """The verdict, its reason and evidence, and what was looked for where."""
    session = begin(home, flags)
    explained = explain_stored(recording, item, session.home, session.settings)
    glyph, style = GLYPHS[explained.item.verdict], STYLES[explained.item.verdict]
    verdict = session.word(f"cli.verdict-{explained.item.verdict.value}")
    title = Text(f"{glyph} {explained.item.ask} — {verdict}", style=style)
    if explained.item.points_lost:
        title.append(f"  −{explained.item.points_lost:g}")
    show(title, session.out)
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for name, said in _rows(explained, session):
        grid.add_row(name, said)
    show(grid, session.out)
    if explained.explanation is None:
        short = explained.card.ruleset[:12]
        session.tell(session.word("cli.explain-changed", ruleset=short), style="yellow")
    return Exit.WELL


def _rows(explained: Explained, session: Session) -> Iterator[Row]:
    item, card, language = explained.item, explained.card, session.language
    yield session.word("cli.column-call"), explained.recording
    yield session.word("cli.column-score"), score_text(card, language)
    rules = f"{card.title} {card.version} ({card.template}, {card.ruleset[:12]})"
    yield session.word("cli.explain-ruleset"), rules
    yield session.word("cli.explain-reason"), say(item.reason, language)
    for hit in item.evidence:
        found = f"{moment(hit, language)}  [{hit.what} · {hit.kind.value} · {hit.confidence:.2f}]"
        yield session.word("cli.explain-evidence"), found
    if item.nearest:
        near = item.nearest
        said = f"{clock(near.start)} “{near.quote}” ≈ “{near.phrase}” ({near.score:.2f})"
        yield session.word("cli.explain-nearest"), said
    for remark in item.remarks:
        yield session.word("cli.explain-remarks"), say(remark, language)
    if explained.explanation is not None:
        for look in explained.explanation.looks:
            yield from _look(look, explained.call.duration, session)
        if (trust := explained.explanation.lowest_trust) is not None:
            yield session.word("cli.explain-trust"), f"{trust:.2f}"


def _look(look: Look, seconds: float, session: Session) -> Iterator[Row]:
    shown = ", ".join(f"{name}: {value}" for name, value in look.find.shown.items())
    who = "、".join(session.word(f"cli.speaker-{s.value}") for s in look.find.scope.speakers)
    asked = f"{look.find.detector} {shown}" + (f" · {who}" if who else "")
    yield session.word("cli.explain-looked"), asked
    windows = _spans(_inside(look.windows, seconds)) or session.word("cli.no-window")
    yield session.word("cli.explain-windows"), windows
    found = [*look.certain, *look.doubtful]
    for hit in found:
        yield "", moment(hit, session.language)
    if not found:
        yield "", session.word("cli.explain-nothing")
    for hit in look.excused:
        yield session.word("cli.explain-excused"), moment(hit, session.language)
    if look.unheard:
        yield session.word("cli.explain-unheard"), _spans(_inside(look.unheard, seconds))


def _inside(spans: Iterable[Interval], seconds: float) -> Iterator[Interval]:
    """A window without an end goes to the end of the call."""
    return (Interval(max(0.0, span.start), min(span.end, seconds)) for span in spans)


def _spans(spans: Iterable[Interval]) -> str:
    return "、".join(f"{clock(span.start)}–{clock(span.end)}" for span in spans)
