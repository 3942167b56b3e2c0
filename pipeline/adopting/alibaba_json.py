"""The JSON of Alibaba's rules, whichever of its interfaces wrote it, in one spelling.

UploadRule says check_range and hit_time, GetRuleDetail CheckRange and HitTime and puts each list
into an object of one key, GetRuleV4 Check_range and Hit_time; a request holds it all as a string.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.adopting.adopted import Misfits

SAME = {
    "conditioninfocid": "cid",
    "anchorcid": "cid",
    "operlambda": "lambda",
    "rulelambda": "lambda",
    "operkeywords": "keywords",
    "opername": "name",
    "rulename": "name",
}
ONE_KEY = {
    *("conditionbasicinfo", "operatorbasicinfo", "rulebasicinfo", "ruleinfo", "trigger"),
    *("keyword", "operkeyword", "reference", "references", "similarlysentence", "excludes"),
    *("businesscategorybasicinfo", "pvalues", "antmodelinfo", "similarlysentences"),
}
INSIDE = ("data", "jsonstr", "jsonstrforrule", "jsonstrforlrule")
MAX_DEPTH = 30


def parsed(text: str) -> Any:
    """Any JSON in our spelling of keys; ValueError where it is none or is nested too deeply."""
    try:
        return _plain(json.loads(text), 0)
    except RecursionError as error:
        raise ValueError from error


def _plain(tree: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise ValueError
    if isinstance(tree, list):
        return [_plain(part, depth + 1) for part in tree]
    if not isinstance(tree, dict):
        return tree
    pairs = ((str(key).lower().replace("_", ""), value) for key, value in tree.items())
    found = {SAME.get(key, key): _plain(value, depth + 1) for key, value in pairs}
    (only, inside) = next(iter(found.items())) if len(found) == 1 else ("", None)
    return inside if only in ONE_KEY and isinstance(inside, list) else found


def ruleset(tree: Any) -> Mapping[str, Any] | None:
    """The object that has conditions and rules, wherever it lies."""
    for _ in range(4):
        if isinstance(tree, str):
            try:
                tree = parsed(tree)
            except ValueError:
                return None
        if not isinstance(tree, Mapping):
            return None
        if isinstance(tree.get("conditions"), list) and isinstance(tree.get("rules"), list):
            return tree
        tree = next((tree[key] for key in INSIDE if key in tree), None)
    return None


@dataclass(slots=True)
class Fields:
    """An object whose keys are taken one by one, so that what nobody took can be named."""

    content: Mapping[str, Any]
    taken: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, tree: Any) -> "Fields":
        """Nothing, where the file has something else than an object."""
        return cls(tree if isinstance(tree, Mapping) else {})

    def raw(self, key: str) -> Any:
        self.taken.add(key)
        return self.content.get(key)

    def text(self, key: str) -> str:
        value = self.raw(key)
        return "" if value is None or isinstance(value, list | dict) else str(value).strip()

    def number(self, key: str) -> float | None:
        try:
            number = float(self.text(key))
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    def flag(self, key: str) -> bool:
        return self.text(key).lower() in ("true", "1")

    def listed(self, key: str) -> list[Any]:
        value = self.raw(key)
        return value if isinstance(value, list) else []

    def words(self, key: str) -> list[str]:
        return [str(word) for word in self.listed(key) if str(word).strip()]

    def inside(self, key: str) -> "Fields":
        """An object, which may be written as a string of JSON; nothing, where it is neither."""
        value = self.raw(key)
        try:
            return Fields.of(parsed(value) if isinstance(value, str) else value)
        except ValueError:
            self.taken.discard(key)
            return Fields({})

    def ignore(self, *keys: str) -> None:
        """These say nothing about what is looked for."""
        self.taken.update(keys)

    def name_rest(self, misfits: Misfits, line: int) -> None:
        """What says something and was not taken."""
        for key, value in self._rest():
            misfits.lost(line, f"{key}: {json.dumps(value, ensure_ascii=False)[:60]}", "field")

    def _rest(self) -> Iterator[tuple[str, Any]]:
        return ((key, v) for key, v in self.content.items() if v and key not in self.taken)
