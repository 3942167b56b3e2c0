"""Numbers as they are said: digits one by one (幺二三), amounts, dates, order numbers."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

DIGITS = "零一二三四五六七八九"
SPOKEN = "零幺二三四五六七八九"  # one by one, as on the telephone
UNITS = ("", "十", "百", "千")


def number(value: int) -> str:
    """A whole number from 0 to 99,999,999 in words: 105 is 一百零五."""
    if value >= 10_000:
        rest = value % 10_000
        gap = "零" if 0 < rest < 1_000 else ""
        return number(value // 10_000) + "万" + gap + (number(rest) if rest else "")
    text = ""
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            text += DIGITS[digit] + UNITS[place]
        elif text and not text.endswith("零"):
            text += "零"
    text = text.rstrip("零") or "零"
    return text[1:] if text.startswith("一十") else text


def digits(random: Random, count: int) -> str:
    """Digits said one by one."""
    return "".join(random.choice(SPOKEN) for _ in range(count))


def phone(random: Random) -> str:
    """A mobile number, said in one breath or in three."""
    first = random.choice(("三", "五", "七", "八", "九"))
    said = ["幺" + first + digits(random, 1), digits(random, 4), digits(random, 4)]
    return random.choice(("", "，")).join(said)


def amount(random: Random) -> str:
    """A price: 三十八元, 一百二十块五, 九块九."""
    whole = number(
        random.choice((random.randint(1, 99), random.randint(10, 999), random.randint(2, 30) * 10))
    )
    if random.random() < 0.25:
        return f"{whole}块{DIGITS[random.randint(1, 9)]}"
    if random.random() < 0.15:
        return f"{whole}元{DIGITS[random.randint(1, 9)]}角"
    return whole + random.choice(("元", "元", "块钱", "块"))


def money(random: Random) -> str:
    """A larger sum: 五千, 三万元, 一万两千元."""
    value = random.choice((random.randint(1, 9) * 1_000, random.randint(1, 50) * 10_000))
    value += random.choice((0, 0, 500, 2_000))
    return number(value) + random.choice(("", "元", "块钱"))


def date(random: Random) -> str:
    """A day of the year."""
    return f"{number(random.randint(1, 12))}月{number(random.randint(1, 28))}" + random.choice(
        "号日"
    )


def order(random: Random) -> str:
    """An order number, six to nine digits with a breath after three or four."""
    return digits(random, random.choice((3, 4))) + "，" + digits(random, random.choice((3, 4, 5)))


def price(random: Random) -> str:
    """A tariff below one yuan."""
    return random.choice((f"{DIGITS[random.randint(1, 9)]}毛钱", f"零点{digits(random, 2)}元"))


def percent(random: Random) -> str:
    """A rate."""
    return f"百分之{number(random.randint(1, 90))}" + random.choice(
        ("", f"点{DIGITS[random.randint(1, 9)]}")
    )


SAID: dict[str, Callable[[Random], str]] = {
    "digit": lambda random: digits(random, 1),
    "digits3": lambda random: digits(random, 3),
    "digits4": lambda random: digits(random, 4),
    "digits6": lambda random: digits(random, 6),
    "phone": phone,
    "order": order,
    "amount": amount,
    "amount0": lambda random: number(
        random.choice((19, 29, 39, 58, 59, 79, 88, 99, 128, 199, 200))
    ),
    "money": money,
    "price": price,
    "percent": percent,
    "rate": lambda random: f"百分之{random.choice('一二三四')}点{random.choice(DIGITS[1:])}",
    "date": date,
    "number": lambda random: number(random.randint(2, 999)),
    "number0": lambda random: number(random.randint(3, 30)),
    "months": lambda random: number(random.choice((3, 6, 12, 18, 24, 36))),
    "years": lambda random: random.choice(("一", "两", "三", "五", "十", "十五", "二十")),
    "years0": lambda random: random.choice(("一", "两", "三", "五")),
    "age": lambda random: number(random.randint(18, 75)),
    "hour": lambda random: random.choice(("七", "八", "九", "十")),
    "hour2": lambda random: random.choice(("五", "六", "八", "九", "十")),
}
"""What a slot of the grammar may hold besides its rules."""
