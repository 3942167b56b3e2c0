"""From files to calls: order, batches across recordings, times, silence, what is not believed."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks.perfect_ear import InThreads, joined
from pipeline.call import Call, CallRecord, Interval, Speaker
from pipeline.settings import Settings, Speech
from pipeline.speech import listen, preparing
from pipeline.speech.listen import Heard, hear
from pipeline.speech.loads import Load
from pipeline.speech.recognizer import open_recognizer
from pipeline.speech.sources import Source
from pipeline.speech.tokens import Hypothesis, Token
from pipeline.speech.windows import Window
from pipeline.text.lexicon import load_lexicons
from pipeline.unexpected import LOG
from tests.speech.whispers import random_model

RATE = 8_000
EDGE = 0.15
"""Seconds by which `voice` below may be off."""
SETTINGS = Settings()


class Counting(InThreads):
    """A recogniser that says four characters a second of its window, from a fixed text."""

    window_seconds = 29.0
    batch_windows = 4
    engine = "counting"
    log_mel = None

    def __init__(
        self,
        text: str = "一片两片三四片五片六片七八片",
        demonstration: bool = False,
        sure: float = 0.9,
    ) -> None:
        self.text = text
        self.demonstration = demonstration
        self.sure = sure
        self.batches: list[int] = []

    def transcribe(self, loads: Sequence[Load]) -> list[Hypothesis]:
        self.batches.append(len(loads))
        return [joined(load, [self._hear(window) for window in load.windows]) for load in loads]

    def _hear(self, window: Window) -> Hypothesis:
        count = int(window.seconds * 4)
        text = (self.text * (count // len(self.text) + 1))[:count]
        tokens = tuple(Token(c, i / 4, (i + 1) / 4, self.sure) for i, c in enumerate(text))
        return Hypothesis(text, tokens, -0.1)


def speech_at(duration: float, *spans: tuple[float, float]) -> np.ndarray:
    """Noise in bursts, standing for voice; what counts as voice is told by `voices`."""
    sound = np.zeros(round(duration * RATE))
    for start, end in spans:
        count = round((end - start) * RATE)
        time = np.arange(count) / RATE
        burst = np.random.default_rng(int(start * 10)).standard_normal(count)
        sound[round(start * RATE) : round(start * RATE) + count] = (
            burst * 0.2 * (1.1 + np.sin(2 * np.pi * 4 * time))
        )
    return sound


@pytest.fixture(autouse=True)
def loud_is_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise is no voice to Silero; here everything loud is."""

    def voice(channel: np.ndarray, _: object) -> tuple[Interval, ...]:
        loud = np.abs(channel[: len(channel) // 1600 * 1600].reshape(-1, 1600)).max(axis=1) > 200
        edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(int), [0]])))
        pairs = zip(edges[::2], edges[1::2], strict=True)
        return tuple(Interval(float(a) / 10, float(b) / 10) for a, b in pairs)

    monkeypatch.setattr(preparing, "voice", voice)


def recording(folder: Path, name: str, *channels: np.ndarray) -> Source:
    path = folder / f"{name}.wav"
    soundfile.write(path, np.stack(channels, axis=1), RATE, subtype="PCM_16")
    return Source(name, (path,))


def heard(
    *given: Source, recognizer: object | None = None, settings: Settings = SETTINGS
) -> list[Heard]:
    return list(hear(given, recognizer or Counting(), settings, {}))  # type: ignore[arg-type]


def call_of(one: Heard) -> Call:
    assert one.call is not None, one.refusal
    return one.call


AGENT, CUSTOMER = speech_at(20, (1, 4), (9, 12)), speech_at(20, (5, 8))


def test_turns_carry_the_times_of_the_voice_and_the_speaker_of_the_channel(tmp_path: Path) -> None:
    call = call_of(heard(recording(tmp_path, "a", AGENT, CUSTOMER))[0])
    assert [t.speaker for t in call.turns] == [Speaker.AGENT, Speaker.CUSTOMER, Speaker.AGENT]
    assert [t.start for t in call.turns] == pytest.approx([1, 5, 9], abs=EDGE)
    assert [t.end for t in call.turns] == pytest.approx([4, 8, 12], abs=EDGE)
    assert call.speech is not None
    assert [v.start for v in call.speech[Speaker.CUSTOMER]] == pytest.approx([5.0], abs=EDGE)
    assert call.duration == pytest.approx(20, abs=0.01)
    assert call.sources == ("a.wav",)
    assert all(-30 < (t.level or 0) < -5 for t in call.turns)


def test_what_is_left_out_as_the_other_side_leaking_through_is_remarked_on(tmp_path: Path) -> None:
    call = call_of(heard(recording(tmp_path, "a", AGENT, CUSTOMER + AGENT * 0.05))[0])
    assert [t.speaker for t in call.turns] == [Speaker.AGENT, Speaker.CUSTOMER, Speaker.AGENT]
    (remark,) = [r for r in call.remarks if r.key == "speech.leakage"]
    assert (remark.values["channel"], remark.values["count"]) == (2, 2)
    assert remark.values["seconds"] == pytest.approx(6, abs=4 * EDGE)
    clean = call_of(heard(recording(tmp_path, "b", AGENT, CUSTOMER))[0])
    assert "speech.leakage" not in [r.key for r in clean.remarks]


def test_words_lie_in_their_turns_on_the_clock_of_the_recording(tmp_path: Path) -> None:
    call = call_of(heard(recording(tmp_path, "a", AGENT, CUSTOMER))[0])
    for turn in call.turns:
        assert turn.words
        for word in turn.words:
            assert word.start is not None and word.end is not None
            assert turn.start - 0.3 <= word.start <= word.end <= turn.end + 0.3


def test_the_call_record_says_which_channel_is_the_agents_and_else_the_settings(
    tmp_path: Path,
) -> None:
    plain = recording(tmp_path, "a", CUSTOMER, AGENT)
    known = replace(plain, record=CallRecord(agent_channel=1))
    flipped = Settings(speech=Speech(agent_channel=1))
    assert call_of(heard(plain)[0]).turns[0].speaker == Speaker.CUSTOMER
    assert call_of(heard(known)[0]).turns[0].speaker == Speaker.AGENT
    assert call_of(heard(plain, settings=flipped)[0]).turns[0].speaker == Speaker.AGENT


def test_the_agents_channel_is_the_files_where_spare_channels_were_dropped(tmp_path: Path) -> None:
    spare = np.zeros(20 * RATE)
    source = recording(tmp_path, "a", spare, CUSTOMER, AGENT)
    call = call_of(heard(source, settings=Settings(speech=Speech(agent_channel=2)))[0])
    assert [t.speaker for t in call.turns] == [Speaker.AGENT, Speaker.CUSTOMER, Speaker.AGENT]
    assert "speech.no-agent-channel" not in [remark.key for remark in call.remarks]


@pytest.mark.parametrize("channels", [(AGENT, CUSTOMER), (np.zeros(20 * RATE), AGENT, CUSTOMER)])
def test_an_agents_channel_that_is_not_there_is_remarked_on(
    channels: tuple[np.ndarray, ...], tmp_path: Path
) -> None:
    lacking = 2 if len(channels) == 2 else 0
    source = replace(recording(tmp_path, "a", *channels), record=CallRecord(agent_channel=lacking))
    call = call_of(heard(source)[0])
    (remark,) = [r for r in call.remarks if r.key == "speech.no-agent-channel"]
    assert remark.values["channel"] == lacking + 1
    assert {turn.speaker for turn in call.turns} != {Speaker.CUSTOMER}


def test_the_sides_are_told_by_what_is_said_where_the_agents_channel_is_not_there(
    tmp_path: Path,
) -> None:
    class Side(Counting):
        def _hear(self, window: Window) -> Hypothesis:
            self.text = ("我想查话费。", "您好，请问有什么可以帮您？")[window.channel]
            return super()._hear(window)

    words = load_lexicons(Path(__file__).parents[2] / "lexicons")
    source = recording(tmp_path, "a", CUSTOMER, AGENT)
    source = replace(source, record=CallRecord(agent_channel=5))
    (one,) = hear([source], Side(), SETTINGS, words)
    speakers = [turn.speaker for turn in call_of(one).turns]
    assert speakers == [Speaker.AGENT, Speaker.CUSTOMER, Speaker.AGENT]


@pytest.mark.parametrize("step", ["voice", "assemble", "masked"])
def test_a_recording_that_breaks_something_costs_itself_alone_and_its_words_stay_unlogged(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sources = [recording(tmp_path, name, AGENT, CUSTOMER) for name in "abc"]
    where = preparing if step == "voice" else listen
    plain, calls, secret = getattr(where, step), 0, "客户说的话"
    second = 3 if step == "voice" else 2  # voice is asked for either channel

    def breaks(*given: object) -> object:
        nonlocal calls
        calls += 1
        if calls == second:
            raise RuntimeError(secret)
        return plain(*given)

    monkeypatch.setattr(where, step, breaks)
    monkeypatch.setattr(logging.getLogger(LOG), "handlers", [caplog.handler])
    found = heard(*sources)
    assert [one.call is None for one in found] == [False, True, False]
    refusal = found[1].refusal
    assert refusal is not None and refusal.reason.key == "speech.broke"
    assert "listen.py" in caplog.text and "RuntimeError" in caplog.text
    assert secret not in caplog.text


def test_results_come_in_the_order_of_the_sources_with_reasons_among_them(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.wav"
    nothing.write_bytes(b"")
    sources = [
        recording(tmp_path, "a", AGENT, CUSTOMER),
        Source("nothing", (nothing,)),
        recording(tmp_path, "b", CUSTOMER, AGENT),
    ]
    found = heard(*sources)
    assert [one.source.id for one in found] == ["a", "nothing", "b"]
    assert [one.call is None for one in found] == [False, True, False]
    assert found[1].refusal is not None


def test_windows_of_several_recordings_share_a_batch_and_results_do_not_depend_on_it(
    tmp_path: Path,
) -> None:
    sources = [recording(tmp_path, f"{i}", np.roll(AGENT, i * 800), CUSTOMER) for i in range(3)]
    recognizer = Counting()
    together = heard(*sources, recognizer=recognizer)
    assert recognizer.batches == [3]
    assert together == [heard(source)[0] for source in sources]


def test_a_call_is_given_out_before_all_recordings_are_read(tmp_path: Path) -> None:
    source = recording(tmp_path, "a", AGENT, CUSTOMER)
    read = 0

    def many() -> object:
        nonlocal read
        for _ in range(100):
            read += 1
            yield source

    calls = hear(many(), Counting(), SETTINGS, {})  # type: ignore[arg-type]
    assert next(calls).call is not None
    assert read <= listen.BATCHES_AHEAD * Counting.batch_windows


def test_silence_is_a_call_without_turns_and_says_so(tmp_path: Path) -> None:
    silent = np.zeros(5 * RATE)
    recognizer = Counting()
    call = call_of(heard(recording(tmp_path, "a", silent, silent), recognizer=recognizer)[0])
    assert (call.turns, call.untrusted) == ((), ())
    assert "speech.no-speech" in [remark.key for remark in call.remarks]
    assert recognizer.batches in ([], [0])


def test_what_the_gate_does_not_believe_has_no_confidence_and_is_untrusted(tmp_path: Path) -> None:
    found = heard(recording(tmp_path, "a", AGENT, CUSTOMER), recognizer=Counting("的"))
    call = call_of(found[0])
    assert {word.confidence for turn in call.turns for word in turn.words} == {0.0}
    assert [v.start for v in call.untrusted] == pytest.approx([1, 5, 9], abs=EDGE)
    assert [v.end for v in call.untrusted] == pytest.approx([4, 8, 12], abs=EDGE)


def test_a_demonstration_model_out_of_its_depth_says_so_and_none_of_its_words_count(
    tmp_path: Path,
) -> None:
    source = recording(tmp_path, "a", AGENT, CUSTOMER)
    for beyond in (Counting("的", demonstration=True), Counting(demonstration=True, sure=0.5)):
        strange = call_of(heard(source, recognizer=beyond)[0])
        assert "speech.demo-model" in [remark.key for remark in strange.remarks]
        assert {w.confidence for turn in strange.turns for w in turn.words} == {0.0}
        assert len(strange.untrusted) == 3
    familiar = call_of(heard(source, recognizer=Counting(demonstration=True))[0])
    assert "speech.demo-model" not in [remark.key for remark in familiar.remarks]
    assert familiar.untrusted == ()


def test_private_numbers_are_masked(tmp_path: Path) -> None:
    number = "我的手机号是幺三八零零幺三八零零零"
    long = speech_at(20, (1, 10))
    call = call_of(heard(recording(tmp_path, "a", long, CUSTOMER), recognizer=Counting(number))[0])
    assert "幺三八零零幺三八零零零" not in call.turns[0].text
    assert "*" in call.turns[0].text


def test_the_engine_line_names_model_and_voice_settings(tmp_path: Path) -> None:
    call = call_of(heard(recording(tmp_path, "a", AGENT, CUSTOMER))[0])
    assert "counting" in call.engine
    assert "0.5/0.35/150" in call.engine


@pytest.mark.recogniser
def test_a_real_recogniser_of_random_weights_goes_all_the_way(tmp_path: Path) -> None:
    recognizer = open_recognizer(Speech(model=str(random_model()), threads=1, beam_size=1))
    recognizer.decoding = replace(recognizer.decoding, longest=12)  # type: ignore[attr-defined]
    call = call_of(heard(recording(tmp_path, "a", AGENT, CUSTOMER), recognizer=recognizer)[0])
    assert call.untrusted, "babble must not be believed"
