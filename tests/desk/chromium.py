"""Somebody at the desk in Chromium: presses keys, and hears of everything that goes wrong."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
PROGRAM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
PATIENCE = 90_000
"""Milliseconds that a page may take on a crowded machine."""
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


@dataclass(slots=True)
class Sitter:
    """A person's own browser. pressed: how many keys, since it was last set to nothing; wrong: what
    a page threw, what its policy refused, dialogs that nobody asked for."""

    page: Any
    url: str
    pressed: int = 0
    wrong: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        """One after the other, as Playwright names them."""
        for key in keys:
            self.pressed += 1
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        """Letters into what has the focus."""
        self.page.keyboard.type(words)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")
        self.look()

    def look(self) -> None:
        """What the page's policy refused so far goes to what went wrong."""
        self.wrong += self.page.evaluate("window.violations.splice(0)")

    def until(self, true: str) -> None:
        """Wait for an expression of the page. Playwright's own way would need eval() there."""
        late = time.monotonic() + PATIENCE / 1000
        while not self._is(true):
            assert time.monotonic() < late, f"never came true: {true}"
            self.page.wait_for_timeout(20)

    def _is(self, true: str) -> bool:
        try:
            return bool(self.page.evaluate(f"Boolean({true})"))
        except sync_api.Error as gone:
            if "navigation" in gone.message:  # the page is on its way to another
                return False
            raise

    def told(self, path: str) -> Any:
        """The JSON at a path, as the person's own browser gets it."""
        answer = self.page.request.get(f"{self.url}{path}", headers={"Accept": "application/json"})
        assert answer.ok, answer.text()
        return answer.json()

    def log_in(self, login: str, password: str, own: str = "") -> None:
        """By keys alone. own: the password that somebody chooses on the first morning."""
        self.go("/login")
        self.type(login)
        self.press("Tab")
        self.type(password)
        self.press("Enter")
        if own:
            self.page.wait_for_url("**/password**")
            self.type(password)
            self.press("Tab")
            self.type(own)
            self.press("Tab")
            self.type(own)
            self.press("Enter")
        self.page.wait_for_url(re.compile(r"/(?!login|password)[^/]*$"))
        self.look()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser. Of a module: playwright starts no second one while another module's is there."""
    if PROGRAM is None:
        pytest.skip("Chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def sitting(chromium: Any, url: str, language: str = "zh", **wishes: Any) -> Iterator[Sitter]:
    """Somebody whose pages must do nothing wrong. wishes: of the browser, such as its size."""
    context = chromium.new_context(**wishes)
    context.add_cookies([{"name": "language", "value": language, "url": url}])
    context.set_default_timeout(PATIENCE)
    context.add_init_script(WATCH)
    page = context.new_page()
    sitter = Sitter(page, url)
    page.on("pageerror", lambda error: sitter.wrong.append(f"{page.url}: {error}"))
    page.on("dialog", lambda dialog: (sitter.wrong.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda said: _refused(sitter, said))
    try:
        yield sitter
        sitter.look()
        assert not sitter.wrong, sitter.wrong
    finally:
        context.close()


def _refused(sitter: Sitter, said: Any) -> None:
    """Violations of the policy are in the console too, before a script of ours could listen."""
    if said.type == "error" and "Content Security Policy" in said.text:
        sitter.wrong.append(said.text)
