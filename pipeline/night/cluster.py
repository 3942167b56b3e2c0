"""The night on a Ray cluster: the same workers as on one machine, as plain actors on its nodes.

Ray starts them and tells when one is gone; all else rests on the ledger (crew.py). It stores,
schedules and tries again nothing, and no recording passes through it.
"""

import importlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import Any

import pipeline
from pipeline.night.addresses import local
from pipeline.night.crew import Crew, Ended, Gone, Told
from pipeline.night.job import Event, Job
from pipeline.night.nodes import Post, posts
from pipeline.night.supervising import Device, Supervisor
from pipeline.night.telling import Noted, Telling
from pipeline.night.temporary import sweep
from pipeline.refusal import Refusal
from pipeline.storage import Ledger
from pipeline.unexpected import note_unexpected
from pipeline.workflow.rules import BUNDLED, rule_files

THREADS = 3
"""Of an actor: one works, one is asked for news, one is told to stop."""
NEWS_SECONDS = 1.0
"""An actor that is asked for news waits so long for some."""
LAST_NEWS_SECONDS = 5.0
CONNECT_SECONDS = 10.0
"""Ray itself would try for minutes."""
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DEDUP_LOGS_SKIP_REGEX": "."}
"""No telemetry; and Ray's own remarks do not go to the output, which is ours."""


class Hand:
    """On a node: starts a worker in a process of its own and watches over it, as local.py does.

    Ray calls each method in a thread of its own."""

    def __init__(self, job: Job, version: str) -> None:
        self._job = job
        self._version = version
        self._news: SimpleQueue[Event | Noted] = SimpleQueue()
        self._stopping = threading.Event()
        Telling(self._news.put)

    def work(self) -> Refusal | None:
        """Until nothing is left; a refusal where this node cannot work. Raises what breaks it."""
        job = self._job
        try:
            self._look_round()
            with Ledger(job.home, job.settings.storage) as ledger:
                supervisor = Supervisor(job, ledger, self._news.put)
                supervisor.run([Device(job.device)], self._stopping.is_set)
        except Refusal as refusal:
            return refusal
        except Exception as error:
            note_unexpected(error, "work")
            raise
        finally:
            sweep()
        return None

    def _look_round(self) -> None:
        """Whether this node can do what the others do."""
        if pipeline.__version__ != self._version:
            raise Refusal("night.ray-version", found=pipeline.__version__, allowed=self._version)
        for source in self._job.settings.night.sources:
            path = local(source)
            if path is not None and not path.exists():
                raise Refusal("night.ray-sees-not", source)

    def news(self, seconds: float) -> list[Event | Noted]:
        """What there is to tell since it was asked last; waits so long for something."""
        told: list[Event | Noted] = []
        with suppress(Empty):
            told.append(self._news.get(timeout=seconds) if seconds else self._news.get_nowait())
            while True:
                told.append(self._news.get_nowait())
        return told

    def stop(self) -> None:
        """Finish what is in hand and put back the rest."""
        self._stopping.set()


def run_cluster(job: Job, says: Callable[[Event], None], stop: Callable[[], int]) -> None:
    """Work with all nodes of the cluster, also those that come later, until nothing is left.

    Raises Refusal where there is no cluster, no PostgreSQL, or no node that can work."""
    if not job.settings.storage.url:
        raise Refusal("night.ray-needs-postgres")
    job = _with_rules_for_all(job)
    with (
        _connected(job.settings.night.address) as ray,
        Ledger(job.home, job.settings.storage) as ledger,
    ):
        Crew(_Nodes(ray, job), job, ledger, says).run(stop)


def _with_rules_for_all(job: Job) -> Job:
    """Nodes know what is published and what came with the product; not the files of this home."""
    if job.rules is not None:
        return job
    if rule_files(job.home) != rule_files(None):
        raise Refusal("night.ray-rules-unpublished", str(job.home))
    return replace(job, rules=BUNDLED)


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """The library, in touch with the cluster at HOST:PORT; "": the one that this machine is of.

    Workers that are left when the contact ends are ended by Ray."""
    os.environ.update(QUIET)
    try:
        ray = importlib.import_module("ray")
    except ImportError:
        raise Refusal("night.ray-missing") from None
    if address:
        _knock(address)
    handler = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(address=address or "auto", log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, ValueError, RuntimeError) as error:
        why = str(error).partition("\n")[0]
        raise Refusal("night.ray-unreachable", found=address or "auto", why=why) from error
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, handler)  # Ray puts its own there
    try:
        yield ray
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or "/" in host:
        raise Refusal("night.ray-address", found=address)
    try:
        socket.create_connection((host, int(port)), CONNECT_SECONDS).close()
    except OSError as error:
        raise Refusal("night.ray-unreachable", found=address, why=str(error)) from error


@dataclass(slots=True, eq=False)
class _Actor:
    """Ray's handle, and the two answers that are awaited from it."""

    handle: Any
    over: Any
    news: Any


class _Nodes:
    """The cluster as crew.py knows it."""

    def __init__(self, ray: Any, job: Job) -> None:
        self._ray = ray
        self._device = job.settings.speech.device
        self._cores = job.settings.night.cores_per_worker
        self._kind = ray.remote(max_concurrency=THREADS, max_restarts=0)(Hand)
        where = importlib.import_module("ray.util.scheduling_strategies")
        self._on_node = where.NodeAffinitySchedulingStrategy

    def posts(self) -> list[Post]:
        """Of the nodes that Ray believes to be alive."""
        return posts(self._ray.nodes(), self._device, self._cores)

    def start(self, post: Post, job: Job) -> _Actor:
        """Gives what told() is asked with."""
        handle = self._kind.options(
            num_cpus=post.cores,
            num_gpus=int(post.gpu),
            scheduling_strategy=self._on_node(post.node, soft=False),
        ).remote(job, pipeline.__version__)
        return _Actor(handle, handle.work.remote(), handle.news.remote(NEWS_SECONDS))

    def told(self, hands: Sequence[_Actor], seconds: float) -> Iterator[tuple[_Actor, Told]]:
        """News first, then how it ended."""
        awaited = [answer for one in hands for answer in (one.over, one.news)]
        self._ray.wait(awaited, timeout=seconds)
        there = set(self._ray.wait(awaited, num_returns=len(awaited), timeout=0)[0])
        for one in hands:
            try:
                if one.over in there:
                    yield one, self._last_news(one)
                    yield one, Ended(self._ray.get(one.over))
                elif one.news in there:
                    news = self._ray.get(one.news)
                    one.news = one.handle.news.remote(NEWS_SECONDS)
                    yield one, news
            except self._ray.exceptions.RayError:
                yield one, Gone()

    def _last_news(self, one: _Actor) -> list[Event | Noted]:
        """What is left to be told by one that has ended, if it can still tell."""
        with suppress(self._ray.exceptions.RayError):
            told = list(self._ray.get(one.news, timeout=LAST_NEWS_SECONDS))
            return told + list(self._ray.get(one.handle.news.remote(0), timeout=LAST_NEWS_SECONDS))
        return []

    def stop(self, hand: _Actor) -> None:
        """One that is gone already does not hear it."""
        hand.handle.stop.remote()

    def kill(self, hand: _Actor) -> None:
        """A frozen one is ended when it thaws."""
        self._ray.kill(hand.handle)
