"""Rules from elsewhere: read, checked as if they were ours, and only then kept."""

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.adopting.adopted import Adopted, Misfit
from pipeline.adopting.phrase_list import Told
from pipeline.adopting.reading import read_rules
from pipeline.adopting.yaml_text import lexicon_text, template_text
from pipeline.refusal import Advice, Refusal
from pipeline.scoring.advice import advise as advise_on_template
from pipeline.scoring.loading import load_template
from pipeline.text.advice import advise as advise_on_lexicon
from pipeline.text.lexicon import Lexicon, load_lexicon

NAME = re.compile(r"[^\W_][\w-]{0,79}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. name "": as the file is called; form "": by what it holds.

    origin is the first line of what is made.
    """

    path: Path
    out: Path
    origin: str
    name: str = ""
    form: str = ""
    told: Told = field(default_factory=Told)
    force: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What was made (path → text; kept unless it was only tried), what did not fit, and what lint
    advises on what was made."""

    files: Mapping[Path, str]
    misfits: tuple[Misfit, ...]
    advice: tuple[Advice, ...]


def adopt(wish: Wish) -> Taken:
    """Read a file of another engine into out/lexicons and out/scorecards.

    Raises Refusal where it gives nothing, where a file is already there, or where what came of it
    is no good: then nothing is written.
    """
    name = wish.name or re.sub(r"[^\w-]+", "-", wish.path.stem).strip("-_")
    if not NAME.fullmatch(name):
        raise Refusal("adopting.name", str(wish.path), found=name)
    if not wish.path.is_file():
        raise Refusal("file.not-found", str(wish.path))
    adopted = read_rules(wish.path, name, wish.told, wish.form)
    files = {wish.out / place: text for place, text in _texts(adopted, wish.origin).items()}
    if not files:
        _refuse_unread(adopted, wish.path)
        raise Refusal("adopting.nothing", str(wish.path))
    there = [path for path in files if path.exists()]
    if there and not (wish.force or wish.dry_run):
        raise Refusal("adopting.exists", str(there[0]), allowed="--force")
    advice = _checked(files, wish.out)
    if not wish.dry_run:
        for path, text in files.items():
            keep(path, text)
    return Taken(files, adopted.misfits, advice)


def _refuse_unread(adopted: Adopted, path: Path) -> None:
    """Where nothing came of a file: the first rule in it that could not be read, if any."""
    for misfit in adopted.misfits:
        if misfit.reason.key.startswith("adopting.boolean"):
            raise Refusal(misfit.reason.key, str(path), misfit.line, None, **misfit.reason.values)


def _texts(adopted: Adopted, origin: str) -> dict[str, str]:
    texts = {f"lexicons/{w.name}.yaml": lexicon_text(w, origin) for w in adopted.lexicons}
    if adopted.rules is not None:
        name = f"scorecards/{adopted.rules.name}.yaml"
        texts[name] = template_text(adopted.rules, origin)
    return texts


def _checked(files: Mapping[Path, str], out: Path) -> tuple[Advice, ...]:
    """Lint what is to be written, the template by these lexicons alone. Refusal at an error."""
    words: dict[str, Lexicon] = {}
    advice: list[Advice] = []
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():  # lexicons come first
            tried = Path(folder) / path.relative_to(out)
            keep(tried, text)
            try:
                if tried.parent.name == "lexicons":
                    words[tried.stem] = load_lexicon(tried)
                    found = list(advise_on_lexicon(words[tried.stem]))
                else:
                    found = list(advise_on_template(load_template(tried, words, {})))
            except Refusal as refusal:
                raise _at(path, refusal) from None
            advice += (replace(one, file=str(path)) for one in found)
    return tuple(advice)


def _at(path: Path, problem: Refusal) -> Refusal:
    key, values = problem.reason.key, problem.reason.values
    return Refusal(key, str(path), problem.line, problem.column, **values)


def keep(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    written = Path(name)
    written.chmod(0o644)
    written.replace(path)
