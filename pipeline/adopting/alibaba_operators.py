"""Alibaba's operators as our detectors: keywords, regular expressions, likeness, silence, rates.

Types and parameters as its page of operator objects has them. Milliseconds become seconds. An
operator without a counterpart is Unfit, and so is the rule that rests on it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.adopting.adopted import Wording, clean
from pipeline.adopting.alibaba_json import Fields
from pipeline.adopting.building import Condition, Making, Unfit
from pipeline.text.normal import normal
from pipeline.text.pattern import wrong_regex

SPEAKERS = {"客服": "agent", "客户": "customer", "所有": "", "": ""}
AROUND_ALL = re.compile(r"^(?:\^?\.\*)+|(?:\.\*\$?)+$")
NOT_IN_NORMAL_FORM = re.compile(r"(?<!\\)[A-Z ]|[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of a condition. speaker: agent, customer or nobody in particular."""

    type: str
    param: Fields
    speaker: str
    line: int
    title: str


def condition_of(operator: Operator, making: Making) -> Condition:
    """What we look for instead. Unfit where we cannot."""
    read = TYPES.get(operator.type) or _by_parameters(operator.param)
    if read is None:
        raise Unfit("operator", operator.type or operator.title)
    return read(operator, making)


def _by_parameters(param: Fields) -> "Callable[[Operator, Making], Condition] | None":
    """Two operators whose types are not documented, but whose parameters no other one has."""
    if {"delaytime", "interval"} <= param.content.keys():
        return _talk_over
    hangs_up = {"begintype", "interval"} <= param.content.keys() and "endtype" not in param.content
    return _hang_up if hangs_up else None


def _wordings(operator: Operator, texts: list[str]) -> list[Wording]:
    return [Wording(clean(text), operator.line) for text in texts]


def _keywords(operator: Operator, making: Making) -> Condition:
    param = operator.param
    words = list(dict.fromkeys(param.words("keywords")))
    size = param.number("keywordmatchsize")
    if size is None:
        size = 1 if operator.type == "HIT_ANY_KEYWORDS" else -1
    wanted = len(words) if size == -1 else int(size)
    across = param.flag("contextchatmatch") and not param.flag("insentence")
    if param.flag("keywordextension") or param.content.get("synonyms"):
        making.misfits.near(operator.line, operator.title, "synonyms")
    if param.flag("casesensitive"):
        making.misfits.near(operator.line, operator.title, "case")
    param.ignore("synonyms")
    if wanted > len(words):
        raise Unfit("too-many-wanted", "、".join(words), allowed=len(words))
    found = making.phrases(_wordings(operator, words), operator.title)
    if wanted == 0:
        return {"none": [found]}
    if wanted > 1:
        found |= {"different": wanted} | ({} if across else {"in_one_turn": True})
    if (total := param.number("threshold") or 0) > 1:
        found["at_least"] = int(total)
    return found


def _regex(operator: Operator, making: Making) -> Condition:
    operator.param.ignore("insentence")
    found: Condition = {"find": "regex", "pattern": _pattern(operator, "regex", making)}
    if operator.param.text("notregex"):
        found["unless_in_turn"] = _pattern(operator, "notregex", making)
    return found


def _pattern(operator: Operator, key: str, making: Making) -> str:
    pattern = AROUND_ALL.sub("", operator.param.text(key))
    problem, said = wrong_regex(pattern) if pattern else ("empty", "")
    if problem:
        raise Unfit(f"lexicon.{problem}", pattern, found=said or pattern)
    odd = [c for c in NOT_IN_NORMAL_FORM.findall(pattern) if normal(c).text != c]
    if odd:
        values = {"allowed": "".join(dict.fromkeys(odd))}
        making.misfits.near(operator.line, pattern, "regex-form", **values)
    return pattern


def _similar(operator: Operator, making: Making) -> Condition:
    texts = operator.param.words("similarlysentences") or operator.param.words("references")
    score = operator.param.number("score")
    operator.param.ignore("insentence")
    lexicon = making.lexicon(_wordings(operator, texts), operator.title)
    making.misfits.near(operator.line, operator.title, "similar")
    likeness = 0.8 if score is None else score / 100
    found: Condition = {"find": "similar", "lexicon": lexicon, "by": "characters"}
    return found | {"at_least_similarity": likeness}


def _repetition(operator: Operator, making: Making) -> Condition:
    param = operator.param
    found: Condition = {"find": "repetition", "times": int(param.number("hittime") or 1) + 1}
    if target := param.text("targetrole"):
        before = SPEAKERS.get(target)
        if not before or not operator.speaker:
            raise Unfit("target-role", target)
        found["said_before_by"] = "same" if before == operator.speaker else "other"
    keys = {"from": "previous_turns", "threshold": "at_least_characters"}
    for key, ours in keys.items():
        if (value := param.number(key)) is not None:
            found[ours] = int(value)
    if (similarity := param.number("similaritythreshold")) is not None:
        found["similarity"] = similarity if similarity <= 1 else similarity / 100
    if excludes := param.words("excludes"):
        found["ignoring"] = making.lexicon(_wordings(operator, excludes), operator.title)
    param.ignore("roleid")
    return found


def _interval(operator: Operator, making: Making) -> Condition:
    """Between two speakers it is how long the agent takes to reply, else a silence."""
    param = operator.param
    seconds = _seconds(param, "interval")
    if param.text("compareoperator") not in ("", "gt") or param.text("target") == "0":
        raise Unfit("interval", operator.title)
    param.ignore("target", "fromend", "checkfirstsentence", "insentence")
    between = param.flag("differentrole")
    if between and operator.speaker == "customer":
        raise Unfit("customer-reply", operator.title)
    if between:
        found: Condition = {"find": "reply", "slower_than_seconds": seconds}
        first = "neardialogue" in param.content and not param.flag("neardialogue")
        return found | {"first": True} if first else found
    return {"find": "silence", "longer_than_seconds": seconds}


def _rate(operator: Operator, making: Making) -> Condition:
    param = operator.param
    value = param.number("velocityinmint") or (param.number("velocity") or 0) * 60
    if not value:
        raise Unfit("no-number", operator.title)
    slow = param.text("compareoperator") == "lt"
    found: Condition = {"find": "rate", "below_per_minute" if slow else "above_per_minute": value}
    if not param.flag("average"):
        found["per_turn"] = True
    if (least := param.number("minwordsize")) is not None:
        found["at_least_characters"] = int(least)
    return found


def _talk_over(operator: Operator, making: Making) -> Condition:
    param = operator.param
    making.misfits.near(operator.line, operator.title, "talk-over", allowed="delayTime")
    found: Condition = {"find": "overlap", "at_least_seconds": _seconds(param, "interval")}
    if operator.speaker:
        found["interrupter"] = operator.speaker
    if (delay := param.number("delaytime")) is not None:
        found["held_at_least_seconds"] = delay / 1000
    if (least := param.number("minwordsize")) is not None:
        found["at_least_characters"] = int(least)
    return found


def _hang_up(operator: Operator, making: Making) -> Condition:
    param = operator.param
    making.misfits.near(operator.line, operator.title, "hang-up", allowed="beginType")
    param.ignore("begintype")
    if param.text("compareoperator") not in ("", "gt"):
        raise Unfit("interval", operator.title)
    found: Condition = {"find": "hang_up_gap", "longer_than_seconds": _seconds(param, "interval")}
    return found | ({"last_words_of": operator.speaker} if operator.speaker else {})


def _seconds(param: Fields, key: str) -> float:
    milliseconds = param.number(key)
    if milliseconds is None:
        raise Unfit("no-number", key)
    return milliseconds / 1000


TYPES: dict[str, Callable[[Operator, Making], Condition]] = {
    "HIT_ANY_KEYWORDS": _keywords,
    "INCLUDE_KEYWORDS": _keywords,
    "REGULAR_EXPRESSION": _regex,
    "SIMILAR_MATCH": _similar,
    "ADVANCED_REPEAT_DETECT": _repetition,
    "INTERVAL_GREATER": _interval,
    "SPEECH_SPEED_CHECK": _rate,
}
