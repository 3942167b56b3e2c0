"""Whatever people and nights do with a card, in whatever order, it stands where it should."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pipeline.refusal import Refusal
from pipeline.scoring.reckoning import claims
from pipeline.scoring.review import Marking, Standing, View
from pipeline.scoring.so_far import Marks, marks
from pipeline.settings import Reviewing
from pipeline.storage import Person
from pipeline.storage.review_records import Overtaken, Review
from pipeline.storage.reviews import Reviews
from pipeline.workflow.correcting import swap
from pipeline.workflow.reviewing import (
    acknowledge,
    confirm,
    mark,
    queue,
    reckoned,
    release,
    undo,
)
from tests.databases import Database
from tests.reviewed import (
    AGENT,
    INSPECTOR,
    LEAD,
    QUEUE,
    SECOND,
    answer,
    comment,
    hit,
    keep,
    missed,
    rescored,
    reviews,
)
from tests.trials import tries

NAMES = count()
ORDER = list(Standing)
WHO = st.sampled_from([INSPECTOR, SECOND, LEAD])
STALE = st.sampled_from([0, 0, 0, 1])
MARKS = st.sampled_from(
    [
        hit("taboo", 0, View.REJECTED),
        hit("taboo", 1, View.DOUBTED),
        missed("abuse"),
        answer("answer", "pass"),
        answer("hello", "fail"),
        comment("再听"),
    ]
)


class Desk(RuleBasedStateMachine):
    """One card among people, beside what it ought to be."""

    database: Database

    @initialize()
    def begin(self) -> None:
        self.name = f"s{next(NAMES)}"
        self.card = keep(self.database, self.name)
        self.reviews: Reviews = reviews(self.database)
        self.store = self.database.store()
        self.standing = Standing.DRAFT
        self.version = 0
        self.frozen: float | None = None

    def teardown(self) -> None:
        if hasattr(self, "reviews"):
            self.reviews.close()
            self.store.close()

    @property
    def review(self) -> Review:
        found = self.reviews.read(self.card)
        assert found is not None
        return found

    def tried(self, allowed: bool, stale: int, act: Any, *given: Any) -> Any:
        """It is done where it is allowed and of the version that stands, else nothing is."""
        before = self.review
        try:
            saved = act(self.reviews, *given)
        except Overtaken as overtaken:
            assert stale and overtaken.version == self.version
            assert self.review == before
            return None
        except Refusal:
            assert not allowed and self.review == before
            return None
        assert allowed and not stale
        return saved

    @rule(who=WHO, said=st.lists(MARKS, min_size=1, max_size=3), stale=STALE)
    def mark(self, who: Person, said: list[Any], stale: int) -> None:
        allowed = self.standing == Standing.DRAFT and self._fit(said)
        saved = self.tried(allowed, stale, mark, who, self.card, self.version - stale, said)
        if saved:
            self.version += len(said)

    def _fit(self, said: list[Any]) -> bool:
        items = {item.id: item for item in self.review.card.items}
        on_hits = [one for one in said if one.kind == Marking.HIT]
        return all(one.hit in claims(items[one.item]) for one in on_hits)

    @rule(who=WHO, stale=STALE)
    def confirm(self, who: Person, stale: int) -> None:
        allowed = self.standing == Standing.DRAFT
        given = who, self.card, self.version - stale, Reviewing()
        if saved := self.tried(allowed, stale, confirm, *given):
            self.version, self.standing = saved.version, Standing.CONFIRMED
            self.frozen = saved.reviewed.points.total

    @rule(who=WHO, stale=STALE)
    def take_back(self, who: Person, stale: int) -> None:
        review = self.review
        gone = {one.undoes for one in review.marks if one.kind == Marking.UNDO}
        own = [
            one
            for one in review.marks
            if one.by == who.login and one.kind != Marking.UNDO and one.number not in gone
        ]
        step = bool(own) and own[-1].kind == Marking.STEP
        drafts = self.standing == Standing.DRAFT and bool(own)
        allowed = drafts or (self.standing == Standing.CONFIRMED and step)
        saved = self.tried(allowed, stale, undo, who, self.card, self.version - stale)
        if saved:
            self.version += 1
            self.standing, self.frozen = Standing.DRAFT, None

    @rule(who=WHO, stale=STALE)
    def release(self, who: Person, stale: int) -> None:
        allowed = self.standing == Standing.CONFIRMED and who is LEAD
        if self.tried(allowed, stale, release, who, self.card, self.version - stale):
            self.version, self.standing = self.version + 1, Standing.RELEASED

    @rule(stale=STALE)
    def acknowledge(self, stale: int) -> None:
        allowed = self.standing == Standing.RELEASED
        if self.tried(allowed, stale, acknowledge, AGENT, self.card, self.version - stale):
            self.version, self.standing = self.version + 1, Standing.ACKNOWLEDGED

    @rule(who=WHO, stale=STALE)
    def exchange(self, who: Person, stale: int) -> None:
        allowed = self.standing == Standing.DRAFT
        new = self.tried(allowed, stale, swap, who, self.card, self.version - stale)
        if new:
            self.card = new
            self.version = self.review.version

    @precondition(lambda self: self.version > 0)
    @rule(version=st.sampled_from(["1", "2", "3"]))
    def night(self, version: str) -> None:
        rescored(self.store, self.name, version)

    @invariant()
    def stands_where_it_should(self) -> None:
        if not hasattr(self, "reviews"):
            return
        review = self.review
        assert (review.standing, review.version) == (self.standing, self.version)
        assert [one.number for one in review.marks] == list(range(1, self.version + 1))
        assert review.listed.state == self.standing
        now = reckoned(self.reviews, review)
        listed = review.listed
        assert marks(review.card, now) == Marks(listed.total, listed.max, listed.waiting)
        assert (review.final is None) == (self.frozen is None)
        if review.final is not None:
            assert review.final.total == self.frozen == now.points.total
        flagged = replace(QUEUE, share=0.0)
        queued = {row.id for row in queue(self.reviews, LEAD, flagged, limit=1000).rows}
        raised = bool(review.listed.raised)
        assert (self.card in queued) == (raised and self.standing == Standing.DRAFT)


EXAMPLES = [8, pytest.param(tries(20, 60), marks=pytest.mark.desk)]


@pytest.mark.parametrize("examples", EXAMPLES)
def test_a_card_stands_where_it_should_whatever_is_done(examples: int, database: Database) -> None:
    Desk.database = database
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Desk,
        settings=settings(
            max_examples=examples,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
