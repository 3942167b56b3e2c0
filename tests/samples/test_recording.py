import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.settings import Settings
from pipeline.speech.audio import decode
from sample_audio.catalogue import CATALOGUE
from sample_audio.dialogues import dialogue
from sample_audio.make import SEED, SPACING, make, produce
from sample_audio.recording import ENCODERS, Line, record, write
from sample_audio.script import CUSTOMER, Script, Voice
from sample_audio.script import Line as Sentence

CALLS = Path(__file__).parents[2] / "sample_audio" / "calls"
AUDIO = Settings().audio
VOICES = {"agent": Voice("f2", 220, 50, 50), "customer": Voice("m5", 220, 50, 50)}


@pytest.fixture(scope="module")
def scene():
    pytest.importorskip("scipy")
    from sample_audio.staging import stage

    lines = (
        Sentence("agent", "您好，请问有什么可以帮您？", 0.7),
        Sentence("customer", "我想查一下话费，怎么这么多？", 0.6),
        Sentence("agent", "请您稍等。", -0.8),
    )
    return stage(
        Script(
            seed=1,
            business="telecom",
            direction="in",
            company="移动营业厅",
            agent_number="幺二三",
            customer_number="幺三八",
            lines=lines,
            voices=VOICES,
        )
    )


def sound(paths):
    with decode(paths, AUDIO) as decoded:
        return [np.array(channel, np.float64) for channel in decoded.channels]


def lag(one, other):
    """Seconds by which `other` comes later, from the peak of the cross-correlation."""
    size = len(one) + len(other)
    product = np.fft.rfft(other, size) * np.conj(np.fft.rfft(one, size))
    peak = int(np.argmax(np.fft.irfft(product, size)))
    return (peak if peak < size / 2 else peak - size) / 16_000


@pytest.mark.parametrize("name", sorted(ENCODERS))
def test_the_delay_of_every_encoder_is_what_the_truth_takes_it_for(name, scene, tmp_path):
    line = Line(encoder=name, layout="mono")
    heard = record(scene, line)
    plain = sound(write(heard, tmp_path / "plain", Line(encoder="pcm", layout="mono")))[0]
    coded = sound(write(heard, tmp_path / "coded", line))[0]
    assert lag(plain, coded) == pytest.approx(ENCODERS[name].delay, abs=0.002)


def test_each_side_is_on_its_channel_and_on_the_other_when_swapped(scene, tmp_path):
    first = sound(write(record(scene, Line()), tmp_path / "a", Line()))
    swapped = Line(agent_channel=1)
    second = sound(write(record(scene, swapped), tmp_path / "b", swapped))
    agent = slice(int(0.8 * 16_000), int(1.5 * 16_000))  # only the agent speaks here
    assert first[0][agent].std() > 10 * first[1][agent].std()
    assert second[1][agent].std() > 10 * second[0][agent].std()


def test_a_silent_channel_holds_nothing_and_the_other_something(scene):
    heard = record(scene, Line(silent=CUSTOMER))
    assert not heard[1].any()
    assert heard[0].any()


def test_leakage_is_as_much_weaker_as_it_says(scene):
    clean = record(scene, Line(noise_db=-90))
    leaky = record(scene, Line(noise_db=-90, leak_db=24))
    gained = leaky[1] - clean[1]
    assert np.allclose(gained, clean[0] * 10 ** (-24 / 20), atol=2e-4)


def test_a_pair_is_two_files_named_by_side(scene, tmp_path):
    line = Line(layout="pair")
    files = write(record(scene, line), tmp_path / "x", line)
    assert [file.name for file in files] == ["x_agent.wav", "x_customer.wav"]


def test_an_overlap_is_where_the_script_puts_it(scene):
    _, customer, agent = scene.spoken
    assert agent.start == pytest.approx(customer.end - 0.8, abs=0.01)


@pytest.mark.parametrize("place", [4, 5])
def test_a_committed_call_is_made_again_the_same(place, tmp_path):
    pytest.importorskip("scipy")
    entry = CATALOGUE[place]
    again = make(entry, SEED * SPACING + place, tmp_path)
    known = json.loads((CALLS / "truth" / f"{entry.name}.json").read_text())
    assert json.loads(json.dumps(again)) == known
    names = [file.name for file in sorted(tmp_path.iterdir()) if file.is_file()]
    assert {*known["files"]} <= {*names}
    old, new = (sound([folder / n for n in known["files"]]) for folder in (CALLS, tmp_path))
    for one, other in zip(old, new, strict=True):
        assert len(one) == len(other)
        assert np.corrcoef(one, other)[0, 1] > 0.99


def test_another_seed_gives_other_words_for_the_same_failing():
    entry = CATALOGUE[3]
    one, other = (dialogue(seed, failing=entry.failing, wish=entry.wish) for seed in (3, 99_003))
    assert {line.text for line in one.lines} != {line.text for line in other.lines}
    assert one.failing == other.failing == entry.failing


def test_without_a_wish_for_a_record_none_is_written(scene, tmp_path):
    script = replace(scene.script, hung_up_by=None)
    truth = produce("x", script, Line(), tmp_path, record_wanted=False)
    assert not (tmp_path / "x.json").exists()
    assert truth["record"] is None
    assert truth["items"]["who-ended"]["expect"] == "open"


def test_writing_dialogues_loads_no_heavy_library():
    import subprocess

    code = "import sys; import sample_audio.dialogues; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
