"""A template together with every file that it reaches: what a scorecard was made with."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.call import Call
from pipeline.refusal import Refusal
from pipeline.scoring.loading import Shared, load_template
from pipeline.scoring.template import Template
from pipeline.text.lexicon import Lexicon, load_lexicons


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A template, and the SHA-256 (hexadecimal) of it, what it includes and its lexicons."""

    template: Template
    digest: str

    @property
    def files(self) -> Mapping[str, str]:
        """Name -> text of every file that the digest covers."""
        return sources(self.template)


def ruleset(template: Template) -> Ruleset:
    """The ruleset of a template. A changed byte in any of its files changes the digest."""
    total = hashlib.sha256()
    for name, text in sources(template).items():
        for part in (name, text):
            data = part.encode()
            total.update(len(data).to_bytes(8, "big"))
            total.update(data)
    return Ruleset(template, total.hexdigest())


def sources(template: Template) -> dict[str, str]:
    """Name -> text of a template and of all files that it reaches, in a fixed order."""
    lexicons = sorted(template.lexicons, key=lambda lexicon: lexicon.name)
    return {
        f"scorecards/{template.name}.yaml": template.source,
        **{f"scorecards/shared/{name}.yaml": t for name, t in sorted(template.included.items())},
        **{f"lexicons/{lexicon.name}.yaml": lexicon.source for lexicon in lexicons},
    }


def find_template(name: str | Path, known: Mapping[str, Path]) -> Path:
    """The file of a template, by its name among the known ones or by its path.

    Raises Refusal where there is none.
    """
    if str(name) in known:
        return known[str(name)]
    path = Path(name)
    if path.suffix not in (".yaml", ".yml") or not path.is_file():
        raise Refusal("template.unknown-template", found=str(name), allowed="、".join(known))
    return path


def load_ruleset(name: str | Path, scorecards: Path, lexicons: Path) -> Ruleset:
    """The ruleset of a template by its name in the folder scorecards, or by its path.

    Raises Refusal where there is no such template, or where it or a lexicon is wrong.
    """
    known = {path.stem: path for path in sorted(scorecards.glob("*.yaml"))}
    (found,) = load_rulesets([find_template(name, known)], load_lexicons(lexicons))
    return found


def load_rulesets(
    paths: Iterable[Path], lexicons: Mapping[str, Lexicon], shared: Shared | None = None
) -> tuple[Ruleset, ...]:
    """The rulesets of templates, in order; Refusal at the first wrong one.

    shared: what they may include, besides the files in shared/ beside each.
    """
    return tuple(ruleset(load_template(path, lexicons, shared)) for path in paths)


def choose(call: Call, rulesets: Iterable[Ruleset]) -> Ruleset | None:
    """The ruleset that a call is for: of those whose `applies` fit, the most particular.

    None where none fits; of equally particular ones the first.
    """
    fitting = [ruleset for ruleset in rulesets if _fits(call, ruleset.template)]
    return max(fitting, key=lambda ruleset: len(ruleset.template.applies), default=None)


def _fits(call: Call, template: Template) -> bool:
    about = {
        "medium": call.medium.value,
        "direction": call.about.direction,
        "queue": call.about.queue,
        "project": call.about.project,
    }
    return all(about[key] in values for key, values in template.applies.items())
