"""The search page in a browser: asked, walked and heard by keys alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.settings import Settings
from tests.desk.calls import BAD, GOOD, keep
from tests.desk.chromium import chromium, sitting
from tests.desk.people import PASSWORD, let_everybody_in
from tests.desk.served import served

__all__ = ["chromium"]  # a fixture
pytestmark = pytest.mark.desk
AUDIO = "document.getElementById('audio')"
FOUND = "document.querySelector('#found mark')"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("searched")
    let_everybody_in(home)
    for call, name in ((GOOD, "good"), (BAD, "bad")):
        keep(home, call, name)
    with served(home, Settings()) as address:
        yield address


def test_what_was_said_is_found_heard_and_opened_by_keys(chromium: Any, desk: str) -> None:
    with sitting(chromium, desk) as trainer:
        trainer.log_in("trainer", PASSWORD)
        trainer.go("/search")
        trainer.type("坐席:不清楚")  # the box has the focus
        trainer.press("Enter")
        trainer.until(FOUND)
        assert trainer.page.url.endswith(
            "/search?q=%E5%9D%90%E5%B8%AD%3A%E4%B8%8D%E6%B8%85%E6%A5%9A"
        )
        at = float(trainer.page.locator(".hit").get_attribute("data-at"))
        trainer.press("j", "Space")
        trainer.until(f"{AUDIO}.currentTime > {at - 2} && !{AUDIO}.paused")
        trainer.press("Space")
        trainer.until(f"{AUDIO}.paused")
        assert trainer.page.evaluate(f"{AUDIO}.currentTime") < at + 5
        trainer.press("Enter")
        trainer.page.wait_for_url("**/cards/*?at=*")
        trainer.until("document.getElementById('call').dataset.ready")
        trainer.page.go_back()
        trainer.until(FOUND)
        trainer.press("j")
        assert trainer.page.locator(".hit.here").count() == 1
