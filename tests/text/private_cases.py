"""Private numbers and what resembles them, in turns, from a seed; run it for recall and alarms.

python -m tests.text.private_cases [seed]
"""

import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from stdnum import luhn
from stdnum.cn import ric

from pipeline.text.private import mask

COUNT = 300
NEVER_MASKED = " ,-，、嗯啊然后"
"""What lies between the digits of a private number may stay readable."""


@dataclass(frozen=True, slots=True)
class Case:
    """Turns, and the places (turn, offset) of the characters that must be masked."""

    kind: str
    texts: tuple[str, ...]
    private: frozenset[tuple[int, int]]


class Writer:
    """Turns with numbers marked: what stands between ‹ and › is private."""

    def __init__(self, dice: random.Random):
        self.dice = dice

    def case(self, kind: str, *turns: str) -> Case:
        texts, private = [], set()
        for number, marked in enumerate(turns):
            text, inside = "", False
            for character in marked:
                if character in "‹›":
                    inside = character == "‹"
                    continue
                if inside and character not in NEVER_MASKED:
                    private.add((number, len(text)))
                text += character
            texts.append(text)
        return Case(kind, tuple(texts), frozenset(private))

    def spell(self, digits: str) -> str:
        """Digits as somebody might say and a recogniser might write them."""
        return self.dice.choice(STYLES)(digits, self.dice)


def _plain(digits: str, dice: random.Random) -> str:
    return digits


def _full_width(digits: str, dice: random.Random) -> str:
    return digits.translate({ord(d): ord(d) - ord("0") + ord("０") for d in "0123456789"})


def _spoken(digits: str, dice: random.Random) -> str:
    return digits.translate(str.maketrans("0123456789X", "零一二三四五六七八九X"))


def _telephone(digits: str, dice: random.Random) -> str:
    return _spoken(digits, dice).replace("一", "幺")


def _radio(digits: str, dice: random.Random) -> str:
    return digits.translate(str.maketrans("0123456789X", "洞幺两三四五六拐八勾X"))


def _spaced(digits: str, dice: random.Random) -> str:
    return " ".join(digits)


def _grouped(digits: str, dice: random.Random) -> str:
    sign = dice.choice([" ", "-", ",", "，"])
    return sign.join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _hesitant(digits: str, dice: random.Random) -> str:
    groups = [_telephone(digits[at : at + 3], dice) for at in range(0, len(digits), 3)]
    return dice.choice(("嗯", "，嗯，", "，然后", "啊，")).join(groups)


def _counted(digits: str, dice: random.Random) -> str:
    spoken = _telephone(digits, dice)
    return re.sub(r"([零二三四五六七八九])\1\1?", _count, spoken)


def _count(found: re.Match[str]) -> str:
    return ("两" if len(found[0]) == 2 else "三") + "个" + found[1]


def _mixed(digits: str, dice: random.Random) -> str:
    return "".join(dice.choice((d, _spoken(d, dice), _telephone(d, dice))) for d in digits)


STYLES: tuple[Callable[[str, random.Random], str], ...] = (
    _plain,
    _full_width,
    _spoken,
    _telephone,
    _telephone,
    _radio,
    _spaced,
    _grouped,
    _mixed,
    _hesitant,
    _counted,
)


def mobile(dice: random.Random) -> str:
    return "1" + dice.choice("3456789") + "".join(dice.choices("0123456789", k=9))


def card(dice: random.Random) -> str:
    length = dice.choice((16, 19))
    start = dice.choice(
        ("6222", "6217", "6228", "6230", "4367", "5187") if length == 16 else ("62",)
    )
    body = start + "".join(dice.choices("0123456789", k=length - 1 - len(start)))
    return body + luhn.calc_check_digit(body)


def identity(dice: random.Random) -> str:
    place = dice.choice(("110105", "310104", "440305", "330106", "510107", "320102", "420106"))
    born = f"{dice.randint(1950, 2006)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
    body = place + born + f"{dice.randint(1, 999):03}"
    return body + ric.calc_check_digit(body + "0")


NUMBERS = {"手机": mobile, "银行卡": card, "身份证": identity}
ASKS = {
    "手机": ("请问您的联系电话是多少", "麻烦您报一下手机号码", "您的手机号是"),
    "银行卡": ("请您提供一下卡号", "请报一下您的银行卡号", "您的信用卡卡号是多少"),
    "身份证": ("请您提供一下身份证号", "麻烦报一下身份证号码", "请问您的证件号码是"),
}
LEADS = ("", "", "是", "嗯,", "嗯", "好的,", "我的是", "你记一下,", "等一下啊,是")
TAILS = ("", "", "对", "。", ",你记一下", "对吧", "谢谢")


def _at_once(writer: Writer, kind: str, digits: str) -> Case:
    spelled, dice = writer.spell(digits), writer.dice
    line = dice.choice(LEADS) + f"‹{spelled}›" + dice.choice(TAILS)
    if dice.random() < 0.3:  # told without being asked
        return writer.case(kind, "您好，请问有什么可以帮您", line)
    return writer.case(kind, dice.choice(ASKS[kind]), line, "好的，已经记录了")


def _in_a_sentence(writer: Writer, kind: str, digits: str) -> Case:
    dice = writer.dice
    name = {"手机": "手机号", "银行卡": "卡号", "身份证": "身份证号"}[kind]
    before = dice.choice(("我的", "我", "那个", "预留的"))
    after = dice.choice(("", ",你帮我查一下", "的这个", ",麻烦快一点"))
    return writer.case(kind, f"{before}{name}是‹{writer.spell(digits)}›{after}")


def _with_echo(writer: Writer, kind: str, digits: str) -> Case:
    dice = writer.dice
    return writer.case(
        kind,
        dice.choice(ASKS[kind]),
        dice.choice(LEADS) + f"‹{writer.spell(digits)}›",
        f"跟您核对一下，‹{writer.spell(digits)}›对吗",
        "对的",
    )


def _over_turns(writer: Writer, kind: str, digits: str) -> Case:
    dice = writer.dice
    cuts = sorted(dice.sample(range(3, len(digits) - 2), dice.choice((1, 1, 2))))
    pieces = [digits[a:b] for a, b in zip([0, *cuts], [*cuts, len(digits)], strict=True)]
    turns = [dice.choice(ASKS[kind])]
    for piece in pieces:
        turns.append(f"‹{writer.spell(piece)}›")
        if dice.random() < 0.6:
            turns.append(dice.choice(("嗯", "好的", "嗯，您请说", f"‹{writer.spell(piece)}›")))
    return writer.case(kind, *turns)


def _cvv(writer: Writer, kind: str, digits: str) -> Case:
    dice = writer.dice
    code = "".join(dice.choices("0123456789", k=3))
    asked = dice.choice(
        ("请您提供一下CVV", "请说一下卡背面后三位", "背面签名栏末三位数字是多少", "安全码是多少")
    )
    said = dice.choice(("", "是", "嗯，", "后面是")) + f"‹{writer.spell(code)}›"
    if dice.random() < 0.3:
        return writer.case("CVV", f"我的CVV是‹{writer.spell(code)}›")
    return writer.case("CVV", asked, said, "好的")


def _misheard(writer: Writer, kind: str, digits: str) -> Case:
    """Called by its name, with one digit lost or another one written for it."""
    dice = writer.dice
    at = dice.randrange(len(digits))
    other = dice.choice(("", dice.choice("0123456789".replace(digits[at], ""))))
    shape = dice.choice((_in_a_sentence, _with_echo))
    return shape(writer, kind, digits[:at] + other + digits[at + 1 :])


SHAPES = (_at_once, _in_a_sentence, _with_echo, _over_turns, _misheard, _cvv)


def positives(seed: int, count: int = COUNT) -> list[Case]:
    writer, made = Writer(random.Random(seed)), []
    for number in range(count):
        kind = list(NUMBERS)[number % 3]
        shape = SHAPES[number // 3 % len(SHAPES)]
        made.append(shape(writer, kind, NUMBERS[kind](writer.dice)))
    return made


def _order(writer: Writer) -> Case:
    dice = writer.dice
    digits = "".join(dice.choices("0123456789", k=dice.choice((8, 10, 11, 12, 13, 15, 16, 18, 19))))
    if dice.random() < 0.3:
        digits = mobile(dice)
    name = dice.choice(
        ("订单号", "快递单号", "工单编号", "流水号", "保单号", "合同编号", "受理编号")
    )
    if dice.random() < 0.5:
        return writer.case(name, f"请问您的{name}是多少", "是" + writer.spell(digits), "好的")
    return writer.case(name, f"您的{name}是{writer.spell(digits)}，请您记录一下")


def _order_over_turns(writer: Writer) -> Case:
    dice = writer.dice
    digits = "".join(dice.choices("0123456789", k=dice.choice((10, 12, 16, 18))))
    half = len(digits) // 2
    first, second = writer.spell(digits[:half]), writer.spell(digits[half:])
    return writer.case("订单号", "请您提供订单号", first, "嗯", second, "好的")


def _amount(writer: Writer) -> Case:
    dice = writer.dice
    line = dice.choice(
        (
            f"您本月消费{dice.randint(10, 99999)}元，余额{dice.randint(10, 9999) / 10}元",
            "套餐是一百三十八元，包含三十个G流量",
            f"一共是{dice.randint(10**7, 10**9)}元",
            f"您的积分是{dice.randint(10**5, 10**8)}",
            "五千三百八十块，分十二期",
            f"优惠了百分之{dice.randint(10, 90)}",
        )
    )
    return writer.case("金额", line)


def _staff(writer: Writer) -> Case:
    number = writer.spell(
        "".join(writer.dice.choices("0123456789", k=writer.dice.choice((3, 4, 6))))
    )
    return writer.case("工号", f"您好，工号{number}为您服务，请问有什么可以帮您", "你好我想查话费")


def _date(writer: Writer) -> Case:
    dice = writer.dice
    day = f"{dice.randint(2019, 2026)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
    line = dice.choice(
        (
            f"日期是{writer.spell(day)}",
            f"生效时间{day[:4]}年{int(day[4:6])}月{int(day[6:])}日{dice.randint(0, 23)}点",
            f"是{day[:4]}-{day[4:6]}-{day[6:]} {dice.randint(10, 23)}:{dice.randint(10, 59)}",
            "二零二六年十一月二十一号到账",
        )
    )
    return writer.case("日期", line, "好的，知道了")


def _hotline(writer: Writer) -> Case:
    dice = writer.dice
    number = dice.choice(("10086", "95588", "4008123123", "12345", "8008208820", "10000"))
    return writer.case("热线", f"您可以拨打{writer.spell(number)}咨询")


def _loose(writer: Writer) -> Case:
    """Digits that no check fits: too long, too short, another first digit, a failing Luhn."""
    dice = writer.dice
    digits = dice.choice(("2", "0", "7", "9")) + "".join(dice.choices("0123456789", k=9))
    digits += "".join(dice.choices("0123456789", k=dice.choice((0, 2, 3))))
    return writer.case("其他", f"那边给我的是{writer.spell(digits)}", "好的我看一下")


def _beside_a_telephone(writer: Writer) -> Case:
    """As long as a telephone number, near the word, and called something else."""
    dice = writer.dice
    digits = writer.spell("".join(dice.choices("0123456789", k=dice.choice((7, 8, 10, 11)))))
    service = dice.choice(("4008123123", "8008208820", "1008611"))
    return writer.case(
        "电话旁",
        *dice.choice(
            (
                (f"您手机的订单号码是{digits}",),
                (f"我的手机有问题，工号是{digits}的坐席让我再打来",),
                ("您好，请问您的手机怎么了", f"我的快递号码是{digits}"),
                ("麻烦您提供宽带号码", f"是{digits}", "好的"),
                (f"您可以拨打电话{writer.spell(service)}咨询",),
                ("请问您什么时候换的手机号", f"{dice.randint(2019, 2026)}1{dice.randint(0, 2)}08"),
            )
        ),
    )


NEAR = (
    _order,
    _order,
    _order_over_turns,
    _amount,
    _staff,
    _date,
    _hotline,
    _loose,
    _beside_a_telephone,
)


def near_misses(seed: int, count: int = COUNT) -> list[Case]:
    writer = Writer(random.Random(seed + 1))
    return [NEAR[number % len(NEAR)](writer) for number in range(count)]


def missed(case: Case) -> bool:
    """Whether a private character of the case stays readable."""
    hidden = mask(case.texts)
    return any(hidden[turn][at] != "*" for turn, at in case.private)


def alarmed(case: Case) -> bool:
    """Whether anything else is masked."""
    hidden = mask(case.texts)
    return any(
        hidden[turn][at] == "*" and character != "*" and (turn, at) not in case.private
        for turn, text in enumerate(case.texts)
        for at, character in enumerate(text)
        if character not in NEVER_MASKED
    )


def main(seed: int) -> None:
    hard, easy = positives(seed), near_misses(seed)
    lost, false = [c for c in hard if missed(c)], [c for c in easy if alarmed(c)]
    print(f"seed {seed}: recall {1 - len(lost) / len(hard):.1%} of {len(hard)}", end=", ")
    print(f"false alarms {len(false) / len(easy):.1%} of {len(easy)}")
    print("missed by kind:", dict(Counter(c.kind for c in lost)))
    print("alarms by kind:", dict(Counter(c.kind for c in false)))
    for case in (*lost, *false)[:12]:
        print(case.kind, case.texts, mask(case.texts))
    spill = [c for c in hard if alarmed(c)]
    print(f"other characters masked beside a private number: {len(spill)}")
    for case in spill[:5]:
        print(case.kind, case.texts, mask(case.texts))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20261121)
