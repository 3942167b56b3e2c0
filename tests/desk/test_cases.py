"""The pages of the case library: made, shown, heard, taken along; nothing of it for others."""

import re
import shutil
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from pipeline.storage import Audit
from pipeline.workflow import clips, handing_out
from tests.desk.calls import ABOUT, keep
from tests.desk.conftest import Browser
from tests.talk import talk

CALL = talk(
    "坐席 1-4 您好请问有什么可以帮您",
    "客户 5-9 我的手机号是***********",
    "坐席 10-12 好的已经为您登记了",
    duration=14,
    about=ABOUT,
)
NASTY = "<script>alert(1)</script>"
FORM = {
    "recording": "1",
    "begins": "0:04.5",
    "ends": "12",
    "title": "核对号码",
    "quality": "good",
    "topic": "登记",
    "tags": "核对、礼貌, 核对",
    "learn": "先说明用途。",
    "questions": "为什么要复述？\n\n还可以怎么问？",
}
STAGES = {
    "stage": ["开场", "核对", "结束"],
    "strengths": ["问候完整", "", ""],
    "weaknesses": ["", "没有复述", ""],
}
Browse = Callable[..., Browser]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory, peopled: Path) -> Path:
    """A home with people and one call, made once."""
    home = Path(shutil.copytree(peopled, tmp_path_factory.mktemp("stored") / "home"))
    assert keep(home, CALL, "call") == 1
    return home


@pytest.fixture
def home(stored: Path, tmp_path: Path) -> Path:
    """The same again; the recording stays where it was."""
    return Path(shutil.copytree(stored, tmp_path / "home"))


@pytest.fixture
def trainer(browser: Browse, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Cutting costs a process each time: bytes stand for sounds; tests/workflow has real ones."""
    monkeypatch.setattr(clips, "excerpt", lambda *_: b"\xff\xfb" * 500)
    return browser("trainer")


def make(who: Browser, **changes: str) -> str:
    """The address of a case that was made by the form."""
    sent = {**FORM, **STAGES, **changes, "csrf": who.token()}
    answer = who.post("/cases", data=sent)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_case_is_made_from_an_address_and_shown(trainer: Browser, browser: Browse) -> None:
    form = trainer.get("/cases/new?recording=1&card=1&from=4500&to=12000&quality=bad").text
    assert 'value="0:04.5"' in form and 'value="0:12"' in form
    assert re.search(r'value="bad" checked', form) and "了解诉求" in form
    page = trainer.get(make(trainer)).text
    for said in (
        "核对号码",
        "我的手机号是***********",
        "先说明用途。",
        "没有复述",
        "还可以怎么问？",
    ):
        assert said in page
    assert "结束</th>" not in page and page.count('class="tag"') == 2
    assert "盖住" in page and "您好请问" not in page, "outside of the excerpt"
    assert "8001" not in page, "about the matter, not the person"
    assert "核对号码" in browser("inspector").get("/cases?tag=礼貌").text
    listed = browser("inspector").get("/cases?quality=bad").text
    assert "核对号码" not in listed
    typed = browser("inspector").get("/cases?quality=&topic=登记&tag=&words=核对")
    assert typed.status_code == 200 and "核对号码" in typed.text, "as the form sends it"


def test_the_navigation_shows_where_one_is_and_nowhere_else(trainer: Browser) -> None:
    case = make(trainer)
    trainer.submit("/playlists", title="新人")
    for path in ("/cases", case, f"{case}/edit", "/playlists", "/playlists/1"):
        lit = re.findall(r'href="([^"]*)" aria-current="page"', trainer.get(path).text)
        assert lit == ["/cases"], path
    assert '"/cases" aria-current' not in trainer.get("/search").text


def test_both_languages_have_every_word(trainer: Browser) -> None:
    case = make(trainer)
    trainer.submit("/playlists", title="新人")
    for language in ("zh", "en"):
        trainer.cookies.set("language", language, domain="127.0.0.1", path="/")
        for path in ("/cases", case, f"{case}/edit", "/playlists", "/playlists/1"):
            text = trainer.get(path).text
            assert not re.search(r"(cases|report|desk)\.[a-z-]+ ?(\(|<)", text), (path, language)


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(trainer: Browser) -> None:
    for changes, said in (
        ({"begins": "soon"}, "不是时刻"),
        ({"begins": "0:12", "ends": "0:04"}, "先起后止"),
        ({"title": " "}, "请写标题"),
        ({"ends": "5:00"}, "0:14"),
    ):
        sent = {**FORM, **STAGES, **changes, "csrf": trainer.token()}
        answer = trainer.post("/cases", data=sent)
        assert answer.status_code == 422 and said in answer.text
        assert "先说明用途。" in answer.text and "没有复述" in answer.text
    for odd in ("from=x", "from=-1", "quality=best", "recording=0"):
        assert trainer.get(f"/cases/new?recording=1&{odd}").status_code == 422
    assert trainer.get("/cases/new?recording=99").status_code == 404
    assert trainer.get("/cases?topic=%00").status_code == 422


def test_of_two_who_change_it_one_is_told(trainer: Browser) -> None:
    case = make(trainer)
    page = trainer.get(f"{case}/edit").text
    changed = re.search(r'name="changed" value="(\d+)"', page)
    assert changed
    sent = {**FORM, "title": "改过的", "changed": changed[1]}
    assert trainer.submit(case, **sent).status_code == 303
    again = trainer.submit(case, **{**sent, "title": "又改"})
    assert again.status_code == 409 and "别人改过" in again.text and "又改" in again.text
    assert "改过的" in trainer.get(case).text
    assert trainer.submit(f"{case}/delete", changed=changed[1]).status_code == 409


def test_notes_are_never_markup(trainer: Browser) -> None:
    case = make(trainer, title=NASTY, topic=NASTY, tags=NASTY[:20], learn=NASTY, questions=NASTY)
    trainer.submit("/playlists", title=NASTY)
    trainer.submit("/playlists/1/cases", case="1", doing="put")
    for path in (
        case,
        f"{case}/edit",
        "/cases",
        "/playlists",
        "/playlists/1",
        f"{case}/export.html",
    ):
        text = trainer.get(path).text
        assert NASTY not in text and "alert(1)" in text, path


def test_a_case_is_heard_by_ranges_and_taken_along_on_record(
    trainer: Browser, browser: Browse, home: Path
) -> None:
    case = make(trainer)
    inspector = browser("inspector")
    part = inspector.get(f"{case}/sound", headers={"range": "bytes=0-99"})
    assert (part.status_code, len(part.content)) == (206, 100)
    assert inspector.get(f"{case}/sound").headers["content-type"] == "audio/mpeg"
    whole = trainer.get(f"{case}/clip.mp3")
    assert "attachment" in whole.headers["content-disposition"]
    page = trainer.get(f"{case}/export.html")
    assert "attachment" in page.headers["content-disposition"]
    assert not re.search(r'(src|href)="(?!data:|#)', page.text) and "data:audio/mpeg" in page.text
    slides = trainer.get(f"{case}/export.pptx")
    with zipfile.ZipFile(BytesIO(slides.content)) as file:
        media = [name for name in file.namelist() if name.endswith(".mp3")]
        assert [file.read(name) for name in media] == [whole.content]
    done = [(line.act.by, line.act.action) for line in Audit(home).latest(6)]
    assert ("inspector", "case-heard") in done and ("trainer", "case-downloaded") in done
    assert done.count(("trainer", "cases-exported")) == 2
    assert trainer.get(f"{case}/export.exe").status_code == 422


def test_a_sound_that_is_gone_is_said(trainer: Browser, home: Path) -> None:
    case = make(trainer)
    (clip,) = (home / "cases").iterdir()
    away = clip.rename(home / "away.mp3")
    assert trainer.get(f"{case}/sound").status_code == 410
    assert "没有声音" in trainer.get(case).text
    away.rename(clip)
    assert trainer.get(f"{case}/sound").status_code == 200
    heard = [line for line in Audit(home).latest(9) if line.act.action == "case-heard"]
    assert len(heard) == 1, "what was in vain does not hide what was heard after it"


def test_agents_and_others_teams_see_nothing(trainer: Browser, browser: Browse) -> None:
    case = make(trainer)
    trainer.submit("/playlists", title="新人")
    trainer.submit("/playlists/1/cases", case="1", doing="put")
    for login, status in (("own-agent", 403), ("manager", 403), ("inspector-b", 404)):
        one = browser(login)
        for path in (case, f"{case}/sound", "/playlists/1"):
            assert one.get(path).status_code == status, (login, path)
    assert "/cases" not in browser("own-agent").get("/my").text
    other = browser("inspector-b")
    assert "核对号码" not in other.get("/cases").text
    assert "新人" not in other.get("/playlists").text
    own = browser("inspector-a")
    assert "1 个案例" in own.get("/playlists").text and own.get("/playlists/1").status_code == 200
    assert "核对" not in other.get("/cases").text, "nor its tags"


def test_a_playlist_is_arranged_and_ends_without_its_cases(trainer: Browser) -> None:
    make(trainer)
    make(trainer, title="第二个")
    assert trainer.submit("/playlists", title="").status_code == 422
    place = trainer.submit("/playlists", title="新人").headers["location"]
    for case in ("1", "2"):
        assert trainer.submit(f"{place}/cases", case=case, doing="put").status_code == 303
    trainer.submit(f"{place}/cases", case="2", doing="up")
    page = trainer.get(place).text
    assert page.index("第二个") < page.index("核对号码")
    assert trainer.get(f"{place}/export.html").text.count("data:audio") == 2
    trainer.submit(f"{place}/cases", case="2", doing="out")
    assert "第二个" not in trainer.get(place).text
    assert trainer.submit(f"{place}/cases", case="9", doing="put").status_code == 404
    assert trainer.submit(place, title="老人").status_code == 303
    assert "老人" in trainer.get("/playlists").text
    trainer.submit(f"{place}/delete")
    assert trainer.get(place).status_code == 404 and trainer.get("/cases/1").status_code == 200


def test_a_playlist_of_hours_says_so_where_its_files_would_be(
    trainer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(trainer)
    place = trainer.submit("/playlists", title="新人").headers["location"]
    trainer.submit(f"{place}/cases", case="1", doing="put")
    assert "export.pptx" in trainer.get(place).text
    monkeypatch.setattr(handing_out, "MOST_MINUTES", 0.1)
    page = trainer.get(place).text
    assert "export.pptx" not in page and "分成几个播放单" in page
    refused = trainer.get(f"{place}/export.html")
    assert refused.status_code == 422 and "分成几个播放单" in refused.text


def test_what_an_inspector_finds_excellent_is_offered(
    trainer: Browser, browser: Browse, home: Path
) -> None:
    assert "标为优秀" not in trainer.get("/cases").text
    inspector = browser("inspector")
    sent = {"version": 0, "marks": [{"kind": "excellent", "says": "yes"}]}
    headers = {"x-csrf-token": inspector.token(), "accept": "application/json"}
    told = inspector.post("/cards/1/marks", json=sent, headers=headers).json()
    assert told["excellent"] is True and told["bonus"] == 0
    page = trainer.get("/cases").text
    assert "标为优秀" in page and "/cases/new?recording=1&amp;card=1" in page
    assert "标为优秀" not in inspector.get("/cases").text
    assert 'data-does="excellent"' in inspector.get("/cards/1").text
    assert 'data-does="case"' in trainer.get("/cards/1").text
    assert 'data-does="case"' not in inspector.get("/cards/1").text


def test_a_search_hit_leads_to_the_form_for_who_may_make_cases(
    trainer: Browser, browser: Browse
) -> None:
    found = trainer.get("/search?q=登记").text
    link = re.search(r'href="(/cases/new[^"]*)"', found)
    assert link
    form = trainer.get(link[1].replace("&amp;", "&"))
    assert form.status_code == 200 and 'value="0:00"' in form.text and 'value="0:14"' in form.text
    assert "/cases/new" not in browser("inspector").get("/search?q=登记").text
