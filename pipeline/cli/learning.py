"""zhiyin learn."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from pipeline.cli.asker import asker
from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin, show
from pipeline.insight.learning import Learned
from pipeline.report.measure_page import percent, span
from pipeline.scoring.agreement import Share
from pipeline.storage.lesson_records import Lesson, Taught
from pipeline.storage.lessons import Lessons
from pipeline.storage.plain import plain
from pipeline.workflow.flag_settling import Settled
from pipeline.workflow.foretelling import learned_of
from pipeline.workflow.learning import Applied, Learning
from pipeline.workflow.learning import learn as learn_all
from pipeline.workflow.rules import read_working_copy


def learn_of_decisions(home: Path | None, flags: Mapping[str, object], as_json: bool) -> int:
    """Learn, keep it, apply it, and say what came of each item; 1 without any decision."""
    session = begin(home, flags)
    with _counting(session) as tell:
        done = learn_all(session.home, session.settings, asker(), tell)
    if as_json:
        print(json.dumps(_document(done), ensure_ascii=False, indent=2))
    elif done.lesson is not None:
        show(_table(done.lesson, session), session.out)
    for line in _said(done, session):
        session.tell(line)
    return Exit.NOTHING_DONE if done.lesson is None else Exit.WELL


def list_lessons(home: Path | None, flags: Mapping[str, object], as_json: bool) -> int:
    """The last lessons, the newest first; 1 where there is none."""
    session = begin(home, flags)
    with Lessons(session.home, session.settings.storage) as lessons:
        found = lessons.history()
    if as_json:
        listed = [{**_of_lesson(one), "items": [_item(i) for i in one.taught]} for one in found]
        print(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        for one in found:
            print(session.word("learning.listed", **_of_lesson(one), **_counts(one)))
    return Exit.WELL if found else Exit.NOTHING_DONE


def tell_applied(applied: Applied, session: Session) -> None:
    """What became of drafts, where anything did."""
    for line in _applied(applied, session):
        session.tell(line)


@contextmanager
def _counting(session: Session) -> Iterator[Callable[[int], None]]:
    """A moving line on a terminal that counts the calls read."""
    if not session.talk.is_terminal:
        yield lambda _: None
        return
    with session.talk.status(session.word("learning.reading", count=0)) as status:
        yield lambda count: status.update(session.word("learning.reading", count=count))


def _said(done: Learning, session: Session) -> Iterator[str]:
    if done.lesson is None:
        yield session.word("learning.nothing")
        return
    key = "learning.fresh" if done.fresh else "learning.as-before"
    counts = {"version": done.lesson.version, "answers": done.answers, **_counts(done.lesson)}
    yield session.word(key, **counts)
    yield from _applied(done.applied, session)
    if done.proposals:
        yield session.word("learning.proposals-found", count=done.proposals)


def _applied(applied: Applied, session: Session) -> Iterator[str]:
    settled = applied.settled
    if applied.foretold:
        yield session.word("learning.ordered", count=applied.foretold)
    if settled.flags:
        counts = {"flags": settled.flags, "cards": settled.cards, "confirmed": settled.confirmed}
        yield session.word("learning.settled", **counts)
    for template, item in settled.fell:
        yield session.word("learning.fell", item=f"{template}/{item}")


def _table(lesson: Lesson, session: Session) -> Table:
    asks = {
        (one.template.name, item.id): item.ask
        for one in read_working_copy(session.home).rulesets
        for item in one.template.items
    }
    table = Table(box=None, pad_edge=False)
    for name in ("item", "decisions", "upheld", "state"):
        table.add_column(session.word(f"learning.column-{name}"), overflow="fold")
    for one in lesson.taught:
        share = Share(one.upheld, one.decisions)
        name = asks.get((one.template, one.item), one.item)
        shown = f"{percent(share)} ({span(share)})"
        table.add_row(name, str(one.decisions), shown, _state(one, session))
    return table


def _state(one: Taught, session: Session) -> str:
    found = learned_of(one)
    if found is None:
        key = "learning.too-few" if one.needed else "learning.one-kind"
        return session.word(key, count=one.decisions, needed=one.needed or 0)
    return session.word("learning.learned", **_figures(found))


def _figures(found: Learned) -> dict[str, float]:
    shown = found.measured
    return {
        "error": shown.error,
        "chance": shown.chance,
        "brier": shown.brier,
        "base": shown.base_brier,
        "decisions": shown.decisions,
    }


def _counts(lesson: Lesson) -> dict[str, int]:
    whole = sum(one.body is not None for one in lesson.taught)
    return {"learned": whole, "few": len(lesson.taught) - whole}


def _of_lesson(lesson: Lesson) -> dict[str, Any]:
    at = datetime.fromtimestamp(lesson.at / 1000).isoformat(" ", "minutes")
    return {"version": lesson.version, "at": at, "by": lesson.by}


def _document(done: Learning) -> dict[str, Any]:
    lesson, settled = done.lesson, done.applied.settled
    return {
        "version": lesson.version if lesson else 0,
        "fresh": done.fresh,
        "answers": done.answers,
        "items": [_item(one) for one in lesson.taught] if lesson else [],
        "proposals": done.proposals,
        "ordered": done.applied.foretold,
        "settled": _settled(settled),
    }


def _settled(settled: Settled) -> dict[str, Any]:
    return {
        "flags": settled.flags,
        "cards": settled.cards,
        "confirmed": settled.confirmed,
        "fell": [f"{template}/{item}" for template, item in settled.fell],
    }


def _item(one: Taught) -> dict[str, Any]:
    found = learned_of(one)
    known: dict[str, Any] = {"measured": None, "thresholds": []}
    if found is not None:
        known = {"measured": plain(found.measured), "thresholds": plain(found.thresholds)}
    return {
        "template": one.template,
        "item": one.item,
        "decisions": one.decisions,
        "upheld": one.upheld,
        "needed": one.needed,
        **known,
    }
