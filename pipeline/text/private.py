"""Private numbers are masked before anything is stored, indexed, printed or logged.

身份证 (date and check digit), 手机, 银行卡 (Luhn), and the CVV, codes and passwords asked for by
name; as digits or as spoken (digits.py), also dictated over several turns with the other's echo
between. What is called an order number, an amount or the like stays. Masks keep the length.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.call import Call, Turn, Word
from pipeline.text.digits import Row, joins, rows
from pipeline.text.private_numbers import SHORTEST, is_private

MASK = "*"
MAX_DIGITS = 22
MAX_WAYS = 150
"""How many ways of joining rows are tried from each: digits said one a turn allow millions."""
MIN_ECHO = 3
MIN_ECHO_ANYWHERE = 6

LABEL = re.compile(
    r"(?P<other>(?:订单|单号|运单|快递|物流|流水|工单|编号|合同|保单|工号|金额|会员|案件号|型号|设备号|序列号"
    r"|条码|发票|税号|受理|交易号|账单|宽带|取件码|积分|日期|会议|预约|学号|(?<![客用账帐])户号|表号|车架|编码"
    r"|小票|送货|批次|开奖|报案|考生"
    r"|iccid|imei|sn码|客服电话|热线)(?:的?号码)?"
    r"|(?:(?!vx|wx)[a-z]{2})$)"
    r"|(?P<id>(?:身份证|证件)(?:的?号码)?)"
    r"|(?P<card>(?:卡号|银行卡|信用卡|储蓄卡|借记卡)(?:的?号码)?)"
    r"|(?P<phone>手机|电话|座机|固话|总机|传真|联系方式|号码)",
    re.IGNORECASE,
)
UNIT = re.compile(r"[\s,，。、]*(?:元|块|万|亿|角|毛|积分|个积分|这个订单|的订单|这个单号|是订单)")
CVV = re.compile(
    r"cvv2?|cvc2?|cvn2?|安全码|(?:背面|卡背|签名栏|背后)[^。？?]{0,8}?[三3]位", re.IGNORECASE
)
SECRET = re.compile(r"(?<!宽带)密码|验证码|动态码|校验码|口令")
ID_END = re.compile(r"(?:身份证|证件)(?:号码?)?的?[最末]?后[四六46]位")
AREA = re.compile(r"0\d{2,3}")
"""Of a landline: 010, 0571."""
BEFORE = 30
"""Characters before a number in which its name is looked for; those of the turn before as well."""


def mask(texts: Sequence[str]) -> list[str]:
    """The texts of neighbouring turns with private numbers masked; each keeps its length."""
    return _mask(texts, tuple(range(len(texts))))


def masked(call: Call) -> Call:
    """The call with private numbers masked in its words, across turns."""
    texts = [turn.text for turn in call.turns]
    hidden = _mask(texts, tuple(turn.speaker for turn in call.turns))
    turns = tuple(map(_with_text, call.turns, hidden))
    number = call.about.customer_number
    if number and sum(c.isdigit() for c in number) >= 7 and MASK not in number:
        kept = MASK * (len(number) - 4) + number[-4:]
        return replace(call, turns=turns, about=replace(call.about, customer_number=kept))
    return replace(call, turns=turns) if hidden != texts else call


def _with_text(turn: Turn, text: str) -> Turn:
    if text == turn.text:
        return turn
    words: list[Word] = []
    at = 0
    for word in turn.words:
        words.append(replace(word, text=text[at : at + len(word.text)]))
        at += len(word.text)
    return replace(turn, words=tuple(words))


def _mask(texts: Sequence[str], speakers: Sequence[object]) -> list[str]:
    found = rows(texts)
    if sum(len(row.digits) for row in found) < MIN_ECHO:
        return list(texts)
    private = {row for row, _ in _secrets(texts, found)}
    numbers: list[tuple[str, int, int]] = []
    for chain in _chains(texts, found, speakers):
        digits = _joined(chain)
        label = _label(texts, chain) if len(digits) >= SHORTEST else ""
        if label == "phone" and _goes_on(texts, found, chain[0]):
            label = ""
        if not label and _is_cut_out(texts, found, chain):
            continue
        for said in dict.fromkeys((digits, _said_once(chain))):
            if is_private(said, label):
                private.update(chain)
                numbers.append((said, chain[0].turn, chain[-1].turn))
    said_of = _Numbers(numbers)
    for stretch in _stretches(texts, found):
        if _is_echo(stretch, said_of, texts):
            private.update(stretch)
    hidden: dict[int, list[Row]] = {}
    for row in private:
        hidden.setdefault(row.turn, []).append(row)
    return [_hide(text, hidden.get(turn, ())) for turn, text in enumerate(texts)]


def _hide(text: str, private: Sequence[Row]) -> str:
    for row in private:
        text = text[: row.start] + MASK * (row.end - row.start) + text[row.end :]
    return text


def _chains(
    texts: Sequence[str], found: Sequence[Row], speakers: Sequence[object]
) -> Iterator[tuple[Row, ...]]:
    """Every way in which rows may make up one number, the rows that only echo it left out."""
    for first in range(len(found)):
        open_chains: list[tuple[int, ...]] = [(first,)]
        for _ in range(MAX_WAYS):
            if not open_chains:
                break
            chain = open_chains.pop()
            yield tuple(found[at] for at in chain)
            said = _joined([found[at] for at in chain])
            for at in range(chain[-1] + 1, min(len(found), chain[-1] + 7)):
                last, row = found[chain[-1]], found[at]
                if len(said) + len(row.digits) <= MAX_DIGITS and joins(texts, last, row):
                    open_chains.append((*chain, at))
                other = speakers[row.turn] != speakers[last.turn]
                if not (row.turn > last.turn and other and row.digits in said):
                    break


def _label(texts: Sequence[str], chain: Sequence[Row]) -> str:
    """What the number is called just before it, or in the turn before: other, id, card, phone."""
    first, last = chain[0], chain[-1]
    if UNIT.match(texts[last.turn], last.end):
        return "other"
    context = texts[first.turn][: first.start][-BEFORE:]
    named = list(LABEL.finditer(context))
    if not named and len(context) < BEFORE:
        before = "".join(texts[max(0, first.turn - 2) : first.turn])[-BEFORE:]
        named = list(LABEL.finditer(before))
        context = before + context
    if not named:
        return ""
    between, said = rows([context[named[-1].end() :]]), _joined(chain)
    others = [row.digits for row in between if row.digits not in said]
    if any(len(digits) >= MIN_ECHO and not AREA.fullmatch(digits) for digits in others):
        return ""  # what was called so is another number, between
    return named[-1].lastgroup or ""


def _joined(chain: Sequence[Row]) -> str:
    return "".join(row.digits for row in chain)


def _said_once(chain: Sequence[Row]) -> str:
    """The digits of a chain of which some parts were said twice: 138 138, 0013 0013, 8000."""
    halves = [(row.digits, row.digits[: len(row.digits) // 2]) for row in chain]
    return "".join(
        half if len(half) >= MIN_ECHO and half * 2 == digits else digits for digits, half in halves
    )


def _is_cut_out(texts: Sequence[str], found: Sequence[Row], chain: Sequence[Row]) -> bool:
    """Whether the chain is a piece of a longer number: 9 6 1 5 2 4 9 8 8 2 6 6 5."""
    first, last = _place(found, chain[0]), _place(found, chain[-1])
    before = found[first - 1] if first else None
    after = found[last + 1] if last + 1 < len(found) else None
    return _touch(texts, before, chain[0]) or _touch(texts, chain[-1], after, 1)


def _goes_on(texts: Sequence[str], found: Sequence[Row], row: Row) -> bool:
    """Whether the row goes on with one before it in its turn, which was called so."""
    at = _place(found, row)
    before = found[at - 1] if at else None
    return before is not None and before.turn == row.turn and joins(texts, before, row)


def _place(found: Sequence[Row], row: Row) -> int:
    """Its index: rows are in the order of the text."""
    return bisect_left(found, (row.turn, row.start), key=lambda other: (other.turn, other.start))


def _touch(texts: Sequence[str], left: Row | None, right: Row | None, beside: int = 0) -> bool:
    if not left or not right or left.turn != right.turn:
        return False
    short = len((left, right)[beside].digits) < MIN_ECHO_ANYWHERE
    return short and not texts[left.turn][left.end : right.start].strip(" -")


def _stretches(texts: Sequence[str], found: Sequence[Row]) -> list[list[Row]]:
    """Rows that follow each other in a turn, together."""
    together: list[list[Row]] = []
    for row in found:
        last = together[-1][-1] if together else None
        if last and last.turn == row.turn and joins(texts, last, row):
            together[-1].append(row)
        else:
            together.append([row])
    return together


class _Numbers:
    """The private numbers of a call, for asking whether digits are a part of one: in one text, so
    that a chat with thousands of them is searched as fast as its length allows."""

    def __init__(self, numbers: Sequence[tuple[str, int, int]]) -> None:
        near: dict[int, list[str]] = {}
        for digits, first, last in numbers:
            for turn in range(first - 1, last + 3):
                near.setdefault(turn, []).append(digits)
        self.anywhere = " ".join(dict.fromkeys(digits for digits, _, _ in numbers))
        self.near = {turn: " ".join(dict.fromkeys(listed)) for turn, listed in near.items()}


def _is_echo(stretch: Sequence[Row], numbers: _Numbers, texts: Sequence[str]) -> bool:
    """Whether what is said repeats a part of a number said nearby, or a long part anywhere."""
    said, turn = _joined(stretch), stretch[0].turn
    if len(said) < MIN_ECHO or UNIT.match(texts[turn], stretch[-1].end):
        return False
    if len(said) >= MIN_ECHO_ANYWHERE:
        return said in numbers.anywhere
    return said in numbers.near.get(turn, "")


def _secrets(texts: Sequence[str], found: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    """Digits that answer a question for the CVV, a password or a code."""
    for pattern, shortest, longest in ((CVV, 3, 4), (SECRET, 4, 8), (ID_END, 4, 6)):
        for turn, text in enumerate(texts):
            for asked in pattern.finditer(text):
                for row in _answer(texts, found, turn, asked.end(), (shortest, longest)):
                    yield row, asked.group()


def _answer(
    texts: Sequence[str], found: Sequence[Row], turn: int, after: int, size: tuple[int, int]
) -> tuple[Row, ...]:
    near = [
        row
        for row in found
        if (row.turn == turn and after <= row.start <= after + BEFORE)
        or (turn < row.turn <= turn + 3 and row.start <= BEFORE // 2)
    ]
    for first, row in enumerate(near):
        chain = [row]
        for other in near[first + 1 :]:
            if not joins(texts, chain[-1], other):
                break
            chain.append(other)
        said = sum(len(part.digits) for part in chain)
        if size[0] <= said <= size[1] and not UNIT.match(texts[row.turn], chain[-1].end):
            return tuple(chain)
    return ()
