"""zhiyin lexicon import."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.adopting.phrase_list import Told
from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin
from pipeline.wording import say, say_refusal
from pipeline.workflow.adopting import Taken, Wish, adopt


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed. out None: the home folder."""

    file: Path
    name: str
    form: str
    out: Path | None
    told: Told
    force: bool
    dry_run: bool


def import_rules(asked: Asked, home: Path | None, flags: Mapping[str, object]) -> int:
    """On stdout the files made (with dry_run, their text); what does not fit is told, by line."""
    session = begin(home, flags)
    origin = session.word("adopting.origin", file=asked.file.name)
    out = asked.out or session.home
    said = (asked.name, asked.form, asked.told)
    wish = Wish(asked.file, out, origin, *said, asked.force, asked.dry_run)
    taken = adopt(wish)
    _say_misfits(taken, asked.file, session)
    for path, text in taken.files.items():
        print(text if asked.dry_run else path, end="" if asked.dry_run else "\n")
    lost = sum(not misfit.kept for misfit in taken.misfits)
    near = len(taken.misfits) - lost
    key = "adopting.tried" if asked.dry_run else "adopting.done"
    session.tell(session.word(key, files=len(taken.files), lost=lost, near=near))
    if not asked.dry_run:
        session.tell(_next_step(taken, session))
    return Exit.WELL


def _next_step(taken: Taken, session: Session) -> str:
    """How to use what was made: a template by itself, a lexicon in one."""
    made = {path.parent.name: path.stem for path in taken.files}
    if template := made.get("scorecards"):
        return session.word("adopting.use-template", name=template)
    return session.word("adopting.use-lexicon", name=made["lexicons"])


def _say_misfits(taken: Taken, file: Path, session: Session) -> None:
    for misfit in taken.misfits:
        key = "adopting.near" if misfit.kept else "adopting.lost"
        reason = say(misfit.reason, session.language)
        said = session.word(key, found=misfit.found, reason=reason)
        session.tell(f"{file}:{misfit.line}: {said}")
    for advice in taken.advice:
        session.tell(say_refusal(advice, session.language))
