"""zhiyin score and zhiyin import."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from rich.status import Status

from pipeline.cli.customers import know_customers
from pipeline.cli.demonstration import warn_of_demonstration
from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin, show
from pipeline.cli.table import call_view, crashed, sum_view
from pipeline.configuration import folder
from pipeline.refusal import Refusal
from pipeline.report.score_json import document
from pipeline.workflow.publishing import standing
from pipeline.workflow.scoring import Asked, Scored, score
from pipeline.written import is_written

SHOWN_FILES = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed."""

    files: Sequence[Path]
    home: Path | None
    flags: Mapping[str, object]
    swap: bool | None
    again: bool
    as_json: bool
    html: Path | None
    everything: bool
    transcripts: bool = False


def score_files(wish: Wish) -> int:
    """Score, print, keep; the exit code says how it went."""
    session = begin(wish.home, wish.flags)
    if wish.html and wish.html.exists() and not wish.html.is_dir():
        raise Refusal("cli.html-is-file", str(wish.html))
    know_customers(session)
    if not wish.transcripts:
        _warn_of_demonstration(session, wish.files)
    everything = wish.everything or (len(wish.files) == 1 and wish.files[0].is_file())
    results: list[Scored] = []
    try:
        for result in _with_status(wish, session):
            results.append(result)
            if not wish.as_json and result.call is not None:
                show(call_view(result, session.language, everything), session.out)
    except KeyboardInterrupt:
        session.tell(session.word("cli.interrupted"))
        return Exit.INTERRUPTED
    if wish.as_json:
        found = document(
            results, session.language, standing(session.home, session.settings.storage)
        )
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        show(sum_view(results, session.language), session.out)
    if wish.html:
        _write_pages(results, wish.html, session)
    _say_the_end(results, session)
    return _exit_code(results)


def _with_status(wish: Wish, session: Session) -> Iterator[Scored]:
    """The results, with a line on the terminal that says what is being listened to."""
    asked = Asked(
        paths=wish.files,
        home=session.home,
        settings=session.settings,
        again=wish.again,
        swap=wish.swap,
        transcripts=wish.transcripts,
    )
    with _status(session):
        yield from score(asked)


def _status(session: Session) -> AbstractContextManager[Status | None]:
    if not session.talk.is_terminal:
        return nullcontext()
    return session.talk.status(session.word("cli.listening"))


def _warn_of_demonstration(session: Session, files: Sequence[Path]) -> None:
    samples = folder("sample_audio")
    inside = (found for path in files for found in (path.iterdir() if path.is_dir() else [path]))
    heard = (path for path in inside if not is_written(path))
    own = any(not path.resolve().is_relative_to(samples) for path in heard)
    if own:
        warn_of_demonstration(session)


def _write_pages(results: Sequence[Scored], target: Path, session: Session) -> None:
    from pipeline.report.pages import write_pages

    index = write_pages(results, target, session.settings)
    session.tell(session.word("cli.pages", place=str(index)))


def _say_the_end(results: Sequence[Scored], session: Session) -> None:
    if broken := crashed(results):
        session.tell(session.word("cli.sum-crashed", count=broken), style="bold magenta")
    if not results:
        session.tell(session.word("cli.nothing-found"), style="yellow")
    if any(result.call is not None for result in results):
        session.tell(_rules_used(session))
        session.tell(session.word("cli.kept", place=str(session.home)))


def _rules_used(session: Session) -> str:
    """Whether what is published, or what is being worked on."""
    used = standing(session.home, session.settings.storage)
    if not used.changed:
        key = "rules.standing-published" if used.version else "rules.standing-bundled"
        return session.word(key, version=used.version)
    key = "rules.standing-changed" if used.version else "rules.standing-own"
    names = "、".join(used.changed[:SHOWN_FILES]) + ("…" if len(used.changed) > SHOWN_FILES else "")
    return session.word(key, version=used.version, count=len(used.changed), files=names)


def _exit_code(results: Sequence[Scored]) -> Exit:
    done = [result for result in results if result.call is not None]
    if not done:
        return Exit.NOTHING_DONE
    whole = len(done) == len(results) and not crashed(results)
    return Exit.WELL if whole else Exit.SOME_FAILED
