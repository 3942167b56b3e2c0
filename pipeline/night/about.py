"""What is known of a call: the record beside it, its row in a table, and what its name says."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from pipeline.call import CallRecord
from pipeline.night.name_pattern import NamePattern, name_patterns
from pipeline.night.seen import Say
from pipeline.night.tables import Rows, rows_of_records
from pipeline.refusal import Refusal
from pipeline.settings import Settings


@dataclass(slots=True)
class Known:
    """Where to look, once for all recordings. unnamed: names that no pattern fits."""

    say: Say
    patterns: Sequence[NamePattern]
    rows: Rows
    unnamed: list[str]

    def about(self, within: str, beside: CallRecord | None) -> tuple[CallRecord, str]:
        """The record of the call at a path below its source, without its ending, and the id that
        travels with the recording: the one beside it, else the one in its name.

        Of several that know a field, the record beside counts first, then the row, then the name.
        """
        named = self._in_name(within)
        own = next((r.id for r in (beside, named) if r and r.id), "")
        row = self.rows.of(within, own)
        about = merged([record for record in (beside, row, named) if record])
        return about, own

    def _in_name(self, within: str) -> CallRecord | None:
        for pattern in self.patterns:
            try:
                record = pattern.record(within)
            except Refusal as refusal:
                self.say(refusal)
                return None
            if record:
                return record
        if self.patterns:
            self.unnamed.append(within)
        return None


def known(settings: Settings, say: Say) -> Known:
    """What the settings name. Refusal where one cannot be understood."""
    patterns = name_patterns(settings.night.name_patterns)
    return Known(say, patterns, rows_of_records(settings.night, say), [])


def merged(records: Sequence[CallRecord]) -> CallRecord:
    """One record of several: of each field, the first that is known."""
    if len(records) <= 1:
        return records[0] if records else CallRecord()
    values: dict[str, Any] = {}
    for name in (one.name for one in fields(CallRecord) if one.name != "more"):
        said = (getattr(record, name) for record in records)
        values[name] = next((value for value in said if value is not None), None)
    values["test_call"] = any(record.test_call for record in records)
    more = {key: value for record in reversed(records) for key, value in record.more.items()}
    return CallRecord(**values, more=more)
