"""What customers' pseudonyms are made with: the home's key."""

from pipeline.cli.session import Session
from pipeline.configuration.key import secret_key
from pipeline.refusal import Refusal
from pipeline.text.customers import known_by
from pipeline.wording import say_refusal


def know_customers(session: Session) -> None:
    """From now on numbers get a pseudonym. Where the key is weak or unreadable they get none, which
    is said; calls are taken in all the same."""
    try:
        known_by(secret_key(session.home))
    except Refusal as refusal:
        known_by(b"")
        session.tell(say_refusal(refusal, session.language), style="yellow")
