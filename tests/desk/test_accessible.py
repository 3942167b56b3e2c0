"""Every page for everybody who sees it, looked over by axe-core: both languages, light and dark."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from benchmarks.many_cards import fill, settle
from pipeline.call import Interval, Reason
from pipeline.settings import Audio, Reviewing, Settings, Storage
from pipeline.storage import Outcome, People, Recording, Store
from pipeline.storage.case_records import Notes, Quality, Stage
from pipeline.storage.cases import Cases
from pipeline.storage.reviews import Reviews
from pipeline.workflow import cases, playlists, reviewing
from tests.desk.calls import BAD, GOOD, keep
from tests.desk.chromium import Sitter, chromium, sitting
from tests.desk.people import PASSWORD, PEOPLE, let_everybody_in
from tests.desk.served import served

__all__ = ["chromium"]  # a fixture
pytestmark = pytest.mark.desk
AXE = Path(__file__).parent / "axe" / "axe.min.js"
ALL_LOOKS = "ZHIYIN_ALL_LOOKS" in os.environ
"""Every person in all four looks, which takes twice as long."""
GRAVE = ("serious", "critical")
RUN = "axe.run(document, {resultTypes: ['violations']})"
LOOKS = tuple(product(("zh", "en"), ("light", "dark")))
"""Each person is looked over in two of the four, the next one in the other two: every page of the
product is of more than one person's."""
RULES = (
    "/rules",
    "/rules/history",
    "/rules/lexicons/forbidden",
    "/rules/templates/telecom-inbound",
)
PAGES = {
    "": ("/login",),
    "inspector": ("/", "/?state=all", "/cards/{draft}", "/password", "/nowhere", *RULES),
    "leader": ("/", "/cards/{released}"),
    "lead": (
        *("/", "/overview", "/failures", "/rules/try", "/rules/publish", "/record"),
        *("/cards/{draft}", "/learning", "/topics", "/training", "/cases", "/playlists"),
    ),
    "own-agent": ("/my", "/my/{released}", "/cards/{released}"),
    "trainer": (
        *("/", "/rules/try", "/search", "/search?q=您好&team=甲组"),
        *("/cases", "/cases/{case}", "/cases/{case}/edit", "/cases/new?recording={recording}"),
        "/playlists/{playlist}",
    ),
    "manager": ("/overview", "/learning", "/topics", "/training"),
    "admin": ("/people", "/people/lead", "/record"),
}


@dataclass(frozen=True, slots=True)
class Full:
    """A desk with something on every page."""

    url: str
    cards: dict[str, int]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Any:
    home = tmp_path_factory.mktemp("full")
    let_everybody_in(home)
    keep(home, GOOD, "seed", sound="none")
    fill(home, Storage(), 30, apart_seconds=43_200)
    settle(home, Storage(), 0.7)
    cards = {"draft": keep(home, BAD, "bad"), "released": keep(home, BAD, "good", "mp3")}
    with People(home) as people, Reviews(home) as reviews:
        lead = people.named("lead")
        assert lead
        saved = reviewing.confirm(reviews, lead, cards["released"], 0, Reviewing())
        reviewing.release(reviews, lead, cards["released"], saved.version)
    with Store(home) as store:
        gone = Recording(content="0" * 64, name="/calls/gone.wav", sources=("/calls/gone.wav",))
        store.keep_failure(gone, Outcome.FAILED, Reason("night.worker-died"))
        cards |= library(home, store)
    with served(home, Settings(review=Reviewing(random_share=0.5))) as url:
        yield Full(url, cards)


def library(home: Path, store: Store) -> dict[str, int]:
    """A case of the released call, in a playlist."""
    (recording,) = store.numbers_of("good")
    notes = Notes(
        title="没有问候",
        quality=Quality.BAD,
        tags=("开场",),
        learn="先问候。",
        stages=(Stage(title="开场", weaknesses="没有问候"),),
        questions=("应当怎么说？",),
    )
    with Cases(home) as kept:
        held = cases.Held(cases=kept, store=store, home=home, audio=Audio())
        case = cases.make(held, PEOPLE["lead"], recording, Interval(1, 12), notes)
        number = playlists.begin_playlist(kept, PEOPLE["lead"], "新人")
        playlists.put_in(kept, PEOPLE["lead"], number, case)
    return {"recording": recording, "case": case, "playlist": number}


def test_axe_is_the_file_that_its_readme_tells_of() -> None:
    readme = (AXE.parent / "README.md").read_text("utf-8")
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() in readme


@pytest.mark.parametrize(
    ("login", "language", "scheme"),
    [
        (login, *look)
        for number, login in enumerate(PAGES)
        for look in (LOOKS if ALL_LOOKS else (LOOKS[number % 2], LOOKS[3 - number % 2]))
    ],
)
def test_no_page_has_serious_findings(
    full: Full, chromium: Any, login: str, language: str, scheme: str
) -> None:
    found = []
    with sitting(chromium, full.url, language, color_scheme=scheme) as one:
        if login:
            one.log_in(login, PASSWORD)
        for page in PAGES[login]:
            one.go(page.format(**full.cards))
            found += findings(one, page)
            for name, opens in OPENED.get(page, {}).items():
                opens(one)
                found += findings(one, f"{page} {name}")
    assert not found, "\n".join(found)


def keys(one: Sitter) -> None:
    one.until("document.querySelector('#call').dataset.ready")
    one.press("?")


def reasons(one: Sitter) -> None:
    one.press("Escape", "x")


def comment(one: Sitter) -> None:
    one.press("Escape", "c")


def missed(one: Sitter) -> None:
    one.press("Escape", "m", "Enter")


OPENED: dict[str, dict[str, Callable[[Sitter], None]]] = {
    "/cards/{draft}": {"keys": keys, "reasons": reasons, "comment": comment, "missed": missed},
}


def findings(one: Sitter, page: str) -> list[str]:
    """What is serious there, and where."""
    one.page.evaluate(AXE.read_text("utf-8"))
    told = one.page.evaluate(RUN)["violations"]
    return [
        f"{page}: {finding['id']}: {node['target']} {node['failureSummary'][:200]}"
        for finding in told
        if finding["impact"] in GRAVE
        for node in finding["nodes"][:3]
    ]
