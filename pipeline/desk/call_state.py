"""What a card has come to, as the script of its page takes it: JSON, with people's marks."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.scoring.points import OPEN
from pipeline.scoring.reckoning import Reviewed
from pipeline.scoring.review import Mark, Standing, last_undoable
from pipeline.scoring.scorecard import Scorecard
from pipeline.scoring.so_far import marks, section_marks

Told = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A card as it stands after an act. card: as it was drafted."""

    card: Scorecard
    version: int
    standing: Standing
    marks: Sequence[Mark]
    reviewed: Reviewed


def state_of(came: Came, login: str, with_answers: bool = True) -> Told:
    """login: who reads it, for what they can take back. with_answers: how people answered the
    machine, which is not for agents."""
    points, reviewed = came.reviewed.points, came.reviewed
    come, sections = marks(came.card, reviewed), section_marks(came.card, reviewed)
    mine = last_undoable(came.marks, login)
    return {
        "version": came.version,
        "standing": came.standing.value,
        "total": come.total,
        "max": come.max,
        "waiting": come.waiting,
        "at_stake": round(sum(points.items[item].at_stake for item in reviewed.open), 3),
        "fatal": list(points.fatal),
        "items": _items(reviewed, with_answers),
        "sections": {part.id: asdict(sections[part.id]) for part in points.sections},
        "answers": list(map(mark_told, reviewed.answers.values())) if with_answers else [],
        "missed": list(map(mark_told, reviewed.missed)),
        "comments": list(map(mark_told, reviewed.comments)),
        "open": list(reviewed.open),
        "unanswered": list(reviewed.unanswered),
        "excellent": reviewed.excellent,
        "bonus": reviewed.bonus,
        "mine": mark_told(mine) if mine and with_answers else None,
    }


def mark_told(mark: Mark) -> Told:
    """A mark as JSON values."""
    return asdict(mark) | {"kind": mark.kind.value}


def _items(reviewed: Reviewed, with_answers: bool) -> Mapping[str, Told]:
    said = {item for item, _ in reviewed.answers}
    return {
        name: {
            "verdict": ruling.verdict.value,
            "lost": reviewed.points.items[name].lost,
            "at_stake": reviewed.points.items[name].at_stake,
            "decided": with_answers and name in said and ruling.verdict not in OPEN,
        }
        for name, ruling in reviewed.rulings.items()
    }
