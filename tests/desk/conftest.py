"""A desk to ask, and browsers of every kind of person."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_urlsafe

import httpx
import pytest
from starlette.testclient import TestClient

from pipeline.desk.app import create_app
from pipeline.desk.cookies import SESSION
from pipeline.desk.place import Place
from pipeline.settings import Settings
from pipeline.storage import Act, People
from pipeline.workflow.people import hashed
from tests.desk.people import PASSWORD, let_everybody_in
from tests.once import made_once

ADDRESS = "https://127.0.0.1:8420"
READER = {"accept": "text/html"}


class Browser(TestClient):
    """Somebody's browser: keeps cookies, sends the token of the last page it was shown."""

    def token(self) -> str:
        """The token of the pages that this browser is shown."""
        return csrf_of(self.get("/password" if SESSION in self.cookies else "/login"))

    def submit(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of ours."""
        return self.post(path, data={**fields, "csrf": self.token()})


def csrf_of(page: httpx.Response) -> str:
    """The token in a page."""
    found = re.search(r'<meta name="csrf" content="(\w+)">', page.text)
    assert found, page.text[:500]
    return found[1]


@pytest.fixture
def settings() -> Settings:
    """Of the desk under test; a test overrides it."""
    return Settings()


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a person of each kind, made once; tests have copies of it."""
    return made_once(tmp_path_factory, "peopled", let_everybody_in)


@pytest.fixture
def home(tmp_path: Path, peopled: Path) -> Path:
    """A home with a person of each kind."""
    return Path(shutil.copytree(peopled, tmp_path / "home"))


@pytest.fixture
def browser(home: Path, settings: Settings) -> Iterator[Callable[..., Browser]]:
    """browser() is nobody's yet; browser("lead") is somebody's who is in."""
    app = create_app(home, settings)
    here: Place = app.state.place

    def made(login: str = "") -> Browser:
        one = Browser(app, base_url=ADDRESS, headers=READER, follow_redirects=False)
        if login:
            people = here.open(People)
            person = people.named(login)
            assert person
            token = f"token-of-{login}-{token_urlsafe(8)}"
            people.open_session(hashed(token), person, Act(login, "logged-in", login))
            one.cookies.set(SESSION, token, domain="127.0.0.1", path="/")
        return one

    yield made
    here.close()


@pytest.fixture
def log_in(browser: Callable[..., Browser]) -> Callable[[str], Browser]:
    """Somebody in by the page, password and all."""

    def entered(login: str) -> Browser:
        one = browser()
        assert one.submit("/login", login=login, password=PASSWORD).status_code == 303
        return one

    return entered


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate and its key, made by ourselves."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    made = ("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    told = ("-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", cert)
    names = ("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    subprocess.run([*made, *map(str, told), *names], check=True, capture_output=True)
    key.chmod(0o600)
    return str(cert), str(key)
