"""Rules: lexicons and templates as they are worked on or were published, and the versions."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request

from pipeline.desk.api.asking import problems
from pipeline.desk.api.entering import allowed
from pipeline.desk.api.models import INT32, Rules, RulesVersion, RulesVersions
from pipeline.desk.pages import language_of
from pipeline.desk.place import place
from pipeline.report.rules_view import ItemView, item_view
from pipeline.scoring.rulebook import Rulebook
from pipeline.scoring.ruleset import Ruleset
from pipeline.storage import Person, Publication
from pipeline.text.lexicon import Lexicon
from pipeline.workflow.access import Permission
from pipeline.workflow.publishing import versions
from pipeline.workflow.reading_rules import publication, read_rules

router = APIRouter(prefix="/rules")
Reader = Annotated[Person, Depends(allowed(Permission.RULES))]


@router.get("", response_model=Rules, responses=problems(404))
def rules(
    request: Request,
    person: Reader,
    version: Annotated[int | None, Query(ge=0, le=INT32)] = None,
) -> dict[str, Any]:
    """The working copy; version: that published one, 0: those that came with the product. Where
    the working copy cannot be read, the last published version."""
    here = place(request)
    read = read_rules(here.home, here.settings.storage, version)
    language = language_of(request)
    return {
        "version": read.version,
        "published": read.published,
        "changed": sorted(read.changed),
        "templates": [_template(one, read.book, language) for one in read.book.rulesets],
        "lexicons": [_lexicon(one) for one in read.book.lexicons.values()],
    }


@router.get("/versions", response_model=RulesVersions)
def every_version(request: Request, person: Reader) -> dict[str, Any]:
    """What was published, the last version first."""
    here = place(request)
    return {"items": [_version(one) for one in versions(here.home, here.settings.storage)]}


@router.get("/versions/{version}", response_model=RulesVersion, responses=problems(404))
def one_version(
    request: Request, person: Reader, version: Annotated[int, Path(ge=1, le=INT32)]
) -> dict[str, Any]:
    """One of them."""
    here = place(request)
    return _version(publication(here.home, here.settings.storage, version))


def _version(one: Publication) -> dict[str, Any]:
    return {
        "version": one.version,
        "by": one.by,
        "at": one.at,
        "note": one.note,
        "rulesets": dict(one.rulesets),
        "diff": dict(one.diff),
    }


def _lexicon(one: Lexicon) -> dict[str, Any]:
    phrases = [
        {"text": p.text, "match": p.kind.value, "sound": p.sound, "line": p.line}
        for p in one.phrases
    ]
    return {"name": one.name, "title": one.title, "phrases": phrases}


def _template(one: Ruleset, book: Rulebook, language: str) -> dict[str, Any]:
    template = one.template
    views = [item_view(item, template, book, language) for item in template.items]
    return {
        "name": template.name,
        "title": template.title,
        "version": template.version,
        "ruleset": one.digest,
        "items": [_item(view) for view in views],
    }


def _item(view: ItemView) -> dict[str, Any]:
    item = view.item
    return {
        "id": item.id,
        "ask": item.ask,
        "section": item.section,
        "points": item.points,
        "severity": item.severity.value,
        "fatal": item.fatal.value if item.fatal else None,
        "rule": [" ".join(filter(None, (line.part, line.said))) for line in view.lines],
        "lexicons": [lexicon.name for lexicon in view.lexicons],
    }
