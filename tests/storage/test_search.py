"""Searches give what reading every turn gives, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from random import Random

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from pipeline.call import Call, CallRecord, Speaker, Turn, Word
from pipeline.refusal import Refusal
from pipeline.storage import Entry, Outcome, Recording, Store, Transcript, as_stored
from pipeline.storage.corrections import Correction
from pipeline.storage.database import writing
from pipeline.storage.migrations.versions import v0006_search
from pipeline.storage.purging import Term
from pipeline.storage.revisions import add_swap, add_words
from pipeline.storage.search import Search
from pipeline.storage.search_index import INDEX
from pipeline.storage.search_records import Among, Found
from pipeline.storage.search_rows import index_words
from pipeline.text.reading_query import read_query
from tests.databases import Database
from tests.storage.making import as_it_is
from tests.storage.searched import agent_or_customer, scan, shown, turns_of
from tests.talk import talk

ALL = Among()


def keep(store: Store, name: str, call: Call, day: str = "2026-11-01", content: str = "") -> None:
    about = replace(call.about, id=name, started=f"{day}T09:00:00")
    store.keep(
        Entry(
            recording=Recording(
                content=sha256((content or name).encode()).hexdigest(),
                name=name,
                sources=(f"/calls/{name}.wav",),
                about=about,
            ),
            fingerprint="f",
            transcript=Transcript(as_stored(call)),
            newly_heard=True,
            outcome=Outcome.SPEECH,
            cards=(),
        )
    )


def found(database: Database, text: str, among: Among = ALL, limit: int = 1_000) -> Found:
    with Search(database.home, database.storage) as search:
        return search.find(read_query(text), among, limit)


def texts(database: Database, text: str) -> list[str]:
    return [hit.text for hit in found(database, text).hits]


@contextmanager
def stored(database: Database, *calls: Call) -> Iterator[Store]:
    with database.store() as store:
        for number, call in enumerate(calls):
            keep(store, f"call-{number}", call)
        yield store


TALK = talk(
    "坐席 1 您好，請問有什麼可以幫您？",
    "客户 4 我想退款，ＶＩＰ 会员怎么退",
    "坐席 9 退款要3天。不清楚您那边",
    "客户 15 那我投诉你们！",
)


SAID = [
    ("退", [1, 2]),
    ("请问有什么可以帮您", [0]),
    ("請問", [0]),
    ("vip会员", [1]),
    ("ＶＩＰ", [1]),
    ("坐席:退款", [2]),
    ("客户:退款", [1]),
    ("客户:(退款 或 投诉)", [1, 3]),
    ("客户:退款 和 坐席:不清楚", [1, 2]),
    ("退款 不含 抱歉", [1, 2]),
    ("退款 -投诉", []),
    ("投诉 ~1轮 不清楚", [2, 3]),
    ("投诉 ~>1轮 不清楚", []),
    ("不清楚 ~>1轮 投诉", [2, 3]),
    ("退款 ~0轮 不清楚", [2]),
    ("客户:退款 ~5秒 坐席:退款", [1, 2]),
    ("客户:退款 ~4秒 坐席:退款", []),
    ("同音:头诉", [3]),
    ("同音:您", [0, 2]),
    ("同音:款", [1, 2]),
    ("头诉", []),
    ("3天", [2]),
    ("三天", []),
    ("同音:三天", [2]),
]


def test_finds_what_was_said(database: Database) -> None:
    with stored(database, TALK):
        for query, turns in SAID:
            assert [hit.turn for hit in found(database, query).hits] == turns, query


def test_a_hit_has_its_moment_its_text_and_the_words_found(database: Database) -> None:
    with stored(database, TALK):
        (hit,) = found(database, "vip会员").hits
        assert shown(hit.text, hit.spans) == ["ＶＩＰ 会员"]
        assert hit.text == TALK.turns[1].text
        assert (hit.speaker, hit.call, hit.day) == (Speaker.CUSTOMER, "call-0", "2026-11-01")
        at = TALK.turns[1].text.index("Ｖ")
        assert hit.at == pytest.approx(TALK.turns[1].words[at].start, abs=0.001)


def test_the_newest_calls_come_first_and_each_from_its_beginning(database: Database) -> None:
    with database.store() as store:
        for name, day in (("b", "2026-11-02"), ("c", "2026-11-03"), ("a", "2026-11-01")):
            keep(store, name, talk("坐席 1 您好", "客户 2 您好"), day)
    hits = found(database, "您好").hits
    assert [(hit.call, hit.turn) for hit in hits] == [(n, t) for n in "cba" for t in (0, 1)]


def test_hits_are_counted_up_to_a_thousand_and_shown_as_far_as_asked(database: Database) -> None:
    lines = [f"坐席 {number} 好的好的" for number in range(1, 502)]
    with stored(database, talk(*lines), talk(*lines)):
        all_of_them = found(database, "好的", limit=50)
        some = found(database, "好的 不含 再见", limit=3)
    assert (len(all_of_them.hits), all_of_them.count, all_of_them.more) == (50, 1_000, True)
    assert (len(some.hits), some.count, some.more) == (3, 1_000, True)


def test_corrected_words_are_what_is_searched(database: Database) -> None:
    with stored(database, talk("坐席 1 您好", "客户 2 我要头诉")) as store:
        with writing(store._engine) as connection:
            one = Correction(turn=1, first=2, last=4, was="头诉", text="投诉", number=1)
            add_words(connection, 1, one)
            index_words(connection, 1)
        assert texts(database, "投诉") == ["我要投诉"]
        assert texts(database, "头诉") == []
        with writing(store._engine) as connection:
            add_swap(connection, 1, 2, True)
            index_words(connection, 1)
        assert texts(database, "坐席:投诉") == ["我要投诉"]
        assert texts(database, "客户:投诉") == []


def test_what_is_heard_anew_replaces_what_was_heard(database: Database) -> None:
    with stored(database, talk("坐席 1 旧话")) as store:
        keep(store, "call-0", talk("坐席 1 新话"))
        assert texts(database, "旧话") == []
        assert texts(database, "新话") == ["新话"]


def test_of_a_call_heard_twice_otherwise_the_last_counts(database: Database) -> None:
    with stored(database, talk("坐席 1 旧话")) as store:
        entry = Entry(
            recording=Recording(
                content=sha256(b"call-0").hexdigest(), name="call-0", sources=("/calls/call-0.wav",)
            ),
            fingerprint="g",
            transcript=Transcript(as_stored(talk("坐席 1 新话"))),
            newly_heard=True,
            outcome=Outcome.SPEECH,
            cards=(),
        )
        store.keep(entry)
        assert texts(database, "旧话") == []
        assert texts(database, "新话") == ["新话"]


def test_of_a_recording_whose_bytes_changed_the_latest_is_found(database: Database) -> None:
    with database.store() as store:
        keep(store, "call-0", talk("坐席 1 旧话"), content="old")
        keep(store, "call-0", talk("坐席 1 新话"), content="new")
    assert texts(database, "旧话") == []
    assert texts(database, "新话") == ["新话"]


def test_equal_recordings_are_each_found(database: Database) -> None:
    with database.store() as store:
        keep(store, "a", talk("坐席 1 您好"), "2026-11-01", content="same")
        keep(store, "b", talk("坐席 1 您好"), "2026-11-09", content="same")
        assert [hit.call for hit in found(database, "您好").hits] == ["b", "a"]


def test_what_is_purged_is_found_no_more_and_leaves_nothing(database: Database) -> None:
    with stored(database, TALK) as store:
        store.forget([1], Term(before="2027-01-01"))
        store.tidy()
    assert texts(database, "退款") == []
    assert database.count("spoken") == 0
    if database.storage.url:
        assert database.count("spoken_index") == 0
    else:
        assert b"\xe6\x8a\x95\xe8\xaf\x89" not in (database.home / "zhiyin.db").read_bytes()


def test_the_words_of_a_score_that_is_kept_are_found_no_more(database: Database) -> None:
    with stored(database, TALK) as store:
        store.forget([1], Term(before="2027-01-01", keep_scores=True))
    assert texts(database, "退款") == []


TYPED = [
    *('"a\' OR 1=1 --"', '"x"" OR ""y"', "NEAR(a b)", '"tokens : a"', "a*", '"^a"', "a:b", "{a}"),
    *("'); DROP TABLE spoken; --", '"a\0b"', "a & !b", "a <-> b", ":*", "\\", '"\\"', "%", "_"),
    *('"§tou"', '"§tou§su"', "AND", "a AND", "--", "+a", "\ud800a", "\u200b", '"a;b"'),
]


def test_nothing_that_is_typed_means_anything_to_a_database(database: Database) -> None:
    """It is refused, or finds what reading finds; nothing breaks."""
    with stored(database, talk("坐席 1 a b 50% x+y", "客户 2 tou su 投诉")) as store:
        call = store.calls([1])[0].call
        for typed in TYPED:
            try:
                query = read_query(typed)
            except Refusal as refusal:
                assert refusal.reason.key.startswith("search.")
                continue
            with Search(database.home, database.storage) as search:
                hits = search.find(query, ALL).hits
            assert [hit.turn for hit in hits] == turns_of(scan(query, call) or ()), typed


ALPHABET = "好您不清楚款退費费Ａaa1 ，著着臺台"
PIECES = (
    "好",
    "您好",
    "不清楚",
    "退款",
    "費",
    "費用",
    "a1",
    "台",
    "着",
    "款退",
    "好 好",
    "清楚 不",
)


def some_call(random: Random, turns: int) -> Call:
    """Turns of few different characters, so that phrases meet; some without times."""
    made, clock = [], 1.0
    for number in range(turns):
        text = "".join(random.choices(ALPHABET, k=random.randint(1, 12)))
        timed = random.random() < 0.8
        words = tuple(
            Word(one, *((clock + i / 5, clock + (i + 1) / 5) if timed else ()))
            for i, one in enumerate(text)
        )
        speaker = agent_or_customer(number) if random.random() < 0.95 else Speaker.OTHER
        made.append(Turn(speaker, clock, clock + len(text) / 5, words))
        clock += random.uniform(0.5, 6)
    return Call(id="", duration=clock, turns=tuple(made), about=CallRecord())


def some_phrase(random: Random) -> str:
    text = random.choice(PIECES)
    if random.random() < 0.3:
        text = "".join(
            random.choices(ALPHABET.replace(" ", "").replace("，", ""), k=random.randint(1, 9))
        )
    prefix = random.choice(("", "", "", "坐席:", "客户:", "同音:", "客户:同音:"))
    return f"{prefix}「{text}」"


def some_query(random: Random, depth: int = 2) -> str:
    if depth == 0 or random.random() < 0.3:
        return some_phrase(random)
    kind = random.randrange(4)
    if kind == 0:
        unit = random.choice(("轮", "秒"))
        sides = [some_phrase(random) for _ in range(2)]
        if random.random() < 0.3:
            sides[0] = f"({sides[0]} 或 {some_phrase(random)})"
        order = random.choice(("", ">"))
        return f"{sides[0]} ~{order}{random.randint(0, 6)}{unit} {sides[1]}"
    one, other = some_query(random, depth - 1), some_query(random, depth - 1)
    if kind == 1:
        return f"({one}) 或 ({other})"
    if kind == 2:
        return f"{one} 和 ({other})"
    return f"({one}) 不含 ({other})"


def is_among(call: Call, among: Among) -> bool:
    """As docs/search.md says of lengths."""
    low, high = among.seconds_from or 0, among.seconds_to
    return low <= call.duration and (high is None or call.duration <= high)


@pytest.mark.parametrize("seed", range(2))
def test_answers_are_those_of_reading_every_turn(database: Database, seed: int) -> None:
    random = Random(seed)
    calls = [some_call(random, random.randint(1, 25)) for _ in range(100)]
    with database.store() as store:
        for number, call in enumerate(calls):
            keep(store, f"{number:03}", call, f"2026-11-{random.randint(1, 28):02}")
        kept = store.calls(range(1, 101))
        with Search(database.home, database.storage) as search:
            for _ in range(50):
                typed = some_query(random)
                query = read_query(typed)
                among = random.choice((ALL, Among(seconds_from=40), Among(seconds_to=20)))
                hits = search.find(query, among, 1_000).hits
                wanted = []
                for stored_call in kept:
                    if not is_among(stored_call.call, among):
                        continue
                    places = scan(query, stored_call.call)
                    name = stored_call.call.about.id
                    wanted += [(name, turn) for turn in turns_of(places or ())]
                assert sorted((hit.call, hit.turn) for hit in hits) == wanted[:1_000], typed
                days = [(hit.day) for hit in hits]
                assert days == sorted(days, reverse=True)


def test_calls_that_are_there_are_found_after_an_upgrade_as_if_heard_since(
    database: Database,
) -> None:
    random = Random(7)
    calls = [TALK, *(some_call(random, 6) for _ in range(205))]  # more than are filled in at once
    with stored(database, *calls) as store, writing(store._engine) as connection:
        add_swap(connection, 1, 1, True)
        one = Correction(turn=3, first=2, last=4, was="投诉", text="表扬", number=2)
        add_words(connection, 1, one)
        index_words(connection, 1)
    known = "SELECT transcript_id, day, revision, silence FROM spoken ORDER BY transcript_id"
    before = database.rows(known), found(database, "坐席:表扬 或 好").hits
    with as_it_is(database.home, database.storage) as connection:
        for table in ("spoken", INDEX):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        with Operations.context(MigrationContext.configure(connection)):
            v0006_search.upgrade()
    assert (database.rows(known), found(database, "坐席:表扬 或 好").hits) == before
    assert {hit.call for hit in before[1]} >= {"call-0", "call-1"}
