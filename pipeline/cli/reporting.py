"""zhiyin report."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin, show
from pipeline.workflow.reporting import Month, Tally, demerits

COLUMNS = ("agent", "team", "calls", "points", "at-stake", "items")
FIGURES = ("calls", "points", "at-stake")


def report_month(
    month: str | None, home: Path | None, flags: Mapping[str, object], as_json: bool
) -> int:
    """A line per agent, the most points first; those at the limit or over it are marked."""
    session = begin(home, flags)
    found = demerits(month or date.today().isoformat()[:7], session.home, session.settings)
    if as_json:
        print(json.dumps({"schema": 1, **asdict(found)}, ensure_ascii=False, indent=2))
        return Exit.WELL
    if found.agents:
        show(_table(found, session), session.out)
    over = sum(tally.over for tally in found.agents)
    session.tell(
        session.word(
            "cli.report-sum",
            month=found.month,
            agents=len(found.agents),
            over=over,
            limit=found.limit,
        ),
        style="red" if over else "",
    )
    if not found.agents:
        session.tell(session.word("cli.report-none"))
    if found.test_calls:
        session.tell(session.word("cli.report-test-calls", count=found.test_calls))
    return Exit.WELL


def _table(found: Month, session: Session) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in COLUMNS:
        table.add_column(
            session.word(f"cli.report-{name}"),
            justify="right" if name in FIGURES else "left",
            overflow="fold",
        )
    for tally in found.agents:
        table.add_row(*_row(tally, session), style="bold red" if tally.over else "")
    return table


def _row(tally: Tally, session: Session) -> list[str | Text]:
    mark = "✗ " if tally.over else ""
    items = "；".join(f"{item.ask} {item.points:g}（{item.times}）" for item in tally.items)
    return [
        mark + (tally.agent or session.word("cli.report-nobody")),
        tally.team,
        str(tally.calls),
        f"{tally.points:g}",
        f"{tally.at_stake:g}" if tally.at_stake else "",
        Text(items),
    ]
