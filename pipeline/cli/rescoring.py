"""zhiyin rescore."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.cli.diff_view import diff_view
from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin, show
from pipeline.refusal import Refusal
from pipeline.report.diff_json import diff_document, tally_document
from pipeline.report.diff_page import write_diff_page
from pipeline.storage import Placed
from pipeline.workflow.comparing import compare
from pipeline.workflow.rescoring import Again, Rescored, rescore


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed."""

    names: Sequence[str]
    since: str
    home: Path | None
    flags: Mapping[str, object]
    diff: bool
    as_json: bool
    html: Path | None = None


def rescore_calls(wish: Wish) -> int:
    """New drafts of stored calls; with --diff, what the working copy would change in them."""
    session = begin(wish.home, wish.flags)
    again = asked(session, wish.since, wish.names)
    if wish.html and not wish.diff:
        raise Refusal("rules.html-of-diff")
    if wish.diff:
        return _compare(again, session, wish)
    began = time.monotonic()
    with counting(session) as tell:
        rescored = rescore(again, tell)
    if wish.as_json:
        print(json.dumps(tally_document(rescored), ensure_ascii=False, indent=2))
    else:
        _tell(rescored, session, time.monotonic() - began)
    return Exit.SOME_FAILED if rescored.tally.crashed else Exit.WELL


def asked(session: Session, since: str, names: Sequence[str] = ()) -> Again:
    """Which stored calls are judged again, and how; all of them without a day or names."""
    return Again(
        home=session.home,
        settings=session.settings.scoring,
        storage=session.settings.storage,
        names=names,
        since=day_of(since),
        processes=session.settings.rescoring.processes,
    )


def day_of(text: str) -> str:
    """YYYY-MM-DD, as the store writes days; Refusal where it is none."""
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        allowed = date.today().isoformat()
        raise Refusal("workflow.not-a-day", found=text, allowed=allowed) from None


@contextmanager
def counting(session: Session) -> Iterator[Callable[[int], None]]:
    """A moving line on a terminal that counts the calls checked; told how many they are."""
    if not session.talk.is_terminal:
        yield lambda _: None
        return
    with session.talk.status(session.word("rules.checking", count=0)) as status:
        yield lambda count: status.update(session.word("rules.checking", count=count))


def _compare(again: Again, session: Session, wish: Wish) -> int:
    with counting(session) as tell:
        compared = compare(again, tell=tell)
    if wish.as_json:
        document = diff_document(compared)
        print(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        show(diff_view(compared, session.language), session.out)
    if wish.html:
        place = write_diff_page(compared, wish.html, session.language)
        session.tell(session.word("rules.page-written", place=str(place)))
    verdicts = compared.verdicts
    return Exit.SOME_FAILED if verdicts and verdicts.crashed else Exit.WELL


def _tell(rescored: Rescored, session: Session, seconds: float) -> None:
    """A line for each thing to be known."""
    tally = rescored.tally
    key = "rules.by-working-copy" if rescored.version is None else "rules.by-version"
    print(session.word(key, version=rescored.version or 0))
    print(
        session.word(
            "rules.rescored",
            calls=tally.calls,
            new=tally.placed[Placed.NEW],
            unchanged=tally.placed[Placed.UNCHANGED],
            beside=tally.placed[Placed.BESIDE],
            same=tally.placed[Placed.SAME],
            seconds=seconds,
        )
    )
    if tally.hold or tally.asked_again:
        print(session.word("rules.decisions", hold=tally.hold, again=tally.asked_again))
    for (before, now), count in sorted(tally.moved.items()):
        print(session.word("rules.moved", count=count, before=before, now=now))
    if tally.untended:
        said = {"count": tally.untended, "kept": tally.abandoned}
        print(session.word("rules.untended", **said, names="、".join(_short(tally.names))))
    if tally.crashed:
        session.tell(session.word("cli.sum-crashed", count=tally.crashed), style="bold magenta")


def _short(names: Sequence[str]) -> list[str]:
    return [name.replace("\\", "/").rpartition("/")[2] for name in names]
