"""What topics, gaps and likeness make of others' dialogues: an example, nothing is measured.

    python -m benchmarks.insight_real

JD's chats (text/jddc_test.enc.txt, what came before a reply, both sides mixed) and China Mobile's
dialogues (text/result_example.json), both in ZHIYIN_REAL_INPUTS, else ../shared/real_inputs. Of the
chats a message that says 您, 亲 or 妹子, or stands in five chats word for word, is taken as the
agent's, any other as the customer's; marks in brackets ([ORDERID_1], [数字x]), #E-s and
addresses are no words. Names are a few words each; no text is copied. Writes its section of
docs/insight-measured.md.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.insight_page import put
from pipeline.call import Speaker
from pipeline.configuration.resources import folder
from pipeline.insight.news import gaps, unanswered
from pipeline.insight.similar import calls_like
from pipeline.insight.talks import Bag, Talk, bag
from pipeline.insight.topics import SAYS_NOTHING, Topics, found
from pipeline.text.lexicon import load_lexicon
from tests.real import real_inputs

TITLE = "On real dialogues"
COUNT = 12
SHOWN = 5
MARK = re.compile(r"\[[^\]]*\]|#E-[sj]\d*|https?://[\x21-\x7e]*")
AGENTS = re.compile("您|亲|妹子")
CANNED, LONG = 5, 6
"""Chats that have a message word for word, and its characters."""


def chats() -> Iterator[Talk]:
    """JD's: messages stand between commas."""
    lines = (real_inputs() / "text" / "jddc_test.enc.txt").read_text("utf-8").splitlines()
    said = [[MARK.sub("", text).strip() for text in line.split(",")] for line in lines]
    counts = Counter(text for messages in said for text in set(messages))
    for number, messages in enumerate(said, 1):
        turns = tuple((_speaker(text, counts[text]), text) for text in messages if text)
        yield Talk(f"jd-{number}", turns)


def _speaker(text: str, chats: int) -> Speaker:
    canned = chats >= CANNED and len(text) >= LONG
    return Speaker.AGENT if canned or AGENTS.search(text) else Speaker.CUSTOMER


def dialogues() -> Iterator[Talk]:
    """China Mobile's: turns of user and service."""
    given = json.loads((real_inputs() / "text" / "result_example.json").read_text("utf-8"))
    for one in given:
        turns = []
        for turn in one["content"]:
            turns.append((Speaker.CUSTOMER, turn["用户"].replace("_", "")))
            turns.append((Speaker.AGENT, turn["客服-生成"]))
        yield Talk(one["id"][:6], tuple(turns))


def topics_table(topics: Topics) -> Iterator[str]:
    """Names, the next words, and how many chats."""
    yield "| topic | and | chats |"
    yield "|---|---|---:|"
    for topic in topics.topics:
        more = "、".join(word for word, _ in topic.words[3 : 3 + SHOWN])
        yield f"| {topic.name} | {more} | {topic.calls} |"


def likest(bags: list[Bag], topics: Topics) -> Iterator[str]:
    """Of the chat that is most about the first topics, how many of its likest are too."""
    for topic in topics.topics[:SHOWN]:
        near = calls_like(topic.examples[0], bags, most=SHOWN)
        same = sum(topics.of.get(one.call) == topic.number for one in near)
        yield f"- {topic.name}: {same} of the {len(near)} chats most like its first example"


def gaps_table(talks: Sequence[Talk], topics: Topics) -> Iterator[str]:
    """What nobody could answer, by topic."""
    lexicon = load_lexicon(folder("lexicons") / "unknowing.yaml")
    names = {str(topic.number): topic.name for topic in topics.topics}
    counts = {str(topic.number): topic.calls for topic in topics.topics}
    of = {call: str(number) for call, number in topics.of.items()}
    cases = [case for talk in talks for case in unanswered(talk, lexicon)]
    yield "| topic | words of the questions | chats |"
    yield "|---|---|---:|"
    for gap in gaps(cases, of, counts):
        share = f"{gap.unanswered.part} of {gap.unanswered.whole}"
        yield f"| {names.get(gap.topic, '–')} | {'、'.join(gap.words) or '–'} | {share} |"


def _matter(talk: Talk) -> str:
    """Its terms that tell a matter, each once."""
    told = (term for term in bag(talk).terms if term not in SAYS_NOTHING)
    return "、".join(dict.fromkeys(told))


def section() -> str:
    """Both corpora."""
    talks = list(chats())
    bags = [bag(talk) for talk in talks]
    topics = found(bags, count=COUNT)
    none = len(bags) - len(topics.of)
    mobile = [(one.id, _matter(one)) for one in dialogues()]
    return "\n".join(
        [
            "Made by `benchmarks/insight_real.py`, from texts of others that are not part of this "
            f"repository. {len(bags)} of JD's chats, of which {none} have no word that counts:",
            "",
            *topics_table(topics),
            "",
            "Calls like one, about the same topic:",
            "",
            *likest(bags, topics),
            "",
            "Answered with 不清楚 or the like (lexicon `unknowing`):",
            "",
            *gaps_table(talks, topics),
            "",
            f"{len(mobile)} dialogues of China Mobile are too few for topics "
            f"({len(found([bag(one) for one in dialogues()]).topics)} found); "
            "their first words that tell a matter:",
            "",
            *(f"- {'、'.join(words.split('、')[:SHOWN])}" for _, words in mobile),
            "",
        ]
    )


def main() -> None:
    """The command."""
    made = section()
    print(made)
    put(TITLE, made)


if __name__ == "__main__":
    main()
