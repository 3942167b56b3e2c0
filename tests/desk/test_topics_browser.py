"""The pages of topics and trainings in a browser: charts, a telephone's width, axe-core."""

import re
from typing import Any

import pytest

from tests.desk.chromium import chromium, sitting
from tests.desk.people import PASSWORD
from tests.desk.served import served
from tests.desk.test_accessible import findings

__all__ = ["chromium"]  # a fixture
pytestmark = [pytest.mark.browser, pytest.mark.desk]
DRAWN = "[...document.querySelectorAll('[data-chart] canvas')].filter(c => c.width > 100).length"
WIDE = "document.documentElement.scrollWidth > innerWidth"


@pytest.mark.parametrize(
    ("language", "scheme", "width"), [("zh", "light", 1440), ("en", "dark", 390)]
)
def test_pages_for_trainers_are_drawn_readable_and_no_wider_than_their_window(
    chromium: Any, topics_home: Any, language: str, scheme: str, width: int
) -> None:
    found: list[str] = []
    window = {"width": width, "height": 900}
    with (
        served(topics_home) as url,
        sitting(chromium, url, language, color_scheme=scheme, viewport=window) as one,
    ):
        one.log_in("trainer", PASSWORD)
        for path, charts in pages(one):
            one.go(path)
            one.until(f"{DRAWN} === {charts}")
            assert not one.page.evaluate(WIDE), path
            found += findings(one, path)
        assert not one.wrong
    assert not found, "\n".join(found)


def pages(one: Any) -> list[tuple[str, int]]:
    """Each with how many charts it has."""
    one.go("/topics/pairs")
    options = re.findall(r'<option value="(\d+)"[^>]*>[^<]*宽带', one.page.content())
    one.go(f"/topics/pairs?topic={options[0]}")
    pair = re.search(r"/compare\?well=(\d+)&amp;badly=(\d+)", one.page.content())
    assert pair
    well, badly = pair.groups()
    return [
        ("/topics", 1),
        (f"/topics/{options[0]}", 1),
        (f"/topics/pairs?topic={options[0]}", 0),
        ("/topics/habits", 0),
        ("/training?agent=8001", 1),
        (f"/cards/{badly}/similar", 0),
        (f"/compare?well={well}&badly={badly}", 0),
    ]
