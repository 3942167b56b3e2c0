"""zhiyin export."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.cli.asker import asker
from pipeline.cli.ending import Exit
from pipeline.cli.session import begin
from pipeline.refusal import Refusal
from pipeline.report.exporting import write_csv, write_workbook
from pipeline.storage import Audit, Ledger
from pipeline.storage.exports import Exports
from pipeline.storage.figures import Figures
from pipeline.workflow.exporting import Held, Wish, export


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was typed: where to, and of what."""

    xlsx: Path | None
    csv: Path | None
    night: bool
    month: str
    since: str
    until: str
    team: str

    def wish(self) -> Wish:
        """The same, looked over. Refusal of a day that is none, and of two ways at once."""
        return Wish(
            night=self.night,
            month=self.month,
            since=_day(self.since),
            until=_day(self.until),
            team=self.team,
        )


def export_tables(asked: Asked, home: Path | None, flags: Mapping[str, object]) -> int:
    """Where the tables are, on standard output; how many cards are in them as talk."""
    session = begin(home, flags)
    wish = asked.wish()
    if asked.xlsx is None and asked.csv is None:
        raise Refusal("export.no-target")
    storage, review = session.settings.storage, session.settings.review
    with (
        Exports(session.home, storage) as exports,
        Figures(session.home, storage) as figures,
        Ledger(session.home, storage) as ledger,
    ):
        held = Held(exports, figures, ledger, Audit(session.home, storage))
        for target, write in ((asked.xlsx, write_workbook), (asked.csv, write_csv)):
            if target is not None:
                made = export(held, wish, review, asker())
                write(made, target, session.language)
                print(target)
                session.tell(session.word("export.done", path=str(target), count=made.count))
    return Exit.WELL


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal("export.not-a-day", found=text, allowed="2026-01-31") from None
