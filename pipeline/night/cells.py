"""Text from tables and file names becomes the values of a call record."""

import re
from collections.abc import Mapping
from datetime import datetime

from pipeline.speech.call_record import TYPES

TRUE = frozenset(("1", "是", "有", "y", "yes", "true", "t", "√"))
FALSE = frozenset(("0", "否", "无", "没有", "n", "no", "false", "f", "×"))
WORDS: Mapping[str, Mapping[str, str | None]] = {
    "direction": {
        **dict.fromkeys(("in", "inbound", "incoming", "呼入", "来电"), "in"),
        **dict.fromkeys(("out", "outbound", "outgoing", "呼出", "去电", "外呼"), "out"),
    },
    "hung_up_by": {
        **dict.fromkeys(("agent", "坐席", "座席", "客服", "坐席挂机", "坐席挂断"), "agent"),
        **dict.fromkeys(("customer", "客户", "用户", "客户挂机", "客户挂断"), "customer"),
        **dict.fromkeys(("system", "系统", "系统挂机", "系统挂断", "转接"), None),
    },
}
"""What people write for a value; None: known, and neither of them."""
NOTHING = frozenset(("", "-", "--", "null", "none", "n/a", "无数据"))
ALLOWED = {
    "started": "2026-11-21 09:30:00、2026/11/21 9:30、20261121093000",
    "direction": "in、out、呼入、呼出",
    "hung_up_by": "agent、customer、坐席、客户、系统",
    bool: "是、否、1、0、yes、no",
    float: "12、12.5、00:00:12",
    int: "0、1、2…",
}
PARTED = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[ tT]+(\d{1,2})[:时](\d{2})(?:[:分](\d{2})秒?)?(?:[.,]\d+)?\s*([zZ]|[+-]\d{2}:?\d{2})?)?"
)
COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:[ _-]?(\d{2})(\d{2})(\d{2})?)?()")
SINCE_1970 = re.compile(r"(\d{10})(?:\.\d+|\d{3})?")
CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)")
NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?) ?(?:秒|分|s)?")


class Unfit(ValueError):
    """A text is no such value; allowed says what is one."""

    def __init__(self, allowed: str) -> None:
        super().__init__(allowed)
        self.allowed = allowed


def value_of(field: str, text: str) -> str | float | bool | None:
    """What a field of a call record takes from a text; None where that says nothing.

    Raises Unfit where the text is no such value."""
    text = text.strip()
    if text.casefold() in NOTHING:
        return None
    if field in WORDS:
        return _word(field, text.casefold())
    if field == "started":
        return moment(text)
    kind = TYPES[field]
    if kind is bool:
        return _yes_or_no(text.casefold())
    if kind is int and not text.isdecimal():
        raise Unfit(ALLOWED[int])
    return int(text) if kind is int else _number(text) if kind is float else text


def moment(text: str) -> str:
    """A date, or a date and a time, as ISO 8601. Raises Unfit where the text is none."""
    if whole := SINCE_1970.fullmatch(text):
        return datetime.fromtimestamp(int(whole[1])).isoformat()
    found = PARTED.fullmatch(text) or COMPACT.fullmatch(text)
    if not found:
        raise Unfit(ALLOWED["started"])
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        when = datetime(year, month, day, hour, minute, second)
    except ValueError:
        raise Unfit(ALLOWED["started"]) from None
    zone = found[7] or ""
    return when.isoformat() + ("+00:00" if zone in ("z", "Z") else zone)


def _word(field: str, text: str) -> str | None:
    if text not in WORDS[field]:
        raise Unfit(ALLOWED[field])
    return WORDS[field][text]


def _yes_or_no(text: str) -> bool:
    if text not in TRUE | FALSE:
        raise Unfit(ALLOWED[bool])
    return text in TRUE


def _number(text: str) -> float:
    """A number, or a length as clocks write it, in seconds."""
    if clock := CLOCK.fullmatch(text):
        return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + float(clock[3])
    plain = NUMBER.fullmatch(text)
    if not plain:
        raise Unfit(ALLOWED[float])
    return float(plain[1])
