"""The rows of call records laid beside the recordings: by the name of the file, or by the id."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.call import CallRecord
from pipeline.night.tables import Told

ENDING = re.compile(r"\.[a-z]\w{1,4}$")
"""Of a file's name, folded; not the .21 of 2026.11.21."""


@dataclass(slots=True)
class Rows:
    """All rows, by what they are about. by_name: the file's name -> its folders and the record."""

    by_name: dict[str, list[tuple[tuple[str, ...], CallRecord]]] = field(default_factory=dict)
    by_id: dict[str, CallRecord] = field(default_factory=dict)

    def of(self, withins: Sequence[str], call_id: str) -> CallRecord | None:
        """The row about a recording. withins: paths below its source, without ending, that it may
        be called by; call_id: "" where none travels with it.

        Of several rows about files of one name, the one whose folders fit best; none where several
        fit alike: a record of another call would be worse than none."""
        for within in withins:
            *folders, name = within.casefold().split("/")
            told = [(_alike(folders, of), one) for of, one in self.by_name.get(name, ())]
            best = max((alike for alike, _ in told), default=0)
            fitting = [record for alike, record in told if alike == best]
            if len(fitting) == 1:
                return fitting[0]
        stems = [within.rpartition("/")[2] for within in withins]
        return next((self.by_id[one] for one in (call_id, *stems) if one in self.by_id), None)


def rows(told: Iterable[Told]) -> Rows:
    """The rows in order; of two with one id the first counts."""
    found = Rows()
    for one in told:
        if one.about:
            *folders, name = _parts(one.about)
            found.by_name.setdefault(name, []).append((tuple(folders), one.record))
        if one.record.id:
            found.by_id.setdefault(one.record.id, one.record)
    return found


def _parts(about: str) -> list[str]:
    """Folders and name without ending: D:\\rec\\21\\a.wav and s3://rec/21/a.wav alike."""
    parts = [part for part in re.split(r"[/\\]+", about.casefold()) if part]
    parts[-1:] = [ENDING.sub("", parts[-1])] if parts else [""]
    return parts


def _alike(folders: Sequence[str], others: Sequence[str]) -> int:
    """How many folders, counted from the file, are the same."""
    count = 0
    for one, other in zip(reversed(folders), reversed(others), strict=False):
        if one != other:
            break
        count += 1
    return count
