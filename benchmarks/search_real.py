"""What searches find in others' dialogues: an example, and each answer compared with reading all.

    python -m benchmarks.search_real

JD's chats and China Mobile's dialogues, as in insight_real.py. A few characters around the first
place are shown; no text is copied. Writes its section of docs/search.md.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path

from benchmarks.insight_page import put
from benchmarks.insight_real import chats, dialogues
from pipeline.call import Call, CallRecord, Medium, Turn, Word
from pipeline.insight.talks import Talk
from pipeline.storage import Entry, Outcome, Recording, Store, Transcript, as_stored
from pipeline.storage.search import Search
from pipeline.storage.search_records import Among, Found, Hit
from pipeline.text.reading_query import read_query
from tests.storage.searched import scan, turns_of

PAGE = Path(__file__).parent.parent / "docs" / "search.md"
TITLE = "On real dialogues"
AROUND = 8
LIMIT = 1_000
CHATS = (
    ("退货 和 运费", "both in one chat"),
    ("退款 不含 (退货 或 取消)", "money back, and nothing is sent back or called off"),
    ("什么时候 ~1轮 发货", "when is it sent"),
    ("催 ~3轮 (还没 或 没有)", "pressing for what has not come"),
    ("投诉 或 差评 或 12315", "threatens, in any of three ways"),
    ("同音:什么事候", "what sounds so: 什么时候"),
    ("發票", "traditional characters"),
    ("慢", "one character: slow"),
)
DIALOGUES = (
    ("客户:话费 ~2轮 坐席:一下", "asks for the bill, and soon is asked to wait"),
    ("客户:套餐 和 坐席:兆", "the one names a tariff, the other its data"),
    ("坐席:就是说", "the agent's habit"),
    ("客户:同音:话飞", "what sounds so: 话费"),
)


def stored(store: Store, talks: Sequence[Talk]) -> list[tuple[str, Call]]:
    """Each as a chat of its own; a line is a turn."""
    kept = []
    for talk in talks:
        turns = tuple(
            Turn(speaker, float(at), float(at), tuple(map(Word, text)))
            for at, (speaker, text) in enumerate(talk.turns)
        )
        call = Call(id="", duration=float(len(turns)), turns=turns, medium=Medium.CHAT)
        transcript = Transcript(as_stored(call))
        recording = Recording(
            content=sha256(talk.id.encode()).hexdigest(),
            name=talk.id,
            sources=(f"/{talk.id}",),
            about=CallRecord(id=talk.id),
        )
        store.keep(
            Entry(
                recording=recording,
                fingerprint="f",
                transcript=transcript,
                newly_heard=True,
                outcome=Outcome.SPEECH,
                cards=(),
            )
        )
        kept.append((talk.id, transcript.call(recording, talk.id)))
    return kept


def read(query: str, kept: Sequence[tuple[str, Call]]) -> list[tuple[str, int]]:
    """Reading every turn: the places."""
    asked = read_query(query)
    return [(name, turn) for name, call in kept for turn in turns_of(scan(asked, call) or ())]


def shown(hit: Hit) -> str:
    """A few characters around what was found first."""
    start, end = hit.spans[0]
    before, after = hit.text[max(0, start - AROUND) : start], hit.text[end : end + AROUND]
    return f"{before}**{hit.text[start:end]}**{after}".replace("|", "｜")


def rows(
    search: Search, kept: Sequence[tuple[str, Call]], queries: Sequence[tuple[str, str]]
) -> Iterator[tuple[str, bool]]:
    """A line of the table for each query, and whether its answer is that of reading all."""
    for query, meant in queries:
        found: Found = search.find(read_query(query), Among(), LIMIT)
        same = sorted((hit.call, hit.turn) for hit in found.hits) == sorted(read(query, kept))
        calls = len({hit.call for hit in found.hits})
        first = next(map(shown, islice(found.hits, 1)), "–")
        typed = query.replace("|", "｜")
        yield f"| `{typed}` | {meant} | {found.count} in {calls} | {first} |", same


def table(talks: Sequence[Talk], queries: Sequence[tuple[str, str]]) -> tuple[list[str], int]:
    """Of one corpus, and how many answers differ."""
    with tempfile.TemporaryDirectory() as home:
        with Store(Path(home)) as store:
            kept = stored(store, talks)
        with Search(Path(home)) as search:
            told = list(rows(search, kept, queries))
    head = ["| query | what is meant | places | the first |", "|---|---|---:|---|"]
    return [*head, *(line for line, _ in told)], sum(not same for _, same in told)


def section() -> str:
    """Both corpora."""
    every = list(chats())
    of_chats, wrong = table(every, CHATS)
    of_dialogues, more_wrong = table(list(dialogues()), DIALOGUES)
    asked = len(CHATS) + len(DIALOGUES)
    return "\n".join(
        [
            "Made by `benchmarks/search_real.py`, from texts of others that are not part of this "
            f"repository; {wrong + more_wrong} of {asked} answers differ from "
            f"reading every turn. {len(every)} of JD's chats, whose lines do not say who speaks:",
            "",
            *of_chats,
            "",
            "China Mobile's two dialogues:",
            "",
            *of_dialogues,
            "",
        ]
    )


def main() -> None:
    """The command."""
    made = section()
    print(made)
    put(TITLE, made, PAGE)


if __name__ == "__main__":
    main()
