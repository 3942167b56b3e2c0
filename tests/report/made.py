"""Scored calls for the report's tests: a bad call, a good one, a hostile one, a failed file."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import soundfile as sf

from pipeline.call import Call, CallRecord, Reason, Speaker
from pipeline.refusal import Refusal
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring
from pipeline.speech.sources import Source
from pipeline.workflow.rules import lexicons, rulesets
from pipeline.workflow.scoring import Scored
from tests.talk import talk

RATE = 8000
HOSTILE = "</script><script>alert(1)</script>"

BAD = replace(
    talk(
        "坐席 1.0 喂什么事",
        "客户 3.2 我的话费多了三十块",
        "坐席 10.4 这个我不清楚",
        "客户 13.0 你们怎么这样",
        "坐席 14.4 我再跟您说一遍这不是我们部门的事",
        "客户 20.0 那算了",
        duration=24,
        untrusted=((20.0, 20.3),),
        about=CallRecord(agent="8001", queue="话费", hung_up_by="agent"),
    ),
    id="bad",
    remarks=(Reason("audio.mono"),),
    engine="test",
)
GOOD = replace(
    talk(
        "坐席 1.0 您好,工号八零零二为您服务,请问有什么可以帮您",
        "客户 7.2 我想改一下套餐",
        "坐席 9.4 好的请问您想改成哪个套餐",
        "客户 13.0 五十九元那个",
        "坐席 15.0 好的已经为您办理了,请问您还需要其他帮助吗",
        "客户 21.0 没有了谢谢",
        "坐席 22.8 感谢您的来电,再见",
        duration=27,
        about=CallRecord(hung_up_by="customer"),
    ),
    id="good",
    engine="test",
)
UGLY = replace(
    talk(f"坐席 1.0 {HOSTILE}", "客户 9.0 我不知道", duration=12),
    id="../../etc/passwd",
    about=CallRecord(agent="<img src=x onerror=alert(2)>"),
)


def sound_of(call: Call, path: Path) -> Path:
    """A hum where turns are, the customer on the second channel, as 8 kHz A-law."""
    samples = np.zeros((int(call.duration * RATE), 2))
    for turn in call.turns:
        at = np.arange(int(turn.start * RATE), int(turn.end * RATE))
        samples[at, turn.channel] = 0.4 * np.sin(at * 2 * np.pi * 300 / RATE)
    sf.write(path, samples, RATE, subtype="ALAW", format="WAV")
    return path


def on_two_channels(call: Call) -> Call:
    """The customer's turns on the second channel."""
    turns = (replace(t, channel=int(t.speaker == Speaker.CUSTOMER)) for t in call.turns)
    return replace(call, turns=tuple(turns))


@cache
def rules() -> Ruleset:
    (made,) = rulesets("telecom-inbound", None, lexicons(None))
    return made


def scored(call: Call, path: Path) -> Scored:
    """The call scored by the default template; there is a sound file at the path."""
    there = on_two_channels(replace(call, sources=(path.name,)))
    card = draft(there, rules(), Scoring())
    source = Source(call.id, (sound_of(there, path),), call.about)
    return Scored(source=source, call=there, cards=(card,))


def results(folder: Path) -> list[Scored]:
    """Good first: the index has to turn the order around."""
    return [
        scored(GOOD, folder / "好的通话.wav"),
        scored(UGLY, folder / "<b>&'\"{{7*7}}.wav"),
        scored(BAD, folder / "bad.wav"),
        Scored(
            source=Source("broken", (folder / "broken.pdf",)),
            refusal=Refusal("audio.no-audio", "broken.pdf", found="PDF"),
        ),
    ]
