"""After a listing: new drafts of calls whose records came late, without hearing them again."""

from collections.abc import Callable
from pathlib import Path

from pipeline.settings import Settings
from pipeline.storage import Placed, Store
from pipeline.workflow.rescoring import Again, rescore


def catch_up(home: Path, settings: Settings, processes: int, stop: Callable[[], int]) -> int:
    """How many calls have a new draft. What is left when stop() says so is for the next run.

    processes: that share the work; 0 takes all cores. Raises Refusal where the rules are wrong."""
    with Store(home, settings.storage) as store:
        if not store.joined():
            return 0
    again = Again(
        home=home,
        settings=settings.scoring,
        storage=settings.storage,
        processes=processes,
        joined=True,
    )
    placed = rescore(again, stop=stop).tally.placed
    return placed[Placed.NEW] + placed[Placed.BESIDE]
