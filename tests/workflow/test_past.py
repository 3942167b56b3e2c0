"""A change of a bundled lexicon, tried on the sample calls, shows what a person would expect."""

from pathlib import Path

import pytest

from benchmarks.stored_calls import keep, samples
from pipeline.call import Call, Speaker
from pipeline.configuration.resources import folder
from pipeline.hit import Verdict
from pipeline.workflow.comparing import compare
from tests.workflow.stored import again

PHRASE = "暂时无法办理"


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return list(samples())


def saying(calls: list[Call], speaker: Speaker) -> set[str]:
    return {
        call.id
        for call in calls
        if any(turn.speaker == speaker and PHRASE in turn.text for turn in call.turns)
    }


def test_those_and_only_those_lose_whose_agent_says_the_new_phrase(
    home: Path, calls: list[Call]
) -> None:
    keep(calls, home, scored=False)
    text = (folder("lexicons") / "forbidden.yaml").read_text("utf-8")
    (home / "lexicons").mkdir()
    changed = text.replace("phrases:", f"phrases:\n  - {PHRASE}", 1)
    (home / "lexicons" / "forbidden.yaml").write_text(changed, "utf-8")
    compared = compare(again(home))
    (rule,) = compared.rules
    assert (rule.file, rule.added, rule.removed) == ("lexicons/forbidden.yaml", (PHRASE,), ())
    assert compared.verdicts is not None
    expected = saying(calls, Speaker.AGENT)
    assert expected and len(expected) < len(calls) / 2
    assert {Path(call.recording).stem for call in compared.verdicts.changed} == expected
    for call in compared.verdicts.changed:
        (item,) = call.items
        assert (item.item, item.after) == ("forbidden", Verdict.FAIL)
        assert [hit.what for hit in item.moments] == [PHRASE]
        assert call.points is not None and call.points < 0
