"""zhiyin measure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin, show
from pipeline.refusal import Refusal
from pipeline.report.measure_page import document, kind, percent, span, write_measure_page
from pipeline.scoring.agreement import Agreement, Share
from pipeline.scoring.misheard import ErrorRate
from pipeline.wording import say_refusal
from pipeline.workflow.measuring import Measured, keep_decisions
from pipeline.workflow.measuring import measure as measure_stored


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed. by: in whose name the verdicts are kept."""

    files: Sequence[Path]
    as_json: bool
    html: Path | None
    keep: bool
    by: str


def measure_files(wish: Wish, home: Path | None, flags: Mapping[str, object]) -> int:
    """The figures, the page if asked for, and the verdicts kept as decisions if asked for."""
    session = begin(home, flags)
    if wish.keep and not wish.by.strip():
        raise Refusal("measure.by-needed")
    measured = measure_stored(wish.files, session.home, session.settings.storage)
    if wish.as_json:
        print(json.dumps(document(measured, session.language), ensure_ascii=False, indent=2))
    else:
        show(_view(measured, session), session.out)
    if wish.html:
        place = write_measure_page(measured, wish.html, session.language)
        session.tell(session.word("measure.page", place=str(place)))
    if wish.keep:
        count = keep_decisions(measured, session.home, session.settings.storage, wish.by.strip())
        session.tell(session.word("measure.kept", count=count, by=wish.by.strip()))
    for refusal in measured.unknown:
        reason = say_refusal(refusal, session.language)
        session.tell(session.word("measure.left-out", reason=reason), style="yellow")
    return Exit.SOME_FAILED if measured.unknown else Exit.WELL


def _view(measured: Measured, session: Session) -> RenderableType:
    parts: list[RenderableType] = []
    if measured.words.rate is not None:
        parts.append(_words(measured, session))
    if measured.items:
        parts += [_items(measured, session), *_differing(measured, session)]
    parts.append(Text(session.word("measure.how"), style="dim"))
    return Group(*parts)


def _words(measured: Measured, session: Session) -> Table:
    table = _table(session, "measure.who", "measure.cer", "measure.interval")
    table.add_row(session.word("measure.all"), *_figure(measured.words))
    for who, rate in measured.by_speaker.items():
        table.add_row(session.word(f"cli.speaker-{who.value}"), *_figure(rate))
    if measured.speakers.whole:
        table.add_row(session.word("measure.speakers"), *_figure(measured.speakers))
    return table


def _items(measured: Measured, session: Session) -> Table:
    names = ("checked", "failures", "charged", "asked", "precision", "recall", "recall-asked")
    table = _table(session, "measure.item", *(f"measure.{name}" for name in names))
    table.add_row(session.word("measure.all-items"), *_row(measured.overall))
    for item in measured.items:
        table.add_row(item.ask, *_row(item.agreement))
    return table


def _row(found: Agreement) -> tuple[str, ...]:
    counts = (found.cases, found.failures, found.charged, found.asked)
    shares = (found.precision, found.recall, found.recall_with_asked)
    return (*map(str, counts), *(" ".join(_figure(share)).strip() for share in shares))


def _differing(measured: Measured, session: Session) -> Iterator[Text]:
    """What was charged wrongly, and what was missed."""
    for item in measured.items:
        for what in ("wrongly", "missed"):
            calls = [case.call for case in item.differing if kind(case) == what]
            if calls:
                said = f"{session.word(f'measure.{what}')} · {item.ask}: {'、'.join(calls)}"
                yield Text(said, style="red" if what == "wrongly" else "yellow")


def _figure(figure: Share | ErrorRate) -> tuple[str, str]:
    between = span(figure)
    return percent(figure), f"({between})" if between else ""


def _table(session: Session, *headings: str) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, heading in enumerate(headings):
        name = session.word(heading)
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    return table
