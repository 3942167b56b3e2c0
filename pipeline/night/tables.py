"""Tables of call records: CSV, workbooks, JSON lines; a row of them for every recording."""

from dataclasses import dataclass

from pipeline.call import CallRecord
from pipeline.night.seen import Say
from pipeline.settings import Night


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of all tables."""

    def of(self, within: str, call_id: str) -> CallRecord | None:
        """The row about a recording."""
        return None


def rows_of_records(night: Night, say: Say) -> Rows:
    """The rows of the files that the settings name."""
    return Rows()
