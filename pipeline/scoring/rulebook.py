"""All rules at once: every template, shared file and lexicon, as they are worked on or published.

A rulebook is its texts: laid out in a folder they are read like any files, so that a published
version comes back from the database alone, and there is one way to read rules.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.scoring.ruleset import Ruleset, load_rulesets
from pipeline.text.document import read_text
from pipeline.text.lexicon import Lexicon, load_lexicon

LEXICONS, TEMPLATES, SHARED = "lexicons", "scorecards", "scorecards/shared"
KINDS = (LEXICONS, TEMPLATES, SHARED)
Files = Mapping[str, Mapping[str, Path]]
"""Kind -> name -> file."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """rulesets: one a template; texts: file -> its text (lexicons/forbidden.yaml -> ...)."""

    rulesets: tuple[Ruleset, ...]
    lexicons: Mapping[str, Lexicon]
    texts: Mapping[str, str]

    @property
    def digests(self) -> dict[str, str]:
        """Template -> digest of its ruleset."""
        return {one.template.name: one.digest for one in self.rulesets}


def texts_of(files: Files) -> dict[str, str]:
    """File -> its text, of all rules; read and not understood, and so quick."""
    return {
        f"{kind}/{name}.yaml": read_text(path)
        for kind in KINDS
        for name, path in sorted(files[kind].items())
    }


def read_rulebook(files: Files) -> Rulebook:
    """The rules in those files; Refusal at the first thing that is wrong with one."""
    paths = tuple((kind, tuple(sorted(files[kind].items()))) for kind in KINDS)
    return _read(paths, tuple(texts_of(files).items()))


@lru_cache(maxsize=4)
def _read(
    paths: tuple[tuple[str, tuple[tuple[str, Path], ...]], ...], texts: tuple[tuple[str, str], ...]
) -> Rulebook:
    """Kept, as the same rules are asked for several times by one command: half a second each."""
    files = {kind: dict(named) for kind, named in paths}
    lexicons = {name: load_lexicon(path) for name, path in files[LEXICONS].items()}
    rulesets = load_rulesets(files[TEMPLATES].values(), lexicons, files[SHARED])
    return Rulebook(rulesets, lexicons, dict(texts))


def rebuilt(texts: Mapping[str, str]) -> Rulebook:
    """The rules of these texts, whatever the files hold by now."""
    return _rebuilt(tuple(sorted(texts.items())))


@lru_cache(maxsize=4)
def _rebuilt(texts: tuple[tuple[str, str], ...]) -> Rulebook:
    with TemporaryDirectory(prefix="zhiyin-rules-") as folder:
        return read_rulebook(_laid_out(texts, Path(folder)))


def _laid_out(texts: Iterable[tuple[str, str]], folder: Path) -> Files:
    files: dict[str, dict[str, Path]] = {kind: {} for kind in KINDS}
    for name, text in texts:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        files[name.rpartition("/")[0]][path.stem] = path
    return files
