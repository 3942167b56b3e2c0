"""What can be found in a call: one module = one detector = one name. CONTRIBUTING.md adds one.

A detector's docstring is its help page, in English and Chinese; the keyword-only parameters of its
`find` are the settings that a template may give. There is no register: the folder is the list.
"""

import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import MappingProxyType

from pipeline.hit import Hits

LINE_BREAK = re.compile(r"\s*\n\s*")
CHINESE_LINE_BREAK = re.compile(r"(?<=[^\x00-\x7f])\n(?=[^\x00-\x7f])")


@dataclass(frozen=True, slots=True)
class Described:
    """The same sentence in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Detector:
    """One detector, as its module says.

    find takes a call and the settings by keyword. settings: name -> parameter, whose annotation is
    the type and whose default, if any, stands in for what a template leaves out. described: what
    each setting means.
    """

    name: str
    find: Callable[..., Hits]
    help_zh: str
    help_en: str
    settings: Mapping[str, inspect.Parameter]
    described: Mapping[str, Described]


@cache
def names() -> tuple[str, ...]:
    """All detectors, in the order of their names."""
    modules = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in modules if not name.startswith("_")))


@cache
def detector(name: str) -> Detector:
    """The detector of that name; KeyError if there is none."""
    if name not in names():
        raise KeyError(name)
    module = import_module(f"{__name__}.{name}")
    settings = {
        key: parameter
        for key, parameter in inspect.signature(module.find).parameters.items()
        if parameter.kind == inspect.Parameter.KEYWORD_ONLY
    }
    help_page, described = _read(inspect.getdoc(module) or "", settings)
    return Detector(
        name, module.find, help_page.zh, help_page.en, MappingProxyType(settings), described
    )


def _read(page: str, settings: Mapping[str, object]) -> tuple[Described, Mapping[str, Described]]:
    """Paragraphs of "English | 中文"; those that begin with "SETTING: " describe it."""
    english, chinese = [], []
    described: dict[str, Described] = {}
    for paragraph in page.split("\n\n"):
        left, _, right = LINE_BREAK.sub(" ", CHINESE_LINE_BREAK.sub("", paragraph)).partition(" | ")
        name, colon, rest = left.partition(": ")
        if colon and name in settings:
            described[name] = Described(rest, right)
        else:
            english.append(left)
            chinese.append(right)
    return Described("\n\n".join(english), "\n\n".join(chinese)), MappingProxyType(described)
