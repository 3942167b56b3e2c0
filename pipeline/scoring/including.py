"""Conditions that templates share: files in scorecards/shared/, named by `include:`.

All names of a template and of what it includes are one list, so that none may stand there twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.refusal import Refusal
from pipeline.scoring.condition_reading import Named
from pipeline.scoring.reading import Fields, Reading
from pipeline.text.document import Listing, Node, read_document
from pipeline.text.document import Mapping as MappingNode

SHARED = "shared"
SHARED_KEYS = ("name", "title", "note", "include", "conditions")


def shared_beside(template: Path) -> dict[str, Path]:
    """The files that a template may include, where nobody says which: those in shared/ beside."""
    return {path.stem: path for path in sorted((template.parent / SHARED).glob("*.yaml"))}


@dataclass(slots=True)
class Including:
    """What one template comes to with all that it includes.

    known: the files that may be named. nodes: every condition by its name. sources: the text of
    every file included, by its name.
    """

    known: Mapping[str, Path]
    nodes: dict[str, Named] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def take(self, reading: Reading, fields: Fields) -> None:
        """The conditions of one file, after those of the files that it includes."""
        node = fields.get("include")
        for one in node.items if isinstance(node, Listing) else [node] if node else []:
            self.include(reading, one)
        self.conditions(reading, fields.get("conditions"))

    def include(self, reading: Reading, node: Node) -> None:
        name = reading.word(node)
        if name in self.open:
            reading.note("include-circle", node, " → ".join([*self.open, name]))
        elif name not in self.known:
            reading.note("unknown-include", node, name, "、".join(self.known))
        elif name not in self.sources:
            self.open.append(name)
            self.read(reading, name)
            self.open.pop()

    def read(self, reading: Reading, name: str) -> None:
        path = self.known[name]
        try:
            root, self.sources[name] = read_document(path)
        except Refusal as refusal:
            reading.problems.append(refusal)
            return
        inside = replace(reading, file=str(path))
        self.take(inside, shared_fields(inside, root, name))

    def conditions(self, reading: Reading, node: Node | None) -> None:
        if node is None:
            return
        if not isinstance(node, MappingNode):
            reading.note("not-a-mapping", node)
            return
        for key, value in node.pairs:
            name = reading.name(key)
            if name in self.nodes:
                first = self.nodes[name]
                place = f"{first.reading.file}:{first.node.line}"
                reading.note("condition-twice", key, name, place)
            self.nodes.setdefault(name, Named(value, reading))


def shared_fields(reading: Reading, root: Node, name: str) -> Fields:
    """The keys of a shared file; name is the one that it goes by."""
    fields = reading.fields(root, SHARED_KEYS, ("conditions",))
    written = fields.get("name")
    if written is not None and reading.word(written) != name:
        reading.note("wrong-name", written, reading.word(written), name)
    return fields
