"""zhiyin user token: shown once, kept as a hash, worth nothing once revoked."""

import json
from pathlib import Path

import pytest

from pipeline.storage import Audit, People
from pipeline.storage.tokens import Tokens
from pipeline.workflow.people import switch
from pipeline.workflow.tokens import whose
from tests.cli.conftest import Run


@pytest.fixture
def lead(run: Run, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    assert run("user", "add", "li", "--role", "lead", "--home", home).code == 0
    return home


def owner(home: Path, token: str) -> str:
    with Tokens(home) as tokens:
        person = whose(tokens, token)
        return person.login if person else ""


def test_a_token_is_shown_once_and_kept_as_a_hash_only(run: Run, lead: Path) -> None:
    made = run("user", "token", "li", "--name", "报表", "--home", lead)
    token = made.out.strip()
    assert (made.code, owner(lead, token)) == (0, "li")
    assert "只显示这一次" in made.talk and token not in made.talk
    assert token.encode() not in (lead / "zhiyin.db").read_bytes()
    act = Audit(lead).latest(1)[0].act
    assert (act.action, act.target, dict(act.details)) == ("token-made", "li", {"name": "报表"})


def test_they_are_listed_and_revoked_by_name(run: Run, lead: Path) -> None:
    token = run("user", "token", "li", "--home", lead).out.strip()
    assert run("user", "token", "li", "--home", lead).code != 0, "one of a name at a time"
    owner(lead, token)
    (one,) = json.loads(run("user", "token", "li", "--list", "--json", "--home", lead).out)
    assert (one["name"], one["revoked"]) == ("api", None) and one["seen"]
    assert "api" in run("user", "token", "li", "--list", "--home", lead).out
    assert run("user", "token", "li", "--revoke", "api", "--home", lead).code == 0
    assert owner(lead, token) == ""
    assert run("user", "token", "li", "--revoke", "api", "--home", lead).code != 0
    assert run("user", "token", "li", "--home", lead).code == 0
    assert [line.act.action for line in Audit(lead).latest(3)] == [
        "token-made",
        "token-revoked",
        "token-made",
    ]


def test_what_is_no_token_must_not_let_anybody_in(run: Run, lead: Path) -> None:
    token = run("user", "token", "li", "--home", lead).out.strip()
    for wrong in ("", "zhiyin_", token[:-1], token + "x", token.upper(), "x" * 10_000):
        assert owner(lead, wrong) == ""
    with People(lead) as people:
        switch(people, "li", disabled=True, by="test")
    assert owner(lead, token) == "", "its owner is shut out"
    assert run("user", "token", "nobody", "--home", lead).code != 0
