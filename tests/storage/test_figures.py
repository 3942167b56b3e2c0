"""Figures that the database adds up are a plain recount's, card by card, on both databases."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from benchmarks.many_cards import fill, settle
from pipeline.hit import Verdict
from pipeline.scoring.average import Average, average
from pipeline.settings import Reviewing
from pipeline.storage.exports import Exports
from pipeline.storage.figure_records import Stretch
from pipeline.storage.figures import Figures
from pipeline.workflow.reviewing import confirm
from tests.databases import Database
from tests.reviewed import INSPECTOR, keep, reviews

CARDS, AGENT = 300, "85"
ALL = Stretch(sample=0.3)
SOME = Stretch(since="2026-10-10", until="2026-10-20", teams=("1组", "2组", ""), sample=0.3)
"""Some days of some teams."""
STRETCHES = (
    ALL,
    SOME,
    replace(ALL, template="small"),
    replace(ALL, template="other"),
    replace(ALL, teams=()),
)


@dataclass(frozen=True, slots=True)
class Card:
    """A row of everything, as the tables have it."""

    row: dict[str, Any]
    about: dict[str, Any]
    outcome: str
    items: list[tuple[Any, ...]]


@pytest.fixture
def many(database: Database) -> Database:
    """Cards of a month, of which two in three are settled; some silent, some test calls, and some
    without full marks."""
    fill(database.home, database.storage, CARDS, apart_seconds=30 * 86_400 / CARDS)
    settle(database.home, database.storage, 0.67)
    database.rows("UPDATE recording SET outcome = 'silent' WHERE id % 40 = 1")
    said, unsaid = '"test_call":true', '"test_call":false'
    replaced = "UPDATE recording SET about = replace(about, :unsaid, :said) WHERE id % 40 = 2"
    database.rows(replaced, said=said, unsaid=unsaid)
    database.rows("UPDATE review SET test_call = (recording_id % 40 = 2)")
    database.rows("UPDATE review SET max = 0 WHERE scorecard_id % 10 = 3")
    database.rows("UPDATE review SET team = '' WHERE team = '3组'")
    database.rows("UPDATE review SET agent = '8' || CAST(scorecard_id % 30 AS TEXT)")
    return database


@pytest.fixture
def figures(many: Database) -> Iterator[Figures]:
    with Figures(many.home, many.storage) as opened:
        yield opened


def counted(database: Database, stretch: Stretch) -> list[Card]:
    """The cards that figures are of, by a plain look at each."""
    names = "scorecard_id, recording_id, day, agent, team, lot, template, state, total, max, raised"
    names += ", waiting"
    found = []
    rows = database.rows(
        f"SELECT {names}, (SELECT about FROM recording WHERE id = recording_id),"
        " (SELECT outcome FROM recording WHERE id = recording_id) FROM review"
    )
    items = defaultdict(list)
    for card, *rest in database.rows(
        "SELECT scorecard_id, item, machine, verdict, lost FROM review_item"
    ):
        items[card].append(tuple(rest))
    for *values, about, outcome in rows:
        row = dict(zip(names.split(", "), values, strict=True))
        card = Card(row, json.loads(about), outcome, items[row["scorecard_id"]])
        if belongs(card, stretch):
            found.append(card)
    return found


def belongs(card: Card, stretch: Stretch) -> bool:
    day, team = card.row["day"], card.row["team"]
    return (
        (not stretch.since or day >= stretch.since)
        and (not stretch.until or day < stretch.until)
        and (stretch.teams is None or team in stretch.teams)
        and (not stretch.template or card.row["template"] == stretch.template)
        and card.outcome not in ("silent", "no_audio")
        and not card.about.get("test_call")
    )


def same(one: Average, other: Average) -> bool:
    return one.n == other.n and (one.sum, one.squares) == pytest.approx((other.sum, other.squares))


def test_scores_are_those_of_a_recount(many: Database, figures: Figures) -> None:
    for stretch in STRETCHES:
        scores_are_recounted(many, figures, stretch)


def scores_are_recounted(many: Database, figures: Figures, stretch: Stretch) -> None:
    every, random, drawn = defaultdict(list), defaultdict(list), Counter[tuple[str, str]]()
    for card in counted(many, stretch):
        who, chosen = (card.row["team"], card.row["agent"]), card.row["lot"] < stretch.sample
        still = card.row["state"] == "draft" and card.row["waiting"] > 0
        drawn[who] += chosen and (card.row["max"] > 0 or still)
        if card.row["max"] > 0 and card.row["state"] != "draft":
            every[who].append(card.row["total"] / card.row["max"])
            if chosen:
                random[who].append(card.row["total"] / card.row["max"])
    found = {(one.team, one.agent): one for one in figures.scores(stretch)}
    assert set(every) <= set(found)
    for who, one in found.items():
        assert same(one.all, average(every[who])), who
        assert same(one.random, average(random[who])), who
        assert one.drawn == drawn[who]


def test_items_are_those_of_a_recount(many: Database, figures: Figures) -> None:
    for stretch in STRETCHES:
        items_are_recounted(many, figures, stretch)


def items_are_recounted(many: Database, figures: Figures, stretch: Stretch) -> None:
    failed, lost, charged, right, asked, right_asked = (Counter[Any]() for _ in range(6))
    for card in counted(many, stretch):
        if card.row["state"] == "draft":
            continue
        for item, machine, verdict, points in card.items:
            key, fails = (card.row["template"], item), verdict == Verdict.FAIL
            failed[key] += fails
            lost[key] += points
            charged[key] += machine == Verdict.FAIL
            right[key] += machine == Verdict.FAIL and fails
            asked[key] += machine in (Verdict.UNSURE, Verdict.CRASHED)
            right_asked[key] += machine in (Verdict.UNSURE, Verdict.CRASHED) and fails
    found = {(one.template, one.item): one for one in figures.items(stretch)}
    assert set(found) == set(failed)
    for key, one in found.items():
        agreement = one.agreement
        assert (one.cards, one.lost) == (failed[key], pytest.approx(lost[key]))
        assert (agreement.charged, agreement.rightly_charged) == (charged[key], right[key])
        assert (agreement.asked, agreement.rightly_asked) == (asked[key], right_asked[key])
    confirmed = [card for card in counted(many, stretch) if card.row["state"] != "draft"]
    assert figures.confirmed(stretch) == len(confirmed)


def test_silent_calls_and_test_calls_must_not_count(many: Database, figures: Figures) -> None:
    before = sum(one.all.n for one in figures.scores(ALL))
    many.rows("UPDATE recording SET outcome = 'no_audio' WHERE outcome = 'silent'")
    assert sum(one.all.n for one in figures.scores(ALL)) == before
    many.rows("UPDATE recording SET outcome = 'speech' WHERE outcome = 'no_audio'")
    many.rows("UPDATE review SET test_call = false")
    assert sum(one.all.n for one in figures.scores(ALL)) > before


def test_a_call_counts_as_its_record_says_now(database: Database) -> None:
    def counts() -> int:
        with Figures(database.home, database.storage) as figures:
            return sum(one.all.n for one in figures.scores(ALL))

    card = keep(database, "a", test_call=True)
    with reviews(database) as opened:
        confirm(opened, INSPECTOR, card, 0, Reviewing())
    assert counts() == 0
    keep(database, "a", test_call=False)
    assert counts() == 1


def test_a_call_counts_once_by_what_people_confirmed_last(many: Database, figures: Figures) -> None:
    before = sum(one.all.n for one in figures.scores(ALL))
    (first, second), *_ = many.rows(
        "SELECT min(scorecard_id), max(scorecard_id) FROM review"
        " WHERE state = 'confirmed' AND max > 0 AND scorecard_id > 10"
    )
    many.rows(
        "UPDATE review SET recording_id ="
        " (SELECT recording_id FROM review WHERE scorecard_id = :second)"
        " WHERE scorecard_id = :first",
        first=first,
        second=second,
    )
    assert sum(one.all.n for one in figures.scores(ALL)) == before - 1
    with Exports(many.home, many.storage) as exports:
        cards = {one.card for one in exports.cards(Stretch())}
    assert second in cards and first not in cards


def test_what_waits_and_what_is_overdue(many: Database, figures: Figures) -> None:
    expected: dict[str, Counter[str]] = defaultdict(Counter)
    rows = many.rows("SELECT team, raised, lot, day FROM review WHERE state = 'draft'")
    for team, raised, lot, day in rows:
        if raised or lot < ALL.sample:
            kinds = {"cards": True, "flagged": raised > 0, "random": lot < ALL.sample}
            expected[team].update(
                k for k, v in {**kinds, "overdue": day < "2026-10-20"}.items() if v
            )
    found = {one.team: one for one in figures.waiting(ALL, "2026-10-20")}
    assert {team for team, counts in expected.items() if counts} == set(found)
    for team, one in found.items():
        assert (
            Counter({k: getattr(one, k) for k in ("cards", "flagged", "random", "overdue")})
            == (expected[team])
        )


def test_work_is_counted_by_person_and_quarter_of_an_hour(many: Database, figures: Figures) -> None:
    rows = many.rows("SELECT \"by\", confirmed_at FROM review WHERE state <> 'draft'")
    since, until = sorted(at for _, at in rows)[20], sorted(at for _, at in rows)[-20]
    wanted = Counter((by, at - at % 900_000) for by, at in rows if since <= at < until)
    assert {(one.by, one.at): one.cards for one in figures.done(since, until)} == wanted
    assert figures.done_by("li", since) == sum(by == "li" and at >= since for by, at in rows)


def test_an_agents_months_hold_only_what_was_released_to_them(
    many: Database, figures: Figures
) -> None:
    months = defaultdict(list)
    for card in counted(many, ALL):
        mine = card.row["agent"] == AGENT and card.row["state"] in ("released", "acknowledged")
        if mine and card.row["max"] > 0:
            months[card.row["day"][:7]].append(card.row["total"] / card.row["max"])
    found = figures.months(AGENT)
    assert any(months.values())
    assert [one.month for one in found if one.shares.n] == sorted(months)
    assert all(same(one.shares, average(months[one.month])) for one in found)
    assert figures.months("nobody") == []


def test_what_was_raised_is_listed_by_what_it_costs(many: Database, figures: Figures) -> None:
    cards = [row[0] for row in many.rows("SELECT scorecard_id FROM review ORDER BY 1 LIMIT 30")]
    found = figures.raised(cards)
    assert set(found) == set(cards)
    asks = {one.ask for several in found.values() for one in several}
    assert {"是否说了禁语", "是否问候"} & asks
    assert all(list(s) == sorted(s, key=lambda r: (-r.lost, -r.at_stake)) for s in found.values())


def test_one_may_choose_among_what_is_there_and_only_of_ones_teams(figures: Figures) -> None:
    every = figures.choices(None)
    assert "1组" in every.teams and "" not in every.teams and AGENT in every.agents
    assert len(every.rulesets) == 1
    mine = figures.choices(("1组",))
    assert mine.teams == ("1组",) and set(mine.agents) < set(every.agents)


def test_an_export_has_every_standing_card_once(many: Database) -> None:
    with Exports(many.home, many.storage) as exports:
        assert exports.count(ALL) == CARDS
        cards = list(exports.cards(SOME))
        assert len(cards) == exports.count(SOME)
    days = {card.day for card in cards}
    assert min(days) >= "2026-10-10" and max(days) < "2026-10-20"
    assert {card.about.team for card in cards} == {"1组", "2组", "3组"}
    assert any(card.random for card in cards) and any(card.items for card in cards)
    assert len({card.card for card in cards}) == len(cards)


def test_the_last_day_is_one_of_calls_with_a_time_where_there_are_any(database: Database) -> None:
    """Of the others the day is only that on which they came."""

    def last(until: str = "2999-12-31") -> str:
        with Figures(database.home, database.storage) as figures:
            return figures.last_day(until)

    keep(database, "undated", started="")
    assert last() > "2026-03-05" and last("2026-01-01") == ""
    keep(database, "dated", started="2026-03-05T09:00:00")
    assert (last(), last("2026-03-04")) == ("2026-03-05", "")
