"""What people type to search: read as they mean it, refused with its place, or found."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.call import Speaker
from pipeline.refusal import Refusal
from pipeline.text.query import All, Near, Not, Said, Some, phrases
from pipeline.text.reading_query import MAX_DEPTH, MAX_PHRASES, read_query
from pipeline.text.tokens import HEARD, syllables_of, tokens, wanted

A, B, C = Said("甲"), Said("乙"), Said("丙")
AGENT, CUSTOMER = Speaker.AGENT, Speaker.CUSTOMER


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("甲", A),
        (" 「甲」 ", A),
        ("“甲”", A),
        ('"和"', Said("和")),
        ("甲和乙", Said("甲和乙")),
        ("甲 乙", All((A, B))),
        ("甲 和 乙 AND 丙", All((A, B, C))),
        ("甲 或 乙|丙", Some((A, B, C))),
        ("甲 乙 或 丙", Some((All((A, B)), C))),
        ("甲 （乙｜丙）", All((A, Some((B, C))))),
        ("甲 不含 乙", All((A, Not(B)))),
        ("甲 -乙 NOT 丙", All((A, Not(B), Not(C)))),
        ("坐席:甲", Said("甲", AGENT)),
        ("customer：(甲 或 agent:乙)", Some((Said("甲", CUSTOMER), Said("乙", AGENT)))),
        ("客户:同音:甲", Said("甲", CUSTOMER, True)),
        ("同音:甲 乙", All((Said("甲", None, True), B))),
        ("甲 ~5轮 乙", Near(A, B, turns=5)),
        ("甲 ~>10s 乙", Near(A, B, milliseconds=10_000, ordered=True)),
        ("甲 ~2turns (乙 或 丙)", Near(A, Some((B, C)), turns=2)),
        ("丙 甲 ~5轮 -乙", None),
        ("10:30", Said("1030")),
        ("ＡＢＣ費用", Said("abc费用")),
    ],
)
def test_what_is_typed_is_read_as_it_is_meant(typed: str, meant: object) -> None:
    if meant is None:
        with pytest.raises(Refusal):
            read_query(typed)
    else:
        assert read_query(typed) == meant


@pytest.mark.parametrize(
    ("typed", "key", "column"),
    [
        ("", "empty", 1),
        ("甲 和", "ends", 3),
        ("甲 不含 (乙 ~5轮", "ends", 9),
        ("坐席:", "ends", 1),
        ("甲 或 或 乙", "phrase-missing", 5),
        ("(甲", "open-bracket", 1),
        ("甲)", "closed", 2),
        ("甲 「乙", "open-quote", 3),
        ("甲 ，", "nothing", 3),
        ("主管:甲", "prefix", 1),
        ("甲 ~ 乙", "strange", 3),
        ("甲 ~9999轮 乙", "far", 3),
        (f"甲 ~{'9' * 40}秒 乙", "far", 3),
        ("甲 ~5轮 (乙 丙)", "near-side", 7),
        ("甲 ~5轮 乙 ~5轮 丙", "near-of-near", 9),
        ("-甲", "only-not", 1),
        ("甲 或 不含 乙", "only-not", 1),
        ("甲" * 101, "long-phrase", 1),
        ("甲 " * 251, "too-long", 501),
        ("(" * (MAX_DEPTH + 1) + "甲", "too-deep", MAX_DEPTH + 2),
        (" ".join(f"甲{n}" for n in range(MAX_PHRASES + 1)), "too-many", 1),
    ],
)
def test_what_is_no_query_is_refused_with_its_place(typed: str, key: str, column: int) -> None:
    with pytest.raises(Refusal) as refused:
        read_query(typed)
    assert (refused.value.reason.key, refused.value.column) == (f"search.{key}", column)


def test_a_distance_that_is_too_large_is_told_as_it_was_typed_and_not_without_end() -> None:
    with pytest.raises(Refusal) as refused:
        read_query(f"甲 ~{'9' * 40}轮 乙")
    values = refused.value.reason.values
    assert values["found"] == f"~{'9' * 19}…" and values["allowed"] == "~1000轮"
    assert read_query("甲 ~1000轮 乙") and read_query("甲 ~3600秒 乙")


@settings(deadline=None)
@given(st.text("甲乙 ()（）「」\"'~～>5轮秒s:：-|和或不含同音坐席*^§\0\n", max_size=60))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        query = read_query(typed)
    except Refusal as refusal:
        assert refusal.reason.key.startswith("search.")
    else:
        assert all(one.form for one in phrases(query))


@settings(deadline=None)
@given(st.text(max_size=40))
def test_tokens_hold_nothing_that_a_database_reads(text: str) -> None:
    try:
        query = read_query("「" + text.replace("」", "") + "」")
    except Refusal:
        return
    (said,) = phrases(query)
    for reading in (*wanted(said), *wanted(Said(said.form, sound=True))):
        assert reading
        for token in reading:
            assert not set(token) & set("\"'\\ \0\n*^:()&|!<>-"), token


@settings(deadline=None)
@given(st.text("好您不清楚款退a1", min_size=1, max_size=30), st.data())
def test_a_turn_has_every_token_of_what_it_says(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    known = set(tokens(text, syllables_of(text)))
    assert set(wanted(Said(text[start:end]))[0]) <= known
    assert set(wanted(Said(text[start:end], sound=True))[0]) <= known
    assert not any(token.startswith(HEARD) for token in wanted(Said(text))[0])
