"""The page of figures: whole, escaped, private; in a browser at a desk and in a hand."""

import os
import shutil
from pathlib import Path

import pytest

from pipeline.call import Reason, Speaker
from pipeline.hit import Hit, Kind, Verdict
from pipeline.report.measure_page import document, measure_page, write_measure_page
from pipeline.scoring.misheard import errors
from pipeline.scoring.scorecard import ItemResult
from pipeline.workflow.measuring import Case, Compared, Measured, figures

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
EVIL = "<img src=x onerror=alert(1)>"


def case(call: str, machine: Verdict, person: Verdict, ask: str = "是否使用服务禁语") -> Case:
    hit = Hit(start=65, end=66, speaker=Speaker.AGENT, what="x", kind=Kind.TEXT, quote="我不管")
    result = ItemResult(
        id="forbidden",
        ask=ask,
        section="",
        verdict=machine,
        points_lost=0,
        at_stake=0,
        max=5,
        reason=Reason("scoring.forbidden"),
        evidence=(hit,),
    )
    return Case(call=call, card=1, result=result, person=person)


def measured(ask: str = "是否使用服务禁语") -> Measured:
    verdicts = ((Verdict.FAIL, Verdict.FAIL), (Verdict.FAIL, Verdict.PASS)) * 4
    calls = [
        Compared(
            name=f"{EVIL if n == 0 else n}.wav",
            said={Speaker.AGENT: errors("我要查话费", "我要查花费")},
            speakers=None,
            cases=(case(f"{n}.wav", machine, person, ask),),
        )
        for n, (machine, person) in enumerate(verdicts)
    ]
    return figures(calls)


def test_the_page_has_the_figures_in_both_languages() -> None:
    chinese, english = (measure_page(measured(), language) for language in ("zh", "en"))
    for page in (chinese, english):
        assert "20.0%" in page and "50.0%" in page and "1:05" in page
    assert "误扣" in chinese and "wrongly charged" in english
    assert "measure." not in chinese + english


def test_nothing_that_is_said_becomes_markup_and_nothing_is_loaded() -> None:
    page = measure_page(measured(EVIL), "zh")
    assert "<img" not in page and "&lt;img" in page
    assert "http" not in page.replace("http-equiv", "") and "<script" not in page


def test_the_json_says_the_same() -> None:
    told = document(measured(), "en")
    (item,) = told["items"]
    assert (item["precision"]["part"], item["precision"]["whole"]) == (4, 8)
    assert told["words"]["agent"]["rate"] == 0.2
    assert told["misheard"] == [{"said": "话", "heard": "花", "times": 8}]


def test_the_page_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = write_measure_page(measured(), tmp_path, "zh")
    assert file.name == "measure.html" and file.stat().st_mode & 0o777 == 0o600


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
@pytest.mark.parametrize("width", [1440, 390])
def test_in_a_browser_nothing_is_cut_off_and_nothing_complains(tmp_path: Path, width: int) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    file = write_measure_page(measured(), tmp_path, "zh")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": width, "height": 900})
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == width
        browser.close()
    assert said == []
