"""The committed sample calls through the real recogniser: found, not charged, and as kept."""

import json

import pytest

from sample_audio.truth import read_truth
from tests.golden.scorecards import CALLS, KEPT, Cards, scored

pytestmark = pytest.mark.recogniser

TRUTHS = {path.stem: read_truth(path)["items"] for path in sorted((CALLS / "truth").glob("*.json"))}


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Cards:
    return scored(tmp_path_factory.mktemp("home"))


def test_every_planted_failing_is_charged_or_shown_to_a_person(cards: Cards) -> None:
    missed = [place for place in _expected("fail") if _verdict(cards, place) not in FOUND]
    assert not missed


def test_no_clean_item_is_charged(cards: Cards) -> None:
    charged = [place for place in _expected("clean") if _verdict(cards, place) == "fail"]
    assert not charged


def test_scorecards_are_those_that_are_kept(cards: Cards) -> None:
    """A difference that is meant: `python -m tests.golden.scorecards`, and CHANGELOG.md."""
    assert cards == json.loads(KEPT.read_text(encoding="utf-8"))


FOUND = ("fail", "unsure")


def _expected(what: str) -> list[tuple[str, str]]:
    return [
        (call, item)
        for call, items in TRUTHS.items()
        for item, told in items.items()
        if told["expect"] == what
    ]


def _verdict(cards: Cards, place: tuple[str, str]) -> str:
    call, item = place
    return str(cards[call]["items"][item].split()[0])


def test_there_is_something_to_find_and_something_to_leave() -> None:
    assert len(_expected("fail")) > 20
    assert len(_expected("clean")) > 300
