"""From the call page to a case by keys: marked excellent, cut from what is selected, heard."""

from pathlib import Path
from typing import Any

import pytest

from tests.desk.calls import keep
from tests.desk.chromium import chromium, sitting
from tests.desk.people import PASSWORD, let_everybody_in
from tests.desk.served import served
from tests.desk.test_cases import CALL

__all__ = ["chromium"]  # a fixture
pytestmark = [pytest.mark.desk, pytest.mark.browser]


def test_an_excellent_call_becomes_a_case(tmp_path: Path, chromium: Any) -> None:
    let_everybody_in(tmp_path)
    card = keep(tmp_path, CALL, "call")
    with served(tmp_path) as url:
        with sitting(chromium, url) as inspector:
            inspector.log_in("inspector", PASSWORD)
            inspector.go(f"/cards/{card}")
            inspector.until("document.querySelector('#call').dataset.ready")
            inspector.press("g")
            inspector.until("!document.querySelector('#excellent').hidden")
            inspector.press("t")
            assert "/cards/" in inspector.page.url, "an inspector makes no cases"
        with sitting(chromium, url) as trainer:
            trainer.log_in("trainer", PASSWORD)
            trainer.go("/cases")
            trainer.page.click("text=做成案例")
            trainer.go(f"/cards/{card}")
            trainer.until("document.querySelector('#call').dataset.ready")
            trainer.page.evaluate(
                "getSelection().selectAllChildren(document.querySelector('[data-turn=\"1\"] p'))"
            )
            trainer.press("t")
            trainer.until("location.pathname === '/cases/new'")
            trainer.until("document.querySelector('#turns .chosen')")  # its script has run
            chosen = (
                "[...document.querySelectorAll('#turns .chosen')].map((one) => one.dataset.start)"
            )
            assert trainer.page.evaluate(chosen) == ["5.0"]
            trainer.page.click("#turns li:nth-child(3) [data-ends]")
            assert len(trainer.page.evaluate(chosen)) == 2
            trainer.page.fill("[name=title]", "核对号码")
            trainer.page.fill("[name=learn]", "先说明用途")
            trainer.press("Enter")
            assert trainer.page.url.split("/cases/")[1].startswith("new"), "a line, not the end"
            trainer.press("Control+Enter")
            trainer.until("document.querySelector('#sound')?.readyState >= 1")
            trainer.page.click(".excerpt [data-seek] >> nth=1")
            trainer.until("document.querySelector('#sound').currentTime > 4")
