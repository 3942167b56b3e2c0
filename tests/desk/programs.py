"""Programs that ask the API: a desk with cards, and a token for each kind of person."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from pipeline.desk.app import create_app
from pipeline.settings import Reviewing, Settings
from pipeline.storage import People
from pipeline.storage.reviews import Reviews
from pipeline.storage.tokens import Tokens
from pipeline.workflow.reviewing import confirm, release
from pipeline.workflow.tokens import make_token
from tests.desk import calls
from tests.desk.conftest import ADDRESS
from tests.desk.people import PEOPLE, let_everybody_in


@dataclass(frozen=True)
class Served:
    """A desk: card is released to the agent 8001 of team 甲组, draft is theirs too, other is a
    draft of team 乙组."""

    app: FastAPI
    home: Path
    cards: Mapping[str, int]
    tokens: Mapping[str, str]

    def program(self, login: str = "") -> TestClient:
        """Asks with somebody's token."""
        token = self.tokens.get(login, "")
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return TestClient(self.app, base_url=f"{ADDRESS}/api/v1", headers=headers)

    def close(self) -> None:
        """Give the database back."""
        self.app.state.runs.close()
        self.app.state.place.close()


def served(home: Path, settings: Settings | None = None) -> Served:
    """A desk in an empty home."""
    let_everybody_in(home)
    cards = {name: calls.keep(home, calls.BAD, name) for name in ("card", "draft")}
    cards["other"] = calls.keep(home, calls.GOOD, "other")
    with Reviews(home) as reviews:
        saved = confirm(reviews, PEOPLE["lead"], cards["card"], 0, Reviewing())
        release(reviews, PEOPLE["lead"], cards["card"], saved.version)
    with People(home) as people, Tokens(home) as tokens:
        made = {login: make_token(tokens, people, login, "test", "test") for login in PEOPLE}
    return Served(create_app(home, settings or Settings()), home, cards, made)
