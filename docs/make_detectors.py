"""Writes docs/detectors.md from the detectors' docstrings and signatures: `make docs`."""

import inspect
import types
import typing
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from pipeline.detectors import Detector, detector, names
from pipeline.text.lexicon import Lexicon
from pipeline.text.pattern import Pattern

PAGE = Path(__file__).parent / "detectors.md"
EXAMPLES = Path(__file__).parent.parent / "tests" / "detectors"
KINDS = {
    str: "text 文字",
    float: "number 数字",
    int: "whole number 整数",
    bool: "true / false",
    Lexicon: "name of a lexicon 词库名",
    Pattern: "regular expression 正则表达式",
    tuple[str, ...]: "list of words 列表",
}
HEAD = """\
# Detectors 检测器

<!-- Written by `make docs` from pipeline/detectors/. 由脚本生成，请勿手改。 -->

A detector finds spans in a call; a condition of a template says `find:` its name and gives it the
settings below. What else a condition may say of any detector's hits (who spoke, where, how often)
stands in docs/rules.md. Seconds count from the start of the recording. Every detector has examples
that tests run, in tests/detectors/.

检测器在一通通话中找出片段；评分模板的条件用 `find:` 写检测器名，并给出下列参数。对命中的其他限定
（谁说的、在哪里、几次）见 docs/rules.md。时间一律为从录音开头起的秒数。
每个检测器的例子见 tests/detectors/，测试会逐条运行。
"""


def page() -> str:
    """The whole page."""
    found = [detector(name) for name in names()]
    contents = "\n".join(
        f"- [{one.name}](#{one.name}): {_first(one.help_en)} {_first(one.help_zh)}" for one in found
    )
    return "\n".join((HEAD, contents, "", *(line for one in found for line in _section(one))))


def _section(one: Detector) -> Iterator[str]:
    yield f"## {one.name}\n"
    yield f"{one.help_en}\n"
    yield f"{one.help_zh}\n"
    yield f"`{_example(one)}`\n"
    if one.settings:
        yield "| setting 参数 | value 取值 | if left out 默认 | meaning | 含义 |"
        yield "|---|---|---|---|---|"
        for name, parameter in one.settings.items():
            words = one.described[name]
            cells = (f"`{name}`", _kind(parameter.annotation), _default(parameter))
            yield "| " + " | ".join((*cells, words.en, words.zh)) + " |"
        yield ""


def _first(text: str) -> str:
    return text.partition("\n")[0]


def _kind(annotation: object) -> str:
    if annotation in KINDS:
        return KINDS[typing.cast(type, annotation)]
    if typing.get_origin(annotation) is typing.Literal:
        return " / ".join(typing.get_args(annotation))
    if isinstance(annotation, types.UnionType):
        given = (part for part in typing.get_args(annotation) if part is not types.NoneType)
        return " / ".join(map(_kind, given))
    raise TypeError(f"say in KINDS what a {annotation} is")


def _default(parameter: inspect.Parameter) -> str:
    if parameter.default is parameter.empty:
        return "must be given 必填"
    if parameter.default is None:
        return "–"
    return "–" if parameter.default == () else str(parameter.default).lower()


def _example(one: Detector) -> str:
    """The first example that finds something, as a template would ask for it."""
    cases = YAML(typ="safe").load(EXAMPLES / f"{one.name}.yaml")
    settings = next(case.get("settings", {}) for case in cases if case.get("found"))
    lexicon = {key: "NAME" for key, value in settings.items() if isinstance(value, dict)}
    pairs = ", ".join(f"{key}: {_yaml(value)}" for key, value in {**settings, **lexicon}.items())
    return "{find: " + one.name + (f", {pairs}" if pairs else "") + "}"


def _yaml(value: object) -> str:
    """As a template writes it: lists in brackets, and quotes where YAML would stumble."""
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml, value))}]"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}'" if set(text) & set("[]{}^$|*&#!,") else text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
