"""Who speaks: agents, customers, machines; two channels, one channel, and what only leaks."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.call import Interval, Reason, Speaker, Word
from pipeline.settings import Roles
from pipeline.speech import voices
from pipeline.speech.leakage import is_leak, leak_remarks, without_leaks
from pipeline.speech.speakers import mono_roles, prompts, stereo_roles
from pipeline.speech.tones import apart, tones
from pipeline.speech.turns import Utterance, Voiced, level, utterances
from pipeline.speech.voices import two_voices
from pipeline.speech.windows import RATE
from pipeline.text.lexicon import load_lexicons
from tests.talk import talk

LEXICONS = load_lexicons(Path(__file__).parents[2] / "lexicons")
ROLES = Roles()
CALL = (
    "坐席 0 您好，欢迎致电天音电信，工号八零二六，请问有什么可以帮您？",
    "客户 9 我想查一下我的话费。",
    "坐席 14 好的，请您提供一下手机号码。",
    "客户 20 幺三八，幺二三四，五六七八。",
    "坐席 28 请问您还有其他问题吗？",
    "客户 33 没有了。",
)


def said(*lines: str, swapped: bool = False, mono: bool = False) -> list[Utterance]:
    """The lines as utterances: the agent on channel 0, or, swapped, on channel 1."""
    found = []
    for turn in talk(*lines).turns:
        side = int((turn.speaker == Speaker.CUSTOMER) != swapped)
        voice = (Interval(turn.start, turn.end),)
        found.append(Utterance(side, 0 if mono else side, voice, turn.words))
    return found


def speakers(roles: list[object]) -> list[Speaker]:
    return [role.speaker for role in roles]  # type: ignore[attr-defined]


ALTERNATELY = [Speaker.AGENT, Speaker.CUSTOMER] * 3


# --- two channels ---------------------------------------------------------------------------------


def test_the_channel_that_is_set_is_the_agents_and_what_is_said_confirms_it() -> None:
    roles, remarks = stereo_roles(said(*CALL), 0, LEXICONS)
    assert speakers(roles) == ALTERNATELY
    assert {role.confidence for role in roles} == {1.0}
    assert remarks == ()


def test_a_likely_swap_is_remarked_on_and_doubted_but_not_put_right() -> None:
    roles, remarks = stereo_roles(said(*CALL, swapped=True), 0, LEXICONS)
    assert speakers(roles) == ALTERNATELY[::-1]
    assert all(role.confidence < 0.5 for role in roles)
    assert [remark.key for remark in remarks] == ["speech.swap-suspected"]


def test_when_the_setting_follows_the_swap_there_is_nothing_to_remark() -> None:
    roles, remarks = stereo_roles(said(*CALL, swapped=True), 1, LEXICONS)
    assert speakers(roles) == ALTERNATELY
    assert remarks == ()


def test_a_call_that_tells_nothing_is_not_suspected() -> None:
    roles, remarks = stereo_roles(said("坐席 0 嗯。", "客户 2 好。"), 0, LEXICONS)
    assert speakers(roles) == [Speaker.AGENT, Speaker.CUSTOMER]
    assert remarks == ()


def test_a_rude_agent_without_greeting_is_not_taken_for_the_customer() -> None:
    lines = ("坐席 0 喂，什么事？", "客户 3 我想查话费。", "坐席 6 不知道，你自己查。")
    assert stereo_roles(said(*lines), 0, LEXICONS)[1] == ()


# --- machines -------------------------------------------------------------------------------------


def test_an_announcement_before_the_agent_is_nobody() -> None:
    lines = (
        "坐席 0 您的来电正在转接，通话可能会被录音，请不要挂机。",
        "坐席 9 您好，这里是客服中心。",
    )
    assert prompts(said(*lines), LEXICONS) == [True, False]


def test_an_agent_who_says_that_the_call_is_recorded_is_still_the_agent() -> None:
    lines = (
        "坐席 0 您好，为了服务质量，本次通话将被录音，请问有什么可以帮您？",
        "客户 9 我要退订。",
    )
    assert prompts(said(*lines), LEXICONS) == [False, False]


def test_a_menu_is_nobody_wherever_it_comes() -> None:
    lines = ("客户 0 喂。", "坐席 3 查询请按一，办理请按二，返回主菜单请按星号键。", "客户 9 喂。")
    assert prompts(said(*lines), LEXICONS) == [False, True, False]


def test_a_ringing_tone_and_a_chord_are_tones_and_hiss_and_speechlike_sound_are_not() -> None:
    time = np.arange(2 * RATE) / RATE
    ring = 3000 * np.sin(2 * np.pi * 450 * time)
    chord = sum(1500 * np.sin(2 * np.pi * f * time) for f in (262, 330, 392))
    hiss = np.random.default_rng(0).standard_normal(2 * RATE) * 1500
    glide = 3000 * np.sin(2 * np.pi * np.cumsum(200 + 150 * np.sin(9 * time)) / RATE * 4)
    for sound, is_tone in ((ring, True), (chord, True), (hiss, False), (glide, False)):
        found = tones(sound.astype(np.int16))
        assert bool(found) == is_tone
        assert not is_tone or found[0].seconds == pytest.approx(2.0, abs=0.1)
    assert tones(np.zeros(RATE, np.int16)) == ()


def test_a_tone_taken_for_voice_is_a_tone_and_voice_over_music_stays_voice() -> None:
    voice = (Interval(0.1, 1.0), Interval(5, 9))
    kept, free = apart(voice, (Interval(0, 1), Interval(5, 6)))
    assert kept == (Interval(5, 9),)
    assert free == (Interval(0, 1),)


# --- leakage --------------------------------------------------------------------------------------


def murmur(seconds: float, seed: int) -> np.ndarray:
    """Noise that rises and falls like speech, (n,) float64."""
    random = np.random.default_rng(seed)
    loudness = np.repeat(random.uniform(0.05, 1, round(seconds * 8) + 1), RATE // 8)
    return np.asarray(random.standard_normal(len(loudness)) * loudness * 6000)


def test_the_other_side_heard_faintly_is_leakage() -> None:
    there = murmur(3, 1)
    here = np.roll(there, RATE // 20) * 0.05 + np.random.default_rng(2).standard_normal(len(there))
    channels = (here.astype(np.int16), there.astype(np.int16))
    voice = [Interval(0.5, 2.5)]
    parted = without_leaks(channels, [voice, voice], 15.0)
    assert parted == [((), tuple(voice)), (tuple(voice), ())]
    assert list(leak_remarks([leaks for _, leaks in parted], (0, 2))) == [
        Reason("speech.leakage", {"channel": 1, "count": 1, "seconds": 2.0})
    ]
    assert list(leak_remarks([(), ()], (0, 1))) == []


def test_somebody_who_speaks_softly_over_the_other_is_no_leakage() -> None:
    channels = (murmur(3, 3) * 0.05).astype(np.int16), murmur(3, 1).astype(np.int16)
    assert not is_leak(Interval(0.5, 2.5), *channels, 15.0)


def test_a_loud_echo_is_no_leakage() -> None:
    there = murmur(3, 1)
    assert not is_leak(
        Interval(0.5, 2.5), (there * 0.5).astype(np.int16), there.astype(np.int16), 15.0
    )


# --- one channel ----------------------------------------------------------------------------------


def test_on_one_channel_the_voice_that_speaks_like_an_agent_is_the_agent() -> None:
    for swapped in (False, True):
        roles, remarks = mono_roles(said(*CALL, swapped=swapped, mono=True), ROLES, LEXICONS)
        assert speakers(roles) == ALTERNATELY
        assert all(role.confidence > 0.9 for role in roles)
        assert remarks == ()


def test_where_nothing_tells_the_roles_speakers_are_unknown() -> None:
    lines = ("坐席 0 嗯。", "客户 2 好。", "坐席 4 嗯。")
    roles, remarks = mono_roles(said(*lines, mono=True), ROLES, LEXICONS)
    assert set(speakers(roles)) == {Speaker.UNKNOWN}
    assert [remark.key for remark in remarks] == ["speech.roles-unsure"]


def test_an_utterance_that_contradicts_its_voice_is_unknown() -> None:
    found = said(*CALL, mono=True)
    odd = said("客户 40 您好，欢迎致电天音电信，工号八零二六为您服务。", mono=True)
    roles, _ = mono_roles([*found, *odd], ROLES, LEXICONS)
    assert speakers(roles) == [*ALTERNATELY, Speaker.UNKNOWN]


def test_an_utterance_of_both_sides_means_that_the_voices_were_not_told_apart() -> None:
    merged = said("坐席 40 您还有其他需要帮助的吗？没有了，我想查一下话费。", mono=True)
    roles, remarks = mono_roles([*said(*CALL, mono=True), *merged], ROLES, LEXICONS)
    assert set(speakers(roles)) == {Speaker.UNKNOWN}
    assert [remark.key for remark in remarks] == ["speech.roles-unsure"]


def test_one_voice_alone_is_remarked_on() -> None:
    roles, remarks = mono_roles(said(CALL[0], mono=True), ROLES, LEXICONS)
    assert speakers(roles) == [Speaker.AGENT]
    assert [remark.key for remark in remarks] == ["speech.one-voice"]


def buzz(pitch: float, formant: float, seconds: float, seed: int) -> np.ndarray:
    """A voice as simple as can be: pulses of a wavering pitch through one resonance, with noise."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    wave = 2 * np.pi * np.cumsum(pitch * (1 + 0.05 * np.sin(2 * np.pi * 3 * time))) / RATE
    sound = sum(
        np.exp(-(((pitch * k - formant) / 400) ** 2)) * np.sin(k * wave) for k in range(1, 16)
    )
    return np.asarray(sound * 4000 + random.standard_normal(len(time)) * 100)


def test_two_voices_are_told_apart_and_a_change_without_a_pause_is_found() -> None:
    parts = [buzz(110, 700, 3, 1), buzz(210, 1500, 3, 2), buzz(110, 700, 2, 3)]
    sound = np.concatenate(parts).astype(np.int16)
    found = two_voices(sound, [Interval(0, 8)])
    first = found[0].voice
    assert [p.voice == first for p in found if p.end <= 3] == [True] * 6
    assert [p.voice == first for p in found if p.start >= 3 and p.end <= 6] == [False] * 6
    assert [p.voice == first for p in found if p.start >= 6] == [True] * 4


def test_one_voice_is_not_made_two() -> None:
    sound = np.concatenate([buzz(110, 700, 2, seed) for seed in range(4)]).astype(np.int16)
    assert {part.voice for part in two_voices(sound, [Interval(0, 8)])} == {0}
    assert [p.voice for p in two_voices(sound, [Interval(0, 0.4)])] == [0]
    assert two_voices(sound, []) == []


def test_voices_are_compared_by_no_more_pieces_than_they_are_learned_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[int] = []
    differ = voices._differ
    monkeypatch.setattr(voices, "LEARNED", 8)
    monkeypatch.setattr(
        voices, "_differ", lambda scaled, _: compared.append(len(scaled)) or differ(scaled, _)
    )
    parts = [buzz(110, 700, 2, 1), buzz(210, 1500, 2, 2)] * 2
    found = two_voices(np.concatenate(parts).astype(np.int16), [Interval(0, 8)])
    assert compared == [8]
    assert len(found) == 16 and {part.voice for part in found} == {0, 1}


# --- turns ----------------------------------------------------------------------------------------


def word(text: str, start: float) -> Word:
    return Word(text, start, start + 0.2, 0.9)


def test_a_turn_ends_where_the_voice_pauses_for_longer_than_the_gap() -> None:
    voiced = [Voiced(0, 1, 0, 0), Voiced(1.6, 3, 0, 0), Voiced(3.8, 5, 0, 0)]
    assert [(u.start, u.end) for u in utterances(voiced, [])] == [(0, 3), (3.8, 5)]


def test_a_turn_ends_where_somebody_else_speaks_in_its_gap_but_not_where_he_speaks_over_it() -> (
    None
):
    own = [Voiced(0, 1, 0, 0), Voiced(1.6, 3, 0, 0)]
    assert len(utterances([*own, Voiced(1.1, 1.5, 1, 1)], [])) == 3
    assert len(utterances([*own, Voiced(0.5, 2.5, 1, 1)], [])) == 2


def test_a_word_goes_to_the_nearest_voice_of_its_own_channel() -> None:
    voiced = [Voiced(0, 1, 0, 0), Voiced(2, 3, 0, 0), Voiced(1.1, 1.9, 1, 1)]
    words = [
        (0, word("您", 0.4)),
        (0, word("好", 1.05)),
        (0, word("再", 1.75)),
        (1, word("喂", 1.2)),
    ]
    assert [u.text for u in utterances(voiced, words)] == ["您好", "喂", "再"]


def test_no_word_is_lost() -> None:
    voiced = [Voiced(i, i + 0.5, 0, 0) for i in range(20)]
    words = [(0, word("字", 0.37 * i)) for i in range(60)]
    assert sum(len(u.words) for u in utterances(voiced, words)) == 60


def test_level_is_that_of_the_voice_alone() -> None:
    sound = np.zeros(2 * RATE, np.int16)
    sound[:RATE] = 3277
    assert level(sound, [Interval(0, 1)]) == pytest.approx(-20.0, abs=0.1)
    assert level(sound, [Interval(1, 2)]) == -96.0
