"""Which cards figures are of, as conditions of queries."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from pipeline.scoring.review import MACHINE, Standing
from pipeline.storage.figure_records import UNHEARD, Stretch
from pipeline.storage.review_tables import review as reviews
from pipeline.storage.tables import recording as recordings

DRAFT = Standing.DRAFT.value
CONFIRMED = (reviews.c.state != DRAFT) & (reviews.c.by != MACHINE)
"""By a person: what a rule settled says nothing of how right the machine is."""


def joined() -> Any:
    """Reviews with their recordings."""
    return reviews.join(recordings, recordings.c.id == reviews.c.recording_id)


def counts(stretch: Stretch) -> ColumnElement[bool]:
    """Standing cards of the stretch, of calls in which somebody spoke and that were no test."""
    return and_(
        *within(stretch),
        recordings.c.outcome.not_in(UNHEARD),
        ~reviews.c.test_call,
        stands(),
    )


def stands() -> ColumnElement[bool]:
    """Of the cards of a call by one template, the last that people confirmed; its draft where
    there is none."""
    other = reviews.alias("other")
    better = select(other.c.scorecard_id).where(
        other.c.recording_id == reviews.c.recording_id,
        other.c.template == reviews.c.template,
        other.c.scorecard_id != reviews.c.scorecard_id,
        other.c.state != DRAFT,
        other.c.replaced_by.is_(None),
        or_(other.c.scorecard_id > reviews.c.scorecard_id, reviews.c.state == DRAFT),
    )
    return and_(reviews.c.replaced_by.is_(None), ~better.exists())


def within(stretch: Stretch) -> Iterable[ColumnElement[bool]]:
    """That a review and its recording are of the stretch."""
    if stretch.since:
        yield reviews.c.day >= stretch.since
    if stretch.until:
        yield reviews.c.day < stretch.until
    if stretch.teams is not None:
        yield reviews.c.team.in_(stretch.teams)
    if stretch.template:
        yield reviews.c.template == stretch.template
    if stretch.night is not None:
        yield recordings.c.night == stretch.night
