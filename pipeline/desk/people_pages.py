"""The list of people: for administrators, who let in, give new passwords and shut out."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.desk.entering import allowed
from pipeline.desk.pages import language_of, page
from pipeline.desk.place import place
from pipeline.refusal import Refusal
from pipeline.storage import People, Person, Role
from pipeline.wording import say_refusal
from pipeline.workflow.access import Permission
from pipeline.workflow.people import Wish, let_in, renew, switch
from pipeline.workflow.people_list import between_teams

router = APIRouter(prefix="/people")
Admin = Annotated[Person, Depends(allowed(Permission.PEOPLE))]
NOBODY = {"login": "", "name": "", "role": "", "agent": "", "teams": ""}


@dataclass(frozen=True, slots=True)
class Fresh:
    """A password that is shown this once."""

    login: str
    password: str


@router.get("")
def show(request: Request, admin: Admin) -> Response:
    return _list(request)


@router.post("")
def add(
    request: Request,
    admin: Admin,
    login: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    agent: Annotated[str, Form()] = "",
    teams: Annotated[str, Form()] = "",
) -> Response:
    typed = {"login": login, "name": name, "role": role, "agent": agent, "teams": teams}
    try:
        if role not in list(Role):
            raise Refusal("people.role", found=role, allowed="、".join(Role))
        wish = Wish(
            login=login.strip().lower(),
            name=name.strip(),
            role=Role(role),
            agent=agent.strip(),
            teams=between_teams(teams),
        )
        password = let_in(place(request).open(People), wish, admin.login)
    except Refusal as refusal:
        said = say_refusal(refusal, language_of(request))
        return _list(request, said=said, typed=typed, status=422)
    return _list(request, fresh=Fresh(wish.login, password))


@router.post("/{login}/password")
def give_password(request: Request, admin: Admin, login: str) -> Response:
    password = renew(place(request).open(People), login, admin.login)
    return _list(request, fresh=Fresh(login, password))


@router.post("/{login}/disable")
def shut_out(request: Request, admin: Admin, login: str) -> Response:
    if login == admin.login:
        raise Refusal("desk.not-yourself")
    return _switched(request, admin, login, disabled=True)


@router.post("/{login}/enable")
def let_again(request: Request, admin: Admin, login: str) -> Response:
    return _switched(request, admin, login, disabled=False)


def _switched(request: Request, admin: Person, login: str, disabled: bool) -> Response:
    switch(place(request).open(People), login, disabled, admin.login)
    return RedirectResponse("/people", 303)


def _list(
    request: Request,
    fresh: Fresh | None = None,
    said: str = "",
    typed: dict[str, str] = NOBODY,
    status: int = 200,
) -> Response:
    everybody = place(request).open(People).everybody()
    told = {"everybody": everybody, "roles": list(Role), "fresh": fresh, "said": said}
    return page(request, "people.html", status, typed=typed, **told)
