"""Ctrl-C ends a command also where Python would have dropped it."""

import sys
import threading
import weakref
from collections.abc import Iterator

import pytest

from pipeline.cli.interrupts import keep_interrupts


class Thing:
    """Something that callbacks can wait for."""


def drop(error: type[BaseException]) -> None:
    """Raise it where nobody catches it: in the callback of a weak reference."""

    def callback(_: object) -> None:
        raise error

    thing = Thing()
    watched = weakref.ref(thing, callback)
    del thing
    assert watched() is None


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[type[BaseException]]]:
    seen: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda told: seen.append(told.exc_type))
    keep_interrupts()
    yield seen


def test_a_dropped_interrupt_comes_again(dropped: list[type[BaseException]]) -> None:
    with pytest.raises(KeyboardInterrupt):
        drop(KeyboardInterrupt)
        threading.Event().wait(5)
    assert dropped == []


def test_what_else_is_dropped_is_told_as_before(dropped: list[type[BaseException]]) -> None:
    drop(ValueError)
    assert dropped == [ValueError]
