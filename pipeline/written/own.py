"""Our own format: {"medium": "chat", "turns": [{"speaker", "start", "end", "text"}]}."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pipeline.call import Medium
from pipeline.refusal import Refusal
from pipeline.speech.call_record import brief, record_of
from pipeline.written.said import Conversation, Said

KEYS = ("medium", "turns", "about", "id")
TURN_KEYS = ("speaker", "start", "end", "text")


def is_own(content: Any) -> bool:
    """One conversation in our format, or a list of them."""
    listed = content if isinstance(content, list) and content else [content]
    return all(isinstance(one, dict) and "turns" in one for one in listed)


def conversations(content: Any, file: str) -> Iterator[Conversation | Refusal]:
    """Each conversation, or why it is none; of several, one that is wrong stands alone."""
    many = isinstance(content, list)
    for number, one in enumerate(content if many else [content], 1):
        try:
            yield _conversation(one, str(number) if many else "", file)
        except Refusal as refusal:
            yield refusal


def _conversation(content: dict[str, Any], part: str, file: str) -> Conversation:
    _known(content, KEYS, file)
    medium = content.get("medium", Medium.CHAT.value)
    if medium not in list(Medium):
        allowed = " / ".join(Medium)
        raise Refusal(
            "written.wrong-value", file, what="medium", found=brief(medium), allowed=allowed
        )
    about = record_of(_fitting(content, "about", dict, {}, file), file)
    called = content.get("id", about.id)
    if isinstance(called, int) and not isinstance(called, bool):
        called = str(called)
    if called is not None and not isinstance(called, str):
        raise Refusal(
            "written.wrong-value", file, what="id", found=brief(called), allowed="文字 text"
        )
    said = _fitting(content, "turns", list, [], file)
    return Conversation(
        said=tuple(_said(one, number, file) for number, one in enumerate(said, 1)),
        part=called or part,
        medium=Medium(medium),
        about=replace(about, id=called),
    )


def _said(turn: Any, number: int, file: str) -> Said:
    if not isinstance(turn, dict):
        raise Refusal("written.not-a-turn", file, number=number, found=brief(turn))
    _known(turn, TURN_KEYS, file, number)
    for key in ("speaker", "start", "text"):
        if key not in turn:
            raise Refusal("written.lacks-key", file, number=number, allowed=key)
    for key in ("speaker", "text"):
        if not isinstance(turn[key], str):
            what, found = f"turns[{number}].{key}", brief(turn[key])
            raise Refusal("written.wrong-value", file, what=what, found=found, allowed="文字 text")
    return Said(turn["speaker"], turn["text"], turn["start"], number, None, turn.get("end"))


def _known(content: dict[str, Any], keys: tuple[str, ...], file: str, number: int = 0) -> None:
    for key in content:
        if key not in keys:
            allowed = "、".join(keys)
            where = f"turns[{number}]" if number else ""
            raise Refusal(
                "written.unknown-key", file, where=where, found=brief(key), allowed=allowed
            )


def _fitting(content: dict[str, Any], key: str, kind: type, default: Any, file: str) -> Any:
    value = content.get(key, default)
    if not isinstance(value, kind):
        allowed = "[…]" if kind is list else "{…}"
        raise Refusal("written.wrong-value", file, what=key, found=brief(value), allowed=allowed)
    return value
