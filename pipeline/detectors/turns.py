"""Somebody speaks too often or too seldom. | 话轮过多或过少。

Agent and customer each: a hit that spans the call where the number of turns is out of bounds;
fewer_than 1 finds who never speaks. While unplaced turns could still change the answer, it is not
judged. |
坐席、客户各自计算：话轮数超出范围则算一次，范围为整通；fewer_than 为 1 即“始终没有说话”。
身份不明的话轮可能改变结果时不作判断。

fewer_than: fewer turns count | 少于多少个话轮才算

more_than: more turns count | 多于多少个话轮才算
"""

from pipeline.call import Call, Speaker
from pipeline.detectors._evidence import PEOPLE, about_call, everything
from pipeline.hit import Hit, Hits, Kind


def find(call: Call, *, fewer_than: int | None = None, more_than: int | None = None) -> Hits:
    """Hits named few or many."""
    if not call.turns:
        return Hits(applicable=False)
    unplaced = _count(call, Speaker.UNKNOWN)
    found: list[Hit] = []
    undecided = False
    for speaker in PEOPLE:
        least = _count(call, speaker)
        most = least + unplaced
        if fewer_than is not None and most < fewer_than:
            found.append(about_call(call, "few", Kind.TIMING, speaker))
        elif more_than is not None and least > more_than:
            found.append(about_call(call, "many", Kind.TIMING, speaker))
        else:
            too_few = fewer_than is not None and least < fewer_than
            too_many = more_than is not None and most > more_than
            undecided |= too_few or too_many
    return Hits(tuple(found), (everything(call),) if undecided else ())


def _count(call: Call, speaker: Speaker) -> int:
    return sum(turn.speaker == speaker for turn in call.turns)
