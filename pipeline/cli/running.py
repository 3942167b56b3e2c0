"""zhiyin run."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.cli.customers import know_customers
from pipeline.cli.demonstration import DEMONSTRATION, is_demonstration
from pipeline.cli.ending import Exit
from pipeline.cli.night_view import summary_view
from pipeline.cli.onlookers import onlooking
from pipeline.cli.rescoring import day_of
from pipeline.cli.session import Session, begin, show
from pipeline.cli.topics_told import say_after_run
from pipeline.configuration import folder
from pipeline.night.run import Asked, Ended, run_night
from pipeline.night.stopping import Stopping
from pipeline.night.summary import Summary
from pipeline.night.topics_process import find_topics
from pipeline.storage import State


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed."""

    home: Path | None
    flags: Mapping[str, object]
    since: str
    limit: int | None
    dry_run: bool
    watch: bool
    as_json: bool


def run_recordings(wish: Wish) -> int:
    """All that waits, or what it would be; the exit code says how it went."""
    session = begin(wish.home, wish.flags)
    asked = Asked(
        home=session.home,
        settings=session.settings,
        since=day_of(wish.since),
        limit=wish.limit,
        watch=wish.watch,
    )
    if wish.dry_run:
        from pipeline.cli.looking_ahead import look_ahead

        return look_ahead(asked, session, wish.as_json)
    know_customers(session)
    with Stopping() as stopping:
        while True:
            with onlooking(session, stopping) as onlooker:
                if _hears_people(session) and is_demonstration(session):
                    onlooker.warned(DEMONSTRATION)
                ended = run_night(asked, onlooker, stopping)
            _tell(ended, session, wish.as_json)
            if ended.summary.count(State.DONE) and not stopping():
                found = find_topics(session.home, session.settings, stopping)
                say_after_run(session, found)
            _apply_lesson(ended, session)  # which knows of topics
            if stopping() or not wish.watch:  # a watch has a run for every day
                return _exit_code(ended, wish.watch)


def _apply_lesson(ended: Ended, session: Session) -> None:
    """What was learned of decisions, for the drafts of the run: their order, what needs nobody."""
    if ended.summary.stopped:
        return  # the next run sees to it
    from pipeline.cli.learning import tell_applied
    from pipeline.workflow.learning import apply_lesson

    tell_applied(apply_lesson(session.home, session.settings), session)


def _hears_people(session: Session) -> bool:
    """Whether there is a source beside the samples."""
    samples = folder("sample_audio")
    sources = session.settings.night.sources
    return any(not Path(source).resolve().is_relative_to(samples) for source in sources)


def _tell(ended: Ended, session: Session, as_json: bool) -> None:
    summary = ended.summary
    if as_json:
        document = {"night": ended.night, **summary.as_json()}
        print(json.dumps(document, ensure_ascii=False, indent=2))
        return
    show(summary_view(summary, session.language), session.out)
    for key, values in _remarks(summary):
        print(session.word(key, **values))


def _remarks(summary: Summary) -> Iterator[tuple[str, dict[str, int]]]:
    """What is to be known beside the sums."""
    key = "rules.by-working-copy" if summary.rules is None else "rules.by-version"
    yield key, {"version": summary.rules or 0}
    if summary.wrong:
        yield "night.see-failures", {"count": summary.wrong}
    if summary.unread:
        yield "night.not-all-read", {"count": summary.unread}
    if summary.stopped:
        yield "night.was-stopped", {}


def _exit_code(ended: Ended, watched: bool) -> Exit:
    summary = ended.summary
    if summary.stopped and not watched:
        return Exit.INTERRUPTED
    if summary.wrong or summary.unread:
        return Exit.SOME_FAILED
    nothing = not summary.listed and not summary.ended
    return Exit.NOTHING_DONE if nothing else Exit.WELL
