"""Which files a scorecard was made with, and which template a call is for."""

from pathlib import Path

import pytest

from pipeline.call import Call, CallRecord, Medium
from pipeline.configuration.resources import files
from pipeline.refusal import Refusal
from pipeline.scoring.ruleset import choose, load_ruleset, load_rulesets, ruleset
from pipeline.text.lexicon import load_lexicon, load_lexicons
from tests.scoring.rules import LEXICONS, Rules
from tests.talk import talk

GREET = "require: {find: phrase, lexicon: hello}"
HEAD = "title: 测试\nversion: '1'\n"


def folder(base: Path, templates: dict[str, str], lexicons: dict[str, str]) -> tuple[Path, Path]:
    for kind, texts in (("scorecards", templates), ("lexicons", lexicons)):
        (base / kind).mkdir(parents=True)
        for name, text in texts.items():
            (base / kind / f"{name}.yaml").write_text(text, encoding="utf-8")
    return base / "scorecards", base / "lexicons"


def plain(routes: str = "", find: str = "hello") -> str:
    item = f"items:\n  - {{id: a, ask: 问, require: {{find: phrase, lexicon: {find}}}}}\n"
    return f"{HEAD}applies: {{{routes}}}\n{item}"


def digest(base: Path, template: str, lexicons: dict[str, str]) -> str:
    return load_ruleset("t", *folder(base, {"t": template}, lexicons)).digest


def test_the_digest_covers_the_template_and_the_lexicons_that_it_reaches(tmp_path: Path) -> None:
    first = digest(tmp_path / "1", plain(), LEXICONS)
    assert digest(tmp_path / "2", plain(), LEXICONS) == first
    assert digest(tmp_path / "3", plain() + "# 注\n", LEXICONS) != first
    changed = LEXICONS | {"hello": "title: 问候\nphrases: [您好, 你好]"}
    assert digest(tmp_path / "4", plain(), changed) != first
    other = LEXICONS | {"taboo": "title: 禁语\nphrases: [不行]"}
    assert digest(tmp_path / "5", plain(), other) == first


def test_a_ruleset_tells_its_files(rules: Rules) -> None:
    made = rules.ruleset(GREET, "forbid: {any: [{find: phrase, lexicon: taboo}]}")
    assert list(made.files) == [
        "scorecards/mine.yaml",
        "lexicons/hello.yaml",
        "lexicons/taboo.yaml",
    ]
    assert made.files["lexicons/hello.yaml"] == LEXICONS["hello"]
    assert ruleset(made.template).digest == made.digest


def test_a_template_is_loaded_by_name_or_by_path(tmp_path: Path) -> None:
    scorecards, lexicons = folder(tmp_path, {"t": plain()}, LEXICONS)
    by_name = load_ruleset("t", scorecards, lexicons)
    by_path = load_ruleset(scorecards / "t.yaml", scorecards, lexicons)
    assert by_name.digest == by_path.digest


def test_an_unknown_template_is_refused_with_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        load_ruleset("x", *folder(tmp_path, {"t": plain(), "u": plain()}, LEXICONS))
    assert caught.value.reason.values == {"found": "x", "allowed": "t、u"}


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (talk("坐席 0 您好"), "any-voice"),
        (talk("坐席 0 您好", about=CallRecord(direction="out")), "outbound"),
        (talk("坐席 0 您好", about=CallRecord(queue="贵宾")), "special"),
        (talk("坐席 0 您好", about=CallRecord(queue="贵宾", direction="out")), "special"),
        (talk("坐席 0 您好", medium=Medium.CHAT), None),
    ],
)
def test_a_call_gets_the_most_particular_template(
    tmp_path: Path, call: Call, name: str | None
) -> None:
    templates = {
        "any-voice": plain("medium: voice"),
        "outbound": plain("medium: voice, direction: out"),
        "special": plain("medium: voice, queue: [贵宾, 钻石], direction: [in, out]")
        if call.about.direction
        else plain("medium: voice, queue: [贵宾, 钻石]"),
    }
    scorecards, lexicons = folder(tmp_path, templates, LEXICONS)
    rulesets = load_rulesets(sorted(scorecards.iterdir()), load_lexicons(lexicons))
    chosen = choose(call, rulesets)
    assert (chosen.template.name if chosen else None) == name


@pytest.mark.parametrize(
    ("about", "medium", "name"),
    [
        (CallRecord(), Medium.VOICE, "telecom-inbound"),
        (CallRecord(direction="out"), Medium.VOICE, "telecom-inbound"),
        (CallRecord(project="保险"), Medium.VOICE, "insurance-centre"),
        (CallRecord(), Medium.CHAT, "online-chat"),
        (CallRecord(direction="out", project="电销"), Medium.VOICE, "outbound-sales"),
        (CallRecord(direction="in", project="电销"), Medium.VOICE, "telecom-inbound"),
        (CallRecord(project="云服务"), Medium.VOICE, "cloud-service"),
        (CallRecord(project="云服务"), Medium.CHAT, "cloud-service"),
        (CallRecord(project="保险"), Medium.CHAT, "online-chat"),
    ],
)
def test_the_bundled_templates_share_the_calls_out(
    about: CallRecord, medium: Medium, name: str
) -> None:
    paths = files("scorecards", None).values()
    lexicons = {name: load_lexicon(path) for name, path in files("lexicons", None).items()}
    bundled = load_rulesets(paths, lexicons)
    chosen = choose(talk("坐席 0 您好", about=about, medium=medium), bundled)
    assert chosen is not None
    assert chosen.template.name == name
