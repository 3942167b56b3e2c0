"""The month's demerits: who has how many, from which cards, and what people decided."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.call import CallRecord
from pipeline.hit import Verdict
from pipeline.refusal import Refusal
from pipeline.scoring.decision import Decision
from pipeline.scoring.review import View
from pipeline.scoring.ruleset import Ruleset, load_ruleset
from pipeline.scoring.scorecard import draft
from pipeline.settings import Report, Reviewing, Scoring, Settings
from pipeline.storage import Entry, Outcome, Recording, Store, Transcript, as_stored
from pipeline.storage.reviews import Reviews
from pipeline.workflow.reporting import Month, demerits
from pipeline.workflow.reviewing import confirm, mark
from tests.reviewed import INSPECTOR, answer, hit
from tests.talk import talk

FILES = {
    "lexicons/taboo.yaml": "title: 禁语\nphrases: [不知道]\n",
    "lexicons/hello.yaml": "title: 问候\nphrases: [您好]\n",
    "scorecards/shared/said.yaml": "title: 共用\nconditions:\n"
    "  taboo: {find: phrase, lexicon: taboo, speaker: agent}\n",
    "scorecards/rules.yaml": "title: 规范\nversion: '1'\nscale: demerits\ninclude: said\nitems:\n"
    "  - {id: taboo, ask: 禁语, points: 5, per: hit, cap: 12, forbid: taboo}\n"
    "  - {id: hello, ask: 问候, points: 1,"
    " require: {find: phrase, lexicon: hello, speaker: agent}}\n"
    "  - {id: loss, ask: 造成损失, points: 15}\n",
    "scorecards/marks.yaml": "title: 满分\nversion: '1'\nitems:\n"
    "  - {id: hello, ask: 问候, points: 9, require: {find: phrase, lexicon: hello}}\n",
}
BAD = "坐席 0 我不知道，不知道"
GOOD = "坐席 0 您好"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "rules"


def ruleset(rules: Path, name: str = "rules") -> Ruleset:
    return load_ruleset(name, rules / "scorecards", rules / "lexicons")


def stored(by: Ruleset, name: str, said: str, about: CallRecord | None = None) -> Entry:
    call = as_stored(replace(talk(said), id=name))
    content = sha256(name.encode()).hexdigest()
    known = about or CallRecord()
    recording = Recording(content=content, name=name, sources=(f"/{name}.wav",), about=known)
    return Entry(
        recording=recording,
        fingerprint="f",
        transcript=Transcript(call),
        newly_heard=True,
        outcome=Outcome.SPEECH,
        cards=((draft(call, by, Scoring()), by),),
    )


def keep(home: Path, by: Ruleset, name: str, said: str, about: CallRecord) -> None:
    with Store(home) as store:
        store.keep(stored(by, name, said, about))


def decide(home: Path, name: str, item: str, verdict: Verdict) -> None:
    with Store(home) as store:
        (found,) = store.find(name)
        store.decide(found.kept[0].id, Decision(item=item, verdict=verdict, by="组长"))


def of(agent: str, day: str, **more: object) -> CallRecord:
    return CallRecord(agent=agent, team="一组", started=f"{day}T09:00:00", **more)  # type: ignore[arg-type]


def seen(month: Month) -> list[tuple[str, int, float, float, bool]]:
    return [(t.agent, t.calls, t.points, t.at_stake, t.over) for t in month.agents]


def test_points_of_the_month_add_up_per_agent(home: Path, rules: Path) -> None:
    by = ruleset(rules)
    keep(home, by, "a", BAD, of("8001", "2026-02-01"))
    keep(home, by, "b", BAD, of("8001", "2026-02-28"))
    keep(home, by, "c", GOOD, of("8002", "2026-02-10"))
    month = demerits("2026-02", home, Settings())
    assert seen(month) == [("8001", 2, 22.0, 30.0, True), ("8002", 1, 0.0, 15.0, False)]
    first = month.agents[0]
    assert first.team == "一组"
    assert [(i.id, i.points, i.times) for i in first.items] == [("taboo", 20, 2), ("hello", 2, 2)]


def test_other_months_other_scales_and_test_calls_must_not_count(home: Path, rules: Path) -> None:
    by = ruleset(rules)
    keep(home, by, "a", BAD, of("8001", "2026-01-31"))
    keep(home, by, "b", BAD, of("8001", "2026-03-01"))
    keep(home, ruleset(rules, "marks"), "c", "坐席 0 喂", of("8001", "2026-02-01"))
    keep(home, by, "d", BAD, of("8001", "2026-02-02", test_call=True))
    month = demerits("2026-02", home, Settings())
    assert (month.agents, month.test_calls) == ((), 1)
    assert seen(demerits("2026-12", home, Settings())) == []


def test_what_people_decided_counts_in_place_of_the_draft(home: Path, rules: Path) -> None:
    keep(home, ruleset(rules), "a", BAD, of("8001", "2026-02-01"))
    decide(home, "a", "taboo", Verdict.PASS)
    decide(home, "a", "loss", Verdict.FAIL)
    month = demerits("2026-02", home, Settings())
    assert seen(month) == [("8001", 1, 16.0, 0.0, False)]


def test_a_decided_card_counts_though_a_draft_by_newer_rules_stands_beside_it(
    home: Path, rules: Path
) -> None:
    keep(home, ruleset(rules), "a", BAD, of("8001", "2026-02-01"))
    decide(home, "a", "loss", Verdict.PASS)
    changed = rules / "scorecards" / "rules.yaml"
    changed.write_text(FILES["scorecards/rules.yaml"].replace("cap: 12", "cap: 30"), "utf-8")
    keep(home, ruleset(rules), "a", BAD, of("8001", "2026-02-01"))
    assert seen(demerits("2026-02", home, Settings())) == [("8001", 1, 11.0, 0.0, False)]


def test_the_limit_is_a_setting_and_reached_at_it(home: Path, rules: Path) -> None:
    keep(home, ruleset(rules), "a", BAD, of("8001", "2026-02-01"))
    eleven = Settings(report=Report(demerit_limit=11.0))
    assert demerits("2026-02", home, eleven).agents[0].over
    more = Settings(report=Report(demerit_limit=11.5))
    assert not demerits("2026-02", home, more).agents[0].over


@pytest.mark.parametrize("month", ["2026-13", "2026", "二月", "2026-02-01"])
def test_what_is_no_month_is_refused(home: Path, month: str) -> None:
    with pytest.raises(Refusal, match="not-a-month"):
        demerits(month, home, Settings())


def test_of_a_card_that_was_confirmed_at_the_desk_what_it_was_settled_at_counts(
    home: Path, rules: Path
) -> None:
    keep(home, ruleset(rules), "a", BAD, of("8001", "2026-02-01"))
    with Reviews(home) as reviews:
        said = [hit("taboo", 0, View.REJECTED), answer("loss", "pass")]
        mark(reviews, INSPECTOR, 1, 0, said)
        assert seen(demerits("2026-02", home, Settings()))[0][2] == 11.0, "not confirmed yet"
        confirm(reviews, INSPECTOR, 1, 2, Reviewing())
    assert seen(demerits("2026-02", home, Settings())) == [("8001", 1, 6.0, 0.0, False)]
