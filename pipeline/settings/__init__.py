"""Every setting of the product, one sentence each in English | 中文.

Data only: configuration/ fills it in. Each section stands in the module of what it is about.
"""

from dataclasses import dataclass, field
from typing import Annotated

from pipeline.settings.desk import Access, Desk, Reviewing
from pipeline.settings.hearing import Activity, Audio, Gate, Roles, Speech
from pipeline.settings.judging import Chats, Report, Rescoring, Scoring
from pipeline.settings.night import Keeping, Night, Storage, Topics

__all__ = [
    "Access",
    "Activity",
    "Audio",
    "Chats",
    "Desk",
    "Gate",
    "Keeping",
    "Night",
    "Report",
    "Rescoring",
    "Reviewing",
    "Roles",
    "Scoring",
    "Settings",
    "Speech",
    "Storage",
    "Topics",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; a section each."""

    language: Annotated[
        str,
        "language of tables and pages: zh or en | 表格和页面的语言：zh 或 en",
    ] = "zh"
    audio: Audio = field(default_factory=Audio)
    activity: Activity = field(default_factory=Activity)
    speech: Speech = field(default_factory=Speech)
    gate: Gate = field(default_factory=Gate)
    roles: Roles = field(default_factory=Roles)
    scoring: Scoring = field(default_factory=Scoring)
    rescoring: Rescoring = field(default_factory=Rescoring)
    chats: Chats = field(default_factory=Chats)
    report: Report = field(default_factory=Report)
    storage: Storage = field(default_factory=Storage)
    keeping: Keeping = field(default_factory=Keeping)
    night: Night = field(default_factory=Night)
    access: Access = field(default_factory=Access)
    review: Reviewing = field(default_factory=Reviewing)
    topics: Topics = field(default_factory=Topics)
    desk: Desk = field(default_factory=Desk)
