"""Cases as slides: for each what to learn with its sound, what was said, stages, questions.

The sound is embedded the way python-pptx embeds films, which PowerPoint plays by a click; nothing
lies beside the file. python-pptx enters here alone.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pipeline.report.rendering import write_page
from pipeline.speech.clip import MEDIA_TYPE
from pipeline.storage.case_records import Quality, Stage
from pipeline.wording import clock, word
from pipeline.workflow.cases import Told
from pipeline.workflow.excerpts import Line
from pipeline.workflow.handing_out import Pack, Part

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide
    from pptx.text.text import TextFrame

T = TypeVar("T")
FILE = "cases.pptx"
MEDIA = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
WIDE, HIGH, EDGE = 13.333, 7.5, 0.7
"""Inches of a slide, and of its margin."""
TITLE_ONLY = 5
"""A layout of python-pptx's own template."""
INK, SOFT, GOOD, BAD, SOUND = "1E2422", "5D6763", "35724A", "B3322B", "17736B"
LINES = 13
"""So many lines of an excerpt fit on a slide, each of so many characters' width."""
LINE_WIDTH = 90
LONGEST = 300
"""Characters of a line that is taken apart."""
STAGES = 4
QUESTIONS = 8


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of text as it looks."""

    text: str
    size: int = 18
    colour: str = INK
    bold: bool = False


def write_case_slides(pack: Pack, target: Path, language: str) -> Path:
    """Write the slides; into a folder under their usual name. The file; Refusal where it cannot
    be."""
    return write_page(target, FILE, case_slides(pack, language))


def case_slides(pack: Pack, language: str) -> bytes:
    """The slides as a PPTX file."""
    import pptx
    from pptx.util import Inches

    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    made = _Deck(deck, language)
    if len(pack.parts) > 1:
        made.cover(pack)
    for part in pack.parts:
        made.case(part)
    target = io.BytesIO()
    deck.save(target)
    return target.getvalue()


class _Deck:
    """Slides being made."""

    def __init__(self, deck: "Presentation", language: str) -> None:
        self._deck = deck
        self._language = language

    def said(self, key: str, **values: str | float) -> str:
        return word(f"cases.{key}", self._language, **values)

    def cover(self, pack: Pack) -> None:
        slide = self._slide(pack.title)
        told = f"{self.said('count', count=len(pack.parts))} · {date.today().isoformat()}"
        titles = [part.told.case.notes.title for part in pack.parts]
        listed = [[_Run(f"{n}. {title}", 20)] for n, title in enumerate(titles, 1)]
        self._write(slide, [[_Run(told, 16, SOFT)], *listed])

    def case(self, part: Part) -> None:
        told = part.told
        self._head(part)
        for page in _pages(told.lines):
            slide = self._slide(f"{told.case.notes.title} · {self.said('excerpt')}")
            self._write(slide, [self._line(line, told.chat) for line in page])
        for stages in _in_parts(told.case.notes.stages, STAGES):
            self._table(told, stages)
        for questions in _in_parts(told.case.notes.questions, QUESTIONS):
            slide = self._slide(f"{told.case.notes.title} · {self.said('questions')}")
            self._write(slide, [[_Run(f"{n}. {one}", 20)] for n, one in enumerate(questions, 1)])

    def _head(self, part: Part) -> None:
        """What it is, what is to be learned, and its sound."""
        told, notes = part.told, part.told.case.notes
        slide = self._slide(notes.title)
        colour = GOOD if notes.quality == Quality.GOOD else BAD
        span = told.case.cut.span
        facts = [notes.topic, clock(span.end - span.start), *notes.tags]
        rest = " · ".join(["", *filter(None, facts)])
        lines = [[_Run(self.said(notes.quality.value), 18, colour, True), _Run(rest, 16, SOFT)]]
        if notes.learn:
            lines.append([_Run(self.said("learn"), 16, SOFT, True)])
            lines += [[_Run(text, 20)] for text in notes.learn.split("\n")]
        if part.sound is None and not told.chat:
            lines.append([_Run(self.said("no-sound"), 14, SOFT)])
        if part.sound is not None and told.beeped:
            lines.append([_Run(self.said("beeped", count=told.beeped), 14, SOFT)])
        lines.append([_Run(self.said("matter") + " " + self.said("confidential"), 12, SOFT)])
        self._write(slide, lines, right=2.0 if part.sound else 0.0)
        if part.sound is not None:
            self._sound(slide, part.sound)

    def _sound(self, slide: "Slide", sound: Path) -> None:
        from pptx.util import Inches

        place = (Inches(WIDE - EDGE - 1.3), Inches(1.7), Inches(1.2), Inches(1.2))
        shape = slide.shapes.add_movie(str(sound), *place, mime_type=MEDIA_TYPE)
        shape.name = self.said("sound")

    def _line(self, line: Line, chat: bool) -> list[_Run]:
        system = chat and line.speaker.value == "other"
        who = word(f"report.speaker-{'system' if system else line.speaker.value}", self._language)
        colour = SOUND if line.speaker.value == "agent" else SOFT
        head = _Run(f"{clock(line.start)} {who}  ", 14, colour, True)
        return [head, _Run(line.text, 18)]

    def _table(self, told: Told, stages: Sequence[Stage]) -> None:
        from pptx.util import Inches

        slide = self._slide(f"{told.case.notes.title} · {self.said('stages')}")
        size = (Inches(EDGE), Inches(1.6), Inches(WIDE - 2 * EDGE), Inches(0.6))
        table = slide.shapes.add_table(len(stages) + 1, 3, *size).table
        widths = (2.4, (WIDE - 2 * EDGE - 2.4) / 2, (WIDE - 2 * EDGE - 2.4) / 2)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Inches(width)
        heads = tuple(self.said(key) for key in ("stage", "strengths", "weaknesses"))
        rows = [heads, *((one.title, one.strengths, one.weaknesses) for one in stages)]
        for number, row in enumerate(rows):
            for cell, text in zip(table.rows[number].cells, row, strict=True):
                self._fill(cell.text_frame, [[_Run(t, 15, "")] for t in text.split("\n")])

    def _slide(self, title: str) -> "Slide":
        from pptx.util import Inches

        slide = self._deck.slides.add_slide(self._deck.slide_layouts[TITLE_ONLY])
        head = slide.shapes.title
        assert head is not None  # noqa: S101 - the layout has one
        head.left, head.top = Inches(EDGE), Inches(0.45)
        head.width, head.height = Inches(WIDE - 2 * EDGE), Inches(0.95)
        self._fill(head.text_frame, [[_Run(title, 28, INK, True)]])
        return slide

    def _write(self, slide: "Slide", lines: Sequence[Sequence[_Run]], right: float = 0.0) -> None:
        from pptx.util import Inches

        size = (EDGE, 1.6, WIDE - 2 * EDGE - right, HIGH - 2.2)
        box = slide.shapes.add_textbox(*map(Inches, size))
        self._fill(box.text_frame, lines)

    def _fill(self, frame: "TextFrame", lines: Sequence[Sequence[_Run]]) -> None:
        from pptx.dml.color import RGBColor
        from pptx.enum.text import MSO_AUTO_SIZE, PP_ALIGN
        from pptx.util import Pt

        frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment, paragraph.space_after = PP_ALIGN.LEFT, Pt(6)
            for run in line:
                made = paragraph.add_run()
                made.text, made.font.size = run.text, Pt(run.size)
                made.font.bold = run.bold or None
                if run.colour:
                    made.font.color.rgb = RGBColor.from_string(run.colour)


def _pages(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """As many lines as fit on a slide each; a very long one is taken apart."""
    page: list[Line] = []
    room = LINES
    for line in lines:
        for at in range(0, len(line.text), LONGEST):
            piece = Line(line.speaker, line.start, line.text[at : at + LONGEST])
            need = ceil((_width(piece.text) + 14) / LINE_WIDTH)
            if page and need > room:
                yield page
                page, room = [], LINES
            page.append(piece)
            room -= need
    if page:
        yield page


def _width(text: str) -> int:
    """A Chinese character takes two columns."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def _in_parts(given: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for at in range(0, len(given), size):
        yield given[at : at + size]
