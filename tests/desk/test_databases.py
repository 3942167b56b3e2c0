"""The door on both databases: coming in, being let in, being refused, being ready."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline.desk.app import create_app
from pipeline.settings import Settings
from pipeline.storage import Audit
from tests.databases import Database
from tests.desk.conftest import ADDRESS, READER, Browser
from tests.desk.people import PASSWORD, let_everybody_in


@pytest.fixture
def one(database: Database) -> Iterator[Browser]:
    let_everybody_in(database.home, database.storage)
    app = create_app(database.home, replace(Settings(), storage=database.storage))
    yield Browser(app, base_url=ADDRESS, headers=READER, follow_redirects=False)
    app.state.place.close()


def test_people_come_in_let_others_in_and_go(one: Browser, database: Database) -> None:
    assert one.submit("/login", login="admin", password="wrong").status_code == 401
    assert one.submit("/login", login="admin", password=PASSWORD).status_code == 303
    added = one.submit("/people", login="zhao", name="赵", role="inspector", teams="甲组")
    assert added.status_code == 200 and 'class="once"' in added.text
    assert one.get("/cards/1").status_code == 403
    assert one.submit("/logout").status_code == 303
    audit = Audit(database.home, database.storage)
    acts = [line.act.action for line in audit.latest(4)]
    assert acts == ["logged-out", "refused", "user-added", "logged-in"]
    assert audit.verify().whole


@pytest.mark.parametrize("card", ["1", "2147483647", "2147483648", "9" * 30, "-1"])
def test_a_card_that_is_not_there_is_not_found_however_large_its_number(
    one: Browser, card: str
) -> None:
    one.submit("/login", login="lead", password=PASSWORD)
    assert one.get(f"/cards/{card}").status_code in (404, 422)


def test_it_is_ready(one: Browser) -> None:
    ready = one.get("/readyz").json()
    assert ready["database"]["good"] and ready["database"]["revision"]
