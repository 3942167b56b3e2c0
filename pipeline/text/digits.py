"""Digits as people say and recognisers write them: 138, 一三八, 幺三八, 洞拐两, 三个八, 1 3 8.

Numerals with 十, 百, 万 are quantities, not digits said one by one, and end a row of digits.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

SPOKEN = {
    character: str(digit)
    for digit, characters in enumerate(
        (
            "零〇洞",
            "一幺妖壹",
            "二两俩贰",
            "三叁",
            "四肆",
            "五伍",
            "六陆",
            "七拐柒",
            "八捌",
            "九勾玖",
        )
    )
    for character in characters
}
REPEATED = re.compile("(?:([两二三四五六2-6])个|双)([零〇一幺二两三四五六七八九0-9])")
X = re.compile("(?<![A-Za-z])(?:[xX×Ｘｘ叉]|[艾爱埃]克斯)(?![A-Za-z])")
FILLER = re.compile(
    r"(?:[\s\-–—_.·,，、。…:：/()（）]|嗯|啊|呃|额|哦|唔|哎|诶|哈|的|再?然后|那个|就是|接着|再来?|不对|慢一?点|横杠|杠|空格|对|是|呀"
    r"|吧|呢|嘛|(?:前面|后面|中间|最后|末尾|开头|打头|[前后末][一两二三四五六七八]位?|[一两二三四五六七八]位)"
    r"|生日|出生(?:日期|年月日?)|[大小]写|字母)*"
)
"""What may stand between the parts of one number: marks, sounds, the name of the next part."""
MAX_FILLER = 12
BACKCHANNEL = 12
"""A turn of so few characters between two digit rows (嗯，您请说) does not end a number."""


@dataclass(frozen=True, slots=True)
class Row:
    """Digits in one turn with nothing between them; text[start:end] spells them."""

    turn: int
    start: int
    end: int
    digits: str


def rows(texts: Sequence[str]) -> list[Row]:
    """Every row of digits, in order; an X (the last of some 身份证) is a digit too."""
    return [row for turn, text in enumerate(texts) for row in _rows(turn, text)]


def _rows(turn: int, text: str) -> list[Row]:
    found: list[Row] = []
    start, digits, at = 0, "", 0
    while at <= len(text):
        read, length = _read(text, at) if at < len(text) else ("", 0)
        if length:
            start, digits = (start, digits + read) if digits else (at, read)
        elif digits:
            found.append(Row(turn, start, at, digits))
            digits = ""
        at += length or 1
    return found


def _read(text: str, at: int) -> tuple[str, int]:
    if repeated := REPEATED.match(text, at):
        return _digit(repeated[2]) * int(_digit(repeated[1] or "二")), repeated.end() - at
    if (digit := _digit(text[at])) and not _counts_places(text, at):
        return digit, 1
    if x := X.match(text, at):
        return "X", x.end() - at
    return "", 0


def _counts_places(text: str, at: int) -> bool:
    """Whether the figure is that of 前三位 or 后4位, and no digit of a number."""
    return text[at + 1 : at + 2] == "位" and (at == 0 or not _digit(text[at - 1]))


def _digit(character: str) -> str:
    if character in SPOKEN:
        return SPOKEN[character]
    value = unicodedata.digit(character, -1)
    return str(value) if value >= 0 else ""


def joins(texts: Sequence[str], first: Row, second: Row) -> bool:
    """Whether the second row may go on with the number that the first row began."""
    if first.turn == second.turn:
        return _is_filler(texts[first.turn][first.end : second.start])
    between = texts[first.turn + 1 : second.turn]
    return (
        second.turn - first.turn <= 4
        and _is_filler(texts[first.turn][first.end :])
        and _is_lead_in(texts[second.turn][: second.start])
        and all(len(text) <= BACKCHANNEL or any(map(_digit, text)) for text in between)
    )


def _is_filler(text: str) -> bool:
    return len(text) <= MAX_FILLER and FILLER.fullmatch(text) is not None


LEAD_IN = re.compile(r"(?:好的?|嗯|对|是的?|行|明白|您说|[\s,，、。])*")


def _is_lead_in(text: str) -> bool:
    return _is_filler(LEAD_IN.sub("", text, count=1))
