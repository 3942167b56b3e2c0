"""One of the inspectors of benchmarks.desk_crowd: what their browser asks the desk, key by key."""

import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import httpx

from pipeline.scoring.review import View
from tests.desk.people import PASSWORD

PEOPLE, THOUGHT, CALLS = 30, 2.0, 10
BACK = 7
"""Of so many submissions one is taken back."""
MOST_SECONDS = 60.0
TOKEN = re.compile(r'<meta name="csrf" content="(\w+)">')
DATA = re.compile(r'<script type="application/json" id="call-data">(.*?)</script>', re.S)
VIEWS = tuple(View)
OVERTAKEN = (404, 409)


@dataclass(frozen=True, slots=True)
class Wish:
    """How many people, how long they think before a key, how many calls each."""

    people: int = PEOPLE
    thought: float = THOUGHT
    calls: int = CALLS


@dataclass(slots=True)
class Inspector:
    """One at the desk. did: what the desk said was saved; wrong: answers that are errors."""

    login: str
    client: httpx.Client
    wish: Wish
    took: dict[str, list[float]] = field(default_factory=dict)
    did: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    met: int = 0
    version: int = 0

    def ask(self, act: str, method: str, path: str, **more: Any) -> httpx.Response:
        """An answer, and how long it took."""
        began = time.perf_counter()
        answer = self.client.request(method, path, **more)
        self.took.setdefault(act, []).append(time.perf_counter() - began)
        if answer.status_code >= 400 and answer.status_code not in OVERTAKEN:
            self.wrong.append(f"{act}: {answer.status_code} {answer.text[:200]}")
        return answer

    def enter(self) -> None:
        """Log in; from here on the session's own token."""
        token = TOKEN.search(self.client.get("/login").text)
        assert token
        given = {"csrf": token[1], "login": self.login, "password": PASSWORD}
        assert self.client.post("/login", data=given).status_code == 303
        own = TOKEN.search(self.client.get("/password").text)
        assert own
        self.client.headers["X-CSRF-Token"] = own[1]

    def work(self) -> None:
        """The morning: so many calls."""
        done, after = 0, 0
        while done < self.wish.calls:
            asked = {"after": after} if after else {}
            json_only = {"accept": "application/json"}
            card = self.ask("next", "GET", "/next", params=asked, headers=json_only).json()["card"]
            if card is None:
                return
            after = card
            done += self.judge(card)

    def judge(self, card: int) -> bool:
        """One call; whether nobody else was there first."""
        self.ask("looking", "POST", f"/cards/{card}/looking", json={})
        page = self.ask("open", "GET", f"/cards/{card}", params={"part": "body"})
        found = DATA.search(page.text)
        if page.status_code != 200 or not found:
            return False
        data = json.loads(found[1])
        self.version = data["state"]["version"]
        for claim in data["claims"]:
            said = {"kind": "hit", "item": claim["item"], "hit": claim["hit"]}
            said["says"] = view(card, claim["item"], claim["hit"])
            if not self.act("mark", card, "marks", {"marks": [said]}):
                return False
            self.did[card, *said.values()] += 1
        return self.submit(card)

    def submit(self, card: int) -> bool:
        for again in (True, False):
            if not self.act("submit", card, "confirm", {}):
                return False
            self.did[card, "step", "", None, "confirmed"] += 1
            if not (again and card % BACK == 0):
                return True
            self.act("undo", card, "undo", {})
        return True

    def act(self, name: str, card: int, path: str, body: dict[str, Any]) -> bool:
        """A key, after a thought; whether it was saved."""
        time.sleep(self.wish.thought)
        answer = self.ask(
            name, "POST", f"/cards/{card}/{path}", json={"version": self.version, **body}
        )
        if answer.status_code != 200:
            self.met += 1
            return False
        self.version = answer.json()["version"]
        return True


def view(card: int, item: str, hit: int | None) -> str:
    """What whoever gets the card says of a claim."""
    return VIEWS[sha256(f"{card} {item} {hit}".encode()).digest()[0] % len(VIEWS)].value


def client(url: str) -> httpx.Client:
    """Browsers send cookies that are for HTTPS alone to this machine too; httpx does not."""
    made = httpx.Client(base_url=url, timeout=MOST_SECONDS, headers={"Origin": url})
    jar: dict[str, str] = {}

    def keep(answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            jar[name] = value
            made.headers["cookie"] = "; ".join(f"{n}={v}" for n, v in jar.items())

    made.event_hooks["response"] = [keep]
    return made
