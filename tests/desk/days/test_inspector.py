"""An inspector's day by keyboard alone, with every act in the database at its end, once."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from pipeline.storage import Audit
from tests.desk.chromium import Sitter
from tests.desk.days.centre import OWN, Centre
from tests.desk.days.conftest import Sit

pytestmark = pytest.mark.desk
READY = "document.querySelector('#call')?.dataset.ready === 'yes'"
SAVED = "document.querySelector('#saved').classList.contains('saved')"
LOGIN = "inspector1"
Act = tuple[int, str, str, str]
"""Card, kind, item, what it says."""


@dataclass(slots=True)
class Inspector:
    """At the desk, with a list of what was done."""

    at: Sitter
    did: Counter[Act] = field(default_factory=Counter)

    @property
    def card(self) -> int:
        return int(self.at.page.locator("#call").get_attribute("data-card"))

    @property
    def data(self) -> dict[str, Any]:
        """What the page was given of the card."""
        return dict(
            self.at.page.evaluate("JSON.parse(document.querySelector('#call-data').textContent)")
        )

    def began(self) -> int:
        """The card that the page shows, now that keys do something; keys count from here."""
        self.at.until(READY)
        self.at.pressed = 0
        return self.card

    def focus(self) -> dict[str, Any]:
        """The claim that a key would decide."""
        number = int(self.at.page.locator(".claim.active").get_attribute("data-claim"))
        return next(dict(one) for one in self.data["claims"] if one["number"] == number)

    def decide(self, key: str, says: str) -> str:
        """One key on the claim in focus; its item."""
        item, card = str(self.focus()["item"]), self.card
        self.at.press(key)
        self.did[card, "hit", item, says] += 1
        return item

    def saved(self) -> None:
        self.at.until(SAVED)

    def submitted(self) -> None:
        """The next card is there."""
        before = self.card
        self.at.press("Control+Enter")
        self.at.until(f"Number(document.querySelector('#call').dataset.card) !== {before}")
        self.did[before, "step", "", "confirmed"] += 1

    def opened_on_a_claim(self) -> int:
        """On to a card with something to decide; others are submitted as they are."""
        while True:
            card = self.began()
            if self.at.page.locator(".claim.active").count():
                return card
            self.submitted()


@pytest.fixture
def inspector(sit: Sit, centre: Centre) -> Any:
    with sit() as sitter:
        sitter.log_in(LOGIN, centre.passwords[LOGIN], own=OWN)
        yield Inspector(sitter)


def test_a_day_by_keyboard_alone(inspector: Inspector, centre: Centre) -> None:
    at = inspector.at
    at.press("n")
    day: list[Callable[[Inspector], None]] = [
        confirms_unchanged,
        rejects_one_hit,
        overrides_in_own_words,
        upholds_doubts_and_rejects,
        marks_what_was_missed,
        takes_back_before_submitting,
        takes_back_a_submission,
        searches_and_comments,
        looks_up_the_keys,
        answers_an_item,
    ]
    for act in day:
        act(inspector)
    at.look()
    marks = centre.database.rows(
        "SELECT scorecard_id, kind, item, says FROM mark WHERE kind != 'undo'"
    )
    assert Counter(map(tuple, marks)) == inspector.did, "every act is there, and nothing twice"
    confirmed = {card for card, kind, _, _ in inspector.did if kind == "step"}
    states = dict(
        centre.database.rows("SELECT scorecard_id, state FROM review WHERE state != 'draft'")
    )
    assert states == dict.fromkeys(confirmed, "confirmed") and len(confirmed) >= 10
    decided = dict(
        centre.database.rows("SELECT scorecard_id, count(*) FROM decision GROUP BY scorecard_id")
    )
    assert set(decided) <= confirmed
    assert Audit(centre.home).verify().whole


def confirms_unchanged(one: Inspector) -> None:
    one.began()
    one.submitted()
    assert one.at.pressed == 1, "one key"


def rejects_one_hit(one: Inspector) -> None:
    one.opened_on_a_claim()
    one.decide("x", "rejected")
    one.at.press("1")  # a reason of the list
    one.submitted()
    assert one.at.pressed <= 4


def overrides_in_own_words(one: Inspector) -> None:
    one.opened_on_a_claim()
    one.decide("x", "rejected")
    one.at.press("0")
    one.at.type("是引用客户的话 n x a")  # letters are no commands while somebody types
    one.at.press("Enter")
    one.saved()
    one.submitted()


def upholds_doubts_and_rejects(one: Inspector) -> None:
    one.opened_on_a_claim()
    one.decide("a", "upheld")
    one.at.press("j", "k", "j")
    one.decide("u", "doubted")
    one.saved()
    one.submitted()


def marks_what_was_missed(one: Inspector) -> None:
    card = one.opened_on_a_claim()
    one.at.press("m")
    one.at.press("ArrowDown")
    one.at.press("Enter")  # these words
    one.at.page.wait_for_selector("#picking[open]")
    one.at.type("禁语")
    asked = one.at.page.locator("#picking-list [aria-selected=true]").inner_text()
    one.at.press("Enter")
    item = next(str(item["id"]) for item in one.data["items"] if item["ask"] == asked)
    one.did[card, "missed", item, ""] += 1
    one.saved()
    assert one.at.page.locator(f"#item-{item} .missed li").count() == 1
    one.submitted()


def takes_back_before_submitting(one: Inspector) -> None:
    card = one.opened_on_a_claim()
    before = one.at.page.locator("#total").inner_text()
    one.decide("a", "upheld")
    one.saved()
    one.at.press("z")
    one.saved()
    one.at.until(f"document.querySelector('#total').textContent === '{before}'")
    assert one.card == card
    one.submitted()


def takes_back_a_submission(one: Inspector) -> None:
    card = one.opened_on_a_claim()
    one.submitted()
    one.began()
    one.at.press("z")
    one.at.until(f"Number(document.querySelector('#call').dataset.card) === {card}")
    one.began()
    assert one.at.page.locator("#standing").inner_text() == "草稿"
    one.submitted()


def searches_and_comments(one: Inspector) -> None:
    card = one.opened_on_a_claim()
    one.at.press("/")
    one.at.type("您")
    one.at.press("Enter")
    assert re.fullmatch(r"\d+ / \d+", one.at.page.locator("#search-count").inner_text())
    one.at.press("Escape")
    one.at.press("c")
    one.at.page.wait_for_selector("#typing[open]")
    one.at.type("语速偏快")
    one.at.press("Enter")
    one.did[card, "comment", "", ""] += 1
    one.saved()
    one.submitted()


def looks_up_the_keys(one: Inspector) -> None:
    one.opened_on_a_claim()
    one.at.press("?")
    assert one.at.page.locator("#keys[open] li").count() > 15
    one.at.press("x")  # does nothing behind the list
    one.at.press("Escape")
    one.at.press("]")
    assert one.at.page.locator("#speed").inner_text() == "1.25×"
    one.submitted()
    one.began()
    one.at.until("document.querySelector('#audio')?.playbackRate === 1.25")  # the next one too


def answers_an_item(one: Inspector) -> None:
    card = one.opened_on_a_claim()
    item = str(one.focus()["item"])
    one.at.press("2")
    one.did[card, "item", item, "fail"] += 1
    one.saved()
    one.submitted()
