"""Results of a home folder, kept in SQLite. The only floor that speaks SQL."""

from pipeline.storage.cards import draft_of
from pipeline.storage.packing import as_stored
from pipeline.storage.records import (
    Carded,
    Draft,
    Entry,
    Kept,
    Outcome,
    Placed,
    Publication,
    Recording,
    Result,
    State,
    Stored,
    Transcript,
    carried,
    decided,
    exchanged,
)
from pipeline.storage.store import Store

__all__ = [
    "Carded",
    "Draft",
    "Entry",
    "Kept",
    "Outcome",
    "Placed",
    "Publication",
    "Recording",
    "Result",
    "State",
    "Store",
    "Stored",
    "Transcript",
    "as_stored",
    "carried",
    "decided",
    "draft_of",
    "exchanged",
]
