"""Cases taken along: slides that open again with their sound in them, a page that loads nothing."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from pptx import Presentation

from pipeline.call import Interval, Speaker
from pipeline.report.case_page import case_page
from pipeline.report.case_slides import case_slides
from pipeline.storage.case_records import Case, Cut, Notes, Quality, Stage
from pipeline.workflow.cases import Told
from pipeline.workflow.excerpts import Line
from pipeline.workflow.handing_out import Pack, Part

SOUND = b"ID3 not really, but these very bytes"


def part(number: int, sound: Path | None, lines: int = 3) -> Part:
    notes = Notes(
        title=f"第{number}个：退费 <b>怎么说</b>",
        quality=Quality.BAD,
        topic="退费",
        tags=("承诺",),
        learn="不许诺办不到的事。\n先查再答。",
        stages=(Stage(title="解决", strengths="态度好", weaknesses="随口保证"),) * 5,
        questions=("换成您会怎么说？",),
    )
    case = Case(
        id=number,
        recording=1,
        team="",
        notes=notes,
        cut=Cut(span=Interval(10, 40), clip="x", beeps=(Interval(12, 14),)),
        by="zhao",
        at=0,
        changed_by="zhao",
        changed=0,
    )
    said = tuple(Line(Speaker.AGENT, 3.0 * n, "我保证明天就退给您。" * 4) for n in range(lines))
    told = Told(case=case, lines=said, card=1, chat=False, sound=bool(sound), beeped=1)
    return Part(told, sound)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "x.mp3"
    path.write_bytes(SOUND)
    return path


def texts(slide: object) -> str:
    found = []
    for shape in slide.shapes:  # type: ignore[attr-defined]
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_slides_open_again_with_words_and_sound(sound: Path, language: str) -> None:
    pack = Pack("新人第一课", (part(1, sound), part(2, None)))
    deck = Presentation(BytesIO(case_slides(pack, language)))
    slides = list(deck.slides)
    said = [texts(slide) for slide in slides]
    assert said[0].startswith("新人第一课") and "2. 第2个" in said[0]
    assert "不许诺办不到的事。" in said[1] and "我保证明天就退给您。" in said[2]
    assert said[3].count("随口保证") == 4 and said[4].count("随口保证") == 1
    assert "换成您会怎么说？" in said[5]
    media = [rel.target_part for rel in slides[1].part.rels.values() if "media" in rel.reltype]
    assert [one.blob for one in media] == [SOUND] and media[0].content_type == "audio/mpeg"
    assert str(media[0].partname).endswith(".mp3")
    assert not any(rel.is_external for slide in slides for rel in slide.part.rels.values())
    assert not any("media" in rel.reltype for rel in slides[6].part.rels.values())


def test_a_long_excerpt_goes_over_several_slides_and_nothing_of_it_is_lost(sound: Path) -> None:
    long = part(1, sound, lines=60)
    deck = Presentation(BytesIO(case_slides(Pack("长", (long,)), "zh")))
    said = "".join(texts(slide) for slide in deck.slides)
    assert said.count("我保证明天就退给您。") == 240
    pages = [slide for slide in deck.slides if "我保证" in texts(slide)]
    assert len(pages) >= 6 and all(texts(page).count("\n") <= 14 for page in pages)


def test_a_page_has_its_sound_in_it_and_loads_nothing(sound: Path) -> None:
    page = case_page(Pack("<新人>", (part(1, sound), part(2, None))), "zh")
    assert page.count("data:audio/mpeg;base64,") == 1 and "没有声音" in page
    assert "<b>怎么说</b>" not in page and "&lt;新人&gt;" in page
    loads = re.findall(r'(?:src|href|action)="([^"]*)"', page)
    assert loads and all(one.startswith(("data:", "#")) for one in loads)
    assert "http" not in page.replace("http-equiv", "")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy and "default-src &#39;none&#39;" in policy[1] and "script" in policy[1]
    assert "<script" not in page and "zhao" not in page
