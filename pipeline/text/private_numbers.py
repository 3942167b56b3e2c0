"""Which digits are a private number: by their length, check digits, and what they were called."""

import datetime
import re

SHORTEST = 7
"""A landline without its area; no private number that is known by its digits is shorter."""
LONGEST_PHONE = 14
"""86 and a mobile, with a digit too many."""
MOBILE = re.compile(r"(?:00)?(?:86)?(1[3-9]\d{9})")
SERVICE = re.compile(r"[48]00\d{4,7}|1008611")
"""Numbers that everybody may know, and their beginnings."""
CARD = re.compile(r"(?:62|60|4|5[1-5]|35|9558)\d+")


def is_private(digits: str, label: str) -> bool:
    """Whether digits that were called id, card, phone, other or nothing ("") must be masked."""
    if label == "phone" and _is_phone(digits):
        return True
    if len(digits) < 11:
        return False
    if _holds_identity(digits):
        return True
    if label == "other" or "X" in digits[:-1]:
        return False
    if label == "id":
        return 14 <= len(digits) <= 19
    if label == "card" and 13 <= len(digits) <= 20:
        return True
    if MOBILE.fullmatch(digits) or _is_card(digits):
        return True
    half = digits[: len(digits) // 2]
    return half * 2 == digits and bool(MOBILE.fullmatch(half) or _is_card(half))


def _is_phone(digits: str) -> bool:
    """Whether what was just called a telephone number may be one: mishearing changes any digit."""
    return (
        SHORTEST <= len(digits) <= LONGEST_PHONE
        and "X" not in digits
        and SERVICE.fullmatch(digits) is None
        and not (len(digits) == 8 and digits[:2] in ("19", "20") and _is_date(digits))
    )


def _holds_identity(digits: str) -> bool:
    return any(_is_identity(digits[at : at + 18]) for at in range(len(digits) - 17))


def _is_identity(number: str) -> bool:
    from stdnum.cn import ric

    if "X" in number[:-1] or ric.calc_check_digit(number) != number[-1]:
        return False
    return 1900 <= int(number[6:10]) < 2100 and _is_date(number[6:14])


def _is_date(digits: str) -> bool:
    try:
        datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _is_card(digits: str) -> bool:
    from stdnum import luhn

    return 16 <= len(digits) <= 19 and bool(CARD.fullmatch(digits)) and luhn.is_valid(digits)
