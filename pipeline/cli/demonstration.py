"""The warning that the bundled model is not for recordings of people."""

from pipeline.cli.session import Session
from pipeline.speech.model_folder import find_model


def warn_of_demonstration(session: Session) -> None:
    """Whoever brings recordings of people must know that this model is not for them."""
    if find_model(session.settings.speech.model).demonstration:
        session.tell(session.word("cli.demo-model"), style="yellow")
