"""zhiyin failures and zhiyin retry."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.text import Text

from pipeline.call import Reason
from pipeline.cli.ending import Exit
from pipeline.cli.night_view import moment_of
from pipeline.cli.session import Session, begin
from pipeline.refusal import Refusal
from pipeline.storage import Failure, Ledger, Outcome, Store
from pipeline.text.names import shown
from pipeline.wording import say

ADVICE = {
    "audio.not-found": "bring-back",
    "night.not-there": "bring-back",
    "night.folder-gone": "bring-back",
    "audio.no-permission": "permit",
    "night.forbidden": "permit",
    "file.no-permission": "permit",
    "audio.unsupported-raw": "raw",
    "audio.unsupported": "convert",
    "audio.too-long": "longer",
    "audio.too-slow": "slower",
    "audio.too-much-memory": "memory",
    "audio.no-space": "space",
    "audio.": "export-again",
    "night.worker": "try-alone",
    "speech.broke": "report",
}
"""What to do, by the beginning of the reason's key; the first that fits."""


def list_failures(home: Path | None, flags: Mapping[str, object], as_json: bool) -> int:
    """Every reason with what to do about it, and below it the recordings that failed so."""
    session = begin(home, flags)
    with Ledger(session.home, session.settings.storage) as ledger:
        failures = ledger.failures()
    if as_json:
        listed = [_document(failure, session.language) for failure in failures]
        print(json.dumps({"schema": 1, "failures": listed}, ensure_ascii=False, indent=2))
        return Exit.WELL
    for line in _view(failures, session):
        session.out.print(line, soft_wrap=True)
    key = "night.failures-sum" if failures else "night.no-failures"
    session.tell(session.word(key, count=len(failures)))
    return Exit.WELL


def retry_failures(
    names: Sequence[str],
    everything: bool,
    home: Path | None,
    flags: Mapping[str, object],
    as_json: bool,
) -> int:
    """What failed waits again; says how many."""
    if bool(names) == everything:
        raise Refusal("night.names-needed", allowed="--all")
    session = begin(home, flags)
    known_or_refused(names, session)
    with Ledger(session.home, session.settings.storage) as ledger:
        count = ledger.retry(None if everything else names)
    return tell_back(count, "night.retried", session, as_json)


def known_or_refused(names: Sequence[str], session: Session) -> None:
    """Refusal where a name means no recording: a slip of the pen must not look like success."""
    with Store(session.home, session.settings.storage) as store:
        for name in names:
            if not store.numbers_of(name):
                raise Refusal("night.not-found", found=name)


def tell_back(count: int, key: str, session: Session, as_json: bool) -> int:
    """How many recordings wait again."""
    if as_json:
        print(json.dumps({"schema": 1, "waiting": count}))
    else:
        print(session.word(key, count=count))
    return Exit.WELL if count else Exit.NOTHING_DONE


def advice_for(reason: Reason | None) -> str:
    """The key of what to do about it."""
    key = reason.key if reason else ""
    fits = (advice for start, advice in ADVICE.items() if key.startswith(start))
    return f"night.do-{next(fits, 'retry')}"


def _view(failures: Sequence[Failure], session: Session) -> Iterator[Text]:
    """The reasons, the most frequent first, each with what to do and its recordings below it."""
    groups: dict[tuple[str, str], list[Failure]] = {}
    for failure in failures:
        reason = say(failure.reason, session.language) if failure.reason else ""
        groups.setdefault((reason, advice_for(failure.reason)), []).append(failure)
    for (reason, advice), group in sorted(groups.items(), key=lambda one: -len(one[1])):
        yield Text(f"✗ {reason}", style="red")
        yield Text(f"  → {session.word(advice)}")
        for failure in group:
            tried = session.word("night.tried", count=failure.attempts)
            yield Text(f"    {shown(failure.name)}  {tried}{_stands(failure, session)}")


def _stands(failure: Failure, session: Session) -> str:
    """That the result of before counts, where there is one."""
    return f"  {session.word('night.stands')}" if failure.outcome is Outcome.KEPT else ""


def _document(failure: Failure, language: str) -> dict[str, object]:
    reason = failure.reason
    return {
        "id": failure.id,
        "recording": failure.name,
        "sources": list(failure.sources),
        "outcome": failure.outcome.value,
        "reason": reason and {"key": reason.key, "text": say(reason, language)},
        "attempts": failure.attempts,
        "at": moment_of(failure.changed),
    }
