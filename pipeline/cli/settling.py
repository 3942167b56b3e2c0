"""zhiyin settle."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.cli.asker import asker
from pipeline.cli.ending import Exit
from pipeline.cli.session import begin
from pipeline.refusal import Refusal
from pipeline.storage.lesson_records import Settling
from pipeline.storage.lessons import Lessons
from pipeline.workflow.flag_settling import turn_by


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed. at_least: None: off."""

    item: str
    template: str
    at_least: float | None
    checked: float


def settle_item(wish: Wish, home: Path | None, flags: Mapping[str, object]) -> int:
    """Turn it on, or off, on record. Refusal where nothing was learned, or not of that item, or it
    is of several templates."""
    session = begin(home, flags)
    with Lessons(session.home, session.settings.storage) as lessons:
        key = _key(wish, lessons)
        rule = Settling(
            template=key[0],
            item=key[1],
            at_least=wish.at_least,
            checked=wish.checked,
            by=asker(),
        )
        turn_by(lessons, rule)
    name = f"{key[0]}/{key[1]}"
    if wish.at_least is None:
        session.tell(session.word("learning.turned-off", item=name))
    else:
        shares = {"goal": 100 * wish.at_least, "checked": 100 * wish.checked}
        session.tell(session.word("learning.turned-on", item=name, **shares))
    return Exit.WELL


def _key(wish: Wish, lessons: Lessons) -> tuple[str, str]:
    last = lessons.last()
    taught = [(one.template, one.item) for one in last.taught] if last else []
    found = [key for key in taught if key[1] == wish.item and wish.template in ("", key[0])]
    if not taught:
        raise Refusal("learning.nothing-yet")
    if len(found) != 1:
        key = "learning.no-item" if not found else "learning.which-template"
        allowed = ", ".join(f"{template}/{item}" for template, item in found or taught)
        raise Refusal(key, found=wish.item, allowed=allowed)
    return found[0]
