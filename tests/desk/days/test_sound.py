"""The sound of a call really plays and seeks in the browser, whatever it was recorded as."""

from typing import Any

import pytest

from tests.desk.chromium import Sitter
from tests.desk.days.centre import OWN, Centre
from tests.desk.days.conftest import Sit

pytestmark = pytest.mark.desk
AUDIO = "document.querySelector('#audio')"
PLAYS = f"{AUDIO} && !{AUDIO}.paused && {AUDIO}.currentTime > 0"


@pytest.fixture
def sitter(sit: Sit, centre: Centre) -> Any:
    with sit() as one:
        one.log_in("inspector1", centre.passwords["inspector1"], own=OWN)
        yield one


def cards(centre: Centre) -> dict[str, int]:
    """The card of each recording, by the number that its file's name begins with."""
    found = centre.database.rows(
        "SELECT sources, scorecard_id FROM review JOIN recording ON recording.id = recording_id"
    )
    return {str(sources).rsplit("/", 1)[-1][:2]: int(card) for sources, card in found}


def now(at: Sitter) -> float:
    return float(at.page.evaluate(f"{AUDIO}.currentTime"))


def test_sound_plays_and_seeks_from_every_codec(sitter: Sitter, centre: Centre) -> None:
    """A-law, µ-law, MP3, Opus, AMR, two mono files."""
    known = cards(centre)
    for name in ("07", "20", "08", "06", "23", "25"):
        opened_and_heard(sitter, known[name])


def opened_and_heard(at: Sitter, card: int) -> None:
    """It plays by itself once a key was pressed, from 2 s before the first doubtful claim."""
    at.go(f"/cards/{card}")
    at.until(f"document.querySelector('#call')?.dataset.ready && {AUDIO}")
    at.press("?", "Escape")
    at.until(f"{AUDIO}.readyState >= 2")
    if at.page.evaluate(f"{AUDIO}.paused"):
        at.press("Space")
    at.until(PLAYS)
    began = now(at)
    at.until(f"{AUDIO}.currentTime > {began} + 0.2")
    at.press("Space")
    at.until(f"{AUDIO}.paused")
    before = now(at)
    at.press("ArrowRight")
    assert now(at) == pytest.approx(before + 3, abs=0.05)
    at.press("ArrowLeft", "ArrowLeft")
    assert now(at) == pytest.approx(max(0, before - 3), abs=0.05)
    last = float(at.page.evaluate(f"{AUDIO}.duration")) - 5
    at.page.evaluate(f"{AUDIO}.currentTime = {last}")
    at.press("Space")
    at.until(f"{AUDIO}.currentTime > {last} + 0.2")


def test_a_call_opens_two_seconds_before_its_first_doubtful_hit(
    sitter: Sitter, centre: Centre
) -> None:
    card = cards(centre)["07"]
    sitter.go(f"/cards/{card}")
    sitter.until(f"{AUDIO}?.readyState >= 2")
    claims = sitter.page.evaluate(
        "JSON.parse(document.querySelector('#call-data').textContent).claims"
    )
    heard = sorted((c["sure"], c["start"]) for c in claims if c["start"] is not None)
    began = max(0.0, heard[0][1] - 2)
    assert began <= now(sitter) + 0.05 < began + 5


def test_the_sound_is_not_there_for_who_may_not_hear_it(sit: Sit, centre: Centre) -> None:
    card = cards(centre)["07"]
    with sit() as manager:
        manager.log_in("manager", centre.passwords["manager"], own=OWN)
        assert manager.page.request.get(f"{manager.url}/cards/{card}/sound").status in (403, 404)
