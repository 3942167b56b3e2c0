"""Results of a home folder and the ledger of its nights. The only floor that speaks SQL."""

from pipeline.storage.audit import Audit, Verified
from pipeline.storage.audit_rows import Act, Line, Sought
from pipeline.storage.cards import draft_of
from pipeline.storage.database import has_database
from pipeline.storage.holders import is_gone, this_process
from pipeline.storage.ledger import Ledger
from pipeline.storage.packing import as_stored
from pipeline.storage.people import People
from pipeline.storage.persons import Limits, Person, Role, Session
from pipeline.storage.records import (
    Carded,
    Draft,
    Entry,
    ItemStands,
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
    "Act",
    "Added",
    "Audit",
    "Carded",
    "Claim",
    "Draft",
    "Entry",
    "Failure",
    "Found",
    "Holder",
    "ItemStands",
    "Kept",
    "Ledger",
    "Limits",
    "Line",
    "Lost",
    "Night",
    "Outcome",
    "People",
    "Person",
    "Placed",
    "Publication",
    "Recording",
    "Result",
    "Role",
    "Session",
    "Sought",
    "State",
    "Store",
    "Stored",
    "Sums",
    "Transcript",
    "Verified",
    "as_stored",
    "carried",
    "decided",
    "draft_of",
    "exchanged",
    "has_database",
    "is_gone",
    "this_process",
]
