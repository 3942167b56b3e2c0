"""zhiyin serve."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.cli.ending import Exit
from pipeline.cli.session import Session, begin
from pipeline.storage import People, Role
from pipeline.workflow.people import Wish, let_in

FIRST = "admin"


def serve_desk(home: Path | None, flags: Mapping[str, object]) -> int:
    """The desk, until it is told to stop. Who comes first is let in as an administrator."""
    session = begin(home, flags)
    desk = session.settings.desk
    # Imported here: --help must not wait for what serves pages and reaches buckets.
    from pipeline.desk.app import create_app
    from pipeline.desk.listening import address, check, opened
    from pipeline.desk.serving import serve
    from pipeline.night.fetching import brought

    check(desk)
    night = session.settings.night
    app = create_app(session.home, session.settings, lambda one: brought(one.sources, night))
    with opened(desk) as door:
        _let_first_in(session)
        session.tell(session.word("desk.served", address=address(desk, door)))
        serve(app, desk, door, session.home / "logs")
    session.tell(session.word("desk.stopped"))
    return Exit.WELL


def _let_first_in(session: Session) -> None:
    """Nobody is in the list: somebody has to be. There is no default password."""
    with People(session.home, session.settings.storage) as people:
        if people.everybody():
            return
        password = let_in(people, Wish(login=FIRST, name="", role=Role.ADMIN), "zhiyin serve")
    print(f"{FIRST}\t{password}", flush=True)
    session.tell(session.word("desk.first-admin"))
