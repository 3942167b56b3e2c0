"""Where on a cluster workers of the night belong: one for each GPU of a node, or for so many of its
cores where it has none."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.settings import Settings

CORES_BESIDE_GPU = 2
"""Of a GPU's share of the cores: one feeds it, one drafts; the rest prepares recordings."""


@dataclass(frozen=True, slots=True)
class Post:
    """A place for one worker. node: what Ray calls it; host: what people do; cores: its share;
    sharers: places on the same machine, this one among them: nodes that come there later make it
    no other place."""

    node: str
    host: str
    number: int
    cores: int
    gpu: bool = False
    sharers: int = field(default=1, compare=False)

    @property
    def name(self) -> str:
        """What the worker here is known by, until it is replaced."""
        return f"{self.host}-{self.node[:6]}-{self.number}"

    @property
    def device(self) -> str:
        """As a worker sees it: Ray shows each the one GPU that is its own."""
        return "cuda" if self.gpu else "cpu"

    def fitted(self, settings: Settings) -> Settings:
        """What settings leave to the machine, for this share of one."""
        speech, night = settings.speech, settings.night
        preparers = max(1, self.cores - CORES_BESIDE_GPU) if self.gpu else 0
        return replace(
            settings,
            speech=replace(speech, threads=speech.threads or self.cores),
            night=replace(night, preparers=night.preparers or preparers),
        )


def posts(nodes: Iterable[Mapping[str, Any]], device: str, cores_per_worker: int) -> list[Post]:
    """All places on the nodes that are alive, as ray.nodes() describes them.

    device: cpu uses no GPU, cuda nothing but GPUs, auto what a node has."""
    found = [
        (node["NodeManagerAddress"], post)
        for node in nodes
        if node["Alive"]
        for post in _of_node(node, device, cores_per_worker)
    ]
    on = Counter(machine for machine, _ in found)  # which several nodes of Ray may be
    return [replace(post, sharers=on[machine]) for machine, post in found]


def _of_node(node: Mapping[str, Any], device: str, cores_per_worker: int) -> list[Post]:
    has = node["Resources"]
    cores, gpus = int(has.get("CPU", 0)), int(has.get("GPU", 0))
    gpu = bool(gpus) and device != "cpu"
    if not gpu and (device == "cuda" or not cores):
        return []
    count = gpus if gpu else max(1, cores // max(1, cores_per_worker))
    return [
        Post(node["NodeID"], node["NodeManagerHostname"], number, cores // count, gpu)
        for number in range(count)
    ]
