"""zhiyin status."""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pipeline.cli.ending import Exit
from pipeline.cli.night_view import lasted, moment_of, standing_table
from pipeline.cli.session import Session, begin, show
from pipeline.night.summary import plain_counts, read_summary
from pipeline.storage import Ledger, Night, State, Sums, is_gone

NIGHTS = 10


def tell_status(home: Path | None, flags: Mapping[str, object], as_json: bool) -> int:
    """Whether a run is alive, the last runs, and how all recordings stand."""
    session = begin(home, flags)
    with Ledger(session.home, session.settings.storage) as ledger:
        nights, sums = ledger.nights(NIGHTS), ledger.sums()
    alive = next((night for night in nights if _lives(night, session)), None)
    if as_json:
        print(json.dumps(_document(nights, sums, alive), ensure_ascii=False, indent=2))
        return Exit.WELL
    print(_now(alive, session))
    if nights:
        show(_table(nights, alive, session), session.out)
    show(standing_table(plain_counts(sums), session.language), session.out)
    if sums.wrong:
        session.tell(session.word("night.see-failures", count=sums.wrong))
    return Exit.WELL


def _lives(night: Night, session: Session) -> bool:
    """Its process is there, as far as can be told, and its heart beat not long ago."""
    silent = time.time() - night.heartbeat / 1000
    limit = session.settings.night.lease_seconds
    return night.ended is None and silent < limit and not is_gone(night.holder)


def _now(alive: Night | None, session: Session) -> str:
    if alive is None:
        return session.word("night.nobody-runs")
    return session.word(
        "night.somebody-runs",
        number=alive.id,
        by=f"{alive.holder.host}:{alive.holder.pid}",
        engine=alive.holder.engine,
        since=moment_of(alive.began),
    )


def _table(nights: Sequence[Night], alive: Night | None, session: Session) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    names = ("number", "began-at", "lasted", "state-done", "state-failed", "state-skipped", "audio")
    for name in (*names, "times"):
        left = name in ("began-at", "lasted")
        table.add_column(session.word(f"night.{name}"), justify="left" if left else "right")
    for night in nights:
        table.add_row(*_row(night, alive, session))
    return table


def _row(night: Night, alive: Night | None, session: Session) -> list[str | Text]:
    head: list[str | Text] = [str(night.id), moment_of(night.began)]
    if night.ended is None or night.summary is None:
        key = "night.running-now" if alive and night.id == alive.id else "night.cut-off"
        return [*head, Text(session.word(key), style="yellow")]
    summary = read_summary(night.summary)
    said = lasted(night.began, night.ended)
    if summary.stopped:
        said += " " + session.word("night.stopped")
    counts = [str(summary.count(s)) for s in (State.DONE, State.FAILED, State.SKIPPED)]
    audio = session.word("night.hours", hours=summary.speed.audio_seconds / 3600)
    return [*head, said, *counts, audio, f"{summary.speed.times_real_time:.1f}"]


def _document(nights: Sequence[Night], sums: Sums, alive: Night | None) -> dict[str, object]:
    return {
        "schema": 1,
        "running": _head(alive) if alive else None,
        "recordings": sums.total,
        "states": plain_counts(sums),
        "reasons": sums.reasons,
        "nights": [
            {**_head(night), "ended": night.ended, "summary": night.summary} for night in nights
        ],
    }


def _head(night: Night) -> dict[str, object]:
    holder = night.holder
    names = {"host": holder.host, "pid": holder.pid, "engine": holder.engine}
    return {"night": night.id, **names, "began": night.began, "heartbeat": night.heartbeat}
