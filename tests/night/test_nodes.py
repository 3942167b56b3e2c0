"""Where on a cluster workers belong."""

from typing import Any

from pipeline.night.nodes import posts


def node(name: str, alive: bool = True, machine: str = "", **resources: float) -> dict[str, Any]:
    """A node as ray.nodes() describes it; machine: on which it is, by default one of its own."""
    return {
        "NodeID": name * 8,
        "NodeManagerAddress": f"10.0.0.{machine or name}",
        "NodeManagerHostname": f"host-{name}",
        "Alive": alive,
        "Resources": {"memory": 1e10, **resources},
    }


def test_a_node_with_gpus_has_a_worker_for_each_and_the_cores_are_shared() -> None:
    found = posts([node("a", CPU=32.0, GPU=2.0)], "auto", 4)
    assert [(post.number, post.cores, post.gpu) for post in found] == [(0, 16, True), (1, 16, True)]


def test_a_node_without_gpus_has_a_worker_for_so_many_cores_and_one_at_least() -> None:
    found = posts([node("a", CPU=9.0), node("b", CPU=2.0)], "auto", 4)
    assert [(post.node[0], post.cores) for post in found] == [("a", 4), ("a", 4), ("b", 2)]
    assert not any(post.gpu for post in found)


def test_the_device_that_is_asked_for_decides() -> None:
    both = [node("a", CPU=8.0, GPU=1.0), node("b", CPU=8.0)]
    assert {post.node[0] for post in posts(both, "cuda", 4)} == {"a"}
    assert not any(post.gpu for post in posts(both, "cpu", 4))
    assert len(posts(both, "cpu", 4)) == 4


def test_must_not_count_on_dead_nodes_nor_on_a_head_that_offers_no_core() -> None:
    assert posts([node("a", alive=False, CPU=8.0), node("b"), node("c", CPU=0.0)], "auto", 4) == []


def test_no_two_workers_have_a_name_in_common() -> None:
    twins = [node("a", CPU=8.0), node("b", CPU=8.0)]
    names = [post.name for post in posts(twins, "auto", 2)]
    assert len(set(names)) == len(names) == 8


def test_workers_of_one_machine_share_its_memory() -> None:
    found = posts([node("a", CPU=8.0), node("b", CPU=32.0, GPU=3.0)], "auto", 4)
    assert [(post.node[0], post.sharers) for post in found] == [*[("a", 2)] * 2, *[("b", 3)] * 3]


def test_nodes_on_one_machine_share_its_memory_too() -> None:
    twins = [node("a", machine="1", CPU=8.0), node("b", machine="1", CPU=4.0), node("c", CPU=4.0)]
    assert [post.sharers for post in posts(twins, "auto", 4)] == [3, 3, 3, 1]


def test_a_node_that_comes_must_not_make_other_places_of_those_beside_it() -> None:
    alone = posts([node("a", machine="1", CPU=4.0)], "auto", 4)
    beside = posts([node("a", machine="1", CPU=4.0), node("b", machine="1", CPU=4.0)], "auto", 4)
    assert alone[0] == beside[0]
    assert [one.sharers for one in (alone[0], beside[0])] == [1, 2]
