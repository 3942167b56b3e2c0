"""What is known of a call: the record beside it, its row in a table, and what its name says."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.call import CallRecord
from pipeline.night.addresses import checked
from pipeline.night.columns import mapping
from pipeline.night.name_pattern import NamePattern, name_patterns
from pipeline.night.rows import Rows, rows
from pipeline.night.seen import Say
from pipeline.night.tables import told_in
from pipeline.refusal import Refusal
from pipeline.settings import Settings
from pipeline.speech.call_record import merged


@dataclass(slots=True)
class Known:
    """Where to look, once for all recordings. unnamed and unrecorded: those that no pattern fits,
    and those that no row is about, where patterns and tables are set."""

    say: Say
    patterns: Sequence[NamePattern]
    rows: Rows | None
    unnamed: list[str] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)

    def about(self, withins: Sequence[str], beside: CallRecord | None) -> tuple[CallRecord, str]:
        """The record of a call, and the id that travels with its recording: that of the record
        beside it, else the one in its name. withins: paths below the source, without ending, that
        the recording may be called by, its own first.

        Of several that know a field, the record beside counts first, then the row, then the name.
        """
        named = self._in_name(withins[0])
        own = next((r.id for r in (beside, named) if r and r.id), "")
        row = self.rows.of(withins, own) if self.rows else None
        if self.rows and not row:
            self.unrecorded.append(withins[0])
        return merged([record for record in (beside, row, named) if record]), own

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


def known(settings: Settings, say: Say, since: str = "") -> Known:
    """What the settings name, with the rows of all tables. Refusal where a setting is wrong."""
    night = settings.night
    patterns, told = name_patterns(night.name_patterns), mapping(night.record_columns)
    places = [checked(source) for source in night.records]
    tables = rows(told_in(places, night, told, since, say)) if places else None
    return Known(say, patterns, tables)
