"""Who may do what, and with which cards."""

from dataclasses import replace
from itertools import product

import pytest

from pipeline.refusal import Refusal
from pipeline.scoring.review import Standing
from pipeline.storage import Person, Role
from pipeline.storage.review_records import Listed, Wanted, Why
from pipeline.workflow.access import MAY, Permission, demand, may, sees, teams_of, within

P = Permission
CARD = Listed(
    id=1,
    recording_id=1,
    name="a.wav",
    template="t",
    day="2026-11-02",
    started="",
    agent="8001",
    team="一组",
    state=Standing.DRAFT,
    version=0,
    why=Why.FLAGGED,
    random=False,
    assigned="",
    raised=1,
    open=0,
    risk=1,
    total=1,
    max=1,
    waiting=0,
    fatal=False,
)
ANY = Wanted(share=0.0)


def person(role: Role, *teams: str, agent: str = "") -> Person:
    return Person(id=1, login="x", name="x", role=role, teams=teams, agent=agent)


@pytest.mark.parametrize(
    ("role", "permission"),
    [
        *product([Role.MANAGER, Role.ADMIN], [P.READ, P.LISTEN, P.QUEUE, P.REVIEW]),
        *product([Role.AGENT, Role.LEADER, Role.TRAINER], [P.REVIEW, P.QUEUE, P.EXPORT]),
        *product([Role.INSPECTOR, Role.AGENT, Role.TRAINER], [P.RELEASE, P.PUBLISH, P.ASSIGN]),
        *product([role for role in Role if role != Role.ADMIN], [P.PEOPLE]),
        *product([role for role in Role if role != Role.AGENT], [P.ACKNOWLEDGE]),
        (Role.ADMIN, P.OVERVIEW),
    ],
)
def test_a_role_must_not(role: Role, permission: Permission) -> None:
    assert not may(person(role), permission)
    with pytest.raises(Refusal) as refused:
        demand(person(role), permission)
    assert refused.value.reason.key == "desk-review.not-allowed"


def test_every_role_and_every_permission_is_in_the_table() -> None:
    assert set(MAY) == set(Role)
    assert set().union(*MAY.values()) == set(Permission)


def test_an_inspector_without_teams_is_for_all_and_a_leader_for_none() -> None:
    assert teams_of(person(Role.INSPECTOR)) is None
    assert teams_of(person(Role.INSPECTOR, "一组")) == ("一组",)
    assert teams_of(person(Role.LEADER)) == ()
    assert sees(person(Role.INSPECTOR), CARD) and not sees(person(Role.LEADER), CARD)


@pytest.mark.parametrize("state", list(Standing))
@pytest.mark.parametrize(("agent", "own"), [("8001", True), ("8002", False), ("", False)])
def test_an_agent_sees_own_cards_that_were_released(state: Standing, agent: str, own: bool) -> None:
    told = state in (Standing.RELEASED, Standing.ACKNOWLEDGED)
    assert sees(person(Role.AGENT, agent=agent), replace(CARD, state=state)) == (own and told)


def test_who_has_no_number_does_not_see_the_calls_of_nobody() -> None:
    nobodys = replace(CARD, agent="", state=Standing.RELEASED)
    assert not sees(person(Role.AGENT), nobodys)
    assert within(person(Role.AGENT), ANY).teams == ()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("teams", [(), ("一组",), ("一组", "二组")])
@pytest.mark.parametrize(
    "wanted",
    [
        ANY,
        replace(ANY, teams=("二组", "三组")),
        replace(ANY, agent="8002"),
        replace(ANY, agent="8001", states=(Standing.DRAFT,)),
        replace(ANY, states=(Standing.DRAFT, Standing.RELEASED)),
    ],
)
def test_a_list_holds_what_its_asker_sees_and_nothing_else(
    role: Role, teams: tuple[str, ...], wanted: Wanted
) -> None:
    asker = person(role, *teams, agent="8001")
    narrowed = within(asker, wanted)
    for team, agent, state in product(["一组", "二组", "三组"], ["8001", "8002"], Standing):
        card = replace(CARD, team=team, agent=agent, state=state)
        assert _in(narrowed, card) == (_in(wanted, card) and sees(asker, card))


def _in(wanted: Wanted, card: Listed) -> bool:
    return (
        (wanted.teams is None or card.team in wanted.teams)
        and wanted.agent in ("", card.agent)
        and (not wanted.states or card.state in wanted.states)
    )
