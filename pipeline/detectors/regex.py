"""A regular expression matches. | 正则表达式命中。

RE2, sought in each turn's normal form: no punctuation or spaces, lower case, simplified; ^ and $
are the turn's ends. One hit for every match. What was said in untrusted spans, or without words,
could not be judged. A lexicon holds regular expressions too, if several templates need them. |
用 RE2 语法，在每个话轮的规范文字里找：不含标点和空格，小写，简体；^ 和 $ 为话轮首尾。每处算一次。
听不准或没有文字的片段不作判断。多个模板共用的正则可以写在词库里。

pattern: the regular expression | 正则表达式

unless_overlapping: no hit where this expression matches the same words |
同一处若也符合这个表达式，则不算

unless_in_turn: no hit in a turn in which this expression matches anywhere |
话轮里任何地方符合这个表达式，则都不算
"""

from collections.abc import Iterator

from pipeline.call import Call
from pipeline.detectors._evidence import quoted, unheard
from pipeline.hit import Hit, Hits, Kind
from pipeline.text.normal import normal
from pipeline.text.pattern import Pattern


def find(
    call: Call,
    *,
    pattern: Pattern,
    unless_overlapping: Pattern | None = None,
    unless_in_turn: Pattern | None = None,
) -> Hits:
    """Hits named after the expression."""
    found = (
        hit
        for index in range(len(call.turns))
        for hit in _matches(call, index, pattern, (unless_overlapping, unless_in_turn))
    )
    return Hits(tuple(sorted(found, key=lambda hit: (hit.start, hit.end))), unheard(call))


def _matches(
    call: Call, index: int, pattern: Pattern, unless: tuple[Pattern | None, Pattern | None]
) -> Iterator[Hit]:
    form = normal(call.turns[index].text)
    overlapping, in_turn = (p.spans(form.text) if p is not None else () for p in unless)
    for start, end in () if in_turn else pattern.spans(form.text):
        if not any(first < end and start < last for first, last in overlapping):
            yield quoted(call, index, *form.original(start, end), pattern.text, Kind.REGEX)
