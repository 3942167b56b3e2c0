"""What failed by night is tried again, on record."""

from pipeline.storage import Act, Ledger, Person
from pipeline.workflow.access import Permission, demand


def retry(ledger: Ledger, asker: Person, number: int | None = None) -> int:
    """The recording of that number waits again as if it had never been tried; None: all that
    failed. How many. Refusal where the asker may not."""
    demand(asker, Permission.RETRY)
    act = Act(asker.login, "retried", "" if number is None else f"recording {number}")
    return ledger.retry_numbered(number, act)
