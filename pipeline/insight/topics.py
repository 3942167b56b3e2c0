"""What customers call about: topics found in their words, which keep their names over nights.

TF-IDF over the customer's terms, where what is said first counts most (½ to the power of the terms
before it ÷ 8: people say what they want, then they answer); terms of more than half of the calls,
and those that only ask, point or greet, are left out. Then non-negative matrix factorisation (Lee,
Seung 1999): each call is a mixture of topics, each topic a weight for every word. A call is about
the topic that makes up most of it.

Yesterday's topics are matched to today's by the cosine of their words, the likest first; a topic
that is like none before it is new and gets a number that no topic has had.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

from pipeline.insight.talks import Bag

MOST_COMMON = 0.5
"""Of the calls: what is said in more of them belongs to no topic."""
HALF = 8
"""Terms before a term by which it counts half."""
RAREST = 5
"""Calls in which a term must be said."""
COUNT = 40
FEWEST_CALLS = 50
"""For each topic that is looked for."""
WORDS = 30
"""Of a topic are kept, to know it again."""
NAMED_BY = 3
PLAIN = """
这个 那个 哪个 这些 那些 这里 那里 这边 那边 这样 那样 这么 那么 什么 怎么 怎么样 怎么办 为什么
多少 几个 哪里 时候 现在 今天 明天 昨天 刚才 刚刚 一下 一个 一直 一般 就是 不是 还是 还有 还要
没有 没事 没什么 有点 有没有 是不是 能不能 可以 可不可以 应该 可能 需要 想要 我要 我想 我们 你们
您们 他们 大家 自己 知道 觉得 看看 看到 看一下 说完 然后 因为 所以 如果 但是 或者 已经 之前 之后
以后 其他 别的 另外 咨询 了解 办法 你好 您好 请问 谢谢 感谢 麻烦 不用 不好意思 好的 稍等
稍等一下 再见 拜拜 亲爱 帮忙 解决 问题 提供 查询 https http www com html
"""
SAYS_NOTHING = frozenset(PLAIN.split())
"""Words of every call: they ask, point, greet or thank, and tell no matter from another."""
EXAMPLES = 5
LIKE = 0.4
"""Cosine from which on a topic is one that was there before."""
ROUNDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What calls have in common. number: stays as long as the topic does, as does its name.
    words: the strongest first, with weights whose squares sum to 1. examples: ids of the calls that
    are most about it."""

    number: int
    name: str
    words: tuple[tuple[str, float], ...]
    calls: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics, the most frequent first; of: call -> number of its topic. A call without a word
    that counts has none."""

    topics: tuple[Topic, ...]
    of: Mapping[str, int]


def found(bags: Sequence[Bag], before: Sequence[Topic] = (), count: int = COUNT) -> Topics:
    """The topics of calls; before: those of the night before, whatever calls they were found in.
    Fewer than count where there are few calls."""
    table, names = _table(bags)
    count = min(count, len(bags) // FEWEST_CALLS, len(names) - 1)
    if count < 1:
        return Topics((), {})
    shares, weights = _factors(table, count)
    fresh = [Topic(number=0, name="", words=_strongest(row, names)) for row in weights]
    known = _matched(fresh, before)
    totals = shares.max(axis=1)
    chosen = shares.argmax(axis=1)
    of = {
        one.id: known[topic].number
        for one, topic, total in zip(bags, chosen, totals, strict=True)
        if total > 0
    }
    counted = (
        replace(
            topic,
            calls=sum(number == topic.number for number in of.values()),
            examples=_examples(bags, shares[:, place], chosen == place),
        )
        for place, topic in enumerate(known)
    )
    return Topics(tuple(sorted(counted, key=lambda t: (-t.calls, t.number))), of)


def likeness(one: Topic, other: Topic) -> float:
    """The cosine of the words of two topics, 0..1."""
    weights = dict(other.words)
    return sum(weight * weights.get(word, 0.0) for word, weight in one.words)


def nearest(bag: Bag, topics: Sequence[Topic], most: int = 1) -> tuple[int, ...]:
    """Numbers of the topics that a call is about by its words alone, the nearest first: of a call
    that was not among those in which they were found."""
    weights = _weights(bag)
    sums = (
        (sum(weights.get(word, 0.0) * weight for word, weight in topic.words), topic.number)
        for topic in topics
    )
    return tuple(number for like, number in sorted(sums, key=_most_first)[:most] if like > 0)


def _most_first(pair: tuple[float, int]) -> tuple[float, int]:
    return -pair[0], pair[1]


def _table(bags: Sequence[Bag]) -> tuple[Any, list[str]]:
    """Calls by terms, rows of length 1; and the terms."""
    import numpy as np
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_extraction.text import TfidfTransformer

    weights = [_weights(bag) for bag in bags]
    if not any(weights):
        return None, []
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform(weights)
    calls = np.bincount(table.indices, minlength=table.shape[1])
    kept = (calls >= RAREST) & (calls <= MOST_COMMON * len(bags))
    if not kept.any():
        return None, []
    names = [str(name) for name in vectorizer.get_feature_names_out()[kept]]
    return TfidfTransformer().fit_transform(table[:, kept]), names


def _weights(bag: Bag) -> dict[str, float]:
    counts: dict[str, float] = {}
    for place, term in enumerate(term for term in bag.terms if term not in SAYS_NOTHING):
        counts[term] = counts.get(term, 0.0) + 0.5 ** (place / HALF)
    return counts


def _factors(table: Any, count: int) -> tuple[Any, Any]:
    """How much of each topic is in each call, and of each word in each topic (rows of length 1)."""
    import numpy as np
    from sklearn.decomposition import NMF

    model = NMF(n_components=count, init="nndsvd", random_state=0, max_iter=ROUNDS, tol=1e-3)
    shares = model.fit_transform(table)
    lengths = np.sqrt((model.components_**2).sum(axis=1))
    lengths[lengths == 0] = 1
    return shares * lengths, model.components_ / lengths[:, None]


def _strongest(row: Any, names: Sequence[str]) -> tuple[tuple[str, float], ...]:
    order = sorted(range(len(names)), key=lambda place: (-row[place], names[place]))[:WORDS]
    kept = [(names[place], float(row[place])) for place in order if row[place] > 0]
    length = sqrt(sum(weight**2 for _, weight in kept)) or 1.0
    return tuple((word, round(weight / length, 4)) for word, weight in kept)


def _examples(bags: Sequence[Bag], shares: Any, chosen: Any) -> tuple[str, ...]:
    """Of the calls about a topic those that are most about it."""
    most = sorted(
        (-share, one.id) for share, one, is_it in zip(shares, bags, chosen, strict=True) if is_it
    )
    return tuple(name for _, name in most[:EXAMPLES])


def _matched(fresh: Sequence[Topic], before: Sequence[Topic]) -> list[Topic]:
    """With number and name of the earlier topics that they are like; no two of the same one."""
    pairs = sorted(
        (
            (-likeness(topic, old), place, old.number)
            for place, topic in enumerate(fresh)
            for old in before
            if likeness(topic, old) >= LIKE
        ),
    )
    kept = {old.number: old for old in before}
    numbers: dict[int, int] = {}
    for _, place, number in pairs:
        if place not in numbers and number not in numbers.values():
            numbers[place] = number
    following = max((old.number for old in before), default=0) + 1
    named = []
    for place, topic in enumerate(fresh):
        if place in numbers:
            number, name = numbers[place], kept[numbers[place]].name
        else:
            number, name = following, "、".join(word for word, _ in topic.words[:NAMED_BY])
            following += 1
        named.append(replace(topic, number=number, name=name))
    return named
