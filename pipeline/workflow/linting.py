"""Lexicons and templates checked: what is wrong, and what is hardly meant, with file and line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pipeline.call import Reason
from pipeline.configuration import files
from pipeline.refusal import Advice, Refusal
from pipeline.scoring.advice import advise as advise_on_template
from pipeline.scoring.advice import contradictions, once, values_in
from pipeline.scoring.loading import load_template, shared_problems
from pipeline.scoring.loading import problems as template_problems
from pipeline.scoring.template import Template
from pipeline.settings import Settings
from pipeline.text.advice import advise as advise_on_lexicon
from pipeline.text.document import read_document
from pipeline.text.lexicon import Lexicon, read_lexicon
from pipeline.text.match import broken_examples


@dataclass(frozen=True, slots=True)
class Linted:
    """One file and what is wrong with it; nothing is good. Advice refuses nothing."""

    path: Path
    problems: tuple[Refusal, ...]
    advice: tuple[Advice, ...] = ()


def lint(
    paths: Sequence[Path], home: Path | None, settings: Settings | None = None
) -> Iterator[Linted]:
    """The named files, and those in named folders; without any, every lexicon, template and
    shared file in force.

    With settings there is advice as well, on files that have no problem.
    """
    paths = tuple(chain.from_iterable(map(_inside, paths)))
    known = _known(paths, home)
    found = {path: tuple(_problems(path, known)) for path in paths or known.all}
    advice: list[Advice] = []
    if settings is not None:
        sound = [path for path, wrong in found.items() if not wrong]
        advice = _advice(sound, known)
        advice += () if paths else _unused(sound, known, settings)
    for path, problems in found.items():
        yield Linted(path, problems, tuple(one for one in advice if one.file == str(path)))


def _inside(path: Path) -> Sequence[Path]:
    """The rules in a folder and the folders in it; a file is itself, as is a folder of none."""
    found = sorted(path.rglob("*.yaml")) if path.is_dir() else ()
    return [one for one in found if _kind(one)] or [path]


@dataclass(frozen=True, slots=True)
class _Known:
    """All that is in force, and what is named besides. broken: what is wrong with lexicons."""

    lexicons: Mapping[Path, Lexicon]
    broken: Mapping[Path, tuple[Refusal, ...]]
    templates: Mapping[str, Path]
    shared: Mapping[str, Path]

    @property
    def words(self) -> dict[str, Lexicon]:
        """By name: of two, the one named last."""
        return {path.stem: lexicon for path, lexicon in self.lexicons.items()}

    @property
    def all(self) -> tuple[Path, ...]:
        """Every file, lexicons first."""
        words = dict.fromkeys((*self.lexicons, *self.broken))
        return (*sorted(words), *self.templates.values(), *self.shared.values())


def _known(paths: Sequence[Path], home: Path | None) -> _Known:
    words: dict[Path, Lexicon] = {}
    broken: dict[Path, tuple[Refusal, ...]] = {}
    named = [path for path in paths if _kind(path) == "lexicons"]
    for path in dict.fromkeys((*files("lexicons", home).values(), *named)):
        lexicon, problems = read_lexicon(path)
        if lexicon is not None:
            words[path] = lexicon
        if problems:
            broken[path] = tuple(problems)
    return _Known(words, broken, files("scorecards", home), files("scorecards/shared", home))


def _problems(path: Path, known: _Known) -> Iterator[Refusal]:
    kind = _kind(path)
    if kind is None:
        key = "cli.lint-neither" if path.is_file() else "cli.lint-missing"
        yield Refusal(key, str(path))
    elif kind == "scorecards":
        yield from template_problems(path, known.words, known.shared)
    elif kind == "shared":
        yield from shared_problems(path, known.words, known.shared)
    else:
        yield from known.broken.get(path) or untrue(known.lexicons[path])


def _kind(path: Path) -> str | None:
    """By the folder that it lies in, else by what it holds."""
    if not path.is_file():
        return None
    if path.resolve().parent.name in ("lexicons", "scorecards", "shared"):
        return path.resolve().parent.name
    heads = {line.partition(b":")[0].strip() for line in path.read_bytes()[: 1 << 20].splitlines()}
    if b"items" in heads:
        return "scorecards"
    if b"phrases" in heads:
        return "lexicons"
    return "shared" if b"conditions" in heads else None


def untrue(lexicon: Lexicon) -> tuple[Refusal, ...]:
    """The examples of a lexicon that do not come true."""
    file = str(lexicon.path)
    return tuple(
        Refusal("cli.lint-wrongly-matched", file, line, text=text, phrase=phrase)
        if phrase
        else Refusal("cli.lint-not-matched", file, line, text=text)
        for line, _, text, phrase in broken_examples(lexicon)
    )


def _advice(sound: Sequence[Path], known: _Known) -> list[Advice]:
    """On the files that are sound; contradictions are looked for in every sound template."""
    found: list[Advice] = []
    for path in sound:
        if path in known.lexicons:
            found += advise_on_lexicon(known.lexicons[path])
    named = [path for path in sound if _kind(path) == "scorecards"]
    for path in dict.fromkeys((*named, *known.templates.values())):
        template = _template(path, known)
        if template is not None:
            found += advise_on_template(template) if path in named else ()
            found += contradictions(template)
    return once(found)


def _template(path: Path, known: _Known) -> Template | None:
    try:
        return load_template(path, known.words, known.shared)
    except Refusal:
        return None


def _unused(sound: Sequence[Path], known: _Known, settings: Settings) -> Iterator[Advice]:
    """Lexicons that no template names, and neither the roles of speakers nor the gate."""
    from pipeline.speech.speakers import LEXICONS

    used = {settings.gate.phantoms, *LEXICONS}
    for path in (*known.templates.values(), *known.shared.values()):
        try:
            used |= set(values_in(read_document(path)[0]))
        except Refusal:
            return  # who knows what it would name
    for path in sound:
        if path in known.lexicons and path.stem not in used:
            yield Advice(Reason("advice.unused-lexicon"), str(path), 1)
