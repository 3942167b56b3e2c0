"""The page of a chat: no player, waits where they were, the figures that a chat has."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipeline.report.pages import write_pages
from pipeline.report.score_json import document
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring, Settings
from pipeline.speech.sources import Source
from pipeline.workflow.opening import opened
from pipeline.workflow.scoring import Scored
from pipeline.written import Reader
from tests.report.made import rules
from tests.report.test_browser import CHROMIUM, SIZES, browser  # noqa: F401 - a fixture
from tests.report.test_score_json import SCHEMA

TURNS = [
    {"speaker": "系统", "start": 0, "text": "欢迎光临"},
    {"speaker": "客户", "start": 10, "text": "在吗"},
    {"speaker": "客户", "start": 12, "text": "手机没有信号"},
    {"speaker": "客服", "start": 70, "text": "这个我不清楚"},
    {"speaker": "客户", "start": 80, "text": "<b>那算了</b>"},
    {"speaker": "客服", "start": 84, "text": "再见"},
]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    path = tmp_path_factory.mktemp("chats") / "chat.json"
    path.write_text(json.dumps({"medium": "chat", "turns": TURNS}), "utf-8")
    (source,) = opened([Source("chat", (path,))], Reader(Settings(), {}), set())
    assert source.call is not None
    return Scored(source=source, call=source.call, cards=(draft(source.call, rules(), Scoring()),))


@pytest.fixture(scope="module")
def page(scored: Scored, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    write_pages([scored], folder, Settings())
    return folder / "chat.html"


def test_there_is_nothing_to_play_and_nothing_is_missed(page: Path) -> None:
    text = page.read_text("utf-8")
    assert "<audio" not in text and 'class="player"' not in text and "无法播放" not in text
    assert "平均应答" in text and "系统" in text and "提示音" not in text
    assert "&lt;b&gt;那算了" in text


def test_a_wait_stands_before_the_message_that_ends_it(page: Path) -> None:
    text = page.read_text("utf-8").partition('class="turns"')[2]
    assert text.index("手机没有信号") < text.index("应答等待 60.0 秒") < text.index("不清楚")


def test_the_json_of_a_chat_is_what_the_schema_says(scored: Scored) -> None:
    made = document([scored], "zh")
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(made)))
    assert made["calls"][0]["timing"]["first_reply"] == 60.0
    assert made["calls"][0]["timing"]["silences"] is None


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]} px")
def test_it_opens_without_complaint_at_any_width(
    size: tuple[int, int],
    browser: Any,  # noqa: F811
    page: Path,
) -> None:
    shown = browser.new_page(viewport={"width": size[0], "height": size[1]})
    said: list[str] = []
    shown.on("console", lambda message: said.append(message.text))
    shown.on("pageerror", lambda error: said.append(str(error)))
    shown.goto(page.as_uri())
    shown.keyboard.press("k")
    assert shown.evaluate("document.querySelectorAll('.card .hear.active').length") == 1
    assert shown.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert said == []
    shown.close()
