"""Results as they come, a line of JSON each, so that a stopped run goes on where it was."""

import json
import platform
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Results:
    """The file of results; all lines count, whatever the commit: take it away to begin anew."""

    path: Path
    commit: str

    def of(self, suite: str) -> list[dict[str, Any]]:
        """What a suite has so far."""
        return [line for line in self.all() if line["suite"] == suite]

    def all(self) -> list[dict[str, Any]]:
        """Every line, in order."""
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text("utf-8").splitlines()]

    def add(self, suite: str, **values: Any) -> None:
        """Append a line, and tell it."""
        line = {
            "suite": suite,
            "commit": self.commit,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            **values,
        }
        text = json.dumps(line, ensure_ascii=False)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(text + "\n")
        print(text, flush=True)

    def tried(self, suite: str, attempt: Callable[[], dict[str, Any]], **known: Any) -> bool:
        """Run one attempt and keep what came of it; a failed check is a result too."""
        try:
            self.add(suite, **known, **attempt(), ok=True)
        except Exception as error:
            self.add(suite, **known, ok=False, why=f"{type(error).__name__}: {error}"[:500])
            return False
        return True


def results_in(path: Path) -> Results:
    """The file, for the commit that is checked out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    asked = ["git", "rev-parse", "--short", "HEAD"]
    found = subprocess.run(asked, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return Results(path, found.stdout.strip())


def machine() -> str:
    """What it runs on, in a line."""
    text = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    names = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    return f"{names[0] if names else platform.machine()}, {len(names)} cores, {platform.system()}"
