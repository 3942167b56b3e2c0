"""Somebody speaks, too often or too seldom. | 说话，话轮过多或过少。

Without limits, every turn is a hit: the condition says whose, where and how many. With one, agent
and customer each: a hit that spans the call where the number of turns is out of bounds;
fewer_than 1 finds who never speaks. While unplaced turns could still change the answer, it is not
judged. |
不写界限时每个话轮算一次，谁的、在哪里、几次由条件限定。写了界限时坐席、客户各自计算：
话轮数超出范围则算一次，范围为整通；fewer_than 为 1 即“始终没有说话”。
身份不明的话轮可能改变结果时不作判断。

fewer_than: fewer turns count | 少于多少个话轮才算

more_than: more turns count | 多于多少个话轮才算

at_least_characters: turns of fewer characters are left out | 不足多少字的话轮不计
"""

from pipeline.call import Call, Speaker
from pipeline.detectors._evidence import PEOPLE, about_call, everything
from pipeline.hit import Hit, Hits, Kind
from pipeline.text.rate import characters


def find(
    call: Call,
    *,
    fewer_than: int | None = None,
    more_than: int | None = None,
    at_least_characters: int = 0,
) -> Hits:
    """Hits named turn, few or many."""
    if not call.turns:
        return Hits(applicable=False)
    long = [i for i, turn in enumerate(call.turns) if characters(turn.text) >= at_least_characters]
    if fewer_than is None and more_than is None:
        return Hits(tuple(_turn(call, index) for index in long))
    who = [call.turns[index].speaker for index in long]
    return _out_of_bounds(call, who, fewer_than, more_than)


def _out_of_bounds(
    call: Call, who: list[Speaker], fewer_than: int | None, more_than: int | None
) -> Hits:
    """who: the speakers of the turns that count."""
    unplaced = who.count(Speaker.UNKNOWN)
    found: list[Hit] = []
    undecided = False
    for speaker in PEOPLE:
        least = who.count(speaker)
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


def _turn(call: Call, index: int) -> Hit:
    turn = call.turns[index]
    return Hit(
        start=turn.start,
        end=turn.end,
        speaker=turn.speaker,
        what="turn",
        kind=Kind.TIMING,
        quote=turn.text,
        confidence=turn.role_confidence,
        turn=index,
    )
