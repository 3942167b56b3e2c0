"""What is wrong with input, and what is odd about it: where, and why, for people to see."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.call import Reason


class Refusal(Exception):
    """Input is refused: where (file, line, column) and why (put in words at the doors)."""

    def __init__(
        self,
        key: str,
        file: str = "",
        line: int | None = None,
        column: int | None = None,
        **values: str | float,
    ):
        self.reason = Reason(key, values)
        self.file = file
        self.line = line
        self.column = column
        super().__init__(key, file, line, values)

    def __reduce__(self) -> tuple[Callable[..., "Refusal"], tuple[object, ...]]:
        """So that it can travel to another process."""
        reason = self.reason
        return _again, (reason.key, self.file, self.line, self.column, dict(reason.values))


def _again(
    key: str, file: str, line: int | None, column: int | None, values: dict[str, str | float]
) -> Refusal:
    return Refusal(key, file, line, column, **values)


@dataclass(frozen=True, slots=True)
class Advice:
    """What is allowed and hardly meant. It refuses nothing."""

    reason: Reason
    file: str
    line: int | None = None
    column: int | None = None
