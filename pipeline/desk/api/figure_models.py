"""What the API gives of figures."""

from datetime import date

from pipeline.desk.api.call_models import Model


class Mean(Model):
    """Of n shares of full marks, with Student's 95 % interval; null where there is none."""

    n: int
    mean: float | None
    low: float | None
    high: float | None


class Rate(Model):
    """A part of a whole, with Wilson's 95 % interval; null where there is nothing to count."""

    part: int
    whole: int
    rate: float | None
    low: float | None
    high: float | None


class Scores(Model):
    """Of a team ("": of all) or an agent. random: of the random sample, which is honest of all
    calls; drawn: how many that has, confirmed or not."""

    team: str
    agent: str
    drawn: int
    random: Mean
    all: Mean


class ItemFigures(Model):
    """An item on confirmed cards. cards: on which it failed; lost: the points that took; added:
    failures that people found and the machine did not."""

    template: str
    item: str
    ask: str
    cards: int
    lost: float
    added: int
    precision: Rate
    recall: Rate


class WaitingCards(Model):
    """What waits for people, of a team: in all, flagged, of the random sample, overdue."""

    team: str
    cards: int
    flagged: int
    random: int
    overdue: int


class Figures(Model):
    """Of the days from since to until, by confirmed cards; waiting: whatever the days."""

    since: date
    until: date
    random_share: float
    confirmed: int
    whole: Scores
    teams: list[Scores]
    agents: list[Scores]
    items: list[ItemFigures]
    waiting: list[WaitingCards]
