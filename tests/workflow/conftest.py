"""A home, a model folder that only has a fingerprint, and ears that need no model."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline.call import Call
from pipeline.refusal import Refusal
from pipeline.settings import Scoring, Settings, Speech
from pipeline.speech.listen import Heard
from pipeline.speech.sources import Source
from pipeline.text.lexicon import Lexicon, load_lexicon, read_lexicon
from pipeline.workflow import linting, rules, scoring
from tests.talk import talk
from tests.workflow.stored import own, past  # noqa: F401 - fixtures

SAID = talk(
    "坐席 1.03 您好,工号八零零一为您服务",
    "客户 6 我想查话费",
    "坐席 8.4567 这个我不清楚",
    "坐席 12 再见",
    duration=15,
    confidence=0.777,
)


@dataclass
class Ears:
    """Stands in for hear(): every file says SAID, but for those named broken-*."""

    heard: list[str] = field(default_factory=list)
    opened: int = 0
    saying: Call = SAID

    def open(self, _: Any) -> str:
        self.opened += 1
        return "recogniser"

    def hear(
        self, sources: Iterable[Source], _: str, __: Settings, ___: Mapping[str, Any]
    ) -> Iterator[Heard]:
        waiting: list[Source] = []
        for source in sources:  # like the real one, it lags behind its sources
            waiting.append(source)
            if len(waiting) == 2:
                yield from map(self.one, waiting)
                waiting = []
        yield from map(self.one, waiting)

    def one(self, source: Source) -> Heard:
        self.heard.append(source.paths[0].name)
        if source.paths[0].name.startswith("broken"):
            return Heard(source, None, Refusal("audio.no-audio", source.paths[0].name, found="?"))
        names = tuple(path.name for path in source.paths)
        return Heard(source, replace(self.saying, id=source.id, sources=names))


@cache
def lexicon_once(path: Path, _: bytes) -> Lexicon:
    return load_lexicon(path)


@cache
def read_once(path: Path, _: bytes) -> tuple[Lexicon | None, list[Refusal]]:
    return read_lexicon(path)


@pytest.fixture(autouse=True)
def lexicons_are_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of work that every run of the program needs once, and every test again."""
    monkeypatch.setattr(rules, "load_lexicon", lambda path: lexicon_once(path, path.read_bytes()))
    monkeypatch.setattr(linting, "read_lexicon", lambda path: read_once(path, path.read_bytes()))


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch) -> Ears:
    made = Ears()
    monkeypatch.setattr(scoring, "hear", made.hear)
    monkeypatch.setattr(scoring, "open_recognizer", made.open)
    return made


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
        (folder / name).write_text("{}")
    return folder


@pytest.fixture
def settings(model: Path) -> Settings:
    return Settings(speech=Speech(model=str(model)), scoring=Scoring(template="telecom-inbound"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    folder = tmp_path / "calls"
    folder.mkdir()
    for name in ("a.wav", "b.wav", "c.wav"):
        (folder / name).write_text(f"bytes of {name}")
    return folder
