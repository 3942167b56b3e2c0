"""zhiyin training: what was taught when to whom, and what it changed."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from pipeline.cli.asker import asker
from pipeline.cli.ending import Exit
from pipeline.cli.figures_said import change_said, plain_change, plain_share, share_said
from pipeline.cli.session import Session, begin, show
from pipeline.refusal import Refusal
from pipeline.storage import Store
from pipeline.storage.figures import Figures
from pipeline.storage.topic_records import Training
from pipeline.storage.trainings import Trainings
from pipeline.workflow.training import Changed, asks, day_of_training, drop, effects_of, enter

COLUMNS = ("number", "name", "day", "item", "before", "after", "others", "effect")


def add_training(
    name: str,
    day: str,
    taught: tuple[Sequence[str], Sequence[str]],
    home: Path | None,
    flags: Mapping[str, object],
) -> int:
    """Enter a training of these items for these agents."""
    session = begin(home, flags)
    items, agents = taught
    training = Training(
        name=name,
        day=day_of_training(day, date.today()),
        items=tuple(map(_item, items)),
        agents=tuple(dict.fromkeys(agents)),
        by=asker(),
    )
    at = (session.home, session.settings.storage)
    with Trainings(*at) as trainings, Figures(*at) as figures, Store(*at) as store:
        number = enter(trainings, training, asks(figures, store))
    session.tell(session.word("topics.training-added", number=number))
    return Exit.WELL


def list_trainings(home: Path | None, flags: Mapping[str, object], as_json: bool) -> int:
    """All of them, the latest first, each with its effect."""
    session = begin(home, flags)
    with Trainings(session.home, session.settings.storage) as trainings:
        held = effects_of(trainings, trainings.all(), date.today())
    if as_json:
        print(json.dumps([_plain(*one) for one in held], ensure_ascii=False, indent=2))
    elif held:
        show(_table(held, session), session.out)
    else:
        session.tell(session.word("topics.no-trainings"))
    return Exit.WELL


def remove_training(number: int, home: Path | None, flags: Mapping[str, object]) -> int:
    """Forget one that was entered by mistake."""
    session = begin(home, flags)
    with Trainings(session.home, session.settings.storage) as trainings:
        if not drop(trainings, asker(), number):
            raise Refusal("topics.no-training", found=number)
    session.tell(session.word("topics.training-removed", number=number))
    return Exit.WELL


def _item(typed: str) -> tuple[str, str]:
    template, _, item = typed.partition("/")
    if not template or not item:
        raise Refusal("topics.training-item", found=typed)
    return template, item


def _table(held: Sequence[tuple[Training, Sequence[Changed]]], session: Session) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in COLUMNS:
        table.add_column(session.word(f"topics.column-{name}"), overflow="fold")
    for one, changes in held:
        for changed in changes:
            effect = changed.effect
            table.add_row(
                *(str(one.id), one.name, one.day, "/".join(changed.item)),
                share_said(effect.trained.other),
                share_said(effect.trained.one),
                change_said(effect.others) if effect.others else "–",
                change_said(effect),
            )
    return table


def _plain(training: Training, changes: Sequence[Changed]) -> dict[str, Any]:
    return {
        "number": training.id,
        "name": training.name,
        "day": training.day,
        "agents": list(training.agents),
        "items": [
            {
                "item": "/".join(one.item),
                "before": plain_share(one.effect.trained.other),
                "after": plain_share(one.effect.trained.one),
                "others": plain_change(one.effect.others) if one.effect.others else None,
                "effect": plain_change(one.effect),
            }
            for one in changes
        ],
    }
