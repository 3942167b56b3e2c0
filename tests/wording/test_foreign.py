"""What the system and the libraries say, in Chinese where the rest is Chinese."""

import errno
import os
import re
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from pipeline.configuration import read_settings
from pipeline.refusal import Refusal
from pipeline.text.pattern import wrong_regex
from pipeline.wording import foreign, say_refusal

LETTERS = re.compile(r"[A-Za-z]{3,}")
TOML = ("a = ", "a = x", "a", "[a", "a=[1", "a=1\na=2", "[a]\n[a]", "a = 1 2", "a='x", "=1")
REGEX = ("(", "a)", "[a", "a**", "*a", "(?=a)", "\\8", "a{1001}", "[z-a]", "a\\", "你好 (")
YAML_TEXTS = (
    *("a: b: c", "- a\nb: c", "a: [1", "a: {b", "a: 'x", 'a: "\\q"', "\tb: 1", "a: 1\na: 2"),
    *("a: *x", "a: @x", "a: 1\n  b: 2", "a: >x\n", "a: [1}}", "'a' b: c"),
)
SYSTEM = ("ENOENT", "EACCES", "EEXIST", "ENOTDIR", "EISDIR", "ENOSPC", "EROFS", "EMFILE", "EIO")


@pytest.mark.parametrize("text", TOML)
def test_of_toml(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as wrong:
        tomllib.loads(text)
    assert not LETTERS.search(foreign(str(wrong.value), "zh"))


@pytest.mark.parametrize("text", REGEX)
def test_of_regular_expressions(text: str) -> None:
    _, said = wrong_regex(text)
    assert said.startswith(text)
    assert not LETTERS.search(foreign(said, "zh"))
    assert foreign(said, "en") == said


@pytest.mark.parametrize("text", YAML_TEXTS)
def test_of_yaml(text: str) -> None:
    with pytest.raises(MarkedYAMLError) as wrong:
        YAML(typ="safe", pure=True).load(text)
    assert not LETTERS.search(foreign(str(wrong.value.problem), "zh"))


@pytest.mark.parametrize("name", SYSTEM)
def test_of_the_system(name: str) -> None:
    assert not LETTERS.search(foreign(os.strerror(getattr(errno, name)), "zh"))


def test_a_text_that_nobody_knows_must_stay_as_it_is() -> None:
    assert foreign("the moon is full (again)", "zh") == "the moon is full (again)"
    assert foreign("", "zh") == ""


def test_a_refusal_tells_it(tmp_path: Path) -> None:
    (tmp_path / "zhiyin.toml").write_text("language =\n")
    with pytest.raises(Refusal) as wrong:
        read_settings(tmp_path)
    assert "值的写法不对" in say_refusal(wrong.value, "zh")
    assert "Invalid value" in say_refusal(wrong.value, "en")
