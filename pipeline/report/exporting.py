"""An export laid out: sheets of a workbook, or files of CSV, with the same columns."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.report.cells import Cell, CsvTable
from pipeline.report.rendering import PRIVATE
from pipeline.report.workbook import Column, Workbook
from pipeline.scoring.average import Average
from pipeline.speech.call_record import masked_number
from pipeline.storage import Failure
from pipeline.storage.exports import Exported
from pipeline.storage.figure_lists import Raised
from pipeline.storage.figure_records import Scored
from pipeline.wording import say, word
from pipeline.workflow.exporting import Export

PERCENT = "0.0%"
WIDE = {"file": "wide", "ask": "wide", "reason": "wide", "failed-items": "wide", "name": "wide"}
MIDDLE = (
    "call",
    "started",
    "template",
    "confirmed",
    "released",
    "acknowledged",
    "since",
    "customer",
)
FORMS = {"share": PERCENT, "mean": PERCENT, "low": PERCENT, "high": PERCENT}
SHEETS = {
    "calls": (
        *("card", "call", "file", "day", "started", "agent", "team", "queue", "direction"),
        *("seconds", "customer", "template", "state", "total", "max", "waiting"),
        *("share", "fatal", "raised"),
        *("failed-items", "random", "by", "confirmed", "released", "acknowledged"),
    ),
    "items": (
        *("card", "call", "day", "agent", "team", "template", "item", "ask"),
        *("machine", "verdict", "lost"),
    ),
    "agents": (
        *("agent", "team", "n-random", "drawn", "mean-random", "low-random", "high-random"),
        *("n-all", "mean-all", "low-all", "high-all"),
    ),
    "failures": ("name", "file", "outcome", "reason", "attempts", "since"),
}


class Table(Protocol):
    """A table that rows are added to."""

    def add(self, row: Sequence[Cell]) -> None:
        """Write a row."""


class Tables(Protocol):
    """Where tables go."""

    def sheet(self, title: str, columns: Sequence[Column]) -> Table:
        """A further one."""


def write_workbook(export: Export, path: Path, language: str) -> None:
    """One file with a sheet per table, readable by its owner alone. Refusal where it cannot be
    written."""
    with _writable(path):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, PRIVATE))
        with Workbook(path, word("export.title", language)) as book:
            _write(export, book, language)


def write_csv(export: Export, folder: Path, language: str) -> None:
    """A file per table in a folder, readable by their owner alone. Refusal where they cannot be
    written."""
    with _writable(folder), ExitStack() as stack:
        folder.mkdir(parents=True, exist_ok=True)
        _write(export, _CsvFolder(folder, stack), language)


class _CsvFolder:
    """calls.csv, items.csv..., in whatever language their heads are."""

    def __init__(self, folder: Path, stack: ExitStack):
        self._folder, self._stack = folder, stack
        self._names = iter(SHEETS)

    def sheet(self, title: str, columns: Sequence[Column]) -> Table:
        way = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        descriptor = os.open(self._folder / f"{next(self._names)}.csv", way, PRIVATE)
        file = os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")
        self._stack.enter_context(file)
        return CsvTable(file, [column.head for column in columns])


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refusal("report.not-writable", str(path), found=error.strerror or "") from error


def _write(export: Export, tables: Tables, language: str) -> None:
    """One pass over the cards, whatever their number."""
    sheets = {name: _sheet(tables, name, language) for name in SHEETS}
    for card in export.cards:
        sheets["calls"].add(_call(card, language))
        for raised in card.items:
            sheets["items"].add(_item(card, raised, language))
    for scored in export.agents:
        sheets["agents"].add(_agent(scored))
    for failure in export.failures:
        sheets["failures"].add(_failure(failure, language))


def _sheet(tables: Tables, name: str, language: str) -> Table:
    columns = [
        Column(
            word(f"export.{key}", language),
            WIDE.get(key, "middle" if key in MIDDLE else "narrow"),
            FORMS.get(key.partition("-")[0], ""),
        )
        for key in SHEETS[name]
    ]
    return tables.sheet(word(f"export.sheet-{name}", language), columns)


def _call(card: Exported, language: str) -> list[Cell]:
    about = card.about
    failed = [raised.ask for raised in card.items if raised.verdict == Verdict.FAIL]
    return [
        *(card.card, about.id, card.file, card.day, (about.started or "").replace("T", " ")),
        *(about.agent, about.team, about.queue, _word("direction", about.direction, language)),
        *(card.seconds, masked_number(about.customer_number or ""), card.title),
        word(f"desk-review.state-{card.state.value}", language),
        *(card.total, card.max or None, card.waiting or None),
        card.total / card.max if card.max else None,
        _yes(card.fatal, language),
        card.raised,
        "；".join(failed),
        *(_yes(card.random, language), card.by),
        *(_moment(at) for at in (card.confirmed_at, card.released_at, card.acknowledged_at)),
    ]


def _item(card: Exported, raised: Raised, language: str) -> list[Cell]:
    about = card.about
    return [
        *(card.card, about.id, card.day, about.agent, about.team, card.title),
        *(raised.item, raised.ask),
        word(f"verdict.{raised.machine.value}", language),
        word(f"verdict.{raised.verdict.value}", language),
        raised.lost,
    ]


def _agent(scored: Scored) -> list[Cell]:
    random, every = _average(scored.random), _average(scored.all)
    head: list[Cell] = [scored.agent, scored.team, scored.random.n, scored.drawn]
    return [*head, *random, scored.all.n, *every]


def _average(average: Average) -> list[Cell]:
    return [average.mean, average.low, average.high]


def _failure(failure: Failure, language: str) -> list[Cell]:
    sources = ", ".join(source.replace("\\", "/").rpartition("/")[2] for source in failure.sources)
    return [
        *(
            failure.name,
            sources,
            word(f"night.outcome-{failure.outcome.value or 'none'}", language),
        ),
        say(failure.reason, language) if failure.reason else "",
        *(failure.attempts, _moment(failure.changed)),
    ]


def _word(kind: str, value: str | None, language: str) -> str:
    return word(f"export.{kind}-{value}", language) if value else ""


def _yes(value: bool, language: str) -> str:
    return word("export.yes", language) if value else ""


def _moment(at: int | None) -> str:
    """By this machine's clock."""
    return datetime.fromtimestamp(at / 1000).strftime("%Y-%m-%d %H:%M") if at else ""
