"""What the pages of lexicons and templates show."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.report.rule_words import Line, cost, in_words, lexicons_of
from pipeline.scoring.rulebook import LEXICONS, SHARED, TEMPLATES, Rulebook
from pipeline.scoring.template import Item, Section, Template
from pipeline.text.lexicon import Lexicon
from pipeline.text.normal import normal

MOST_FOUND = 200
"""So many lines a search shows."""


@dataclass(frozen=True, slots=True)
class Use:
    """An item that looks in a lexicon."""

    template: Template
    item: Item


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item as it is read: cost and rule in words, the lexicons that it looks in."""

    item: Item
    cost: str
    lines: tuple[Line, ...]
    lexicons: tuple[Lexicon, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """A part of a template; section None: items that stand in none."""

    section: Section | None
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a file of the rules."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class FoundIn:
    """The lines of a file that hold what is searched for. page: where the file is read."""

    file: str
    title: str
    page: str
    lines: tuple[SourceLine, ...]


def uses(book: Rulebook) -> Mapping[str, Sequence[Use]]:
    """Of every lexicon the items that look in it."""
    found: dict[str, list[Use]] = {name: [] for name in book.lexicons}
    for template in (one.template for one in book.rulesets):
        for item in template.items:
            for lexicon in lexicons_of(item, template):
                found[lexicon].append(Use(template, item))
    return found


def template_view(template: Template, book: Rulebook, language: str) -> tuple[SectionView, ...]:
    """Its items in words, by section."""
    items = [item_view(item, template, book, language) for item in template.items]
    sections: list[Section | None] = [*template.sections, None]
    views = (
        SectionView(one, tuple(v for v in items if v.item.section == (one.id if one else "")))
        for one in sections
    )
    return tuple(view for view in views if view.items)


def item_view(item: Item, template: Template, book: Rulebook, language: str) -> ItemView:
    """One item in words."""
    return ItemView(
        item,
        cost(item, language),
        in_words(item, template, language),
        tuple(book.lexicons[name] for name in lexicons_of(item, template)),
    )


def source_lines(text: str, first: int = 1, last: int | None = None) -> tuple[SourceLine, ...]:
    """The lines of a file from first to last, without blank ones at the end."""
    lines = [SourceLine(n, line) for n, line in enumerate(text.splitlines(), 1)]
    chosen = lines[first - 1 : last]
    while chosen and not chosen[-1].text.strip():
        chosen.pop()
    return tuple(chosen)


def source_of_item(item: Item, template: Template) -> tuple[SourceLine, ...]:
    """As the file has it: from its line to the next item's."""
    later = [other.line for other in template.items if other.line > item.line]
    return source_lines(template.source, item.line, min(later) - 1 if later else None)


def search(book: Rulebook, asked: str) -> tuple[FoundIn, ...]:
    """Every line of the rules that holds the words, however they are written: 您 好 finds 您好."""
    wanted = normal(asked).text
    if not wanted:
        return ()
    return tuple(_limited(_found(book, wanted)))


def _found(book: Rulebook, wanted: str) -> Iterator[FoundIn]:
    titles = {f"{LEXICONS}/{name}.yaml": lexicon.title for name, lexicon in book.lexicons.items()}
    titles |= {f"{TEMPLATES}/{r.template.name}.yaml": r.template.title for r in book.rulesets}
    for file, text in book.texts.items():
        lines = tuple(line for line in source_lines(text) if wanted in normal(line.text).text)
        if lines or wanted in normal(file).text:
            yield FoundIn(file, titles.get(file, ""), page_of(file), lines)


def _limited(found: Iterable[FoundIn]) -> Iterator[FoundIn]:
    left = MOST_FOUND
    for one in found:
        if left <= 0:
            return
        yield FoundIn(one.file, one.title, one.page, one.lines[:left])
        left -= len(one.lines)


def page_of(file: str) -> str:
    """Where a file of the rules is read at the desk."""
    kinds: Mapping[str, str] = {LEXICONS: "lexicons", TEMPLATES: "templates", SHARED: "shared"}
    folder, _, name = file.rpartition("/")
    return f"/rules/{kinds[folder]}/{name.removesuffix('.yaml')}"
