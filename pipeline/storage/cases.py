"""The case library as its users meet it: cases, and playlists of them; every change on record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from pipeline.storage import case_rows
from pipeline.storage.audit_rows import Act, append
from pipeline.storage.case_records import (
    Case,
    CasePage,
    Changed,
    Chosen,
    Cut,
    Fresh,
    NoCase,
    Notes,
    Playlist,
    Sought,
)
from pipeline.storage.case_tables import playlist as playlists
from pipeline.storage.case_tables import playlist_case as listed
from pipeline.storage.case_tables import training_case as cases
from pipeline.storage.database import moment, reading, writing
from pipeline.storage.numbers import insert_new
from pipeline.storage.opened import Opened


class Cases(Opened):
    """The cases of a home. A context manager; close() gives the database back."""

    def add(self, fresh: Fresh, act: Act) -> int:
        """Keep a new case; its number, which the record has too. Raises NoCase where its recording
        is not there any more."""
        with writing(self._engine) as connection:
            if not case_rows.holds_recording(connection, fresh.recording):
                raise NoCase(fresh.recording)
            number = case_rows.put_case(connection, fresh, act.by, moment(connection))
            append(connection, replace(act, target=str(number)))
            return number

    def change(self, number: int, changed: int, told: tuple[Notes, Cut], act: Act) -> str:
        """Keep other notes and another cut; the sound that it had before. changed: of the case as
        it was read. Raises NoCase, or Changed: then nothing is written."""
        with writing(self._engine) as connection:
            case = _held(connection, number, changed)
            at = max(moment(connection), changed + 1)
            notes, cut = told
            case_rows.change_case(connection, replace(case, notes=notes, cut=cut), act.by, at)
            append(connection, act)
            return case.cut.clip

    def remove(self, number: int, changed: int, act: Act) -> str:
        """Delete a case; the sound that it had. Raises as change()."""
        with writing(self._engine) as connection:
            case = _held(connection, number, changed)
            connection.execute(delete(cases).where(cases.c.id == number))
            append(connection, act)
            return case.cut.clip

    def read(self, number: int) -> Case | None:
        """One case, whoever may see it."""
        with reading(self._engine) as connection:
            return case_rows.read_case(connection, number)

    def page(self, sought: Sought, offset: int = 0, limit: int = 50) -> CasePage:
        """Some of the cases that are sought, the last made first; a playlist in its order."""
        with reading(self._engine) as connection:
            return case_rows.page_of(connection, sought, offset, limit)

    def counts(self, teams: tuple[str, ...] | None) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """Topics and tags, with how many cases of calls of these teams (None: all) have them."""
        with reading(self._engine) as connection:
            return case_rows.counts_of(connection, teams)

    def chosen(self, limit: int) -> tuple[Chosen, ...]:
        """The latest calls that are marked as excellent and of which no case is made."""
        with reading(self._engine) as connection:
            return case_rows.chosen_calls(connection, limit)

    def clips_of(self, recordings: Sequence[int]) -> tuple[str, ...]:
        """The sounds of the cases of these recordings."""
        with reading(self._engine) as connection:
            return case_rows.clips_of(connection, recordings)

    def clips(self) -> frozenset[str]:
        """The sounds of all cases."""
        with reading(self._engine) as connection:
            return frozenset(connection.execute(select(cases.c.clip)).scalars())

    def playlists(self, teams: tuple[str, ...] | None = None) -> tuple[Playlist, ...]:
        """All playlists, by title, each with how many cases of calls of these teams (None: all)
        are in it."""
        with reading(self._engine) as connection:
            chosen = _playlists(teams).order_by(playlists.c.title, playlists.c.id)
            return tuple(Playlist(**row) for row in connection.execute(chosen).mappings())

    def playlist(self, number: int, teams: tuple[str, ...] | None = None) -> Playlist | None:
        """One of them."""
        with reading(self._engine) as connection:
            row = connection.execute(_playlists(teams).where(playlists.c.id == number)).mappings()
            return next((Playlist(**one) for one in row), None)

    def add_playlist(self, title: str, act: Act) -> int:
        """A new playlist without cases; its number, which the record has too."""
        with writing(self._engine) as connection:
            row = {"title": title, "by": act.by, "at": moment(connection)}
            number = insert_new(connection, playlists, row)
            append(connection, replace(act, target=str(number)))
            return number

    def rename_playlist(self, number: int, title: str, act: Act) -> None:
        """Raises NoCase without such a playlist, as all that change one."""
        with writing(self._engine) as connection:
            _demand(connection, number)
            mine = update(playlists).where(playlists.c.id == number)
            connection.execute(mine.values(title=title))
            append(connection, act)

    def remove_playlist(self, number: int, act: Act) -> None:
        """The list goes, the cases stay."""
        with writing(self._engine) as connection:
            _demand(connection, number)
            connection.execute(delete(playlists).where(playlists.c.id == number))
            append(connection, act)

    def arrange(self, number: int, how: Callable[[list[int]], list[int]], act: Act) -> None:
        """The cases of a playlist are, from now on, those that `how` makes of them, in its order.
        Raises NoCase too where one of them is no case."""
        with writing(self._engine) as connection:
            _demand(connection, number)
            mine = listed.c.playlist_id == number
            now = select(listed.c.case_id).where(mine).order_by(listed.c.place, listed.c.case_id)
            before = list(connection.execute(now).scalars())
            after = list(dict.fromkeys(how(list(before))))
            known = select(cases.c.id).where(cases.c.id.in_(after))
            if set(connection.execute(known).scalars()) != set(after):
                raise NoCase(number)
            connection.execute(delete(listed).where(mine))
            rows = [
                {"playlist_id": number, "case_id": one, "place": place}
                for place, one in enumerate(after, 1)
            ]
            if rows:
                connection.execute(insert(listed), rows)
            append(connection, act)


def _held(connection: Connection, number: int, changed: int) -> Case:
    case = case_rows.read_case(connection, number, hold=True)
    if case is None:
        raise NoCase(number)
    if case.changed != changed:
        raise Changed(number)
    return case


def _demand(connection: Connection, number: int) -> None:
    mine = select(playlists.c.id).where(playlists.c.id == number).with_for_update()
    if connection.execute(mine).first() is None:
        raise NoCase(number)


def _playlists(teams: tuple[str, ...] | None) -> Select[Any]:
    count = select(func.count()).where(listed.c.playlist_id == playlists.c.id)
    if teams is not None:
        count = count.where(listed.c.case_id == cases.c.id, cases.c.team.in_(teams))
    return select(playlists, count.scalar_subquery().label("count"))
