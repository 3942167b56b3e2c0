"""The list of people: for administrators, who let in, say what each is for, give new passwords and
shut out."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.desk.entering import allowed
from pipeline.desk.pages import language_of, page
from pipeline.desk.place import place
from pipeline.refusal import Refusal
from pipeline.storage import People, Person, Role
from pipeline.wording import say_refusal
from pipeline.workflow.access import Permission
from pipeline.workflow.people import Wish, change, known, let_in, renew, switch
from pipeline.workflow.people_list import between_teams

router = APIRouter(prefix="/people")
Admin = Annotated[Person, Depends(allowed(Permission.PEOPLE))]


@dataclass(frozen=True, slots=True)
class Fresh:
    """A password that is shown this once."""

    login: str
    password: str


class Typed(BaseModel):
    """Somebody as a form has them."""

    model_config = ConfigDict(extra="ignore")
    login: str = ""
    name: str = ""
    role: str = ""
    agent: str = ""
    teams: str = ""

    def wish(self) -> Wish:
        """What it asks for. Refusal where there is no such role."""
        if self.role not in list(Role):
            raise Refusal("people.role", found=self.role, allowed="、".join(Role))
        return Wish(
            login=self.login.strip().lower(),
            name=self.name.strip(),
            role=Role(self.role),
            agent=self.agent.strip(),
            teams=between_teams(self.teams),
        )


Filled = Annotated[Typed, Form()]
NOBODY = Typed()


@router.get("")
def show(request: Request, admin: Admin) -> Response:
    return _list(request)


@router.post("")
def add(request: Request, admin: Admin, typed: Filled) -> Response:
    try:
        wish = typed.wish()
        password = let_in(place(request).open(People), wish, admin.login)
    except Refusal as refusal:
        said = say_refusal(refusal, language_of(request))
        return _list(request, said=said, typed=typed, status=422)
    return _list(request, fresh=Fresh(wish.login, password))


@router.get("/{login}")
def show_one(request: Request, admin: Admin, login: str) -> Response:
    one = known(place(request).open(People), login)
    typed = Typed(
        login=login, name=one.name, role=one.role, agent=one.agent, teams="、".join(one.teams)
    )
    return _one(request, typed)


@router.post("/{login}")
def change_one(request: Request, admin: Admin, login: str, typed: Filled) -> Response:
    typed = typed.model_copy(update={"login": login})
    try:
        change(place(request).open(People), typed.wish(), admin.login)
    except Refusal as refusal:
        return _one(request, typed, say_refusal(refusal, language_of(request)), 422)
    return RedirectResponse("/people", 303)


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
    typed: Typed = NOBODY,
    status: int = 200,
) -> Response:
    everybody = place(request).open(People).everybody()
    told = {"everybody": everybody, "roles": list(Role), "fresh": fresh, "said": said}
    return page(request, "people.html", status, typed=typed, **told)


def _one(request: Request, typed: Typed, said: str = "", status: int = 200) -> Response:
    told = {"roles": list(Role), "typed": typed, "said": said}
    return page(request, "person.html", status, **told)
