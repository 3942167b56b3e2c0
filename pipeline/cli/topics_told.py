"""zhiyin topics, and what a run says of the topics that it found."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pipeline.call import Reason
from pipeline.cli.asker import asker
from pipeline.cli.ending import Exit
from pipeline.cli.figures_said import change_said, plain_change, plain_share, share_said
from pipeline.cli.session import Session, begin, show
from pipeline.insight.comparing import Difference
from pipeline.insight.topics import FEWEST_CALLS
from pipeline.storage import Act, Audit
from pipeline.storage.gists import Gists
from pipeline.storage.topics import Topics
from pipeline.wording import say
from pipeline.workflow.gathering import Gathered, calls_there, gather
from pipeline.workflow.topics import Row, Told, stored

MOST_WORDS = 20


def tell_topics(
    only_stored: bool, as_json: bool, home: Path | None, flags: Mapping[str, object]
) -> int:
    """Find topics and show them, or show those found last. 1 where there are none."""
    session = begin(home, flags)
    if not only_stored:
        found = gather(session.home, session.settings, date.today(), _progress(session))
        _note(session, found)
        session.tell(_said(session, found))
    storage = session.settings.storage
    with Topics(session.home, storage) as topics, Gists(session.home, storage) as gists:
        told = stored(topics, gists)
        there = calls_there(gists, date.today())
    if as_json:
        print(json.dumps(_document(told) if told else None, ensure_ascii=False, indent=2))
    elif told and told.rows:
        _show(told, session)
    else:
        session.tell(session.word("topics.none-yet", calls=there, fewest=FEWEST_CALLS))
    return Exit.WELL if told and told.rows else Exit.NOTHING_DONE


def say_after_run(session: Session, found: Gathered | Reason | None) -> None:
    """What a run tells of it: words on a terminal, a line of JSON elsewhere."""
    if found is None:
        return
    if isinstance(found, Gathered):
        _note(session, found)
    if session.talk.is_terminal:
        session.tell(_said(session, found))
        return
    at = datetime.now().astimezone().isoformat(timespec="seconds")
    told = {"reason": found.key} if isinstance(found, Reason) else _numbers(found)
    line = {"at": at, "event": "topics", **told}
    session.talk.file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _said(session: Session, found: Gathered | Reason) -> str:
    if isinstance(found, Reason):
        return session.word("topics.not-found", reason=say(found, session.language))
    return session.word("topics.found" if found.kept else "topics.overtaken", **_numbers(found))


def _numbers(found: Gathered) -> dict[str, int]:
    return {"calls": found.calls, "cut": found.cut, "topics": found.topics, "new": found.new}


def _note(session: Session, found: Gathered) -> None:
    if found.kept:
        act = Act(asker(), "topics-found", "", dict(_numbers(found)))
        Audit(session.home, session.settings.storage).note(act)


def _progress(session: Session) -> Any:
    def tell(done: int, of: int) -> None:
        if session.talk.is_terminal and done % 1000 == 0:
            session.tell(session.word("topics.cutting", done=done, of=of), style="dim")

    return tell


def _show(told: Told, session: Session) -> None:
    news = told.news
    print(
        session.word(
            "topics.of-calls",
            since=news.window.since,
            until=news.window.until,
            calls=sum(news.calls),
            whole=news.whole,
            now=news.calls[-1],
            before=sum(news.calls[:-1]),
        )
    )
    show(_topics(told.rows, session), session.out)
    _section(session, "rose")
    if told.rose or news.words:
        show(_rose(told, session), session.out)
    else:
        print(session.word("topics.nothing-rose"))
    _section(session, "gaps")
    if told.gaps:
        show(_gaps(told, session), session.out)
    else:
        print(session.word("topics.no-gaps"))
    if not news.customers:
        print(session.word("topics.no-customers"))


def _section(session: Session, key: str) -> None:
    show(Text(session.word(f"topics.{key}"), style="bold"), session.out)


def _topics(rows: Sequence[Row], session: Session) -> Table:
    table = _table(session, "number", "topic", "words", "share", "change", "again")
    for row in rows:
        table.add_row(
            str(row.number),
            row.name,
            "、".join(row.words[3:]),
            share_said(row.calls),
            change_said(row.change),
            share_said(row.again) if row.again else "–",
        )
    return table


def _rose(told: Told, session: Session) -> Table:
    table = _table(session, "topic", "now", "weeks-before", "change")
    for row in told.rose:
        table.add_row(row.name, *_sides(row.change))
    for word in told.news.words[:MOST_WORDS]:
        table.add_row(f"“{word.what}”", *_sides(word.difference))
    return table


def _gaps(told: Told, session: Session) -> Table:
    table = _table(session, "topic", "unanswered", "question")
    for row, gap in told.gaps:
        name = row.name if row else session.word("topics.no-topic")
        table.add_row(name, share_said(gap.unanswered), "、".join(gap.words))
    return table


def _table(session: Session, *names: str) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in names:
        right = name == "number"
        table.add_column(
            session.word(f"topics.column-{name}"),
            justify="right" if right else "left",
            overflow="fold",
        )
    return table


def _sides(change: Difference) -> Iterator[str]:
    yield from (share_said(change.one), share_said(change.other), change_said(change))


def _document(told: Told) -> dict[str, Any]:
    news = told.news
    return {
        "since": news.window.since,
        "week": news.window.week,
        "until": news.window.until,
        "calls": sum(news.calls),
        "of": news.whole,
        "topics": [_row(row) for row in told.rows],
        "unplaced": told.unplaced,
        "rose": [row.number for row in told.rose],
        "words": [
            {"word": one.what, **_both(one.difference), "false": one.false} for one in news.words
        ],
        "gaps": [
            {
                "topic": row.number if row else None,
                **plain_share(gap.unanswered),
                "words": list(gap.words),
            }
            for row, gap in told.gaps
        ],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "number": row.number,
        "name": row.name,
        "words": list(row.words),
        "weeks": list(row.weeks),
        **plain_share(row.calls),
        **_both(row.change),
        "again": plain_share(row.again) if row.again else None,
    }


def _both(change: Difference) -> dict[str, Any]:
    sides = {"now": plain_share(change.one), "before": plain_share(change.other)}
    return {**sides, "change": plain_change(change)}
