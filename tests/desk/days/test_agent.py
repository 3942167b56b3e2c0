"""An agent's day: reads what was released to them, listens, acknowledges; and sees nothing else."""

import pytest

from pipeline.settings import Reviewing
from pipeline.storage import People
from pipeline.storage.reviews import Reviews
from pipeline.workflow import reviewing
from tests.desk.days.centre import OWN, Centre
from tests.desk.days.conftest import Sit

pytestmark = pytest.mark.desk
AGENT = "588"


def card_of(centre: Centre, agent: str) -> int:
    rows = centre.database.rows("SELECT scorecard_id FROM review WHERE agent = :agent", agent=agent)
    return int(rows[0][0])


def released(centre: Centre, card: int) -> None:
    """The lead confirmed it and let it go."""
    with People(centre.home) as people, Reviews(centre.home) as reviews:
        lead = people.named("lead")
        assert lead
        saved = reviewing.confirm(reviews, lead, card, 0, Reviewing())
        reviewing.release(reviews, lead, card, saved.version)


def test_an_agent_reads_listens_and_acknowledges(sit: Sit, centre: Centre) -> None:
    card, other = card_of(centre, AGENT), card_of(centre, "879")
    released(centre, card)
    released(centre, other)
    with sit() as agent:
        agent.log_in("agent588", centre.passwords["agent588"], own=OWN)
        page = agent.page
        assert page.url.endswith("/my")
        told = page.locator("main").inner_text()
        assert "−" in told, "what it cost"
        assert "机器" not in told, "how people answered the machine is not for agents"
        page.locator(f"a.button[href='/cards/{card}']").focus()
        agent.press("Enter")
        page.wait_for_url(f"**/cards/{card}")
        agent.until("document.querySelector('#audio')?.readyState >= 2")
        agent.press("Space")
        agent.until("document.querySelector('#audio').currentTime > 0.2")
        assert not page.locator("[data-does=uphold], .submit[data-does]").count()
        agent.go("/my")
        agent.press("a")
        page.wait_for_url("**/my?said=1")
        assert page.locator(".remark.well").count() == 1
        for hidden in (other, card_of(centre, "60023")):
            for path in (f"/cards/{hidden}", f"/my/{hidden}", f"/cards/{hidden}/sound"):
                assert page.request.get(agent.url + path).status == 404, path
    states = dict(
        centre.database.rows("SELECT scorecard_id, state FROM review WHERE state != 'draft'")
    )
    assert states == {card: "acknowledged", other: "released"}


def test_an_agent_sees_no_draft_of_their_own(sit: Sit, centre: Centre) -> None:
    card = card_of(centre, AGENT)
    with sit() as agent:
        agent.log_in("agent588", centre.passwords["agent588"], own=OWN)
        for path in (f"/cards/{card}", f"/my/{card}", f"/cards/{card}/sound"):
            assert agent.page.request.get(agent.url + path).status == 404, path
        agent.press("a")
        assert not agent.page.locator("#acknowledge").count()
