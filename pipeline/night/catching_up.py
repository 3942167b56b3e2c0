"""After a listing: new drafts of calls whose records came late, without hearing them again."""

from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.settings import Settings
from pipeline.storage import Placed, Store
from pipeline.workflow.rescoring import Again, rescore


def catch_up(home: Path, settings: Settings, processes: int, stop: Callable[[], int]) -> int:
    """How many calls have a new draft. What is left when stop() says so is for the next run.

    processes: that share the work; 0 takes all cores. Raises Refusal where the rules are wrong."""
    with Store(home, settings.storage) as store:
        waiting = store.joined()
        if not waiting:
            return 0
        placed = _drafted(home, settings, processes, stop, list(waiting))
        if not stop():
            store.caught_up(waiting)
    return placed[Placed.NEW] + placed[Placed.BESIDE]


def _drafted(
    home: Path, settings: Settings, processes: int, stop: Callable[[], int], numbers: list[int]
) -> Mapping[Placed, int]:
    again = Again(
        home=home,
        settings=settings.scoring,
        storage=settings.storage,
        processes=processes,
        numbers=numbers,
    )
    return rescore(again, stop=stop).tally.placed
