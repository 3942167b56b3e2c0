"""What a dialogue log says, before names are roles and moments are seconds."""

from dataclasses import dataclass, field

from pipeline.call import CallRecord, Medium


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the file has it: who, by name; when, in whatever form; in which line.

    number counts the messages from 1; line is None where the file has no lines to speak of.
    """

    speaker: str
    text: str
    start: object
    number: int
    line: int | None = None
    end: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One conversation as the file has it. part: what tells it from the file's others, or ""."""

    said: tuple[Said, ...]
    part: str = ""
    medium: Medium = Medium.CHAT
    about: CallRecord = field(default_factory=CallRecord)
