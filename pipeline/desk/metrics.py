"""How the desk and its queue stand, for Prometheus: counts and times, no names, no words.

Asked from this machine, or with a token of somebody who may see the desk's health.
prometheus_client enters here and in night/metrics.py alone.
"""

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from ipaddress import ip_address

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.desk.place import Place, place
from pipeline.refusal import Refusal
from pipeline.storage import Ledger
from pipeline.storage.card_sums import CardSums
from pipeline.storage.tokens import Tokens
from pipeline.workflow.access import Permission, may
from pipeline.workflow.tokens import whose

router = APIRouter(include_in_schema=False)
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0)
UNKNOWN = "?"
"""The route of what no route is for."""
BEARER = "bearer "


class Metrics:
    """What is told of a desk."""

    def __init__(self, here: Place) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "zhiyin_desk_requests",
            "Requests answered",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "zhiyin_desk_request_seconds",
            "From the request to the end of the answer",
            ["route"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.registry.register(_Standing(here))


class Measured:
    """Counts every request, outermost of all."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = _route(scope)
            self._metrics.requests.labels(scope["method"], route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.monotonic() - began)


def _route(scope: Scope) -> str:
    """As it is written, /cards/{card}, so that there are only so many; static files are one."""
    route = scope.get("route")
    path = getattr(route, "path", None) or UNKNOWN
    return str(scope.get("root_path", "")) + str(path) if path != UNKNOWN else UNKNOWN


class _Standing(Collector):
    """Counted when it is asked for."""

    def __init__(self, here: Place) -> None:
        self._here = here

    def describe(self) -> Iterable[Metric]:
        """Nothing is counted only to be registered."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Cards, the queue, recordings."""
        here = self._here
        try:
            cards = here.open(CardSums).read(here.settings.review.random_share)
            counts = here.open(Ledger).sums().counts
        except Refusal:  # what can be told without the database is told
            return
        by_state = GaugeMetricFamily("zhiyin_cards", "Scorecards", labels=["state"])
        for state, count in cards.states.items():
            by_state.add_metric([state], count)
        yield by_state
        yield _gauge("queue_cards", "Drafts that wait for a person", cards.waiting)
        yield _gauge("queue_oldest_seconds", "Age of the oldest of them", _age(cards.oldest))
        known = GaugeMetricFamily(
            "zhiyin_recordings", "All recordings known", labels=["state", "outcome"]
        )
        for standing, outcomes in counts.items():
            for outcome, count in outcomes.items():
                known.add_metric([standing.value, outcome.value], count)
        yield known


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(f"zhiyin_{name}", said, value=value)


def _age(day: str) -> float:
    """Seconds since that day began; 0 of none."""
    if not day:
        return 0.0
    return max(0.0, time.time() - datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


@router.get("/metrics")
def metrics(request: Request) -> Response:
    if not (_is_from_here(request) or _has_token(request)):
        raise Refusal("desk.not-in")
    told: Metrics = request.app.state.metrics
    return Response(generate_latest(told.registry), media_type=CONTENT_TYPE_LATEST)


def _is_from_here(request: Request) -> bool:
    """From this machine, and not passed on by a proxy on it."""
    if any(name in request.headers for name in ("x-forwarded-for", "forwarded", "via")):
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _has_token(request: Request) -> bool:
    said = request.headers.get("authorization", "")
    if not said.lower().startswith(BEARER):
        return False
    person = whose(place(request).open(Tokens), said[len(BEARER) :])
    return person is not None and may(person, Permission.HEALTH)
