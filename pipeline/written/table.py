"""Dialogue logs as tables: a message per row, columns known by headings or by the settings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.refusal import Refusal
from pipeline.settings import Chats
from pipeline.speech.call_record import brief, record_of
from pipeline.text.rows import Limits, Row, folded, rows_of
from pipeline.written.conversation import MAX_MESSAGES
from pipeline.written.said import Conversation, Said

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "speaker": (
        *("角色", "说话人", "发言人", "发言方", "发送方", "发送人", "发送者", "身份", "昵称"),
        *("speaker", "role", "sender", "from", "author", "participant"),
    ),
    "time": (
        *("时间", "发送时间", "消息时间", "发言时间", "聊天时间", "日期时间", "开始时间"),
        *("time", "timestamp", "datetime", "date", "sentat", "createdat", "start"),
    ),
    "text": (
        *("内容", "消息内容", "发言内容", "聊天内容", "对话内容", "文本", "消息"),
        *("text", "content", "message", "body", "msg", "utterance"),
    ),
    "chat": (
        *("会话id", "会话编号", "会话号", "会话", "对话id", "对话编号", "聊天id", "聊天编号"),
        *("chat", "chatid", "session", "sessionid", "conversation", "conversationid"),
        *("dialogue", "dialogueid", "dialogid"),
    ),
}
"""What a column may be called; of several that fit, the first listed here counts."""
RECORD: Mapping[str, tuple[str, ...]] = {
    "agent": ("agent", "agentid", "工号", "坐席工号", "客服工号"),
    "team": ("team", "班组"),
    "shift": ("shift", "班次"),
    "project": ("project", "项目", "店铺"),
    "queue": ("queue", "队列", "技能组"),
    "business_type": ("businesstype", "业务类型"),
    "customer_number": ("customernumber", "客户号码", "手机号"),
}
"""Columns that belong to the call record; a chat has the first value in its rows."""
NEEDED = ("speaker", "time", "text")
DELIMITERS = ",\t;"
MOST = Limits(rows=1_000_000, characters=131_072)
"""More rows are more chats than anybody keeps in one file; of a cell, what csv takes by itself."""

Message = tuple[int | None, Sequence[Any]]
"""The cells of a message, and their line, if they have one."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where in a row each thing stands; chat is None where all rows are one chat."""

    speaker: int
    time: int
    text: int
    chat: int | None
    record: Mapping[str, int]

    @property
    def last(self) -> int:
        """The last column that a row must have."""
        return max(self.speaker, self.time, self.text, self.chat or 0)


def from_text(text: str, chats: Chats, file: str) -> list[Conversation]:
    """The conversations of a table with a line of headings, in the order of their first messages.

    Refusal, with the line, where columns are missing, a row is too short or quotes are not paired.
    """
    first = text.lstrip().split("\n", 1)[0]
    rows = rows_of(text, file, max(DELIMITERS, key=first.count), MOST)
    head = next(rows, Row(1, ()))
    messages = ((row.line, row.cells) for row in rows)
    columns = _columns(head.cells, chats, file, head.line)
    return _conversations(columns, head.cells, messages, file)


def messages_in(content: Any) -> list[dict[str, Any]] | None:
    """The messages of a JSON that is a list of them, or an object with one such list."""
    listed = content if isinstance(content, list) else None
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list) and value]
        listed = lists[0] if len(lists) == 1 else None
    if listed and all(isinstance(one, dict) for one in listed):
        return listed
    return None


def from_objects(
    messages: Sequence[Mapping[str, Any]], chats: Chats, file: str
) -> list[Conversation]:
    """The same of messages as JSON objects: their keys are the headings."""
    if len(messages) > MOST.rows:
        raise Refusal("file.too-many-rows", file, allowed=MOST.rows)
    headings = list(dict.fromkeys(key for one in messages for key in one))
    rows = ((None, [one.get(key) for key in headings]) for one in messages)
    return _conversations(_columns(headings, chats, file, None), headings, rows, file)


def _conversations(
    columns: _Columns, headings: Sequence[str], rows: Iterable[Message], file: str
) -> list[Conversation]:
    chosen: dict[str, list[Message]] = {}
    for line, row in rows:
        if len(row) <= columns.last:
            raise Refusal("written.short-row", file, line, found=len(row), allowed=columns.last + 1)
        part = "" if columns.chat is None else _text(row[columns.chat]).strip()
        if columns.chat is not None and not part:
            raise Refusal("written.no-chat", file, line, allowed=headings[columns.chat])
        kept = chosen.setdefault(part, [])
        if len(kept) <= MAX_MESSAGES:  # one more than is taken tells that there are too many
            kept.append((line, row))
    if not chosen:
        raise Refusal("written.no-messages", file)
    return [_conversation(part, found, columns, file) for part, found in chosen.items()]


def _text(cell: Any) -> str:
    return "" if cell is None else cell if isinstance(cell, str) else str(cell)


def _columns(headings: Sequence[str], chats: Chats, file: str, line: int | None) -> _Columns:
    known = {folded(heading): at for at, heading in reversed(list(enumerate(headings)))}
    told = {
        "speaker": chats.speaker_column,
        "time": chats.time_column,
        "text": chats.text_column,
        "chat": chats.chat_column,
    }
    found: dict[str, int] = {}
    for what, names in HEADINGS.items():
        wanted = (told[what],) if told[what] else names
        place = next((known[folded(name)] for name in wanted if folded(name) in known), None)
        if place is not None:
            found[what] = place
        elif what in NEEDED or told[what]:
            shown = "、".join(brief(heading) for heading in headings if heading.strip())
            raise Refusal(
                f"written.no-{what}-column",
                file,
                line,
                found=shown,
                allowed="、".join(wanted),
            )
    record = {
        name: known[heading]
        for name, called in RECORD.items()
        for heading in called
        if heading in known and known[heading] not in found.values()
    }
    return _Columns(found["speaker"], found["time"], found["text"], found.get("chat"), record)


def _conversation(part: str, rows: Sequence[Message], columns: _Columns, file: str) -> Conversation:
    record: dict[str, Any] = {"id": part or None}
    for name, at in columns.record.items():
        values = (_text(row[at]).strip() for _, row in rows if at < len(row))
        record[name] = next((value for value in values if value), None)
    return Conversation(
        said=tuple(
            Said(
                _text(row[columns.speaker]),
                _text(row[columns.text]),
                row[columns.time],
                number,
                line,
            )
            for number, (line, row) in enumerate(rows, 1)
        ),
        part=part,
        about=record_of(record, file),
    )
