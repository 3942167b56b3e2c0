"""Reads a template file: every problem with its line, or a Template."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.refusal import Refusal
from pipeline.scoring.condition_reading import ConditionReading
from pipeline.scoring.including import Including, shared_beside, shared_fields
from pipeline.scoring.item_reading import ItemReading
from pipeline.scoring.reading import Reading
from pipeline.scoring.template import Scale, Section, Template
from pipeline.scoring.trial_reading import read_trials
from pipeline.text.document import Node, read_document
from pipeline.text.lexicon import Lexicon

TEMPLATE_KEYS = (
    *("name", "title", "version", "note", "scale", "applies", "sections"),
    *("include", "conditions", "items", "bonus", "tests"),
)
BONUS_KEYS = ("excellent",)
SECTION_KEYS = ("id", "title", "max", "floor")
ROUTES = ("medium", "direction", "queue", "project")
Shared = Mapping[str, Path]
"""Files of shared conditions by name."""


def load_template(
    path: Path, lexicons: Mapping[str, Lexicon], shared: Shared | None = None
) -> Template:
    """The template in a file; Refusal (file, line, found, allowed) at the first problem.

    shared: what `include` may name, besides the files in the folder shared/ beside the template.
    """
    template, refusals = _read(path, lexicons, shared)
    if template is None or refusals:
        raise refusals[0]
    return template


def problems(
    path: Path, lexicons: Mapping[str, Lexicon], shared: Shared | None = None
) -> list[Refusal]:
    """Everything that is wrong with a template file, in the order of its lines; then what is
    wrong with the files that it includes."""
    return _read(path, lexicons, shared)[1]


def shared_problems(
    path: Path, lexicons: Mapping[str, Lexicon], shared: Shared | None = None
) -> list[Refusal]:
    """Everything that is wrong with a file of shared conditions, by itself."""
    try:
        root, _ = read_document(path)
    except Refusal as refusal:
        return [refusal]
    reading = Reading(str(path), lexicons)
    known = {**shared_beside(path.parent), **(shared or {})}
    included = Including(known, open=[path.stem])
    included.take(reading, shared_fields(reading, root, path.stem))
    _read_all(ConditionReading(reading, included.nodes))
    return _ordered(reading.problems, str(path))


def _read(
    path: Path, lexicons: Mapping[str, Lexicon], shared: Shared | None
) -> tuple[Template | None, list[Refusal]]:
    try:
        root, source = read_document(path)
    except Refusal as refusal:
        return None, [refusal]
    reading = Reading(str(path), lexicons)
    included = Including({**shared_beside(path), **(shared or {})})
    template = _TemplateReading(reading, root, included).template(path, source)
    return template, _ordered(reading.problems, str(path))


def _ordered(found: list[Refusal], file: str) -> list[Refusal]:
    """Each problem once, by line; those of the file itself first."""
    unique = {(r.file, r.line, str(r.reason)): r for r in found}.values()
    return sorted(unique, key=lambda r: (r.file != file, r.file, r.line or 0))


def _read_all(conditions: ConditionReading) -> None:
    for name, written in conditions.nodes.items():
        conditions.by_name(name, written.node.line)


class _TemplateReading:
    def __init__(self, reading: Reading, root: Node, included: Including):
        self.reading = reading
        self.included = included
        self.fields = reading.fields(root, TEMPLATE_KEYS, ("title", "version", "items"))
        included.take(reading, self.fields)
        self.conditions = ConditionReading(reading, included.nodes)

    def template(self, path: Path, source: str) -> Template:
        _read_all(self.conditions)
        sections = self.sections()
        ids = frozenset(section.id for section in sections)
        items = ItemReading(self.reading, self.conditions, ids).items(self.fields.get("items"))
        named = {k: v for k, v in self.conditions.named.items() if v is not None}
        return Template(
            name=self.name(path),
            title=self.reading.word(self.fields.get("title")),
            version=self.reading.word(self.fields.get("version")),
            scale=self.reading.choice(self.fields.get("scale"), Scale, Scale.DEDUCT),
            sections=sections,
            items=items,
            conditions=named,
            applies=self.applies(),
            lexicons=tuple(self.reading.reached.values()),
            included=self.included.sources,
            trials=read_trials(self.reading, self.fields.get("tests"), [i.id for i in items]),
            excellent=self.excellent(),
            path=path,
            source=source,
        )

    def name(self, path: Path) -> str:
        node = self.fields.get("name")
        name = self.reading.name(node) or path.stem
        if node is not None and name != path.stem:
            self.reading.note("wrong-name", node, name, path.stem)
        return name

    def applies(self) -> dict[str, tuple[str, ...]]:
        node = self.fields.get("applies")
        fields = self.reading.fields(node, ROUTES) if node is not None else {}
        return {key: self.reading.words(value) for key, value in fields.items()}

    def excellent(self) -> float:
        node = self.fields.get("bonus")
        fields = self.reading.fields(node, BONUS_KEYS, BONUS_KEYS) if node is not None else {}
        return self.reading.number(fields.get("excellent")) or 0.0

    def sections(self) -> tuple[Section, ...]:
        found: list[Section] = []
        for node in self.reading.listing(self.fields.get("sections")):
            fields = self.reading.fields(node, SECTION_KEYS, ("id", "title"))
            section = Section(
                id=self.reading.name(fields.get("id")),
                title=self.reading.word(fields.get("title")),
                max=self.reading.number(fields.get("max")),
                floor=self.reading.number(fields.get("floor")) or 0.0,
                line=node.line,
            )
            if section.id in [other.id for other in found]:
                self.reading.note("duplicate-id", node, section.id)
            found.append(section)
        return tuple(found)
