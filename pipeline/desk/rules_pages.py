"""Lexicons and templates to be read: as they are worked on, and every version of them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from pipeline.desk.entering import Number, allowed
from pipeline.desk.moments import moment
from pipeline.desk.pages import language_of, page
from pipeline.desk.place import place
from pipeline.refusal import Refusal
from pipeline.report import account
from pipeline.report.rules_view import (
    item_view,
    search,
    source_lines,
    source_of_item,
    template_view,
    uses,
)
from pipeline.scoring.rulebook import SHARED
from pipeline.scoring.template import Template
from pipeline.storage import Person
from pipeline.storage.reviews import Reviews
from pipeline.workflow.access import Permission, may
from pipeline.workflow.explaining import explain_card
from pipeline.workflow.publishing import versions
from pipeline.workflow.reading_rules import Read, publication, read_rules
from pipeline.workflow.reviewing import open_card

router = APIRouter(prefix="/rules")
Reader = Annotated[Person, Depends(allowed(Permission.RULES))]
Version = Annotated[int | None, Query(ge=0, le=1_000_000)]
LONGEST_QUESTION = 100


@router.get("")
def every_rule(
    request: Request,
    person: Reader,
    version: Version = None,
    q: Annotated[str, Query(max_length=LONGEST_QUESTION)] = "",
) -> Response:
    read = _read(request, version)
    found = search(read.book, q)
    used = {name: len(items) for name, items in uses(read.book).items()}
    return _page(request, "rules.html", read=read, asked=q, found=found, used=used)


@router.get("/lexicons/{name}")
def one_lexicon(request: Request, person: Reader, name: str, version: Version = None) -> Response:
    read = _read(request, version)
    lexicon = read.book.lexicons.get(name)
    if lexicon is None:
        raise Refusal("desk.not-found")
    return _page(
        request,
        "rules_lexicon.html",
        read=read,
        lexicon=lexicon,
        uses=uses(read.book)[name],
        source=source_lines(lexicon.source),
        file=f"lexicons/{name}.yaml",
    )


@router.get("/templates/{name}")
def one_template(request: Request, person: Reader, name: str, version: Version = None) -> Response:
    read = _read(request, version)
    template = _template(read, name)
    return _page(
        request,
        "rules_template.html",
        read=read,
        form=template,
        sections=template_view(template, read.book, language_of(request)),
        source=source_lines(template.source),
        file=f"scorecards/{name}.yaml",
    )


@router.get("/templates/{name}/{item}")
def one_item(
    request: Request,
    person: Reader,
    name: str,
    item: str,
    card: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    version: Version = None,
) -> Response:
    read, language = _read(request, version), language_of(request)
    template = _template(read, name)
    line = next((one for one in template.items if one.id == item), None)
    if line is None:
        raise Refusal("desk.not-found")
    explained = None
    if card is not None:
        here = place(request)
        review = open_card(here.open(Reviews), person, card)
        explained = explain_card(review, item, here.home, here.settings)
    return _page(
        request,
        "rules_item.html",
        read=read,
        form=template,
        view=item_view(line, template, read.book, language),
        source=source_of_item(line, template),
        card=card,
        explained=explained,
        rows=account.rows(explained, language) if explained else (),
        notes=account.notes(explained, language) if explained else (),
    )


@router.get("/shared/{name}")
def shared_file(request: Request, person: Reader, name: str, version: Version = None) -> Response:
    read = _read(request, version)
    file = f"{SHARED}/{name}.yaml"
    text = read.book.texts.get(file)
    if text is None:
        raise Refusal("desk.not-found")
    templates = (one.template for one in read.book.rulesets)
    including = [template for template in templates if name in template.included]
    values = {"read": read, "called": name, "file": file, "including": including}
    return _page(request, "rules_shared.html", source=source_lines(text), **values)


@router.get("/history")
def every_version(request: Request, person: Reader) -> Response:
    here = place(request)
    published = versions(here.home, here.settings.storage)
    return _page(request, "rules_history.html", versions=published)


@router.get("/history/{version}")
def one_version(request: Request, person: Reader, version: Number, fresh: bool = False) -> Response:
    here = place(request)
    found = publication(here.home, here.settings.storage, version)
    return _page(request, "rules_version.html", one=found, fresh=fresh)


def _read(request: Request, version: int | None) -> Read:
    here = place(request)
    return read_rules(here.home, here.settings.storage, version)


def _template(read: Read, name: str) -> Template:
    found = (one.template for one in read.book.rulesets if one.template.name == name)
    template = next(found, None)
    if template is None:
        raise Refusal("desk.not-found")
    return template


def _page(request: Request, name: str, **values: Any) -> Response:
    """A page of rules, with where the reader may go from it."""
    person = request.state.person
    ways = {"may_try": may(person, Permission.TRY), "may_publish": may(person, Permission.PUBLISH)}
    return page(request, name, moment=moment, **ways, **values)
