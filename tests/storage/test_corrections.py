"""Words that people put right, over what was recognised."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.call import Call, Interval, Word
from pipeline.storage.corrections import Correction, as_recognised, corrected, shown_at
from tests.talk import talk, untimed

CALL = talk("坐席 0-10 我不知到怎么办", "客户 11 好的", confidence=0.4)


def put(
    call: Call, before: tuple[Correction, ...], first: int, last: int, text: str
) -> tuple[Correction, ...]:
    """One more, by its place in the first turn as it is shown."""
    place = Correction(turn=0, first=first, last=last, was="", text=text)
    return (*before, as_recognised(call, before, place))


def shown(call: Call, corrections: tuple[Correction, ...]) -> str:
    return corrected(call, corrections).turns[0].text


def test_corrected_words_keep_the_time_of_those_they_replace_and_are_trusted() -> None:
    said = put(CALL, (), 1, 4, "不知道的")
    turn = corrected(CALL, said).turns[0]
    assert turn.text == "我不知道的怎么办"
    before, after = CALL.turns[0].words, turn.words
    assert (after[1].start, after[4].end) == (before[1].start, before[3].end)
    assert [word.confidence for word in after] == [0.4, 1, 1, 1, 1, 0.4, 0.4, 0.4]
    starts = [word.start or 0 for word in after]
    assert starts == sorted(starts)
    assert corrected(CALL, said).turns[1] == CALL.turns[1]


def test_a_correction_of_a_correction_is_by_what_was_recognised() -> None:
    said = put(CALL, (), 3, 4, "道你")  # 我不知道你怎么办
    said = put(CALL, said, 4, 6, "该怎")  # 我不知道该怎么办
    assert shown(CALL, said) == "我不知道该怎么办"
    assert (said[1].first, said[1].last, said[1].was, said[1].text) == (3, 5, "到怎", "道该怎")
    said = put(CALL, said, 0, 8, "请稍等")
    assert shown(CALL, said) == "请稍等"
    assert said[2].was == CALL.turns[0].text


def test_words_may_be_left_out_and_put_beside() -> None:
    said = put(CALL, (), 1, 2, "")
    assert shown(CALL, said) == "我知到怎么办"
    said = put(CALL, said, 0, 1, "我们")
    assert shown(CALL, said) == "我们知到怎么办"


@pytest.mark.parametrize("place", [(3, 3), (4, 2), (-1, 2), (0, 9)])
def test_a_place_that_is_not_there_is_refused(place: tuple[int, int]) -> None:
    with pytest.raises(IndexError):
        put(CALL, (), *place, "好")


def test_a_correction_of_words_that_are_not_there_any_more_is_passed_over() -> None:
    said = put(CALL, (), 1, 4, "不知道")
    heard_anew = talk("坐席 0-10 我也不知道怎么办", "客户 11 好的")
    assert corrected(heard_anew, said) == heard_anew
    shorter = replace(CALL, turns=())
    assert corrected(shorter, said) == shorter


def test_words_without_times_stay_without() -> None:
    call = untimed(CALL)
    said = put(call, (), 1, 4, "不知道")
    words = corrected(call, said).turns[0].words
    assert words[2] == Word("知", None, None, 1.0)


def test_a_piece_of_a_longer_word_can_be_corrected() -> None:
    turn = replace(CALL.turns[0], words=(Word("hello", 0, 1, 0.5), Word("吗", 1, 2, 0.5)))
    call = replace(CALL, turns=(turn,))
    said = put(call, (), 3, 6, "p吗")
    assert shown(call, said) == "help吗"
    assert corrected(call, said).turns[0].words[0] == Word("hel", 0, 1, 0.5)


def test_what_a_person_has_put_right_is_not_unheard_any_more() -> None:
    call = replace(CALL, untrusted=(Interval(0, 10), Interval(20, 21)))
    words = CALL.turns[0].words
    said = put(call, (), 1, 4, "不知道")
    left = corrected(call, said).untrusted
    assert left == (
        Interval(0, words[1].start or 0),
        Interval(words[3].end or 0, 10),
        Interval(20, 21),
    )


@given(st.data())
def test_whatever_is_corrected_the_page_shows_what_was_typed(data: st.DataObject) -> None:
    """Against the plain way: cutting the text that is shown."""
    text, said = CALL.turns[0].text, ()
    for _ in range(data.draw(st.integers(1, 8))):
        if not text:
            return
        first = data.draw(st.integers(0, len(text) - 1))
        last = data.draw(st.integers(first + 1, len(text)))
        typed = data.draw(st.text("甲乙丙", max_size=4))
        said = put(CALL, said, first, last, typed)
        text = text[:first] + typed + text[last:]
        assert shown(CALL, said) == text
        at = shown_at(CALL, said, said[-1])
        assert not said[-1].text or text[at:].startswith(said[-1].text)
    words = corrected(CALL, said).turns[0].words
    times = [time for word in words for time in (word.start or 0, word.end or 0)]
    assert times == sorted(times)
