"""Who watches over the hands of a cluster, with a cluster that does as the test says: hands that
claim and finish by themselves are in test_cluster.py, on real nodes."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.call import Reason
from pipeline.night.crew import Crew, Ended, Gone, Told
from pipeline.night.job import Event, Job, Kind
from pipeline.night.nodes import Post
from pipeline.refusal import Refusal
from pipeline.storage import Ledger, Outcome, State
from tests.night import nights
from tests.night.nights import QUICK, begun

SOON = replace(QUICK, night=replace(QUICK.night, beat_seconds=0.02, hang_seconds=0.3))


@dataclass(eq=False)
class Hand:
    """A hand of the test's: what it has to tell, in order."""

    post: Post
    job: Job
    telling: list[Told]
    killed: bool = False


@dataclass
class Nodes:
    """A cluster of the test's. plays: what the hands at a post tell, one after the other."""

    there: list[Post]
    play: Callable[[Hand], list[Told]]
    hands: list[Hand] = field(default_factory=list)

    def posts(self) -> list[Post]:
        return list(self.there)

    def start(self, post: Post, job: Job) -> Hand:
        hand = Hand(post, job, [])
        hand.telling = self.play(hand)
        self.hands.append(hand)
        return hand

    def told(self, hands: Sequence[Hand], seconds: float) -> Iterable[tuple[Any, Told]]:
        if not any(hand.telling for hand in hands):
            time.sleep(0.01)
        for hand in hands:
            if hand.telling:
                yield hand, hand.telling.pop(0)

    def stop(self, hand: Hand) -> None:
        hand.telling = [Ended()]

    def kill(self, hand: Hand) -> None:
        hand.killed = True


def post(number: int = 0) -> Post:
    return Post(f"node{number}", "host", number, 1)


def opened(hand: Hand) -> list[Event]:
    return [Event(kind=Kind.OPENED, worker=f"{hand.job.worker}/1")]


def taking(ledger: Ledger, hand: Hand) -> None:
    """Its worker takes all that waits."""
    assert ledger.claim(hand.job.night, f"{hand.job.worker}/1", 10, 30)


def doing(ledger: Ledger, hand: Hand) -> None:
    """Its worker brings all that waits to an end, without a transcript."""
    while claims := ledger.claim(hand.job.night, f"{hand.job.worker}/1", 10, 30):
        for claim in claims:
            ledger.fail(claim, f"{claim.id}", Outcome.FAILED, Reason("night.not-there"))


def run(tmp_path: Path, nodes: Nodes, play: Callable[[Ledger, Hand], list[Told]]) -> nights.Told:
    """A run over two recordings."""
    told = nights.Told()
    ledger, job = begun(tmp_path, [Path("/a.wav"), Path("/b.wav")], SOON)
    nodes.play = lambda hand: play(ledger, hand)
    with ledger:
        Crew(nodes, job, ledger, told).run(lambda: 0)
        assert ledger.sums().of(State.FAILED) == 2
    return told


def nothing(hand: Hand) -> list[Told]:
    return []


def test_what_a_lost_hand_had_is_done_by_the_next_one(tmp_path: Path) -> None:
    nodes = Nodes([post()], nothing)

    def play(ledger: Ledger, hand: Hand) -> list[Told]:
        if not nodes.hands:
            taking(ledger, hand)
            return [opened(hand), Gone()]
        doing(ledger, hand)
        return [opened(hand), Ended()]

    told = run(tmp_path, nodes, play)
    assert len(told.of(Kind.DIED)) == 1
    assert [hand.killed for hand in nodes.hands] == [True, True]


def test_a_hand_knows_with_how_many_it_shares_the_memory_of_its_machine(tmp_path: Path) -> None:
    nodes = Nodes([replace(post(), sharers=3)], nothing)

    def play(ledger: Ledger, hand: Hand) -> list[Told]:
        doing(ledger, hand)
        return [opened(hand), Ended()]

    run(tmp_path, nodes, play)
    assert [hand.job.sharers for hand in nodes.hands] == [3]


def test_a_hand_that_does_not_answer_is_replaced(tmp_path: Path) -> None:
    nodes = Nodes([post()], nothing)

    def play(ledger: Ledger, hand: Hand) -> list[Told]:
        if not nodes.hands:
            taking(ledger, hand)
            return [opened(hand)]
        doing(ledger, hand)
        return [opened(hand), Ended()]

    (died,) = run(tmp_path, nodes, play).of(Kind.DIED)
    assert died.reason == Reason("night.hung")


def test_an_answer_without_news_is_an_answer(tmp_path: Path) -> None:
    nodes = Nodes([post()], nothing)

    def play(ledger: Ledger, hand: Hand) -> list[Told]:
        doing(ledger, hand)
        return [opened(hand), *[[]] * 50, Ended()]

    assert not run(tmp_path, nodes, play).of(Kind.DIED)


def test_nodes_that_are_all_gone_for_a_moment_are_waited_for(tmp_path: Path) -> None:
    nodes = Nodes([post(1)], nothing)
    looks = iter(range(100))

    def posts() -> list[Post]:
        look = next(looks)
        return [post(1)] if look == 0 else [] if look < 3 else [post(2)]

    nodes.posts = posts  # type: ignore[method-assign]

    def play(ledger: Ledger, hand: Hand) -> list[Told]:
        if hand.post == post(1):
            return [opened(hand), *[[]] * 1000]
        doing(ledger, hand)
        return [opened(hand), Ended()]

    run(tmp_path, nodes, play)
    assert [hand.post for hand in nodes.hands] == [post(1), post(2)]


def test_a_node_that_cannot_work_is_given_up_and_the_others_go_on(tmp_path: Path) -> None:
    nodes = Nodes([post(1), post(2)], nothing)

    def play(ledger: Ledger, hand: Hand) -> list[Told]:
        if hand.post == post(1):
            return [Ended(Refusal("night.ray-sees-not", "/calls"))]
        if sum(one.post == post(1) for one in nodes.hands) < 3:
            return [opened(hand), Gone()]
        doing(ledger, hand)
        return [opened(hand), Ended()]

    run(tmp_path, nodes, play)
    assert sum(hand.post == post(1) for hand in nodes.hands) == 3


def test_where_no_node_can_work_the_run_ends_and_says_why(tmp_path: Path) -> None:
    nodes = Nodes([post(1), post(2)], nothing)
    with pytest.raises(Refusal) as refused:
        run(tmp_path, nodes, lambda _, hand: [Ended(Refusal("night.ray-sees-not", "/calls"))])
    assert refused.value.reason.key == "night.ray-sees-not"
    assert len(nodes.hands) == 6


def test_a_cluster_without_a_single_place_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        run(tmp_path, Nodes([], nothing), lambda _, hand: [])
    assert refused.value.reason.key == "night.ray-no-node"


def test_must_not_end_while_one_that_is_lost_still_has_something(tmp_path: Path) -> None:
    nodes = Nodes([post()], nothing)

    def play(ledger: Ledger, hand: Hand) -> list[Told]:
        if not nodes.hands:
            assert ledger.claim(hand.job.night, "nobody knows this one", 10, 0.2)
            return [opened(hand), Ended()]
        doing(ledger, hand)
        return [opened(hand), Ended()]

    run(tmp_path, nodes, play)
    assert len(nodes.hands) > 1
