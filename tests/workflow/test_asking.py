"""Setting up a home, linting, explaining, examining the machine."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.configuration import files, read_settings
from pipeline.configuration.resources import Name
from pipeline.refusal import Refusal
from pipeline.report.account import rows
from pipeline.settings import Settings
from pipeline.workflow.explaining import explain_item
from pipeline.workflow.health import examine
from pipeline.workflow.linting import lint
from pipeline.workflow.scoring import Asked, score
from pipeline.workflow.setting_up import set_up, settings_text
from tests.workflow.conftest import Ears


def test_a_new_home_has_settings_lexicons_and_templates(home: Path) -> None:
    made = list(set_up(home, "# hello", "zh"))
    assert all(one.new for one in made)
    assert {path.stem for path in (home / "lexicons").iterdir()} == set(files("lexicons", None))
    kinds: tuple[Name, ...] = ("scorecards", "scorecards/shared")
    for kind in kinds:
        written = {path.stem for path in (home / kind).glob("*.yaml")}
        assert written == set(files(kind, None)) != set()
    assert read_settings(home) == Settings()


def test_what_is_there_is_left_alone(home: Path) -> None:
    (home / "zhiyin.toml").write_text('language = "en"\n')
    made = {one.path.name: one.new for one in set_up(home, "#", "zh")}
    assert made["zhiyin.toml"] is False
    assert (home / "zhiyin.toml").read_text() == 'language = "en"\n'


def test_settings_are_told_in_the_language_of_the_home() -> None:
    chinese, english = settings_text("#", "zh"), settings_text("#", "en")
    assert "# 更长的录音不收（too_long）" in chinese
    assert "# a longer recording is refused as too_long" in english
    assert "a longer recording" not in chinese
    assert "更长的录音" not in english


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_setting_uncommented_is_its_default(
    home: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    lines = settings_text("# first", language).splitlines()
    said = [
        line[1:] if line.startswith("#") and not line.startswith("# ") else line for line in lines
    ]
    tomllib.loads("\n".join(said))
    (home / "zhiyin.toml").write_text("\n".join(said), "utf-8")
    monkeypatch.delenv("ZHIYIN_MODEL", raising=False)
    assert read_settings(home) == Settings()


def test_what_we_ship_has_nothing_wrong(home: Path) -> None:
    linted = list(lint((), home))
    assert [problem for one in linted for problem in one.problems] == []
    kinds: tuple[Name, ...] = ("lexicons", "scorecards", "scorecards/shared")
    assert len(linted) == sum(len(files(kind, None)) for kind in kinds)


def test_advice_is_told_apart_and_only_where_nothing_is_wrong(home: Path) -> None:
    folder = home / "lexicons"
    folder.mkdir()
    text = "title: 试\nphrases:\n  - 您好\n  - 您好吗\n"
    (folder / "own.yaml").write_text(text, "utf-8")
    (folder / "bad.yaml").write_text(text + "  - 。\n", "utf-8")
    linted = {one.path.stem: one for one in lint((), home, Settings())}
    own, bad = linted["own"], linted["bad"]
    assert {a.reason.key for one in linted.values() for a in one.advice} == {
        "advice.contained",
        "advice.unused-lexicon",
    }
    assert sorted(a.reason.key for a in own.advice) == ["advice.contained", "advice.unused-lexicon"]
    assert own.problems == () and bad.advice == ()
    assert [p.reason.key for p in bad.problems] == ["lexicon.empty"]


def test_a_phrase_that_another_template_wants_is_advised_on_when_its_file_is_named(
    home: Path,
) -> None:
    for folder in ("lexicons", "scorecards"):
        (home / folder).mkdir()
    path = home / "lexicons" / "own.yaml"
    path.write_text("title: 自己的\nphrases: [很高兴为您服务]\n", "utf-8")
    (home / "scorecards" / "own.yaml").write_text(
        "title: 甲\nversion: '1'\nitems:\n"
        "  - {id: a, ask: 甲, points: 1, require: {find: phrase, lexicon: greeting}}\n"
        "  - {id: b, ask: 乙, points: 1, forbid: {find: phrase, lexicon: own}}\n",
        "utf-8",
    )
    (one,) = lint([path], home, Settings())
    assert "advice.contradicted" in [a.reason.key for a in one.advice]


def test_a_lexicon_that_breaks_its_own_examples_is_found(home: Path) -> None:
    path = home / "lexicons" / "own.yaml"
    path.parent.mkdir()
    path.write_text(
        "name: own\ntitle: 自己的\nmatch: text\nphrases:\n  - 不知道\n"
        "must_match:\n  - 我不清楚\nmust_not_match:\n  - 我不知道\n",
        "utf-8",
    )
    (linted,) = [one for one in lint((), home) if one.path == path]
    assert [(p.reason.key, p.line) for p in linted.problems] == [
        ("cli.lint-not-matched", 7),
        ("cli.lint-wrongly-matched", 9),
    ]


def test_all_problems_of_a_template_are_told_at_once(home: Path) -> None:
    path = home / "scorecards" / "own.yaml"
    path.parent.mkdir()
    path.write_text(
        'title: 坏的\nversion: "1"\nitems:\n'
        "  - {id: a, ask: 甲, pionts: 5}\n"
        "  - {id: b, ask: 乙, points: 1, forbid: {find: phrase, lexicon: nothing}}\n",
        "utf-8",
    )
    (linted,) = lint([path], home)
    assert {problem.line for problem in linted.problems} == {4, 5}


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [("a.yaml", None, "cli.lint-missing"), ("b.txt", "hello", "cli.lint-neither")],
)
def test_what_is_neither_lexicon_nor_template_is_said_so(
    name: str, text: str | None, key: str, tmp_path: Path
) -> None:
    if text:
        (tmp_path / name).write_text(text)
    (linted,) = lint([tmp_path / name], None)
    assert [problem.reason.key for problem in linted.problems] == [key]


@pytest.fixture
def asked(calls: Path, home: Path, settings: Settings, ears: Ears) -> Asked:
    asked = Asked(paths=[calls / "a.wav"], home=home, settings=settings)
    list(score(asked))
    return asked


@pytest.mark.parametrize("name", ["a.wav", "a"])
def test_a_verdict_is_explained_from_what_is_stored(asked: Asked, name: str) -> None:
    explained = explain_item(name, "forbidden", asked.home, asked.settings)
    assert explained.item.verdict.value == "fail"
    assert explained.explanation is not None
    assert explained.explanation.looks
    assert explained.explanation.result == explained.item


def test_a_name_of_several_recordings_is_refused_with_their_paths(
    asked: Asked, calls: Path
) -> None:
    other = calls / "more" / "a.wav"
    other.parent.mkdir()
    other.write_text("of another day")
    list(score(replace(asked, paths=[other])))
    for name in ("a", "a.wav"):
        with pytest.raises(Refusal) as refused:
            explain_item(name, "forbidden", asked.home, asked.settings)
        assert refused.value.reason.key == "workflow.ambiguous"
        assert str(other) in str(refused.value.reason.values["allowed"])
        assert str(calls / "a.wav") in str(refused.value.reason.values["allowed"])
    for path in (other, calls / "a.wav"):
        found = explain_item(str(path), "forbidden", asked.home, asked.settings)
        assert found.recording == str(path)


def test_of_a_recording_that_changed_the_latest_is_explained(asked: Asked, calls: Path) -> None:
    (calls / "a.wav").write_text("recorded anew")
    list(score(asked))
    assert explain_item("a", "forbidden", asked.home, asked.settings).recording


def test_after_the_rules_have_changed_the_verdict_is_explained_by_those_of_then(
    asked: Asked,
) -> None:
    before = explain_item("a", "forbidden", asked.home, asked.settings)
    own = asked.home / "lexicons" / "forbidden.yaml"
    own.parent.mkdir()
    own.write_text("name: forbidden\ntitle: 改了\nphrases: [别的话]\n", "utf-8")
    after = explain_item("a", "forbidden", asked.home, asked.settings)
    assert (before.in_force, after.in_force) == (True, False)
    assert after.explanation is not None and before.explanation is not None
    assert after.explanation.ruleset.digest == before.card.ruleset
    assert after.explanation.result == before.item
    assert "不清楚" in str(rows(after, "zh"))


def test_a_verdict_is_explained_by_the_settings_of_then(asked: Asked) -> None:
    strict = replace(asked.settings, scoring=replace(asked.settings.scoring, min_confidence=0.99))
    explained = explain_item("a", "forbidden", asked.home, strict)
    assert explained.scoring.min_confidence == 0.5
    assert explained.explanation is not None
    assert explained.explanation.result.verdict.value == "fail"


@pytest.mark.parametrize(
    ("name", "item", "key"),
    [
        ("z.wav", "forbidden", "workflow.not-found"),
        ("a.wav", "nothing", "workflow.no-such-item"),
    ],
)
def test_what_cannot_be_explained_is_refused(asked: Asked, name: str, item: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        explain_item(name, item, asked.home, asked.settings)
    assert refused.value.reason.key == key


def test_a_failed_recording_has_no_card_to_explain(asked: Asked, calls: Path) -> None:
    (calls / "broken.wav").write_text("x")
    list(score(replace(asked, paths=[calls / "broken.wav"])))
    with pytest.raises(Refusal, match="no-card"):
        explain_item("broken.wav", "forbidden", asked.home, asked.settings)


def test_the_examination_looks_at_everything_and_survives_what_is_missing(
    home: Path, settings: Settings, tmp_path: Path
) -> None:
    missing = replace(settings, speech=replace(settings.speech, model=str(tmp_path / "none")))
    findings = {finding.about: finding for finding in examine(home, missing)}
    assert findings["cli.doctor-home"].good
    assert findings["cli.doctor-database"].good
    assert not findings["cli.doctor-model"].good
    assert findings["cli.doctor-model"].refusal is not None


def test_the_examination_says_what_is_wrong_with_a_rule(home: Path, settings: Settings) -> None:
    (home / "scorecards").mkdir()
    (home / "scorecards" / "bad.yaml").write_text("title: x\n", "utf-8")
    findings = {finding.about: finding for finding in examine(home, settings)}
    refusal = findings["cli.doctor-rules"].refusal
    assert refusal is not None and refusal.file.endswith("bad.yaml")
