"""A phrase that somebody wants in a lexicon: written into its file, every other line as it was."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from pipeline.adopting.yaml_text import flow
from pipeline.refusal import Refusal
from pipeline.scoring.rulebook import LEXICONS, texts_of
from pipeline.settings import Storage
from pipeline.storage import Act, Audit
from pipeline.text.lexicon import Lexicon, load_lexicon
from pipeline.text.phrase import Phrase
from pipeline.workflow.adopting import keep
from pipeline.workflow.linting import untrue
from pipeline.workflow.rules import rule_files

MOST_CHARACTERS = 200
NOWHERE = "phrase"
"""What a lexicon of one phrase is called, where none was chosen."""
ITEM = re.compile(r"(\s*)- ")
_writing = Lock()
"""Of two who add a phrase at once, one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasing:
    """The phrase as it is typed, and how it is meant. lexicon "": only looked for; match "": as
    the lexicon has it; unless_within: no hit where the words found are part of one of these."""

    text: str
    lexicon: str = ""
    match: str = ""
    unless_within: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Phrased:
    """What would be written: the file (lexicons/forbidden.yaml) and its text, the lexicon that it
    then is, and in it the new phrase."""

    file: str
    text: str
    lexicon: Lexicon
    phrase: Phrase

    @property
    def alone(self) -> Lexicon:
        """A lexicon of the new phrase and no other."""
        return replace(self.lexicon, phrases=(self.phrase,), must_match=(), must_not_match=())


def phrased(texts: Mapping[str, str], wish: Phrasing) -> Phrased:
    """The phrase in its lexicon, checked as lint would; nothing is written.

    Raises Refusal where there is no such lexicon, the phrase is wrong or already there, or an
    example of the lexicon would not come true."""
    text = wish.text.strip()
    if not text or len(text) > MOST_CHARACTERS:
        raise Refusal("desk-rules.phrase-length", allowed=MOST_CHARACTERS)
    file = f"{LEXICONS}/{wish.lexicon or NOWHERE}.yaml"
    if not wish.lexicon:
        body = f"title: {NOWHERE}\nphrases:\n  - {_entry(wish, text)}\n"
        lexicon = _read(file, body, f"“{text}”")
        return Phrased(file, body, lexicon, lexicon.phrases[0])
    if file not in texts:
        raise Refusal("desk-rules.no-lexicon", found=wish.lexicon)
    before = _read(file, texts[file])
    body = _inserted(file, texts[file], before, _entry(wish, text))
    lexicon = _read(file, body, f"“{text}”（{file}）")
    added = [one for one in lexicon.phrases if one.text not in {p.text for p in before.phrases}]
    if len(added) != 1 or len(lexicon.phrases) != len(before.phrases) + 1:
        raise Refusal("desk-rules.not-inserted", file)
    if wrong := untrue(lexicon):
        raise _of(file, wrong[0])
    return Phrased(file, body, lexicon, added[0])


def check_phrase(home: Path, wish: Phrasing) -> None:
    """Raises Refusal as phrased() does, by the working copy."""
    phrased(texts_of(rule_files(home)), wish)


def add_phrase(home: Path, storage: Storage, wish: Phrasing, by: str) -> Phrased:
    """Write it into the lexicon of the home, on record; of a lexicon that came with the product a
    copy is made there. Raises Refusal as phrased() does, or where the file cannot be written."""
    if not wish.lexicon:
        raise Refusal("desk-rules.no-lexicon", found="")
    with _writing:
        done = phrased(texts_of(rule_files(home)), wish)
        path = home / done.file
        before = path.read_bytes() if path.is_file() else None
        try:
            keep(path, done.text)
        except OSError as error:
            found = error.strerror or str(error)
            raise Refusal("desk-rules.not-writable", str(path), found=found) from error
        try:
            Audit(home, storage).note(Act(by, "phrase-added", wish.lexicon, _told(done)))
        except BaseException:  # what is not on record has not happened
            path.unlink() if before is None else path.write_bytes(before)
            raise
    return done


def _told(done: Phrased) -> Mapping[str, str]:
    """Of a phrase, which is a rule and no word of a call."""
    return {"phrase": done.phrase.text, "match": done.phrase.kind.value}


def _entry(wish: Phrasing, text: str) -> str:
    """As it stands after the dash."""
    unless = [one.strip() for one in wish.unless_within if one.strip()]
    more = {"match": wish.match, "unless_within": unless}
    given = {key: value for key, value in more.items() if value}
    return flow({"phrase": text, **given} if given else text)


def _inserted(file: str, text: str, lexicon: Lexicon, entry: str) -> str:
    """A line more below the last phrase; Refusal where phrases do not stand one to a line."""
    lines = text.split("\n")
    last = max(phrase.line for phrase in lexicon.phrases) - 1
    dash = ITEM.match(lines[last])
    if dash is None:
        raise Refusal("desk-rules.flow-list", file, last + 1)
    end = last + 1
    for number, line in enumerate(lines[end:], end):
        if line.strip() and len(line) - len(line.lstrip()) <= len(dash[1]):
            break
        if line.strip() and not line.lstrip().startswith("#"):
            end = number + 1
    return "\n".join([*lines[:end], f"{dash[1]}- {entry}", *lines[end:]])


def _read(file: str, text: str, typed: str = "") -> Lexicon:
    """The lexicon of a text, whose problems name the file that it is the text of, or what somebody
    typed into it."""
    with TemporaryDirectory(prefix="zhiyin-phrase-") as folder:
        path = Path(folder) / Path(file).name
        path.write_text(text, "utf-8", newline="\n")
        try:
            return load_lexicon(path)
        except Refusal as refusal:
            raise _of(typed or file, refusal, typed == "") from None


def _of(file: str, problem: Refusal, has_lines: bool = True) -> Refusal:
    line, column = (problem.line, problem.column) if has_lines else (None, None)
    return Refusal(problem.reason.key, file, line, column, **problem.reason.values)
