"""What customers' pseudonyms are made with: the home's key."""

from pipeline.cli.session import Session
from pipeline.configuration.key import secret_key
from pipeline.refusal import Refusal
from pipeline.text.customers import known_by
from pipeline.wording import say_refusal


def know_customers(session: Session) -> None:
    """From now on numbers get a pseudonym. The key is made when it is first wanted: nothing is
    written in a home that is refused. Where it is weak or unreadable numbers get none, which is
    said; calls are taken in all the same."""

    def key() -> bytes:
        try:
            return secret_key(session.home)
        except Refusal as refusal:
            session.tell(say_refusal(refusal, session.language), style="yellow")
            return b""

    known_by(key)
