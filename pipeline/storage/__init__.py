"""Results of a home folder, kept in SQLite. The only floor that speaks SQL."""

from pipeline.storage.packing import as_stored
from pipeline.storage.records import (
    Entry,
    Outcome,
    Recording,
    Result,
    State,
    Transcript,
    carried,
    decided,
    exchanged,
)
from pipeline.storage.store import Store

__all__ = [
    "Entry",
    "Outcome",
    "Recording",
    "Result",
    "State",
    "Store",
    "Transcript",
    "as_stored",
    "carried",
    "decided",
    "exchanged",
]
