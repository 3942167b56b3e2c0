"""Lexicons and conditions in the making: each list of phrases once, under a name of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pipeline.adopting.adopted import Misfits, Tree, Wording, Words
from pipeline.adopting.checking import sound_wordings

Condition = dict[str, Tree]
MAX_DEPTH = 14
"""Levels of a condition; a template has room for 20, its own included."""


class Unfit(Exception):
    """A rule that cannot be said in our words: a key of wording/adopting.yaml, and its values."""

    def __init__(self, key: str, found: str = "", /, **values: str | float):
        self.key = key
        self.found = found
        self.values = values
        super().__init__(key)


Kept = TypeVar("Kept", bound=Mapping[str, Tree])


def shallow(tree: Kept) -> Kept:
    """The same tree. Unfit where it is deeper than a template may be."""
    level: list[Tree] = [tree]
    for _ in range(MAX_DEPTH):
        level = [part for one in level for part in _parts(one)]
        if not level:
            return tree
    raise Unfit("boolean-deep", allowed=MAX_DEPTH)


def _parts(tree: Tree) -> Sequence[Tree]:
    if isinstance(tree, Mapping):
        return list(tree.values())
    return () if isinstance(tree, str | int | float) else tree


@dataclass(slots=True)
class Making:
    """What one foreign file comes to, so far. name begins the names of its lexicons."""

    name: str
    match: str
    misfits: Misfits = field(default_factory=Misfits)
    lexicons: dict[str, Words] = field(default_factory=dict)
    known: dict[tuple[object, ...], str] = field(default_factory=dict)

    def lexicon(self, wordings: Sequence[Wording], title: str) -> str:
        """The name of a lexicon of these phrases, made where there is none yet.

        Unfit where a lexicon takes none of them.
        """
        sound = sound_wordings(wordings, self.match, self.misfits)
        if not sound:
            raise Unfit("no-phrase", "、".join(wording.text for wording in wordings))
        form = tuple((w.text, w.match, w.unless_within) for w in sound)
        if form not in self.known:
            name = f"{self.name}-{len(self.known) + 1}"
            self.known[form] = name
            plain = tuple(replace(wording, group="", note="") for wording in sound)
            self.lexicons[name] = Words(name, title, self.match, plain)
        return self.known[form]

    def phrases(self, wordings: Sequence[Wording], title: str) -> Condition:
        """The condition that one of these is said."""
        return {"find": "phrase", "lexicon": self.lexicon(wordings, title)}
