"""Files in writing opened: a source for every conversation, each with an id of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.speech.sources import Source
from pipeline.written import Reader, Written


def opened(files: Iterable[Source], reader: Reader, taken: set[str]) -> Iterator[Source]:
    """The conversations of the files, in order, each with its call or the reason why there is none.

    taken: ids that are given away; those that are given here join them.
    """
    for file in files:
        found = list(reader.read(file.paths[0]))
        for number, one in enumerate(found, 1):
            part = (one.part or str(number)) if len(found) > 1 else ""
            yield _source(file, one, part, taken)


def _source(file: Source, one: Written, part: str, taken: set[str]) -> Source:
    wished = (one.call.about.id if one.call else "") or (f"{file.id}#{part}" if part else file.id)
    called, number = wished, 1
    while called in taken and called != file.id:
        number += 1
        called = f"{wished}~{number}"
    taken.add(called)
    call = replace(one.call, id=called, sources=(file.paths[0].name,)) if one.call else None
    return replace(file, id=called, part=part, call=call, refusal=one.refusal)
