"""Playlists: cases in the order in which somebody wants to teach them."""

from collections.abc import Callable

from pipeline.refusal import Refusal
from pipeline.storage import Act, Person
from pipeline.storage.case_records import NoCase, Playlist
from pipeline.storage.cases import Cases
from pipeline.workflow.access import Permission, demand, teams_of
from pipeline.workflow.case_notes import line

MOST_CASES = 200


def playlists(cases: Cases, asker: Person) -> tuple[Playlist, ...]:
    """Those that the asker sees: who does not see every case, those with a case that they see. The
    cases that they do not see are not counted."""
    demand(asker, Permission.CASES)
    teams = teams_of(asker)
    return tuple(one for one in cases.playlists(teams) if teams is None or one.count)


def playlist(cases: Cases, asker: Person, number: int) -> Playlist:
    """One of these; which of its cases the asker sees, cases.listed() tells."""
    demand(asker, Permission.CASES)
    teams = teams_of(asker)
    found = cases.playlist(number, teams)
    if found is None or not (teams is None or found.count):
        raise Refusal("cases.no-playlist")
    return found


def begin_playlist(cases: Cases, asker: Person, title: str) -> int:
    """A new one without cases; its number."""
    demand(asker, Permission.TEACH)
    return cases.add_playlist(_titled(title), Act(asker.login, "playlist-made", ""))


def rename_playlist(cases: Cases, asker: Person, number: int, title: str) -> None:
    """Call it otherwise."""
    demand(asker, Permission.TEACH)
    act = Act(asker.login, "playlist-changed", str(number))
    _found(lambda: cases.rename_playlist(number, _titled(title), act))


def end_playlist(cases: Cases, asker: Person, number: int) -> None:
    """The list goes, its cases stay."""
    demand(asker, Permission.TEACH)
    act = Act(asker.login, "playlist-deleted", str(number))
    _found(lambda: cases.remove_playlist(number, act))


def put_in(cases: Cases, asker: Person, number: int, case: int) -> None:
    """A case at the end of a list, unless it is in it already."""
    _arrange(cases, asker, number, lambda now: now if case in now else [*now, case])


def take_out(cases: Cases, asker: Person, number: int, case: int) -> None:
    """Out of the list."""
    _arrange(cases, asker, number, lambda now: [one for one in now if one != case])


def move(cases: Cases, asker: Person, number: int, case: int, by: int) -> None:
    """So many places towards the end of the list, or its beginning."""

    def moved(now: list[int]) -> list[int]:
        if case not in now:
            return now
        at = now.index(case)
        rest = [one for one in now if one != case]
        place = max(0, min(len(rest), at + by))
        return [*rest[:place], case, *rest[place:]]

    _arrange(cases, asker, number, moved)


def _arrange(
    cases: Cases, asker: Person, number: int, how: Callable[[list[int]], list[int]]
) -> None:
    demand(asker, Permission.TEACH)

    def bounded(now: list[int]) -> list[int]:
        after = how(now)
        if len(after) > MOST_CASES:
            raise Refusal("cases.too-many", found=len(after), allowed=MOST_CASES)
        return after

    act = Act(asker.login, "playlist-changed", str(number))
    _found(lambda: cases.arrange(number, bounded, act))


def _found(act: Callable[[], None]) -> None:
    try:
        act()
    except NoCase as error:
        raise Refusal("cases.no-playlist") from error


def _titled(title: str) -> str:
    said = line(title)
    if not said:
        raise Refusal("cases.no-title")
    return said
