"""The parts of a page: waveform, transcript, order by risk."""

from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.call import Reason, Speaker, Word
from pipeline.hit import Hit, Kind, Verdict
from pipeline.report.engine_words import engine_words
from pipeline.report.transcript import Found, place, rows
from pipeline.report.view import call_view, tone
from pipeline.report.waveform import lanes, ticks
from pipeline.scoring.risk import risk
from pipeline.scoring.so_far import Marks, marks, section_marks, share
from tests.report.conftest import Report
from tests.report.made import BAD, GOOD, on_two_channels
from tests.talk import talk


def hit(quote: str, start: float, turn: int | None = 0) -> Hit:
    return Hit(
        start=start,
        end=start + 0.5,
        speaker=Speaker.AGENT,
        what=quote,
        kind=Kind.TEXT,
        quote=quote,
        turn=turn,
    )


def test_of_a_phrase_said_twice_the_one_at_the_hits_time_is_marked() -> None:
    turn = talk("坐席 0 不知道真的不知道").turns[0]
    assert place(turn, hit("不知道", 0.0)) == (0, 3)
    assert place(turn, hit("不知道", 1.0)) == (5, 8)


def test_a_quote_that_is_not_in_the_turn_marks_nothing() -> None:
    assert place(talk("坐席 0 您好").turns[0], hit("再见", 0)) == (0, 0)


@example(" 好", [(0, 2)])
@given(
    st.text(min_size=0, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.integers(1, 4)), max_size=4),
)
def test_the_pieces_of_a_turn_are_its_text(text: str, spans: list[tuple[int, int]]) -> None:
    call = talk("坐席 0 字")
    # Made of words, not of a written line: a line's blanks before its text are no part of it.
    words = tuple(Word(char, float(i), i + 1.0, 1.0) for i, char in enumerate(text))
    said = replace(call.turns[0], words=words)
    found = [
        Found(i, hit(text[a : a + n], float(a)), "item", "fail")
        for i, (a, n) in enumerate(spans)
        if text[a : a + n]
    ]
    (row,) = rows(replace(call, turns=(said,)), found)
    assert "".join(piece.text for piece in row.pieces) == text


def test_the_graver_of_two_findings_is_the_one_that_shows() -> None:
    call = talk("坐席 0 这个我不清楚")
    good = Found(0, hit("这个我不清楚", 0), "courtesy", "pass")
    bad = Found(1, hit("不清楚", 0.6), "forbidden", "fail")
    for order in ([good, bad], [bad, good]):
        (row,) = rows(call, order)
        assert [(p.text, p.found and p.found.tone) for p in row.pieces] == [
            ("这个我", "pass"),
            ("不清楚", "fail"),
        ]


def test_a_silence_stands_between_the_turns_and_a_whole_calls_figure_does_not() -> None:
    call = talk("坐席 0 您好", "客户 20 喂", duration=30)
    silence = Hit(start=1, end=15, speaker=Speaker.UNKNOWN, what="silence", kind=Kind.TIMING)
    rate = replace(silence, end=29, what="fast")
    shown = rows(call, [Found(0, silence, "a", "fail"), Found(1, rate, "b", "fail")])
    assert [row.found.number if row.found else "turn" for row in shown] == ["turn", 0, "turn"]


def test_a_silence_that_two_items_charge_stands_there_once() -> None:
    silence = Hit(start=1, end=9, speaker=Speaker.UNKNOWN, what="silence", kind=Kind.TIMING)
    found = [Found(0, silence, "a", "fail"), Found(1, silence, "b", "fail")]
    assert len(rows(talk("坐席 0 您好", duration=30), found)) == 2


def test_the_bars_of_a_lane_belong_to_who_speaks_there() -> None:
    call = on_two_channels(talk("坐席 0-5 您好", "客户 5-10 你好"))
    agent, customer = lanes(call, [[0.5] * 10, [0.5] * 10])
    assert (agent.who, customer.who) == ("agent", "customer")
    assert {who for who, _ in agent.paths} == {"agent", "nobody"}
    assert dict(agent.paths)["agent"].count("M") == 5


def test_silence_draws_a_line_and_divides_by_nothing() -> None:
    (lane,) = lanes(talk("坐席 0 您好"), [[0.0] * 4])
    assert sum(path.count("M") for _, path in lane.paths) == 4


@given(st.floats(0, 14_400))
def test_the_ruler_has_at_most_a_dozen_marks_inside_the_call(duration: float) -> None:
    marks = ticks(duration)
    assert len(marks) <= 12
    assert all(0 < mark.at <= 100 for mark in marks)


def test_a_worse_call_is_riskier(report: Report) -> None:
    good, _, bad, _ = report.results
    assert risk(bad.cards) > risk(good.cards)


def test_what_needs_eyes_comes_gravest_first(report: Report) -> None:
    (card,) = call_view("bad", BAD, report.results[2].cards).cards
    verdicts = [line.item.verdict.value for line in card.open]
    assert verdicts == sorted(verdicts, key=["fail", "crashed", "unsure"].index)
    assert len(card.open) + len(card.passed) + len(card.not_applicable) + len(card.people) == len(
        card.card.items
    )


def test_what_heard_a_call_is_told_in_words_of_the_reader() -> None:
    line = "zhiyin 1.0, faster-whisper 1.2, demo-zh 3f2a, int8, zh, beam 5, windows of 8.5 s, "
    line += "voice 0.5/0.35/150/100 ms + 0 ms"
    said = engine_words(line, "zh")
    assert said.startswith("zhiyin 1.0, faster-whisper 1.2, demo-zh 3f2a, int8, zh, 束宽 5, ")
    assert said.endswith("每窗 8.5 秒, 人声检测 0.5/0.35/150/100 毫秒，两边各加 0 毫秒")
    assert engine_words("FunASR (imported)", "zh") == "FunASR（导入）"
    assert engine_words(line, "en") == line


def test_a_good_call_has_nothing_open(report: Report) -> None:
    (card,) = call_view("good", GOOD, report.results[0].cards).cards
    assert [line.item.id for line in card.open] == []
    assert card.tone == "pass"


def test_what_is_for_people_is_not_earned_before_they_answer(report: Report) -> None:
    (card,) = report.results[0].cards
    assert marks(card) == Marks(card.total, card.max, 0.0)
    people = Reason("scoring.person-answers")
    item = replace(card.items[0], reason=people, verdict=Verdict.UNSURE, at_stake=5.0)
    waiting = replace(card, items=(item, *card.items[1:]))
    assert marks(waiting) == Marks(card.total - 5, card.max - 5, 5.0)
    assert section_marks(waiting)[item.section].waiting == 5


def test_what_the_machine_asks_must_not_count_as_waiting(report: Report) -> None:
    (card,) = report.results[0].cards
    doubtful = Reason("scoring.found-doubtful")
    item = replace(card.items[0], reason=doubtful, verdict=Verdict.UNSURE, at_stake=5.0)
    assert marks(replace(card, items=(item, *card.items[1:]))).waiting == 0


def test_a_card_that_is_zeroed_has_nothing_that_waits(report: Report) -> None:
    (card,) = report.results[0].cards
    reason = Reason("scoring.person-answers")
    people = [replace(i, reason=reason, verdict=Verdict.UNSURE, at_stake=9.0) for i in card.items]
    zeroed = replace(card, items=tuple(people), total=0.0)
    assert marks(zeroed) == Marks(0.0, card.max, 0.0)
    assert share([zeroed]) == 0


def test_a_recording_in_which_nobody_speaks_has_no_marks(report: Report) -> None:
    (card,) = report.results[0].cards
    idle = [replace(item, verdict=Verdict.NOT_APPLICABLE) for item in card.items]
    silent = replace(card, items=tuple(idle), total=100.0, at_stake=0.0)
    assert tone(silent) == "none"
    assert share([silent]) is None
    assert share([silent, card]) == share([card])
    assert risk((silent,)) <= risk((card,))
