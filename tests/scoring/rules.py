"""Small templates and lexicons for tests, written where they are used."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pipeline.call import Call
from pipeline.configuration.resources import folder
from pipeline.refusal import Refusal
from pipeline.scoring.loading import load_template, problems
from pipeline.scoring.ruleset import Ruleset, ruleset
from pipeline.scoring.scorecard import ItemResult, Scorecard, draft
from pipeline.scoring.template import Template
from pipeline.settings import Scoring
from pipeline.text.lexicon import Lexicon, load_lexicon, load_lexicons

LEXICONS = {
    "hello": "title: 问候\nphrases: [您好, 很高兴为您服务]",
    "taboo": "title: 禁语\nphrases: [不知道, 不清楚, {phrase: 没办法, match: sound}]",
    "wait": "title: 请等候\nphrases: [请稍等, 请您稍等]",
    "back": "title: 回来\nphrases: [让您久等了]",
    "sorry": "title: 致歉\nphrases: [抱歉, 对不起]",
    "refuse": "title: 办不了\nphrases: [办不了]",
    "praise": "title: 表扬\nphrases: [服务真好]",
}


def lexicons(folder: Path) -> dict[str, Lexicon]:
    """The lexicons above, as files in a folder."""
    for name, text in LEXICONS.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return {name: load_lexicon(folder / f"{name}.yaml") for name in LEXICONS}


@cache
def bundled() -> Mapping[str, Lexicon]:
    """The lexicons that come with the product."""
    return MappingProxyType(load_lexicons(folder("lexicons")))


class Rules:
    """Reads and applies templates in a folder of its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.lexicons = lexicons(folder)

    def file(self, text: str) -> Path:
        path = self.folder / "mine.yml"
        path.write_text(text, encoding="utf-8")
        return path

    def template(self, *items: str, head: str = "", conditions: str = "") -> Template:
        """A template of items in flow style; 10 points each unless they say otherwise."""
        lines = ["title: 测试", "version: '1'", head]
        lines += ["conditions:", conditions] if conditions else []
        lines += ["items:"]
        lines += [f"  - {{id: i{n}, ask: 问, {_priced(item)}}}" for n, item in enumerate(items, 1)]
        return load_template(self.file("\n".join(lines)), self.lexicons)

    def ruleset(self, *items: str, head: str = "", conditions: str = "") -> Ruleset:
        return ruleset(self.template(*items, head=head, conditions=conditions))

    def card(self, call: Call, *items: str, head: str = "", conditions: str = "") -> Scorecard:
        return draft(call, self.ruleset(*items, head=head, conditions=conditions), Scoring())

    def result(self, call: Call, item: str, conditions: str = "") -> ItemResult:
        return self.card(call, item, conditions=conditions).items[0]

    def verdict(self, call: Call, item: str, conditions: str = "") -> str:
        return self.result(call, item, conditions).verdict.value

    def problems(self, text: str) -> list[Refusal]:
        return problems(self.file(text), self.lexicons)


def _priced(item: str) -> str:
    return item if "points:" in item or "bonus:" in item else f"points: 10, {item}"
