"""S1: what callers, agents, files and people put in never runs; the policy is never even asked.

Forty strings stand in words, file names, names of agents and teams, comments, reasons, phrases,
errors and names of people; every page that shows them is opened in Chromium.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pipeline.call import Call, CallRecord, Reason
from pipeline.scoring.review import Mark, Marking, Span, View
from pipeline.scoring.scorecard import draft
from pipeline.settings import Reviewing, Scoring, Settings
from pipeline.storage import (
    Act,
    Entry,
    Outcome,
    People,
    Person,
    Recording,
    Role,
    Store,
    Transcript,
    as_stored,
)
from pipeline.storage.reviews import Reviews
from pipeline.workflow import reviewing
from tests.desk.calls import rules
from tests.desk.chromium import Sitter, chromium, sitting
from tests.desk.people import PASSWORD, let_everybody_in, quick
from tests.desk.served import served
from tests.report.made import on_two_channels
from tests.talk import talk

__all__ = ["chromium"]  # a fixture
pytestmark = pytest.mark.desk
RAN = "window.ran=1"
STRINGS = (
    f"<script>{RAN}</script>",
    f"</script><script>{RAN}</script>",
    f"<!--<script>{RAN}</script>-->",
    f"<script src=data:text/javascript,{RAN}></script>",
    f"<img src=x onerror={RAN}>",
    f'"><img src=x onerror="{RAN}">',
    f"'><img src=x onerror='{RAN}'>",
    f"<svg onload={RAN}>",
    f"<svg><script>{RAN}</script></svg>",
    f"<svg><animate onbegin={RAN} attributeName=x dur=1s>",
    f"<body onload={RAN}>",
    f"<iframe srcdoc='<script>parent.{RAN}</script>'></iframe>",
    f"<iframe src=javascript:parent.{RAN}></iframe>",
    f"<a href=javascript:{RAN}>x</a>",
    f"<math><a xlink:href=javascript:{RAN}>x</a></math>",
    f"<details open ontoggle={RAN}>x</details>",
    f"<input autofocus onfocus={RAN}>",
    f"<video><source onerror={RAN}></video>",
    f"<audio src=x onerror={RAN}></audio>",
    f"<object data=javascript:{RAN}></object>",
    f"<embed src=javascript:{RAN}>",
    f"<link rel=stylesheet href=x onerror={RAN}>",
    "<style>body{display:none}</style>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RAN}'>",
    "<base href=//127.0.0.1:1/>",
    f"<form action=javascript:{RAN}><button autofocus>x</button></form>",
    f"<template><script>{RAN}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={RAN}>'>",
    f"<p hx-get=/my hx-trigger=load hx-on::load={RAN}>x</p>",
    f"<p hx-on:click={RAN} hx-trigger=load hx-vals='js:{{a:{RAN}}}'>x</p>",
    f'" onmouseover={RAN} autofocus onfocus={RAN} x="',
    f"' onmouseover={RAN} autofocus onfocus={RAN} x='",
    f"{{{{ {RAN} }}}}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    f"${{{RAN}}}`${{{RAN}}}`",
    f"\\u003cscript\\u003e{RAN}\\u003c/script\\u003e",
    f"&lt;script&gt;{RAN}&lt;/script&gt; &#60;img src=x onerror={RAN}&#62;",
    f"]]><script>{RAN}</script><![CDATA[",
    f"<scr<script>ipt>{RAN}</scr</script>ipt>",
)
AGENT = "8001"
VIEW = View.REJECTED.value


@dataclass(frozen=True, slots=True)
class Hostile:
    """A desk where everything that people may fill in is hostile. told: the card of one agent with
    all strings on it; others: cards with a string each for their names."""

    url: str
    told: int
    others: tuple[int, ...]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    home = tmp_path_factory.mktemp("hostile")
    let_everybody_in(home)
    people(home)
    lexicon(home)
    lines = [
        f"{'坐席客户'[2 * (n % 2) : 2 * (n % 2) + 2]} {n}.0 不清楚 {s}"
        for n, s in enumerate(STRINGS)
    ]
    everything = talk(*lines, duration=len(lines) + 2, about=CallRecord(agent=AGENT, team="甲组"))
    told = keep(home, everything, STRINGS[0])
    others = tuple(keep(home, small(text), f"{text} {n}.wav") for n, text in enumerate(STRINGS))
    with Store(home) as store:
        for n, text in enumerate(STRINGS):
            failed = Recording(content=f"{n:064}", name=f"/calls/{text}", sources=(f"/{text}",))
            reason = Reason("cli.fault", {"found": text, "log": text, "number": text})
            store.keep_failure(failed, Outcome.FAILED, reason)
    judged(home, told, others)
    with served(home, Settings(review=Reviewing(random_share=1.0))) as url:
        yield Hostile(url, told, others)


def people(home: Path) -> None:
    """Everybody is called something hostile."""
    password = quick().hash(PASSWORD)
    with People(home) as kept:
        for n, name in enumerate(STRINGS):
            login, role = f"p{n}", Role.LEAD if n == 0 else Role.INSPECTOR
            teams = () if n == 0 else (name,)
            one = Person(id=0, login=login, name=name, role=role, agent="", teams=teams)
            kept.add(replace(one, password=password), Act("test", "user-added", login))


def lexicon(home: Path) -> None:
    """A title and remarks; phrases are typed into the form."""
    (home / "lexicons").mkdir()
    remarks = [f"# {text}" for text in STRINGS]
    text = "\n".join([f"title: '{STRINGS[0]}'", "phrases: [不清楚]", *remarks, ""])
    (home / "lexicons" / "hostile.yaml").write_text(text, "utf-8")


def small(text: str) -> Call:
    record = CallRecord(agent=text, team=text, queue=text, started="2026-11-20T09:00:00")
    return talk("坐席 1 这个我不清楚", f"客户 3 {text}", duration=6, about=record)


def keep(home: Path, call: Call, name: str) -> int:
    """Store a call under that name, without sound; its card."""
    told = on_two_channels(replace(call, id=name))
    recording = Recording(
        content=sha256(name.encode()).hexdigest(),
        name=name,
        sources=(f"/calls/{name}",),
        about=replace(call.about, id=name),
    )
    transcript, made = Transcript(as_stored(told)), rules()
    card = draft(transcript.call(recording, name), made, Scoring())
    entry = Entry(
        recording=recording,
        fingerprint="made",
        transcript=transcript,
        newly_heard=True,
        outcome=Outcome.SPEECH,
        cards=((card, made),),
    )
    with Store(home) as store:
        store.keep(entry)
        return store.find(name)[0].kept[0].id


def judged(home: Path, told: int, others: tuple[int, ...]) -> None:
    """Comments and reasons; then the agent may see it, and half of the others are confirmed."""
    with People(home) as kept, Reviews(home) as reviews:
        lead = kept.named("p0")
        assert lead
        said = [
            Mark(kind=Marking.COMMENT, by="", text=text, span=Span(start=n, end=n))
            for n, text in enumerate(STRINGS)
        ]
        version = reviewing.mark(reviews, lead, told, 0, said).version
        version = reviewing.confirm(reviews, lead, told, version, Reviewing()).version
        reviewing.release(reviews, lead, told, version)
        for card, text in zip(others, STRINGS, strict=True):
            wrong = Mark(kind=Marking.HIT, by="", item="taboo", hit=0, says=VIEW, reason=text)
            version = reviewing.mark(reviews, lead, card, 0, [wrong]).version
            if card % 2:
                reviewing.confirm(reviews, lead, card, version, Reviewing())


def opened(one: Sitter, path: str, *holds: str) -> None:
    """The page shows strings as they are, ran nothing, and its policy had nothing to refuse."""
    one.go(path)
    if path.startswith("/cards/"):
        one.until("document.querySelector('#call').dataset.ready")
    text = one.page.evaluate("document.documentElement.textContent")
    assert all(string in text for string in holds), path
    assert not one.page.evaluate("'ran' in window"), path
    assert not one.page.locator("main :is(iframe, embed, object, meta, base, [onerror])").count()
    one.look()
    assert not one.wrong, (path, one.wrong)


def test_a_call_runs_nothing_of_what_was_said_and_written(hostile: Hostile, chromium: Any) -> None:
    with sitting(chromium, hostile.url) as lead:
        lead.log_in("p0", PASSWORD)
        opened(lead, f"/cards/{hostile.told}", *STRINGS)
        for card, text in zip(hostile.others, STRINGS, strict=True):
            opened(lead, f"/cards/{card}", text)


def test_lists_figures_rules_and_the_record_run_nothing(hostile: Hostile, chromium: Any) -> None:
    with sitting(chromium, hostile.url) as lead:
        lead.log_in("p0", PASSWORD)
        opened(lead, "/?state=all", *STRINGS)
        opened(lead, "/overview")
        lead.page.mouse.move(600, 700)
        opened(lead, "/failures", *STRINGS[5:8])
        opened(lead, "/record")
        opened(lead, "/rules", STRINGS[0])
        opened(lead, "/rules/lexicons/hostile", *STRINGS)
        for text in STRINGS[:6]:
            lead.go("/rules/try")
            lead.page.fill("[name=phrase]", text)
            lead.page.click("form.trial button.primary")
            assert not lead.page.evaluate("'ran' in window")


def test_an_agents_cards_and_the_list_of_people_run_nothing(
    hostile: Hostile, chromium: Any
) -> None:
    with sitting(chromium, hostile.url) as agent:
        agent.log_in("own-agent", PASSWORD)
        opened(agent, "/my", *STRINGS)
        opened(agent, f"/my/{hostile.told}", *STRINGS)
        opened(agent, f"/cards/{hostile.told}", *STRINGS)
    with sitting(chromium, hostile.url) as admin:
        admin.log_in("admin", PASSWORD)
        opened(admin, "/people", *STRINGS)
        opened(admin, "/people/p1", "p1")
        opened(admin, "/record")


def test_a_string_that_were_run_would_be_noticed(hostile: Hostile, chromium: Any) -> None:
    """The test can fail: on a page without a policy these strings do run."""
    with sitting(chromium, hostile.url) as one:
        one.page.set_content(f"<title>x</title>{STRINGS[4]}")
        one.until("'ran' in window")
