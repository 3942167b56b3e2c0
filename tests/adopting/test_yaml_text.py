"""What is written is read back as it was meant, whatever a foreign file holds."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.adopting.adopted import Misfits, Rules, Wording, Words, clean
from pipeline.adopting.checking import sound_wordings
from pipeline.adopting.yaml_text import flow, lexicon_text, scalar, template_text
from pipeline.scoring.loading import problems
from pipeline.text.document import read_document
from pipeline.text.lexicon import read_lexicon

ODD = [
    "no",
    "0123",
    "- 不能",
    "a: b",
    "#1",
    "'",
    '"',
    "{x}",
    "*",
    "&a",
    "!b",
    "词语：不能",
    "\\",
    "~",
]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.one_of(st.text(max_size=12), st.sampled_from(ODD)), min_size=1, max_size=6))
def test_any_phrase_and_comment_survives(tmp_path: Path, texts: list[str]) -> None:
    given_ = [
        Wording(text, line, note=clean(texts[0]), group=clean(texts[-1]), unless_within=(text,))
        for line, text in enumerate(map(clean, texts), 1)
    ]
    wordings = sound_wordings(given_, "word", Misfits())
    if not wordings:
        return
    path = tmp_path / "mine.yaml"
    path.write_text(lexicon_text(Words("mine", "题", "word", wordings), "来自 a"), "utf-8")
    read, wrong = read_lexicon(path)
    assert wrong == [] and read is not None
    assert [phrase.text for phrase in read.phrases] == [w.text for w in wordings]
    assert all(phrase.unless_within for phrase in read.phrases)


@pytest.mark.parametrize("text", [*ODD, "不能", "您好，请问", "a" * 300])
def test_a_scalar_is_the_same_text_again(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"key: {scalar(text)}\nlist: {flow([text, {'k': text}])}\n", "utf-8")
    root, _ = read_document(path)
    assert str(root).count(f"value={text!r}") == 3


def test_a_template_is_one_that_loads(tmp_path: Path) -> None:
    silence = {"find": "silence", "longer_than_seconds": 2.5, "at_ends": False}
    long = {"any": [silence | {"first_seconds": n} for n in range(1, 9)]}
    items = (
        {"id": "rule-1", "ask": "静音：太长？", "points": 3, "forbid": {"use": "a"}},
        {"id": "rule-2", "ask": "也许", "review": "always", "forbid": long},
    )
    path = tmp_path / "mine.yaml"
    path.write_text(template_text(Rules("mine", "题", {"a": silence}, items), "来自 a"), "utf-8")
    assert problems(path, {}) == []
    assert max(map(len, path.read_text("utf-8").splitlines())) <= 100
