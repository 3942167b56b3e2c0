"""What leaves the house as tables: cards with their figures, agents, failures; no words said."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.refusal import Refusal
from pipeline.settings import Reviewing
from pipeline.storage import Act, Audit, Failure, Ledger, Night
from pipeline.storage.exports import Exported, Exports
from pipeline.storage.figure_records import Scored, Stretch
from pipeline.storage.figures import Figures
from pipeline.workflow.figures import milliseconds
from pipeline.workflow.reporting import days_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be exported: of the last night, or of a month (YYYY-MM), or of the days from
    since to until (both in it; None: open on that side); of a team, "" all."""

    night: bool = False
    month: str = ""
    since: date | None = None
    until: date | None = None
    team: str = ""

    def __post_init__(self) -> None:
        ways = (self.night, bool(self.month), self.since is not None or self.until is not None)
        if sum(ways) > 1:
            raise Refusal("export.one-of", allowed="--night, --month, --since/--until")


@dataclass(frozen=True, slots=True)
class Held:
    """What an export reads from, all of one home."""

    exports: Exports
    figures: Figures
    ledger: Ledger
    audit: Audit


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported. cards come as they are read; count: how many."""

    cards: Iterator[Exported]
    count: int
    agents: tuple[Scored, ...]
    failures: tuple[Failure, ...]


def export(held: Held, wish: Wish, settings: Reviewing, by: str) -> Export:
    """What is wished, on record before any of it is handed out. Refusal where there was no night
    yet, or what is said to be a month is none."""
    night = _last(held.ledger) if wish.night else None
    stretch = _stretch(wish, night, settings)
    count = held.exports.count(stretch)
    details = {name: str(value) for name, value in _said(wish, night).items() if value}
    held.audit.note(Act(by, "exported", "", {**details, "cards": count}))
    return Export(
        cards=held.exports.cards(stretch),
        count=count,
        agents=tuple(held.figures.scores(stretch)),
        failures=tuple(_failed(held.ledger, stretch, night)),
    )


def _last(ledger: Ledger) -> Night:
    nights = ledger.nights(1)
    if not nights:
        raise Refusal("export.no-night")
    return nights[0]


def _stretch(wish: Wish, night: Night | None, settings: Reviewing) -> Stretch:
    since = wish.since.isoformat() if wish.since else ""
    until = (wish.until + timedelta(days=1)).isoformat() if wish.until else ""
    if wish.month:
        since, until = days_of(wish.month)
    return Stretch(
        since=since,
        until=until,
        teams=(wish.team,) if wish.team else None,
        night=night.id if night else None,
        sample=settings.random_share,
    )


def _said(wish: Wish, night: Night | None) -> dict[str, object]:
    """For the record."""
    days = {"since": wish.since, "until": wish.until, "month": wish.month}
    return {**days, "team": wish.team, "night": night.id if night else ""}


def _failed(ledger: Ledger, stretch: Stretch, night: Night | None) -> Iterator[Failure]:
    """What failed in that time and has not come right since; failures know no team."""
    first = milliseconds(date.fromisoformat(stretch.since)) if stretch.since else 0
    last = milliseconds(date.fromisoformat(stretch.until)) if stretch.until else None
    if night is not None:
        first, last = night.began, night.ended
    for failure in ledger.failures():
        if failure.changed >= first and (last is None or failure.changed <= last):
            yield failure
