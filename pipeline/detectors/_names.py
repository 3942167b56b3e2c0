"""Names that customers give, and agents' ways to address them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.call import Call, Speaker, Turn
from pipeline.hit import Kind
from pipeline.text.normal import normal
from pipeline.text.sound import fold, sounds

COMPOUND = "欧阳|司马|上官|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|端木|南宫|西门|独孤"
# The commonest single surnames, some 97 % of people (National name report of the Ministry of
# Public Security); those that are also everyday words after 我叫 (车, 叫, 了) are left out.
SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶"
    "程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫阎段雷龙黎史陶贺"
    "毛郝顾龚邵万覃武钱戴严莫孔向常汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关"
    "兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单裴霍成苗谷盛曲翁冉骆路游靳管柴蒙鲍华喻祁房屈饶解"
    "牟艾尤阳时穆农司古吉缪简戚宫卜盖桂栾冷佟辛仇连麦蓝娄项宗闵苟闻党洪赖涂滕褚窦蔺邬谌敖卓"
)
SURNAME = rf"(?P<surname>{COMPOUND}|[{SINGLE}])"
# 我姓 is followed by a surname, even a rare or a misheard one, unless it asks or explains.
SAYS_SURNAME = re.compile(
    rf"(?:我|免贵|本人)姓(?P<surname>{COMPOUND}|(?![什啥名氏的是不了也就吗和哪怎谁有在啊呢嘛吧呀嗯呃])\w)"
)
SAYS_NAME = re.compile(rf"(?:我叫|我的名字叫|我的名字是|我名字叫){SURNAME}\w{{1,3}}?\b")
SAYS_BOTH = re.compile(rf"姓{SURNAME}[，,]?(?:名字?)?叫")
IS_ADDRESSED = re.compile(rf"(?:我是|我叫){SURNAME}(?:女士|先生|小姐|太太)")
ASKS_NAME = re.compile(r"贵姓|怎么称呼|如何称呼|尊姓|您的?(?:姓名|名字|大名)|您叫什么")
ANSWERS = re.compile(rf"(?!谢谢|方便)(?:我?(?:姓|叫|是)|免贵姓?)?{SURNAME}\w{{0,3}}\b")
TITLE = re.compile(r"女士|先生|小姐|太太|老师|同学|老板|经理|阿姨|叔叔|大哥|大姐|总")
HONORIFIC = re.compile(r"女士|先生|小姐|太太")
MERGED = (("huan", "wan"), ("f", "h"), ("lv", "li"), ("r", "l"))
"""What speakers of one dialect or another do not tell apart (黄 and 王, 符 and 胡, 吕 and 李), in
folded syllables."""


@dataclass(frozen=True, slots=True)
class Named:
    """text[start:end] of a turn holds a name, or a form of address with it; at: its surname.

    kind is SOUND where the surname may be another: what is written sounds like none, or only alike.
    """

    turn: int
    start: int
    end: int
    surname: str
    at: int
    kind: Kind = Kind.TEXT


def given(call: Call) -> Iterator[Named]:
    """Where the customer gives a name; the span covers the words 我姓李."""
    asked = False
    for index, turn in enumerate(call.turns):
        if turn.speaker == Speaker.CUSTOMER:
            yield from _given(index, turn, asked)
            asked = False
        elif turn.speaker == Speaker.AGENT:
            asked = bool(ASKS_NAME.search(normal(turn.text).text))


def _given(index: int, turn: Turn, asked: bool) -> Iterator[Named]:
    spans: list[tuple[int, int]] = []
    for pattern in (SAYS_SURNAME, SAYS_BOTH, SAYS_NAME, IS_ADDRESSED):
        for match in pattern.finditer(turn.text):
            if not any(s < match.end() and match.start() < e for s, e in spans):
                spans.append(match.span())
                yield _named(index, match)
    answer = ANSWERS.match(turn.text) if asked and not spans else None
    if answer:
        yield _named(index, answer)


def _named(index: int, match: re.Match[str]) -> Named:
    """Of kind SOUND unless it is a surname, or a spelling of one: 朋 is heard as 彭 is."""
    surname = match["surname"]
    known = re.fullmatch(SURNAME, surname) or _spoken(surname) in _surnames_spoken()
    kind = Kind.TEXT if known else Kind.SOUND
    return Named(index, *match.span(), surname, match.start("surname"), kind)


def used(call: Call, surnames: frozenset[str]) -> Iterator[Named]:
    """Where the agent addresses somebody by one of the surnames and a title, up to two characters
    of a first name between; surnames are compared by sound, which is all that was heard.
    """
    for index, turn in enumerate(call.turns):
        form = normal(turn.text)
        if turn.speaker != Speaker.AGENT or not surnames:
            continue
        for title in TITLE.finditer(form.text):
            near = list(_before(form.text, title.start(), surnames))
            if near:
                kind, at, surname = min(near, key=lambda one: one[0] == Kind.SOUND)
                start, end = form.original(at, title.end())
                yield Named(index, start, end, surname, start, kind)


def addressed(call: Call) -> Iterator[Named]:
    """Where the agent addresses somebody as 王先生 or 王女士, whatever the surname."""
    for index, turn in enumerate(call.turns):
        if turn.speaker != Speaker.AGENT:
            continue
        for match in re.finditer(rf"{SURNAME}(?:{HONORIFIC.pattern})", turn.text):
            yield Named(index, *match.span(), match["surname"], match.start(), Kind.SOUND)


def _before(form: str, title: int, surnames: frozenset[str]) -> Iterator[tuple[Kind, int, str]]:
    """Surnames at most two characters before the title, the nearest first: how, where, which."""
    for first_name in range(3):
        for surname in sorted(surnames):
            at = title - first_name - len(surname)
            written = form[max(0, at) : at + len(surname)]
            kind = _likeness(written, surname, bool(first_name)) if at >= 0 else None
            if kind is not None:
                yield kind, at, surname


def _likeness(written: str, surname: str, apart: bool) -> Kind | None:
    """TEXT where nobody can hear a difference, SOUND where what is written only sounds alike.

    A character that is no surname is but a spelling of what was heard, if the title follows it.
    """
    if written == normal(surname).text or _spoken(written) == _spoken(surname):
        return Kind.TEXT
    another = re.fullmatch(SURNAME, written) is not None
    if sounds(written) == sounds(normal(surname).text):
        return Kind.SOUND if another or apart else Kind.TEXT
    return Kind.SOUND if another and _merged(written) == _merged(surname) else None


@lru_cache(maxsize=4096)
def _spoken(name: str) -> tuple[str, ...]:
    """Syllables with their tones."""
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(name, style=Style.TONE3))


@cache
def _surnames_spoken() -> frozenset[tuple[str, ...]]:
    return frozenset(map(_spoken, SINGLE))


def _merged(name: str) -> tuple[str, ...]:
    return tuple(_as_one(fold(syllable.rstrip("12345"))) for syllable in _spoken(name))


def _as_one(syllable: str) -> str:
    for beginning, plain in MERGED:
        if syllable.startswith(beginning):
            return plain + syllable[len(beginning) :]
    return syllable
