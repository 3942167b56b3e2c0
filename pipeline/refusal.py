"""The one exception that people may see: input that we refuse, and why."""

from pipeline.call import Reason


class Refusal(Exception):
    """Input is refused: where (file, line) and why (a Reason, put in words at the doors)."""

    def __init__(self, key: str, file: str = "", line: int | None = None, **values: str | float):
        self.reason = Reason(key, values)
        self.file = file
        self.line = line
        super().__init__(key, file, line, values)
