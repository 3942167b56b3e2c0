"""What people type to search, as a tree: reading_query.py makes it, finding.py asks it of a call.

A query is asked of a whole call: 客户:退款 和 坐席:不清楚 holds where the one said this and the
other that, in whatever turns.
"""

from dataclasses import dataclass

from pipeline.call import Speaker
from pipeline.text.normal import normal
from pipeline.text.sound import readings


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase that is said: form is its normal form. speaker: by whom, None: by anybody; sound:
    or what sounds like it."""

    form: str
    speaker: Speaker | None = None
    sound: bool = False

    @property
    def heard(self) -> tuple[str, ...]:
        """What is looked for: the normal form, or the phrase's sounds."""
        return readings(self.form) if self.sound else (self.form,)


@dataclass(frozen=True, slots=True)
class Near:
    """One near the other: so many turns or milliseconds apart at most, in that order or in any."""

    first: "Phrases"
    second: "Phrases"
    turns: int | None = None
    milliseconds: int | None = None
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """The call holds nothing of that."""

    part: "Query"


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: "tuple[Query, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: "tuple[Query, ...]"


Query = Said | Near | Not | All | Some
Phrases = Said | Some
"""What may stand on a side of Near: a phrase, or some to choose from."""


def phrase(text: str, speaker: Speaker | None = None, sound: bool = False) -> Said:
    """A phrase as it is looked for."""
    return Said(normal(text).text, speaker, sound)


def phrases(query: Query) -> tuple[Said, ...]:
    """All of its phrases, each once."""
    return tuple(dict.fromkeys(_phrases(query)))


def _phrases(query: Query) -> list[Said]:
    if isinstance(query, Said):
        return [query]
    if isinstance(query, Near):
        return [*_phrases(query.first), *_phrases(query.second)]
    parts = (query.part,) if isinstance(query, Not) else query.parts
    return [one for part in parts for one in _phrases(part)]


def finds(query: Query) -> bool:
    """Whether it names something that must be said; what it only excludes nobody can be shown."""
    if isinstance(query, All):
        return any(map(finds, query.parts))
    if isinstance(query, Some):
        return all(map(finds, query.parts))
    return not isinstance(query, Not)


def choices(query: Query) -> tuple[tuple[Said, ...], ...]:
    """Sets of phrases; of each set at least one is said wherever the query holds."""
    if isinstance(query, Said):
        return ((query,),)
    if isinstance(query, Near):
        return (*choices(query.first), *choices(query.second))
    if isinstance(query, All):
        return tuple(one for part in query.parts if finds(part) for one in choices(part))
    if isinstance(query, Some):
        return (tuple(dict.fromkeys(one for part in query.parts for one in choices(part)[0])),)
    return ()
