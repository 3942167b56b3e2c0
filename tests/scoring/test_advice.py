"""Advice on templates: points that do not add up, contradictions, conditions without use."""

from pathlib import Path

import pytest

from pipeline.scoring.advice import advise, contradictions, once
from pipeline.scoring.loading import load_template
from tests.scoring.rules import Rules
from tests.text.lexicons import lexicon

HEAD = "title: 测试\nversion: '1'\n"
HELLO = "require: {find: phrase, lexicon: hello, speaker: agent}"
TABOO = "forbid: {find: phrase, lexicon: taboo, speaker: agent}"
SECTION = "sections: [{id: s, title: 甲, max: 100}]\n"


def keys(rules: Rules, text: str) -> list[tuple[int, str]]:
    template = load_template(rules.file(HEAD + text), rules.lexicons)
    return [(a.line or 0, a.reason.key.partition(".")[2]) for a in once(advise(template))]


def item(keys: str, name: str = "a") -> str:
    return f"  - {{id: {name}, ask: 问, {keys}}}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("items:\n" + item(HELLO), [(4, "costs-nothing")]),
        (
            SECTION + "items:\n" + item(f"section: s, points: 90, {HELLO}"),
            [(3, "section-sum")],
        ),
        (
            "sections: [{id: s, title: 甲, max: 90}]\nitems:\n"
            + item(f"section: s, points: 95, {HELLO}"),
            [(1, "full-marks"), (5, "over-section")],
        ),
        (
            "scale: earn\n"
            + SECTION
            + "items:\n"
            + item(f"section: s, points: 60, {HELLO}")
            + item(f"section: s, points: 60, {TABOO}", "b"),
            [(4, "section-sum")],
        ),
        (
            "conditions:\n  used: {find: silence, longer_than_seconds: 5}\n"
            "  anchor: {find: silence, longer_than_seconds: 6}\n"
            "  spare: {find: silence, longer_than_seconds: 7}\n"
            "items:\n" + item("points: 5, forbid: {use: used, after: first anchor}"),
            [(6, "unused-condition")],
        ),
    ],
)
def test_what_does_not_add_up_is_named(
    rules: Rules, text: str, found: list[tuple[int, str]]
) -> None:
    assert keys(rules, text) == found


@pytest.mark.parametrize(
    "text",
    [
        "items:\n" + item(f"points: 5, {HELLO}"),
        "items:\n" + item(f"review: always, {TABOO}"),
        "items:\n" + item("points: 0"),
        SECTION + "items:\n" + item(f"section: s, points: 5, per: hit, {TABOO}"),
        SECTION + "items:\n" + item("section: s, points: 100") + item("section: s, points: 9", "b"),
        "scale: demerits\n" + SECTION + "items:\n" + item(f"section: s, points: 5, {HELLO}"),
    ],
    ids=["no sections", "only asks", "a person's", "endless", "more than enough", "demerits"],
)
def test_what_is_meant_is_left_alone(rules: Rules, text: str) -> None:
    assert keys(rules, text) == []


GOOD = "phrases: [我帮您查一下]\nmust_match: [我帮您查一下，稍等]\n"


def contradicted(rules: Rules, folder: Path, bad: str, *items: str) -> list[tuple[str, int, str]]:
    known = {
        **rules.lexicons,
        "good": lexicon(folder, GOOD, "good"),
        "bad": lexicon(folder, bad, "bad"),
    }
    text = HEAD + "items:\n" + "".join(item(one, f"i{n}") for n, one in enumerate(items))
    found = once(contradictions(load_template(rules.file(text), known)))
    return [(Path(a.file).stem, a.line or 0, a.reason.key.partition(".")[2]) for a in found]


ASKS = "points: 5, require: {find: phrase, lexicon: good, speaker: agent}"
CHARGES = "points: 5, forbid: {find: phrase, lexicon: bad, speaker: agent}"
SAME = "phrases:\n  - 我帮您查一下\nmust_match: [我帮您查一下]\n"


def test_a_phrase_asked_for_and_charged_is_named(rules: Rules, tmp_path: Path) -> None:
    assert contradicted(rules, tmp_path, SAME, ASKS, CHARGES) == [
        ("bad", 3, "contradicted"),
        ("good", 3, "example-charged"),
    ]


def test_one_saying_charged_twice_is_named(rules: Rules, tmp_path: Path) -> None:
    both = contradicted(rules, tmp_path, SAME, ASKS.replace("require", "forbid"), CHARGES)
    assert {key for _, _, key in both} == {"charged-twice"}


@pytest.mark.parametrize(
    ("asks", "charges"),
    [
        (ASKS, CHARGES.replace("agent", "customer")),
        (ASKS, "review: always, " + CHARGES),
        (ASKS, CHARGES.replace("points: 5, ", "")),
        (ASKS.replace("}", ", doubtful: true}"), CHARGES),
        (
            ASKS.replace("require", "forbid").replace("{find", "{none: [{find").replace("}", "}]}"),
            CHARGES.replace("bad", "taboo"),
        ),
    ],
    ids=["somebody else", "only asks", "costs nothing", "a hint", "something else"],
)
def test_what_is_no_contradiction_is_left_alone(
    rules: Rules, tmp_path: Path, asks: str, charges: str
) -> None:
    assert contradicted(rules, tmp_path, SAME, asks, charges) == []


def test_what_is_forbidden_not_to_be_said_is_asked_for(rules: Rules, tmp_path: Path) -> None:
    asks = "points: 5, forbid: {none: [{find: phrase, lexicon: good, speaker: agent}]}"
    found = contradicted(rules, tmp_path, SAME, asks, CHARGES)
    assert ("bad", 3, "contradicted") in found
