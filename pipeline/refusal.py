"""What is wrong with input, and what is odd about it: where, and why, for people to see."""

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


@dataclass(frozen=True, slots=True)
class Advice:
    """What is allowed and hardly meant. It refuses nothing."""

    reason: Reason
    file: str
    line: int | None = None
    column: int | None = None
