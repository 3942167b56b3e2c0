import subprocess
import sys

import numpy as np
import pytest

from models.train.voice import RATE, VARIANTS, parse, say


def test_every_character_has_a_place_in_time() -> None:
    speech = say("您好，请问有什么可以帮您？")
    assert len(speech.syllables) == 11
    assert speech.samples.dtype == np.float32
    assert np.abs(speech.samples).max() <= 1
    assert np.all(np.diff(speech.starts) > 0)
    assert np.all(speech.ends > speech.starts)
    assert speech.ends[-1] <= len(speech.samples) / RATE


def test_a_comma_is_a_pause_that_belongs_to_no_syllable() -> None:
    speech = say("您好，请问")
    assert speech.starts[2] - speech.ends[1] > 0.01
    assert speech.starts[1] - speech.ends[0] == pytest.approx(0, abs=1e-6)


def test_a_fresh_process_says_the_same() -> None:
    code = "from models.train.voice import say; print(say('您好', 'm2').samples.tobytes().hex())"
    first, again = (
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout
        for _ in range(2)
    )
    assert first == again


def test_pinyin_and_characters_are_the_same() -> None:
    assert parse("ni3 hao3, zai4 jian4") == parse("你好，再见")


def test_a_faster_voice_is_shorter() -> None:
    slow, fast = (len(say("请您稍等一下", rate=rate).samples) for rate in (200, 300))
    assert fast < 0.8 * slow


def test_every_variant_speaks() -> None:
    lengths = [len(say("好的", variant=variant).samples) for variant in VARIANTS]
    assert all(RATE / 5 < length < 2 * RATE for length in lengths)


def test_readings_of_the_trade() -> None:
    assert parse("嗯，为您查一下")[0] == ["en2", "wei4", "nin2", "cha2", "yi1", "xia4"]
    assert parse("幺三八")[0] == ["yao1", "san1", "ba1"]


@pytest.mark.parametrize("text", ["工号123", "BUG", "。", ""])
def test_what_cannot_be_said_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="say"):
        say(text)


def test_an_unknown_variant_is_refused() -> None:
    with pytest.raises(ValueError, match="no voice"):
        say("你好", variant="nobody")
