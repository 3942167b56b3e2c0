"""A call survives its rows: exact to the millisecond."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.call import Call, CallRecord, Interval, Medium, Reason, Speaker, Turn, Word
from pipeline.storage.packing import as_stored, pack_turn, unpack_turn
from tests.talk import talk

milliseconds = st.integers(0, 14_400_000).map(lambda ms: ms / 1000)
words = st.builds(
    Word,
    text=st.text(min_size=1, max_size=4),
    start=st.none() | milliseconds,
    end=st.none() | milliseconds,
    confidence=st.integers(0, 255).map(lambda byte: byte / 255),
)
turns = st.builds(
    Turn,
    speaker=st.sampled_from(Speaker),
    start=milliseconds,
    end=milliseconds,
    words=st.lists(words, max_size=6).map(tuple),
    channel=st.integers(0, 3),
    role_confidence=st.floats(0, 1),
    level=st.none() | st.floats(-90, 0),
)
intervals = st.lists(st.builds(Interval, milliseconds, milliseconds), max_size=4).map(tuple)
calls = st.builds(
    Call,
    id=st.text(max_size=5),
    duration=milliseconds,
    turns=st.lists(turns, max_size=4).map(tuple),
    medium=st.sampled_from(Medium),
    speech=st.none() | st.dictionaries(st.sampled_from(Speaker), intervals),
    untrusted=intervals,
    remarks=st.just((Reason("audio.mono"), Reason("audio.partial", {"seconds": 1.5, "n": "x"}))),
    sources=st.just(("a.wav",)),
    engine=st.text(max_size=8),
    about=st.just(CallRecord(id="1")),
)


@given(calls)
def test_a_call_in_milliseconds_comes_back_the_same(call: Call) -> None:
    assert as_stored(call) == call


@given(st.floats(0, 14_400), st.floats(0, 1))
def test_times_and_confidences_move_by_less_than_they_are_rounded(at: float, sure: float) -> None:
    turn = Turn(Speaker.AGENT, at, at, (Word("好", at, at, sure),))
    back = unpack_turn(pack_turn(turn))
    assert abs(back.start - at) <= 0.0005 + 1e-9
    assert abs(back.words[0].confidence - sure) <= 1 / 255


def test_storing_twice_changes_nothing_more() -> None:
    call = talk("坐席 0.8123 您好,请问有什么可以帮您", "客户 4.1 我想查一下话费", confidence=0.4321)
    once = as_stored(call)
    assert once != call
    assert as_stored(once) == once


def test_certain_stays_certain_and_unbelieved_stays_unbelieved() -> None:
    call = talk("坐席 0 好", confidence=0.0)
    assert as_stored(call).turns[0].words[0].confidence == 0.0
    sure = replace(call.turns[0], words=(Word("好", 0, 1, 1.0),))
    assert unpack_turn(pack_turn(sure)).words[0].confidence == 1.0
