"""A field that cannot be taken is named, with what it may be, and never with what was in it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel

from pipeline.desk.app import create_app
from pipeline.desk.filters import Filters
from pipeline.desk.misfit import AREA, KINDS
from pipeline.settings import Settings
from pipeline.wording import words_of
from pipeline.workflow.asked import Asked
from tests.desk.conftest import Browser

Door = Callable[[str], Browser]
SECRET = "1380000secret"
FORMS: dict[str, tuple[str, dict[str, str], str]] = {
    "a number": ("/rules/try", {"days": SECRET}, "“天数”这一项不能这样写：应为整数"),
    "a length": (
        "/rules/publish/look",
        {"lexicon": SECRET * 20},
        "“词库”这一项不能这样写：最多 100 个字",
    ),
    "a version": ("/my/1", {"version": SECRET}, "“版本”"),
}
ADDRESSES = {
    f"/overview?since={SECRET}": "“开始日期”这一项不能这样写：应为日期",
    "/overview?since=2026-02-01&until=2026-01-01": "不能晚于结束日期",
    f"/?state={SECRET}": "“状态”这一项不能这样写：只能是 queued、draft、",
    f"/?page={SECRET}": "“页码”这一项不能这样写：应为 1–1000000 的整数",
    f"/cases?quality={SECRET}": "“好或差”这一项不能这样写：只能是 good、bad ",
    "/?team=a&team=b": "“班组”这一项不能这样写：只能写一次",
    f"/search?points_from={SECRET}": "“得分率下限”这一项不能这样写：应为数字",
    f"/record?until={SECRET}": "“结束日期”这一项不能这样写：应为日期",
    "/export.xlsx?month=2026-1": "“月份”这一项不能这样写：应为月份",
    "/?nosuch=1": "“nosuch”这一项不能这样写：这一页没有这一项",
}


def told(page: str) -> str:
    """What its main part says."""
    return re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main>")[0])


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_wrong_field_of_an_address_is_named(browser: Door, address: str) -> None:
    answer = browser("lead").get(address)
    assert answer.status_code == 422 and ADDRESSES[address] in told(answer.text)
    assert SECRET not in told(answer.text)


@pytest.mark.parametrize("kind", FORMS)
def test_a_wrong_field_of_a_form_is_named(browser: Door, kind: str) -> None:
    path, form, said = FORMS[kind]
    answer = browser("own-agent" if path.startswith("/my") else "lead").submit(path, **form)
    assert answer.status_code == 422 and said in told(answer.text)
    assert SECRET not in told(answer.text)


def test_programs_are_told_the_field_too(browser: Door) -> None:
    answer = browser("lead").get("/overview?since=x", headers={"accept": "application/json"})
    assert answer.json()["field"] == "since" and "开始日期" in answer.json()["detail"]


def test_a_page_that_is_well_must_not_complain(browser: Door) -> None:
    for address in ("/overview?since=2026-01-01&until=2026-02-01", "/?page=2", "/search?q=您好"):
        assert browser("lead").get(address).status_code == 200


def test_every_field_of_every_page_has_a_name_in_both_languages(tmp_path: Path) -> None:
    app = create_app(tmp_path, Settings())
    found = {one.name for one in (*fields(Filters), *fields(Asked))}
    for one in iter_route_contexts(app.routes):
        if isinstance(depends := getattr(one.original_route, "dependant", None), Dependant):
            found |= set(_names(depends))
    known = {key.removeprefix(f"{AREA}.name-") for key in words_of(AREA)}
    assert len(found) > 60 and found <= known, found - known
    kinds = {*KINDS.values(), "between", "before-until", "month", "once", "other"}
    assert kinds == {key[len(f"{AREA}.may-") :] for key in words_of(AREA) if ".may-" in key}


def _names(depends: Dependant) -> Iterator[str]:
    for field in (*depends.query_params, *depends.body_params, *depends.path_params):
        kind: Any = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from kind.model_fields
        else:
            yield field.alias
    for further in depends.dependencies:
        yield from _names(further)
