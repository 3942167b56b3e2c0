"""zhiyin retranscribe."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.cli.failing import known_or_refused, tell_back
from pipeline.cli.rescoring import day_of
from pipeline.cli.session import begin
from pipeline.refusal import Refusal
from pipeline.storage import Ledger


def hear_again(
    names: Sequence[str],
    since: str,
    home: Path | None,
    flags: Mapping[str, object],
    as_json: bool,
) -> int:
    """What is done waits to be heard again; says how many."""
    if not names and not since:
        raise Refusal("night.names-needed", allowed="--since")
    day = day_of(since)
    session = begin(home, flags)
    known_or_refused(names, session)
    with Ledger(session.home, session.settings.storage) as ledger:
        count = ledger.retranscribe(names or None, day)
    return tell_back(count, "night.hears-again", session, as_json)
