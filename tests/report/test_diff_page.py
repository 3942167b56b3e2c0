"""The page of a change of rules: whole, escaped, private."""

from pathlib import Path

import pytest

from pipeline.call import Speaker
from pipeline.hit import Hit, Kind, Verdict
from pipeline.report.diff_page import PAGE, diff_page, write_diff_page
from pipeline.scoring.comparing import ItemChange
from pipeline.scoring.rule_changes import Change, FileChange
from pipeline.workflow.comparing import Compared
from pipeline.workflow.verdict_tally import CallChange, Verdicts

EVIL = "<img src=x onerror=alert(1)>"
TABOO = ("telecom-inbound", "forbidden")


def compared(ask: str = "是否使用服务禁语", agent: str = "8001") -> Compared:
    hit = Hit(start=65, end=66, speaker=Speaker.AGENT, what="x", kind=Kind.TEXT, quote="没有")
    change = ItemChange(
        template=TABOO[0],
        item=TABOO[1],
        ask=ask,
        before=Verdict.PASS,
        after=Verdict.FAIL,
        points=-4,
        moments=(hit,),
    )
    verdicts = Verdicts()
    for name in ("a.wav", "log.csv#K2"):
        call = CallChange(
            recording=f"/calls/{name}",
            agent=agent,
            templates=(TABOO[0], TABOO[0]),
            before=93,
            after=89,
            points=-4,
            items=(change,),
        )
        verdicts.count(agent, call)
    verdicts.count(agent, None)
    for _ in range(4):
        verdicts.beside(TABOO, ask, (Verdict.PASS, Verdict.FAIL, Verdict.FAIL), elsewhere=False)
    rules = (FileChange(file="lexicons/forbidden.yaml", change=Change.CHANGED, added=(ask,)),)
    return Compared(version=1, rules=rules, verdicts=verdicts)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_what_changes_for_whom_and_by_which_words(language: str) -> None:
    page = diff_page(compared(), language)
    for said in ("lexicons/forbidden.yaml", "1:05", "没有", "a.wav", "log.csv#K2", "8001"):
        assert said in page
    assert "93 → 89" in page
    assert "−4" in page
    assert "−8" in page  # both calls
    assert "100.0%" in page  # people say so as well
    assert "rules." not in page.replace("/rules.", "")


def test_nothing_that_is_said_becomes_markup_and_nothing_is_loaded() -> None:
    page = diff_page(compared(EVIL, EVIL), "zh")
    assert "<img" not in page
    assert "&lt;img" in page
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page


def test_rules_that_change_nothing_have_a_page_too() -> None:
    page = diff_page(Compared(version=0, rules=(), verdicts=Verdicts(calls=3)), "zh")
    assert "规则没有改动" in page
    assert "没有一通的结论有变" in page
    alone = diff_page(Compared(version=1, rules=(), verdicts=None), "zh")
    assert "规则没有改动" in alone


def test_the_page_is_its_owners_alone(tmp_path: Path) -> None:
    file = write_diff_page(compared(), tmp_path, "zh")
    assert file == tmp_path / PAGE
    assert file.stat().st_mode & 0o777 == 0o600
