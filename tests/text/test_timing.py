"""Timing against hand-made calls, and against what must hold for any call."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.call import Call, CallRecord, Interval, Medium, Speaker
from pipeline.text import rate, spans, timing
from tests.talk import talk

DURATION = 60.0


def voices(
    agent: tuple[tuple[float, float], ...] = (),
    customer: tuple[tuple[float, float], ...] = (),
    other: tuple[tuple[float, float], ...] = (),
    unknown: tuple[tuple[float, float], ...] = (),
    duration: float = DURATION,
) -> Call:
    """A call of voice alone."""
    heard = {
        Speaker.AGENT: agent,
        Speaker.CUSTOMER: customer,
        Speaker.OTHER: other,
        Speaker.UNKNOWN: unknown,
    }
    return Call(
        id="voices",
        duration=duration,
        turns=(),
        speech={who: tuple(Interval(*span) for span in given) for who, given in heard.items()},
    )


def latencies(call: Call) -> list[tuple[float, float]]:
    return [(reply.at, pytest.approx(reply.seconds)) for reply in timing.reply_latencies(call)]


# Eighths of a second are exact in floating point, so that equal gaps stay equal.
spans_of_voice = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 80)), max_size=12).map(
    lambda pairs: tuple((start / 8, (start + length) / 8) for start, length in pairs)
)
calls = st.builds(voices, spans_of_voice, spans_of_voice, spans_of_voice, spans_of_voice)


class TestFirstReply:
    def test_counts_from_the_start_where_nothing_else_is_known(self):
        assert timing.first_reply(voices(agent=((1.5, 3), (4, 5)))) == 1.5

    def test_counts_from_the_answer_in_the_call_record(self):
        call = replace(voices(agent=((9, 12),)), about=CallRecord(answered=7.5))
        assert timing.first_reply(call) == 1.5

    def test_counts_from_the_end_of_a_prompt_that_comes_first(self):
        assert timing.first_reply(voices(agent=((9, 12),), other=((0, 8), (20, 25)))) == 1

    def test_is_zero_where_the_agent_already_speaks_at_the_answer(self):
        call = replace(voices(agent=((2, 6),)), about=CallRecord(answered=3))
        assert timing.first_reply(call) == 0

    def test_is_unknown_where_the_agent_never_speaks(self):
        assert timing.first_reply(voices(customer=((1, 2),))) is None

    def test_counts_from_the_customers_first_message_in_a_chat(self):
        call = talk("客户 10 在吗", "坐席 35 您好", medium=Medium.CHAT)
        assert timing.first_reply(call) == 25

    def test_must_not_count_a_wait_in_a_chat_that_the_agent_opens(self):
        assert timing.first_reply(talk("坐席 0 您好", "客户 9 在", medium=Medium.CHAT)) == 0


class TestReplies:
    def test_run_from_the_customers_last_voice_to_the_agents_next(self):
        call = voices(agent=((0, 2), (11, 13)), customer=((3, 8),))
        assert latencies(call) == [(8, 3)]

    def test_that_begin_before_the_question_ends_have_latency_zero(self):
        assert latencies(voices(agent=((7, 13),), customer=((3, 8),))) == [(7, 0)]

    def test_are_not_the_agents_backchannel_within_the_question(self):
        call = voices(agent=((5, 5.4), (12, 13)), customer=((3, 8),))
        assert latencies(call) == [(8, 4)]

    def test_answer_the_whole_of_a_question_with_a_pause_inside(self):
        call = voices(agent=((9, 12),), customer=((3, 5), (5.8, 6.2)))
        assert latencies(call) == [(6.2, 2.8)]

    def test_may_be_short_and_lie_in_a_pause_of_the_customer(self):
        call = voices(agent=((4.2, 4.6), (9, 10)), customer=((0, 4), (4.9, 8)))
        assert latencies(call) == [(4, 0.2), (8, 1)]

    def test_wait_through_a_late_small_word_of_the_customer(self):
        call = voices(agent=((16, 18),), customer=((5, 10), (15, 15.2)))
        assert latencies(call) == [(10, 6)]

    def test_must_not_answer_a_backchannel(self):
        assert latencies(voices(agent=((0, 5), (9, 12)), customer=((5.5, 5.75),))) == []

    def test_must_not_be_the_speech_that_the_customer_talks_over(self):
        assert latencies(voices(agent=((0, 20),), customer=((5, 8),))) == []

    def test_must_not_be_counted_where_the_customer_speaks_again_first(self):
        call = voices(agent=((20, 22),), customer=((3, 5), (15, 18)))
        assert latencies(call) == [(18, 2)]

    def test_are_unknown_without_voice_times(self):
        assert timing.reply_latencies(replace(voices(), speech=None)) is None

    def test_of_a_chat_run_from_the_first_unanswered_message(self):
        call = talk(
            "客户 10 在吗", "客户 50 人呢", "坐席 70 在", "坐席 75 您说", medium=Medium.CHAT
        )
        assert latencies(call) == [(10, 60)]

    @given(calls)
    def test_end_where_the_agent_starts_and_never_go_back(self, call):
        starts = {span.start for span in timing.voice(call, Speaker.AGENT)}
        replies = timing.reply_latencies(call)
        assert all(reply.seconds >= 0 for reply in replies)
        assert all(any(abs(r.at + r.seconds - s) < 1e-6 for s in starts) for r in replies)
        assert [r.at for r in replies] == sorted({r.at for r in replies})


class TestSilences:
    def test_include_the_head_and_the_tail(self):
        call = voices(agent=((2, 10),), customer=((15, 50),))
        assert timing.silences(call) == (Interval(0, 2), Interval(10, 15), Interval(50, 60))

    def test_begin_at_the_answer(self):
        call = replace(voices(agent=((10, 60),)), about=CallRecord(answered=7))
        assert timing.silences(call) == (Interval(7, 10),)

    def test_must_not_hold_prompts_music_or_unplaced_speakers(self):
        call = voices(agent=((0, 10), (40, 60)), other=((10, 30),), unknown=((30, 40),))
        assert timing.silences(call) == ()

    @given(calls)
    def test_and_speech_without_overlap_make_up_the_duration(self, call):
        alone = [spans.seconds(timing.voice(call, speaker)) for speaker in Speaker]
        everyone = timing.voice(call, *Speaker)
        overlap = sum(alone) - spans.seconds(everyone)
        assert sum(alone) + spans.seconds(timing.silences(call)) - overlap == pytest.approx(60)
        assert spans.intersection(everyone, timing.silences(call)) == ()


class TestOverlaps:
    def test_name_the_one_who_starts_later(self):
        (found,) = timing.overlaps(voices(agent=((5, 12),), customer=((2, 8),)))
        assert found == timing.Overlap(5, 8, Speaker.AGENT, 3)

    def test_name_nobody_where_both_start_at_once(self):
        (found,) = timing.overlaps(voices(agent=((5, 12),), customer=((5, 8),)))
        assert (found.interrupter, found.held_seconds) == (Speaker.UNKNOWN, 0)

    def test_are_one_across_a_breath(self):
        call = voices(agent=((0, 10),), customer=((4, 5), (5.25, 6)))
        assert [(o.start, o.end) for o in timing.overlaps(call)] == [(4, 6)]

    def test_must_not_reach_over_a_breath_at_their_edge(self):
        call = voices(agent=((0, 4), (4.2, 10)), customer=((4.1, 6),))
        assert [(o.start, o.end) for o in timing.overlaps(call)] == [(4.2, 6)]

    def test_shorter_than_asked_for_are_left_out(self):
        call = voices(agent=((0, 4),), customer=((3, 8),))
        assert len(timing.overlaps(call, 1)) == 1
        assert not timing.overlaps(call, 1.5)

    @given(calls)
    def test_hold_all_that_both_say_and_both_speak_at_their_edges(self, call):
        agent = timing.voice(call, Speaker.AGENT)
        customer = timing.voice(call, Speaker.CUSTOMER)
        both = spans.intersection(agent, customer)
        found = spans.union(Interval(o.start, o.end) for o in timing.overlaps(call))
        assert spans.intersection(found, both) == both
        assert all(o.start in {b.start for b in both} for o in timing.overlaps(call))
        assert all(o.held_seconds >= 0 for o in timing.overlaps(call))

    @given(calls)
    def test_mirror_when_the_speakers_change_places(self, call):
        swap = {Speaker.AGENT: Speaker.CUSTOMER, Speaker.CUSTOMER: Speaker.AGENT}
        mirrored = replace(call, speech={swap.get(w, w): v for w, v in call.speech.items()})
        for one, other in zip(timing.overlaps(call), timing.overlaps(mirrored), strict=True):
            turned = swap.get(one.interrupter, one.interrupter)
            assert other == replace(one, interrupter=turned)


class TestTalkShare:
    def test_leaves_what_both_say_out_of_either(self):
        share = timing.talk_share(voices(agent=((0, 30),), customer=((24, 42),)))
        assert share == timing.Share(0.4, 0.2, pytest.approx(0.1), pytest.approx(0.3))

    def test_is_unknown_for_a_call_without_duration(self):
        assert timing.talk_share(voices(duration=0)) is None

    @given(calls)
    def test_sums_to_one_without_a_negative_part(self, call):
        share = timing.talk_share(call)
        parts = (share.agent, share.customer, share.both, share.neither)
        assert sum(parts) == pytest.approx(1)
        assert min(parts) > -1e-9


class TestCharactersPerMinute:
    def test_counts_characters_without_punctuation_over_voiced_time(self):
        call = talk("坐席 0-2 您好，请问!", "客户 5-6 嗯", duration=60)
        assert rate.characters_per_minute(call, Speaker.AGENT) == pytest.approx(4 / 2 * 60)

    def test_counts_masked_digits_as_spoken(self):
        assert rate.characters("卡号****。") == 6

    def test_leaves_out_untrusted_words_and_their_time(self):
        call = talk("坐席 0-2 您好请问", "坐席 10-20 嗯嗯嗯嗯嗯嗯", untrusted=((10, 20),))
        assert rate.characters_per_minute(call, Speaker.AGENT) == pytest.approx(120)

    def test_is_unknown_for_one_who_says_nothing(self):
        assert rate.characters_per_minute(talk("坐席 0 您好"), Speaker.CUSTOMER) is None

    def test_of_each_turn_uses_the_voice_inside_it(self):
        call = talk("坐席 0-2 您好请问", "坐席 3-4 再见")
        assert rate.turn_rates(call, Speaker.AGENT) == ((0, 120), (1, 120))


@given(calls, st.integers(1, 100))
def test_nothing_depends_on_when_the_recording_began(call, seconds):
    """Silence put before a call moves what is found, and changes nothing else."""
    late = replace(
        call,
        duration=call.duration + seconds,
        speech={
            speaker: tuple(Interval(s.start + seconds, s.end + seconds) for s in stretches)
            for speaker, stretches in call.speech.items()
        },
    )
    before, after = timing.reply_latencies(call), timing.reply_latencies(late)
    assert [(r.at + seconds, pytest.approx(r.seconds)) for r in before] == [
        (pytest.approx(r.at), r.seconds) for r in after
    ]
    one, other = timing.overlaps(call), timing.overlaps(late)
    assert [o.interrupter for o in one] == [o.interrupter for o in other]
    assert [o.end - o.start for o in one] == pytest.approx([o.end - o.start for o in other])


@pytest.mark.parametrize("formula", [timing.reply_latencies, timing.silences, timing.overlaps])
def test_calls_without_voice_times_have_no_answer(formula):
    assert formula(replace(voices(), speech=None)) is None


@pytest.mark.parametrize("formula", [timing.reply_latencies, timing.overlaps])
def test_odd_intervals_do_no_harm(formula):
    call = voices(agent=((5, 5), (9, 3), (-4, 2), (50, 99)), customer=((8, 8),))
    assert formula(call) == ()


def test_a_long_call_takes_linear_time():
    many = tuple((i * 2.0, i * 2.0 + 1.5) for i in range(20_000))
    also = tuple((i * 2.0 + 1, i * 2.0 + 2.2) for i in range(20_000))
    call = voices(agent=many, customer=also, duration=40_000)
    assert len(timing.overlaps(call)) + len(timing.reply_latencies(call)) > 0
    assert timing.silences(call) is not None
