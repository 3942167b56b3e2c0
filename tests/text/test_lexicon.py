"""Lexicon files: what they may say, and what is refused with line and reason."""

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.hit import Kind
from pipeline.refusal import Refusal
from pipeline.text.lexicon import load_lexicon, load_lexicons, read_lexicon
from pipeline.text.match import broken_examples
from pipeline.text.phrase import Part
from pipeline.wording import LANGUAGES, say_refusal, words_of
from tests.text.lexicons import lexicon, phrases


@dataclass(frozen=True)
class Bad:
    """A file that is refused: its bytes, the key of the reason, the line, the column."""

    name: str
    data: str | bytes
    key: str
    line: int | None
    column: int | None


AT_ONCE = 5.0
"""Processor seconds: no file hangs the reader. How long each takes: benchmarks/hostile_rules.py."""
HEAD = "title: 试\n"
LIST = HEAD + "phrases:\n"
REGEX = HEAD + "match: regex\nphrases:\n"
LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abc", "bcd", strict=True)
)
BAD = [
    Bad("a key that is not there", HEAD + "phrase:\n  - 不能\n", "lexicon.unknown-key", 2, 1),
    Bad("no title", "phrases:\n  - 不能\n", "lexicon.missing-key", 1, 1),
    Bad("no phrases", HEAD, "lexicon.missing-key", 1, 1),
    Bad("a list of nothing", HEAD + "phrases: []\n", "lexicon.empty", 2, 10),
    Bad("phrases without dashes", HEAD + "phrases: 不能\n", "lexicon.not-a-list", 2, 10),
    Bad("a list for a title", "title: [一]\nphrases: [一]\n", "lexicon.not-a-word", 1, 8),
    Bad("only a list", "- 不能\n", "lexicon.not-a-mapping", 1, 1),
    Bad("an empty phrase", LIST + "  - 不能\n  - ''\n", "lexicon.empty", 4, 5),
    Bad("punctuation alone", LIST + "  - 。。\n", "lexicon.empty", 3, 5),
    Bad("the same twice", LIST + "  - 不能\n  - 不 能！\n", "lexicon.duplicate-phrase", 4, 5),
    Bad(
        "another way to match",
        HEAD + "match: fuzzy\nphrases: [一]\n",
        "lexicon.unknown-match",
        2,
        8,
    ),
    Bad("yes for true", HEAD + "sound: 是\nphrases: [一]\n", "lexicon.not-a-switch", 2, 8),
    Bad("another name", "name: a\n" + HEAD + "phrases: [一]\n", "lexicon.wrong-name", 1, 7),
    Bad("a phrase without text", LIST + "  - match: word\n", "lexicon.missing-key", 3, 5),
    Bad("a key beside phrase", LIST + "  - {phrase: 一, x: 1}\n", "lexicon.unknown-key", 3, 17),
    Bad("a gap without an end", LIST + "  - 您好*{10}\n", "lexicon.bad-gap", 3, 5),
    Bad("a gap without a size", LIST + "  - 您好*{}再见\n", "lexicon.bad-gap", 3, 5),
    Bad("a gap too wide", LIST + "  - 您好*{500}再见\n", "lexicon.bad-gap", 3, 5),
    Bad("a gap in braces", LIST + "  - {phrase: 好*{2}见}\n", "lexicon.gap-needs-quotes", 3, 16),
    Bad("a regex of nothing", REGEX + "  - (.*)*$\n", "lexicon.regex-matches-empty", 4, 5),
    Bad(
        "a regex of 9,000 steps",
        REGEX + "  - .{1,500}对.{1,500}吧\n",
        "lexicon.regex-too-large",
        4,
        5,
    ),
    Bad("a broken regex", REGEX + "  - (对+\n", "lexicon.bad-regex", 4, 5),
    Bad("look-ahead", REGEX + "  - 不(?=能)\n", "lexicon.bad-regex", 4, 5),
    Bad("a back-reference", REGEX + "  - (.)不\\1\n", "lexicon.bad-regex", 4, 5),
    Bad("a tab", HEAD + "phrases:\n\t- 不能\n", "yaml.tab", 3, 1),
    Bad("a full-width colon", HEAD + "phrases：\n  - 不能\n", "yaml.full-width-colon", 2, 8),
    Bad("GBK", (LIST + "  - 不能\n").encode("gbk"), "yaml.gbk", 1, None),
    Bad("UTF-16", (LIST + "  - 不能\n").encode("utf-16"), "yaml.utf-16", 1, None),
    Bad("noise", b"\xff\x00\x81\xff\xff", "yaml.binary", 1, None),
    Bad("a NUL", HEAD + "phrases: ['\0']\n", "yaml.binary", 2, None),
    Bad("an open bracket", HEAD + "phrases: [一\n", "yaml.syntax", 3, 1),
    Bad("nothing", "", "yaml.empty", None, None),
    Bad("two documents", HEAD + "phrases: [一]\n---\n" + HEAD, "yaml.two-documents", 3, None),
    Bad("a thousand million laughs", LAUGHS, "yaml.alias", 1, 4),
    Bad("an alias", LIST + "  - *一\n", "yaml.alias", 3, 5),
    Bad(
        "a Python object",
        HEAD + "phrases: !!python/object/apply:os.system [ls]\n",
        "yaml.tag",
        2,
        10,
    ),
    Bad("merge keys", HEAD + "<<: {phrases: [一]}\n", "lexicon.unknown-key", 2, 1),
    Bad("the same key twice", HEAD + HEAD + "phrases: [一]\n", "yaml.duplicate-key", 2, 1),
    Bad("a list as key", HEAD + "? [一]\n: 二\n", "yaml.key-not-a-word", 2, 3),
    Bad("10,000 brackets", "title: " + "[" * 10_000, "yaml.too-deep", 1, 27),
    Bad("90,000 keys", "".join(f"k{n}: 1\n" for n in range(90_000)), "yaml.too-many", 10_000, None),
    Bad("5 MB", HEAD + "phrases:\n" + "  - 一\n" * 700_000, "file.too-large", None, None),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_wrong_file_is_refused_with_its_line_at_once(bad: Bad, tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_bytes(bad.data if isinstance(bad.data, bytes) else bad.data.encode())
    began = time.process_time()
    with pytest.raises(Refusal) as raised:
        load_lexicon(path)
    assert time.process_time() - began < AT_ONCE
    assert raised.value.file == str(path)
    found = [(p.reason.key, p.line, p.column) for p in read_lexicon(path)[1]]
    assert (bad.key, bad.line, bad.column) in found


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_the_reason_has_words_without_gaps(bad: Bad, tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_bytes(bad.data if isinstance(bad.data, bytes) else bad.data.encode())
    (refusal,) = [p for p in read_lexicon(path)[1] if p.reason.key == bad.key]
    for language in LANGUAGES:
        said = say_refusal(refusal, language)
        assert bad.key not in said
        assert "…" not in said.replace("“", "").removeprefix(str(path))


def test_all_problems_of_a_file_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_text(
        "name: other\ntitle: 试\nmatch: fuzzy\nphrases:\n"
        "  - 。\n  - 不能\n  - {phrase: 不能, x: 1}\n  - {phrase: (对+, match: regex}\n"
        "must_match: 不能\n",
        "utf-8",
    )
    words, problems = read_lexicon(path)
    assert [(p.line, p.reason.key.partition(".")[2]) for p in problems] == [
        (1, "wrong-name"),
        (3, "unknown-match"),
        (5, "empty"),
        (7, "unknown-key"),
        (7, "duplicate-phrase"),
        (8, "bad-regex"),
        (9, "not-a-list"),
    ]
    assert words is not None
    assert [phrase.text for phrase in words.phrases] == ["不能"]


def test_every_sentence_in_the_wording_can_be_provoked() -> None:
    keys = {*words_of("lexicon"), *words_of("yaml")}
    assert not keys - {bad.key for bad in BAD}


def test_the_example_in_the_documentation_loads_and_holds(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "lexicons.md").read_text("utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    assert broken_examples(lexicon(tmp_path, example, "forbidden")) == ()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as raised:
        load_lexicon(tmp_path / "none.yaml")
    assert raised.value.reason.key == "file.not-found"


def test_scalars_stay_as_written(tmp_path: Path) -> None:
    loaded = phrases(tmp_path, "0123", "no", "1e3", "2026-11-21")
    assert [phrase.text for phrase in loaded.phrases] == ["0123", "no", "1e3", "2026-11-21"]


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_bytes("\ufefftitle: 试\r\nphrases:\r\n  - 不能\r\n".encode())
    assert [phrase.line for phrase in load_lexicon(path).phrases] == [3]


def test_a_phrase_may_differ_from_its_file(tmp_path: Path) -> None:
    loaded = lexicon(
        tmp_path,
        "match: word\nsound: true\nunless_within: [能不能]\nphrases:\n"
        "  - 不知道\n"
        "  - 不能\n"
        "  - {phrase: 前台, match: text, sound: true}\n"
        "  - {phrase: 我不能, sound: false, unless_within: [我不能不]}\n"
        "  - {phrase: '不(行|可以)', match: regex}\n",
    )
    assert [(p.kind, p.sound, len(p.unless_within), p.line) for p in loaded.phrases] == [
        (Kind.WORD, True, 1, 6),
        (Kind.WORD, False, 1, 7),
        (Kind.TEXT, True, 1, 8),
        (Kind.WORD, False, 2, 9),
        (Kind.REGEX, False, 1, 10),
    ]


def test_gaps_are_read_with_their_order(tmp_path: Path) -> None:
    loaded = phrases(tmp_path, "'您好，*{10}工号*{6}*为您服务'")
    assert loaded.phrases[0].parts == (
        Part("您好"),
        Part("工号", 10),
        Part("为您服务", 6, either=True),
    )


def test_a_folder_of_lexicons_is_read_by_name(tmp_path: Path) -> None:
    for name in "ba":
        lexicon(tmp_path, "phrases: [不能]\n", name)
    assert list(load_lexicons(tmp_path)) == ["a", "b"]
    assert load_lexicons(tmp_path)["a"].source == "title: 试\nphrases: [不能]\n"
