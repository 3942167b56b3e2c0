"""Calls of the desk's tests: small, with sound, drafted by the bundled template."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile as sf

from pipeline.call import Call, CallRecord
from pipeline.scoring.ruleset import Ruleset
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring
from pipeline.storage import Entry, Outcome, Recording, Store, Transcript, as_stored
from pipeline.workflow.content import content_of
from tests.report.made import on_two_channels, rules, sound_of
from tests.talk import talk

RATE = 16_000
ABOUT = CallRecord(agent="8001", team="甲组", queue="话费", started="2026-11-20T09:00:00")
BAD = talk(
    "坐席 1.0 喂什么事",
    "客户 3.2 我的话费多了三十块",
    "坐席 10.4 这个我不清楚",
    "客户 13.0 你们怎么这样",
    "坐席 14.4 我再跟您说一遍这不是我们部门的事",
    "客户 20.0 那算了",
    duration=24,
    about=replace(ABOUT, hung_up_by="agent"),
)
GOOD = talk(
    "坐席 1.0 您好,工号八零零二为您服务,请问有什么可以帮您",
    "客户 7.2 我想改一下套餐",
    "坐席 9.4 好的请问您想改成哪个套餐",
    "客户 13.0 五十九元那个",
    "坐席 15.0 好的已经为您办理了,请问您还需要其他帮助吗",
    "客户 21.0 没有了谢谢",
    "坐席 22.8 感谢您的来电,再见",
    duration=27,
    about=replace(ABOUT, agent="8002", team="乙组", hung_up_by="customer"),
)


def mp3_of(call: Call, path: Path) -> Path:
    """A hum where turns are, as MP3."""
    samples = np.zeros((int(call.duration * RATE), 2))
    for turn in call.turns:
        at = np.arange(int(turn.start * RATE), int(turn.end * RATE))
        samples[at, turn.channel] = 0.4 * np.sin(at * 2 * np.pi * 300 / RATE)
    sf.write(path, samples, RATE, format="MP3")
    return path


def keep(
    home: Path, call: Call, name: str, sound: str = "wav", ruleset: Ruleset | None = None
) -> int:
    """Store a call under a name, with its sound (wav: A-law; mp3; none); its card's number."""
    folder = home / "calls"
    folder.mkdir(exist_ok=True)
    told = on_two_channels(replace(call, id=name))
    path = folder / f"{name}.{sound}"
    if sound != "none":
        (mp3_of if sound == "mp3" else sound_of)(told, path)
    recording = Recording(
        content=content_of([path]) or f"{sum(name.encode()):064}",
        name=name,
        sources=(str(path),),
        about=replace(call.about, id=name),
    )
    transcript = Transcript(as_stored(told))
    view = transcript.call(recording, name)
    made = ruleset or rules()
    with Store(home) as store:
        store.keep(
            Entry(
                recording=recording,
                fingerprint="made",
                transcript=transcript,
                newly_heard=True,
                outcome=Outcome.SPEECH,
                cards=((draft(view, made, Scoring()), made),),
            )
        )
        return store.find(name)[0].kept[0].id
