"""What the store keeps of topics: calls looked at together, and what is counted of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Cases = tuple[tuple[int, tuple[str, ...]], ...]
"""Turns in which an agent did not know, each with the terms of the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A call that is looked at with others. day: YYYY-MM-DD."""

    recording: int
    transcript: int
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """What is counted of a call. customer, agent: their terms in order; measured: figures by
    name."""

    transcript: int
    revision: int
    customer: tuple[str, ...] = ()
    agent: tuple[str, ...] = ()
    measured: Mapping[str, float] = field(default_factory=dict)
    unanswered: Cases = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A recording in which an agent did not know an answer."""

    recording: int
    cases: Cases


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTopic:
    """A topic as it was last found. words: the strongest first, with their weights; first, last:
    when it was found, milliseconds since 1970."""

    number: int
    name: str
    words: tuple[tuple[str, float], ...]
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """What topic a recording is about; example: its place among those most about it, from 1."""

    topic: int
    example: int | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """How a call was scored: by which template, and the share of full marks, 0..1."""

    template: str
    share: float
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """A customer called, by a pseudonym."""

    recording: int
    customer: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What was taught when, to whom. items: template and item; agents: as call records name them;
    added: milliseconds since 1970."""

    id: int = 0
    name: str
    day: str
    items: tuple[tuple[str, str], ...]
    agents: tuple[str, ...]
    by: str = ""
    added: int = 0
