"""The page of a call of an hour with a thousand turns: python -m benchmarks.desk_page [--quick].

Prints JSON: the machine; how long the server takes for the page (over the loopback, median); how
long Chromium takes from asking until keys work (its first visit, then the median of others); from
Ctrl+Enter until keys work on the next call (small ones, each at hand before); how long its sound
takes to be made, beside the page, and of that the processor for the encoder alone. The goals are a
second until keys work and 200 ms to the next call, on an idle machine. --quick: three rounds
instead of fifteen.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from benchmarks.match import machine
from benchmarks.stored_calls import dialogues
from pipeline.call import Call, CallRecord, Interval, Speaker, Turn, Word
from pipeline.settings import Audio
from pipeline.speech.clip import clip
from pipeline.workflow.listening import BINS
from tests.desk.calls import BAD, keep
from tests.desk.people import PASSWORD, let_everybody_in
from tests.desk.served import served

TURNS, SECONDS, PACE = 1_000, 3_600.0, 0.85
RATE = 8_000
CHROMIUM = "/usr/bin/chromium"
READY = "document.querySelector('#call[data-ready]') !== null"
NOTE = "addEventListener('keydown', (event) => (window.pressed = event.timeStamp), true)"
TOOK = "performance.getEntriesByName('call-ready').at(-1).startTime - window.pressed"
PEOPLE = (Speaker.AGENT, Speaker.CUSTOMER)


def hour() -> Call:
    """Turns of sample dialogues, until there are a thousand, spread over an hour."""
    said = [turn for call in dialogues(40) for turn in call.turns if turn.speaker in PEOPLE]
    share = SECONDS / TURNS
    turns = tuple(_at(turn, i * share, share * PACE) for i, turn in enumerate(said[:TURNS]))
    assert len(turns) == TURNS
    speech = {
        who: tuple(Interval(t.start, t.end) for t in turns if t.speaker == who) for who in PEOPLE
    }
    about = CallRecord(agent="8001", team="甲组", direction="in", started="2026-11-20T09:00:00")
    return Call(id="hour", duration=SECONDS, turns=turns, speech=speech, about=about)


def _at(turn: Turn, start: float, most: float) -> Turn:
    text = turn.text
    step = min(0.2, most / max(1, len(text)))
    words = tuple(
        Word(character, start + step * i, start + step * (i + 1), 0.95)
        for i, character in enumerate(text)
    )
    return replace(turn, start=start, end=start + step * len(text), words=words)


def hum(call: Call, path: Path) -> None:
    """Two channels of A-law in which those hum who speak."""
    samples = np.zeros((int(SECONDS * RATE), 2), np.float32)
    for turn in call.turns:
        at = np.arange(int(turn.start * RATE), int(turn.end * RATE))
        samples[at, turn.channel] = 0.4 * np.sin(at * 2 * np.pi * 300 / RATE)
    sf.write(path, samples, RATE, subtype="ALAW", format="WAV")


def timed(act: Callable[[], object], rounds: int) -> float:
    """The median of its seconds; one round before is not counted."""
    act()
    return round(statistics.median(_seconds(act) for _ in range(rounds)), 3)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def measured(address: str, card: int, small: int, rounds: int) -> dict[str, Any]:
    """What a browser meets. Its first visit, with nothing kept, is told apart."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/login")
        page.fill("[name=login]", "inspector")
        page.fill("[name=password]", PASSWORD)
        page.click("form[action='/login'] button")
        asked = page.context.request
        url = f"{address}/cards/{card}"
        size = len(asked.get(url).body())
        server = timed(lambda: asked.get(url), rounds)
        first = _until_ready(page, url)
        again = statistics.median(_until_ready(page, url) for _ in range(rounds))
        page.add_init_script(NOTE)
        _until_ready(page, f"{address}/cards/{small}")
        following = statistics.median(_next(page) for _ in range(rounds))
        browser.close()
    return {
        "page_bytes": size,
        "server_seconds": server,
        "first_visit_seconds": round(first, 3),
        "until_keys_work_seconds": round(again, 3),
        "submit_to_next_seconds": round(following, 3),
    }


def _until_ready(page: Any, url: str) -> float:
    """From asking to keys that work, on the browser's own clock."""
    page.goto(url, wait_until="commit")
    for _ in range(400):
        if page.evaluate(READY):
            return (
                float(page.evaluate("performance.getEntriesByName('call-ready')[0].startTime"))
                / 1000
            )
        page.wait_for_timeout(25)
    raise AssertionError("the page did not come within 10 s")


def _next(page: Any) -> float:
    """From Ctrl+Enter to keys that work on the next call, which is at hand."""
    card = page.get_attribute("#call", "data-card")
    page.wait_for_timeout(1_500)  # a call is listened to for longer than that
    page.keyboard.press("Control+Enter")
    for _ in range(400):
        if page.evaluate(f"document.querySelector('#call[data-ready]')?.dataset.card !== '{card}'"):
            return float(page.evaluate(TOOK)) / 1000
        page.wait_for_timeout(25)
    raise AssertionError("no other call came within 10 s")


def main(given: list[str] | None = None) -> None:
    """Print the figures."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--quick", action="store_true")
    rounds = 3 if reader.parse_args(given).quick else 15
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        let_everybody_in(home)
        call = hour()
        wav = home / "hour.wav"
        hum(call, wav)
        encoding = time.process_time()
        making = _seconds(lambda: clip([wav], Audio(), BINS))
        encoding = time.process_time() - encoding
        card = keep(home, call, "hour", sound="none")
        small = [keep(home, BAD, f"small-{i}", sound="none") for i in range(rounds + 2)]
        with served(home) as address:
            figures = measured(address, card, small[0], rounds)
    told = {"machine": machine(), "turns": TURNS, "rounds": rounds, **figures}
    sound = {"sound_made_seconds": round(making, 1), "encoder_seconds": round(encoding, 1)}
    print(json.dumps({**told, **sound}, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
