"""What the gate believes, what it doubts, and what becomes of a doubted window."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.perfect_ear import InThreads
from pipeline.call import Interval
from pipeline.settings import Gate
from pipeline.speech.batches import Batches, Settled
from pipeline.speech.gate import Doubt, doubts, has_echo, in_voice, is_repeated
from pipeline.speech.loads import Load
from pipeline.speech.tokens import Hypothesis, Token
from pipeline.speech.windows import RATE, Window
from pipeline.text.lexicon import Lexicon, load_lexicon
from tests.speech.whispers import windows

GATE = Gate()
PHANTOMS = load_lexicon(Path(__file__).parents[2] / "lexicons" / "phantoms.yaml")
SOUND = np.zeros(60 * RATE, np.int16)


def window(*voice: tuple[float, float]) -> Window:
    return windows(SOUND, [Interval(*v) for v in voice], 29.0)[0]


def heard(text: str, in_window: Window, log_probability: float = -0.2, **more: float) -> Hypothesis:
    """The characters spread evenly over the window."""
    step = in_window.seconds / max(1, len(text))
    tokens = tuple(Token(c, i * step, (i + 1) * step, 0.9) for i, c in enumerate(text))
    return Hypothesis(text, tokens, log_probability, **more)  # type: ignore[arg-type]


def doubted(text: str, seconds: float = 10.0, **more: float) -> set[Doubt]:
    heard_in = window((0, seconds))
    return set(doubts(heard(text, heard_in, **more), heard_in, GATE, PHANTOMS))


@pytest.mark.parametrize(
    "text",
    [
        "您好请问有什么可以帮您我想查一下这个月的话费",
        "对对对对对好的",
        "嗯嗯嗯",
        "幺三八八八八八八八八八零零零零",
        "一百一百一百一百一百",
        "好的好的好的",
        "谢谢谢谢",
        "您的订单号是二零二零二零二零二零",
    ],
)
def test_what_people_say_is_believed(text: str) -> None:
    assert doubted(text) == set()


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("我知道我知道我知道我知道我知道", Doubt.REPEATED),
        ("的的的的的的的的的的", Doubt.REPEATED),
        ("请您稍等一下请您稍等一下请您稍等一下请您稍等一下", Doubt.REPEATED),
        ("请不吝点赞订阅转发打赏支持明镜与点点栏目", Doubt.PHANTOM),
        ("中文字幕由志愿者提供", Doubt.PHANTOM),
    ],
)
def test_what_recognisers_invent_is_doubted(text: str, doubt: Doubt) -> None:
    assert doubt in doubted(text)


def test_a_sentence_said_once_must_not_come_out_twice() -> None:
    sentence = "您的账单本月一共是八十六元"
    assert Doubt.ECHO in doubted(sentence * 2, seconds=3.0)
    assert doubted(sentence, seconds=3.0) == set()


def test_a_sentence_really_said_twice_is_believed() -> None:
    assert doubted("你听我说完" * 2, seconds=3.0) == set()


def test_a_long_number_is_no_echo() -> None:
    assert not has_echo("一二三四五六一二三四五六")


def test_repetition_counts_groups_not_characters() -> None:
    assert is_repeated("好好听好好听好好听好好听", 3)
    assert not is_repeated("好好听好好听好好听", 3)


def test_low_probability_is_doubted() -> None:
    assert doubted("好的我知道了", log_probability=-1.2) == {Doubt.UNLIKELY}
    assert doubted("好的我知道了", log_probability=-0.9) == set()


def test_no_speech_is_doubted_only_where_the_words_are_unlikely_too() -> None:
    assert doubted("好的我知道了", log_probability=-0.8, no_speech=0.9) == {Doubt.NO_SPEECH}
    assert doubted("好的我知道了", log_probability=-0.2, no_speech=0.9) == set()


def test_more_characters_than_anybody_can_say_are_doubted() -> None:
    assert Doubt.TOO_FAST in doubted("这里有很多很多的字在一秒之内说不完", seconds=1.0)


def test_a_hypothesis_that_was_cut_is_doubted() -> None:
    assert Doubt.CUT in doubted("好的我知道了", cut=True)


def test_long_voice_without_words_is_doubted_and_short_voice_is_not() -> None:
    assert doubted("", seconds=5.0) == {Doubt.UNHEARD}
    assert doubted("", seconds=0.8) == set()


def test_one_stretch_of_several_without_words_is_doubted() -> None:
    two = window((0, 3), (10, 13))
    first_only = Hypothesis("好的好", heard("好的好", window((0, 3))).tokens, -0.1)
    assert doubts(first_only, two, GATE, None) == {Doubt.UNHEARD}


def test_words_in_silence_are_found() -> None:
    voice = [Interval(2, 4)]
    assert in_voice(Interval(3.9, 4.2), voice)
    assert not in_voice(Interval(4.5, 4.7), voice)


# --- what becomes of a doubted window -------------------------------------------------------------


class Scripted(InThreads):
    """A recogniser that says what a function says of each window, and notes what it was asked."""

    window_seconds = 29.0
    batch_windows = 4
    engine = "scripted"
    demonstration = False
    log_mel = None

    def __init__(
        self,
        first: Callable[[Window], str],
        others: Callable[[Window], Sequence[str]] = lambda _: (),
    ) -> None:
        self.first, self.others = first, others
        self.asked: list[int] = []
        self.reconsidered = 0

    def transcribe(self, loads: Sequence[Load]) -> list[Hypothesis]:
        self.asked.append(len(loads))
        return [heard(self.first(w), w) for load in loads for w in load.windows]

    def again(self, loads: Sequence[Load]) -> list[tuple[Hypothesis, ...]]:
        self.reconsidered += len(loads)
        return [
            tuple(heard(text, w) for text in self.others(w)) for load in loads for w in load.windows
        ]


LOOP = "我知道" * 6


def settle(recognizer: Scripted, *given: Window, phantoms: Lexicon | None = None) -> list[Settled]:
    found: list[Settled] = []
    batches = Batches(recognizer, GATE, phantoms, lambda _, settled: found.append(settled))
    batches.put("call", [Load((w,)) for w in given])
    batches.run_all()
    assert batches.open["call"] == 0
    return found


def hear_one(batches: Batches) -> None:
    batches.draw()
    batches.begin()
    batches.settle()


def test_only_the_doubted_window_is_decoded_again_and_first_in_parts() -> None:
    recognizer = Scripted(lambda w: LOOP if w.seconds > 15 else "好的我知道了")
    found = settle(recognizer, window((0, 9), (10, 19)), window((30, 34)))
    assert recognizer.asked == [2, 2]
    assert recognizer.reconsidered == 0
    assert [(s.hypothesis.text, s.trusted) for s in found] == [("好的我知道了", True)] * 3


def test_what_is_doubted_in_parts_is_decided_by_the_first_alternative_without_doubt() -> None:
    recognizer = Scripted(lambda _: LOOP, lambda _: (LOOP, "好的我知道了", "另一个说法"))
    found = settle(recognizer, window((0, 4)))
    assert [(s.hypothesis.text, s.trusted) for s in found] == [("好的我知道了", True)]


def test_what_stays_doubted_is_kept_but_not_trusted() -> None:
    found = settle(Scripted(lambda _: LOOP), window((0, 4)))
    assert [(s.hypothesis.text, s.trusted) for s in found] == [(LOOP, False)]


def test_a_phantom_is_not_even_kept() -> None:
    recognizer = Scripted(lambda _: "请不吝点赞订阅转发")
    found = settle(recognizer, window((0, 4)), phantoms=PHANTOMS)
    assert found[0].hypothesis.tokens == ()
    assert not found[0].trusted


def test_real_words_beside_a_phantom_are_kept_and_not_trusted() -> None:
    recognizer = Scripted(lambda _: "好的再见，请不吝点赞订阅转发打赏支持明镜与点点栏目。")
    found = settle(recognizer, window((0, 4)), phantoms=PHANTOMS)[0]
    assert "".join(token.text for token in found.hypothesis.tokens) == "好的再见，"
    assert found.hypothesis.text == "好的再见，"
    assert [token.start for token in found.hypothesis.tokens[:2]] == [0, 4 / 26]
    assert not found.trusted


@pytest.mark.parametrize(
    "text", ["请不吝点赞，订阅，转发。", "字幕由Amara.org社群提供", "谢谢观看！"]
)
def test_of_a_phantom_alone_no_word_remains(text: str) -> None:
    found = settle(Scripted(lambda _: text), window((0, 4)), phantoms=PHANTOMS)[0]
    assert (found.hypothesis.text, found.hypothesis.tokens) == ("", ())
    assert not found.trusted


def test_voice_without_words_is_told_apart_from_words_that_are_trusted() -> None:
    def half(w: Window) -> str:
        return "" if w.voice[-1].start >= 10 else "好的我知道了"

    found = settle(Scripted(half), window((0, 9), (10, 19)))
    assert [(s.trusted, s.unheard) for s in found] == [(True, ()), (True, (Interval(10, 19),))]


def test_only_full_batches_run_before_the_end() -> None:
    recognizer = Scripted(lambda _: "好的我知道了")
    found: list[Settled] = []
    batches = Batches(recognizer, GATE, None, lambda _, settled: found.append(settled))
    batches.put("a", [Load((window((0, 2)),))] * 3)
    batches.put("b", [Load((window((0, 2)),))] * 6)
    assert batches.full() == 2
    batches.run_full()
    assert (recognizer.asked, batches.open["a"], batches.open["b"]) == ([4, 4], 0, 1)
    batches.run_all()
    assert (len(found), batches.open["b"]) == (9, 0)


def test_what_waits_longest_is_heard_with_what_is_nearest_to_it_in_length() -> None:
    recognizer = Scripted(lambda _: "好的我知道了")
    found: list[Settled] = []
    batches = Batches(recognizer, GATE, None, lambda _, settled: found.append(settled))
    lengths = (9, 2, 8, 3, 9, 2, 7, 2, 3)
    batches.put("a", [Load((window((0, seconds)),)) for seconds in lengths])
    hear_one(batches)
    assert sorted(settled.window.seconds for settled in found) == [7, 8, 9, 9]
    hear_one(batches)
    assert sorted(settled.window.seconds for settled in found[4:]) == [2, 2, 2, 3]
    assert batches.waiting() == 1


def test_of_loads_that_are_alike_the_first_to_come_are_heard_first() -> None:
    """So that recordings come to their end; a little longer or shorter is alike."""
    recognizer = Scripted(lambda _: "好的我知道了")
    batches = Batches(recognizer, GATE, None, lambda *_: None)
    for owner, lengths in {"a": (9, 8.5), "b": (8, 3), "c": (8.6, 9), "d": (9, 9)}.items():
        batches.put(owner, [Load((window((0, seconds)),)) for seconds in lengths])
    hear_one(batches)
    assert [batches.open[owner] for owner in "abcd"] == [0, 1, 1, 2]


def test_what_the_recogniser_has_is_known_and_it_has_no_more_than_it_can_use() -> None:
    batches = Batches(Scripted(lambda _: "好的我知道了"), GATE, None, lambda *_: None)
    assert not batches.draw()
    for owner in "abcde":
        batches.put(owner, [Load((window((0, 9)),))] * 2)
    assert (batches.draw(), batches.draw()) == (True, True)
    assert (batches.owners, batches.since) == ({"a", "b"}, None)
    batches.begin()
    assert (batches.draw(), batches.owners, batches.waiting()) == (False, {"a", "b"}, 6)
    assert batches.since is not None
    batches.settle()
    assert (batches.owners, batches.since, batches.open["b"]) == (set(), None, 0)
    hear_one(batches)
    assert not batches.draw()
    assert batches.draw(rest=True)
    assert batches.owners == {"e"}


class TwoAtATime(Scripted):
    """Two batches may be begun before the first is done."""

    side_by_side = at_once = 2


class Queued(Scripted):
    """One batch may wait for the other, as on a GPU."""

    at_once = 2


def test_while_more_is_to_come_a_batch_that_is_not_full_must_not_be_begun() -> None:
    recognizer = TwoAtATime(lambda _: "好的我知道了")
    batches = Batches(recognizer, GATE, None, lambda *_: None)
    batches.put("a", [Load((window((0, 2)),))] * 6)
    hear_one(batches)
    assert (recognizer.asked, batches.waiting()) == ([4], 2)
    batches.run_all()
    assert recognizer.asked == [4, 1, 1], "what is left is shared"


def test_what_is_left_is_shared_by_those_alone_that_hear_side_by_side() -> None:
    recognizer = Queued(lambda _: "好的我知道了")
    batches = Batches(recognizer, GATE, None, lambda *_: None)
    batches.put("a", [Load((window((0, 2)),))] * 7)
    batches.run_all()
    assert recognizer.asked == [4, 3]


def test_what_the_recogniser_raises_is_raised_where_it_is_asked_for() -> None:
    def breaks(_: Window) -> str:
        raise MemoryError

    batches = Batches(Scripted(breaks), GATE, None, lambda *_: None)
    batches.put("a", [Load((window((0, 9)),))])
    with pytest.raises(MemoryError):
        batches.run_all()
