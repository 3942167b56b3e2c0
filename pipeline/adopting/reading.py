"""Which format a foreign file is in, and what it gives."""

from pathlib import Path
from typing import Literal, get_args

from pipeline.adopting.adopted import Adopted
from pipeline.adopting.alibaba import is_alibaba, read_alibaba
from pipeline.adopting.boolean_rules import looks_boolean, read_boolean
from pipeline.adopting.phrase_list import Told, read_phrases
from pipeline.adopting.tables import read_text
from pipeline.hit import Kind
from pipeline.refusal import Refusal
from pipeline.text.workbooks import is_workbook

Format = Literal["phrases", "boolean", "alibaba"]
FORMATS = get_args(Format)


def read_rules(path: Path, name: str, told: Told, form: str = "") -> Adopted:
    """What a file gives; form "": by what it holds. match "": as the engine it is from does.

    Others look for characters, wherever they stand; a list of phrases is taken as words.
    """
    form = form or _form(path)
    if form not in FORMATS:
        raise Refusal("adopting.format", str(path), found=form, allowed="、".join(FORMATS))
    if form == "alibaba":
        return read_alibaba(path, name, told.match or Kind.TEXT.value)
    if form == "boolean":
        return read_boolean(path, name, told.match or Kind.TEXT.value)
    return read_phrases(path, name, told)


def _form(path: Path) -> Format:
    if is_workbook(path) or path.suffix.lower() in (".csv", ".tsv"):
        return "phrases"
    text = read_text(path)
    if text.lstrip().startswith(("{", "[")):
        return "alibaba" if is_alibaba(text) else "boolean"
    return "boolean" if looks_boolean(text) else "phrases"
