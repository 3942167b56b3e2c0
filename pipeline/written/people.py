"""Which of the names in a dialogue log is the agent's, which the customer's."""

import re
import unicodedata
from collections.abc import Sequence
from fnmatch import fnmatchcase

from pipeline.call import Speaker
from pipeline.refusal import Refusal
from pipeline.settings import Chats
from pipeline.speech.call_record import brief
from pipeline.written.said import Said

WORDS: dict[Speaker, tuple[str, ...]] = {
    Speaker.AGENT: (
        *(
            "agent",
            "坐席",
            "座席",
            "客服",
            "人工客服",
            "人工",
            "客服代表",
            "客服人员",
            "商家",
            "卖家",
        ),
        *("店家", "店小二", "小二", "顾问", "接待", "staff", "operator", "service", "seller"),
        *("merchant", "advisor", "representative"),
    ),
    Speaker.CUSTOMER: (
        *(
            "customer",
            "客户",
            "顾客",
            "用户",
            "访客",
            "买家",
            "消费者",
            "client",
            "user",
            "visitor",
        ),
        *("buyer", "consumer", "guest"),
    ),
    Speaker.OTHER: (
        *("other", "系统", "系统消息", "系统提示", "机器人", "智能客服", "自动回复", "system"),
        *("bot", "robot", "chatbot"),
    ),
    Speaker.UNKNOWN: ("unknown", "不明", "未知"),
}
"""What logs call them; 客服01 and 客服-小王 are 客服 too, 客户经理 is not 客户."""
AFTER_A_WORD = re.compile(r"[\s\d_:;/|#(\[\-—·]")
OTHER_SIDE = {Speaker.AGENT: Speaker.CUSTOMER, Speaker.CUSTOMER: Speaker.AGENT}
SHOWN = 5


def roles(said: Sequence[Said], chats: Chats, file: str) -> dict[str, Speaker]:
    """The role of every name. The one name that nothing is known of takes the side that is left.

    Refusal, with the line of the first, where that leaves names without a role.
    """
    names = dict.fromkeys(one.speaker for one in said)
    found = {name: role_of(name, chats) for name in names}
    strangers = [name for name, role in found.items() if role is None]
    sides = {role for role in found.values() if role in OTHER_SIDE}
    if len(strangers) == 1 and len(sides) == 1:
        found[strangers[0]] = OTHER_SIDE[sides.pop() or Speaker.AGENT]
        strangers = []
    if strangers:
        first = next(one for one in said if one.speaker == strangers[0])
        raise Refusal(
            "written.unknown-speaker",
            file,
            first.line,
            number=first.number,
            found="、".join(brief(name) for name in strangers[:SHOWN]),
            allowed="、".join(WORDS[side][1] for side in OTHER_SIDE),
        )
    return {name: role for name, role in found.items() if role is not None}


def role_of(name: str, chats: Chats) -> Speaker | None:
    """By the settings, else by the words above; None where nothing is known of the name."""
    written = _folded(name)
    told = {
        Speaker.AGENT: chats.agents,
        Speaker.CUSTOMER: chats.customers,
        Speaker.OTHER: chats.others,
    }
    for speaker, patterns in told.items():
        if any(fnmatchcase(written, _folded(pattern)) for pattern in patterns):
            return speaker
    for speaker, words in WORDS.items():
        if any(_is_called(written, word) for word in words):
            return speaker
    return None


def _is_called(name: str, word: str) -> bool:
    rest = name.removeprefix(word)
    return rest != name and (not rest or bool(AFTER_A_WORD.match(rest)))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()
