"""The rulesets in force: bundled ones, and before them a centre's own in its home folder."""

from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.call import Call
from pipeline.configuration import files
from pipeline.refusal import Refusal
from pipeline.scoring.rulebook import Files, Rulebook, read_rulebook, rebuilt, texts_of
from pipeline.scoring.ruleset import Ruleset, choose, find_template, load_rulesets
from pipeline.storage import Store
from pipeline.text.lexicon import Lexicon, load_lexicon

AUTO = "auto"
BUNDLED = 0
"""The version of the rules that came with the product; a centre's own begin with 1."""
Which = int | Mapping[str, str] | None
"""Rules by their version, or by their texts (file -> text); None: the working copy."""


def rule_files(home: Path | None) -> Files:
    """Every file of the working copy: bundled ones, and before them a centre's own."""
    return {
        "lexicons": files("lexicons", home),
        "scorecards": files("scorecards", home),
        "scorecards/shared": files("scorecards/shared", home),
    }


def texts_of_version(version: int, store: Store) -> Mapping[str, str]:
    """The rules of a published version as they were written; KeyError where there is none."""
    if version == BUNDLED:
        return texts_of(rule_files(None))
    publication = store.published(version)
    if publication is None:
        raise KeyError(version)
    return publication.texts


def rulebook(which: Which, home: Path, store: Store) -> Rulebook:
    """All rules of a version. Raises Refusal where a file is wrong."""
    if which is None:
        return read_working_copy(home)
    return rebuilt(texts_of_version(which, store) if isinstance(which, int) else which)


def read_working_copy(home: Path) -> Rulebook:
    """The rules as the files hold them now. Raises Refusal where one is wrong."""
    return read_rulebook(rule_files(home))


def rulesets_of(book: Rulebook, template: str) -> tuple[Ruleset, ...]:
    """Those that a call may be scored by: of "auto" every one, else that of the template, by its
    name or its file, whose words are the rulebook's. Raises Refusal where there is none."""
    if template == AUTO:
        return book.rulesets
    known = {one.template.name: one for one in book.rulesets}
    if template in known:
        return (known[template],)
    path = find_template(template, {name: one.template.path for name, one in known.items()})
    return load_rulesets([path], book.lexicons)


_KNOWN: dict[str, Ruleset] = {}
MANY = 64
"""Rulesets that are kept read; a desk meets a few versions of a few templates."""


def ruleset_of(digest: str, texts_of: Callable[[str], Mapping[str, str]]) -> Ruleset:
    """The rules that a card was drafted by, read again from their stored texts. A digest means the
    same for ever: once read it is kept. Refusal where they are not stored, or where this version
    cannot read them any more."""
    known = _KNOWN.get(digest)
    if known is None:
        try:
            found = {one.digest: one for one in rebuilt(texts_of(digest)).rulesets}
            known = found[digest]
        except (Refusal, KeyError) as error:
            raise Refusal("rules.unreadable", found=digest[:12]) from error
        if len(_KNOWN) >= MANY:
            _KNOWN.clear()
        _KNOWN[digest] = known
    return known


def lexicons(home: Path | None) -> dict[str, Lexicon]:
    """Every lexicon by name. Raises Refusal at the first problem of a file."""
    return {name: load_lexicon(path) for name, path in files("lexicons", home).items()}


def rulesets(template: str, home: Path | None, words: Mapping[str, Lexicon]) -> tuple[Ruleset, ...]:
    """The ruleset of a template's name or file; of "auto", of every template. Raises Refusal."""
    known = files("scorecards", home)
    paths = known.values() if template == AUTO else [find_template(template, known)]
    return load_rulesets(paths, words, files("scorecards/shared", home))


def ruleset_for(call: Call, candidates: tuple[Ruleset, ...], template: str) -> Ruleset | None:
    """The template that was asked for, whatever it says that it applies to; else the fitting."""
    return choose(call, candidates) if template == AUTO else next(iter(candidates), None)
