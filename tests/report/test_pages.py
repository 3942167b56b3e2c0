"""The pages hold together: self-contained, escaped, in two languages, safe to open."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from pipeline.refusal import Refusal
from pipeline.report.pages import call_page, write_pages
from pipeline.report.rendering import LOOK, STYLES, TEMPLATES
from pipeline.report.view import call_view
from pipeline.settings import Settings
from pipeline.speech.clip import Clip
from pipeline.wording import LANGUAGES, words_of
from pipeline.workflow.scoring import Scored
from tests.report.conftest import Report
from tests.report.made import BAD, scored

PAGES = ("index.html", "bad.html", "好的通话.html", "b-7-7.html")
FETCHING = ("src", "href", "srcset", "action", "formaction", "poster", "data", "background")


class Elements(HTMLParser):
    """Every element with its attributes, and the text of styles and scripts."""

    def __init__(self, text: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.inside: list[tuple[str, dict[str, str], str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:  # inside <style> or <script>, and there only
            self.inside.append((*self.found[-1], data))


def policy_of(elements: Elements) -> str:
    (policy,) = (
        attributes["content"]
        for tag, attributes in elements.found
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    return policy


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_loaded_from_anywhere(page: str, report: Report) -> None:
    for tag, attributes in Elements(report.text(page)).found:
        for name in FETCHING:
            target = attributes.get(name, "")
            assert (
                target.startswith(("data:audio/mpeg;base64,", "#"))
                or (tag == "a" and re.fullmatch(r"[\w%.-]*\.html(#[\w-]+)?", target))
                or not target
            ), f"<{tag} {name}={target[:60]}>"
    for name in STYLES:
        style = (LOOK / name).read_text("utf-8")
        assert "url(" not in style and "@import" not in style


@pytest.mark.parametrize("page", PAGES)
def test_the_policy_allows_this_style_and_script_and_nothing_else(
    page: str, report: Report
) -> None:
    elements = Elements(report.text(page))
    policy = policy_of(elements)
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
    for tag, attributes, text in elements.inside:
        if attributes.get("type") == "application/json":
            continue
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize("page", PAGES)
def test_no_element_carries_style_or_script_of_its_own(page: str, report: Report) -> None:
    for tag, attributes in Elements(report.text(page)).found:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag


@pytest.mark.parametrize("page", PAGES)
def test_what_was_said_and_how_files_are_called_stays_text(page: str, report: Report) -> None:
    elements = Elements(report.text(page))
    tags = [tag for tag, _ in elements.found]
    assert tags.count("script") == (0 if page == "index.html" else 2)
    assert "img" not in tags and "49" not in elements_title(report.text(page))
    assert "<script>alert" not in report.text(page)


def elements_title(text: str) -> str:
    found = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    assert found
    return found[1]


def test_a_hostile_id_names_no_file_elsewhere(report: Report) -> None:
    assert sorted(path.name for path in report.folder.iterdir()) == sorted(PAGES)


def test_two_calls_of_one_name_get_two_pages(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    one = scored(BAD, tmp_path / "bad.wav")
    other = scored(BAD, tmp_path / "other" / "BAD.mp3.wav")
    other = replace(other, source=replace(other.source, paths=(tmp_path / "BAD.mp3",)))
    write_pages([one, other], tmp_path / "out", Settings())
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["BAD-2.html", "bad.html", "index.html"]


def test_the_index_begins_with_what_must_be_heard_first(report: Report) -> None:
    links = re.findall(r'<th scope="row"><a href="([^"#]+)"', report.text("index.html"))
    assert links[-1] == "%E5%A5%BD%E7%9A%84%E9%80%9A%E8%AF%9D.html"
    assert {unquote(link) for link in links} == set(PAGES) - {"index.html"}


def test_the_index_names_what_was_not_processed_and_why(report: Report) -> None:
    assert "broken.pdf" in report.text("index.html")


def test_every_deduction_can_be_heard(report: Report) -> None:
    page = report.text("bad.html")
    card = report.results[2].cards[0]
    charged = [item for item in card.items if item.points_lost and item.evidence]
    assert charged
    for item in charged:
        part = page[page.index(f'id="item-{item.id}"') :]
        assert re.search(r'data-hit="\d+"', part[: part.index("</li>\n")])


def test_words_that_are_not_trusted_look_so(report: Report) -> None:
    assert '<span class="faint"' in report.text("bad.html")
    assert '<span class="faint"' not in report.text("好的通话.html")


def test_a_recording_that_is_gone_gets_a_page_without_sound(tmp_path: Path) -> None:
    one = scored(BAD, tmp_path / "a.wav")
    (tmp_path / "a.wav").unlink()
    write_pages([one], tmp_path / "out", Settings())
    page = (tmp_path / "out" / "a.html").read_text("utf-8")
    assert "<audio" not in page and words_of("report")["report.no-sound"]["zh"] in page


def test_a_call_without_a_scorecard_gets_a_page(tmp_path: Path) -> None:
    one = replace(scored(BAD, tmp_path / "a.wav"), cards=())
    index = write_pages([one], tmp_path / "out", Settings(language="en"))
    assert "No template" in (tmp_path / "out" / "a.html").read_text("utf-8")
    assert "no card" in index.read_text("utf-8")


def test_a_silent_recording_of_no_length_breaks_nothing() -> None:
    empty = replace(BAD, duration=0.0, turns=(), speech={}, untrusted=())
    assert words_of("report")["report.no-words"]["zh"] in call_page(
        call_view("empty", empty, ()), None, Settings()
    )


def test_pages_are_chinese_unless_english_is_asked_for(report: Report) -> None:
    assert '<html lang="zh-CN">' in report.text("bad.html")
    quiet = replace(BAD, turns=(), remarks=())
    english = call_page(call_view("a", quiet, ()), None, Settings(language="en"))
    assert '<html lang="en">' in english
    words = re.sub(r"<style>.*?</style>|<script.*?</script>", "", english, flags=re.DOTALL)
    said = {word["zh"] for key, word in words_of("report").items() if word["zh"] != word["en"]}
    assert not [zh for zh in said if zh in words]


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refusal) as refused:
        write_pages([], tmp_path / "file" / "out", Settings())
    assert refused.value.reason.key == "report.not-writable"


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.html")))
def test_every_word_of_a_template_exists_in_both_languages(template: str) -> None:
    text = (TEMPLATES / template).read_text("utf-8")
    for key in re.findall(r"w\('([a-z-]+)'[,)]", text):
        assert set(words_of("report").get(f"report.{key}", {})) == set(LANGUAGES), key
    for beginning in re.findall(r"w\('([a-z-]+-)' ~", text):
        assert [key for key in words_of("report") if key.startswith(f"report.{beginning}")]


def test_a_failed_file_alone_still_gives_an_index(tmp_path: Path, report: Report) -> None:
    failed: list[Scored] = [result for result in report.results if result.call is None]
    assert "broken.pdf" in write_pages(failed, tmp_path, Settings()).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_nobody_but_their_owner_reads_the_pages(page: str, report: Report) -> None:
    assert (report.folder / page).stat().st_mode & 0o777 == 0o600


def test_a_page_that_lay_open_is_closed_when_it_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("old and long " * 99_999)
    (tmp_path / "bad.html").chmod(0o644)
    write_pages([scored(BAD, tmp_path / "bad.wav")], tmp_path, Settings())
    assert (tmp_path / "bad.html").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "bad.html").read_text("utf-8").rstrip().endswith("</html>")


def test_a_page_says_that_its_sound_is_not_masked_where_it_has_sound() -> None:
    for language in LANGUAGES:
        view, settings = call_view("a", BAD, ()), Settings(language=language)
        said = words_of("report")["report.sound-unmasked"][language]
        assert said in call_page(view, Clip(b"mp3", ((0.5,), (0.5,)), 60.0), settings)
        assert said not in call_page(view, None, settings)
