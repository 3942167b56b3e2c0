"""Whose words an item judges."""

import pytest

from pipeline.scoring.whose import judged
from tests.reviewed import rules as small
from tests.scoring.rules import Rules

NOBODY: set[str] = set()
AGENT = "{find: phrase, lexicon: hello, speaker: agent}"
CUSTOMER = "{find: phrase, lexicon: hello, speaker: customer}"
ANYBODY = "{find: phrase, lexicon: hello}"


def test_an_item_that_looks_for_the_agents_words_judges_the_agent() -> None:
    found = {item.id: {who.value for who in judged(item.rule)} for item in small().template.items}
    assert found == {"taboo": {"agent"}, "hello": {"agent"}, "abuse": {"agent"}, "answer": NOBODY}


@pytest.mark.parametrize(
    ("rule", "whose"),
    [
        (f"require: {AGENT}", {"agent"}),
        (f"require: {{all: [{AGENT}, {CUSTOMER}]}}", {"agent", "customer"}),
        (f"forbid: {{any: [{AGENT}, {ANYBODY}]}}", NOBODY),
        (f"forbid: {ANYBODY}", NOBODY),
        ("forbid: {find: silence, longer_than_seconds: 5}", NOBODY),
    ],
)
def test_every_part_counts_and_one_of_anybodys_makes_it_anybodys(
    rules: Rules, rule: str, whose: set[str]
) -> None:
    (item,) = rules.template(rule).items
    assert {who.value for who in judged(item.rule)} == whose
