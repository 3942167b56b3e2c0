"""Flags win over the environment, it over zhiyin.toml, and that over the defaults."""

import os
from pathlib import Path

import pytest

from pipeline.configuration import configure, known, read_settings
from pipeline.refusal import Refusal
from pipeline.settings import Settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in list(os.environ):
        if variable.startswith("ZHIYIN_"):
            monkeypatch.delenv(variable)


def write(home: Path, text: str) -> Path:
    (home / "zhiyin.toml").write_text(text, "utf-8")
    return home


def test_nothing_said_gives_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()
    assert read_settings(None) == Settings()


def test_the_file_is_read_section_by_section(tmp_path: Path) -> None:
    home = write(tmp_path, 'language = "en"\n[speech]\nmodel = "/m"\n[audio]\nmax_hours = 2\n')
    settings = read_settings(home)
    assert (settings.language, settings.speech.model, settings.audio.max_hours) == ("en", "/m", 2.0)
    assert isinstance(settings.audio.max_hours, float)


def test_the_environment_wins_over_the_file_and_a_flag_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = write(tmp_path, '[speech]\nmodel = "from-file"\n')
    monkeypatch.setenv("ZHIYIN_SPEECH__MODEL", "from-environment")
    assert read_settings(home).speech.model == "from-environment"
    assert read_settings(home, {"speech.model": "from-flag"}).speech.model == "from-flag"
    assert read_settings(home, {"speech.model": None}).speech.model == "from-environment"


def test_the_short_variable_is_read_and_the_long_one_wins_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIYIN_MODEL", "short")
    assert read_settings(tmp_path).speech.model == "short"
    monkeypatch.setenv("ZHIYIN_SPEECH__MODEL", "long")
    assert read_settings(tmp_path).speech.model == "long"


def test_text_of_the_environment_takes_the_type_of_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIYIN_THREADS", "3")
    monkeypatch.setenv("ZHIYIN_AUDIO__MAX_HOURS", "1.5")
    monkeypatch.setenv("ZHIYIN_AUDIO__PAIR_SUFFIXES", "_a, _b")
    settings = read_settings(tmp_path)
    assert settings.speech.threads == 3
    assert settings.audio.max_hours == 1.5
    assert settings.audio.pair_suffixes == ("_a", "_b")


def test_a_misspelt_short_variable_is_refused_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIYIN_MODLE", "x")
    with pytest.raises(Refusal, match="unknown-key"):
        read_settings(tmp_path)


def test_the_home_and_the_tests_variables_are_not_taken_for_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIYIN_HOME", str(tmp_path))
    monkeypatch.setenv("ZHIYIN_REAL_INPUTS", str(tmp_path))
    monkeypatch.setenv("ZHIYIN_FUZZ_SEED", "7")
    assert read_settings(tmp_path) == Settings()


def test_each_value_knows_where_it_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = write(tmp_path, '# settings\nlanguage = "en"\n\n[speech]\n# which\nbeam_size = 3\n')
    monkeypatch.setenv("ZHIYIN_MODEL", "m")
    places = configure(home, {"scoring.template": "t"}).places
    assert str(places["language"]) == f"{home / 'zhiyin.toml'}:2"
    assert str(places["speech.beam_size"]) == f"{home / 'zhiyin.toml'}:6"
    assert str(places["speech.model"]) == "ZHIYIN_MODEL"
    assert str(places["scoring.template"]) == "--template"
    assert str(places["speech.device"]) == ""


WRONG_FILES = {
    "a wrong key": ("[speech]\n\nmodle = 'x'\n", "settings.unknown-key", 3),
    "a wrong key at the top": ("modle = 'x'\n", "settings.unknown-key", 1),
    "a wrong section": ("[speach]\nmodel = 'x'\n", "settings.unknown-key", 2),
    "a wrong empty section": ("[speach]\n", "settings.unknown-key", 1),
    "a dotted wrong key": ("speech.modle = 'x'\n", "settings.unknown-key", 1),
    "text for a number": ("[audio]\nmax_hours = 'long'\n", "settings.not-number", 2),
    "a fraction for a whole number": ("[speech]\nthreads = 1.5\n", "settings.not-whole", 2),
    "yes for a number": ("[speech]\nthreads = true\n", "settings.not-whole", 2),
    "a number for text": ("[speech]\nmodel = 3\n", "settings.not-text", 2),
    "a list of numbers": ("[audio]\npair_suffixes = [1]\n", "settings.not-list", 2),
    "a language nobody wrote": ("language = 'fr'\n", "settings.not-a-choice", 1),
    "a value for a section": ("speech = 3\n", "settings.unknown-key", 1),
    "no TOML": ("[speech\n", "settings.not-toml", 1),
    "a section twice": ("[speech]\n[speech]\n", "settings.not-toml", 2),
}


@pytest.mark.parametrize("case", WRONG_FILES)
def test_a_wrong_file_is_refused_with_file_and_line(case: str, tmp_path: Path) -> None:
    text, key, line = WRONG_FILES[case]
    home = write(tmp_path, text)
    with pytest.raises(Refusal) as refused:
        read_settings(home)
    refusal = refused.value
    assert (refusal.reason.key, refusal.line) == (key, line)
    assert refusal.file == str(home / "zhiyin.toml")


def test_the_refusal_names_what_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        read_settings(write(tmp_path, "[roles]\nconfidence = 1\n"))
    assert refused.value.reason.values["allowed"] == "roles.min_confidence、roles.leak_decibels"


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    (tmp_path / "zhiyin.toml").write_bytes("language = '中文'".encode("gbk"))
    with pytest.raises(Refusal, match="not-utf8"):
        read_settings(tmp_path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "zhiyin.toml").write_bytes(b"\xef\xbb\xbflanguage = 'en'\n")
    assert read_settings(tmp_path).language == "en"


def test_a_misspelt_variable_is_refused_not_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIYIN_SPEECH__MODLE", "x")
    with pytest.raises(Refusal) as refused:
        read_settings(tmp_path)
    assert refused.value.file == "ZHIYIN_SPEECH__MODLE"


def test_a_wrong_value_of_a_variable_is_refused_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIYIN_THREADS", "many")
    with pytest.raises(Refusal) as refused:
        read_settings(tmp_path)
    assert (refused.value.file, refused.value.reason.key) == (
        "ZHIYIN_THREADS",
        "settings.not-whole",
    )


def test_every_setting_has_a_sentence_a_plain_type_and_its_own_variable() -> None:
    assert all(setting.sentence for setting in known().values())
    assert {setting.kind for setting in known().values()} <= {str, int, float, bool, tuple}
    assert known()["speech.model"].variable == "ZHIYIN_SPEECH__MODEL"


def test_a_wrong_flag_is_refused_by_its_own_name(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        read_settings(tmp_path, {"language": "fr"})
    assert refused.value.file == "--lang"
