"""The warning that the bundled model is not for recordings of people."""

from pipeline.cli.session import Session
from pipeline.speech.model_folder import find_model

DEMONSTRATION = "cli.demo-model"
"""Whoever brings recordings of people must know that this model is not for them."""


def is_demonstration(session: Session) -> bool:
    """Whether the model understands the samples only. Refusal without such a model."""
    return find_model(session.settings.speech.model).demonstration


def warn_of_demonstration(session: Session) -> None:
    """Say so, where it is."""
    if is_demonstration(session):
        session.tell(session.word(DEMONSTRATION), style="yellow")
