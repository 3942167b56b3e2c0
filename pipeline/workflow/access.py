"""Who may do what at the desk, and with which cards: the whole rule, in one table."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from pipeline.refusal import Refusal
from pipeline.scoring.review import Standing
from pipeline.storage import Person, Role
from pipeline.storage.review_records import Listed, Wanted


class Permission(StrEnum):
    """Something that is allowed, or not."""

    QUEUE = "queue"
    """Have a queue, and be given the next card."""
    READ = "read"
    """Open a card: scores, evidence, transcript."""
    SHARE = "share"
    """Keep a search for everybody, and ask what others share."""
    LISTEN = "listen"
    REVIEW = "review"
    """Mark, confirm, take back, correct words and speakers."""
    RELEASE = "release"
    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    RULES = "rules"
    """Read lexicons and templates, as they are and were."""
    TRY = "try"
    """Try a phrase on stored calls."""
    PUBLISH = "publish"
    LEARNING = "learning"
    """See what decisions teach: figures, no words of calls."""
    SETTLE = "settle"
    """Turn on, or off, that flags of an item are settled without a person."""
    OVERVIEW = "overview"
    EXPORT = "export"
    TOPICS = "topics"
    """See what many calls tell together: topics, news, gaps. Sums; which calls, READ tells."""
    COMPARE = "compare"
    """Look for calls like one, and for pairs that were handled well and badly; of topics those that
    calls are about which one sees."""
    NEEDS = "needs"
    """See who needs to be taught what, and what trainings changed."""
    TRAIN = "train"
    """Enter trainings."""
    RETRY = "retry"
    """See what failed by night, and have it tried again."""
    AUDIT = "audit"
    PEOPLE = "people"
    HEALTH = "health"
    CASES = "cases"
    """Read and hear cases of the library, of calls that one sees."""
    TEACH = "teach"
    """Make and change cases and playlists, and take them along."""


P = Permission
MAY: Mapping[Role, frozenset[Permission]] = {
    Role.INSPECTOR: frozenset(
        {P.QUEUE, P.READ, P.SHARE, P.LISTEN, P.REVIEW, P.RULES, P.CASES, P.COMPARE}
    ),
    Role.LEADER: frozenset(
        {P.READ, P.SHARE, P.LISTEN, P.RELEASE, P.RULES, P.CASES, P.COMPARE, P.NEEDS}
    ),
    Role.LEAD: frozenset(
        {
            *(P.QUEUE, P.READ, P.LISTEN, P.REVIEW, P.RELEASE, P.ASSIGN, P.RULES, P.TRY),
            *(P.PUBLISH, P.OVERVIEW, P.EXPORT, P.RETRY, P.AUDIT, P.HEALTH, P.LEARNING, P.SETTLE),
            *(P.SHARE, P.CASES, P.TEACH, P.TOPICS, P.COMPARE, P.NEEDS, P.TRAIN),
        }
    ),
    Role.AGENT: frozenset({P.READ, P.LISTEN, P.ACKNOWLEDGE}),
    Role.TRAINER: frozenset(
        {
            *(P.READ, P.SHARE, P.LISTEN, P.RULES, P.TRY, P.LEARNING),
            *(P.CASES, P.TEACH, P.TOPICS, P.COMPARE, P.NEEDS, P.TRAIN),
        }
    ),
    Role.MANAGER: frozenset({P.OVERVIEW, P.EXPORT, P.LEARNING, P.TOPICS, P.NEEDS}),
    Role.ADMIN: frozenset({P.PEOPLE, P.AUDIT, P.HEALTH}),
}
"""A leader reads and releases; trainers read and teach; managers see sums and admins people, and
neither sees a call."""
TOLD = (Standing.RELEASED, Standing.ACKNOWLEDGED)
"""What agents see of their own cards."""


def may(person: Person, permission: Permission) -> bool:
    """Whether somebody may do that at all; with which cards, sees() tells."""
    return permission in MAY[person.role]


def demand(person: Person, permission: Permission) -> None:
    """Refusal desk-review.not-allowed where they may not."""
    if not may(person, permission):
        raise Refusal("desk-review.not-allowed", found=permission.value)


def teams_of(person: Person) -> tuple[str, ...] | None:
    """Whose cards somebody sees: those of these teams; None: of every team."""
    if person.role in (Role.LEAD, Role.TRAINER):
        return None
    if person.role == Role.INSPECTOR:
        return person.teams or None
    return person.teams if person.role == Role.LEADER else ()


def sees(person: Person, listed: Listed) -> bool:
    """Whether a card is there for somebody."""
    if not may(person, P.READ):
        return False
    if person.role == Role.AGENT:
        return bool(person.agent) and listed.agent == person.agent and listed.state in TOLD
    teams = teams_of(person)
    return teams is None or listed.team in teams


def within(person: Person, wanted: Wanted) -> Wanted:
    """What is wanted, as far as somebody sees it: a list made by it holds what sees() allows."""
    if not may(person, P.READ):
        return replace(wanted, teams=())
    if person.role == Role.AGENT:
        if not person.agent or wanted.agent not in ("", person.agent):
            return replace(wanted, teams=())
        told = tuple(state for state in wanted.states or TOLD if state in TOLD)
        if not told:
            return replace(wanted, teams=())
        return replace(wanted, agent=person.agent, states=told)
    teams = teams_of(person)
    if teams is None or wanted.teams is None:
        return replace(wanted, teams=wanted.teams if teams is None else teams)
    return replace(wanted, teams=tuple(team for team in wanted.teams if team in teams))
