"""One measure word for each kind of thing (CONTRIBUTING.md): 3 通, 3 条录音, 3 张评分单."""

import re
from pathlib import Path

import pytest

from pipeline.wording import FOLDER, words_of

OWN = {
    "通话": "通",
    "录音": "条",
    "评分单": "张",
    "评分项": "项",
    "结论": "条",
    "复核结论": "条",
    "短语": "条",
    "消息": "条",
    "坐席": "名",
    "转写": "份",
    "话轮": "个",
    "词库": "个",
    "模板": "个",
    "案例": "个",
    "主题": "个",
    "文件": "个",
}
EVERY = "个条通张项处份名位篇"
ALWAYS = ("通话", "录音", "坐席")
"""Of these also without a number: 这通通话, 每名坐席."""
COUNTED = re.compile(rf"\}} ?([{EVERY}])({'|'.join(sorted(OWN, key=len, reverse=True))})(?!文件)")
SAID = re.compile(rf"[一几每这哪多整单]([{EVERY}])({'|'.join(ALWAYS)})(?!文件)")
HANDBOOK = Path(__file__).parents[2] / "CONTRIBUTING.md"


def wrong(text: str) -> list[str]:
    """What is counted by another word than its own."""
    found = [*COUNTED.finditer(text), *SAID.finditer(text)]
    return [one[0] for one in found if OWN[one[2]] != one[1]]


@pytest.mark.parametrize("area", sorted(path.stem for path in FOLDER.glob("*.yaml")))
def test_each_kind_of_thing_has_one_measure_word(area: str) -> None:
    said = {key: wrong(words["zh"]) for key, words in words_of(area).items()}
    assert {key: one for key, one in said.items() if one} == {}


def test_what_is_not_counted_must_not_be_taken_for_it() -> None:
    assert wrong("{count} 个录音等待") == ["} 个录音"] and wrong("每个通话") == ["每个通话"]
    assert wrong("{count} 条录音、{cards} 张评分单，另有 {files} 个录音文件") == []
    assert wrong("每项评分都算，第 {number} 条") == []


def test_the_list_is_where_writers_look() -> None:
    text = HANDBOOK.read_text("utf-8")
    assert all(f"{own} {kind}" in text for kind, own in OWN.items()), "CONTRIBUTING.md"
