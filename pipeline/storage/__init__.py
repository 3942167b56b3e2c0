"""Results of a home folder and the ledger of its nights. The only floor that speaks SQL."""

from pipeline.storage.cards import draft_of
from pipeline.storage.holders import this_process
from pipeline.storage.ledger import Ledger
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
from pipeline.storage.taking import (
    Added,
    Claim,
    Failure,
    Found,
    Holder,
    Lost,
    Night,
    Sums,
)

__all__ = [
    "Added",
    "Carded",
    "Claim",
    "Draft",
    "Entry",
    "Failure",
    "Found",
    "Holder",
    "Kept",
    "Ledger",
    "Lost",
    "Night",
    "Outcome",
    "Placed",
    "Publication",
    "Recording",
    "Result",
    "State",
    "Store",
    "Stored",
    "Sums",
    "Transcript",
    "as_stored",
    "carried",
    "decided",
    "draft_of",
    "exchanged",
    "this_process",
]
