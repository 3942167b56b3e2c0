"""What is vendored is what its packages hold; every word of a template is there."""

import hashlib
import re
from pathlib import Path

import pytest

from pipeline.desk.pages import STATIC, TEMPLATES
from pipeline.wording import LANGUAGES, words_of

VENDORED = STATIC / "vendored"
ROW = re.compile(r"^\| (\S+\.js) \| (\S+ \S+), \S+ \| `([0-9a-f]{64})` \| (.+) \|$", re.MULTILINE)
WORD = re.compile(r"""\bw\(\s*['"]([\w.-]+)['"]\s*[,)]""")


def test_vendored_files_are_unchanged_and_have_their_licences() -> None:
    readme = (VENDORED / "README.md").read_text("utf-8")
    rows = {name: (digest, licence) for name, _, digest, licence in ROW.findall(readme)}
    assert set(rows) == {path.name for path in VENDORED.glob("*.js")}
    for name, (digest, licence) in rows.items():
        assert hashlib.sha256((VENDORED / name).read_bytes()).hexdigest() == digest
        texts = re.findall(r"[\w-]+\.txt", licence)
        assert texts and all((VENDORED / text).stat().st_size > 100 for text in texts)
    assert set(re.findall(r"[\w-]+\.txt", readme)) == {p.name for p in VENDORED.glob("*.txt")}


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_every_word_of_a_template_is_there_in_both_languages(path: Path) -> None:
    for key in WORD.findall(path.read_text("utf-8")):
        full = key if "." in key else f"desk.{key}"
        words = words_of(full.partition(".")[0]).get(full, {})
        assert set(words) >= set(LANGUAGES), f"{path.name}: {full}"


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_template_switches_escaping_off_or_holds_scripts_and_styles(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "|safe" not in text.replace(" ", "") and "autoescape" not in text
    assert not re.search(r"\son\w+\s*=|\sstyle\s*=|<style|hx-on", text)
    assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts(text))


def scripts(text: str) -> list[str]:
    return re.findall(r"<script\b[^>]*>", text)


FRAGMENTS = {"call-next.js", "call-sound.js"}
"""They take in pages of ours, which the server has escaped."""


def test_no_script_of_ours_makes_code_or_markup_of_text() -> None:
    for path in STATIC.glob("*.js"):
        text = path.read_text("utf-8")
        for word in ("eval(", "new Function", "innerHTML", "outerHTML", "document.write"):
            taken = word == "innerHTML" and path.name in FRAGMENTS
            assert taken or word not in text, f"{path.name}: {word}"


def test_htmx_may_do_nothing_that_the_policy_forbids() -> None:
    base = (TEMPLATES / "base.html").read_text("utf-8")
    for said in (
        '"allowEval": false',
        '"includeIndicatorStyles": false',
        '"selfRequestsOnly": true',
        '"historyCacheSize": 0',
        '"allowScriptTags": false',
    ):
        assert said in base


def test_nothing_of_ours_names_another_host() -> None:
    for folder in (STATIC, TEMPLATES):
        for path in (*folder.glob("*.js"), *folder.glob("*.css"), *folder.glob("*.html")):
            for host in re.findall(r"https?://([\w.-]+)", path.read_text("utf-8")):
                assert host == "www.w3.org", f"{path.name}: {host}"
