"""Pages of the desk: a template, the words of the reader's language, and who is reading."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from pipeline import __version__
from pipeline.desk.cookies import VISIT, csrf_token, fresh_visit, keep, visit_of
from pipeline.desk.place import place
from pipeline.report.rendering import LOOK, environment
from pipeline.report.rendering import TEMPLATES as PARTS
from pipeline.storage import Person
from pipeline.wording import LANGUAGES, say, say_refusal, word
from pipeline.workflow.access import Permission, may

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"
LANGUAGE = "language"
"""The cookie of the language that somebody switched to."""


@dataclass(frozen=True, slots=True)
class Way:
    """A place that the navigation leads to, for who may one of these. beside: addresses of pages
    that belong to it and do not lie under its own; unless: who may this has another way there."""

    name: str
    href: str
    permissions: Sequence[Permission]
    beside: Sequence[str] = ()
    unless: Permission | None = None

    def is_for(self, person: Person) -> bool:
        """Whether somebody is led there."""
        if self.unless and may(person, self.unless):
            return False
        return any(may(person, one) for one in self.permissions)

    def leads_to(self, path: str) -> bool:
        """Whether a page is this place, or part of it."""
        roots = [href for href in (self.href, *self.beside) if href != "/"]
        return path == self.href or any(path == one or path.startswith(f"{one}/") for one in roots)


WAYS = (
    Way("queue", "/", (Permission.QUEUE,)),
    Way("cards", "/", (Permission.RELEASE,), unless=Permission.QUEUE),
    Way("my", "/my", (Permission.ACKNOWLEDGE,)),
    Way("search", "/search", (Permission.READ,)),
    Way("overview", "/overview", (Permission.OVERVIEW,)),
    Way("cases", "/cases", (Permission.CASES,), beside=("/playlists",)),
    Way("topics", "/topics", (Permission.TOPICS,), beside=("/compare",)),
    Way("pairs", "/topics/pairs", (Permission.COMPARE,), ("/compare",), Permission.TOPICS),
    Way("training", "/training", (Permission.NEEDS,)),
    Way("rules", "/rules", (Permission.RULES,)),
    Way("learning", "/learning", (Permission.LEARNING,)),
    Way("people", "/people", (Permission.PEOPLE,)),
    Way("record", "/record", (Permission.AUDIT,)),
)


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A template in the reader's language. Every template is given person (None for who is not
    in), language, html_language, w (words: `queue` is desk.queue, a key with a dot is itself), say,
    say_refusal, static (the address of a file), csrf, ways, at (the path), address (the path with
    what is asked for), elsewhere (one may log in at a provider) and version."""
    shown = visit_of(request)
    visit = shown or fresh_visit()
    person = person_of(request)
    language = language_of(request)
    text = (
        environment(TEMPLATES, PARTS)
        .get_template(template)
        .render(
            person=person,
            language=language,
            html_language="zh-CN" if language == "zh" else "en",
            w=partial(words, language),
            say=lambda reason: say(reason, language),
            say_refusal=lambda refusal: say_refusal(refusal, language),
            static=static,
            csrf=csrf_token(place(request).key, visit),
            ways=ways(person),
            at=request.url.path,
            address=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            elsewhere=bool(place(request).settings.desk.oidc_issuer),
            version=__version__,
            **values,
        )
    )
    answer = HTMLResponse(text, status)
    if shown is None:
        keep(answer, VISIT, visit)
    return answer


def words(language: str, key: str, **values: str | float) -> str:
    """The words of a key; without an area it is one of the desk's own."""
    return word(key if "." in key else f"desk.{key}", language, **values)


def language_of(request: Request) -> str:
    """What was switched to, else what the settings say."""
    chosen = request.cookies.get(LANGUAGE, "")
    return chosen if chosen in LANGUAGES else place(request).settings.language


def person_of(request: Request) -> Person | None:
    """Who is known to ask; found out by entering.asker."""
    found: Person | None = getattr(request.state, "person", None)
    return found


def entered_by_proxy(request: Request) -> str:
    """The login of who is in at a listed proxy, if one said so; it always counts before a session
    that is left from somebody else."""
    said: str = getattr(request.state, "entered_by_proxy", "")
    return said.strip().lower()


def ways(person: Person | None) -> list[Way]:
    """Where this person may go."""
    if person is None or person.temporary:
        return []
    return [way for way in WAYS if way.is_for(person)]


def static(name: str) -> str:
    """The address of a file of ours. It changes with the file, which may then be kept for ever."""
    return f"/static/{name}?v={_digest(name)}"


@cache
def _digest(name: str) -> str:
    folder, _, rest = name.partition("/")
    file = LOOK / rest if folder == "look" else STATIC / name
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
