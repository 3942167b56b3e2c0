"""Pages made of templates: everything escaped, nothing loaded from anywhere, private on disk."""

import base64
import hashlib
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from pipeline import __version__
from pipeline.refusal import Refusal
from pipeline.report.events import happened
from pipeline.report.view import GLYPHS
from pipeline.scoring.risk import unsettled
from pipeline.text.phrase import readable
from pipeline.wording import clock, say, say_refusal, word

TEMPLATES = Path(__file__).parent / "templates"
LOOK = Path(__file__).parent / "look"
"""Style sheets that the desk shares."""
STYLES = ("ground.css", "page.css")
PRIVATE = 0o600
"""Read and written by their owner alone."""
FLAG = re.compile(r"--[a-z][a-z-]*")


def write_private(path: Path, content: str | bytes) -> None:
    """What was said in calls is nobody else's to read or to hear."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, PRIVATE)  # also where it was there already
        file.write(content.encode() if isinstance(content, str) else content)


def write_page(target: Path, name: str, content: str | bytes) -> Path:
    """Write a page, or slides, into a file, or under its usual name into a folder. Refusal where
    it fails."""
    file = target / name if target.is_dir() or not target.suffix else target
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_private(file, content)
    except OSError as error:
        raise Refusal("report.not-writable", str(file), found=error.strerror or "") from error
    return file


def render(
    template: str, language: str, script: str = "", style_too: str = "", **values: Any
) -> str:
    """A page: the style sheets, one more where it is named, and the named script are in it; its
    policy allows only them."""
    style, code = _style(style_too), _asset(script) if script else ""
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(code)}'" if code else "script-src 'none'",
            "img-src data:",
            "media-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return (
        environment(TEMPLATES)
        .get_template(template)
        .render(
            language=language,
            html_language="zh-CN" if language == "zh" else "en",
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(code),  # noqa: S704 - our own file
            policy=policy,
            version=__version__,
            w=lambda key, **given: word(f"report.{key}", language, **given),
            verdict=lambda one: word(f"verdict.{one.value}", language),
            happened=lambda hit, call=None: happened(hit, language, call),
            say=lambda reason: _whole_flags(say(reason, language)),
            say_refusal=lambda refusal: say_refusal(refusal, language),
            **values,
        )
    )


def _whole_flags(said: str) -> Markup:
    """A flag such as --swap stands on one line: half of one cannot be typed."""
    return Markup(FLAG.sub(r'<span class="flag">\g<0></span>', str(escape(said))))  # noqa: S704


@cache
def environment(*folders: Path) -> Environment:
    """Of templates in these folders: everything is escaped, nothing may be missing."""
    made = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "clock": clock,
        "points": lambda value: f"{value:g}",
        "readable": readable,
        "filename": lambda path: path.replace("\\", "/").rpartition("/")[2],
    }
    made.tests["unsettled"] = unsettled
    made.globals |= {"glyphs": {verdict.value: glyph for verdict, glyph in GLYPHS.items()}}
    return made


@cache
def _style(more: str) -> str:
    names = (*STYLES, more) if more else STYLES
    return "".join((LOOK / name).read_text("utf-8") for name in names)


@cache
def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
