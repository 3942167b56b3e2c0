"""How often long tests try: CI a sample, `make reliability` all that docs/reliability.md wants."""

import os

ALL = os.environ.get("ZHIYIN_TRIALS") == "all"


def tries(some: int, every: int) -> int:
    """So often here, or as often as is wanted in all."""
    return every if ALL else some
