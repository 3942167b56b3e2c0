"""S3: a sound is had by its card's number alone, by ranges, and by who may hear it."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.scoring.review import Mark, Marking
from pipeline.settings import Reviewing
from pipeline.storage import Audit
from pipeline.storage.reviews import Reviews
from pipeline.workflow import reviewing
from tests.desk.calls import BAD, GOOD, keep
from tests.desk.conftest import Browser
from tests.desk.people import PEOPLE


@pytest.fixture
def card(home: Path) -> int:
    return keep(home, BAD, "bad")


@pytest.fixture
def inspector(browser: Callable[..., Browser], card: int) -> Browser:
    one = browser("inspector")
    for _ in range(20):
        if one.get(f"/cards/{card}/sound").status_code == 200:
            return one
    raise AssertionError("no sound was made")


def asked(who: Browser, card: int, said: str) -> httpx.Response:
    return who.get(f"/cards/{card}/sound", headers={"range": said})


def test_the_whole_a_part_and_the_end(inspector: Browser, card: int) -> None:
    whole = inspector.get(f"/cards/{card}/sound")
    size = len(whole.content)
    assert (whole.headers["content-type"], whole.headers["accept-ranges"]) == (
        "audio/mpeg",
        "bytes",
    )
    part = asked(inspector, card, "bytes=100-199")
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{size}"
    assert asked(inspector, card, "bytes=-50").content == whole.content[-50:]
    assert asked(inspector, card, f"bytes={size - 5}-").content == whole.content[-5:]
    beyond = asked(inspector, card, f"bytes={size}-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")


def test_its_head_alone(inspector: Browser, card: int) -> None:
    head = inspector.head(f"/cards/{card}/sound")
    assert head.status_code == 200
    assert int(head.headers["content-length"]) > 10_000
    assert head.content == b""


def test_a_range_of_another_sound_is_not_given(inspector: Browser, card: int) -> None:
    tag = inspector.head(f"/cards/{card}/sound").headers["etag"]
    for said, status in ((tag, 206), ('"another"', 200), (f"W/{tag}", 200)):
        headers = {"range": "bytes=0-9", "if-range": said}
        answer = inspector.get(f"/cards/{card}/sound", headers=headers)
        assert answer.status_code == status, said


ODD = (
    "bytes=-0",
    "bytes=5-2",
    "bytes=--5",
    "bytes=0-18446744073709551616",
    f"bytes={'9' * 5000}-",
    f"bytes=-{'9' * 5000}",
    "bytes=" + ",".join("0-0" for _ in range(10_000)),
    "bytes=" + ",".join(f"{i}-{i + 1}" for i in range(0, 180, 2)),
    "bytes=,,,",
    "bytes",
    "bits=0-1",
    "bytes=0-1,-",
    "bytes=1e3-",
    "bytes=٣-٤",
)


def test_odd_ranges_are_answered_calmly(inspector: Browser, card: int) -> None:
    for said in ODD:
        headers = [(b"range", said.encode("utf-8"))]
        answer = inspector.get(f"/cards/{card}/sound", headers=headers)
        assert answer.status_code in (200, 206, 400, 416), said[:40]
        assert len(answer.content) < 200_000
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def test_no_range_breaks_it(inspector: Browser, card: int, said: str) -> None:
    answer = asked(inspector, card, f"bytes={said}")
    assert answer.status_code in (200, 206, 400, 416)


PATHS = (
    "/cards/..%2f..%2fetc%2fpasswd/sound",
    "/cards/../../etc/passwd/sound",
    "/cards/1.wav/sound",
    "/cards/-1/sound",
    "/cards/99999999999999999999/sound",
    "/cards/%00/sound",
)


def test_a_client_never_names_a_file(browser: Callable[..., Browser]) -> None:
    inspector = browser("inspector")
    for path in PATHS:
        assert inspector.get(path).status_code in (404, 422), path


def test_a_recording_that_is_gone_is_said_in_the_page(
    browser: Callable[..., Browser], home: Path
) -> None:
    card = keep(home, GOOD, "gone")
    (home / "calls" / "gone.wav").unlink()
    inspector = browser("inspector")
    assert inspector.get(f"/cards/{card}/sound").status_code == 410
    assert inspector.get(f"/cards/{card}/wave").status_code == 410
    assert "录音已不在原处" in inspector.get(f"/cards/{card}").text


def test_listening_is_on_record_once_a_sitting(inspector: Browser, home: Path, card: int) -> None:
    for _ in range(3):
        asked(inspector, card, "bytes=0-9")
    acts = [line.act for line in Audit(home).latest(20)]
    heard = [(act.by, act.target) for act in acts if act.action == "listened"]
    assert heard == [("inspector", str(card))]


def test_what_is_fetched_ahead_is_heard_when_it_is_played_and_not_before(
    inspector: Browser, browser: Callable[..., Browser], home: Path, card: int
) -> None:
    lead = browser("lead")

    def heard() -> list[str]:
        lines = reversed(Audit(home).latest(20))
        return [line.act.action for line in lines if (line.act.by, line.act.target) == me]

    me = ("lead", str(card))
    for _ in range(2):
        assert lead.get(f"/cards/{card}/sound?ahead=1").status_code == 200
    assert heard() == ["fetched"]
    for _ in range(2):
        lead.post(f"/cards/{card}/played", headers={"x-csrf-token": lead.token()})
    assert heard() == ["fetched", "listened"]


def test_a_sound_of_another_team_is_not_there(
    browser: Callable[..., Browser], inspector: Browser, card: int
) -> None:
    assert browser("inspector-a").get(f"/cards/{card}/sound").status_code == 200
    for login, status in (("inspector-b", 404), ("own-agent", 404), ("manager", 403), ("", 401)):
        one = browser(login)
        for said in ("", "bytes=0-0"):
            assert asked(one, card, said).status_code == status, login


def test_an_agent_must_not_see_in_the_picture_what_the_machine_thought(
    browser: Callable[..., Browser], inspector: Browser, home: Path, card: int
) -> None:
    said = Mark(kind=Marking.HIT, by="lead", item="promise", hit=0, says="rejected")
    with Reviews(home) as reviews:
        lead = PEOPLE["lead"]
        saved = reviewing.mark(reviews, lead, card, 0, [said])
        reviewing.confirm(reviews, lead, card, saved.version, Reviewing(release_at_once=True))
    theirs, own = (browser(one).get(f"/cards/{card}/wave").text for one in ("lead", "own-agent"))
    assert theirs.count('class="dot') == 3
    assert own.count('class="dot') == 2
    page = browser("own-agent").get(f"/cards/{card}").text
    assert '"inspector-b"' not in page
