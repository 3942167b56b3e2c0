"""Calls of the desk's tests: small, with sound, drafted by a small template."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile as sf

from pipeline.call import Call, CallRecord
from pipeline.scoring.ruleset import Ruleset, load_ruleset
from pipeline.scoring.scorecard import draft
from pipeline.settings import Scoring
from pipeline.storage import Entry, Outcome, Recording, Store, Transcript, as_stored
from pipeline.workflow.content import content_of
from tests.report.made import on_two_channels, sound_of
from tests.talk import talk

RATE = 16_000
ABOUT = CallRecord(agent="8001", team="甲组", queue="话费", started="2026-11-20T09:00:00")
TEMPLATE = """title: 小模板
version: '1'
applies: {medium: voice}
sections:
  - {id: words, title: 用语, max: 60}
  - {id: service, title: 服务, max: 40}
items:
  - id: hello
    section: service
    ask: 开头是否问候
    points: 5
    require: {find: phrase, lexicon: hello, speaker: agent}
  - id: taboo
    section: words
    ask: 是否说了禁语
    points: 5
    per: hit
    cap: 20
    forbid: {find: phrase, lexicon: taboo, speaker: agent}
  - id: promise
    section: words
    ask: 是否随意承诺
    points: 10
    forbid: {find: phrase, lexicon: promise, speaker: agent}
  - id: farewell
    section: service
    ask: 是否致谢道别
    points: 5
    require: {find: phrase, lexicon: farewell, speaker: agent}
  - {id: right, section: service, ask: 业务解答是否正确, points: 10}
  - {id: tone, section: service, ask: 语气是否得体, points: 5}
"""
LEXICONS = {
    "hello": "title: 问候\nphrases: [您好]\n",
    "taboo": "title: 禁语\nphrases: [不清楚, 不知道, 不是我们部门]\n",
    "promise": "title: 承诺\nmatch: sound\nphrases: [保证退费]\n",
    "farewell": "title: 道别\nphrases: [感谢您的来电]\n",
}
BAD = talk(
    "坐席 1.0 喂什么事",
    "客户 3.2 我的话费多了三十块",
    "坐席 10.4 这个我不清楚",
    "客户 13.0 你们怎么这样",
    "坐席 14.4 我再跟您说一遍这不是我们部门的事",
    "客户 20.0 那算了",
    "坐席 21.0 好吧包证退费",
    duration=24,
    about=replace(ABOUT, hung_up_by="agent"),
)
"""No greeting, no farewell; surely 不清楚 at 11 s, 不是我们部门 at 16 s; at 21.4 s 包证退费, which
only sounds like a promise."""
GOOD = talk(
    "坐席 1.0 您好,请问有什么可以帮您",
    "客户 7.2 我想改一下套餐",
    "坐席 9.4 好的请问您想改成哪个套餐",
    "客户 13.0 五十九元那个",
    "坐席 22.8 感谢您的来电,再见",
    duration=27,
    about=replace(ABOUT, agent="8002", team="乙组", hung_up_by="customer"),
)


@cache
def rules() -> Ruleset:
    """A small template: what must be said, what must not, and what only people judge."""
    with TemporaryDirectory() as folder:
        _write(Path(folder) / "scorecards" / "small.yaml", TEMPLATE)
        for name, text in LEXICONS.items():
            _write(Path(folder) / "lexicons" / f"{name}.yaml", text)
        return load_ruleset("small", Path(folder) / "scorecards", Path(folder) / "lexicons")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


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
