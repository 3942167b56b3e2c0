"""The recogniser: the same window gives the same words, whatever is beside it."""

import json
import shutil
import socket
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from benchmarks.hearing import hear_all
from benchmarks.random_whisper import Size, write
from pipeline.refusal import Refusal
from pipeline.settings import Settings, Speech
from pipeline.speech.features import LogMel
from pipeline.speech.model_folder import find_model, is_whole
from pipeline.speech.preparing import prepare
from pipeline.speech.recognizer import FasterWhisper, open_recognizer
from pipeline.speech.sources import Source
from pipeline.speech.tokens import Unit, spread
from tests.night.recordings import record
from tests.speech.whispers import random_model, some_loads

pytestmark = pytest.mark.recogniser


def opened(model: Path | None = None, **settings: object) -> FasterWhisper:
    wanted = {"model": str(model or random_model()), "threads": 1, "beam_size": 1, **settings}
    recognizer = open_recognizer(Speech(**wanted))  # type: ignore[arg-type]
    assert isinstance(recognizer, FasterWhisper)
    recognizer.decoding = replace(recognizer.decoding, longest=16)
    return recognizer


@pytest.mark.parametrize("beam", [1, 3])
def test_a_window_alone_and_among_others_gives_the_same_words_times_and_probabilities(
    beam: int,
) -> None:
    recognizer = opened(beam_size=beam, batch_windows=4)
    windows = some_loads(6)
    together = hear_all(recognizer, windows)
    assert len({h.log_probability for h in together}) > 1, "the test could not fail"
    for window, expected in zip(windows[:3], together, strict=False):
        assert hear_all(recognizer, [window]) == [expected]
    assert hear_all(recognizer, windows[::-1]) == together[::-1]


def test_a_spectrogram_made_beforehand_gives_the_same_words() -> None:
    recognizer, plain = opened(), some_loads(3)
    made = [replace(load, mel=recognizer._log_mel([load.audio()])[0]) for load in plain]
    assert hear_all(recognizer, made) == hear_all(recognizer, plain)
    silent = replace(plain[0], mel=np.zeros_like(made[0].mel))
    assert hear_all(recognizer, [silent]) != hear_all(recognizer, plain[:1]), "is it used?"


def test_second_thoughts_are_several_and_the_same_every_time() -> None:
    recognizer = opened()
    windows = some_loads(2)
    first = recognizer.reconsider(windows).result()
    assert [len(alternatives) for alternatives in first] == [5, 5]
    assert len({h.text for h in first[0]}) > 1
    assert recognizer.reconsider(windows[:1]).result() == first[:1]


def test_tokens_carry_times_inside_the_window_in_order() -> None:
    window = some_loads(1)[0]
    tokens = hear_all(opened(), [window])[0].tokens
    assert all(0 <= t.start <= t.end <= window.seconds for t in tokens)
    assert all(a.end <= b.start + 1e-6 for a, b in pairwise(tokens))
    assert all(0 <= t.probability <= 1 for t in tokens)
    assert all(len(t.text) == 1 for t in tokens)


def test_a_window_that_runs_into_the_limit_of_tokens_is_marked_as_cut() -> None:
    assert hear_all(opened(), some_loads(1))[0].cut


def test_workers_side_by_side_say_what_one_alone_says() -> None:
    loads = some_loads(9)
    alone = hear_all(opened(threads=1, batch_windows=8), loads)
    assert hear_all(opened(threads=2, batch_windows=8), loads) == alone
    assert hear_all(opened(threads=4, batch_windows=16), loads) == alone


def test_no_windows_no_hypotheses() -> None:
    assert hear_all(opened(), []) == []


def test_a_model_for_shorter_windows_gets_shorter_spectrograms(tmp_path: Path) -> None:
    size = Size(width=64, heads=1, layers=1, positions=600)
    short = opened(write(size, tmp_path / "short", seed=1))
    assert short.window_seconds == 11.0
    assert hear_all(short, some_loads(1))[0].tokens


@pytest.mark.parametrize("samples", [480_000, 479_999, 100_000, 301, 150, 0])
def test_spectrograms_are_those_of_faster_whisper_on_padded_sound(samples: int) -> None:
    extractor = FeatureExtractor()
    sound = (np.random.default_rng(samples).standard_normal(samples) * 0.1).astype(np.float32)
    expected = extractor(np.pad(sound, (0, 480_000 - samples)))[:, :3000]
    ours = LogMel(extractor.mel_filters, 3000)([sound, sound[:100]])
    np.testing.assert_allclose(ours[0], expected, atol=1e-5)
    assert ours.dtype == np.float32


def test_padding_is_not_the_zero_that_faster_whisper_fills_in() -> None:
    extractor = FeatureExtractor()
    made = LogMel(extractor.mel_filters, 3000)([np.zeros(0, np.float32)])
    np.testing.assert_allclose(made, -1.5, atol=1e-6)


def test_a_unit_of_several_characters_is_divided_among_them() -> None:
    class Aligned:
        alignments = ((0, 10), (0, 11), (1, 20), (2, 40), (3, 50))
        text_token_probs = (0.5, 0.7, 0.9)

    tokens = spread([Unit("您好", 2), Unit(" ok", 1)], Aligned())
    assert [t.text for t in tokens] == ["您", "好", " ok"]
    assert [t.start for t in tokens] == pytest.approx([0.2, 0.5, 0.8])
    assert tokens[-1].end == pytest.approx(1.0)
    assert tokens[0].probability == pytest.approx(0.6)


def test_text_comes_in_simplified_characters() -> None:
    assert [t.text for t in spread([Unit("請問", 1), Unit("著", 1)], None)][:2] == ["请", "问"]


def test_broken_characters_are_left_out() -> None:
    assert spread([Unit("\ufffd", 1)], None) == ()
    assert [t.text for t in spread([Unit("好\ufffd", 2)], None)] == ["好"]


# --- the model's folder ---------------------------------------------------------------------------


def test_a_folder_is_opened_without_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert hear_all(opened(), some_loads(1))


@pytest.mark.parametrize("missing", ["tokenizer.json", "model.bin", "vocabulary.json"])
def test_a_folder_that_lacks_a_file_is_refused_and_the_file_named(
    missing: str, tmp_path: Path
) -> None:
    copy = shutil.copytree(random_model(), tmp_path / "copy")
    (copy / missing).unlink()
    with pytest.raises(Refusal) as refused:
        open_recognizer(Speech(model=str(copy)))
    assert refused.value.reason.key == "speech.model-incomplete"
    assert refused.value.reason.values["found"] == missing


@pytest.mark.parametrize(
    ("model", "key"),
    [
        ("/no/such/folder", "speech.no-model-folder"),
        ("./nothing", "speech.no-model-folder"),
        ("large-v33", "speech.unknown-model"),
    ],
)
def test_what_is_no_model_is_refused(model: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        find_model(model)
    assert refused.value.reason.key == key


def test_a_model_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    copy = shutil.copytree(random_model(), tmp_path / "copy")
    (copy / "model.bin").write_bytes(b"nothing")
    with pytest.raises(Refusal) as refused:
        open_recognizer(Speech(model=str(copy)))
    assert refused.value.reason.key == "speech.model-unusable"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        open_recognizer(Speech(model=str(random_model()), language="xx"))
    assert refused.value.reason.key == "speech.unknown-language"


def test_the_folder_may_recommend_window_and_beam_and_settings_overrule_it(tmp_path: Path) -> None:
    copy = shutil.copytree(random_model(), tmp_path / "copy")
    says = {"window_seconds": 11.5, "beam_size": 2, "demonstration": True}
    (copy / "zhiyin.json").write_text(json.dumps(says))
    recommended = open_recognizer(Speech(model=str(copy)))
    assert (recommended.window_seconds, recommended.demonstration) == (11.5, True)
    assert "beam 2" in recommended.engine
    overruled = open_recognizer(Speech(model=str(copy), window_seconds=20, beam_size=3))
    assert overruled.window_seconds == 20
    assert "beam 3" in overruled.engine


def test_the_engine_line_changes_with_the_weights(tmp_path: Path) -> None:
    copy = shutil.copytree(random_model(), tmp_path / "copy")
    before = find_model(str(copy)).digest
    weights = bytearray((copy / "model.bin").read_bytes())
    weights[len(weights) // 2] ^= 1
    (copy / "model.bin").write_bytes(weights)
    assert find_model(str(copy)).digest != before
    assert find_model(str(random_model())).digest == before


def test_whether_a_model_is_there_is_told_without_loading_or_fetching_it(tmp_path: Path) -> None:
    assert is_whole("demo-zh")
    assert is_whole("large-v3")  # huggingface_hub's to keep: not looked for
    assert not is_whole(str(tmp_path)) and not is_whole(str(tmp_path / "none"))
    assert not is_whole("./none") and not is_whole("~/no/such/model")


def test_times_of_words_do_not_depend_on_what_is_heard_beside_them(tmp_path: Path) -> None:
    """Two times of one of these are about as good."""
    record(tmp_path / "calls", 8)
    recognizer = open_recognizer(Settings().speech)
    limit = recognizer.window_seconds
    sources = [Source(path.stem, (path,)) for path in sorted((tmp_path / "calls").iterdir())]
    loads = [load for one in sources for load in prepare(one, Settings(), limit).loads]
    alone = [recognizer.begin([load]).result()[0].tokens for load in loads]
    for size in (2, 3, 4):
        for first in range(0, len(loads), size):
            together = recognizer.begin(loads[first : first + size]).result()
            assert [one.tokens for one in together] == alone[first : first + size]
